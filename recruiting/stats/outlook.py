"""From the facts of one silence to its chance: the way from now to the horizon, bin by bin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recruiting.stats.counts import BINS, place
from recruiting.stats.facts import FACT_OF_COLUMN, Fact
from recruiting.stats.shifts import LARGEST, Shifts, times_rate, times_rate_slope
from recruiting.stats.spells import Bools, Floats, Ints

AT_ONCE = 8192  # silences whose bins fit into the processor's cache


@dataclass(frozen=True, eq=False)
class Silences:
    """Open silences: the `row` of their group's curve, `elapsed` hours, and columns (n, p)."""

    row: Ints
    elapsed: Floats
    columns: Floats

    def part(self, which: Ints) -> Silences:
        """Some of them."""
        return Silences(self.row[which], self.elapsed[which], self.columns[which])


@dataclass(frozen=True, eq=False)
class Outlook:
    """What lies ahead of silences of any group and any facts.

    `hazard` (1 + g, BINS): the share answered in each bin, the pool's first; `noise` alike: the
    variance of that share. `horizon` in hours.
    """

    hazard: Floats
    noise: Floats
    shifts: Shifts
    horizon: float

    def log_silent(self, asked: Silences, without: Fact | None = None) -> Floats:
        """Logarithm of the chance of no answer from now to the horizon, (n,).

        `without` one of the facts: as if in this respect they were like the average.
        """
        slope = self._slope(without)
        base = np.einsum("gbp,bp->gb", self.shifts.mean, slope)
        silent = np.zeros(asked.row.size)
        for rows, part, bins, weight in self._chunks(asked):
            shift = part.columns @ slope[bins].T - base[part.row, bins]
            answered = np.minimum(self.hazard[part.row, bins] * times_rate(shift), LARGEST)
            silent[rows] = (weight * np.log1p(-answered)).sum(axis=1)
        return silent

    def error(self, asked: Silences) -> Floats:
        """Standard error of `log_silent`, (n,): the noise of curve and slopes, carried through."""
        variance = np.zeros(asked.row.size)
        for rows, part, bins, weight in self._chunks(asked):
            hazard = self.hazard[part.row, bins]
            away = part.columns[:, None, :] - self.shifts.mean[part.row][:, bins]
            shift = np.einsum("nbp,bp->nb", away, self.shifts.slope[bins])
            rate = times_rate(shift)
            steep = weight / (1 - np.minimum(hazard * rate, LARGEST))  # of log(1 - answered)
            by_shift = steep * hazard * times_rate_slope(shift)
            lever = np.einsum("nb,nbp,bk->npk", by_shift, away, self.shifts.basis[bins])
            flat = lever.reshape(len(lever), -1)
            variance[rows] = np.einsum("nj,jk,nk->n", flat, self.shifts.unsure, flat)
            variance[rows] += ((steep * rate) ** 2 * self.noise[part.row, bins]).sum(axis=1)
        return np.sqrt(variance)

    def _slope(self, without: Fact | None) -> Floats:
        kept: Bools = np.array([fact is not without for fact in FACT_OF_COLUMN])
        return self.shifts.slope * kept

    def _chunks(self, asked: Silences) -> Iterator[tuple[Ints, Silences, slice, Floats]]:
        """Silences of about the same length, with the bins that lie ahead and their weights."""
        piece, part = place(asked.elapsed)
        order = np.argsort(piece, kind="stable")
        for start in range(0, order.size, AT_ONCE):
            rows = order[start : start + AT_ONCE]
            first = int(piece[rows[0]])
            ahead = np.arange(first, max(first, self._last))
            weight = self._until[ahead] - gone(piece[rows], part[rows], ahead)
            bins = slice(first, max(first, self._last))
            yield rows, asked.part(rows), bins, np.maximum(weight, 0.0)

    @cached_property
    def _until(self) -> Floats:
        """The part of each bin that lies before the horizon."""
        piece, part = place(np.array([self.horizon]))
        return gone(piece, part, np.arange(BINS))[0]

    @cached_property
    def _last(self) -> int:
        """The number of bins that begin before the horizon."""
        return int(np.count_nonzero(self._until))


def gone(piece: Ints, part: Floats, bins: Ints) -> Floats:
    """The part of each of `bins` (b,) that has passed when `part` of bin `piece` has: (n, b)."""
    return np.where(bins == piece[:, None], part[:, None], bins < piece[:, None])
