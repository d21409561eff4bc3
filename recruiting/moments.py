"""Moments as files and commands write them: ISO 8601 with an offset (pure)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
FURTHEST_OFFSET = timedelta(hours=14)
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
    r"(?P<offset>[Zz]|[+-]\d\d(?::?[0-5]\d)?)?",
    re.ASCII,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_STRANGE_YEAR = re.compile(r"[+-]?\d{5,}-\d\d-\d\d([Tt ].*)?", re.ASCII)


class TimeFault(StrEnum):
    """Why a text is no moment."""

    NO_TIME = "no_time"
    NAIVE_TIME = "naive_time"  # without its time of day, or without its offset
    IMPOSSIBLE_TIME = "impossible_time"  # on no calendar or clock
    DISTANT_TIME = "distant_time"


class NoMoment(ValueError):
    """A text that is no moment; `fault` says why."""

    def __init__(self, fault: TimeFault) -> None:
        super().__init__(fault)
        self.fault = fault


# What a command says of each; the text and the years are put in.
_SENTENCES = {
    TimeFault.NO_TIME: "{text!r} is no moment; write 2026-03-02T14:05:00+01:00 or …Z",
    TimeFault.NAIVE_TIME: "{text!r} has no {missing}; write 2026-03-02T14:05:00+01:00 or …Z",
    TimeFault.IMPOSSIBLE_TIME: "{text!r} exists on no calendar or clock",
    TimeFault.DISTANT_TIME: "{text!r} lies outside the years {first} to {last}",
}


def read_moment(text: str, *, earliest: datetime, latest: datetime) -> datetime:
    """Read one moment, as UTC; raise `NoMoment` if it is none, or not within the bounds."""
    match = _ISO.fullmatch(text) or _ISO.fullmatch(text.strip())
    if match is None:
        raise NoMoment(_fault_of(text.strip()))
    text = match.group()
    if match["offset"] is None:
        raise NoMoment(TimeFault.NAIVE_TIME)
    # Away from the ends of the calendar, where a change of offset would leave it.
    if not earliest.year - 1 <= int(text[:4]) <= latest.year + 1:
        raise NoMoment(TimeFault.DISTANT_TIME)
    try:
        told = datetime.fromisoformat(text.upper())
    except ValueError:
        raise NoMoment(TimeFault.IMPOSSIBLE_TIME) from None
    at = told.astimezone(UTC)
    if told.tzinfo is not UTC and abs(told.replace(tzinfo=UTC) - at) > FURTHEST_OFFSET:
        raise NoMoment(TimeFault.IMPOSSIBLE_TIME)
    if not earliest <= at <= latest:
        raise NoMoment(TimeFault.DISTANT_TIME)
    return at


def parse_moment(text: str) -> datetime:
    """Read one moment; raise `ValueError` with a sentence that quotes the text and the remedy."""
    earliest = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC)
    latest = datetime(LATEST_YEAR + 1, 1, 1, tzinfo=UTC) - timedelta.resolution
    try:
        return read_moment(text, earliest=earliest, latest=latest)
    except NoMoment as wrong:
        sentence = _SENTENCES[wrong.fault]
        missing = "offset from UTC" if ":" in text else "time of day"
        told = sentence.format(text=text, first=EARLIEST_YEAR, last=LATEST_YEAR, missing=missing)
        raise ValueError(told) from None


def _fault_of(text: str) -> TimeFault:
    if _STRANGE_YEAR.fullmatch(text):
        return TimeFault.DISTANT_TIME
    return TimeFault.NAIVE_TIME if _DAY.fullmatch(text) else TimeFault.NO_TIME
