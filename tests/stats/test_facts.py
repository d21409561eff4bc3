"""What is known of a conversation, as columns: their meaning, their limits, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from recruiting.stats.counts import EDGES
from recruiting.stats.facts import (
    ASKED,
    COLUMNS,
    FACT_OF_COLUMN,
    GRAIN,
    STEADY,
    Fact,
    Facts,
    asked_until,
    design,
)
from recruiting.stats.stretches import stretches
from tests.stats.conversations import made_up


def test_every_column_is_about_a_fact_and_every_fact_has_columns():
    assert len(FACT_OF_COLUMN) == COLUMNS == STEADY + ASKED
    assert set(FACT_OF_COLUMN) == set(Fact)
    assert design(Facts.of(depth=[0.0])).shape == (1, STEADY)


def test_what_is_not_known_has_no_effect():
    (row,) = design(Facts.of(depth=[1.0]))
    assert not row.any()


def test_columns_are_whole_64ths_so_that_their_sums_are_exact():
    columns = design(made_up()[3])
    assert (columns * GRAIN == np.rint(columns * GRAIN)).all()
    assert np.isfinite(columns).all()


def test_a_slow_answer_of_ours_and_a_slow_pace_of_theirs_stand_above_zero_quick_ones_below():
    facts = Facts.of(
        depth=[3.0, 3.0],
        delay=[100.0, 0.1],
        replies=[2.0, 2.0],
        pace=np.log([100.0, 0.1]),
        latest=[100.0, 0.1],
    )
    columns = design(facts)
    for fact in (Fact.DELAY, Fact.PACE):
        place = np.array([one is fact for one in FACT_OF_COLUMN[:STEADY]])
        slow, quick = columns[:, place]
        assert (slow >= quick).all()
        assert slow[-1] > 0 > quick[-1]


def test_faster_than_five_minutes_is_all_the_same():
    one = design(Facts.of(depth=[1.0, 1.0, 1.0], delay=[0.0, 1e-9, 1 / 12]))
    assert (one == one[0]).all()


def test_an_attempt_counts_from_its_moment_on_and_is_fresh_until_as_much_time_passed_again():
    facts = Facts.of(depth=[0.0] * 4, attempt_of=[0, 1, 2, 3], attempt_at=[10.0] * 4)
    many, fresh = asked_until(facts, np.array([9.0, 10.0, 19.0, 20.0])).T
    assert (many > 0).tolist() == [False, True, True, True]
    assert (fresh > 0).tolist() == [False, True, True, False]


def test_stretches_tell_at_every_edge_what_was_known_there():
    hours, _, _, facts = made_up(200, seed=8)
    cut = stretches(facts, EDGES)
    for place, edge in enumerate(EDGES):
        here = (cut.first <= place) & (place < cut.end)
        assert sorted(cut.row[here]) == list(range(hours.size))  # exactly one stretch each
        expected = asked_until(facts, np.full(hours.size, edge))
        assert (cut.columns[here] == expected[cut.row[here]]).all()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"depth": [-1.0]}, "depth must lie in .* got -1.0"),
        ({"depth": [1.0], "delay": [-0.5]}, "delay .* got -0.5"),
        ({"depth": [1.0], "hour": [24.0]}, "hour .* got 24.0"),
        ({"depth": [1.0], "weekday": [7.0]}, "weekday .* got 7.0"),
        ({"depth": [1.0], "latest": [np.inf]}, "latest .* got inf"),
        ({"depth": [1.0, 2.0], "delay": [1.0]}, "want delay for each of 2 rows"),
        ({"depth": [1.0], "attempt_of": [0]}, "want a row for each attempt"),
        ({"depth": [1.0], "attempt_of": [1], "attempt_at": [1.0]}, "rows 0 to 0, got 1"),
        ({"depth": [1.0], "attempt_of": [0], "attempt_at": [-1.0]}, "attempts .* got -1.0"),
        ({"depth": [1.0], "attempt_of": [0], "attempt_at": [np.nan]}, "attempts .* got nan"),
    ],
)
def test_what_cannot_be_is_refused_with_its_value(columns, said):
    with pytest.raises(ValueError, match=said):
        Facts.of(**columns)


def test_rows_can_be_taken_in_any_order_and_twice_with_their_attempts():
    facts = made_up(50)[3]
    which = np.array([7, 3, 7, 49])
    taken = facts.take(which)
    assert np.array_equal(design(taken), design(facts)[which])
    elapsed = np.full(50, 100.0)
    assert np.array_equal(asked_until(taken, elapsed[:4]), asked_until(facts, elapsed)[which])
    assert len(facts.take(np.array([], np.int64))) == 0
