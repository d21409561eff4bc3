"""Units of different size beside each other: funnel-plot limits instead of a league table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.distributions import binomial_below
from recruiting.stats.rates import shares
from recruiting.stats.spells import Floats, Ints, normal_quantile

WARNING, ALARM = 0.95, 0.998  # the two levels of the usual plot: about 2 and 3 standard errors
WINSORISED = 0.1  # share of units at either end whose distance is drawn in


@dataclass(frozen=True, eq=False)
class Funnel:
    """Each unit's share, the limits at its size, and on which side of them it lies.

    A unit beyond a limit differs by more than chance makes likely; it is a reason to look, never
    a verdict, and where many units are looked at some lie beyond by chance.
    """

    target: float  # the share that all are compared with
    share: Floats  # (u,) nan for a unit with nobody in it
    low: Floats  # (2, u) limits at the warning and at the alarm level
    high: Floats  # (2, u)
    beyond: Ints  # (u,) 0 within, 1 above the warning limit, 2 above the alarm limit; - for below
    dispersion: float  # by how much variance exceeds the binomial; 1 where it was not asked


def funnel(
    k: ArrayLike, n: ArrayLike, target: float | None = None, *, overdispersed: bool = False
) -> Funnel:
    """Compare the shares k / n of units with what their size lets us expect.

    Parameters
    ----------
    k, n : (u,) int, 0 <= k <= n
    target : float in 0..1, optional
        The share to compare with; without one, that of all units together.
    overdispersed : bool
        Whether units may differ for reasons that nobody models (the usual case with many large
        units, which else all lie beyond). The limits are then widened by the square root of the
        `dispersion` if that is more than chance makes it, and are normal instead of exact.

    Raises
    ------
    ValueError
        As `rates.shares` does, or for a target outside 0..1.

    References
    ----------
    Spiegelhalter (2005), Stat. Med. 24, 1185-1202: limits of section 2.2 and appendix A.1.1
    (exact, interpolated binomial), overdispersion with winsorised z scores of section 3.
    """
    units = shares(k, n)
    if target is None:
        target = float(units.k.sum() / max(int(units.n.sum()), 1))
    if not 0 <= target <= 1:
        raise ValueError(f"target must lie in 0..1, got {target}")
    dispersion = _dispersion(units.share, units.n, target) if overdispersed else 1.0
    if dispersion > 1:
        pairs = [normal_limits(units.n, target, level, dispersion) for level in (WARNING, ALARM)]
    else:
        pairs = [exact_limits(units.n, target, level) for level in (WARNING, ALARM)]
    low, high = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
    beyond = (units.share > high).sum(axis=0) - (units.share < low).sum(axis=0)
    return Funnel(target, units.share, low, high, beyond, dispersion)


def exact_limits(n: ArrayLike, target: float, level: float) -> tuple[Floats, Floats]:
    """Limits (u,) each for units of size n, from the binomial, interpolated between its steps.

    Also for drawing the funnel between the units. Kept within 0..1; 0 and 1 where n is 0. Raises
    `ValueError` for an n below 0, a target outside 0..1 or a level outside (0, 1).
    """
    normal_quantile(level)
    sizes = np.asarray(n, dtype=np.int64)
    bounds = {int(size): _exact(int(size), target, (1 - level) / 2) for size in np.unique(sizes)}
    pairs = np.array([bounds[int(size)] for size in sizes]).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def normal_limits(
    n: ArrayLike, target: float, level: float, dispersion: float = 1.0
) -> tuple[Floats, Floats]:
    """Limits (u,) each from the normal distribution, its variance times `dispersion`; in 0..1."""
    sizes = np.asarray(n, dtype=np.float64)
    width = normal_quantile(level) * math.sqrt(dispersion * target * (1 - target))
    half = np.divide(width, np.sqrt(sizes), out=np.ones_like(sizes), where=sizes > 0)
    return np.maximum(target - half, 0.0), np.minimum(target + half, 1.0)


def _exact(n: int, target: float, tail: float) -> tuple[float, float]:
    if n == 0:
        return 0.0, 1.0
    if target in {0, 1}:
        return target, target
    below = binomial_below(n, target)
    return _interpolated(below, tail) / n, _interpolated(below, 1 - tail) / n


def _interpolated(below: Floats, p: float) -> float:
    """Where the binomial's steps, joined by straight lines, reach p: r - alpha of the paper."""
    r = int(np.searchsorted(below, p, side="right"))  # the first with P(X <= r) > p
    if r >= below.size:
        return float(below.size - 1)
    step = below[r] - (below[r - 1] if r else 0.0)
    return min(max(r - float((below[r] - p) / step), 0.0), float(below.size - 1))


def _dispersion(share: Floats, n: Ints, target: float) -> float:
    """The mean of the squared, winsorised z scores; 1 unless it is more than chance makes it."""
    some = n > 0
    error = np.sqrt(target * (1 - target) / n[some])
    if not some.any() or not error.all():
        return 1.0
    z = np.sort((share[some] - target) / error)
    cut = int(WINSORISED * z.size)
    drawn_in = np.clip(z, z[cut], z[-1 - cut])
    mean = float(np.mean(drawn_in**2))
    return mean if mean > 1 + 2 * math.sqrt(2 / z.size) else 1.0
