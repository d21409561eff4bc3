"""The control chart against a printed one, its change points against every way to cut."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.control import SHORTEST, changes, chart

# Montgomery, Introduction to Statistical Quality Control, table 7.1: faulty cans in 30 samples of
# 50. Printed: centre 0.2313, limits 0.0524 and 0.4102; samples 15 and 23 beyond.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11]
CANS += [20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
NEVER = 1e9  # a penalty that no change is worth

months = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda two: (min(two), max(two))),
    min_size=1,
    max_size=10,
)


def test_the_chart_of_montgomerys_cans_is_as_printed():
    got = chart(CANS, [50] * 30, penalty=NEVER)
    assert got.centre.round(4).tolist() == [0.2313] * 30
    # Printed with the centre rounded first, hence the width of the comparison.
    np.testing.assert_allclose(got.low, 0.0524, atol=1e-4)
    np.testing.assert_allclose(got.high, 0.4102, atol=1e-4)
    assert (np.flatnonzero(got.beyond) + 1).tolist() == [15, 23]


def test_limits_are_wider_in_smaller_months():
    got = chart([10, 2, 40], [100, 20, 400], penalty=NEVER)
    half = 3 * np.sqrt(0.1 * 0.9 / np.array([100, 20, 400]))
    np.testing.assert_allclose(got.low, np.maximum(0.1 - half, 0))
    np.testing.assert_allclose(got.high, 0.1 + half)


def test_laneys_widening_is_the_mean_step_between_z_scores():
    k, n = np.array([300, 350, 280, 330, 240]), np.array([1000, 1000, 1000, 1000, 1000])
    got = chart(k, n, laney=True, penalty=NEVER)
    z = (k / n - 0.3) / math.sqrt(0.3 * 0.7 / 1000)
    spread = (abs(z[1] - z[0]) + abs(z[2] - z[1]) + abs(z[3] - z[2]) + abs(z[4] - z[3])) / 4 / 1.128
    assert got.spread == pytest.approx(spread)
    np.testing.assert_allclose(got.high, 0.3 + 3 * spread * math.sqrt(0.3 * 0.7 / 1000))
    assert not got.beyond.any()
    assert chart(k, n, penalty=NEVER).beyond.any()


def test_laney_never_narrows_the_limits():
    assert chart([20] * 12, [100] * 12, laney=True).spread == 1


def test_a_change_of_level_is_found_where_it_happened():
    draw = np.random.default_rng(2)
    k = np.concatenate((draw.binomial(200, 0.15, 9), draw.binomial(200, 0.35, 8)))
    got = chart(k, [200] * 17)
    assert got.changes.tolist() == [9]
    np.testing.assert_allclose(got.centre[[0, -1]], [k[:9].sum() / 1800, k[9:].sum() / 1600])
    assert not got.beyond.any()


def test_one_strange_month_is_beyond_its_limits_and_no_change():
    k = [20, 22, 19, 21, 60, 20, 18, 22, 21, 20, 19, 21]
    got = chart(k, [100] * 12, penalty=20)
    assert got.changes.size == 0
    assert np.flatnonzero(got.beyond).tolist() == [4]


@pytest.mark.parametrize(("rows", "often"), [(6, 0.1), (24, 0.05), (60, 0.03)])
def test_where_nothing_changes_a_change_is_seldom_seen(rows, often):
    draw = np.random.default_rng(rows)
    found = [changes(draw.binomial(120, 0.2, rows), [120] * rows).size > 0 for _ in range(300)]
    assert np.mean(found) < often


def deviance(pairs):
    k, n = sum(k for k, _ in pairs), sum(n for _, n in pairs)
    return -2 * sum(count * math.log(count / n) for count in (k, n - k) if count)


@given(months, st.sampled_from([0.5, 3.0, 8.0]))
def test_of_all_ways_to_cut_the_best_one_is_taken(pairs, penalty):
    def price(cuts):
        runs = zip((0, *cuts), (*cuts, len(pairs)), strict=True)
        return sum(deviance(pairs[start:end]) for start, end in runs) + penalty * len(cuts)

    def fits(cuts):
        return all(np.diff((0, *cuts, len(pairs))) >= SHORTEST) or not cuts

    ways = [
        cuts for some in range(4) for cuts in combinations(range(1, len(pairs)), some) if fits(cuts)
    ]
    got = tuple(changes(*np.transpose(pairs), penalty=penalty).tolist())
    assert fits(got)
    assert price(got) == pytest.approx(min(map(price, ways)), abs=1e-8)


@given(months, st.sampled_from([0.5, 1.5, 3.0]))
def test_spread_makes_every_change_dearer_by_its_square(pairs, spread):
    k, n = np.transpose(pairs)
    dear = changes(k, n, penalty=2.2 * spread**2).tolist()
    assert changes(k, n, penalty=2.2, spread=spread).tolist() == dear


@given(months)
def test_counting_the_others_gives_the_same_changes(pairs):
    k, n = np.transpose(pairs)
    assert changes(k, n, penalty=4.1).tolist() == changes(n - k, n, penalty=4.1).tolist()


@given(months)
def test_limits_lie_around_the_centre_within_0_and_1(pairs):
    got = chart(*np.transpose(pairs))
    some = ~np.isnan(got.centre)
    assert ((got.low <= got.centre) & (got.centre <= got.high))[some].all()
    assert ((got.low >= 0) & (got.high <= 1)).all()


def test_a_month_with_nobody_has_no_share_and_is_within():
    got = chart([0, 3, 0], [0, 10, 0], laney=True)
    assert np.isnan(got.share[[0, 2]]).all()
    assert (got.low[0], got.high[0], got.beyond[0]) == (0, 1, False)


def test_no_months_make_an_empty_chart():
    got = chart([], [], laney=True)
    assert got.share.size == got.changes.size == 0


@pytest.mark.parametrize(
    ("arguments", "named", "quoted"),
    [
        (([3], [2]), {}, "k = 3"),
        (([1], [2]), {"penalty": -1}, "got -1"),
        (([1], [2]), {"penalty": math.nan}, "got nan"),
        (([1], [2]), {"penalty": math.inf}, "got inf"),
        (([1], [2]), {"spread": 0}, "got 0"),
    ],
)
def test_what_cannot_be_is_refused_with_its_value(arguments, named, quoted):
    with pytest.raises(ValueError, match=quoted):
        changes(*arguments, **named)
