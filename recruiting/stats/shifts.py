"""How facts of a conversation shift the rate at which answers come (the additive hazards model).

In one sentence: each fact adds to the stage's rate of answers, or takes from it, a share that we
read off earlier silences, more cautiously the fewer they were.

In the time bin b a silence of stage s with the columns x is answered at the rate

    h(s, b) * (1 + (x - mean(s, b)) . slope(b))

so whoever is like the average of the stage has exactly the stage's curve. The slopes solve one
linear system, whose parts are sums over silences: the estimate is exact, needs no iteration and
can be brought up to date from the sums alone. Each slope runs over the logarithm of time as a
line with `KNOTS` bends; it leans on zero by `LEVEL` replies, its bending by `SHAPE`.

Aalen (1980), Lecture Notes in Statistics 2, 1-25 (the additive model).
Lin and Ying (1994), Biometrika 81, 61-71 (its solution in closed form).
Hoerl and Kennard (1970), Technometrics 12, 55-67 (leaning on zero: ridge regression).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recruiting.stats.counts import BINS, EDGES, LOG_EDGES, ReplyCounts
from recruiting.stats.facts import COLUMNS
from recruiting.stats.spells import Floats, Ints

KNOTS = 5
LEVEL = 100.0  # replies' worth of belief that a fact has no effect at all
SHAPE = 100.0  # replies' worth of belief that its effect is the same at every time
GENTLE = -0.5  # where a rate has fallen to half, further facts bring it down less and less
LARGEST = 0.95  # the largest share that may be answered in one bin


@dataclass(frozen=True, eq=False)
class Shifts:
    """The slopes of the columns, and the average that they are seen from.

    `mean` (1 + g, BINS, p): the average column of the silences at risk, the pool first.
    `slope` (BINS, p). `basis` (BINS, k): the lines with bends. `unsure` (p * k, p * k): the
    covariance of the slopes' coefficients, column by column.
    """

    mean: Floats
    slope: Floats
    basis: Floats
    unsure: Floats


def fit_shifts(counts: ReplyCounts, hazard: Floats, *, weight: float, horizon: float) -> Shifts:
    """Solve for the slopes of all columns.

    `hazard` (1 + g, BINS): the share answered in each bin, of the pool and of each known group;
    `weight`: silences of the pool that are mixed into a group's averages; bins that begin before
    the `horizon` (hours) are used.
    """
    known, basis = counts.labels >= 0, tents()
    pool_mean = (
        counts.sums.first.sum(axis=0) / np.maximum(counts.at_risk.sum(axis=0), 1e-9)[:, None]
    )
    own_mean = (counts.sums.first + weight * pool_mean) / (counts.at_risk + weight)[:, :, None]
    mean = np.concatenate((pool_mean[None], own_mean[known]))
    gradient, information = np.zeros((BINS, COLUMNS)), np.zeros((BINS, COLUMNS, COLUMNS))
    for i, row in enumerate(rows_of(counts)):
        score, spread = _about_mean(counts, i, hazard[row], mean[row])
        gradient += score
        information += spread
    used = EDGES[:-1] < horizon
    right = np.einsum("bp,bk->pk", gradient[used], basis[used])
    left = np.einsum("bpq,bk,bl->pkql", information[used], basis[used], basis[used], optimize=True)
    unsure = np.linalg.inv(left.reshape(right.size, right.size) + _belief())
    slope = basis @ (unsure @ right.ravel()).reshape(right.shape).T
    return Shifts(mean, slope, basis, unsure)


def rows_of(counts: ReplyCounts) -> Ints:
    """The row of the curves for each of `counts.labels`: 0, the pool, where it is not known."""
    known = counts.labels >= 0
    return np.where(known, np.cumsum(known), 0)


def _about_mean(counts: ReplyCounts, i: int, hazard: Floats, mean: Floats) -> tuple[Floats, Floats]:
    """What group i says of the slopes in each bin: in which direction (b, p), how surely (b, p, p).

    Both follow from the sums alone, by moving their origin to the group's mean.
    """
    sums, first = counts.sums, counts.sums.first[i]
    at_risk, replies = counts.at_risk[i], counts.replies[i]
    moved = first - at_risk[:, None] * mean
    gradient = sums.replied[i] - replies[:, None] * mean - hazard[:, None] * moved
    cross = mean[:, :, None] * first[:, None, :]
    spread = sums.second[i] - cross - cross.transpose(0, 2, 1)
    spread += at_risk[:, None, None] * (mean[:, :, None] * mean[:, None, :])
    return gradient, hazard[:, None, None] * spread


def tents() -> Floats:
    """Weights (BINS, KNOTS) of the bends at each bin; they add up to one."""
    middle = (LOG_EDGES[:-1] + LOG_EDGES[1:]) / 2
    knots = np.linspace(LOG_EDGES[0], np.log(720.0), KNOTS)
    inside = np.clip(middle, knots[0], knots[-1])
    return np.maximum(0, 1 - np.abs(inside[:, None] - knots) / (knots[1] - knots[0]))


def _belief() -> Floats:
    """What was believed of the coefficients before any data: (p * k, p * k)."""
    same = np.full((KNOTS, KNOTS), 1 / KNOTS)
    return np.kron(np.eye(COLUMNS), LEVEL / KNOTS * same + SHAPE * (np.eye(KNOTS) - same))


def times_rate_slope(shift: Floats) -> Floats:
    """By how much `times_rate` rises where the facts add a little more."""
    return np.where(shift > GENTLE, 1.0, (GENTLE / np.maximum(-shift, -GENTLE)) ** 2)


def times_rate(shift: Floats) -> Floats:
    """By what the rate is multiplied where the facts add `shift` to 1; never below zero."""
    return np.where(shift > GENTLE, 1 + shift, GENTLE**2 / np.maximum(-shift, -GENTLE))
