"""Kinds of events, outcomes and their transitions: the tables that all else reads."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """`out` is from us, `in` is from the candidate."""

    OUT = "out"
    IN = "in"


class Channel(StrEnum):
    """How a touch travelled."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    VIDEO = "video"
    IN_PERSON = "in_person"
    LINKEDIN = "linkedin"
    PORTAL = "portal"
    OTHER = "other"


class Kind(StrEnum):
    """What an event is. The first ten are the journal file's; the rest happen in the house."""

    MESSAGE = "message"
    INTERVIEW = "interview"
    ASSIGNMENT = "assignment"
    OFFER = "offer"
    NO_SHOW = "no_show"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    WITHDRAWAL = "withdrawal"
    REJECTION = "rejection"
    HIRE = "hire"
    MOVED = "moved"
    GHOSTED = "ghosted"
    UNREACHABLE = "unreachable"
    NEVER_RESPONDED = "never_responded"
    REOPENED = "reopened"
    PAUSED = "paused"
    RESUMED = "resumed"
    OWNER_CHANGED = "owner_changed"
    HANDED_OVER = "handed_over"
    NOTE = "note"


class Result(StrEnum):
    """How a call went."""

    REACHED = "reached"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"


class Outcome(StrEnum):
    """How an application ended; an active application has none."""

    HIRED = "hired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    GHOSTED = "ghosted"  # set by a person, never by the machine
    UNREACHABLE = "unreachable"
    NEVER_RESPONDED = "never_responded"  # there was no contact, so it is no ghosting


class Turn(StrEnum):
    """Who owes the next touch."""

    CANDIDATE = "candidate"
    US = "us"
    NOBODY = "nobody"  # heard, and nothing asked; or ended


class SpellEnd(StrEnum):
    """What ended a spell; a spell that runs has no end."""

    REPLY = "reply"  # the candidate's touch
    WITHDRAWAL = "withdrawal"  # the candidate's no
    ANSWERED = "answered"  # our touch ended our own turn
    MET = "met"  # an agreed meeting took place
    MISSED = "missed"  # an agreed meeting was missed
    CLOSED = "closed"  # we ended the application


JOURNAL_KINDS = frozenset(list(Kind)[:10])
OUTBOUND_TOUCHES = frozenset({Kind.MESSAGE, Kind.INTERVIEW, Kind.ASSIGNMENT, Kind.OFFER})
KIND_OF_OUTCOME = {
    Outcome.HIRED: Kind.HIRE,
    Outcome.REJECTED: Kind.REJECTION,
    Outcome.WITHDRAWN: Kind.WITHDRAWAL,
    Outcome.GHOSTED: Kind.GHOSTED,
    Outcome.UNREACHABLE: Kind.UNREACHABLE,
    Outcome.NEVER_RESPONDED: Kind.NEVER_RESPONDED,
}
OUTCOME_OF_KIND = {kind: outcome for outcome, kind in KIND_OF_OUTCOME.items()}

ACTIVE = None
NEXT_OUTCOMES: dict[Outcome | None, frozenset[Outcome | None]] = {
    ACTIVE: frozenset(Outcome),
    Outcome.GHOSTED: frozenset({ACTIVE, Outcome.WITHDRAWN}),  # a late reply reopens or explains
    Outcome.NEVER_RESPONDED: frozenset({ACTIVE, Outcome.WITHDRAWN}),
    Outcome.UNREACHABLE: frozenset({ACTIVE, Outcome.WITHDRAWN}),
    Outcome.WITHDRAWN: frozenset({ACTIVE}),
    Outcome.REJECTED: frozenset({ACTIVE}),
    Outcome.HIRED: frozenset(),
}
# Outcomes that say "we heard nothing": the first word from the candidate proves them wrong.
SILENT_OUTCOMES = frozenset({Outcome.GHOSTED, Outcome.NEVER_RESPONDED, Outcome.UNREACHABLE})


def may_become(old: Outcome | None, new: Outcome | None) -> bool:
    """Whether an application may go from the outcome `old` to `new`."""
    return new in NEXT_OUTCOMES[old]


def asks_something(text: str) -> bool:
    """Whether a mail's own words, not what it quotes, hold a question."""
    return any("?" in line for line in text.splitlines() if not line.lstrip().startswith(">"))


def awaits_usually(kind: Kind, direction: Direction) -> bool:
    """Whether an event of a kind wants an answer, unless somebody says otherwise."""
    return kind is Kind.MESSAGE if direction is Direction.IN else kind in OUTBOUND_TOUCHES
