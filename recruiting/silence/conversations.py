"""Silences with the facts of their conversation, as the statistics want them (pure).

A silence here: from our first touch after one of theirs (or at the start) to their next one.
What is told of it was known when it began, but for our further attempts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log
from typing import NamedTuple

import numpy as np

from recruiting.pipeline.rules import Channel
from recruiting.stats.facts import SHORTEST, Facts
from recruiting.workdays import Office

HOUR = timedelta(hours=1)
SPOKEN = frozenset({Channel.PHONE, Channel.VIDEO, Channel.IN_PERSON})
NAN = float("nan")


class Known(NamedTuple):
    """What is known of a conversation at the moment when a silence begins; see `Facts`."""

    depth: int
    delay: float
    replies: int
    pace: float
    latest: float


@dataclass(slots=True)
class Rhythm:
    """A conversation as it goes on: how often they spoke, and how fast they answered."""

    depth: int = 0
    heard_at: datetime | None = None
    replies: int = 0
    log_hours: float = 0.0
    latest: float = NAN

    def hear(self, at: datetime, waited: float | None) -> None:
        """They spoke; `waited` hours after our first unanswered touch, if there was one."""
        self.depth += 1
        self.heard_at = at
        if waited is not None:
            self.replies += 1
            self.log_hours += log(max(waited, SHORTEST))
            self.latest = waited

    def known(self, since: datetime) -> Known:
        """What is known when a silence begins at `since`."""
        delay = NAN if self.heard_at is None else max(0.0, (since - self.heard_at) / HOUR)
        pace = self.log_hours / self.replies if self.replies else NAN
        return Known(self.depth, delay, self.replies, pace, self.latest)


@dataclass(slots=True)
class Silence:
    """One silence: hours count from `since`."""

    since: datetime
    channel: Channel
    known: Known
    stage: str = ""
    ended: float | None = None  # hours until their touch, or until we closed; none while it runs
    answered: bool = False
    attempts: list[float] = field(default_factory=list)

    def until(self, moment: datetime) -> tuple[float, bool]:
        """How long it had lasted at a moment not before `since`, and whether they had answered."""
        seen = max(0.0, (moment - self.since) / HOUR)
        if self.ended is not None and self.ended <= seen:
            return self.ended, self.answered
        return seen, False


class Touch(NamedTuple):
    """What one event means for a silence: exactly one of `ours`, `theirs` and `closes` holds."""

    at: datetime
    channel: Channel
    stage: str
    ours: bool = False
    theirs: bool = False
    closes: bool = False


def silences(touches: Iterable[Touch]) -> Iterator[Silence]:
    """The silences of one conversation, whose touches come in the order of time.

    Where two clocks are out of order, so that an answer is dated before its question, the
    conversation is read as it is dated; no span is ever below zero.
    """
    rhythm, running = Rhythm(), None
    for touch in touches:
        waited = None if running is None else (touch.at - running.since) / HOUR
        if touch.ours and running is not None:
            running.attempts.append((touch.at - running.since) / HOUR)
        elif touch.ours:
            known = rhythm.known(touch.at)
            running = Silence(touch.at, touch.channel, known, touch.stage)
            yield running
        else:
            if running is not None:
                running.ended, running.answered = waited, touch.theirs
                running = None
            if touch.theirs:
                rhythm.hear(touch.at, waited)


def facts_of(told: Sequence[Silence], office: Office) -> Facts:
    """The facts of silences, row by row; hour and weekday are the office's."""
    local = [one.since.astimezone(office.tz) for one in told]
    attempts = [(row, hours) for row, one in enumerate(told) for hours in one.attempts]
    columns = np.array([one.known for one in told], np.float64).reshape(len(told), len(NAMES)).T
    return Facts.of(
        **dict(zip(NAMES, columns, strict=True)),
        hour=[at.hour + at.minute / 60 for at in local],
        weekday=[at.weekday() for at in local],
        is_spoken=[one.channel in SPOKEN for one in told],
        is_chat=[one.channel not in SPOKEN and one.channel != Channel.EMAIL for one in told],
        attempt_of=np.array([row for row, _hours in attempts], np.int64),
        attempt_at=np.array([hours for _row, hours in attempts], np.float64),
    )


NAMES = Known._fields
