"""Wilson bounds against printed numbers, and the hiding of small groups against an attacker."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.rates import (
    HIDDEN,
    Difference,
    Share,
    difference,
    hide,
    share,
    shares,
    table,
)
from recruiting.stats.spells import normal_quantile

# Newcombe (1998), Stat. Med. 17, 857-872, table I, method 3 (score, no continuity correction).
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]

counted = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda two: (min(two), max(two)))
groups = st.lists(counted, min_size=1, max_size=8)


def test_wilson_bounds_are_those_of_newcombes_table():
    k, n, low, high = np.transpose(NEWCOMBE)
    got = shares(k.astype(int), n.astype(int))
    np.testing.assert_array_equal(got.low.round(4), low)
    np.testing.assert_array_equal(got.high.round(4), high)
    np.testing.assert_array_equal(got.share, k / n)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_bounds_reach_0_and_1_exactly_whatever_the_rounding(level):
    n = np.arange(1, 200)
    assert (shares(0 * n, n, level).low == 0).all()
    assert (shares(n, n, level).high == 1).all()


def test_of_nobody_nothing_is_known():
    assert share(0, 0) == Share(k=0, n=0, share=None, low=0.0, high=1.0)
    assert np.isnan(shares([0], [0]).share).all()


def test_no_groups_make_no_rows():
    assert list(shares([], [])) == []
    assert table([], []).total == share(0, 0)


@pytest.mark.parametrize(
    ("k", "n", "quoted"),
    [
        ([1, 5], [3, 4], "k = 5, n = 4 at row 1"),
        ([-1], [4], "k = -1"),
        ([1], [3, 4], r"\(1,\) and \(2,\)"),
        ([1.5], [3], "1.5"),
        ([1], ["three"], "three"),
    ],
)
def test_counts_that_cannot_be_are_refused_with_their_value(k, n, quoted):
    with pytest.raises(ValueError, match=quoted):
        shares(k, n)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(ValueError, match=f"got {level}"):
        share(1, 2, level)


@given(counted.filter(lambda pair: 0 < pair[0] < pair[1]), st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_each_bound_is_where_the_share_is_just_credible(pair, level):
    k, n = pair
    got = shares([k], [n], level)
    for bound in (got.low, got.high):
        errors = abs(k / n - bound) / np.sqrt(bound * (1 - bound) / n)
        assert errors == pytest.approx(normal_quantile(level), rel=1e-6)


@given(groups)
def test_bounds_lie_around_the_share_and_mirror_its_complement(pairs):
    k, n = np.transpose(pairs)
    got, rest = shares(k, n), shares(n - k, n)
    some = n > 0
    assert ((got.low >= 0) & (got.high <= 1)).all()
    assert (got.low[some] <= got.share[some]).all()
    assert (got.share[some] <= got.high[some]).all()
    np.testing.assert_allclose(rest.low, 1 - got.high, atol=1e-12)


@given(groups)
def test_a_row_of_many_is_the_same_as_one_alone(pairs):
    assert list(shares(*np.transpose(pairs))) == [share(k, n) for k, n in pairs]


def test_a_higher_level_widens_the_bounds():
    wide, narrow = shares([3], [20], 0.99), shares([3], [20], 0.9)
    assert wide.low < narrow.low < 3 / 20 < narrow.high < wide.high


def test_a_small_group_hides_and_takes_the_next_smallest_along():
    got = table([2, 20, 3, 9], [5, 60, 12, 30])
    assert [row.hidden for row in got.rows] == [True, False, True, False]
    assert (got.total.k, got.total.n) == (34, 107)


def test_two_small_groups_hide_each_other_if_they_are_enough_together():
    assert table([1, 2, 9], [4, 6, 30]).rows.hidden.tolist() == [True, True, False]
    assert table([1, 2, 9, 8], [4, 5, 31, 30]).rows.hidden.tolist() == [True, True, False, True]


def test_a_hidden_row_carries_no_figure_at_all():
    rows = table([2, 20, 3], [5, 60, 12]).rows
    assert rows[0] == rows[2] == HIDDEN == Share(None, None, None, None, None, hidden=True)
    assert (rows.k[0], rows.n[0]) == (0, 0)
    assert np.isnan([rows.share[0], rows.low[0], rows.high[0]]).all()


def test_a_table_smaller_than_the_minimum_shows_not_even_its_total():
    got = table([1, 0, 2], [4, 0, 5])
    assert got.total == HIDDEN
    assert [row.hidden for row in got.rows] == [True, False, True]


def test_an_empty_group_is_shown_as_empty():
    rows = table([0, 20], [0, 60]).rows
    assert rows[0] == share(0, 0)
    assert not rows.hidden.any()


def test_without_a_total_only_the_small_groups_hide():
    rows = hide(shares([2, 20, 3], [5, 60, 12]), total_shown=False)
    assert rows.hidden.tolist() == [True, False, False]


def test_groups_at_the_minimum_are_shown():
    assert not table([2, 20], [10, 60]).rows.hidden.any()
    assert not table([2, 20], [5, 60], minimum=5).rows.hidden.any()


@pytest.mark.parametrize("minimum", [4, 1, 0, -3])
def test_no_setting_shows_groups_below_five(minimum):
    with pytest.raises(ValueError, match=f"got {minimum}"):
        table([1], [20], minimum=minimum)


def test_hiding_twice_is_refused_because_the_sizes_are_gone():
    with pytest.raises(ValueError, match="already"):
        hide(table([2, 20, 3], [5, 60, 12]).rows)


@given(groups, st.integers(5, 12))
def test_total_minus_shown_never_leaves_a_small_group(pairs, minimum):
    k, n = np.transpose(pairs)
    got = table(k, n, minimum=minimum)
    rest = n.sum() - got.rows.n.sum()
    assert got.total.hidden or rest == 0 or rest >= minimum
    assert not ((n < minimum) & (n > 0) & ~got.rows.hidden).any()


@pytest.mark.parametrize("sizes", [(1, 12, 9), (3, 4, 7, 20), (1, 1, 1, 6), (9, 10, 30), (2, 2)])
def test_no_solver_finds_the_size_of_a_small_group(sizes):
    got = table([0] * len(sizes), sizes, minimum=5)
    if got.total.hidden:
        return
    rest = got.total.n - got.rows.n.sum()
    hidden = np.flatnonzero(got.rows.hidden)
    fits = [some for some in product(range(1, rest + 1), repeat=hidden.size) if sum(some) == rest]
    for place in range(hidden.size):
        assert len({some[place] for some in fits}) > 1


# Newcombe (1998), Stat. Med. 17, 873-890, table II, method 10.
TWO_SHARES = [
    ((56, 70, 48, 80), (0.2000, 0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.6000, 0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.5714, 0.0582, 0.8062)),
    ((5, 56, 0, 29), (0.0893, -0.0381, 0.1926)),
    ((0, 10, 0, 20), (0.0000, -0.1611, 0.2775)),
    ((0, 10, 0, 10), (0.0000, -0.2775, 0.2775)),
    ((10, 10, 0, 20), (1.0000, 0.6791, 1.0000)),
    ((10, 10, 0, 10), (1.0000, 0.6075, 1.0000)),
]


@pytest.mark.parametrize(("counts", "printed"), TWO_SHARES)
def test_differences_are_those_of_newcombes_table(counts, printed):
    got = difference(*counts)
    assert (got.difference, got.low, got.high) == pytest.approx(printed, abs=5.1e-5)


@given(counted, counted)
def test_a_difference_turned_round_is_the_same_the_other_way(one, other):
    there, back = difference(*one, *other), difference(*other, *one)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-12)
    assert -1 <= there.low <= there.high <= 1
    if there.difference is not None:
        assert there.low <= there.difference + 1e-12
        assert there.difference <= there.high + 1e-12


def test_a_group_with_nobody_in_it_differs_by_an_unknown_amount():
    assert difference(0, 0, 0, 0) == Difference(None, -1, 1)
    one = share(3, 10)
    assert one.low is not None
    assert difference(3, 10, 0, 0) == Difference(None, pytest.approx(one.low - 1), one.high)


@pytest.mark.parametrize(
    ("arguments", "quoted"),
    [((5, 4, 1, 2), "k = 5"), ((1, 2, -1, 2), "k = -1"), ((1, 2, 1, 2, 95), "got 95")],
)
def test_a_difference_of_what_cannot_be_is_refused(arguments, quoted):
    with pytest.raises(ValueError, match=quoted):
        difference(*arguments)


some_of_few = st.tuples(st.sampled_from([0, 0, 1]), st.integers(1, 15))


@given(st.lists(some_of_few, min_size=1, max_size=8), st.integers(5, 12))
def test_what_is_hidden_has_neither_everybody_nor_nobody_in_k(pairs, minimum):
    k, n = np.transpose(pairs)
    got = table(k, n, minimum=minimum)
    if got.total.hidden or not got.rows.hidden.any():
        return
    k_left, n_left = got.total.k - got.rows.k.sum(), got.total.n - got.rows.n.sum()
    assert 0 < k_left < n_left


def test_a_hidden_group_of_none_takes_one_along_that_has_some():
    got = table([0, 0, 3, 30], [4, 11, 20, 90])
    assert got.rows.hidden.tolist() == [True, True, True, False]
    assert (got.total.k, got.total.n) == (33, 125)


@pytest.mark.parametrize("k", [[0, 0], [4, 30]])
def test_a_total_of_none_or_of_all_is_hidden_where_it_tells_a_hidden_group(k):
    assert table(k, [4, 30]).total == HIDDEN


def test_a_total_of_none_is_shown_where_nothing_is_hidden():
    assert table([0, 0], [14, 30]).total == share(0, 44)
