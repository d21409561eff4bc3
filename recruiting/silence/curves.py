"""The reply curve of a stage as pages draw it, and why the chance of one silence is what it is."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from recruiting.pipeline.models import Application
from recruiting.silence import chances
from recruiting.stats.facts import Fact, Facts
from recruiting.stats.replies import HORIZON
from recruiting.stats.survival import still_silent
from recruiting.workdays import Office

CURVE_DAYS = 30
# Days at which the curve is read: densely where it falls, so that a drawing follows it.
GRID = (*np.arange(0, 4, 0.25), *np.arange(4, 10, 0.5), *np.arange(10, CURVE_DAYS + 1.0))
IN_A_DAY = 24.0  # hours
SMALLEST_MOVE = 0.01  # one point
MOST_MOVES = 3


class Step(NamedTuple):
    """A stage after so many days of silence; all shares in 0..1, counts exact."""

    day: float
    share: float  # still silent, as the chances have it
    low: float | None  # Kaplan-Meier's 95 % bounds from the stage's own silences;
    high: float | None  # none where these tell nothing
    lasted: int  # silences of the stage that lasted so long
    answered: int  # and how many of these were answered


@dataclass(frozen=True)
class StageCurve:
    """The share of a stage's silences that are still unanswered, day by day.

    Of those who answer within 30 days, half have done so by `median` and nine in ten by `ninety`.
    """

    steps: list[Step]
    median: timedelta
    ninety: timedelta

    def at(self, days: float) -> Step:
        """The step that holds after so many days, at most the last one."""
        return self.steps[bisect_right(GRID, days) - 1]


def stage_curve(known: chances.Chances, stage_id: int) -> StageCurve:
    """The curve of a stage, from the silences of all stages of its name."""
    group = known.group_of.get(stage_id, -1)
    days = np.array(GRID)
    hours, groups = days * IN_A_DAY, np.full(days.size, group)
    typical = known.curves.typical([group])
    low, high = _band(known, group, hours.tolist())
    columns = (
        days.tolist(),
        known.curves.still_silent(groups, hours).tolist(),
        low,
        high,
        known.curves.comparable(groups, hours).tolist(),
        known.curves.answered_after(groups, hours).tolist(),
    )
    return StageCurve(
        [Step(*row) for row in zip(*columns, strict=True)],
        timedelta(hours=float(typical.median[0])),
        timedelta(hours=float(typical.ninety[0])),
    )


Column = Sequence[float | None]


def _band(known: chances.Chances, group: int, hours: list[float]) -> tuple[Column, Column]:
    """Bounds from the group's own silences; none where it has none, or none so long."""
    record = known.curves.record
    if group < 0 or group not in record.labels:
        nothing = [None] * len(hours)
        return nothing, nothing
    low, high = still_silent(*record.silences_of(group)).bounds_at(hours)
    return [_known(one) for one in low.tolist()], [_known(one) for one in high.tolist()]


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


class Asking(NamedTuple):
    """What the facts of one running silence say, in plain units."""

    since: datetime
    depth: int  # touches of theirs before it
    delay: timedelta | None  # how long our answer took; none where there was nothing to answer
    pace: timedelta | None  # how long answers took in this conversation; none before the first
    is_spoken: bool
    is_chat: bool
    follow_ups: int


class Move(NamedTuple):
    """By how much a fact moves the chance of hearing back away from the stage's average."""

    fact: Fact
    by: float  # -1..1; above 0: an answer is more likely


@dataclass(frozen=True)
class Why:
    """What the chance of hearing back from one running silence rests on; shares in 0..1."""

    hearing: float
    low: float  # bounds of `hearing`, at 90 %
    high: float
    in_stage: float  # the same for the average silence of the stage that has lasted as long
    moves: list[Move]  # of one point and more, the largest first
    asking: Asking


def why(
    known: chances.Chances,
    application: Application,
    since: datetime,
    now: datetime,
    office: Office,
) -> Why | None:
    """Explain one running silence; none where it is over 30 days old, or not on record yet."""
    hours = (now - since) / timedelta(hours=1)
    if hours >= HORIZON:
        return None
    running = chances.running([application.id], now, office)
    if application.id not in running.application_id:
        return None
    asked = running.asked([(application.id, application.stage_id, hours)])
    found = known.explain(asked)[0]
    moves = sorted(_moves(found.moved_by), key=lambda move: -abs(move.by))
    return Why(
        1 - found.no_return,
        1 - found.high,
        1 - found.low,
        1 - found.in_stage,
        moves[:MOST_MOVES],
        _asking(asked.facts, since, hours),
    )


def _moves(moved_by: dict[Fact, float]) -> Iterator[Move]:
    """What is worth a word; `moved_by` counts towards silence."""
    for fact, by in moved_by.items():
        if abs(by) >= SMALLEST_MOVE:
            yield Move(fact, -by)


def _asking(facts: Facts, since: datetime, hours: float) -> Asking:
    """The one row of facts in plain units."""
    row = {name: float(getattr(facts, name)[0]) for name in ("depth", "delay", "pace", "replies")}
    return Asking(
        since,
        int(row["depth"]),
        _span(row["delay"]),
        _span(math.exp(row["pace"])) if row["replies"] else None,
        bool(facts.is_spoken[0]),
        bool(facts.is_chat[0]),
        int((facts.attempt_at <= hours).sum()),
    )


def _span(hours: float) -> timedelta | None:
    return None if math.isnan(hours) else timedelta(hours=hours)
