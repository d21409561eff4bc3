"""The cells of a report, numbered, and the sums that hold between them (pure).

A report has one table for each kind of group over all turns. It is not narrowed by combinations
of kinds: their groups would be so small that hiding them would hide what matters with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from recruiting.reports.hiding import WHOLE
from recruiting.reports.ledger import Ledger, Side
from recruiting.reports.rules import By
from recruiting.stats.spells import Bools, Ints


class Grid:
    """A number for each group of each kind; 0 is all of them together."""

    def __init__(self, ledger: Ledger) -> None:
        self.cells: dict[By, Ints] = {}
        self.size = 1
        for by in By:
            count = len(ledger.groups[by])
            self.cells[by] = np.arange(self.size, self.size + count)
            self.size += count

    def cuts(self) -> list[Ints]:
        """The cells of each kind of group: whatever a reader can add up."""
        return list(self.cells.values())

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

    def together(self, side: Side, *choices: Bools) -> Callable[[Ints], int]:
        """A count of the different people in several cells of one cut: the fewest behind any of
        the `choices` (n,) of turns of which there are some."""
        places = dict(zip(self.cells, list(self._places(side))[1:], strict=True))
        some = [chosen for chosen in choices if chosen.any()]

        def count(cells: Ints) -> int:
            by = next(by for by, own in self.cells.items() if np.isin(cells, own).all())
            here = np.isin(places[by], cells)
            return min(np.unique(side.person[here & chosen]).size for chosen in some)

        return count

    def _places(self, side: Side) -> Iterator[Ints]:
        """The cell of each turn, once for the whole and once for each kind."""
        yield np.full_like(side.person, WHOLE)
        for by, cells in self.cells.items():
            yield cells[side.codes[by]]
