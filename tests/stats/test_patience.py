"""Patience and what waiting brings: against plain counts, by simulation, and at the limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.patience import patience, waiting
from recruiting.stats.rates import shares
from recruiting.stats.survival import still_silent

silences = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


def columns(rows):
    days, answered = zip(*rows, strict=True)
    return np.array(days, dtype=float), np.array(answered)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40), st.integers(0, 10))
def test_with_nothing_open_within_the_horizon_it_is_the_plain_quantile(days, silent):
    """Those silent to the end count as not answering, whatever their number."""
    got = patience(days + [50] * silent, [True] * len(days) + [False] * silent, horizon=45)
    assert got.time == np.quantile(days, 0.9, method="inverted_cdf")
    assert (got.answered, got.n) == (len(days), len(days) + silent)
    assert got.low <= got.time <= got.high <= 45


def test_an_early_look_does_not_make_patience_look_short():
    draw = np.random.default_rng(1)
    true = draw.exponential(10, 4000)
    seen = draw.uniform(0, 60, 4000)
    answered = true <= seen
    got = patience(np.minimum(true, seen), answered, horizon=60)
    assert got.time == pytest.approx(10 * np.log(10), rel=0.1)
    assert np.quantile(true[answered], 0.9) < 0.9 * got.time


@pytest.mark.parametrize("n", [40, 200])
def test_the_interval_covers_as_often_as_it_says(n):
    """Open silences, slow ones and ones that never answer: 400 histories, seed 3."""
    draw = np.random.default_rng(3)
    grid = np.linspace(0, 30, 30_001)
    answers = 1 - np.exp(-grid / 8)
    truth = grid[np.searchsorted(answers, 0.9 * answers[-1])]
    inside = 0
    for _ in range(400):
        true = np.where(draw.random(n) < 0.3, np.inf, draw.exponential(8, n))
        seen = draw.uniform(5, 60, n)
        got = patience(np.minimum(true, seen), true <= seen, horizon=30)
        inside += got.low <= truth <= got.high
    assert 0.92 <= inside / 400 <= 0.99


@given(silences, st.sampled_from([1 / 24, 24.0]), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_the_unit_only_scales_patience(rows, unit, random):
    before = patience(*columns(rows), horizon=8)
    random.shuffle(rows)
    days, answered = columns(rows)
    after = patience(days * unit, answered, horizon=8 * unit)
    want = np.array([before.time, before.low, before.high]) * unit
    np.testing.assert_allclose([after.time, after.low, after.high], want)


@given(silences, st.floats(0.05, 0.9))
def test_a_larger_part_takes_longer(rows, part):
    early, late = (patience(*columns(rows), horizon=8, part=each) for each in (part, part + 0.09))
    if early.answered:
        assert early.time <= late.time
        assert early.low <= early.time <= early.high


def test_of_nobody_who_answered_nothing_is_known():
    got = patience([3, 5], [False, False], horizon=30)
    assert np.isnan([got.time, got.low]).all()
    assert (got.high, got.horizon, got.answered, got.n) == (np.inf, 5, 0, 2)
    late = patience([40.0, 50], [True, False], horizon=30)
    assert np.isnan(late.time)
    assert late.horizon == 30


def test_a_single_reply_says_when_and_nothing_more():
    got = patience([4.0], [True], horizon=30)
    assert (got.time, got.low, got.high, got.horizon) == (4, 4, 4, 4)


def test_what_each_day_brings_is_a_share_of_those_still_silent():
    days, answered = [1, 1, 2, 2, 2, 3, 9, 9, 9, 9], [True] * 6 + [False] * 4
    got = waiting(days, answered, horizon=4)
    assert got.elapsed.tolist() == [0, 1, 2, 3]
    assert got.at_risk.tolist() == [10, 8, 5, 4]
    np.testing.assert_allclose(got.chance, [2 / 10, 3 / 8, 1 / 5, 0])
    np.testing.assert_allclose(got.left, [6 / 10, 4 / 8, 1 / 5, 0])


def test_bounds_of_a_day_are_those_of_a_curve_that_begins_with_it():
    days = np.array([1, 1, 2, 2, 2, 3, 5, 6, 9, 9.0])
    answered = np.array([True] * 6 + [False, True, False, True])
    got = waiting(days, answered, horizon=9, step=2)
    for row, elapsed in enumerate(got.elapsed):
        there = days > elapsed
        curve = still_silent(days[there] - elapsed, answered[there])
        low, high = 0.0, 1.0
        step = np.searchsorted(curve.time, 2, side="right") - 1
        if step >= 0 and curve.share[step] > 0:
            low, high = 1 - curve.high[step], 1 - curve.low[step]
            assert (got.low[row], got.high[row]) == pytest.approx((low, high))
        assert got.chance[row] == pytest.approx(1 - curve.at(2))


def test_a_day_that_brought_nobody_has_wilsons_upper_bound():
    got = waiting([1, 5, 5, 5, 5], [True, False, False, False, False], horizon=4)
    sure = shares([0], [4])
    assert (got.chance[2], got.low[2], got.high[2]) == (0, 0, pytest.approx(sure.high[0]))


def test_a_day_on_which_all_answer_has_wilsons_lower_bound():
    got = waiting([0.5, 0.5, 0.7], [True] * 3, horizon=5)
    sure = shares([3], [3])
    assert (got.elapsed.tolist(), got.chance.tolist()) == ([0], [1])
    assert (got.low[0], got.high[0]) == (pytest.approx(sure.low[0]), 1)


def test_nothing_is_said_beyond_what_was_seen():
    assert waiting([1, 2.5], [True, False], horizon=10).elapsed.tolist() == [0, 1]
    assert waiting([0.5], [False], horizon=10).elapsed.tolist() == []


@given(silences)
def test_the_days_multiply_to_the_curve(rows):
    days, answered = columns(rows)
    got, curve = waiting(days, answered, horizon=12), still_silent(days, answered)
    kept = np.cumprod(1 - got.chance) * curve.at(0)
    np.testing.assert_allclose(kept, curve.at(got.elapsed + 1), atol=1e-12)
    assert ((got.low <= got.chance + 1e-12) & (got.chance <= got.high + 1e-12)).all()
    assert (got.left >= got.chance - 1e-12)[got.elapsed + 1 <= curve.until].all()


@pytest.mark.parametrize(
    ("named", "quoted"),
    [
        ({"horizon": 0}, "horizon.*got 0"),
        ({"horizon": -3}, "horizon.*got -3"),
        ({"horizon": np.nan}, "horizon.*got nan"),
        ({"horizon": np.inf}, "horizon.*got inf"),
        ({"horizon": 30, "level": 1}, "level.*got 1"),
    ],
)
def test_a_horizon_or_level_that_is_none_is_refused(named, quoted):
    for ask in (patience, waiting):
        with pytest.raises(ValueError, match=quoted):
            ask([1, 2], [True, False], **named)


def test_other_bad_input_is_refused_with_its_value():
    with pytest.raises(ValueError, match=r"part.*got 1"):
        patience([1], [True], horizon=3, part=1)
    with pytest.raises(ValueError, match=r"step.*got 0"):
        waiting([1], [True], horizon=3, step=0)
    with pytest.raises(ValueError, match=r"step.*got 4"):
        waiting([1], [True], horizon=3, step=4)
    for ask in (patience, waiting):
        with pytest.raises(ValueError, match="none"):
            ask([], [], horizon=3)
        with pytest.raises(ValueError, match="-1"):
            ask([-1.0], [True], horizon=3)
