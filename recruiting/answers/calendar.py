"""An appointment as a calendar reads it (RFC 5545), in plain text (pure)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST_LINE = 75  # octets, without the line end
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Appointment:
    """What the calendar is told; times in UTC, `minutes` none if nobody said how long."""

    application_id: int
    domain: str
    starts_at: datetime
    minutes: int | None
    summary: str
    description: str
    agreed_at: datetime
    number: int  # how many times it was agreed: a later one replaces the one before


def as_ics(one: Appointment) -> str:
    """A calendar with one appointment.

    It holds no link of ours: calendars are shared with others.
    """
    return "".join(f"{folded}\r\n" for line in _lines(one) for folded in _fold(line))


def _lines(one: Appointment) -> Iterator[str]:
    known = hashlib.sha256(f"application {one.application_id} {one.domain}".encode()).hexdigest()
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Heardback//status//EN")
    yield from ("METHOD:PUBLISH", "BEGIN:VEVENT", f"UID:{known[:32]}@{one.domain}")
    yield f"DTSTAMP:{_stamp(one.agreed_at)}"
    yield f"SEQUENCE:{one.number}"
    yield f"DTSTART:{_stamp(one.starts_at)}"
    if one.minutes:
        yield f"DTEND:{_stamp(one.starts_at + timedelta(minutes=one.minutes))}"
    yield f"SUMMARY:{_escaped(one.summary)}"
    if one.description:
        yield f"DESCRIPTION:{_escaped(one.description)}"
    yield from ("END:VEVENT", "END:VCALENDAR")


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """A value on one line; nobody's name can end it or begin another property."""
    plain = _CONTROL.sub(" ", text).replace("\\", "\\\\")
    return plain.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; each further one begins with a space, no character is cut."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > LONGEST_LINE:
            yield part
            part = " "
        part += letter
    yield part
