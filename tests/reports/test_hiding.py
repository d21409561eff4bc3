"""Small groups are hidden, also from a reader who adds, subtracts and solves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from recruiting.reports.hiding import WHOLE, Hiding, Rate, protect
from recruiting.stats.suppression import exposed
from tests.stats.attacker import TooMany, found_out_in_cuts

MINIMUM = 5
# A turn is over and ghosted, over and never responded, over otherwise, open and never, or open.
GHOSTED, NEVER, OTHER, NEVER_OPEN, OPEN = range(5)
RATES = (  # k and n as sums of these
    ((GHOSTED,), (GHOSTED, NEVER, OTHER)),
    ((NEVER_OPEN, OPEN), (GHOSTED, NEVER, OTHER, NEVER_OPEN, OPEN)),
    ((NEVER, NEVER_OPEN), (GHOSTED, NEVER, OTHER, NEVER_OPEN)),
)


class World:
    """Turns of people who have one each: in every cut a group, and one of the five kinds."""

    def __init__(self, turns: list[tuple[int, ...]], cuts: int) -> None:
        self.kinds = np.array([turn[0] for turn in turns], dtype=np.int64)
        self.size, self.cuts, self.places = 1, [], []
        for cut in range(cuts):
            groups = np.array([turn[1 + cut] for turn in turns], dtype=np.int64)
            count = int(groups.max(initial=0)) + 1
            self.cuts.append(np.arange(self.size, self.size + count))
            self.places.append(groups + self.size)
            self.size += count
        self.counts = np.zeros((self.size, 5), dtype=np.int64)
        for place in (np.zeros_like(self.kinds), *self.places):
            np.add.at(self.counts, (place, self.kinds), 1)

    def rates(self, counts: np.ndarray | None = None) -> list[Rate]:
        told = self.counts if counts is None else counts
        return [Rate(*(told[:, kinds].sum(axis=1) for kinds in pair)) for pair in RATES]

    def together(self, cells: np.ndarray) -> int:
        over = self.counts[cells][:, [GHOSTED, NEVER, OTHER]].sum()
        return int(over) if self.counts[WHOLE, :3].sum() else int(self.counts[cells].sum())

    def protected(self) -> Hiding:
        rates = self.rates()
        sizes = [rates[0].n, rates[2].n, rates[1].n]
        return protect(sizes, rates, self.cuts, MINIMUM, together=self.together)

    def others_that_look_alike(self, hiding: Hiding) -> Iterator[np.ndarray]:
        """Counts that differ by a few turns, and show the same figures.

        Figures are sums, so whether a step shows does not depend on where it is taken.
        """
        hidden = [step for step in self._steps() if self._is_alike(self.counts + step, hiding)]
        near = [counts for step in hidden if (counts := self.counts + step).min() >= 0]
        yield from near
        for one in near:
            yield from (counts for step in hidden if (counts := one + step).min() >= 0)

    def _is_alike(self, counts: np.ndarray, hiding: Hiding) -> bool:
        return all(
            (one[~mask] == other[~mask]).all()
            for rate, like, mask in zip(self.rates(), self.rates(counts), hiding.muted, strict=True)
            for one, other in zip(rate, like, strict=True)
        )

    def _steps(self) -> Iterator[np.ndarray]:
        """A turn goes elsewhere, two are exchanged, one is another, or new; each as a change."""
        for cut in self.cuts:
            for here, there in product(cut, cut):
                for kind, other in product(range(5), range(5)) if here != there else ():
                    yield self._step(([here], kind, -1), ([there], kind, 1))
                    yield self._step(
                        ([here], kind, -1),
                        ([there], kind, 1),
                        ([there], other, -1),
                        ([here], other, 1),
                    )
        for cells in product(*self.cuts):
            rows = [WHOLE, *cells]
            for kind, other in product(range(5), range(5)):
                yield self._step((rows, kind, -1), (rows, other, 1))
                yield self._step((rows, kind, 1))

    def _step(self, *parts: tuple[list, int, int]) -> np.ndarray:
        step = np.zeros_like(self.counts)
        for rows, kind, more in parts:
            step[rows, kind] += more
        return step


def worlds(most: int = 40) -> st.SearchStrategy[World]:
    """Few groups of any size, often without a kind or two."""
    shape = st.tuples(st.sets(st.integers(0, 4), min_size=1), st.integers(1, 3), st.integers(2, 4))

    def turns(drawn: tuple[set[int], int, int]) -> st.SearchStrategy[World]:
        kinds, cuts, groups = drawn
        skewed = st.integers(0, 3 * groups).map(lambda x: min(x, groups - 1))
        one = st.tuples(st.sampled_from(sorted(kinds)), *[skewed] * cuts)
        return st.lists(one, min_size=1, max_size=most).map(lambda rows: World(rows, cuts))

    return shape.flatmap(turns)


def world(*groups: tuple[int, ...]) -> World:
    """One cut; each group with its number of turns of the five kinds."""
    rows = [
        (kind, place)
        for place, counts in enumerate(groups)
        for kind, count in enumerate(counts)
        for _ in range(count)
    ]
    return World(rows, 1)


@settings(max_examples=150)
@given(worlds())
def test_small_groups_are_hidden_with_all_their_figures_and_empty_ones_are_not(told: World):
    hiding = told.protected()
    for rate in told.rates():
        assert hiding.cells[(rate.n > 0) & (rate.n < MINIMUM)].all()
    assert not hiding.cells[told.counts.sum(axis=1) == 0].any()
    for mask in hiding.muted:
        assert mask[hiding.cells].all()


@settings(max_examples=150)
@given(worlds())
def test_the_auditor_of_the_statistics_finds_nothing_exposed(told: World):
    """In each cut, for each rate whose total is shown."""
    hiding = told.protected()
    for (k, n), mask in zip(told.rates(), hiding.muted, strict=True):
        for cut in told.cuts:
            if not mask[WHOLE] and n[WHOLE] and n[cut[mask[cut]]].all():
                hidden = mask[[*cut, WHOLE]]
                assert not exposed(k[cut], n[cut], hidden, minimum=MINIMUM).any()


@settings(max_examples=100)
@given(worlds(most=16))
def test_an_attacker_who_tries_every_table_of_all_cuts_finds_no_small_group(told: World):
    hiding = told.protected()
    for (k, n), mask in zip(told.rates(), hiding.muted, strict=True):
        if not n[WHOLE]:
            continue
        cuts = [(k[cut], n[cut]) for cut in told.cuts]
        masks = [mask[[*cut, WHOLE]] for cut in told.cuts]
        try:
            found = found_out_in_cuts(cuts, masks, MINIMUM)
        except TooMany:
            assume(False)
            raise
        assert not any(each.any() for each in found)


@settings(max_examples=25)
@given(worlds(most=16))
@example(world((0, 0, 3, 0, 0), (0, 0, 30, 0, 5)))
@example(world((0, 2, 1, 0, 1), (4, 0, 30, 0, 0), (0, 0, 9, 0, 9)))
def test_another_world_would_look_the_same_with_any_hidden_figure_another(told: World):
    """The rates of a row share their turns, so none may give another away."""
    hiding = told.protected()
    if hiding.cells[WHOLE]:
        return  # nothing at all is shown
    left = {
        (number, cell)
        for number, (rate, mask) in enumerate(zip(told.rates(), hiding.muted, strict=True))
        for cell in np.flatnonzero(mask & (rate.n > 0)).tolist()
    }
    actual = told.rates()
    for counts in told.others_that_look_alike(hiding):
        if not left:
            break
        other = told.rates(counts)
        left -= {(r, c) for r, c in left if other[r].k[c] != actual[r].k[c]}
    assert not left


@pytest.mark.parametrize(
    ("groups", "hidden"),
    [
        ([(8, 0, 32, 0, 0), (6, 0, 24, 0, 0), (4, 0, 16, 0, 0)], [0, 0, 0]),
        ([(8, 0, 32, 0, 0), (6, 0, 24, 0, 0), (1, 0, 3, 0, 0)], [0, 1, 1]),  # else 74 - 40 - 30
        ([(9, 0, 40, 0, 0), (3, 0, 9, 0, 0), (0, 0, 4, 0, 0), (0, 0, 4, 0, 0)], [0, 0, 1, 1]),
        ([(8, 0, 32, 0, 0), (0, 0, 0, 0, 0), (1, 0, 9, 0, 0)], [0, 0, 0]),
    ],
)
def test_the_smallest_groups_go_and_no_more_than_needed(groups, hidden):
    hiding = world(*groups).protected()
    assert hiding.cells.astype(int).tolist() == [0, *hidden]


def test_a_group_in_which_nobody_fell_silent_is_not_known_by_the_total():
    """Nobody did in the next smallest group either: with the total, the two would tell it."""
    hiding = world((0, 0, 3, 0, 2), (0, 0, 9, 0, 3), (5, 0, 30, 0, 4)).protected()
    assert hiding.cells.tolist() == [False, True, True, False]
    assert hiding.muted[0].tolist() == [False, True, True, True]
    assert hiding.muted[1].tolist() == [False, True, True, False]


def test_a_total_that_would_tell_is_not_shown_while_large_groups_are():
    told = world((0, 0, 3, 0, 1), (0, 0, 9, 0, 2), (0, 0, 30, 0, 4))
    hiding = told.protected()
    assert hiding.cells.tolist() == [False, True, True, False]
    assert hiding.of(0, WHOLE)
    assert not hiding.of(1, WHOLE)


def test_fewer_people_than_the_minimum_are_not_even_told_together():
    assert world((0, 0, 2, 0, 0), (1, 0, 1, 0, 0)).protected().cells.all()


def test_one_person_with_many_turns_is_one_person():
    """Nineteen turns in two hidden groups, of three people."""
    rates = [Rate(np.array([20, 4, 5, 11]), np.array([60, 9, 10, 41]))]
    people = [np.array([40, 2, 3, 37])]
    hiding = protect(
        people, rates, [np.array([1, 2, 3])], MINIMUM, together=lambda cells: people[0][cells].max()
    )
    assert hiding.cells.tolist() == [False, True, True, True]  # else total less third: three people
