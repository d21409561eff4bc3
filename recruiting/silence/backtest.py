"""How good is the silence clock? Forecasts made with what was known at a moment, judged later.

The log is cut at a moment T. The curves are fitted on what was known then: silences that ran at T
are censored there. Then every silence that began after T is forecast at each landmark at which it
was still open, and judged by whether they came back within the horizon (pure).

Not tested is a silence with less than the horizon of log behind it. A silence that we closed
ourselves is tested like any other: to leave it out because no answer had come by then would pick
silences by their end. For the fit it is censored when we closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from recruiting.errors import Refused
from recruiting.silence.conversations import Silence, Touch, facts_of, silences
from recruiting.stats.replies import ReplyCurves, fit
from recruiting.stats.scores import Alarms, Calibration, Score, alarms, calibration, score
from recruiting.stats.spells import Bools, Floats
from recruiting.stats.survival import Curve, still_silent
from recruiting.workdays import Office

HORIZON_DAYS = 30.0
LONGEST_DAYS = 90.0
LANDMARKS = (1.0, 6.0, 24.0, 72.0, 168.0, 336.0)
RULE_DAYS = (3, 7, 14)  # after so many days of silence other systems raise an alarm
DAY_HOURS = 24.0


class Case(NamedTuple):
    """Whose conversation: the two parts of its key."""

    candidate: str
    job: str


@dataclass(frozen=True)
class Plan:
    """What is asked for; `landmarks` and `horizon` in hours. Refused unless it makes sense."""

    train_until: datetime
    horizon: float = HORIZON_DAYS * DAY_HOURS
    landmarks: tuple[float, ...] = LANDMARKS

    def __post_init__(self) -> None:
        days = self.horizon / DAY_HOURS
        if not 0 < days <= LONGEST_DAYS:
            raise Refused(
                f"The horizon must lie between 0 and {LONGEST_DAYS:g} days, not {days:g}."
            )
        if not self.landmarks:
            raise Refused("At least one landmark is needed, in hours.")
        for hours in self.landmarks:
            if not 0 <= hours < self.horizon:
                raise Refused(
                    f"The landmark {hours:g} must lie between 0 and the horizon of "
                    f"{self.horizon:g} hours."
                )


@dataclass(frozen=True, eq=False)
class Landmark:
    """The forecasts for all silences that were open after so many `hours`."""

    hours: float
    which: tuple[int, ...]  # places in `Backtest.tested`
    forecast: Floats  # of no return
    pooled: Floats  # the same by one Kaplan-Meier curve of all silences
    no_return: Bools  # what came


@dataclass(frozen=True)
class Rule:
    """A rule of fixed days beside the clock."""

    days: int
    alarms: Alarms


@dataclass(frozen=True, eq=False)
class Backtest:
    """Everything that a report or a page tells of it."""

    plan: Plan
    learned_from: tuple[Silence, ...]  # all that began until `plan.train_until`
    replies: int
    tested: tuple[tuple[Case, Silence], ...]
    too_young: int
    landmarks: tuple[Landmark, ...]

    @property
    def trained(self) -> int:
        """On how many silences the curves were fitted."""
        return len(self.learned_from)

    def scores(self) -> list[tuple[Landmark, Score, Score]]:
        """Each landmark with the score of the clock and of the pooled curve."""
        return [
            (one, score(one.forecast, one.no_return), score(one.pooled, one.no_return))
            for one in self.landmarks
        ]

    @property
    def closed_by_us(self) -> int:
        """Of the tested: those that we closed within the horizon, before any answer."""
        horizon = self.plan.horizon
        return sum(
            one.closed is not None
            and one.closed <= horizon
            and (one.ended is None or one.ended > one.closed)
            for _case, one in self.tested
        )

    def rules(self) -> list[Rule]:
        """Rules of fixed days, which see the same silences at the same landmarks."""
        waited = np.concatenate([np.full(len(one.which), one.hours) for one in self.landmarks])
        forecast = np.concatenate([one.forecast for one in self.landmarks])
        came = np.concatenate([one.no_return for one in self.landmarks])
        found = []
        for days in RULE_DAYS:
            raised = waited >= days * DAY_HOURS
            if raised.any():
                found.append(Rule(days, alarms(forecast, came, raised)))
        return found

    def calibration(self) -> Calibration:
        """What was said beside what came, over all landmarks together."""
        forecast = np.concatenate([one.forecast for one in self.landmarks])
        return calibration(forecast, np.concatenate([one.no_return for one in self.landmarks]))


def mean(scores: Sequence[Score]) -> Score:
    """The mean over the landmarks, each of the same weight; `n` is their sum."""
    return Score(
        sum(one.n for one in scores),
        *(
            float(np.mean([getattr(one, name) for one in scores]))
            for name in ("log_loss", "brier", "calibration_error")
        ),
    )


class Log(NamedTuple):
    """Every silence that a log tells of, and its first and last touch; none if it has no touch."""

    told: list[tuple[Case, Silence]]
    first: datetime | None
    last: datetime | None

    @classmethod
    def of(cls, conversations: Iterable[tuple[Case, Sequence[Touch]]]) -> Log:
        """Gather the silences of conversations, whose touches come in the order of time."""
        told, first, last = [], None, None
        for case, touches in conversations:
            if touches:
                first = min(first or touches[0].at, touches[0].at)
                last = max(last or touches[-1].at, touches[-1].at)
            told.extend((case, one) for one in silences(touches))
        return cls(told, first, last)


def backtest(
    conversations: Iterable[tuple[Case, Sequence[Touch]]], plan: Plan, office: Office
) -> Backtest:
    """Fit on what was known at `plan.train_until`, forecast what began later, and judge.

    Each conversation's touches come in the order of time. Raises `Refused` for a moment outside
    the log, if nothing was answered before it, or if nothing can be tested after it.
    """
    return judge(Log.of(conversations), plan, office)


def judge(log: Log, plan: Plan, office: Office) -> Backtest:
    """The same for a log that is gathered already."""
    told, first, last = log
    cut = plan.train_until
    if first is None or last is None or not first < cut < last:
        there = f"from {first.isoformat()} to {last.isoformat()}" if first and last else "empty"
        raise Refused(f"The moment {cut.isoformat()} lies outside the log, which is {there}.")
    before = [one for _case, one in told if one.since <= cut]
    learned = _learned(before, plan, office)
    tested, too_young = _tested(told, last, plan)
    landmarks = tuple(_landmarks(tested, learned, plan, office))
    return Backtest(plan, tuple(before), learned.replies, tuple(tested), too_young, landmarks)


class Learned(NamedTuple):
    """What the silences before the cut said."""

    curves: ReplyCurves
    group_of: dict[str, int]  # by the stage's name
    pooled: Curve
    replies: int


def _learned(told: Sequence[Silence], plan: Plan, office: Office) -> Learned:
    cut = plan.train_until
    known = [one.until(cut) for one in told]
    hours, answered = [row[0] for row in known], [row[1] for row in known]
    if not any(answered):
        raise Refused(
            f"None of the {len(told):,} silences before {cut.isoformat()} was answered: "
            "there is nothing to learn from."
        )
    group_of = {name: row for row, name in enumerate(sorted({one.stage for one in told}))}
    groups = [group_of[one.stage] for one in told]
    curves = fit(hours, answered, groups, facts_of(told, office), horizon=plan.horizon)
    return Learned(curves, group_of, still_silent(hours, answered), sum(answered))


def _tested(
    told: Iterable[tuple[Case, Silence]], last: datetime, plan: Plan
) -> tuple[list[tuple[Case, Silence]], int]:
    """The silences after the cut whose end is known, and how many were too young."""
    kept, too_young = [], 0
    cut = plan.train_until
    horizon = timedelta(hours=plan.horizon)
    for case, one in told:
        if one.since <= cut:
            continue
        if one.since + horizon > last:
            too_young += 1
        else:
            kept.append((case, one))
    if not kept:
        days = plan.horizon / DAY_HOURS
        raise Refused(
            f"No silence after {cut.isoformat()} has {days:g} days of log behind it "
            f"(the log ends {last.isoformat()})."
        )
    kept.sort(key=lambda pair: (pair[1].since, pair[0]))
    return kept, too_young


def _landmarks(
    tested: Sequence[tuple[Case, Silence]], learned: Learned, plan: Plan, office: Office
) -> Iterator[Landmark]:
    for hours in plan.landmarks:
        which = [n for n, (_, one) in enumerate(tested) if one.ended is None or one.ended > hours]
        if not which:
            continue
        seen = [tested[n][1] for n in which]
        groups = [learned.group_of.get(one.stage, -1) for one in seen]
        elapsed = np.full(len(seen), hours)
        # Attempts later than the landmark are not looked at: see `facts.asked_until`.
        forecast = learned.curves.no_return(groups, elapsed, facts_of(seen, office))
        left = _share(learned.pooled, plan.horizon) / _share(learned.pooled, hours)
        came = [one.ended is None or one.ended > plan.horizon for one in seen]
        yield Landmark(hours, tuple(which), forecast, np.full(len(seen), left), np.array(came))


def _share(curve: Curve, hours: float) -> float:
    """The curve's share, kept at its last step where nobody was watched as long."""
    step = int(np.searchsorted(curve.time, hours, side="right"))
    return max(float(curve.share[step - 1]), 1e-9) if step else 1.0
