"""Short words for timelines: `ask(MONDAY)`, `reply(MONDAY + DAY)`, and how to read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from recruiting.jobs.rules import Terms
from recruiting.pipeline.reading import Moment, Reading
from recruiting.pipeline.rules import Channel, Direction, Kind
from recruiting.pipeline.turns import read
from recruiting.workdays import Office

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10:00 in Berlin; no holiday within weeks
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OFFICE = Office()
STAGE, NEXT_STAGE = 1, 2
TERMS = {STAGE: Terms(), NEXT_STAGE: Terms()}


def out(at: datetime, kind: Kind = Kind.MESSAGE, **more: Any) -> Moment:
    """A touch of ours, asking unless told otherwise."""
    values: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "awaits_reply": True,
        "due_at": None,
        "stage_id": None,
    }
    return Moment(at=at, kind=kind, direction=Direction.OUT, **(values | more))


def come(at: datetime, kind: Kind = Kind.MESSAGE, **more: Any) -> Moment:
    """Something from the candidate's side."""
    values: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "awaits_reply": kind is Kind.MESSAGE,
        "due_at": None,
        "stage_id": None,
    }
    return Moment(at=at, kind=kind, direction=Direction.IN, **(values | more))


def reading(*moments: Moment) -> Reading:
    """What the rule says of these events."""
    return read(moments, TERMS, STAGE, OFFICE)
