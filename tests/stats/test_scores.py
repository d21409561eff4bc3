"""How forecasts are judged: by numbers that can be worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.scores import alarms, calibration, score

cases = st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), min_size=1, max_size=60)


def test_a_coin_costs_a_bit_and_a_quarter():
    told = score([0.5] * 4, [True, False, True, False])
    assert told.log_loss == pytest.approx(np.log(2))
    assert told.brier == pytest.approx(0.25)
    assert told.calibration_error == pytest.approx(0.0)
    assert told.n == 4


def test_the_calibration_error_weighs_tenths_by_how_many_fell_there():
    said = [0.05] * 3 + [0.95]
    found = calibration(said, [False, False, True, True])
    assert found.n.tolist() == [3, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert found.error == pytest.approx(0.75 * abs(1 / 3 - 0.05) + 0.25 * 0.05)


def test_a_sure_mistake_costs_much_and_not_infinity():
    assert score([1.0], [False]).log_loss == pytest.approx(-np.log(1e-6))


def test_alarms_are_compared_at_equal_misses_and_at_equal_number():
    said = [0.9, 0.8, 0.7, 0.4, 0.3, 0.1]
    came = [True, False, True, True, False, False]
    rule = [False, True, True, False, True, False]  # one hit, two false, two missed
    found = alarms(said, came, rule)
    assert (found.raised, found.false, found.missed) == (3, 2, 2)
    assert found.equal_misses_false == 0  # at 0.9 it misses two as well, and none is false
    assert (found.equal_raised_false, found.equal_raised_missed) == (1, 1)
    assert found.ratio == 0


@given(cases)
def test_forecasts_never_miss_more_than_the_rule_they_are_compared_with(rows):
    said, came, rule = (np.array(column) for column in zip(*rows, strict=True))
    found = alarms(said, came, rule)
    assert 0 <= found.equal_misses_false <= (~came).sum()
    assert found.equal_raised_false + came.sum() - found.equal_raised_missed == found.raised


@given(cases)
def test_nothing_depends_on_the_order_of_the_cases(rows):
    said, came, _ = (np.array(column) for column in zip(*rows, strict=True))
    one, other = score(said, came), score(said[::-1], came[::-1])
    assert one.log_loss == pytest.approx(other.log_loss)
    assert one.calibration_error == pytest.approx(other.calibration_error)


@pytest.mark.parametrize(
    ("said", "came", "words"),
    [
        ([], [], "not empty"),
        ([0.5], [True, False], "equal"),
        ([0.5, 1.5], [True, False], "got 1.5 at row 1"),
        ([np.nan], [True], "got nan"),
    ],
)
def test_what_cannot_be_judged_is_refused(said, came, words):
    with pytest.raises(ValueError, match=words):
        score(said, came)
