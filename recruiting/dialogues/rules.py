"""What may be said in a dialogue, by whom, how long, and whose turn it is (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from recruiting.accounts.rules import Actor, Permission
from recruiting.feedback.rules import may_read_alarms

OPEN = timedelta(days=90)  # from the Monday on from which human resources can read it
LONGEST = 2000  # characters of a remark
MOST = 60  # remarks of a dialogue


class RemarkKind(StrEnum):
    """What a remark is: words alone, what became of the candidate's words, or the end."""

    SAID = "said"
    HEARD = "heard"
    CHANGED = "changed"
    CANNOT_CHANGE = "cannot_change"  # because …
    ENDED = "ended"


RESULTS = (RemarkKind.HEARD, RemarkKind.CHANGED, RemarkKind.CANNOT_CHANGE)  # ours to say
NO_RESULT = "no_result"  # how a dialogue without one is counted


@dataclass(frozen=True)
class Draft:
    """A remark before it is stored; `by` is a member of staff, none is the candidate."""

    kind: RemarkKind
    text: str
    by: str | None = None


class Fault(StrEnum):
    """Why a remark cannot be stored."""

    NO_WORDS = "no_words"
    NO_CAUSE = "no_cause"  # "cannot change because" of what?
    NO_CHANGE = "no_change"  # "we have changed it": what?
    LONG = "long"
    LATE = "late"  # something was said that its author has not seen
    ENDED = "ended"
    FULL = "full"


def faults(draft: Draft) -> list[Fault]:
    """What is wrong with a remark by itself."""
    checks = (
        (Fault.NO_WORDS, draft.kind is RemarkKind.SAID and not draft.text),
        (Fault.NO_CAUSE, draft.kind is RemarkKind.CANNOT_CHANGE and not draft.text),
        (Fault.NO_CHANGE, draft.kind is RemarkKind.CHANGED and not draft.text),
        (Fault.LONG, len(draft.text) > LONGEST),
    )
    return [fault for fault, holds in checks if holds]


def fault_after(draft: Draft, number: int, before: Sequence[Draft]) -> Fault | None:
    """What keeps a remark from being the one with this number, after those before it."""
    if before and before[-1].kind is RemarkKind.ENDED:
        return Fault.ENDED
    if number != len(before) + 1:
        return Fault.LATE
    if len(before) >= MOST and draft.kind is not RemarkKind.ENDED:
        return Fault.FULL
    return None


def open_until(counted_from: date | None) -> date | None:
    """The last day on which a key opens what is read from a day on; none before anybody reads it.

    So no key dies while its words still wait for those of others.
    """
    return counted_from + OPEN if counted_from else None


def is_open(week_on: date, counted_from: date | None, today: date) -> bool:
    """Whether a key opens what was released in a week; before it, it is sealed."""
    last = open_until(counted_from)
    return week_on <= today and (last is None or today <= last)


def waits_for_us(before: Sequence[Draft]) -> bool:
    """Whether the candidate's words are the last ones."""
    return not before or (before[-1].by is None and before[-1].kind is not RemarkKind.ENDED)


def result_of(before: Sequence[Draft]) -> RemarkKind | None:
    """What we last said became of it."""
    return next((one.kind for one in reversed(before) if one.kind in RESULTS), None)


def may_read(reader: Actor, trusted: str, *, raises_alarm: bool) -> bool:
    """Whether a dialogue is for this reader: for those who read reports.

    Once it holds words that raised an alarm it is for the person of trust (`trusted`) alone.
    """
    if raises_alarm:
        return may_read_alarms(reader, trusted)
    return reader.can(Permission.SEE_REPORTS)
