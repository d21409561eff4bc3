"""How long the silences of a stage last, in working days, and the patience they speak for.

A reply counts on the first working day whose term has room for it, an open silence for the terms
that it has outlasted: so "answered within n" means answered before a patience of n was over, to
the minute. Days on which somebody was away count like any others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import select

from recruiting.db import db
from recruiting.jobs.models import Stage
from recruiting.silence import chances
from recruiting.silence.chances import Silences
from recruiting.stats.followups import FollowUps, follow_ups
from recruiting.stats.patience import Patience, Waiting, patience, waiting
from recruiting.stats.spells import Bools, Floats
from recruiting.workdays import Office

ENOUGH = 30  # completed silences, before a patience is proposed
LONGEST = timedelta(days=30)  # who answers later counts as not answering
MOST_DAYS = 23  # working days that these can touch
SPANS = (0.0, 24.0, 72.0, 168.0, 336.0, 720.0)  # hours: silences that count as equally old
SOON = 168.0  # hours after a follow-up within which a reply is set against it
FEWEST_REPLIES = 10  # after follow-ups, and before any


@dataclass(frozen=True)
class Figures:
    """What the silences of all stages of one name tell; see the module for working days.

    `proposal`, `waiting` in working days, none with fewer than `ENOUGH` completed silences or
    without a reply; `follow_ups` in hours, none where either side has few replies.
    """

    silences: int
    answered: int
    running: int
    proposal: Patience | None
    waiting: Waiting | None
    follow_ups: FollowUps | None

    @property
    def completed(self) -> int:
        """Silences that have ended, by a reply or otherwise."""
        return self.silences - self.running

    @property
    def missing(self) -> int:
        """How many completed silences there are too few."""
        return max(0, ENOUGH - self.completed)

    @property
    def proposed(self) -> int | None:
        """The proposed patience in working days, none where there is none."""
        return None if self.proposal is None else max(1, int(self.proposal.time))


def figures(stage: Stage, now: datetime, office: Office) -> Figures:
    """Read the silences of all stages that bear the name of this one, in whatever job."""
    same = select(Stage.id).where(Stage.name_key == stage.name_key)
    return figures_of(
        chances.recorded(now, office, stage_ids=set(db.session.scalars(same))), office
    )


def figures_of(silences: Silences, office: Office) -> Figures:
    """The figures of some silences."""
    size, running = len(silences.hours), int(silences.runs.sum())
    proposal = found = None
    if size - running >= ENOUGH:
        since = [at.replace(tzinfo=UTC) for at in silences.since.tolist()]
        hours = silences.hours.tolist()
        days, answered = in_working_days(since, hours, silences.answered.tolist(), office)
        proposal = patience(days, answered, MOST_DAYS)
        found = waiting(days, answered, MOST_DAYS)
    if proposal is None or not proposal.answered:
        proposal = found = None
    heard = int(silences.answered.sum())
    return Figures(size, heard, running, proposal, found, _follow_ups(silences))


def in_working_days(
    since: Sequence[datetime], hours: Sequence[float], answered: Sequence[bool], office: Office
) -> tuple[Floats, Bools]:
    """Silences as (working days, answered); no longer than `LONGEST`, later answers are none."""
    days, ends = np.zeros(len(since)), np.zeros(len(since), np.bool_)
    for row, (start, length, is_answered) in enumerate(zip(since, hours, answered, strict=True)):
        lasted = timedelta(hours=length)
        ends[row] = is_answered and lasted <= LONGEST
        end = start + min(lasted, LONGEST)
        fewest = office.fewest(start, end)
        is_over = ends[row] or office.add(start, fewest) == end
        days[row] = fewest if is_over else max(0, fewest - 1)
    return days, ends


def _follow_ups(silences: Silences) -> FollowUps | None:
    """How fast replies come after a follow-up, where there are enough of them."""
    if not silences.hours.size:
        return None
    found = follow_ups(
        silences.hours,
        silences.answered,
        silences.facts.attempt_of,
        silences.facts.attempt_at,
        edges=SPANS,
        window=SOON,
    )
    few = min(found.replies_after.sum(), found.replies_without.sum())
    return found if few >= FEWEST_REPLIES and np.isfinite(found.pooled_low) else None
