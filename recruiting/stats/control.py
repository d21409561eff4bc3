"""A rate from month to month: what is its usual noise, and when did it really change?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.rates import shares
from recruiting.stats.spells import Bools, Floats, Ints

SIGMAS = 3.0
MOVING_RANGE = 1.128  # the mean range of two standard normal values: 2 / sqrt(pi)
SHORTEST = 3  # months between two changes


@dataclass(frozen=True, eq=False)
class Chart:
    """A control chart of shares; one row for each month.

    `beyond` months are no noise: something was different. The months before a chart was drawn
    say nothing about a month after; look for what happened, not for whom.
    """

    share: Floats  # (m,) nan for a month with nobody in it
    centre: Floats  # (m,) the share of all months since the last change
    low: Floats  # (m,) limits at three standard errors, wider for smaller months
    high: Floats  # (m,)
    beyond: Bools  # (m,)
    changes: Ints  # (c,) rows at which a new level begins
    spread: float  # Laney's sigma_z: by what the limits were widened; 1 where it was not asked


def chart(
    k: ArrayLike, n: ArrayLike, *, laney: bool = False, penalty: float | None = None
) -> Chart:
    """Draw the p-chart of the shares k / n of months in their order, and find their changes.

    Parameters
    ----------
    k, n : (m,) int, 0 <= k <= n
        A month with n = 0 has limits 0 and 1.
    laney : bool
        Whether months may differ for reasons that nobody models. The limits are then widened by
        `spread`, taken from the steps between neighbouring months, but never narrowed.
    penalty : float >= 0, optional
        As in `changes`.

    Raises
    ------
    ValueError
        As `rates.shares` does, or for a penalty that is negative or not finite.

    References
    ----------
    Shewhart (1931), Economic Control of Quality of Manufactured Product (the p-chart).
    Laney (2002), Quality Engineering 14, 531-537 (the widening).
    """
    months = shares(k, n)
    cuts = changes(months.k, months.n, penalty=penalty)
    centre = _levels(months.k, months.n, cuts)
    spread = 1.0
    if laney:
        spread = max(1.0, _spread(months.share, centre, months.n))
        if spread > 1:
            cuts = changes(months.k, months.n, penalty=penalty, spread=spread)
            centre = _levels(months.k, months.n, cuts)
    some = months.n > 0
    noise = np.sqrt(centre * (1 - centre) / np.maximum(months.n, 1))
    low = np.where(some, np.maximum(centre - SIGMAS * spread * noise, 0.0), 0.0)
    high = np.where(some, np.minimum(centre + SIGMAS * spread * noise, 1.0), 1.0)
    beyond = (months.share < low) | (months.share > high)
    return Chart(months.share, centre, low, high, beyond, cuts, spread)


def changes(
    k: ArrayLike, n: ArrayLike, *, penalty: float | None = None, spread: float = 1.0
) -> Ints:
    """The rows at which the share k / n takes a new level; none in most quiet series.

    Of all ways to cut the months into runs of at least three, the one with the highest binomial
    likelihood, where each cut must raise twice its logarithm by more than the penalty. Found
    exactly, by dynamic programming; O(m^2). With `spread` above 1 the likelihood counts less.

    Without a `penalty` it is 3 log(m), the leading term of Zhang and Siegmund: of series without
    any change, one in twenty (6 months) to one in a hundred (60 months) shows one nevertheless.

    Raises `ValueError` as `rates.shares` does, or for a penalty that is negative or not finite.

    References
    ----------
    Jackson et al. (2005), IEEE Signal Process. Lett. 12, 105-108 (optimal partition).
    Zhang and Siegmund (2007), Biometrics 63, 22-32 (the penalty).
    """
    months = shares(k, n)
    rows = len(months)
    price = 3 * math.log(max(rows, 1)) if penalty is None else penalty
    if not 0 <= price < math.inf:
        raise ValueError(f"penalty must be finite and not negative, got {penalty}")
    if not 0 < spread < math.inf:
        raise ValueError(f"spread must be above 0 and finite, got {spread}")
    hits = np.concatenate(([0], np.cumsum(months.k)))
    trials = np.concatenate(([0], np.cumsum(months.n)))
    best, came_from = np.full(rows + 1, np.inf), np.zeros(rows + 1, dtype=np.int64)
    best[0] = -price
    for end in range(1, rows + 1):
        starts = np.concatenate(([0], np.arange(SHORTEST, end - SHORTEST + 1)))
        cost = _deviance(hits[end] - hits[starts], trials[end] - trials[starts]) / spread**2
        total = best[starts] + cost + price
        came_from[end] = starts[np.argmin(total)]
        best[end] = total.min()
    found, end = [], rows
    while end > 0 and came_from[end] > 0:
        end = int(came_from[end])
        found.append(end)
    return np.array(found[::-1], dtype=np.int64)


def _deviance(k: Ints, n: Ints) -> Floats:
    """Minus twice the log-likelihood of each run at its own share."""
    part = np.divide(k, n, out=np.zeros(k.shape), where=n > 0)
    inner = (part > 0) & (part < 1)
    safe = np.where(inner, part, 0.5)
    return np.where(inner, -2 * (k * np.log(safe) + (n - k) * np.log1p(-safe)), 0.0)


def _levels(k: Ints, n: Ints, cuts: Ints) -> Floats:
    """The share of the run in which each row lies: (m,)."""
    run = np.searchsorted(cuts, np.arange(k.size), side="right")
    hits, trials = np.bincount(run, weights=k), np.bincount(run, weights=n)
    level = np.divide(hits, trials, out=np.full(hits.shape, np.nan), where=trials > 0)
    return level[run]


def _spread(share: Floats, centre: Floats, n: Ints) -> float:
    """The standard deviation of the z scores, from the mean step between neighbours."""
    noise = np.sqrt(centre * (1 - centre) / np.maximum(n, 1))
    some = (n > 0) & (noise > 0)
    z = (share[some] - centre[some]) / noise[some]
    return float(np.mean(np.abs(np.diff(z))) / MOVING_RANGE) if z.size > 1 else 1.0
