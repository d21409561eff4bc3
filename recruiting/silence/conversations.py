"""Silences with the facts of their conversation, as the statistics want them (pure).

A silence here: from our first touch after one of theirs (or at the start) to their next one.
What is told of it was known when it began, but for our further attempts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recruiting.pipeline.rhythm import Known, Rhythm
from recruiting.pipeline.rules import JOURNAL_KINDS, OUTBOUND_TOUCHES, Channel, Direction, Kind
from recruiting.stats.facts import Facts
from recruiting.stats.spells import Floats, Ints
from recruiting.workdays import HOUR, Office

SPOKEN = frozenset({Channel.PHONE, Channel.VIDEO, Channel.IN_PERSON})
CHAT = frozenset(Channel) - SPOKEN - {Channel.EMAIL}
MINUTE = timedelta(minutes=1)
MICROSECONDS = 3_600_000_000.0  # in an hour
EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday
Instants = NDArray[np.datetime64]
Spans = NDArray[np.timedelta64]
CLOSING = frozenset({Kind.REJECTION, Kind.HIRE})
HEARD = frozenset({Kind.MESSAGE, Kind.WITHDRAWAL})


@dataclass(slots=True)
class Silence:
    """One silence: hours count from `since`."""

    since: datetime
    channel: Channel
    depth: int  # touches of theirs before it
    known: Known
    stage: str = ""
    ended: float | None = None  # hours until their next touch; none if there is none
    closed: float | None = None  # hours until we ended the application without having heard
    attempts: list[float] = field(default_factory=list)

    def until(self, moment: datetime) -> tuple[float, bool]:
        """How long it had lasted at a moment not before `since`, and whether they had answered."""
        watched = max(0.0, (moment - self.since) / HOUR)
        if self.closed is not None:  # what came later was no answer to our question any more
            watched = min(watched, self.closed)
        if self.ended is not None and self.ended <= watched:
            return self.ended, True
        return watched, False


class Touch(NamedTuple):
    """What one event means for a silence: exactly one of `ours`, `theirs` and `closes` holds."""

    at: datetime
    channel: Channel
    stage: str
    ours: bool = False
    theirs: bool = False
    closes: bool = False


class Told(NamedTuple):
    """One event, as a journal file or the journal of the house tells it.

    `stage` is the key of the stage it names, empty if it names none. A house kind, which no file
    can carry, says nothing but its stage.
    """

    at: datetime
    direction: Direction
    channel: Channel
    kind: Kind
    stage: str
    external_id: str | None


def touches(told: Iterable[Told], stage: str = "") -> Iterator[Touch]:
    """What the events of one conversation mean for its silences, in the order of time.

    An event without a stage stands in the one named last, or in `stage`. What is the same by
    time, direction, channel and kind, and bears no id, is the same event. That somebody was
    confirmed as silent ends nothing: they may still answer, and only then was the silence over.
    """
    before = None
    for one in sorted(told, key=_order):
        stage = one.stage or stage
        same = one[:4]
        if same == before and not one.external_id:
            continue
        before = same
        if one.direction is Direction.OUT and one.kind in OUTBOUND_TOUCHES:
            yield Touch(one.at, one.channel, stage, ours=True)
        elif one.direction is Direction.IN and one.kind in HEARD:
            yield Touch(one.at, one.channel, stage, theirs=True)
        elif one.kind in CLOSING:
            yield Touch(one.at, one.channel, stage, closes=True)


def _order(one: Told) -> tuple[object, ...]:
    """In the same second the house's own kinds come first, a word from them before our answer."""
    is_told = one.kind in JOURNAL_KINDS
    ends, outward = one.kind in CLOSING, one.direction is Direction.OUT
    # With ids first: a row without one is then known to be the same event.
    bare = not one.external_id
    return one.at, is_told, outward, ends, one.channel, one.kind, bare, one.external_id or ""


def silences(touches: Iterable[Touch]) -> Iterator[Silence]:
    """The silences of one conversation, whose touches come in the order of time.

    Where two clocks are out of order, so that an answer is dated before its question, the
    conversation is read as it is dated; no span is ever below zero. That we closed ends no
    silence: they may still write, and until then nobody has heard from them.
    """
    rhythm, running, depth = Rhythm(), None, 0
    for touch in touches:
        waited = None if running is None else (touch.at - running.since) / HOUR
        if touch.ours and running is not None:
            running.attempts.append((touch.at - running.since) / HOUR)
        elif touch.ours:
            known = rhythm.known(touch.at)
            running = Silence(touch.at, touch.channel, depth, known, touch.stage)
            yield running
        elif touch.theirs:
            depth += 1
            rhythm.hear(touch.at, running.since if running else None)
            if running is not None:
                running.ended, running = waited, None
        elif running is not None and running.closed is None:
            running.closed = waited


def facts_of(told: Sequence[Silence], office: Office) -> Facts:
    """The facts of silences, row by row; hour and weekday are the office's."""
    return facts_from(
        instants([one.since for one in told]),
        [one.channel for one in told],
        [one.depth for one in told],
        tuple(zip(*(one.known for one in told), strict=True)) or ((),) * len(Known._fields),
        [one.attempts for one in told],
        office,
    )


def instants(moments: Sequence[datetime | str | None]) -> Instants:
    """Moments in one column, in UTC; as aware datetimes or as SQLite stores them, NaT for none."""
    texts = [one if isinstance(one, str) else _text(one) if one else "" for one in moments]
    return np.array(texts, "S26").astype("datetime64[us]")  # many times faster than one by one


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def in_hours(spans: Spans) -> Floats:
    """Spans in hours, as exact as a division of timedeltas."""
    return spans.astype(np.int64) / MICROSECONDS


def facts_from(
    since: Instants,
    channel: Sequence[Channel],
    depth: Sequence[int],
    known: Sequence[Sequence[float | None]],  # the columns of `Known`
    attempts: Iterable[Sequence[float]],
    office: Office,
) -> Facts:
    """The same from columns of equal length."""
    minutes = _local_minutes(since, office)
    asked = [(row, hours) for row, found in enumerate(attempts) if found for hours in found]
    delay, paced, pace, latest = known
    return Facts.of(
        depth=np.array(depth, np.float64),
        delay=np.array(delay, np.float64),  # none becomes nan
        replies=np.array(paced, np.float64),
        pace=np.array(pace, np.float64),
        latest=np.array(latest, np.float64),
        hour=minutes // 60 % 24 + minutes % 60 / 60,
        weekday=(minutes // (24 * 60) + EPOCH_WEEKDAY) % 7,
        is_spoken=[one in SPOKEN for one in channel],
        is_chat=[one in CHAT for one in channel],
        attempt_of=np.array([row for row, _hours in asked], np.int64),
        attempt_at=np.array([hours for _row, hours in asked], np.float64),
    )


def _local_minutes(since: Instants, office: Office) -> Ints:
    """Minutes since 1970 on the office's wall clock; zones change at full quarters of an hour."""
    minutes = since.astype("datetime64[m]").astype(np.int64)
    quarters, of_row = np.unique(minutes // 15, return_inverse=True)
    ahead = [
        datetime.fromtimestamp(quarter * 15 * 60, office.tz).utcoffset()
        for quarter in quarters.tolist()
    ]
    return minutes + np.array([span // MINUTE for span in ahead if span is not None])[of_row]
