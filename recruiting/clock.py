"""The only reader of the clock; everything below the edge takes `now` as an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def running_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that shows a moment at this instant and goes on from there."""
    ahead = moment - now()
    return lambda: now() + ahead
