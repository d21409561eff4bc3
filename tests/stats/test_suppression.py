"""What is hidden stays hidden: an attacker tries every table that fits what is shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recruiting.stats.flows import Arc, Network
from recruiting.stats.rates import table
from recruiting.stats.suppression import conceal, conceal_cuts, exposed, with_margins
from tests.stats.attacker import TooMany, figures_that_fit, found_out, found_out_in_cuts

FEW = settings(max_examples=50)


def tables(shape, most):
    """Two tables of counts: those who count in k, and the rest; often nobody."""
    counts = st.one_of(st.just(0), st.integers(0, most))
    return st.tuples(*(arrays(np.int64, shape, elements=counts, fill=st.nothing()) for _ in "kr"))


one_way = st.integers(1, 4).flatmap(lambda groups: tables((groups,), 7))
two_ways = st.sampled_from([(1, 2), (2, 1), (2, 2), (2, 3), (3, 2)]).flatmap(
    lambda shape: tables(shape, 6)
)


def attacked(*arguments, **named):
    try:
        return found_out(*arguments, **named)
    except TooMany:
        assume(False)
        raise


@FEW
@given(one_way, st.sampled_from([5, 6]))
def test_in_one_cut_the_attacker_finds_nothing(counts, minimum):
    k, n = counts[0], counts[0] + counts[1]
    hidden = conceal(k, n, minimum=minimum)
    assert not attacked(k, n, hidden, minimum).any()


@FEW
@given(two_ways)
def test_in_two_cuts_with_their_cells_the_attacker_finds_nothing(counts):
    k, n = counts[0], counts[0] + counts[1]
    hidden = conceal(k, n, minimum=5)
    assert not attacked(k, n, hidden, 5).any()


@FEW
@given(two_ways)
def test_in_two_cuts_without_cells_the_attacker_finds_nothing(counts):
    k, n = counts[0], counts[0] + counts[1]
    hidden = conceal(k, n, minimum=5, cells_shown=False)
    assert hidden[:-1, :-1].all()
    assert not attacked(k, n, hidden, 5, cells_shown=False).any()


@FEW
@given(two_ways, st.data())
def test_the_auditor_misses_nothing_that_the_attacker_finds(counts, data):
    k, n = counts[0], counts[0] + counts[1]
    hidden = data.draw(arrays(bool, with_margins(n).shape)) & (with_margins(n) > 0)
    found = attacked(k, n, hidden, 5)
    assert not (found & ~exposed(k, n, hidden, minimum=5)).any()


@FEW
@given(two_ways, st.data())
def test_what_a_figure_may_be_is_exactly_what_the_attacker_finds_possible(counts, data):
    inner, _ = counts
    full = with_margins(inner)
    hidden = data.draw(arrays(bool, full.shape))
    rows, columns = full.shape
    arcs = []
    for row, column in np.ndindex(full.shape):
        forward = (row < rows - 1) == (column < columns - 1)
        arcs.append(Arc(row, rows + column) if forward else Arc(rows + column, row))
    network = Network(tuple(arcs), tuple(full.ravel().tolist()), (0,) * full.size)
    free = dict.fromkeys(np.flatnonzero(hidden).tolist(), 0)
    try:
        fits = figures_that_fit(inner, ~hidden, 4).reshape(-1, full.size)
    except TooMany:
        assume(False)
    for figure in free:
        up, down = (network.room(figure, free, way, 4)[0] for way in (True, False))
        actual = full.ravel()[figure]
        assert up == min(4, fits[:, figure].max() - actual)
        assert down == min(4, actual - fits[:, figure].min())


def shared_out(total, groups):
    """Some way of sharing a total out among groups."""
    cuts = st.lists(st.integers(0, total), min_size=groups - 1, max_size=groups - 1)
    return cuts.map(lambda some: np.diff([0, *sorted(some), total]))


same_people = st.tuples(st.integers(0, 9), st.integers(0, 9)).flatmap(
    lambda total: st.lists(
        st.integers(1, 3).flatmap(lambda g: st.tuples(*(shared_out(each, g) for each in total))),
        min_size=1,
        max_size=3,
    )
)


@FEW
@given(same_people)
def test_in_several_cuts_of_the_same_people_the_attacker_finds_nothing(parts):
    cuts = [(k, k + rest) for k, rest in parts]
    masks = conceal_cuts(cuts, minimum=5)
    assert not any(found.any() for found in found_out_in_cuts(cuts, masks, 5))
    assert len({mask[-1] for mask in masks}) == 1


def test_a_total_that_one_cut_must_hide_does_not_follow_from_another():
    masks = conceal_cuts([([0, 0], [4, 40]), ([0, 0, 0], [14, 12, 18])])
    assert [mask.tolist() for mask in masks] == [[True, False, True], [False, True, False, True]]


def test_cuts_of_different_people_are_refused():
    with pytest.raises(ValueError, match=r"\(1, 20\), \(1, 30\)"):
        conceal_cuts([([1, 0], [10, 10]), ([1], [30])])


@given(two_ways, st.booleans())
def test_small_figures_are_hidden_and_empty_ones_are_not(counts, cells_shown):
    k, n = counts[0], counts[0] + counts[1]
    full, hidden = with_margins(n), conceal(k, n, minimum=5, cells_shown=cells_shown)
    published = np.ones(full.shape, dtype=bool)
    if not cells_shown:
        published[:-1, :-1] = False
    assert hidden[published & (full > 0) & (full < 5)].all()
    assert not hidden[published & (full == 0)].any()


@given(two_ways)
def test_nothing_is_hidden_that_could_be_shown_by_itself(counts):
    k, n = counts[0], counts[0] + counts[1]
    hidden, full = conceal(k, n, minimum=5), with_margins(n)
    for place in np.argwhere(hidden & (full >= 5)):
        less = hidden.copy()
        less[tuple(place)] = False
        assert exposed(k, n, less, minimum=5).any()


@given(two_ways)
def test_a_table_turned_on_its_side_is_protected_as_well(counts):
    k, n = counts[0], counts[0] + counts[1]
    assert not exposed(k.T, n.T, conceal(k, n, minimum=5).T, minimum=5).any()


@given(one_way)
def test_the_rule_of_a_single_table_withstands_the_attacker_as_well(counts):
    """`rates.table` reckons with any whole numbers, nobody included."""
    k, n = counts[0], counts[0] + counts[1]
    got = table(k, n, minimum=5)
    hidden = np.append(got.rows.hidden, got.total.hidden)
    found = attacked(k, n, hidden, 5, knows_nobody_hidden_is_empty=False)
    assert not found.any()


def test_a_lone_small_group_takes_another_one_along():
    hidden = conceal([2, 20, 3], [5, 60, 12])
    assert hidden.tolist() == [True, False, True, False]


def test_without_help_a_second_cut_gives_the_first_away():
    """By stage and by job each alone would pass; crossed they do not, and the auditor says so."""
    n = np.array([[12, 30, 4], [25, 40, 13], [31, 18, 22]])
    k = n // 3
    only_small = with_margins(n) < 10
    assert exposed(k, n, only_small)[0, 2]
    one_row = only_small.copy()
    one_row[0, 0] = True
    assert exposed(k, n, one_row)[0, [0, 2]].all()
    hidden = conceal(k, n)
    assert hidden.sum() == 4
    assert not exposed(k, n, hidden).any()


def test_a_row_of_two_small_cells_is_open_to_its_margin():
    n = np.array([[4, 3, 40], [50, 60, 70]])
    k = n // 2
    hidden = with_margins(n) < 5
    assert exposed(k, n, hidden, minimum=5)[0, :2].all()
    assert not exposed(k, n, conceal(k, n, minimum=5), minimum=5).any()


def test_a_numerator_of_none_or_all_does_not_follow():
    """With the next smallest group, as for its size alone, it would."""
    assert conceal([1, 2, 8], [4, 14, 40]).tolist() == [True, True, False, False]
    assert conceal([0, 0, 8], [4, 14, 40]).tolist() == [True, False, True, False]
    assert conceal([4, 14, 8], [4, 14, 40]).tolist() == [True, False, True, False]


def test_where_the_total_tells_all_it_is_hidden_too():
    assert conceal([0, 0], [4, 40]).tolist() == [True, False, True]
    assert conceal([1, 1], [3, 4]).tolist() == [True, True, True]


def test_nested_groups_are_a_table_with_empty_cells():
    """Months within quarters: a hidden month may not follow from its quarter."""
    n = np.array([[20, 3, 30, 0, 0, 0], [0, 0, 0, 40, 25, 15]])
    k = n // 4
    hidden = conceal(k, n)
    assert hidden[0, 1]
    assert hidden[-1, 1]  # the same month as the sum of its column
    assert not hidden[1].any()
    assert hidden[0].sum() >= 2
    assert not exposed(k, n, hidden).any()


def test_where_all_groups_are_large_or_empty_nothing_is_hidden():
    assert not conceal([3, 0, 9], [20, 0, 30]).any()
    assert not conceal([[3, 0], [9, 1]], [[20, 0], [30, 10]]).any()


def test_tables_of_nobody_or_nothing_are_shown():
    assert conceal([], []).tolist() == [False]
    assert conceal([0], [0]).tolist() == [False, False]
    assert conceal(np.empty((0, 3), int), np.empty((0, 3), int)).shape == (1, 4)


def test_a_table_of_a_house_with_many_jobs_is_hidden_in_time():
    draw = np.random.default_rng(4)
    n = draw.poisson(draw.gamma(0.7, 20, (14, 6)))
    k = draw.binomial(n, 0.2)
    hidden = conceal(k, n)
    assert not exposed(k, n, hidden).any()
    assert not hidden[-1, -1]
    assert hidden.mean() < 0.6


@pytest.mark.parametrize(
    ("k", "n", "named", "quoted"),
    [
        ([5], [4], {}, "k = 5"),
        ([1, 2], [4], {}, r"\(2,\) and \(1,\)"),
        ([[[1]]], [[[2]]], {}, r"\(1, 1, 1\)"),
        (1, 2, {}, r"\(\)"),
        ([1.5], [2.0], {}, "1.5"),
        ([1], [2], {"minimum": 4}, "got 4"),
    ],
)
def test_what_cannot_be_is_refused_with_its_value(k, n, named, quoted):
    with pytest.raises(ValueError, match=quoted):
        conceal(k, n, **named)


def test_a_mask_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"\(3,\), got \(2,\)"):
        exposed([1, 2], [12, 20], [True, False])
