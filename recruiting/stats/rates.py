"""Shares with their uncertainty, and without the groups that are too small to be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.spells import Bools, Floats, Ints, normal_quantile, read_whole

SMALLEST_MINIMUM = 5  # no setting may show groups below this size
USUAL_MINIMUM = 10


@dataclass(frozen=True)
class Share:
    """`k` of `n`, as a share with Wilson bounds; all in 0..1.

    With n = 0 the share is none and the bounds are 0 and 1: nothing is known. A hidden share
    carries none everywhere, so that nothing hidden can slip into a page or a file.
    """

    k: int | None
    n: int | None
    share: float | None
    low: float | None
    high: float | None
    hidden: bool = False


HIDDEN = Share(None, None, None, None, None, hidden=True)


@dataclass(frozen=True, eq=False)
class Shares:
    """Many shares as columns of equal length, one group a row; iterate for `Share` rows.

    Where `hidden` is true, `k` and `n` are 0 and the rest is nan.
    """

    k: Ints
    n: Ints
    share: Floats
    low: Floats
    high: Floats
    hidden: Bools

    def __len__(self) -> int:
        return self.n.size

    def __getitem__(self, row: int) -> Share:
        if self.hidden[row]:
            return HIDDEN
        k, n = int(self.k[row]), int(self.n[row])
        share = float(self.share[row]) if n else None
        return Share(k, n, share, float(self.low[row]), float(self.high[row]))

    def __iter__(self) -> Iterator[Share]:
        return (self[row] for row in range(len(self)))


@dataclass(frozen=True, eq=False)
class Table:
    """Groups that share out one whole: `rows` in the order given, and their `total`."""

    rows: Shares
    total: Share


def share(k: int, n: int, level: float = 0.95) -> Share:
    """One share with its Wilson bounds; see `shares`."""
    return shares([k], [n], level)[0]


def shares(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> Shares:
    """Shares k / n with Wilson score bounds, without continuity correction.

    Parameters
    ----------
    k, n : (g,) int, 0 <= k <= n
        How many of how many, one group a row. With n = 0 the share is nan, the bounds 0 and 1.
    level : float in (0, 1)
        Coverage of each pair of bounds.

    Raises
    ------
    ValueError
        If k and n are not whole numbers in vectors of equal length, or quoting the first row
        that is not 0 <= k <= n, or if `level` is outside (0, 1).

    References
    ----------
    Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    Newcombe (1998), Stat. Med. 17, 857-872 (method 3 of its comparison).
    """
    hits, trials = read_whole(k, "k"), read_whole(n, "n")
    if hits.ndim != 1 or hits.shape != trials.shape:
        raise ValueError(f"want two vectors of equal length, got {hits.shape} and {trials.shape}")
    wrong = np.flatnonzero((hits < 0) | (hits > trials))
    if wrong.size:
        row = int(wrong[0])
        raise ValueError(f"want 0 <= k <= n, got k = {hits[row]}, n = {trials[row]} at row {row}")

    width = normal_quantile(level)
    part = np.divide(hits, trials, out=np.full(hits.shape, np.nan), where=trials > 0)
    noise = np.where(trials > 0, hits * (1 - part), 0.0)
    centre = (hits + width**2 / 2) / (trials + width**2)
    half = width * np.sqrt(noise + width**2 / 4) / (trials + width**2)
    low = np.where(hits == 0, 0.0, centre - half)  # exactly, not but for rounding
    high = np.where(hits == trials, 1.0, centre + half)
    return Shares(hits, trials, part, low, high, np.zeros(hits.shape, dtype=bool))


@dataclass(frozen=True)
class Difference:
    """One share minus another, with its bounds; all in -1..1.

    With nobody in one of the groups the difference is none; its bounds say how little is known.
    """

    difference: float | None
    low: float
    high: float


def difference(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Difference:
    """The share k1 / n1 minus the share k2 / n2 of two separate groups.

    Newcombe's hybrid of the two Wilson intervals, without continuity correction: right where the
    textbook's normal interval fails, with few people and shares near 0 or 1. Bounds that exclude
    0 say that the groups differ, not why. Raises `ValueError` as `shares` does.

    Reference: Newcombe (1998), Stat. Med. 17, 873-890 (method 10 of its comparison).
    """
    two = shares([k1, k2], [n1, n2], level)
    (one, other), (low1, low2), (high1, high2) = two.share, two.low, two.high
    if not two.n.all():
        return Difference(None, float(low1 - high2), float(high1 - low2))
    gap = one - other
    low = gap - np.hypot(one - low1, high2 - other)
    high = gap + np.hypot(high1 - one, other - low2)
    return Difference(float(gap), max(float(low), -1.0), min(float(high), 1.0))


def table(
    k: ArrayLike, n: ArrayLike, *, minimum: int = USUAL_MINIMUM, level: float = 0.95
) -> Table:
    """Shares of groups that share out one whole, with their total, small groups hidden.

    Every member of the whole is in exactly one group; k, n and level as in `shares`, minimum as
    in `hide`. The total is hidden as well where it is below the minimum, or where it alone would
    tell a hidden figure: if it is 0 of n or n of n, that holds for every group.
    """
    rows = shares(k, n, level)
    total = share(int(rows.k.sum()), int(rows.n.sum()), level)
    left = hide(rows, minimum)
    too_small = 0 < rows.n.sum() < minimum
    tells = bool(left.hidden.any()) and total.k in {0, total.n}
    return Table(left, HIDDEN if too_small or tells else total)


def hide(rows: Shares, minimum: int = USUAL_MINIMUM, *, total_shown: bool = True) -> Shares:
    """Hide the groups with fewer than `minimum` members, also against subtraction.

    With `total_shown`, total minus the shown rows tells what the hidden rows are together. So as
    long as they are together fewer than `minimum`, or all or none of them count in k, the next
    smallest group is hidden with them: a lone small group always takes a second one along. Empty
    groups stay: nobody is in them. Figures that stand beside a row (open turns, averages) must be
    hidden with it.

    Raises `ValueError` for a minimum below 5, or if rows were hidden here before. It guards one
    table; where two tables cut the same people differently, see `suppression`. A total of 0 of n
    or n of n tells every group's k, whatever is hidden: `table` hides it then.
    """
    if not minimum >= SMALLEST_MINIMUM:  # nor is it when it is no number
        raise ValueError(f"groups below {SMALLEST_MINIMUM} are never shown, got {minimum}")
    if rows.hidden.any():
        raise ValueError("small groups are hidden in these rows already")
    hidden = (rows.n > 0) & (rows.n < minimum)
    if total_shown and hidden.any():
        for row in np.argsort(rows.n, kind="stable"):
            k, n = rows.k[hidden].sum(), rows.n[hidden].sum()
            if n >= minimum and 0 < k < n:
                break
            hidden[row] |= rows.n[row] > 0
    return Shares(
        k=np.where(hidden, 0, rows.k),
        n=np.where(hidden, 0, rows.n),
        share=np.where(hidden, np.nan, rows.share),
        low=np.where(hidden, np.nan, rows.low),
        high=np.where(hidden, np.nan, rows.high),
        hidden=hidden,
    )
