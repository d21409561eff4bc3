"""What becomes of a message on its way out and in: the tables that all else reads (pure)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """What a message is for; each has its wording."""

    FOLLOW_UP = "follow_up"  # of a silence, the first or the second
    CLOSING = "closing"  # thanks, exit feedback, the way back
    DELAY = "delay"  # we are late; by when we shall answer
    FRESH_LINK = "fresh_link"  # the candidate has just asked for a link
    REMINDER = "reminder"  # to a colleague: our promise is due
    WRITTEN = "written"  # by a person, in their own words


class MessageState(StrEnum):
    """Where a message stands on its way out."""

    DRAFTED = "drafted"  # proposed by the machine; nobody has approved it yet
    QUEUED = "queued"
    LEASED = "leased"  # a worker has taken it, nothing has left
    BEGUN = "begun"  # transmission begun, outcome not known yet
    SENT = "sent"
    FAILED = "failed"  # refused for good
    UNKNOWN = "unknown"  # it may have been sent; a person decides
    CANCELLED = "cancelled"


# From each state to those that may follow; whoever changes a state asks for the old one.
NEXT_STATES: dict[MessageState, frozenset[MessageState]] = {
    MessageState.DRAFTED: frozenset({MessageState.QUEUED, MessageState.CANCELLED}),
    MessageState.QUEUED: frozenset({MessageState.LEASED, MessageState.CANCELLED}),
    MessageState.LEASED: frozenset(
        {MessageState.QUEUED, MessageState.BEGUN, MessageState.CANCELLED, MessageState.FAILED}
    ),
    MessageState.BEGUN: frozenset(
        {MessageState.SENT, MessageState.FAILED, MessageState.UNKNOWN, MessageState.QUEUED}
    ),
    MessageState.SENT: frozenset(),
    MessageState.FAILED: frozenset({MessageState.QUEUED, MessageState.CANCELLED}),
    MessageState.UNKNOWN: frozenset(
        {MessageState.QUEUED, MessageState.SENT, MessageState.CANCELLED}
    ),
    MessageState.CANCELLED: frozenset(),
}
# Nothing of these has left; a person or an answer may still take them back.
UNSENT = frozenset({MessageState.DRAFTED, MessageState.QUEUED, MessageState.LEASED})

# Only these are sent once more by themselves when their outcome is unknown, under the same
# Message-ID: somebody is waiting for them at this very moment.
JUST_ASKED_FOR = frozenset({Purpose.FRESH_LINK})

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))  # the last one repeats
MOST_TRIES = 8


class ReceivedState(StrEnum):
    """Where a mail stands that came in."""

    STORED = "stored"  # kept raw, not worked on yet
    FILED = "filed"  # on a timeline
    UNMATCHED = "unmatched"  # whose it is, a person says
    NOT_OURS = "not_ours"  # a person said so
    HELD = "held"  # one of too many from one address: kept, triggers nothing
    PARKED = "parked"  # could not be worked on; kept and shown


# What a person has to look at.
FOR_A_PERSON = frozenset({ReceivedState.UNMATCHED, ReceivedState.HELD, ReceivedState.PARKED})
