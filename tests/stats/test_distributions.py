"""Tail areas against printed tables and stored numbers, and at their limits."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.distributions import (
    binomial_below,
    chi_squared_tail,
    two_sided,
    upper_gamma,
)

# Abramowitz and Stegun (1964), table 26.8: the x that is exceeded with chance Q.
ABRAMOWITZ = [
    (3.84146, 1, 0.05),
    (15.0863, 5, 0.01),
    (29.5883, 10, 0.001),
    (43.773, 30, 0.05),
    (124.342, 100, 0.05),
]
# scipy 1.17.1, `stats.chi2.sf`.
SCIPY_TAIL = [
    (1e-3, 1, 0.9747728793699604),
    (2.5, 3, 0.4752910833430205),
    (30, 7, 9.495972508134177e-05),
    (0.5, 100, 1.0),
    (150, 100, 0.0009039320423540184),
    (1400, 3, 2.945619361016289e-303),
    (10_000, 10_000, 0.49811936596618267),
]
# scipy 1.17.1, `special.gammaincc`.
SCIPY_GAMMA = [
    (0.1, 0.01, 0.3373787400455204),
    (0.5, 30, 9.485737571073857e-15),
    (5, 5.9, 0.2986647867616197),
    (5, 6.1, 0.27189426531895466),
    (200, 180, 0.9251419650158405),
    (1e4, 1.02e4, 0.02328732213359879),
]


@pytest.mark.parametrize(("x", "freedom", "chance"), ABRAMOWITZ)
def test_the_printed_table_of_chi_squared_is_met(x, freedom, chance):
    assert chi_squared_tail(x, freedom) == pytest.approx(chance, rel=1e-4)


@pytest.mark.parametrize(("x", "freedom", "chance"), SCIPY_TAIL)
def test_tails_of_chi_squared_are_those_of_scipy(x, freedom, chance):
    assert chi_squared_tail(x, freedom) == pytest.approx(chance, rel=1e-10)


@pytest.mark.parametrize(("a", "x", "chance"), SCIPY_GAMMA)
def test_the_incomplete_gamma_function_is_that_of_scipy(a, x, chance):
    assert upper_gamma(a, x) == pytest.approx(chance, rel=1e-10)


@given(st.floats(0, 600))
def test_two_degrees_of_freedom_are_an_exponential(x):
    assert chi_squared_tail(x, 2) == pytest.approx(math.exp(-x / 2), rel=1e-11)


@given(st.floats(0, 30))
def test_one_degree_of_freedom_is_the_square_of_a_normal(z):
    assert chi_squared_tail(z**2, 1) == pytest.approx(two_sided(z), rel=1e-9, abs=1e-290)


@given(st.floats(0.1, 300), st.floats(0, 600))
def test_a_whole_step_of_a_adds_one_term(a, x):
    term = math.exp(a * math.log(x) - x - math.lgamma(a + 1)) if x else 0.0
    assert upper_gamma(a + 1, x) == pytest.approx(upper_gamma(a, x) + term, rel=1e-9, abs=1e-12)


def test_the_ends_are_exact():
    assert upper_gamma(3, 0) == 1
    assert upper_gamma(3, math.inf) == 0
    assert two_sided(0) == 1
    assert two_sided(1.959963984540054) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: upper_gamma(0, 1), "got 0"),
        (lambda: upper_gamma(math.inf, 1), "got inf"),
        (lambda: upper_gamma(1, -0.5), "got -0.5"),
        (lambda: upper_gamma(1, math.nan), "got nan"),
        (lambda: chi_squared_tail(1, 0), "got 0"),
        (lambda: binomial_below(-1, 0.5), "got -1"),
        (lambda: binomial_below(3, 1.5), "got 1.5"),
    ],
)
def test_what_lies_outside_is_refused_with_its_value(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


def test_binomial_sums_are_those_of_scipy():  # scipy 1.17.1, `stats.binom.cdf`
    got = binomial_below(200, 0.04)
    want = [2.846076752696e-04, 3.952933789799e-02, 8.199789826231e-01, 1.0]
    np.testing.assert_allclose(got[[0, 3, 10, 50]], want, rtol=1e-11)
    assert binomial_below(1_000_000, 0.1)[99_500] == pytest.approx(0.047877638462620324, rel=1e-6)


@given(st.integers(0, 12), st.sampled_from([0, 1, 2, 5, 9, 10]))
def test_binomial_sums_equal_exact_fractions(n, tenths):
    p = Fraction(tenths, 10)
    chance = [math.comb(n, r) * p**r * (1 - p) ** (n - r) for r in range(n + 1)]
    want = [float(sum(chance[: r + 1])) for r in range(n + 1)]
    np.testing.assert_allclose(binomial_below(n, float(p)), want, atol=1e-14)
