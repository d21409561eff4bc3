"""Exact counts of comparable silences, against counting them one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.replies import fit

hours = st.sampled_from([0.0, 1.0, 1.5, 24.0, 24.000001, 720.0, 5000.0])
rows = st.lists(st.tuples(hours, st.booleans(), st.integers(-1, 2)), min_size=1, max_size=30)
questions = st.lists(st.tuples(hours, st.integers(-2, 4)), min_size=1, max_size=12)


def fitted(silences):
    duration, answered, group = zip(*silences, strict=True)
    return fit(np.array(duration), np.array(answered), np.array(group))


def by_hand(silences, elapsed, group):
    """Lengths and ends of the silences a question is about."""
    known = {stage for _, _, stage in silences if stage >= 0}
    return [
        (hour, answered)
        for hour, answered, stage in silences
        if hour >= elapsed and (group not in known or stage == group)
    ]


def test_fourteen_of_a_hundred_and_twenty_still_did():
    silences = [(10.0, True, 5)] * 300 + [(200.0, True, 5)] * 14 + [(300.0, False, 5)] * 106
    curves = fitted([*silences, (900.0, True, 6)])
    assert (curves.comparable(5, 144.0), curves.answered_after(5, 144.0)) == (120, 14)


def test_the_open_silence_that_asks_does_not_count_itself():
    curves = fitted([(30.0, False, 0), (40.0, False, 0), (50.0, True, 0)])
    assert curves.comparable(0, 30.0) == 3
    assert curves.comparable(0, 30.0, exclude_self=True) == 2
    assert curves.comparable(-1, 30.0, exclude_self=True) == 2


def test_a_silence_that_is_not_on_record_has_no_self_to_leave_out():
    curves = fitted([(30.0, True, 0), (40.0, False, 0), (50.0, True, 0)])
    assert curves.comparable(0, 30.0, exclude_self=True) == 3  # this one was answered
    assert curves.comparable(0, 31.0, exclude_self=True) == 2
    assert curves.comparable(0, 51.0, exclude_self=True) == 0


def test_an_empty_record_compares_with_nobody():
    nothing = fit([], [], [])
    assert nothing.comparable([-1, 3], [0.0, 9.0], exclude_self=True).tolist() == [0, 0]
    assert nothing.answered_after([-1, 3], [0.0, 9.0]).tolist() == [0, 0]


def test_of_two_open_silences_of_one_length_each_still_sees_the_other():
    curves = fitted([(30.0, False, 0), (30.0, False, 0)])
    assert curves.comparable([0, 0], [30.0, 30.0], exclude_self=True).tolist() == [1, 1]


def test_answers_keep_the_shape_of_the_question():
    curves = fitted([(30.0, False, 0), (40.0, True, 1)])
    assert curves.comparable([[0], [1], [-1]], [0, 35]).tolist() == [[1, 0], [1, 1], [2, 1]]
    assert curves.answered_after([[0], [1], [-1]], [0, 35]).tolist() == [[0, 0], [1, 1], [1, 1]]


@given(rows, questions)
def test_every_count_equals_counting_one_by_one(silences, asked):
    curves = fitted(silences)
    elapsed, group = np.array([e for e, _ in asked]), np.array([g for _, g in asked])
    lasted = [by_hand(silences, e, g) for e, g in asked]
    selves = [(e, False) in rows for (e, _), rows in zip(asked, lasted, strict=True)]
    comparable = curves.comparable(group, elapsed)
    assert comparable.tolist() == [len(rows) for rows in lasted]
    assert curves.answered_after(group, elapsed).tolist() == [
        sum(answered for _, answered in rows) for rows in lasted
    ]
    others = curves.comparable(group, elapsed, exclude_self=True)
    assert (comparable - others).tolist() == selves


@given(rows, questions)
def test_fewer_are_answered_than_compared_and_fewer_the_longer_it_lasts(silences, asked):
    curves = fitted(silences)
    elapsed, group = np.array([e for e, _ in asked]), np.array([g for _, g in asked])
    lasted = curves.comparable(group, elapsed, exclude_self=True)
    assert (curves.answered_after(group, elapsed) <= lasted).all()
    assert (curves.comparable(group, elapsed + 1) <= curves.comparable(group, elapsed)).all()


def test_a_group_is_a_whole_number():
    with pytest.raises(ValueError, match=r"1\.5"):
        fitted([(30.0, False, 0)]).comparable(1.5, 3.0)


@given(rows, st.integers(-1, 4))
def test_the_silences_of_a_group_are_given_back_as_they_were(silences, group):
    duration, answered = fitted(silences).record.silences_of(group)
    expected = sorted(by_hand(silences, 0.0, group), key=lambda one: (one[0], not one[1]))
    assert list(zip(duration.tolist(), answered.tolist(), strict=True)) == expected
