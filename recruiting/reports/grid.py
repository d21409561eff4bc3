"""The cells of a report, numbered, and the sums that hold between them (pure).

A report has one table for each kind of group over all turns. It is not narrowed by combinations
of kinds: their groups would be so small that hiding them would hide what matters with them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recruiting.reports.hiding import Sum
from recruiting.reports.ledger import Ledger, Side
from recruiting.reports.rules import By
from recruiting.stats.spells import Bools, Ints

WHOLE = 0  # the cell of all turns together


class Grid:
    """A number for each group of each kind; 0 is all of them together."""

    def __init__(self, ledger: Ledger) -> None:
        self.cells: dict[By, Ints] = {}
        self.size = 1
        for by in By:
            count = len(ledger.groups[by])
            self.cells[by] = np.arange(self.size, self.size + count)
            self.size += count

    def sums(self) -> list[Sum]:
        """Everything that a reader can add up."""
        return [Sum(WHOLE, cells) for cells in self.cells.values()]

    def tally(self, side: Side, chosen: Bools) -> Ints:
        """How many of the `chosen` (n,) turns of a side lie in each cell."""
        counts = np.zeros(self.size, dtype=np.int64)
        for cells in self._places(side):
            counts += np.bincount(cells[chosen], minlength=self.size)
        return counts

    def people(self, side: Side, chosen: Bools, minimum: int) -> Ints:
        """How many different people the `chosen` turns in each cell belong to.

        Exact where that may be fewer than `minimum`; in larger cells at least that many.
        """
        most = max(1, int(np.bincount(side.person[chosen], minlength=1).max()))  # of one person
        turns = self.tally(side, chosen)
        is_small = turns < minimum * most
        counts = np.where(is_small, 0, turns // most)
        base = int(side.person.max(initial=0)) + 1
        for cells in self._places(side):
            counted = chosen & is_small[cells]
            pairs = np.unique(cells[counted] * base + side.person[counted])
            counts += np.bincount(pairs // base, minlength=self.size)
        return counts

    def _places(self, side: Side) -> Iterator[Ints]:
        """The cell of each turn, once for the whole and once for each kind."""
        yield np.full_like(side.person, WHOLE)
        for by, cells in self.cells.items():
            yield cells[side.codes[by]]
