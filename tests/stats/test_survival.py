"""The Kaplan-Meier curve against printed and stored numbers, its limits and its invariants."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats import products
from recruiting.stats.survival import still_silent

# Weeks in remission of the 6-MP arm: Freireich et al. (1963), Blood 21, 699-716.
SIX_MP = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [True] * 9 + [False] * 12
# Time, at risk, S(t) as printed in Kalbfleisch and Prentice (2002), The Statistical Analysis of
# Failure Time Data, and log(-log) 95 % bounds as Stata's `sts list` and R's
# `survfit(conf.type = "log-log")` print them.
SIX_MP_PRINTED = [
    (6, 21, 0.857, 0.6197, 0.9516),
    (7, 17, 0.807, 0.5631, 0.9228),
    (10, 15, 0.753, 0.5032, 0.8894),
    (13, 12, 0.690, 0.4316, 0.8491),
    (16, 11, 0.627, 0.3675, 0.8049),
    (22, 7, 0.538, 0.2678, 0.7468),
    (23, 6, 0.448, 0.1881, 0.6801),
]
# The placebo arm of the same trial; first rows of `sts list` in G. Rodríguez, "Kaplan-Meier",
# data.princeton.edu/eco572/KaplanMeier.html.
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
PLACEBO_PRINTED = [(1, 0.9048, 0.6700, 0.9753), (2, 0.8095, 0.5689, 0.9239)]

# Forty rounded log-normal durations with ties, a zero and a last reply; columns are time, share
# and 90 % bounds as lifelines 0.30.3 `KaplanMeierFitter(alpha=0.1)` gives them.
DAYS = (
    "12 18 9 4 7 3 13 70 6 5 23 19 14 4 12 30 2 7 1 2 "
    "1 9 2 17 15 10 0 6 11 14 2 7 3 4 48 4 12 38 6 11"
)
ANSWERED = "0101011101111110101111111110111011000111"
LIFELINES = [
    (0, 0.975, 0.877078854119, 0.995124767087),
    (1, 0.925, 0.817450286637, 0.970296071297),
    (2, 0.825, 0.698684275126, 0.901936672992),
    (3, 0.775, 0.64294817233, 0.863212950226),
    (4, 0.7, 0.562768257279, 0.801483947846),
    (5, 0.674074074074, 0.535553449786, 0.779487326341),
    (6, 0.648148148148, 0.508777364817, 0.757091623293),
    (9, 0.615740740741, 0.473392973585, 0.730188959043),
    (10, 0.581532921811, 0.436573347741, 0.701481912541),
    (11, 0.513117283951, 0.366551682445, 0.641709442131),
    (12, 0.478909465021, 0.333134574424, 0.610710765935),
    (13, 0.439000342936, 0.293414105477, 0.575373223735),
    (14, 0.359182098765, 0.219279976634, 0.50110892135),
    (15, 0.31927297668, 0.184735525527, 0.462163981871),
    (17, 0.279363854595, 0.15188409857, 0.421940307869),
    (18, 0.23945473251, 0.120811764611, 0.380333024331),
    (19, 0.199545610425, 0.0916853052513, 0.337177738229),
    (23, 0.15963648834, 0.0647906392381, 0.292219344522),
    (38, 0.10642432556, 0.0304368727982, 0.237579034514),
]

silences = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


def columns(rows):
    days, answered = zip(*rows, strict=True)
    return np.array(days, dtype=float), np.array(answered)


def by_hand(rows):
    """The product-limit estimate in exact fractions, straight from its definition."""
    share = Fraction(1)
    for time in sorted({days for days, answered in rows if answered}):
        at_risk = sum(days >= time for days, _ in rows)
        replies = sum(days == time and answered for days, answered in rows)
        share *= Fraction(at_risk - replies, at_risk)
        yield time, at_risk, share


def test_the_six_mp_arm_of_freireich_comes_out_as_printed():
    curve = still_silent(SIX_MP, RELAPSED)
    rows = zip(curve.time, curve.at_risk, curve.share, curve.low, curve.high, strict=True)
    rounded = [(t, n, round(s, 3), round(low, 4), round(high, 4)) for t, n, s, low, high in rows]
    assert rounded == SIX_MP_PRINTED


def test_the_median_of_the_six_mp_arm_is_23_weeks_with_no_upper_bound():
    median = still_silent(SIX_MP, RELAPSED).median_reply
    assert (median.time, median.low, median.high) == (23, 13, np.inf)


def test_the_placebo_arm_comes_out_as_printed_and_ends_without_bounds():
    curve = still_silent(PLACEBO, [True] * 21)
    rows = zip(curve.time, curve.share, curve.low, curve.high, strict=True)
    rounded = [(t, round(s, 4), round(low, 4), round(high, 4)) for t, s, low, high in rows]
    assert rounded[:2] == PLACEBO_PRINTED
    assert curve.share[-1] == 0
    assert np.isnan([curve.low[-1], curve.high[-1]]).all()
    assert curve.median_reply.time == 8


def test_ties_and_a_zero_agree_with_lifelines():
    days, answered = np.fromstring(DAYS, sep=" "), np.array(list(ANSWERED)) == "1"
    curve = still_silent(days, answered, level=0.9)
    got = np.column_stack((curve.time, curve.share, curve.low, curve.high))[:-1]
    np.testing.assert_allclose(got, LIFELINES, rtol=1e-9)
    assert (curve.time[-1], curve.share[-1]) == (70, 0)
    median = curve.median_reply
    assert (median.time, median.low, median.high) == (12, 9, 15)


def test_quantiles_follow_the_curve_and_its_bounds():
    curve = still_silent(SIX_MP, RELAPSED)
    early, quarter = curve.quantile(0.1), curve.quantile(0.25)
    assert (early.time, early.low, early.high) == (6, 6, 10)
    assert (quarter.time, quarter.low, quarter.high) == (13, 6, 22)


def test_a_half_that_rounding_stores_as_a_little_more_still_counts_as_half():
    curve = still_silent(np.arange(1, 25), [True] * 24)
    assert curve.share[11] > 0.5
    assert curve.median_reply.time == 12


def test_a_reply_counts_before_a_censoring_of_the_same_time():
    curve = still_silent([2, 2, 5], [False, True, True])
    assert curve.at_risk.tolist() == [3, 1]
    assert curve.share == pytest.approx([2 / 3, 0])


def test_without_any_reply_the_curve_has_no_rows_and_stays_at_one():
    curve = still_silent([3, 5], [False, False])
    assert curve.time.size == curve.low.size == curve.at_risk.size == 0
    assert curve.at([0, 5]).tolist() == [1, 1]
    assert np.isnan(curve.at(5.1))
    median = curve.median_reply
    assert (median.time, median.low, median.high) == (np.inf, np.inf, np.inf)


def test_a_single_reply_has_a_time_but_no_bounds():
    curve = still_silent([4.0], [True])
    assert (curve.time.tolist(), curve.share.tolist()) == ([4], [0])
    median = curve.median_reply
    assert (median.time, median.high) == (4, np.inf)
    assert np.isnan(median.low)


def test_the_curve_is_read_between_its_steps_and_not_beyond_the_last_look():
    curve = still_silent([1, 2, 3, 8], [True, True, True, False])
    assert curve.at([[0, 0.9], [1, 2.5]]).tolist() == [[1, 1], [0.75, 0.5]]
    assert curve.at(8) == 0.25
    assert np.isnan(curve.at(9))
    assert still_silent([1], [True]).at(9) == 0


@pytest.mark.parametrize(
    ("durations", "answered", "quoted"),
    [
        ([], [], "none"),
        ([1, 2], [True], r"\(2,\) and \(1,\)"),
        ([[1]], [[True]], r"\(1, 1\)"),
        ([1, -2.5], [True, True], "-2.5 at row 1"),
        ([np.nan], [True], "nan at row 0"),
        ([1, np.inf], [True, False], "inf at row 1"),
        ([1, 2], [1, 2], "2 at row 1"),
        ([1], ["yes"], "yes at row 0"),
    ],
)
def test_bad_rows_are_refused_with_their_value(durations, answered, quoted):
    with pytest.raises(ValueError, match=quoted):
        still_silent(durations, answered)


@pytest.mark.parametrize("level", [0, 1, -0.1, 95, np.nan])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(ValueError, match=f"got {level}"):
        still_silent([1], [True], level)


@pytest.mark.parametrize("part", [0, 1, 1.5])
def test_a_quantile_outside_0_and_1_is_refused(part):
    with pytest.raises(ValueError, match=f"got {part}"):
        still_silent([1], [True]).quantile(part)


def test_a_time_before_the_question_is_refused():
    with pytest.raises(ValueError, match="-1"):
        still_silent([1], [True]).at(-1)


def test_minus_zero_is_zero():
    assert still_silent([-0.0, 0.0, 1], [True] * 3).time.tolist() == [0, 1]


@given(silences)
def test_every_row_equals_the_definition_in_exact_fractions(rows):
    curve = still_silent(*columns(rows))
    got = zip(curve.time, curve.at_risk, curve.share, strict=True)
    for (time, at_risk, share), (want_time, want_risk, want) in zip(
        got, by_hand(rows), strict=True
    ):
        assert (time, at_risk) == (want_time, want_risk)
        assert share == pytest.approx(float(want), abs=1e-12)


@given(silences, st.randoms(use_true_random=False), st.sampled_from([1 / 24, 3, 24.0]))
def test_order_does_not_matter_and_the_unit_only_scales_the_times(rows, random, unit):
    curve = still_silent(*columns(rows))
    random.shuffle(rows)
    days, answered = columns(rows)
    scaled = still_silent(days * unit, answered)
    np.testing.assert_array_equal(scaled.time, curve.time * unit)
    for column in ("share", "low", "high", "at_risk"):
        np.testing.assert_array_equal(getattr(scaled, column), getattr(curve, column))


@given(silences)
def test_bounds_lie_around_a_falling_share(rows):
    curve = still_silent(*columns(rows))
    assert (np.diff(curve.share) < 0).all()
    inner = curve.share > 0
    assert (curve.low[inner] < curve.share[inner]).all()
    assert (curve.high[inner] > curve.share[inner]).all()
    assert ((curve.low[inner] >= 0) & (curve.high[inner] <= 1)).all()
    assert np.isnan(curve.low[~inner]).all()


@given(silences)
def test_the_same_silences_ten_times_over_only_narrow_the_bounds(rows):
    once, often = still_silent(*columns(rows)), still_silent(*columns(rows * 10))
    np.testing.assert_allclose(often.share, once.share, atol=1e-12)
    inner = once.share > 0
    assert (often.high - often.low < once.high - once.low)[inner].all()


@given(silences, st.integers(1, 10))
def test_watching_an_open_silence_longer_never_lowers_the_share(rows, more):
    longer = [(days if answered else days + more, answered) for days, answered in rows]
    before, after = still_silent(*columns(rows)), still_silent(*columns(longer))
    assert (after.share >= before.share - 1e-12).all()


@pytest.mark.parametrize(
    ("horizon", "mean"),
    [  # lifelines 0.30.3, `restricted_mean_survival_time`
        (10, 7.4342592592592585),
        (20, 11.162911522633742),
        (30.5, 12.9588220164609),
        (60, 16.497430841335156),
    ],
)
def test_the_restricted_mean_agrees_with_lifelines(horizon, mean):
    curve = still_silent(np.fromstring(DAYS, sep=" "), np.array(list(ANSWERED)) == "1")
    assert curve.restricted_mean(horizon).time == pytest.approx(mean, rel=1e-12)


def test_the_error_of_the_restricted_mean_is_that_of_the_area_under_the_curve():
    """Greenwood: Cov(S(s), S(t)) = S(s) S(t) G(s) for s <= t, summed over all pairs of steps."""
    curve = still_silent(SIX_MP, RELAPSED)
    edges = np.append(curve.time, 35)
    widths = np.diff(edges)
    left = curve.at_risk - curve.replies
    noise = np.cumsum(curve.replies / (curve.at_risk * left))
    area = widths * curve.share
    places = np.arange(widths.size)
    covariance = np.outer(area, area) * noise[np.minimum.outer(places, places)]
    mean = curve.restricted_mean(35)
    assert mean.error == pytest.approx(np.sqrt(covariance.sum()), rel=1e-12)
    assert (mean.low, mean.high) == pytest.approx(
        (mean.time - 1.959964 * mean.error, mean.time + 1.959964 * mean.error), rel=1e-6
    )


@given(st.lists(st.integers(0, 12), min_size=1, max_size=30), st.integers(1, 12))
def test_with_every_reply_seen_the_restricted_mean_is_a_mean(days, horizon):
    mean = still_silent(days, [True] * len(days)).restricted_mean(horizon)
    cut = np.minimum(days, horizon)
    assert mean.time == pytest.approx(cut.mean())
    assert mean.error == pytest.approx(cut.std() / np.sqrt(len(days)), abs=1e-9)


@given(silences, st.integers(1, 12), st.sampled_from([1 / 24, 24.0]))
def test_the_restricted_mean_lies_within_the_horizon_and_scales_with_the_unit(rows, horizon, unit):
    days, answered = columns(rows)
    curve = still_silent(days, answered)
    if np.isnan(curve.at(horizon)):
        return
    mean = curve.restricted_mean(horizon)
    assert 0 <= mean.low <= mean.time <= mean.high + 1e-12
    assert mean.high <= horizon
    scaled = still_silent(days * unit, answered).restricted_mean(horizon * unit)
    assert (scaled.time, scaled.error) == pytest.approx((mean.time * unit, mean.error * unit))


def test_the_restricted_mean_without_a_reply_is_the_horizon():
    mean = still_silent([3, 5], [False, False]).restricted_mean(5)
    assert (mean.time, mean.error, mean.low, mean.high) == (5, 0, 5, 5)


@pytest.mark.parametrize("horizon", [0, -1, np.inf, np.nan, 5.5])
def test_a_horizon_that_is_no_time_or_was_never_seen_is_refused(horizon):
    with pytest.raises(ValueError, match=f"horizon.*{horizon}"):
        still_silent([3, 5], [True, False]).restricted_mean(horizon)


def test_bounds_at_a_time_are_those_of_the_last_reply_before_it():
    curve = still_silent(SIX_MP, RELAPSED)
    low, high = curve.bounds_at([0, 5.9, *(row[0] for row in SIX_MP_PRINTED), 30, 36])
    assert low[:2].tolist() == high[:2].tolist() == [1, 1]
    for place, row in enumerate(SIX_MP_PRINTED, start=2):
        assert (low[place], high[place]) == pytest.approx(row[3:], abs=5e-5)
    assert (low[-2], high[-2]) == pytest.approx(SIX_MP_PRINTED[-1][3:], abs=5e-5)
    assert np.isnan([low[-1], high[-1]]).all()
    with pytest.raises(ValueError, match="times must be finite and not negative, got -1"):
        curve.bounds_at([-1])


@pytest.mark.parametrize("unit", [None, 0.5], ids=["moments", "ties"])
@pytest.mark.parametrize("part", [0.6, 1.0], ids=["some", "all"])
def test_a_long_curve_is_the_plain_formula_in_one_go(unit, part):
    draw = np.random.default_rng(7)
    rows = 5 * products.BLOCK + 3
    hours, answered = draw.lognormal(3, 2, rows), draw.random(rows) < part
    hours = hours if unit is None else np.round(hours / unit) * unit
    given_hours = hours.copy()
    curve = still_silent(hours, answered)
    np.testing.assert_array_equal(hours, given_hours)

    time, replies = np.unique(hours[answered], return_counts=True)
    at_risk = rows - np.searchsorted(np.sort(hours), time)
    np.testing.assert_array_equal(curve.time, time)
    np.testing.assert_array_equal(curve.replies, replies)
    np.testing.assert_array_equal(curve.at_risk, at_risk)
    with np.errstate(all="ignore"):
        share = np.cumprod(1 - replies / at_risk)
        error = np.sqrt(np.cumsum(replies / (at_risk * (at_risk - replies)))) / np.log(share)
        low, high = (share ** np.exp(sign * 1.959963984540054 * error) for sign in (-1, 1))
    np.testing.assert_allclose(curve.share, share, rtol=1e-10)
    ends = np.isfinite(error)
    np.testing.assert_allclose(curve.low[ends], low[ends], rtol=1e-10)
    np.testing.assert_allclose(curve.high[ends], high[ends], rtol=1e-10)
    assert np.isnan(curve.low[~ends]).all()


def test_a_half_that_could_not_be_computed_is_no_curve(monkeypatch):
    def no_memory(*_):
        raise MemoryError

    rows = 2 * products.BLOCK
    monkeypatch.setattr(products, "_fill_products", no_memory)
    with pytest.raises(MemoryError):
        still_silent(np.arange(rows), np.ones(rows, dtype=bool))


def test_small_exponents_are_right_to_the_last_digit():
    x = np.linspace(-products.SMALL, products.SMALL, 9999)[1:-1]
    np.testing.assert_allclose(products._exp(x), np.exp(x), rtol=4e-16)
