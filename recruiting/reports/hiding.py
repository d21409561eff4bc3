"""Which figures of a report stay hidden, so that nothing shown gives them away (pure).

A report cuts the same turns in several ways that are never crossed (stage, source …), each with
the same total. In each group and in the total stand several rates, each k of n, over one another:
ghosted of over, never responded of over and those, open of all. A group is hidden with all its
figures if too few *people* are in it; then, cut by cut, the next smallest groups with it, until

- the hidden groups of a cut are two or more and hold at least the minimum of people together,
- every rate leaves them that much room: their sizes n could lie the minimum apart,
- and neither their k nor the rest, n - k, is the only one that fits.

Where all or none of the total count in k, the total itself would tell every group's k. The rate is
then *muted*: not shown in the total, nor in as many groups of each cut that it cannot be added up.
So it is with a rate that stands beside (never responded, open) where hiding enough groups for it
would cost more than `DEAR` of all people. If the groups cannot be made safe, all is hidden.

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

DEAR = 0.1  # share of all people that a rate beside the main one may cost
WHOLE = 0  # the cell of all turns together


class Rate(NamedTuple):
    """k of n in each cell (c,); the first rate of a report is the one it is about."""

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

    `people` are several counts (c,) of the people in each cell, the one behind the main rate
    first; each counts. `cuts` are the cells of each way to divide the whole, which is cell 0.
    `together` counts the different people in several cells of a cut. Empty cells stay: nobody is
    in them.
    """
    hides = np.logical_or.reduce([(size > 0) & (size < minimum) for size in people])
    if hides[WHOLE]:
        return _all(people, rates)
    quiet: list[set[bool]] = [set() for _ in rates]  # which way each muted rate must be free
    for cut in cuts:
        if not hides[cut].any():
            continue
        room = _Room(cut[people[-1][cut] > 0], people[-1], rates, minimum, together)
        found = room.closed(hides)
        if found is None:
            return _all(people, rates)
        hides[found[0]] = True
        for number, ways in found[1].items():
            quiet[number] |= ways
    muted = [_muted(rate, cuts, hides, ways) for rate, ways in zip(rates, quiet, strict=True)]
    return Hiding(hides, tuple(muted))


@dataclass(frozen=True, eq=False)
class _Room:
    """One cut: its cells that hold somebody, and what the attacker knows of them."""

    cells: Ints
    size: Ints
    rates: Sequence[Rate]
    minimum: int
    together: Callable[[Ints], int]

    def closed(self, hides: Bools) -> tuple[Ints, dict[int, set[bool]]] | None:
        """The cells to hide, and the rates to mute with the ways (`True`: upward) in which their
        total tells something; none if hiding cells does not help."""
        needed = self.cells[hides[self.cells]]
        chosen = self._grown(needed, 0)
        if chosen is None:
            return None
        for number in range(1, len(self.rates)):
            more = self._grown(chosen, number)
            if more is not None and self._cost(more, chosen) <= DEAR:
                chosen = more
        told = {number: self._told(chosen, number) for number in range(len(self.rates))}
        return chosen, {number: ways for number, ways in told.items() if ways}

    def _cost(self, more: Ints, chosen: Ints) -> float:
        return float((self.size[more].sum() - self.size[chosen].sum()) / self.size[WHOLE])

    def _grown(self, begun: Ints, number: int) -> Ints | None:
        """With the next smallest cells until a rate is safe, less those not needed after all."""
        chosen, others = begun, np.setdiff1d(self.cells, begun)
        for cell in others[np.argsort(self.size[others], kind="stable")]:
            if self._is_safe(chosen, number):
                break
            chosen = np.append(chosen, cell)
        if not self._is_safe(chosen, number):
            return None
        spare = np.setdiff1d(chosen, begun)
        for cell in spare[np.argsort(-self.size[spare], kind="stable")]:
            if self._is_safe(less := chosen[chosen != cell], number):
                chosen = less
        return chosen

    def _is_safe(self, chosen: Ints, number: int) -> bool:
        rate = self.rates[number]
        if chosen.size < 2 or self.together(chosen) < self.minimum:
            return False
        if not rate.n[WHOLE]:
            return True
        is_pure = int(rate.k[WHOLE]) in {0, int(rate.n[WHOLE])}  # then no further cell helps
        room = self._freedom(chosen, number)
        return sum(room) >= self.minimum and (is_pure or all(room))

    def _told(self, chosen: Ints, number: int) -> set[bool]:
        """The ways in which the shown total of a rate would leave the chosen cells no room."""
        if not self.rates[number].n[WHOLE]:
            return set()
        more, less = self._freedom(chosen, number)
        is_narrow = more + less < self.minimum
        return {way for way, room in ((True, more), (False, less)) if is_narrow or not room}

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


def _muted(rate: Rate, cuts: Sequence[Ints], hides: Bools, ways: set[bool]) -> Bools:
    """The cells in which a rate is not shown: if it is muted, the total and enough of each cut,
    so that what is not shown could be more, or less, as the hidden cells need it."""
    muted = hides.copy()
    if not ways:
        return muted
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
