"""What may be known of a silence beside its stage: facts of its own conversation, as columns.

Used are how deep the conversation is, how long we took to answer, how fast the candidate answered
so far, hour and weekday of our touch, its channel, and our further attempts. Never used are names,
where somebody came from, other applications, anything about the person, any text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.spells import Floats, Ints, read_times

SHORTEST = 1 / 12  # hours: faster than five minutes is all the same
MIDDLE = np.log(6.0)  # a delay or pace of six hours is the zero of its column
SPREAD = 3.0
MOST_ATTEMPTS = 4  # more are counted as so many
GRAIN = 64.0  # columns are whole 64ths, so that sums of them and of their products are exact


class Fact(StrEnum):
    """What the columns are about, for those who explain a chance."""

    DEPTH = "depth"
    DELAY = "delay"
    PACE = "pace"
    MOMENT = "moment"
    CHANNEL = "channel"
    ATTEMPTS = "attempts"


# One fact for each column of `design`, then for each of `asked`.
FACT_OF_COLUMN = (
    *(Fact.DEPTH,) * 2,
    Fact.DELAY,
    *(Fact.PACE,) * 3,
    *(Fact.MOMENT,) * 3,
    *(Fact.CHANNEL,) * 2,
    *(Fact.ATTEMPTS,) * 2,
)
COLUMNS = len(FACT_OF_COLUMN)
ASKED = 2  # columns that change while a silence lasts
STEADY = COLUMNS - ASKED


@dataclass(frozen=True, eq=False)
class Facts:
    """One row for each silence, (n,) each; nan says that there is nothing to know yet.

    Raises `ValueError` if the columns differ in length, or quoting the first value out of range.
    """

    depth: Floats  # inbound touches before the silence, >= 0
    delay: Floats  # hours from their last touch to ours, >= 0; nan before their first
    replies: Floats  # silences of this conversation that they ended, >= 0
    pace: Floats  # mean logarithm of the hours they took for these; nan if there are none
    latest: Floats  # hours they took the last time, >= 0; nan likewise
    hour: Floats  # of our touch, in the office's zone, 0 to below 24
    weekday: Floats  # likewise, Monday 0 to Sunday 6
    is_spoken: Floats  # 1 if it was a call, a video call or a meeting
    is_chat: Floats  # 1 if it was written, but no mail
    attempt_of: Ints  # (m,) the row that each further attempt belongs to
    attempt_at: Floats  # (m,) hours from the first touch of the silence to this attempt, >= 0

    def __post_init__(self) -> None:
        for name in ROW_FIELDS:
            column = np.asarray(getattr(self, name), np.float64)
            if column.shape != (len(self),):
                raise ValueError(f"want {name} for each of {len(self)} rows, got {column.shape}")
            object.__setattr__(self, name, column)
        rows = np.asarray(self.attempt_of, np.int64)
        hours = read_times(self.attempt_at, "attempts")
        if rows.shape != hours.shape or rows.ndim != 1:
            raise ValueError(f"want a row for each attempt, got {rows.shape} and {hours.shape}")
        if rows.size and not (rows.min() >= 0 and rows.max() < len(self)):
            raise ValueError(f"attempts belong to rows 0 to {len(self) - 1}, got {rows.max()}")
        object.__setattr__(self, "attempt_of", rows)
        object.__setattr__(self, "attempt_at", hours)
        for name, least, below in _RANGES:
            _check_range(getattr(self, name), name, least, below)

    def __len__(self) -> int:
        return np.asarray(self.depth).size

    def take(self, which: Ints) -> Facts:
        """The rows at these places, in this order, with their attempts."""
        order = np.argsort(self.attempt_of, kind="stable")
        starts = np.searchsorted(self.attempt_of[order], np.arange(len(self) + 1))
        many = starts[which + 1] - starts[which]
        before = np.repeat(starts[which] - np.cumsum(many) + many, many)
        places = order[before + np.arange(before.size)]
        return Facts(
            **{name: getattr(self, name)[which] for name in ROW_FIELDS},
            attempt_of=np.repeat(np.arange(many.size), many),
            attempt_at=self.attempt_at[places],
        )

    @classmethod
    def of(cls, **columns: ArrayLike) -> Facts:
        """Facts from whatever is known; what is not given counts as nothing to know yet."""
        size = next((np.asarray(columns[name]).size for name in ROW_FIELDS if name in columns), 0)
        blank = {name: np.full(size, _BLANK.get(name, 0.0)) for name in ROW_FIELDS}
        none = {"attempt_of": np.zeros(0, np.int64), "attempt_at": np.zeros(0)}
        return cls(**{**blank, **none, **columns})  # ty: ignore[invalid-argument-type]


ROW_FIELDS = tuple(field.name for field in fields(Facts))[:-2]
_BLANK = {"delay": np.nan, "pace": np.nan, "latest": np.nan, "hour": np.nan, "weekday": np.nan}
_RANGES = (
    ("depth", 0.0, np.inf),
    ("delay", 0.0, np.inf),
    ("replies", 0.0, np.inf),
    ("pace", -50.0, 50.0),  # a logarithm of hours
    ("latest", 0.0, np.inf),
    ("hour", 0.0, 24.0),
    ("weekday", 0.0, 7.0),
    ("is_spoken", 0.0, 1.5),
    ("is_chat", 0.0, 1.5),
)


def design(facts: Facts) -> Floats:
    """The steady columns (n, STEADY) in whole 64ths; unknown facts are zero, and of no effect."""
    talked = facts.depth > 0
    angle = facts.hour * (2 * np.pi / 24)
    columns = (
        ~talked,
        np.where(talked, np.log1p(facts.depth) - np.log(2), 0),
        _scaled(np.log(_bounded(facts.delay))),
        facts.replies > 0,
        _scaled(facts.pace),
        _scaled(np.log(_bounded(facts.latest))),
        np.nan_to_num(np.sin(angle)),
        np.nan_to_num(np.cos(angle)),
        facts.weekday >= 5,
        facts.is_spoken,
        facts.is_chat,
    )
    return np.rint(np.column_stack(columns) * GRAIN) / GRAIN


def asked(count: Floats, last: Floats, elapsed: Floats) -> Floats:
    """The changing columns (n, ASKED): how often we asked again, and whether lately.

    `count` attempts after the first touch, the `last` of them so many hours after it, seen
    `elapsed` hours after it. An attempt is fresh until as much time has passed again.
    """
    many = np.log1p(np.minimum(count, MOST_ATTEMPTS))
    fresh = (count > 0) & (elapsed < 2 * last)
    return np.rint(np.column_stack((many, fresh)) * GRAIN) / GRAIN


def asked_until(facts: Facts, elapsed: Floats) -> Floats:
    """The changing columns of each silence as they are `elapsed` hours after its first touch."""
    past = facts.attempt_at <= elapsed[facts.attempt_of]
    rows, hours = facts.attempt_of[past], facts.attempt_at[past]
    last = np.zeros(len(facts))
    np.maximum.at(last, rows, hours)
    return asked(np.bincount(rows, minlength=len(facts)).astype(np.float64), last, elapsed)


def _bounded(hours: Floats) -> Floats:
    return np.maximum(hours, SHORTEST)


def _scaled(logarithm: Floats) -> Floats:
    """Centred on six hours and of the size of one; nothing known is the middle."""
    return np.nan_to_num((np.maximum(logarithm, np.log(SHORTEST)) - MIDDLE) / SPREAD)


def _check_range(values: Floats, name: str, least: float, below: float) -> None:
    wrong = np.flatnonzero(~(np.isnan(values) | ((values >= least) & (values < below))))
    if wrong.size:
        row = int(wrong[0])
        raise ValueError(f"{name} must lie in [{least:g}, {below:g}), got {values[row]} at {row}")
