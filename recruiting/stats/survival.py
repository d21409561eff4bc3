"""How long silences last when some of them are still open: the Kaplan-Meier curve."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.spells import (
    Floats,
    Ints,
    Keys,
    lengths,
    normal_quantile,
    pack,
    read_spells,
    read_times,
    replied,
    sort,
)

BLOCK = 8192  # rows
SMALL = 1 / 64
SERIES = tuple(1 / factorial(n) for n in range(6, -1, -1))  # the next term is below 1e-16
ROUNDING = 1e-12  # a share of 0.5 may be stored as 0.5000000000000001


@dataclass(frozen=True)
class Quantile:
    """A time by which a given part has replied, with its bounds; unit as in the durations.

    `inf` says that the curve (or its bound) does not get there in what was seen; `low` is nan
    where the bounds are not defined at the quantile, as after a single observation.
    """

    time: float
    low: float
    high: float


@dataclass(frozen=True)
class Mean:
    """A mean time with its standard error and bounds; unit as in the durations."""

    time: float
    error: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Curve:
    """Share still silent after each distinct reply time; see `still_silent` for the columns."""

    time: Floats
    share: Floats
    low: Floats
    high: Floats
    at_risk: Ints
    replies: Ints
    until: float  # the longest duration seen; beyond it nothing is known

    def at(self, times: ArrayLike) -> Floats:
        """Share still silent just after each of `times` (any shape, unit of the durations).

        1 before the first reply; nan beyond the longest duration seen, unless all have replied.
        Raises `ValueError` for a time that is negative or not finite.
        """
        asked = read_times(times, "times")
        steps = np.concatenate(([1.0], self.share))
        share = steps[np.searchsorted(self.time, asked, side="right")]
        return np.where((asked > self.until) & (share > 0), np.nan, share)

    def bounds_at(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """The bounds of `at`, in the shape of `times`; both 1 before the first reply.

        nan beyond the longest duration seen, and where all have replied.
        """
        asked = read_times(times, "times")
        place = np.searchsorted(self.time, asked, side="right")
        low, high = (
            np.where(asked > self.until, np.nan, np.concatenate(([1.0], column))[place])
            for column in (self.low, self.high)
        )
        return low, high

    def quantile(self, part: float) -> Quantile:
        """The first time by which at least this `part`, in (0, 1), of all silences is answered.

        Bounds are the times at which the curve's own bounds get there: the test-based interval
        of Brookmeyer and Crowley (1982), Biometrics 38, 29-41, on the log(-log) scale.
        """
        if not 0 < part < 1:
            raise ValueError(f"part must lie between 0 and 1, got {part}")
        time, low, high = (
            self._first(column, 1 - part) for column in (self.share, self.low, self.high)
        )
        undefined = np.isinf(low) and np.isfinite(time)
        return Quantile(time, np.nan if undefined else low, high)

    @property
    def median_reply(self) -> Quantile:
        """The time by which half of all silences, the never-ending ones included, are answered."""
        return self.quantile(0.5)

    def restricted_mean(self, horizon: float, level: float = 0.95) -> Mean:
        """How long a silence lasts on average if none is watched beyond `horizon`.

        The area under the curve from 0 to the horizon: a silence that outlasts it counts as the
        horizon. Unlike a median it exists even where most never answer. Bounds are normal, kept
        within 0 and the horizon. Raises `ValueError` for a horizon that is not above 0 or lies
        beyond what was seen, or a `level` outside (0, 1).

        Reference: Klein and Moeschberger (2003), Survival Analysis, section 4.5 (with Greenwood's
        variance of the area, as R's `survfit` prints it beside `rmean`).
        """
        width = normal_quantile(level)
        if not 0 < horizon < np.inf:
            raise ValueError(f"horizon must be above 0 and finite, got {horizon}")
        if np.isnan(self.at(horizon)):
            raise ValueError(f"nothing is known beyond {self.until}, got horizon {horizon}")
        early = self.time < horizon
        edges = np.concatenate(([0.0], self.time[early], [horizon]))
        areas = np.diff(edges) * np.concatenate(([1.0], self.share[early]))
        ahead = np.cumsum(areas[::-1])[::-1]  # from each edge to the horizon
        left = (self.at_risk - self.replies)[early]
        noise = self.replies[early] / (self.at_risk[early] * np.maximum(left, 1))
        error = float(np.sqrt(np.sum(np.where(left > 0, ahead[1:] ** 2 * noise, 0.0))))
        mean = float(ahead[0])
        low, high = mean - width * error, mean + width * error
        return Mean(mean, error, max(low, 0.0), min(high, horizon))

    def _first(self, column: Floats, level: float) -> float:
        there = np.flatnonzero(column <= level + ROUNDING)
        return float(self.time[there[0]]) if there.size else np.inf


def still_silent(durations: ArrayLike, answered: ArrayLike, level: float = 0.95) -> Curve:
    """Estimate the share of silences still unanswered after each length of time.

    Kaplan-Meier product-limit estimate, with pointwise bounds on the log(-log) scale.

    Parameters
    ----------
    durations : (n,) float, any one unit of time, finite and >= 0
        From our touch to the reply, or to the last look if no reply was seen.
    answered : (n,) bool
        True where a reply ended the silence; False where it is right-censored.
    level : float in (0, 1)
        Coverage of the bounds at each single time, not of the whole curve.

    Returns
    -------
    Curve
        `time` (m,) rising; `share`, `low`, `high` (m,) in 0..1; `at_risk`, `replies` (m,) int.
        One row per distinct reply time; no rows if nobody replied. Bounds are nan where
        the share is 0, since the variance is not defined there.

    Raises
    ------
    ValueError
        If the arrays are empty, differ in length or hold a negative or non-finite duration,
        or if `level` is outside (0, 1).

    Notes
    -----
    A reply and a censoring at the same time count as reply first. Censoring must not depend on
    the chance of a reply: closing every silence at a fixed age is harmless, closing by a hunch
    that nobody will answer makes the share too low.

    References
    ----------
    Kaplan and Meier (1958), J. Am. Stat. Assoc. 53, 457-481.
    Borgan and Liestøl (1990), Scand. J. Stat. 17, 35-41 (the log(-log) bounds).
    """
    hours, ends = read_spells(durations, answered)
    if hours.size == 0:
        raise ValueError("want at least one silence, got none")
    width = normal_quantile(level)

    until = float(hours.max())
    time, replies, at_risk = _steps(pack(hours, ends))
    share, low, high = _shares(replies, at_risk, width)
    return Curve(time, share, low, high, at_risk, replies, until)


def _steps(keys: Keys) -> tuple[Floats, Ints, Ints]:
    """Distinct reply times, replies at each, and silences open just before it; by one sort."""
    sort(keys)
    places = np.flatnonzero(replied(keys))
    times = lengths(keys[places])
    new = np.ones(times.shape, dtype=bool)
    np.not_equal(times[1:], times[:-1], out=new[1:])
    if new.all():  # as where moments are told to the microsecond
        return times, np.ones(times.size, dtype=np.int64), np.subtract(keys.size, places, places)
    first = np.flatnonzero(new)
    return times[first], np.diff(first, append=times.size), keys.size - places[first]


def _shares(replies: Ints, at_risk: Ints, width: float) -> tuple[Floats, Floats, Floats]:
    """The share after each step, and it to the powers exp(+error) and exp(-error).

    The error is Greenwood's. Block by block, so that what is in between stays in the cache.
    """
    share, low, high = (np.empty(replies.size) for _ in range(3))
    product, total = 1.0, 0.0  # of the steps before this block
    with np.errstate(divide="ignore", invalid="ignore"):
        for start in range(0, replies.size, BLOCK):
            block = slice(start, start + BLOCK)
            gone, there = _floats(replies[block]), at_risk[block].astype(np.float64)
            left = there - gone
            kept = left / there
            kept[0] *= product
            still = np.cumprod(kept, out=share[block])
            noise = gone / (there * left)
            noise[0] += total
            variance = np.cumsum(noise)
            product, total = still[-1], variance[-1]
            logarithm = np.log(still)
            power = _exp(np.sqrt(variance) * -width / logarithm)
            np.multiply(still, _exp(logarithm * (power - 1)), out=low[block])
            np.multiply(still, _exp(logarithm / power - logarithm), out=high[block])
    return share, low, high


def _floats(whole: Ints) -> Floats | float:
    """The same as floats, or the one number that they all are: nearly always 1."""
    return 1.0 if whole.max() == 1 else whole.astype(np.float64)


def _exp(x: Floats) -> Floats:
    """The exponential; where all is small by its series, right to the last digit in half the
    time."""
    if not np.abs(x).max() < SMALL:  # also where one is nan
        return np.exp(x)
    series = x * SERIES[0]
    series += SERIES[1]
    for factor in SERIES[2:]:
        series *= x
        series += factor
    return series
