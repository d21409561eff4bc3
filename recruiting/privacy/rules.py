"""Days by which we owe something or hold something no longer, and what is told of it (pure)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from recruiting.workdays import DAY, Office, in_months

LONGEST_REASON = 2_000
MONTHS_TO_DECIDE = 1
FURTHER = ""  # stands for the name of documents that are too many to be named
_PREFIX = "privacy:"


class Decision(StrEnum):
    """What a person decided about an erasure."""

    DONE = "done"
    REFUSED = "refused"


class Fact(StrEnum):
    """What the timeline tells of this room; each is a note that no turn is read from."""

    ERASURE_ASKED = "erasure_asked"
    ERASURE_TAKEN_BACK = "erasure_taken_back"
    ERASURE_DONE = "erasure_done"
    ERASURE_REFUSED = "erasure_refused"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_SETTLED = "consent_settled"
    DOCUMENTS_DELETED = "documents_deleted"


def legal_day(asked_on: date, office: Office) -> date:
    """The day by whose end an erasure must be decided: one month on, or the next working day.

    GDPR art. 12(3); how a month is counted and ends: Regulation (EEC, Euratom) 1182/71, art. 3.
    """
    day = in_months(asked_on, MONTHS_TO_DECIDE)
    while not office.is_open(day):
        day += DAY
    return day


def deletion_day(received_on: date, ended_on: date, days: int) -> date:
    """The day on which a document is deleted; one that came after the end is kept as long."""
    return max(received_on, ended_on) + timedelta(days=days)


def fact_id(fact: Fact, number: str) -> str:
    """What an event bears that tells a fact; `number` tells it from all others."""
    return f"{_PREFIX}{fact}:{number}"


def fact_of(external: str | None) -> Fact | None:
    """The fact that an event tells; none if it is another event."""
    if external is None or not external.startswith(_PREFIX):
        return None
    said = external.removeprefix(_PREFIX).partition(":")[0]
    return Fact(said) if said in set(Fact) else None
