"""Moments as files and commands write them: ISO 8601 with an offset (pure)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
    r"(Z|z|[+-][0-9]{2}:?[0-9]{2})?"
)


def parse_moment(text: str) -> datetime:
    """Read one moment; raise `ValueError` with a sentence that quotes the text and the remedy."""
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no moment; write 2026-03-02T14:05:00+01:00 or …Z")
    if found.group(3) is None:
        raise ValueError(f"{text!r} has no offset; add +01:00 or Z")
    try:
        moment = datetime.fromisoformat(text.strip().upper().replace(",", "."))
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no moment: {error}") from error
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError(f"{text!r} lies outside the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return moment
