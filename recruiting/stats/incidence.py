"""How silences end when ends compete: reply, withdrawal, ghosting, our own closing.

The share of "reply" is the chance of a reply in a world where silences also end otherwise; 1 minus
Kaplan-Meier with the other ends as censorings would overstate it. An end and a censoring at the
same time count as end first.

References: Aalen and Johansen (1978), Scand. J. Stat. 5, 141-150; Dinse and Larson (1986),
Biometrics 42, 379-386 (the delta-method variance; also Marubini and Valsecchi (1995), Analysing
Survival Data from Clinical Trials and Observational Studies, section 10.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.spells import Floats, Ints, normal_quantile, read_groups, read_times
from recruiting.stats.survival import ROUNDING

MOST_CAUSES = 1_000  # a larger number is no cause, but an id


@dataclass(frozen=True, eq=False)
class Incidence:
    """Share ended in each way by each time; see `incidence` for the columns."""

    time: Floats  # (m,)
    still: Floats  # (m,) neither ended nor censored so far: what Kaplan-Meier gives for "any end"
    share: Floats  # (c, m) one row for each cause
    low: Floats  # (c, m)
    high: Floats  # (c, m)
    error: Floats  # (c, m)
    at_risk: Ints  # (m,)
    until: float  # the longest duration seen; beyond it nothing is known

    def at(self, times: ArrayLike) -> Floats:
        """Share ended in each way by each of `times` (t,): an array (c, t).

        0 before the first end; nan beyond the longest duration seen, unless all have ended.
        Raises `ValueError` for a time that is negative or not finite.
        """
        asked = read_times(times, "times")
        row = np.searchsorted(self.time, asked, side="right")
        share = np.concatenate((np.zeros((self.share.shape[0], 1)), self.share), axis=1)[:, row]
        still = np.concatenate(([1.0], self.still))[row]
        return np.where((asked > self.until) & (still > 0), np.nan, share)


def incidence(
    durations: ArrayLike, cause: ArrayLike, causes: int | None = None, level: float = 0.95
) -> Incidence:
    """Estimate the share of silences ended in each way after each length of time.

    Aalen-Johansen estimate of the cumulative incidence: ends of one kind do not count as
    censorings of the others, so the shares and what is still open add up to one.

    Parameters
    ----------
    durations : (n,) float, any one unit of time, finite and >= 0
        From our touch to its end, or to the last look if none was seen.
    cause : (n,) int
        0 where the end was not seen (censored), else its kind: 1 to `causes`.
    causes : int, optional
        How many kinds there are, when not all of them need occur.
    level : float in (0, 1)
        Coverage of the bounds at each single time, not of the whole curve.

    Returns
    -------
    Incidence
        One column per distinct time at which any silence ended. Bounds on the log(-log) scale;
        nan where a share is 0 or 1, since they are not defined there.

    Raises
    ------
    ValueError
        If there are no rows, they differ in number, a duration is negative or not finite, a cause
        is no whole number from 0 to `causes`, or `level` is outside (0, 1).
    """
    hours, kinds, many = _read(durations, cause, causes)
    width = normal_quantile(level)
    time, ends, at_risk = _ends(hours, kinds, many)
    every = ends.sum(axis=0)
    still = np.cumprod(1 - every / at_risk)
    before = np.concatenate(([1.0], still[:-1]))
    share = np.cumsum(before * ends / at_risk, axis=1)
    error = np.sqrt(_variance(share, before, ends, every, at_risk))
    low, high = _bounds(share, error, width)
    return Incidence(time, still, share, low, high, error, at_risk, until=float(hours.max()))


def _read(durations: ArrayLike, cause: ArrayLike, causes: int | None) -> tuple[Floats, Ints, int]:
    hours = np.asarray(durations, dtype=np.float64)
    if hours.ndim != 1 or hours.size == 0:
        raise ValueError(f"want at least one silence in a vector, got shape {hours.shape}")
    kinds = read_groups(cause, hours.size)
    largest = int(kinds.max())
    many = largest if causes is None else causes
    if many > MOST_CAUSES:
        raise ValueError(f"causes go from 1 to {MOST_CAUSES}, got {many}")
    if many < 1 and causes is not None:
        raise ValueError(f"want at least one cause, got {causes}")
    if largest > many:
        raise ValueError(f"causes go from 1 to {many}, got {largest}")
    return read_times(hours, "durations"), kinds, many


def _ends(hours: Floats, kinds: Ints, many: int) -> tuple[Floats, Ints, Ints]:
    """Distinct times of ends, ends of each kind at each (c, m), silences open just before."""
    time, place = np.unique(hours[kinds > 0], return_inverse=True)
    at_risk = hours.size - np.searchsorted(np.sort(hours), time, side="left")
    cell = (kinds[kinds > 0] - 1) * time.size + place
    ends = np.bincount(cell, minlength=many * time.size).reshape(many, time.size)
    return time, ends, at_risk


def _variance(share: Floats, before: Floats, ends: Ints, every: Ints, at_risk: Ints) -> Floats:
    """The delta-method variance of each share at each time.

    With I(t) the share, S before t, n at risk, d ends of the kind and D of any, it is the sum over
    the times s <= t of (I(t) - I(s))^2 D / n (n - D), plus S^2 (n - d) d / n^3, minus
    2 (I(t) - I(s)) S d / n^2: three running sums, since I(t) comes out of each.
    """
    n = at_risk.astype(np.float64)
    left = n - every
    noise = np.where(left > 0, every / (n * np.maximum(left, 1)), 0.0)  # the last: I(t) = I(s)
    own = before**2 * (n - ends) * ends / n**3
    cross = before * ends / n**2
    squares = (
        share**2 * np.cumsum(noise)
        - 2 * share * np.cumsum(share * noise, axis=1)
        + np.cumsum(share**2 * noise, axis=1)
    )
    product = share * np.cumsum(cross, axis=1) - np.cumsum(share * cross, axis=1)
    return np.maximum(squares + np.cumsum(own, axis=1) - 2 * product, 0.0)


def _bounds(share: Floats, error: Floats, width: float) -> tuple[Floats, Floats]:
    inner = (share > 0) & (share < 1 - ROUNDING)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logarithm = np.log(share)
        power = np.exp(width * error / (share * -logarithm))
        low, high = np.exp(logarithm * power), np.exp(logarithm / power)
    return np.where(inner, low, np.nan), np.where(inner, high, np.nan)
