"""The log-rank test against printed and stored numbers, its limits and its invariants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.logrank import compare
from tests.stats.test_survival import ANSWERED, DAYS, PLACEBO, RELAPSED, SIX_MP

rows = st.lists(
    st.tuples(st.integers(0, 9), st.booleans(), st.integers(0, 3)), min_size=1, max_size=40
)


def columns(some):
    days, answered, group = zip(*some, strict=True)
    return np.array(days, dtype=float), np.array(answered), np.array(group)


def example():
    return np.fromstring(DAYS, sep=" "), np.array(list(ANSWERED)) == "1"


def test_the_two_arms_of_freireich_differ_as_printed():
    """Kleinbaum and Klein (2012), Survival Analysis, p. 70: 19.25, 10.75, 16.79, p < 0.0001."""
    group = [0] * 21 + [1] * 21
    got = compare(SIX_MP + PLACEBO, RELAPSED + [True] * 21, group)
    assert got.observed.tolist() == [9, 21]
    assert got.expected.round(2).tolist() == [19.25, 10.75]
    assert round(got.statistic, 2) == 16.79
    assert got.freedom == 1
    assert got.p == pytest.approx(4.17e-5, rel=1e-3)


@pytest.mark.parametrize(
    ("groups", "statistic", "p"),
    [  # lifelines 0.30.3 `multivariate_logrank_test`; the first as scikit-survival 0.28.0 too
        (3, 1.7484114928242835, 0.41719324535445834),
        (4, 2.658700541519367, 0.4472913893738907),
    ],
)
def test_several_groups_agree_with_lifelines_and_scikit_survival(groups, statistic, p):
    got = compare(*example(), np.arange(40) % groups)
    assert got.statistic == pytest.approx(statistic, rel=1e-10)
    assert got.p == pytest.approx(p, rel=1e-10)


def test_expected_replies_agree_with_scikit_survival():  # 0.28.0, `compare_survival`
    got = compare(*example(), np.arange(40) % 3)
    np.testing.assert_allclose(got.expected, [8.826394, 13.115732, 7.057875], atol=1e-6)


@pytest.mark.parametrize(
    ("days", "answered", "group"),
    [
        ([], [], []),
        ([3.0], [True], [0]),
        ([3, 4], [True, True], [1, 1]),
        ([3, 4], [False, False], [0, 1]),
        ([1, 9], [False, True], [0, 1]),  # nobody of the first group was open at the reply
    ],
)
def test_with_less_than_two_groups_to_compare_there_is_no_test(days, answered, group):
    got = compare(days, answered, group)
    assert (got.statistic, got.freedom, got.p) == (0, 0, 1)


def test_all_answering_at_once_is_no_difference():
    got = compare([2, 2, 2, 2], [True] * 4, [0, 0, 1, 1])
    assert (got.statistic, got.p) == (0, 1)


def test_a_group_without_members_has_a_row_and_counts_for_nothing():
    days, answered = example()
    two, gap = (compare(days, answered, step * (np.arange(40) % 2)) for step in (1, 2))
    assert (gap.observed[1], gap.expected[1]) == (0, 0)
    assert gap.freedom == 1
    assert gap.statistic == pytest.approx(two.statistic)


@pytest.mark.parametrize(
    ("days", "group", "quoted"),
    [
        ([1, -3], [0, 1], "-3.0 at row 1"),
        ([1, np.nan], [0, 1], "nan at row 1"),
        ([1, 2], [0], r"2 rows, got shape \(1,\)"),
        ([1, 2], [0, -4], "-4 at row 1"),
        ([1, 2], [0.5, 1.0], "0.5"),
    ],
)
def test_bad_rows_are_refused_with_their_value(days, group, quoted):
    with pytest.raises(ValueError, match=quoted):
        compare(days, [True, True], group)


@given(rows)
def test_all_that_was_seen_was_expected_somewhere(some):
    got = compare(*columns(some))
    assert got.expected.sum() == pytest.approx(got.observed.sum())
    assert 0 <= got.p <= 1


@given(rows, st.permutations(range(4)), st.randoms(use_true_random=False))
def test_neither_names_nor_order_nor_unit_matter(some, names, random):
    before = compare(*columns(some))
    random.shuffle(some)
    days, answered, group = columns(some)
    after = compare(days * 24, answered, np.array(names)[group])
    assert after.statistic == pytest.approx(before.statistic, rel=1e-7, abs=1e-9)
    assert after.freedom == before.freedom


@given(rows)
def test_a_group_compared_with_its_twin_shows_nothing(some):
    days, answered, _ = columns(some)
    twice = (np.tile(days, 2), np.tile(answered, 2), np.repeat([0, 1], days.size))
    assert compare(*twice).statistic == pytest.approx(0, abs=1e-18)
