"""What a candidate can ask of us on the status page, beside the answers (pure)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from recruiting.pipeline.rules import SILENT_OUTCOMES, Outcome, Turn
from recruiting.workdays import DAY, Office

_PREFIX = "wish:"
# O'clock in the office: whoever asks later finds less than two hours of its day left.
SAME_DAY_UNTIL = time(15)


class Wish(StrEnum):
    """What is asked of us; each but the last is a touch of theirs."""

    CALL = "call"  # talk to a human
    NOT_REACHED = "not_reached"  # our messages did not arrive, or a link did not work: our fault
    SUITS = "suits"  # the appointment
    ANOTHER_TIME = "another_time"  # for the appointment
    ERASURE = "erasure"  # of their data: decided by a person, and no touch


class Revocable(StrEnum):
    """What can be taken back on the status page at any time."""

    ERASURE = "erasure"  # until it is decided
    CONSENT = "consent"  # to be asked again


@dataclass(frozen=True, slots=True)
class Wished:
    """One wish as it was sent."""

    wish: Wish
    text: str = ""


def granted(
    outcome: Outcome | None, turn: Turn, *, meets: bool, held: Collection[Wish]
) -> tuple[Wish, ...]:
    """Which wishes can be uttered, given those that hold: no word of ours has followed them.

    `outcome` as far as the candidate knows of it; `meets` whether an appointment lies ahead.
    """
    is_open = outcome is None
    checks = (
        (Wish.SUITS, is_open and meets and turn is Turn.CANDIDATE),
        (Wish.ANOTHER_TIME, is_open and meets),
        (Wish.CALL, True),
        (Wish.NOT_REACHED, is_open or outcome in SILENT_OUTCOMES),
        (Wish.ERASURE, True),
    )
    return tuple(wish for wish, fits in checks if fits and wish not in held)


def call_day(now: datetime, office: Office) -> date:
    """The day by whose end we call: the next working day."""
    return _open_from(office.day_of(now) + DAY, office)


def due_at(wish: Wish, now: datetime, meets_at: datetime | None, office: Office) -> datetime | None:
    """By when a wish asks for a word of ours; none where it names no moment.

    The next working day, as a call. About an appointment on a day before it; where it is too near
    for that, the same day while enough of it is left in the office, else before it comes.
    """
    if wish not in {Wish.CALL, Wish.ANOTHER_TIME}:
        return None
    by = office.start_of(call_day(now, office) + DAY)
    if wish is Wish.CALL or meets_at is None or by <= office.start_of(office.day_of(meets_at)):
        return by
    local = office.local(now)
    if not office.is_open(local.date()) or local.time() > SAME_DAY_UNTIL:
        return meets_at
    return min(office.start_of(local.date() + DAY), meets_at)


def _open_from(day: date, office: Office) -> date:
    while not office.is_open(day):
        day += DAY
    return day


def wish_id(wish: Wish, number: str) -> str:
    """What an event bears that a wish became; `number` tells it from all others."""
    return f"{_PREFIX}{wish}:{number}"


def wish_of(external: str | None) -> Wish | None:
    """The wish that an event was; none if it was another event."""
    if external is None or not external.startswith(_PREFIX):
        return None
    said = external.removeprefix(_PREFIX).partition(":")[0]
    return Wish(said) if said in set(Wish) else None
