"""Tail areas of the few distributions that the tests and limits here need."""

from __future__ import annotations

import math

import numpy as np

from recruiting.stats.spells import Floats

PRECISION = 1e-15
MOST_STEPS = 100_000
TINY = 1e-300  # stands in for 0 in a denominator, as Lentz's method wants it


def chi_squared_tail(x: float, freedom: int) -> float:
    """The chance that a chi-squared variable with `freedom` degrees exceeds `x`.

    Right to about 1e-13 of its value, tails as small as 1e-300 included. Raises `ValueError` for
    an x that is negative or not a number, or for less than one degree of freedom.
    """
    if freedom < 1:
        raise ValueError(f"want at least one degree of freedom, got {freedom}")
    return upper_gamma(freedom / 2, x / 2)


def upper_gamma(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x), for a > 0 and x >= 0.

    The power series of its complement below a + 1, the continued fraction above, each where it
    converges fast. Raises `ValueError` outside.

    References
    ----------
    Abramowitz and Stegun (1964), 6.5.29 (series) and 6.5.31 (continued fraction).
    Lentz (1976), Appl. Opt. 15, 668-671 (how the fraction is added up from its front).
    """
    if not (0 < a < math.inf):
        raise ValueError(f"a must be above 0 and finite, got {a}")
    if not x >= 0:
        raise ValueError(f"x must not be negative, got {x}")
    if x == 0:
        return 1.0
    if math.isinf(x):
        return 0.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    return 1 - front * _series(a, x) if x < a + 1 else front * _fraction(a, x)


def two_sided(z: float) -> float:
    """The chance that a standard normal variable lies at least as far from 0 as `z`."""
    return math.erfc(abs(z) / math.sqrt(2))


def binomial_below(n: int, p: float) -> Floats:
    """P(X <= r) for r = 0..n, of a binomial X with n >= 0 trials and 0 <= p <= 1: (n + 1,).

    Raises `ValueError` quoting an n or a p outside.
    """
    if n < 0:
        raise ValueError(f"n must not be negative, got {n}")
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in 0..1, got {p}")
    hits = np.arange(n + 1)
    if p in {0, 1}:
        return (hits >= n * p).astype(np.float64)
    logs = np.concatenate(([0.0], np.cumsum(np.log(hits[1:]))))  # of the factorials
    chance = np.exp(logs[n] - logs - logs[::-1] + hits * math.log(p) + (n - hits) * math.log1p(-p))
    return np.minimum(np.cumsum(chance), 1.0)


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    for step in range(1, MOST_STEPS):
        term *= x / (a + step)
        total += term
        if term < total * PRECISION:
            return total
    raise ValueError(f"no convergence at a = {a}, x = {x}")


def _fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / TINY, 1 / b
    total = d
    for step in range(1, MOST_STEPS):
        weight = -step * (step - a)
        b += 2
        d = 1 / ((weight * d + b) or TINY)
        c = (b + weight / c) or TINY
        total *= d * c
        if abs(d * c - 1) < PRECISION:
            return total
    raise ValueError(f"no convergence at a = {a}, x = {x}")
