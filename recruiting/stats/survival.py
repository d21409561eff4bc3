"""How long silences last when some of them are still open: the Kaplan-Meier curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.products import fill_shares
from recruiting.stats.spells import (
    ONE_BIT,
    Floats,
    Ints,
    Keys,
    normal_quantile,
    pack,
    read_spells,
    read_times,
    replied,
    sort,
)

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
    columns, replies, at_risk = _steps(pack(hours, ends, out=hours))
    fill_shares(columns[1:], replies, at_risk, width)
    return Curve(*columns, at_risk, replies, until)


def _steps(keys: Keys) -> tuple[Floats, Ints, Ints]:
    """By one sort: the columns of floats, and replies and silences open at each reply time.

    Of the columns only the first is filled, the distinct reply times. They are cut from one piece
    of memory: smaller ones the system takes back after each curve and clears anew for the next,
    which costs a third of the whole time.
    """
    sort(keys)
    is_reply = replied(keys)
    new = is_reply.copy()
    new[1:] &= keys[1:] != keys[:-1]  # of equal times the replies come first
    places, count = np.flatnonzero(new), np.count_nonzero(is_reply)
    if places.size == count:  # always, where moments are told to the microsecond
        replies = np.broadcast_to(np.int64(1), places.shape)
    else:
        replies = np.diff(np.flatnonzero(new[is_reply]), append=count)
    columns = np.empty((4, places.size))
    times = np.take(keys, places, out=columns[0].view(np.uint64), mode="clip")  # "raise" copies
    times >>= ONE_BIT
    return columns, replies, np.subtract(keys.size, places, out=places)
