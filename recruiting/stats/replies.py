"""The reply curve: will we still hear back from a silence that has lasted this long?

In one sentence: of the silences of this stage that were still open at each moment, we look which
part was answered in the next stretch of time, and a stage with few silences leans on all stages.

Open silences count for as long as we have watched them (right-censored), never as answered and
never as ghosted. Time is cut into bins (`counts.EDGES`); in each, the hazard of a stage is

    (replies of the stage + WEIGHT x hazard of all) / (silences at risk + WEIGHT)

so a stage weighs as much as all stages together once `WEIGHT` of its silences are at risk. The
hazard of all leans in the same way, by `PRIOR_WEIGHT`, on `prior_share`, which is an assumption
and not a measurement: it carries an installation that has no history and soon drowns in data.
With both weights small the curve is Kaplan-Meier's at the edges of the bins.

What else is known of a conversation (`facts`) shifts the hazard by a share; see `shifts`. All that
a fit needs are sums (`counts`), so new silences and shards are simply added up.

Kaplan and Meier (1958), J. Am. Stat. Assoc. 53, 457-481 (the product of conditional shares).
Hjort (1990), Ann. Stat. 18, 1259-1294 (the leaning hazard, as the mean of a beta posterior).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.counts import BINS, EDGES, ReplyCounts, count, place, when
from recruiting.stats.facts import Fact, Facts, asked_until, design
from recruiting.stats.outlook import Outlook, Silences
from recruiting.stats.record import Record, Tail
from recruiting.stats.shifts import fit_shifts
from recruiting.stats.spells import Floats, Ints, normal_quantile, read_times, read_whole

HORIZON = 720.0  # hours: 30 days
WEIGHT = 10.0  # silences of all stages that are mixed into each stage
PRIOR_WEIGHT = 5.0  # assumed silences that are mixed into all stages together


def prior_share(hours: ArrayLike) -> Floats:
    """The assumed share still silent after `hours`, for an installation without any history.

    18 in 100 never answer; of the others half answer within a day and nine in ten within a week
    (log-logistic), so that one in five is silent after 30 days. Our guess, made without data.
    """
    never, median, ninety = 0.18, 24.0, 168.0
    steepness = np.log(9) / np.log(ninety / median)
    return never + (1 - never) / (1 + (np.asarray(hours, np.float64) / median) ** steepness)


@dataclass(frozen=True, eq=False)
class Typical:
    """How a group answers; each field has the shape of the question.

    `median`, `ninety`: hours by which half, and nine in ten, of the answers that come within
    the horizon have come. `answered`: the share that is answered within the horizon.
    """

    median: Floats
    ninety: Floats
    answered: Floats


@dataclass(frozen=True, eq=False)
class ReplyCurves:
    """The fitted curves; ask for a group by the number it was counted under.

    A negative number, or one that was not counted, gets the pool of all groups. Groups and hours
    may have any shapes that broadcast; hours that are negative or not finite raise `ValueError`.

    `labels` (g,): the known groups, rising. `stay` (1 + g, BINS): logarithm of the share that
    stays silent through each bin, the pool first; `silent` (1 + g, BINS + 1): of the share still
    silent at each edge. `horizon` in hours. `record`: the silences, for exact counts.
    """

    labels: Ints
    stay: Floats
    silent: Floats
    horizon: float
    record: Record
    outlook: Outlook

    def still_silent(self, group: ArrayLike, hours: ArrayLike) -> Floats:
        """Share of the group's silences still unanswered after `hours`; flat beyond 90 days."""
        rows, times = np.broadcast_arrays(self._rows(group), read_times(hours, "hours"))
        return np.exp(self._log_share(rows, times))

    def no_return(self, group: ArrayLike, elapsed: ArrayLike, facts: Facts | None = None) -> Floats:
        """Chance that no reply comes within the horizon, given silence for `elapsed` hours.

        Without facts that of the stage, S(horizon) / S(elapsed): it never falls while the silence
        grows. With them (one row for each silence, (n,)) that of a conversation like this one;
        attempts later than `elapsed` are not known yet. 1 from the horizon on.
        """
        if facts is not None:
            asked = self._silences(group, elapsed, facts)
            return self._share(asked, self.outlook.log_silent(asked))
        rows, times = np.broadcast_arrays(self._rows(group), read_times(elapsed, "elapsed"))
        ahead = self._at_horizon()[rows] - self._log_share(rows, times)
        return np.where(times >= self.horizon, 1.0, np.exp(np.minimum(ahead, 0.0)))

    def no_return_bounds(
        self, group: ArrayLike, elapsed: ArrayLike, facts: Facts, level: float = 0.95
    ) -> tuple[Floats, Floats]:
        """Bounds (n,) of `no_return`: how far the figure may be off for want of silences.

        They tell how surely the average conversation of this kind is known; whether this one
        answers stays open in any case. On the scale of the arcsine of the square root, which
        unlike that of the logarithm of -log tells something where hardly anybody answers any more.

        Reference: Borgan and Liestøl (1990), Scand. J. Stat. 17, 35-41 (which recommends it).
        """
        asked, width = self._silences(group, elapsed, facts), normal_quantile(level)
        share = np.exp(np.minimum(self.outlook.log_silent(asked), -1e-12))
        angle = np.arcsin(np.sqrt(share))
        spread = width / 2 * self.outlook.error(asked) * np.sqrt(share / (1 - share))
        is_over = asked.elapsed >= self.horizon
        low, high = (
            np.where(is_over, 1.0, np.sin(np.clip(turned, 0.0, np.pi / 2)) ** 2)
            for turned in (angle - spread, angle + spread)
        )
        return low, high

    def moved_by(self, group: ArrayLike, elapsed: ArrayLike, facts: Facts) -> dict[Fact, Floats]:
        """By how much each fact moves `no_return`, (n,) each: above 0 towards silence.

        The figure with all facts less the figure if the conversation were, in this one respect,
        like the average one of the stage that is still silent. The parts need not add up.
        """
        asked = self._silences(group, elapsed, facts)
        whole = self._share(asked, self.outlook.log_silent(asked))
        return {
            fact: whole - self._share(asked, self.outlook.log_silent(asked, without=fact))
            for fact in Fact
        }

    def comparable(
        self, group: ArrayLike, elapsed: ArrayLike, *, exclude_self: bool = False
    ) -> Ints:
        """How many silences of the group lasted at least `elapsed` hours; exact.

        With `exclude_self` the open silence that asks is left out, if it is on record: censored
        at exactly `elapsed`, that is, counted with the same `now` as it asks with.
        """
        return self._tail(group, elapsed, exclude_self=exclude_self).lasted

    def answered_after(self, group: ArrayLike, elapsed: ArrayLike) -> Ints:
        """How many of the `comparable` silences were answered after all; exact."""
        return self._tail(group, elapsed, exclude_self=False).answered

    def typical(self, group: ArrayLike) -> Typical:
        """When the answers of a group usually come, and how many come at all."""
        rows, answered = self._rows(group), -np.expm1(self._at_horizon())
        median = self._reach(np.log1p(-0.5 * answered))
        ninety = self._reach(np.log1p(-0.9 * answered))
        return Typical(median[rows], ninety[rows], answered[rows])

    def _silences(self, group: ArrayLike, elapsed: ArrayLike, facts: Facts) -> Silences:
        times, rows = read_times(elapsed, "elapsed"), self._rows(group)
        if not times.shape == rows.shape == (len(facts),):
            sizes = f"{rows.shape} groups, {times.shape} times, {len(facts)} rows of facts"
            raise ValueError(f"want one group, time and row of facts for each silence, got {sizes}")
        columns = np.hstack((design(facts), asked_until(facts, times)))
        return Silences(rows, times, columns)

    def _share(self, asked: Silences, log_silent: Floats) -> Floats:
        return np.where(asked.elapsed >= self.horizon, 1.0, np.exp(np.minimum(log_silent, 0.0)))

    def _rows(self, group: ArrayLike) -> Ints:
        """Row of each group; 0, the pool, where it is not known."""
        asked = read_whole(group, "groups")
        row = np.searchsorted(self.labels, asked)
        found = np.append(self.labels, -1)[row] == asked
        return np.where(found & (asked >= 0), row + 1, 0)

    def _log_share(self, rows: Ints, times: Floats) -> Floats:
        piece, part = place(times)
        inner = np.minimum(piece, BINS - 1)
        return self.silent[rows, inner] + part * self.stay[rows, inner]

    def _at_horizon(self) -> Floats:
        """Logarithm of each row's share still silent at the horizon."""
        rows = np.arange(len(self.stay))
        return self._log_share(rows, np.full(rows.shape, self.horizon))

    def _reach(self, target: Floats) -> Floats:
        """Hours at which each row's logarithm of the share has fallen to its target."""
        rows = np.arange(len(self.stay))
        piece = (self.silent[:, :-1] > target[:, None]).sum(axis=1) - 1
        return when(piece, (target - self.silent[rows, piece]) / self.stay[rows, piece])

    def _tail(self, group: ArrayLike, elapsed: ArrayLike, *, exclude_self: bool) -> Tail:
        labels, times = np.broadcast_arrays(
            read_whole(group, "groups"), read_times(elapsed, "elapsed")
        )
        tail = self.record.tail(labels.ravel(), times.ravel(), exclude_self=exclude_self)
        return Tail(tail.lasted.reshape(times.shape), tail.answered.reshape(times.shape))


def fit(
    durations: ArrayLike,
    answered: ArrayLike,
    group: ArrayLike,
    facts: Facts | None = None,
    *,
    horizon: float = HORIZON,
    weight: float = WEIGHT,
    prior_weight: float = PRIOR_WEIGHT,
) -> ReplyCurves:
    """Fit the reply curve of each group to silences; rows as in `counts.count`.

    The same as `fit_counts(count(durations, answered, group, facts), ...)`.
    """
    counts = count(durations, answered, group, facts)
    return fit_counts(counts, horizon=horizon, weight=weight, prior_weight=prior_weight)


def fit_counts(
    counts: ReplyCounts,
    *,
    horizon: float = HORIZON,
    weight: float = WEIGHT,
    prior_weight: float = PRIOR_WEIGHT,
) -> ReplyCurves:
    """Fit the reply curve of each group to counts, which may be a sum of shards.

    Parameters
    ----------
    counts : ReplyCounts
        From `counts.count`; may hold no silence at all: every curve is then `prior_share`.
    horizon : float, hours, in (0, 2160]
        From the first unanswered touch on; who is silent until then counts as not returning.
    weight, prior_weight : float > 0, silences
        How strongly a group leans on the pool, and the pool on the prior.

    Raises `ValueError`, quoting the value, for a horizon or weight outside its range.
    """
    if not 0 < horizon <= EDGES[-1]:
        raise ValueError(f"horizon must lie in (0, {EDGES[-1]:g}] hours, got {horizon}")
    for name, value in (("weight", weight), ("prior_weight", prior_weight)):
        if not 0 < value < np.inf:
            raise ValueError(f"{name} must be finite and above 0, got {value}")

    assumed = prior_share(EDGES)
    left, known = counts.at_risk - counts.replies, counts.labels >= 0
    everyone = counts.at_risk.sum(axis=0)
    pool = _lean(left.sum(axis=0), everyone, assumed[1:] / assumed[:-1], prior_weight)
    own = _lean(left[known], counts.at_risk[known], pool, weight)
    shares = np.vstack((pool, own))
    noise = _noise(shares, everyone + prior_weight, counts.at_risk[known] + weight, weight)

    shifts = fit_shifts(counts, 1 - shares, weight=weight, horizon=horizon)
    stay = np.log(shares)
    silent = np.hstack((np.zeros((len(stay), 1)), np.cumsum(stay, axis=1)))
    outlook = Outlook(1 - shares, noise, shifts, float(horizon))
    return ReplyCurves(counts.labels[known], stay, silent, float(horizon), counts.record, outlook)


def _lean(left: Floats, at_risk: Floats, towards: Floats, weight: float) -> Floats:
    """Share that stays silent through each bin (1 - hazard), mixed with `weight` silences."""
    return (left + weight * towards) / (at_risk + weight)


def _noise(shares: Floats, pool_size: Floats, own_size: Floats, weight: float) -> Floats:
    """Variance of each share: that of its own silences, and of the pool as far as it leans."""
    spread = shares * (1 - shares)
    pool = spread[0] / pool_size
    return np.vstack((pool, spread[1:] / own_size + (weight / own_size) ** 2 * pool))
