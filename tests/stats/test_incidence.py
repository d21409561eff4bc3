"""Competing ends against stored numbers, the binomial, exact fractions, and at the limits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.incidence import incidence
from recruiting.stats.survival import still_silent
from tests.stats.test_survival import DAYS

# The forty silences of the Kaplan-Meier tests with three kinds of end, the longest one open.
KINDS = "0203021302131210101312131210121012000213"
# scikit-survival 0.28.0, `cumulative_incidence_competing_risks(conf_level=0.9,
# conf_type="log-log", var_type="Dinse_Approx")`: kind, day, share and bounds.
SCIKIT_SURVIVAL = [
    (1, 2, 0.15, 0.072137228145, 0.254389257631),
    (1, 9, 0.200925925926, 0.108702022759, 0.313311646618),
    (1, 12, 0.269341563786, 0.15679939694, 0.395052189307),
    (1, 19, 0.389068930041, 0.24704851877, 0.528687949784),
    (1, 38, 0.428978052126, 0.280179977864, 0.569502657152),
    (2, 9, 0.133333333333, 0.0584691878962, 0.239334292889),
    (2, 12, 0.167541152263, 0.0796788386431, 0.283184651538),
    (2, 19, 0.247359396433, 0.132225791406, 0.381183781608),
    (2, 38, 0.300571559214, 0.167882094912, 0.444974932674),
    (3, 2, 0.025, 0.00324906039424, 0.0930058573127),
    (3, 9, 0.05, 0.0126046973038, 0.128489185165),
    (3, 12, 0.08420781893, 0.0275654822101, 0.181771937207),
    (3, 38, 0.1640260631, 0.0712746890702, 0.290176119226),
]
# lifelines 0.30.3, `AalenJohansenFitter`, after parting ties by 1/1000 of a day: standard errors
# at days 7.99, 19.99 and 48.99.
LIFELINES = [
    (1, [0.06425864007, 0.08795359262, 0.09005696029]),
    (2, [0.04787079987, 0.07785976405, 0.08661430261]),
    (3, [0.03446012188, 0.06791911751, 0.06791911751]),
]

ends = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=30)


def example():
    days, kinds = np.fromstring(DAYS, sep=" "), np.array(list(KINDS), dtype=int)
    kinds[days == 70] = 0
    return days, kinds


def columns(rows):
    return np.array(rows, dtype=float)[:, 0], np.array(rows)[:, 1]


@pytest.mark.parametrize(("kind", "day", "share", "low", "high"), SCIKIT_SURVIVAL)
def test_shares_and_bounds_agree_with_scikit_survival(kind, day, share, low, high):
    got = incidence(*example(), level=0.9)
    row = (kind - 1, int(np.searchsorted(got.time, day)))
    values = [got.share[row], got.low[row], got.high[row]]
    np.testing.assert_allclose(values, [share, low, high], rtol=1e-9)


@pytest.mark.parametrize(("kind", "errors"), LIFELINES)
def test_errors_agree_with_lifelines(kind, errors):
    days, kinds = example()
    got = incidence(days + np.arange(40) / 1000, kinds)
    rows = np.searchsorted(got.time, [7.99, 19.99, 48.99], side="right") - 1
    np.testing.assert_allclose(got.error[kind - 1, rows], errors, rtol=1e-8)


@given(ends.map(lambda rows: [(day, kind or 1) for day, kind in rows]))
def test_with_every_end_seen_it_is_a_share_of_all_with_its_binomial_error(rows):
    days, kinds = columns(rows)
    got = incidence(days, kinds, causes=3)
    for kind in (1, 2, 3):
        share = np.array([np.mean((days <= day) & (kinds == kind)) for day in got.time])
        np.testing.assert_allclose(got.share[kind - 1], share, atol=1e-12)
        binomial = np.sqrt(share * (1 - share) / days.size)
        np.testing.assert_allclose(got.error[kind - 1], binomial, atol=1e-7)


@given(ends)
def test_what_ended_and_what_is_open_make_up_the_whole(rows):
    got = incidence(*columns(rows))
    np.testing.assert_allclose(got.still + got.share.sum(axis=0), 1, atol=1e-12)
    assert (np.diff(got.share, axis=1) >= 0).all()


@given(ends)
def test_what_is_open_is_kaplan_meier_for_any_end(rows):
    days, kinds = columns(rows)
    got, curve = incidence(days, kinds), still_silent(days, kinds > 0)
    np.testing.assert_array_equal(got.time, curve.time)
    np.testing.assert_allclose(got.still, curve.share, atol=1e-12)


@given(ends.map(lambda rows: [(day, min(kind, 1)) for day, kind in rows]))
def test_with_one_kind_of_end_it_mirrors_kaplan_meier_with_greenwoods_error(rows):
    days, kinds = columns(rows)
    got, curve = incidence(days, kinds, causes=1), still_silent(days, kinds == 1)
    np.testing.assert_allclose(got.share[0], 1 - curve.share, atol=1e-12)
    left = curve.at_risk - curve.replies
    inner = left > 0
    greenwood = np.cumsum(curve.replies[inner] / (curve.at_risk * left)[inner])
    error = curve.share[inner] * np.sqrt(greenwood)
    np.testing.assert_allclose(got.error[0][inner], error, atol=1e-7)


@given(ends)
def test_every_share_equals_the_definition_in_exact_fractions(rows):
    got = incidence(*columns(rows), causes=3)
    still, share = Fraction(1), [Fraction(0)] * 4
    for column, day in enumerate(sorted({day for day, kind in rows if kind})):
        at_risk = sum(each >= day for each, _ in rows)
        here = [sum(row == (day, kind) for row in rows) for kind in range(4)]
        share = [old + still * Fraction(new, at_risk) for old, new in zip(share, here, strict=True)]
        still *= 1 - Fraction(sum(here[1:]), at_risk)
        assert got.share[:, column] == pytest.approx([float(each) for each in share[1:]], abs=1e-12)


@given(ends, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_the_unit_only_scales_the_times(rows, random):
    before = incidence(*columns(rows), causes=3)
    random.shuffle(rows)
    days, kinds = columns(rows)
    after = incidence(days * 24, kinds, causes=3)
    np.testing.assert_array_equal(after.time, before.time * 24)
    for column in ("share", "low", "high", "still", "at_risk"):
        np.testing.assert_array_equal(getattr(after, column), getattr(before, column))


@given(ends)
def test_bounds_lie_around_the_share_within_0_and_1(rows):
    got = incidence(*columns(rows))
    inner = (got.share > 1e-9) & (got.share < 1 - 1e-9) & (got.error > 1e-9)
    assert (got.low[inner] < got.share[inner]).all()
    assert (got.high[inner] > got.share[inner]).all()
    assert ((got.low[inner] >= 0) & (got.high[inner] <= 1)).all()


def test_without_any_end_there_are_no_columns():
    got = incidence([3, 5], [0, 0], causes=2)
    assert got.share.shape == (2, 0)
    assert got.at([0, 4]).tolist() == [[0, 0], [0, 0]]
    assert incidence([3], [0]).share.shape == (0, 0)


def test_a_single_end_is_certain_and_has_no_bounds():
    got = incidence([3.0], [2])
    assert got.share.tolist() == [[0], [1]]
    assert got.still.tolist() == [0]
    assert np.isnan([got.low, got.high]).all()


def test_shares_are_read_between_their_steps_and_not_beyond_the_last_look():
    got = incidence([1, 2, 4], [1, 2, 0])
    np.testing.assert_allclose(got.at([0.5, 1, 3]), [[0, 1 / 3, 1 / 3], [0, 0, 1 / 3]])
    assert np.isnan(got.at([4.1])).all()
    assert incidence([1], [1]).at([9]).tolist() == [[1]]


@pytest.mark.parametrize(
    ("days", "kinds", "causes", "quoted"),
    [
        ([], [], None, r"\(0,\)"),
        ([1, -2], [0, 1], None, "-2.0 at row 1"),
        ([np.inf], [1], None, "inf at row 0"),
        ([1, 2], [1], None, r"\(1,\)"),
        ([1], [-1], None, "-1 at row 0"),
        ([1], [1.0], None, "1.0"),
        ([1], [3], 2, "got 3"),
        ([1], [0], 0, "got 0"),
    ],
)
def test_bad_rows_are_refused_with_their_value(days, kinds, causes, quoted):
    with pytest.raises(ValueError, match=quoted):
        incidence(days, np.array(kinds, dtype=int if kinds == [] else None), causes)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(ValueError, match=f"got {level}"):
        incidence([1], [1], level=level)
