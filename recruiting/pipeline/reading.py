"""The shapes that the rule of turns reads and writes: events in, a reading out (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from recruiting.pipeline.rules import (
    Channel,
    Direction,
    Kind,
    Outcome,
    Result,
    SpellEnd,
    Turn,
)
from recruiting.workdays import Absence

DISTANT_PAST = datetime(1970, 1, 1, tzinfo=UTC)

# Of two events in the same second: touches before what machines say of them, ends last.
_GROUPS = (
    (Kind.MESSAGE, Kind.INTERVIEW, Kind.ASSIGNMENT, Kind.OFFER),
    (Kind.NO_SHOW, Kind.AUTO_REPLY, Kind.BOUNCE),
    (Kind.MOVED, Kind.NOTE, Kind.OWNER_CHANGED, Kind.HANDED_OVER, Kind.PAUSED, Kind.RESUMED),
    (Kind.WITHDRAWAL, Kind.REJECTION, Kind.GHOSTED, Kind.UNREACHABLE, Kind.NEVER_RESPONDED),
    (Kind.REOPENED, Kind.HIRE),
)
_PLACE = {
    kind: (group, rank) for group, kinds in enumerate(_GROUPS) for rank, kind in enumerate(kinds)
}


class Moment(NamedTuple):
    """One event as the rule reads it."""

    at: datetime
    kind: Kind
    direction: Direction
    channel: Channel
    awaits_reply: bool
    due_at: datetime | None
    stage_id: int | None
    by: str | None = None
    subject: str = ""
    external_id: str | None = None
    result: Result | None = None
    asks: bool = False
    leaves_open: bool = False
    offers_no: bool | None = None


class Attempt(NamedTuple):
    """One touch of ours within a silence."""

    at: datetime
    channel: Channel
    offers_no: bool | None
    delivered: bool = True


class Facts(NamedTuple):
    """What stands on an application's row after its timeline was read, by the row's columns."""

    applied_at: datetime
    stage_id: int
    stage_since: datetime
    owner: str | None
    outcome: Outcome | None
    ended_at: datetime | None
    turn: Turn
    since: datetime
    due_at: datetime | None
    attempts: int
    depth: int
    replies: int
    channel: Channel
    last_touch_at: datetime
    away_until: datetime | None
    paused_until: datetime | None
    meets_at: datetime | None
    met_due_at: datetime | None
    promised_at: datetime | None
    is_bounced: bool
    has_open_question: bool
    wrote_after_end: bool


class Stretch(NamedTuple):
    """One turn of one side, from its first unanswered touch to what ended it."""

    whose: Turn
    stage_id: int
    channel: Channel
    since: datetime
    until: datetime | None
    end: SpellEnd | None
    attempts: int
    depth: int
    due_at: datetime
    # What was known when it began, and our further attempts, for the statistics of silences.
    delay_hours: float | None
    paced: int
    pace: float | None
    latest_hours: float | None
    asked_hours: str  # from its beginning to each further attempt, space between


@dataclass
class Reading:
    """What a timeline says, whatever the time: the turn, its facts, and all turns before it."""

    stage_id: int
    applied_at: datetime = DISTANT_PAST
    stage_since: datetime = DISTANT_PAST
    owner: str | None = None
    outcome: Outcome | None = None
    ended_at: datetime | None = None
    turn: Turn = Turn.NOBODY
    since: datetime = DISTANT_PAST
    due_at: datetime | None = None
    depth: int = 0  # inbound touches
    replies: int = 0  # inbound touches after applying or being sourced
    channel: Channel = Channel.EMAIL
    last_touch_at: datetime = DISTANT_PAST
    away_until: datetime | None = None
    paused_until: datetime | None = None
    meets_at: datetime | None = None
    met_due_at: datetime | None = None
    promised_at: datetime | None = None
    is_bounced: bool = False
    wrote_after_end: bool = False
    reschedules: int = 0
    no_shows: int = 0
    last_answer_at: datetime | None = None  # our last touch
    open_question: Moment | None = None  # theirs, known to be unanswered
    last_question: Moment | None = None  # theirs, before our present question
    asked: list[Attempt] = field(default_factory=list)  # our touches in the running silence
    absences: list[Absence] = field(default_factory=list)
    channels: set[Channel] = field(default_factory=set)  # they or we ever used
    stretches: list[Stretch] = field(default_factory=list)
    agreed_at: datetime | None = None  # when the candidate's part is expected by agreement
    decides: bool = False  # what we owe is a decision, not an answer

    @property
    def attempts(self) -> int:
        """How often we asked within the running silence."""
        return len(self.asked)

    @property
    def has_open_question(self) -> bool:
        """Whether we know of a question of theirs that we left open."""
        return self.open_question is not None

    @property
    def facts(self) -> Facts:
        """What an application's row says of this."""
        return Facts(*(getattr(self, name) for name in Facts._fields))


def order(moment: Moment) -> tuple[datetime, int, bool, int, str, str]:
    """The place of an event in its timeline: the same whatever order it was recorded in.

    In the same second a word from them comes before our answer to it.
    """
    group, rank = _PLACE[moment.kind]
    outward = moment.direction is Direction.OUT
    return moment.at, group, outward, rank, moment.channel, moment.external_id or ""


def beginning(moments: Iterable[Moment], otherwise: int) -> int:
    """The stage of an application before the first event that names one.

    It is that event's own; but somebody who was moved was elsewhere before, and then, or if no
    event names a stage at all, it is `otherwise`.
    """
    first = min((one for one in moments if one.stage_id is not None), key=order, default=None)
    if first is None or first.stage_id is None or first.kind is Kind.MOVED:
        return otherwise
    return first.stage_id
