"""Replies after a follow-up: by hand, against printed numbers, by simulation, and at the limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.followups import CAVEAT, follow_ups, pooled_ratio

# Coronary deaths of British doctors, Doll and Hill (1966): smokers' deaths and person-years and
# those of others, by age. Stata's manual of epitab prints the pooled ratio and its bounds.
DOCTORS = [
    (32, 52407, 2, 18790),
    (104, 43248, 12, 10673),
    (206, 28612, 28, 5710),
    (186, 12663, 28, 2585),
    (102, 5317, 31, 1462),
]
PRINTED = (1.424682, 1.154703, 1.757784)

histories = st.lists(
    st.tuples(st.integers(0, 20), st.booleans(), st.lists(st.integers(0, 25), max_size=3)),
    min_size=1,
    max_size=25,
)


def columns(rows):
    days = np.array([row[0] for row in rows], dtype=float)
    answered = np.array([row[1] for row in rows])
    of = np.array([place for place, row in enumerate(rows) for _ in row[2]], dtype=int)
    at = np.array([each for row in rows for each in row[2]], dtype=float)
    return days, answered, of, at


def simulated(draw, n, effect, edges=(0, 5, 10, 20)):
    """Replies at 0.03 a day, times `effect` for 3 days after a follow-up between days 2 and 15."""
    sent = draw.uniform(2, 15, n)
    before, after = draw.exponential(1 / 0.03, n), draw.exponential(1 / (0.03 * effect), n)
    later = draw.exponential(1 / 0.03, n)
    soon = np.where(after < 3, sent + after, sent + 3 + later)
    true = np.where(before < sent, before, soon)
    seen = draw.uniform(5, 40, n)
    days = np.minimum(true, seen)
    return follow_ups(days, true <= seen, np.arange(n), sent, edges=edges, window=3)


def test_the_pooled_ratio_of_the_british_doctors_is_as_printed():
    assert pooled_ratio(*np.transpose(DOCTORS)) == pytest.approx(PRINTED, abs=5e-7)


def test_a_small_history_counted_by_hand():
    got = follow_ups(
        durations=[4, 6, 9, 12, 12],
        answered=[True, True, True, False, True],
        attempt_of=[1, 2, 2, 3],
        attempt_at=[5, 3, 8, 10],
        edges=[0, 5, 10, 20],
        window=2,
    )
    # Without: 4 | 5 | 3 | 10 | 12 days. After: day 5 to 6 | 3 to 5 and 8 to 9 | 10 to 12.
    assert got.time_without.tolist() == [4 + 5 + 3 + 5 + 5, 5 + 5, 2]
    assert got.time_after.tolist() == [2, 1 + 1, 2]
    assert got.replies_without.tolist() == [1, 0, 1]
    assert got.replies_after.tolist() == [0, 2, 0]
    assert got.ratio.tolist() == [0, np.inf, 0]
    up, down = 2 * 10 / 12, 1 * 2 / 24 + 1 * 2 / 4
    assert got.pooled == pytest.approx(up / down)
    assert got.pays_from is None
    assert got.caveat == CAVEAT


def test_a_later_follow_up_ends_the_window_of_the_one_before():
    got = follow_ups([10], [True], [0, 0], [4, 5], edges=[0, 20], window=3)
    assert got.time_after.tolist() == [4]  # 4 to 5, and 5 to 8
    assert got.replies_after.tolist() == got.replies_without.tolist() == [0]


def test_what_was_sent_when_the_silence_was_over_does_not_count():
    with_it = follow_ups([4, 7], [True, False], [0, 1], [4, 9], edges=[0, 20], window=3)
    assert with_it.time_after.tolist() == [0]
    assert with_it.time_without.tolist() == [11]
    assert with_it.replies_without.tolist() == [1]


def test_a_reply_to_a_follow_up_sent_at_once_counts_for_it():
    got = follow_ups([2], [True], [0], [0], edges=[0, 5], window=3)
    assert (got.replies_after.tolist(), got.time_without.tolist()) == ([1], [0])


def test_follow_ups_that_double_the_pace_are_seen_to():
    got = simulated(np.random.default_rng(11), 20_000, effect=2)
    assert got.pooled == pytest.approx(2, rel=0.1)
    assert got.pooled_low < 2 < got.pooled_high
    assert got.pays_from == 0


def test_follow_ups_that_do_nothing_are_seldom_said_to_pay():
    draw = np.random.default_rng(12)
    runs = [simulated(draw, 1500, effect=1) for _ in range(120)]
    assert np.mean([each.pays_from is not None for each in runs]) < 0.07
    assert np.mean([each.pooled_low < 1 < each.pooled_high for each in runs]) > 0.88


def test_sending_when_silence_is_likely_does_not_blame_the_follow_up():
    """Replies get rarer with time, follow-ups are sent late: equal age is what makes it fair."""
    draw = np.random.default_rng(13)
    n = 40_000
    true = 4 * draw.weibull(0.5, n)
    sent = draw.uniform(6, 12, n)
    days, answered = np.minimum(true, 20), true <= 20
    rows = np.arange(n)
    fair = follow_ups(days, answered, rows, sent, edges=np.arange(0, 21), window=4)
    naive = follow_ups(days, answered, rows, sent, edges=[0, 20], window=4)
    assert fair.pooled == pytest.approx(1, abs=0.08)
    assert naive.pooled < 0.6


@given(histories)
def test_no_time_and_no_reply_is_counted_twice(rows):
    days, answered, of, at = columns(rows)
    got = follow_ups(days, answered, of, at, edges=[0, 4, 9, 30], window=3)
    assert got.time_without.sum() + got.time_after.sum() <= days.sum() + 1e-9
    assert got.replies_without.sum() + got.replies_after.sum() <= answered.sum()
    wide = follow_ups(days, answered, of, at, edges=[0, 4, 9, 30], window=100)
    assert wide.time_without.sum() + wide.time_after.sum() == pytest.approx(days.sum())
    assert wide.replies_without.sum() + wide.replies_after.sum() == answered.sum()


@given(histories, histories)
def test_counts_of_two_histories_add_up(one, other):
    both, first, second = (
        follow_ups(*columns(each), edges=[0, 4, 9, 30], window=3)
        for each in (one + other, one, other)
    )
    for column in ("time_without", "time_after", "replies_without", "replies_after"):
        parts = getattr(first, column) + getattr(second, column)
        np.testing.assert_allclose(getattr(both, column), parts)


@given(histories, st.randoms(use_true_random=False))
def test_neither_order_nor_unit_matter(rows, random):
    before = follow_ups(*columns(rows), edges=[0, 4, 9, 30], window=3)
    random.shuffle(rows)
    days, answered, of, at = columns(rows)
    edges = 24 * np.array([0, 4, 9, 30])
    after = follow_ups(days * 24, answered, of, at * 24, edges=edges, window=72)
    np.testing.assert_allclose(after.ratio, before.ratio)
    np.testing.assert_allclose(after.pooled, before.pooled)


def test_without_any_follow_up_there_is_nothing_to_compare():
    got = follow_ups([3, 5], [True, False], [], [], edges=[0, 10], window=3)
    assert np.isnan([got.pooled, got.pooled_low, got.ratio[0]]).all()
    assert got.pays_from is None
    assert follow_ups([], [], [], [], edges=[0, 10], window=3).time_after.tolist() == [0]


GOOD = {
    "durations": [3.0, 5.0],
    "answered": [True, False],
    "attempt_of": [1],
    "attempt_at": [2.0],
    "edges": [0, 10],
    "window": 3,
}


@pytest.mark.parametrize(
    ("wrong", "quoted"),
    [
        ({"durations": [3.0, -5.0]}, "-5.0 at row 1"),
        ({"answered": [True]}, r"\(1,\)"),
        ({"attempt_of": [2]}, "2 silences, got a follow-up of row 2"),
        ({"attempt_of": [-1]}, "-1 at row 0"),
        ({"attempt_of": [0, 1]}, r"\(2,\)"),
        ({"attempt_at": [-2.0]}, "-2.0 at row 0"),
        ({"edges": [0]}, r"\[0.0\]"),
        ({"edges": [0, 5, 5]}, "5.0, 5.0"),
        ({"window": 0}, "got 0"),
        ({"window": np.nan}, "got nan"),
        ({"level": 1.5}, "got 1.5"),
    ],
)
def test_bad_input_is_refused_with_its_value(wrong, quoted):
    with pytest.raises(ValueError, match=quoted):
        follow_ups(**(GOOD | wrong))
