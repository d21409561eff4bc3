"""Sums of the columns of facts over silences at risk and over replies, by group and time bin.

They are all that a fit ever sees of the facts: no silence can be told apart in them. Columns are
whole 64ths and parts of a bin whole 1024ths, so every sum is exact and adds up in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from recruiting.stats.facts import COLUMNS, Facts, design
from recruiting.stats.spells import Floats, Ints
from recruiting.stats.stretches import stretches


@dataclass(frozen=True, eq=False)
class Ends:
    """Where each silence stands when it was last seen, (n,) each.

    `group`: the row it is counted in. `piece` its last bin (the number of bins if it
    outlasted them all), `watched` the part of that bin it was seen at risk, `replied` 1 if a
    reply ended it there.
    """

    group: Ints
    piece: Ints
    watched: Floats
    replied: Floats


@dataclass(frozen=True, eq=False)
class ColumnSums:
    """With g groups, b bins and p = `facts.COLUMNS`.

    `first` (g, b, p): of the columns over the silences at risk; `second` (g, b, p, p): of their
    products. `replied` (g, b, p): of the columns over the silences answered there.
    """

    first: Floats
    second: Floats
    replied: Floats

    @classmethod
    def zero(cls, groups: int, bins: int) -> ColumnSums:
        """The sums over no silence at all."""
        return cls(
            np.zeros((groups, bins, COLUMNS)),
            np.zeros((groups, bins, COLUMNS, COLUMNS)),
            np.zeros((groups, bins, COLUMNS)),
        )


@dataclass(frozen=True, eq=False)
class _Parts:
    """Stretches of silences as far as they were seen: at risk from bin `first` up to `end`.

    In bin `end` itself `watched` of it, and `replied` 1 if the reply came there.
    """

    row: Ints
    first: Ints
    end: Ints
    watched: Floats
    replied: Floats
    columns: Floats


def sum_columns(facts: Facts, ends: Ends, groups: int, edges: Floats) -> ColumnSums:
    """Sum the columns of silences that end as told; `edges` bound the bins, (b + 1,)."""
    parts, bins = _parts(facts, ends, edges), edges.size - 1
    group = ends.group[parts.row]
    first = _first(parts, group, groups, bins)
    return ColumnSums(first, *_second(parts, group, groups, bins))


def _parts(facts: Facts, ends: Ends, edges: Floats) -> _Parts:
    cut, bins = stretches(facts, edges), edges.size - 1
    kept = cut.first <= np.minimum(ends.piece[cut.row], cut.end - 1)
    row, last = cut.row[kept], ends.piece[cut.row[kept]]
    is_seen = (cut.end[kept] > last) & (last < bins)
    return _Parts(
        row,
        cut.first[kept],
        np.minimum(cut.end[kept], last),
        np.where(is_seen, ends.watched[row], 0.0),
        np.where(is_seen, ends.replied[row], 0.0),
        np.hstack((design(facts)[row], cut.columns[kept])),
    )


def _first(parts: _Parts, group: Ints, groups: int, bins: int) -> Floats:
    wide, total = bins + 1, groups * (bins + 1)
    begin, end = group * wide + parts.first, group * wide + parts.end
    found = np.empty((groups, bins, COLUMNS))
    for place, column in enumerate(parts.columns.T):
        come = np.bincount(begin, weights=column, minlength=total)
        go = np.bincount(end, weights=column, minlength=total)
        inside = np.bincount(end, weights=parts.watched * column, minlength=total)
        at_risk = np.cumsum((come - go).reshape(groups, wide), axis=1) + inside.reshape(
            groups, wide
        )
        found[:, :, place] = at_risk[:, :bins]
    return found


def _second(parts: _Parts, group: Ints, groups: int, bins: int) -> tuple[Floats, Floats]:
    wide = bins + 1
    change, inside = np.zeros((2, groups, wide, COLUMNS, COLUMNS))
    replied = np.zeros((groups, wide, COLUMNS))
    for key, block, _ in _blocks(group * wide + parts.first, parts.columns):
        change[divmod(key, wide)] += block.T @ block
    for key, block, order in _blocks(group * wide + parts.end, parts.columns):
        at = divmod(key, wide)
        change[at] -= block.T @ block
        inside[at] = (block * parts.watched[order][:, None]).T @ block
        replied[at] = parts.replied[order] @ block
    return (np.cumsum(change, axis=1) + inside)[:, :bins], replied[:, :bins]


def _blocks(key: Ints, columns: Floats) -> Iterator[tuple[int, Floats, Ints]]:
    """Each distinct key with the rows that carry it, and their places."""
    order = np.argsort(key, kind="stable")
    sorted_keys, in_order = key[order], columns[order]
    starts = np.flatnonzero(np.diff(sorted_keys, prepend=-1))
    for a, b in pairwise([*starts, key.size]):
        yield int(sorted_keys[a]), in_order[a:b], order[a:b]
