"""Funnel limits against stored numbers, their limits and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.funnel import exact_limits, funnel, normal_limits

# From the definition in Spiegelhalter (2005), appendix A.1.1, with scipy 1.17.1 `stats.binom`:
# n, target, level and the limits.
INTERPOLATED = [
    (20, 0.3, 0.95, 0.081176506, 0.487255147),
    (20, 0.3, 0.998, 0.001477317, 0.613699679),
    (150, 0.12, 0.95, 0.067180793, 0.171195996),
    (150, 0.12, 0.998, 0.042175901, 0.20548813),
    (1000, 0.5, 0.998, 0.450652196, 0.548347804),
]

counted = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda two: (min(two), max(two)))
units = st.lists(counted, min_size=1, max_size=12)


@pytest.mark.parametrize(("n", "target", "level", "low", "high"), INTERPOLATED)
def test_exact_limits_are_those_of_the_papers_definition(n, target, level, low, high):
    got = exact_limits([n], target, level)
    np.testing.assert_allclose(np.ravel(got), [low, high], atol=2e-9)


def test_normal_limits_are_two_and_three_errors_away():
    low, high = normal_limits([100], 0.2, 0.95)
    np.testing.assert_allclose([low[0], high[0]], [0.2 - 1.959964 * 0.04, 0.2 + 1.959964 * 0.04])
    low, high = normal_limits([100], 0.2, 0.998, dispersion=4)
    np.testing.assert_allclose([low[0], high[0]], [0, 0.2 + 2 * 3.090232 * 0.04], rtol=1e-6)


def test_exact_limits_come_near_the_normal_ones_in_large_units():
    exact, normal = exact_limits([100_000], 0.3, 0.95), normal_limits([100_000], 0.3, 0.95)
    np.testing.assert_allclose(exact, normal, atol=2e-5)


def test_the_target_is_the_share_of_all_units_together():
    got = funnel([10, 30, 5], [100, 200, 100])
    assert got.target == pytest.approx(45 / 400)
    np.testing.assert_allclose(got.share, [0.1, 0.15, 0.05])


def test_units_beyond_are_told_by_side_and_by_limit():
    got = funnel([20, 31, 45, 10, 2], [100] * 5, target=0.2)
    assert got.beyond.tolist() == [0, 1, 2, -1, -2]


def test_the_same_share_is_noise_in_a_small_unit_and_not_in_a_large_one():
    assert funnel([3, 300], [10, 1000], target=0.2).beyond.tolist() == [0, 2]


def test_units_that_differ_by_more_than_chance_widen_the_limits():
    draw = np.random.default_rng(5)
    n = np.full(40, 2000)
    k = draw.binomial(n, draw.normal(0.3, 0.05, 40))
    plain, wide = funnel(k, n), funnel(k, n, overdispersed=True)
    assert plain.dispersion == 1
    assert (abs(plain.beyond) == 2).sum() > 10
    assert wide.dispersion > 10
    assert (abs(wide.beyond) == 2).sum() <= 1


def test_noise_alone_seldom_widens_them():
    draw = np.random.default_rng(6)
    widened = [
        funnel(draw.binomial(80, 0.3, 25), [80] * 25, overdispersed=True).dispersion > 1
        for _ in range(200)
    ]
    assert np.mean(widened) < 0.05


def test_a_few_outliers_do_not_widen_the_limits_that_show_them():
    k = np.array([30] * 10 + [28] * 10 + [90])
    got = funnel(k, [100] * 21, target=0.29, overdispersed=True)
    assert got.dispersion == 1
    assert got.beyond[-1] == 2


def test_limits_hold_what_they_promise_where_nothing_differs():
    draw = np.random.default_rng(7)
    beyond = funnel(draw.binomial(60, 0.2, 20_000), [60] * 20_000, target=0.2).beyond
    assert np.mean(beyond != 0) == pytest.approx(0.05, abs=0.02)
    assert np.mean(abs(beyond) == 2) < 0.004


def test_of_nobody_nothing_is_known():
    got = funnel([0, 3], [0, 10])
    assert np.isnan(got.share[0])
    assert (got.low[:, 0].tolist(), got.high[:, 0].tolist()) == ([0, 0], [1, 1])
    assert got.beyond[0] == 0
    assert funnel([0], [0], overdispersed=True).target == 0
    assert funnel([], []).share.size == 0


@pytest.mark.parametrize("k", [0, 30])
def test_a_target_of_0_or_1_leaves_no_room(k):
    got = funnel([k], [30], overdispersed=True)
    assert got.low.tolist() == got.high.tolist() == [[k / 30]] * 2
    assert got.beyond.tolist() == [0]


@given(units)
def test_the_alarm_limits_lie_around_the_warning_limits_around_the_target(pairs):
    got = funnel(*np.transpose(pairs))
    some = np.transpose(pairs)[1] > 2
    assert (got.low[1] <= got.low[0] + 1e-12).all()
    assert (got.high[1] >= got.high[0] - 1e-12).all()
    assert (got.low[0] <= got.target)[some].all()
    assert ((got.low >= 0) & (got.high <= 1)).all()


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.9, 0.95, 0.998]))
def test_the_complement_mirrors_the_steps_that_frame_the_limits(n, target, level):
    (low,), (high,) = exact_limits([n], target, level)
    (other_low,), (other_high,) = exact_limits([n], 1 - target, level)
    assert low == pytest.approx(1 - other_high, abs=1.01 / n)
    assert high == pytest.approx(1 - other_low, abs=1.01 / n)


@pytest.mark.parametrize(
    ("arguments", "quoted"),
    [
        (([5], [4]), "k = 5"),
        (([1], [4], 1.5), "got 1.5"),
        (([1], [4], -0.5), "got -0.5"),
        (([1, 2], [4]), r"\(2,\)"),
    ],
)
def test_what_cannot_be_is_refused_with_its_value(arguments, quoted):
    with pytest.raises(ValueError, match=quoted):
        funnel(*arguments)


@pytest.mark.parametrize(("n", "level"), [([-2], 0.95), ([5], 0), ([5], 95)])
def test_limits_refuse_a_size_or_a_level_outside(n, level):
    with pytest.raises(ValueError, match="got"):
        exact_limits(n, 0.5, level)
