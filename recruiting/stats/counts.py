"""What a fit needs to know of the silences: replies and silences at risk by group and time bin.

Counts are additive: those of two shards, or of old and new events, add up with `+` to exactly
the counts of all rows, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.facts import Facts
from recruiting.stats.record import Record
from recruiting.stats.spells import Floats, Ints, read_spells, read_whole
from recruiting.stats.sums import ColumnSums, Ends, sum_columns

# Hours: 0, five minutes, then steps of a fifth up to 30 days (an edge) and on to 90 days.
EDGES = np.concatenate(([0.0], np.geomspace(1 / 12, 720, 49), np.geomspace(720, 2160, 7)[1:]))
BINS = EDGES.size - 1
LOG_EDGES = np.log(np.maximum(EDGES, EDGES[1]))
GRAIN = 2.0**10  # parts of a bin are counted in 1024ths, so that every sum is exact
NO_GROUP = -1


@dataclass(frozen=True, eq=False)
class ReplyCounts:
    """Replies and silences at risk, by group and bin of `EDGES`.

    `labels` (g,) int: the groups, rising; -1 gathers the silences of no known group.
    `replies`, `at_risk` (g, BINS): a silence is at risk in each bin it outlasted or was answered
    in, and where it was censored inside a bin, for the part of the bin that was watched.
    `sums`: of the facts over the same silences. `record`: their lengths, for exact counts.
    """

    labels: Ints
    replies: Floats
    at_risk: Floats
    sums: ColumnSums
    record: Record

    def __add__(self, other: ReplyCounts) -> ReplyCounts:
        labels = np.union1d(self.labels, other.labels)
        replies, at_risk = np.zeros((2, labels.size, BINS))
        sums = ColumnSums.zero(labels.size, BINS)
        for part in (self, other):
            rows = np.searchsorted(labels, part.labels)
            replies[rows] += part.replies
            at_risk[rows] += part.at_risk
            sums.first[rows] += part.sums.first
            sums.second[rows] += part.sums.second
            sums.replied[rows] += part.sums.replied
        return ReplyCounts(labels, replies, at_risk, sums, self.record + other.record)


def count(
    durations: ArrayLike,
    answered: ArrayLike,
    group: ArrayLike,
    facts: Facts | None = None,
) -> ReplyCounts:
    """Reduce silences to their counts.

    Parameters
    ----------
    durations : (n,) float, hours, finite and >= 0
        From our first unanswered touch to the reply, or to the last look if none was seen.
    answered : (n,) bool
        True where a reply ended the silence; False where it is open or we closed it.
    group : (n,) int
        The stage, by any number of its own; negative where it is not known: such a silence
        counts for all stages together and for none of them.
    facts : Facts of n rows, or none
        What else is known of each silence; without them it tells nothing about any fact.

    No rows at all are fine. Raises `ValueError` as `spells.read_spells` does, or if `group` is
    not a vector of whole numbers, or the rows of `facts` are not as many.
    """
    hours, replied = read_spells(durations, answered)
    given = read_whole(group, "groups")
    if given.shape != hours.shape:
        raise ValueError(f"want a group for each silence, got {given.shape} for {hours.shape}")
    if facts is not None and len(facts) != hours.size:
        raise ValueError(f"want facts for each silence, got {len(facts)} for {hours.size}")
    labels, row = np.unique(np.maximum(given, NO_GROUP), return_inverse=True)
    piece, part = place(hours)
    watched = np.where(replied, 1.0, np.rint(part * GRAIN) / GRAIN)

    shape = (labels.size, BINS + 1)  # the last column gathers what outlasted the last edge
    cell = row * shape[1] + piece
    ended = np.bincount(cell, minlength=labels.size * shape[1]).reshape(shape)
    replies = np.bincount(cell[replied], minlength=ended.size).reshape(shape)
    inside = np.bincount(cell, weights=watched, minlength=ended.size).reshape(shape)
    outlasted = np.cumsum(ended[:, ::-1], axis=1)[:, ::-1] - ended
    sums = ColumnSums.zero(labels.size, BINS)
    if facts is not None:
        ends = Ends(row, piece, watched, replied.astype(np.float64))
        sums = sum_columns(facts, ends, labels.size, EDGES)
    return ReplyCounts(
        labels,
        replies[:, :BINS].astype(np.float64),
        (outlasted + inside)[:, :BINS].astype(np.float64),
        sums,
        Record.of(hours, replied, labels, row),
    )


def place(hours: Floats) -> tuple[Ints, Floats]:
    """The bin of each length, and the part of the bin that lies before it.

    Parts run with the logarithm of time, in the first bin with time itself. Beyond the last edge
    the bin is BINS and the part 1.
    """
    piece = np.searchsorted(EDGES, hours, side="right") - 1
    inner = np.minimum(piece, BINS - 1)
    width = LOG_EDGES[inner + 1] - LOG_EDGES[inner]
    with np.errstate(divide="ignore"):
        gone = np.log(np.maximum(hours, EDGES[1])) - LOG_EDGES[inner]
    first = inner == 0
    part = np.where(first, hours / EDGES[1], gone / np.where(first, 1.0, width))
    return piece, np.clip(part, 0.0, 1.0)


def when(piece: Ints, part: Floats) -> Floats:
    """The length that lies at `part` of each bin; undoes `place`."""
    width = LOG_EDGES[piece + 1] - LOG_EDGES[piece]
    return np.where(piece == 0, part * EDGES[1], np.exp(LOG_EDGES[piece] + part * width))
