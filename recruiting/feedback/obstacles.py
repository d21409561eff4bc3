"""What stands against asking somebody for exit feedback (pure).

Asked once, and never chased: it holds for the person, over all of their applications.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recruiting.feedback.rules import INVITED
from recruiting.pipeline.rules import Outcome
from recruiting.workdays import in_months

REST = 6  # months after an invitation in which there is no other one


class Obstacle(StrEnum):
    """Why somebody is not asked; of several the first one is told."""

    OUTCOME = "outcome"  # it did not end as ghosted or withdrawn
    OBJECTED = "objected"  # they do not want to be asked
    STAGE = "stage"  # the stage in which it ended does not ask
    ACTIVE = "active"  # another application of theirs is running, as far as they know
    RECENT = "recent"  # they were asked within the last six months


@dataclass(frozen=True, slots=True)
class Case:
    """An application as the question looks at it, and what there is of its candidate beside it."""

    outcome: Outcome | None
    has_objected: bool = False
    stage_invites: bool = True
    runs_elsewhere: bool = False
    invited_at: Collection[datetime] = ()  # by other invitations to the same person


def obstacle(case: Case, at: datetime) -> Obstacle | None:
    """The first thing that stands against an invitation at a moment; none if nothing does."""
    checks = (
        (Obstacle.OUTCOME, case.outcome not in INVITED),
        (Obstacle.OBJECTED, case.has_objected),
        (Obstacle.STAGE, not case.stage_invites),
        (Obstacle.ACTIVE, case.runs_elsewhere),
        (Obstacle.RECENT, any(one <= at < rested(one) for one in case.invited_at)),
    )
    return next((found for found, holds in checks if holds), None)


def rested(moment: datetime) -> datetime:
    """The moment from which somebody who was invited may be invited again.

    The same time of day, six months later.
    """
    return datetime.combine(in_months(moment.date(), REST), moment.timetz())
