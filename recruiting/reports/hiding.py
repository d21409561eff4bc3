"""Which figures of a report stay hidden, so that nothing shown gives them away (pure).

A report cuts the same turns in several ways that are never crossed (stage, source …), each with
the same total. In each group and in the total stand several rates, each k of n, over one another:
ghosted of over, never responded of over and those, open of all. A group is hidden with all its
figures if too few *people* are in it; then, cut by cut, the next smallest groups with it, until
the hidden ones are two or more, hold at least the minimum of people together, and leave every n so
much room that the sizes that fit lie the minimum apart.

Where neither k nor the rest, n - k, of a hidden group may follow, but those of all hidden ones are
none, the rate alone is *muted* in further groups: their k and n are not shown, the others are.
Where all or none of the total count in k, the total tells every group's; it is muted then, and so
much of each cut that it cannot be added up. If the groups cannot be made safe, all is hidden.

In a single cut with its total the room is the same for every hidden group, so a sum finds what
`stats.suppression` finds with flows; it knows people only as rows, while here one person may have
several turns. The tests hold the two against each other, and an attacker against both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from recruiting.stats.spells import Bools, Ints

WHOLE = 0  # the cell of all turns together


class Rate(NamedTuple):
    """k of n in each cell (c,)."""

    k: Ints
    n: Ints


@dataclass(frozen=True, eq=False)
class Hiding:
    """What is not shown: whole cells, and single rates in further cells."""

    cells: Bools  # (c,)
    muted: tuple[Bools, ...]  # one (c,) for each rate; holds where the cell is hidden as well

    def of(self, rate: int, cell: int) -> bool:
        """Whether a rate is hidden in a cell."""
        return bool(self.muted[rate][cell])


def protect(
    people: Sequence[Ints],
    rates: Sequence[Rate],
    cuts: Sequence[Ints],
    minimum: int,
    *,
    together: Callable[[Ints], int],
) -> Hiding:
    """Say what to hide.

    `people` are several counts (c,) of the people in each cell, each of which must be large enough;
    the last is of all. `cuts` are the cells of each way to divide the whole, which is cell 0.
    `together` counts the different people in several cells of a cut. Empty cells stay: nobody is
    in them.
    """
    hides = np.logical_or.reduce([(size > 0) & (size < minimum) for size in people])
    if hides[WHOLE]:
        return _all(people, rates)
    rooms = []
    for cut in cuts:
        if hides[cut].any():
            room = _Room(cut[people[-1][cut] > 0], people[-1], rates, minimum, together)
            chosen = room.closed(hides)
            if chosen is None:
                return _all(people, rates)
            hides[chosen] = True
            rooms.append((room, chosen))
    muted = []
    for number, rate in enumerate(rates):
        mask, ways = hides.copy(), set()
        for room, chosen in rooms:
            cells, told = room.quiet(chosen, number)
            mask[cells] = True
            ways |= told
        muted.append(_without_total(rate, cuts, mask, ways))
    return Hiding(hides, tuple(muted))


@dataclass(frozen=True, eq=False)
class _Room:
    """One cut: its cells that hold somebody, and what the attacker knows of them."""

    cells: Ints
    size: Ints
    rates: Sequence[Rate]
    minimum: int
    together: Callable[[Ints], int]

    def closed(self, hides: Bools) -> Ints | None:
        """The cells to hide; none if hiding cells does not help."""
        return self._grown(self.cells[hides[self.cells]], self._is_wide)

    def quiet(self, chosen: Ints, number: int) -> tuple[Ints, set[bool]]:
        """The cells in which to mute a rate, the hidden ones among them; and, where no cells are
        enough, the ways (`True`: upward) in which its total leaves the hidden ones no room."""
        found = self._grown(chosen, lambda cells: all(self._freedom(cells, number)))
        if found is not None:
            return found, set()
        room = self._freedom(chosen, number)
        return chosen, {way for way, left in zip((True, False), room, strict=True) if not left}

    def _grown(self, begun: Ints, is_enough: Callable[[Ints], bool]) -> Ints | None:
        """With the next smallest cells until it is enough, less those not needed after all."""
        chosen, others = begun, np.setdiff1d(self.cells, begun)
        for cell in others[np.argsort(self.size[others], kind="stable")]:
            if is_enough(chosen):
                break
            chosen = np.append(chosen, cell)
        if not is_enough(chosen):
            return None
        spare = np.setdiff1d(chosen, begun)
        for cell in spare[np.argsort(-self.size[spare], kind="stable")]:
            if is_enough(less := chosen[chosen != cell]):
                chosen = less
        return chosen

    def _is_wide(self, chosen: Ints) -> bool:
        """Whether the hidden cells leave each other room enough."""
        if chosen.size < 2 or self.together(chosen) < self.minimum:
            return False
        return all(
            sum(self._freedom(chosen, number)) >= self.minimum
            for number, rate in enumerate(self.rates)
            if rate.n[WHOLE]
        )

    def _freedom(self, chosen: Ints, number: int) -> tuple[int, int]:
        """How many of k and of the rest could be in any one of the chosen cells: the attacker
        knows their sum, and that nobody hidden is an empty group."""
        k, n = self.rates[number].k[chosen], self.rates[number].n[chosen]
        rest = n - k
        mostly_k, mostly_rest = (n > 0) & (k >= rest), (n > 0) & (k < rest)
        return int(k.sum() - mostly_k.sum()), int(rest.sum() - mostly_rest.sum())


def _all(people: Sequence[Ints], rates: Sequence[Rate]) -> Hiding:
    hides = np.logical_or.reduce([size > 0 for size in people])
    hides[WHOLE] = True
    return Hiding(hides, tuple(hides for _ in rates))


def _without_total(rate: Rate, cuts: Sequence[Ints], mask: Bools, ways: set[bool]) -> Bools:
    """If a total tells too much, the mask with it and so much of each cut that what is not shown
    could be more, or less, as the hidden cells need it."""
    if not ways or not rate.n[WHOLE]:
        return mask
    muted = mask.copy()
    muted[WHOLE] = True
    for cut in cuts:
        filled = cut[rate.n[cut] > 0]
        for cell in filled[np.argsort(rate.n[filled], kind="stable")]:
            away = cut[muted[cut]]
            k, n = int(rate.k[away].sum()), int(rate.n[away].sum())
            if n and (k < n or True not in ways) and (k > 0 or False not in ways):
                break
            muted[cell] = True
    return muted
