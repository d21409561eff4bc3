"""Small groups are hidden, also from a reader who adds, subtracts and solves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recruiting.reports.hiding import Sum, protect

MINIMUM = 10
kinds_of_groups = st.lists(
    st.lists(st.integers(0, 40), min_size=1, max_size=8), min_size=1, max_size=4
)


def lay_out(kinds: list[list[int]]) -> tuple[np.ndarray, list[Sum]]:
    """Cells of several ways to divide the same people: 0 is all of them."""
    whole = max(sum(kind) for kind in kinds)
    sizes, sums = [whole], []
    for kind in kinds:
        first = len(sizes)
        sizes += [*kind, whole - sum(kind)]
        sums.append(Sum(0, np.arange(first, len(sizes))))
    return np.array(sizes), sums


def solved(size: np.ndarray, sums: list[Sum], hides: np.ndarray) -> list[int]:
    """The hidden cells that follow from those that are shown, as a solver finds them."""
    equations = np.zeros((len(sums), size.size))
    for row, one in zip(equations, sums, strict=True):
        row[one.parts] = 1
        row[one.whole] = -1
    unknown = np.flatnonzero(hides)
    matrix = equations[:, unknown]
    rank = np.linalg.matrix_rank(matrix)
    return [
        int(cell)
        for place, cell in enumerate(unknown)
        if np.linalg.matrix_rank(np.delete(matrix, place, axis=1)) < rank
    ]


@given(kinds_of_groups)
@example([[3, 40, 40]])
@example([[9, 1, 30]])
@example([[4, 4]])
@example([[3, 0, 12], [15]])
@example([[1]])
def test_no_sum_or_difference_gives_a_small_group_away(kinds: list[list[int]]):
    size, sums = lay_out(kinds)
    hides = protect([size], sums, MINIMUM)
    assert hides[(size > 0) & (size < MINIMUM)].all()
    assert not hides[size == 0].any()
    for one in sums:
        hidden = one.parts[hides[one.parts]]
        if hidden.size and not hides[one.whole]:
            assert hidden.size >= 2
            assert size[hidden].sum() >= MINIMUM
    assert solved(size, sums, hides) == []


@given(kinds_of_groups, st.integers(0, 5))
def test_what_is_hidden_in_one_count_is_hidden_in_all(kinds: list[list[int]], more: int):
    size, sums = lay_out(kinds)
    larger = size + np.where(size > 0, more, 0)
    hides = protect([size, larger], sums, MINIMUM)
    assert hides[(size > 0) & (size < MINIMUM)].all()


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ([40, 30, 20], [0, 0, 0]),
        ([40, 30, 4], [0, 1, 1]),  # 74 - 40 - 30 would say 4
        ([40, 6, 4], [0, 1, 1]),  # together ten, and nobody knows which is which
        ([40, 30, 5, 4], [0, 1, 1, 1]),  # together nine are still too few
        ([40, 0, 0], [0, 0, 0]),
    ],
)
def test_the_smallest_groups_go_and_no_more_than_needed(sizes: list[int], hidden: list[int]):
    cells, sums = np.array([sum(sizes), *sizes]), [Sum(0, np.arange(1, len(sizes) + 1))]
    hides = protect([cells], sums, MINIMUM)
    assert hides.astype(int).tolist() == [0, *hidden]


def test_fewer_people_than_the_minimum_are_not_even_told_together():
    cells, sums = np.array([7, 4, 3]), [Sum(0, np.array([1, 2]))]
    assert protect([cells], sums, MINIMUM).all()
