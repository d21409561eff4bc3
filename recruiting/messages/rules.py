"""What becomes of a message on its way out and in: the tables that all else reads (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from recruiting.workdays import DAY, Office


class Purpose(StrEnum):
    """What a message is for; each has its wording."""

    FOLLOW_UP = "follow_up"  # of a silence, the first or the second
    CLOSING = "closing"  # thanks, exit feedback, the way back
    DELAY = "delay"  # we are late; by when we shall answer
    FRESH_LINK = "fresh_link"  # the candidate has just asked for a link
    REMINDER = "reminder"  # to a colleague: our promise is due
    WRITTEN = "written"  # by a person, in their own words


# How the occurrence of a reminder begins that is for its reader's eyes alone.
CONFIDED = "confided/"


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

# These leave at any hour and beside every cap: a person wrote them, or waits for them.
AT_ONCE = frozenset({Purpose.WRITTEN, Purpose.FRESH_LINK})
# The others that go to a candidate: one a day, and only while nothing of theirs lies unread.
ONE_A_DAY = frozenset({Purpose.FOLLOW_UP, Purpose.CLOSING, Purpose.DELAY})

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))  # the last one repeats
MOST_TRIES = 8
DEAF_AFTER = timedelta(minutes=30)  # that an inbox could not be read: answers may lie in it
MOST_FAULTS = 3  # of our own, at one mail
# What `Message.why` says, beside a server's code and a word of the ladder's.
UNREACHABLE, FAULT = "unreachable: ", "fault: "  # and then the kind of trouble
UNANSWERED, ONE_TODAY, UNREAD = "unanswered", "one_a_day", "mail_unread"
ERASURE, ERASED = "erasure_asked", "erased"
HOLDS = frozenset({ERASURE})  # such a mail waits, all other reasons take it back
WORKER_ENDED = "worker_ended"  # after the transmission had begun
ASK_AGAIN_AFTER = timedelta(minutes=15)  # once, where nobody knows whether a mail has left


def wait_after(tries: int, jitter: float) -> timedelta:
    """How long a mail waits that was put off for the `tries`-th time; `jitter` is about 1."""
    return BACK_OFF[min(tries, len(BACK_OFF)) - 1] * jitter


class ReceivedState(StrEnum):
    """Where a mail stands that came in."""

    STORED = "stored"  # kept raw, not worked on yet
    FILED = "filed"  # on a timeline
    UNMATCHED = "unmatched"  # whose it is, a person says
    NOT_OURS = "not_ours"  # a person said so; or a copy of one that nobody has placed yet
    HELD = "held"  # one of too many from one address: kept, triggers nothing
    PARKED = "parked"  # could not be worked on; kept and shown


# What a person has to look at.
FOR_A_PERSON = frozenset({ReceivedState.UNMATCHED, ReceivedState.HELD, ReceivedState.PARKED})
KEPT_OF_TOO_LARGE = 64 * 1024  # bytes of a mail that is larger than we take
TWICE = "twice"  # what `Received.why` says of a copy


@dataclass(frozen=True)
class Hours:
    """When our mails leave that nobody waits for: on working days, from `first` to before `last`
    o'clock in the office."""

    first: int = 8
    last: int = 19

    def is_open(self, moment: datetime, office: Office) -> bool:
        """Whether such a mail may leave now."""
        local = office.local(moment)
        return office.is_open(local.date()) and self.first <= local.hour < self.last

    def leave(
        self, purpose: Purpose, send_after: datetime, now: datetime, office: Office
    ) -> datetime:
        """The first moment at which a mail that waits may leave."""
        moment = max(send_after, now)
        return moment if purpose in AT_ONCE else self.next_open(moment, office)

    def next_open(self, moment: datetime, office: Office) -> datetime:
        """The first moment from `moment` on at which such a mail may leave."""
        if self.is_open(moment, office):
            return moment
        day = office.day_of(moment)
        if office.local(moment).hour >= self.last:
            day += DAY
        while not office.is_open(day):
            day += DAY
        return datetime.combine(day, time(self.first), office.tz).astimezone(UTC)


@dataclass(frozen=True)
class Limits:
    """What holds mails back that nobody waits for: hours of the office, and most an hour."""

    hours: Hours = Hours()
    per_hour: int = 200
    inboxes: frozenset[str] = frozenset()  # names of those that answers come into
