"""What goes along with ghosting, each fact with the others held equal: odds ratios with bounds.

Ridge logistic regression by Newton's method with halved steps; the function is concave, so it has
one top and no start matters. Bounds are normal on the log scale, with the inverse of the penalised
information as the variance (the curvature of the posterior); they lean to no effect where data are
few. The ridge keeps every figure finite, also where a fact separates the ghosted from the others.

References: le Cessie and van Houwelingen (1992), Appl. Stat. 41, 191-201 (the method); Gelman et
al. (2008), Ann. Appl. Stat. 2, 1360-1383 (weak priors against separation).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.distributions import two_sided
from recruiting.stats.spells import Floats, normal_quantile, read_times

MOST_ROUNDS = 200
ENOUGH = 1e-11  # twice what the log-likelihood can still rise, to its size


@dataclass(frozen=True)
class Effect:
    """By what the odds are multiplied where a fact holds, the other facts being equal.

    "Waiting more than 5 days for our answer: odds 1.8 x (1.3 to 2.5)". It describes groups and
    goes along with ghosting; it neither proves a cause nor says anything about one person.
    """

    fact: str
    odds: float
    low: float
    high: float
    p: float  # of no effect, two-sided; adjust it over many facts (`multiplicity.adjust`)
    holds: int  # rows in which the fact holds (is not 0); small groups are the caller's to hide
    lacks: int


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model: the effects in the order of the facts, iterated over as rows."""

    effects: tuple[Effect, ...]
    coefficients: Floats  # (1 + f,) log odds: where no fact holds, then what each fact adds
    errors: Floats  # (1 + f,) their standard errors

    def __iter__(self) -> Iterator[Effect]:
        return iter(self.effects)


def estimate(
    facts: Sequence[str],
    holds: ArrayLike,
    ghosted: ArrayLike,
    *,
    counts: ArrayLike | None = None,
    penalty: float = 1.0,
    level: float = 0.95,
) -> Fit:
    """Estimate what each fact does to the odds of ghosting by ridge logistic regression.

    Parameters
    ----------
    facts : f strings
        What the columns say, for the rows of the answer.
    holds : (n, f) float, finite
        1 where the fact holds for the row, 0 where not. Of a fact with several levels (stages),
        leave out the one that the others are compared with. Other numbers are allowed if they are
        scaled to about -1..1, since all are shrunk alike.
    ghosted : (n,) bool, or 0 and 1
        Whether the row ended as ghosted. Rows still open must not be here: counting them as not
        ghosted would make what is recent look harmless.
    counts : (n,) int >= 0, optional
        How many rows of its kind each stands for; else one. All are taken as independent.
    penalty : float > 0
        How strongly effects are drawn to none: half of it, times the sum of squared coefficients
        without the intercept, is taken off the log-likelihood. As a prior, 1 says that 95 % of
        all effects lie between 1/7 and 7.
    level : float in (0, 1)
        Coverage of each pair of bounds.

    Raises
    ------
    ValueError
        For shapes or values that do not fit, or if all rows or none are ghosted.
    """
    width = normal_quantile(level)
    columns, ends, weight = _read(facts, holds, ghosted, counts)
    if not 0 < penalty < math.inf:
        raise ValueError(f"penalty must be above 0 and finite, got {penalty}")
    design = np.column_stack((np.ones(ends.size), columns))
    ridge = np.full(design.shape[1], penalty)
    ridge[0] = 0.0
    top, information = _climb(design, ends, weight, ridge)
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    there = weight @ (columns != 0)
    rows = tuple(
        _effect(fact, value, error, width, (int(some), int(weight.sum() - some)))
        for fact, value, error, some in zip(facts, top[1:], errors[1:], there, strict=True)
    )
    return Fit(rows, top, errors)


def _effect(fact: str, value: float, error: float, width: float, counts: tuple[int, int]) -> Effect:
    low, high = math.exp(value - width * error), math.exp(value + width * error)
    return Effect(fact, math.exp(value), low, high, two_sided(value / error), *counts)


def _read(
    facts: Sequence[str], holds: ArrayLike, ghosted: ArrayLike, counts: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    columns, ends = np.asarray(holds, dtype=np.float64), np.asarray(ghosted)
    if ends.ndim != 1 or columns.shape != (ends.size, len(facts)):
        want = (ends.size, len(facts))
        raise ValueError(f"want facts of shape {want}, got {columns.shape}")
    if not np.isfinite(columns).all():
        raise ValueError(f"facts must be finite, got {columns[~np.isfinite(columns)][0]}")
    if (wrong := ~np.isin(ends, (0, 1))).any():
        raise ValueError(f"ghosted must be true or false, got {ends[wrong][0]}")
    weight = np.ones(ends.size) if counts is None else read_times(counts, "counts")
    if weight.shape != ends.shape:
        raise ValueError(f"want counts of shape {ends.shape}, got {weight.shape}")
    if (parts := weight != np.floor(weight)).any():
        raise ValueError(f"counts must be whole numbers, got {weight[parts][0]}")
    numbers = ends.astype(np.float64)
    ghosts, people = float(weight @ numbers), float(weight.sum())
    if not 0 < ghosts < people:
        raise ValueError(f"nothing to compare: {ghosts:.0f} of {people:.0f} are ghosted")
    return columns, numbers, weight


def _climb(design: Floats, ends: Floats, weight: Floats, ridge: Floats) -> tuple[Floats, Floats]:
    """The top of the penalised log-likelihood, and its curvature there."""
    top = np.zeros(design.shape[1])
    share = float(weight @ ends / weight.sum())
    top[0] = math.log(share / (1 - share))
    height = _height(design, ends, weight, ridge, top)
    for _ in range(MOST_ROUNDS):
        chance = _chance(design @ top)
        slope = design.T @ (weight * (ends - chance)) - ridge * top
        step = np.linalg.solve(_bend(design, weight, ridge, top), slope)
        if slope @ step <= ENOUGH * (1 + abs(height)):  # so near, one whole step more is exact
            return top + step, _bend(design, weight, ridge, top + step)
        while (higher := _height(design, ends, weight, ridge, top + step)) <= height:
            step /= 2
            if np.array_equal(top + step, top):
                raise ValueError("no way upward was found; scale the facts to about -1..1")
        top, height = top + step, higher
    raise ValueError(f"no top was found in {MOST_ROUNDS} rounds; raise the penalty")


def _bend(design: Floats, weight: Floats, ridge: Floats, place: Floats) -> Floats:
    """The penalised information: how sharply the hill is bent at a place."""
    chance = _chance(design @ place)
    return (design * (weight * chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)


def _height(design: Floats, ends: Floats, weight: Floats, ridge: Floats, place: Floats) -> float:
    line = design @ place
    likelihood = weight @ (ends * line - np.logaddexp(0.0, line))
    return float(likelihood - ridge @ place**2 / 2)


def _chance(line: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -line))
