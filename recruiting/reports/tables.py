"""Tables of both sides by any kind of group, with bounds, and without what is too small (pure)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recruiting.reports.grid import Grid
from recruiting.reports.hiding import WHOLE, Hiding, Rate, protect
from recruiting.reports.ledger import Group, Ledger, Side
from recruiting.reports.rules import By
from recruiting.stats.rates import HIDDEN, Share, share

TOGETHER = Group("", "")
HITS, OPEN, NEVER = range(3)  # hits of over; open of all turns; never of over and those open
IN_THEIR_ORDER = frozenset({By.STAGE, By.MONTH})


@dataclass(frozen=True)
class Row:
    """One group, both sides beside each other; what is hidden carries none everywhere."""

    group: Group
    ghosting: Share
    never: Share
    their_open: int | None
    delay: Share
    our_open: int | None

    @property
    def hides_theirs(self) -> bool:
        """Whether a figure of the candidates' side is not shown."""
        return self.ghosting.hidden or self.never.hidden or self.their_open is None

    @property
    def hides_ours(self) -> bool:
        """Whether a figure of our side is not shown."""
        return self.delay.hidden or self.our_open is None


@dataclass(frozen=True)
class Table:
    """The groups of one kind, and all of them together."""

    by: By
    rows: tuple[Row, ...]
    total: Row


@dataclass(frozen=True, eq=False)
class Counts:
    """One side in every cell of a grid, and what to hide of it; its rates are HITS, OPEN, NEVER."""

    rates: tuple[Rate, ...]
    hiding: Hiding

    def share(self, number: int, cell: int) -> Share:
        """One rate with its bounds, hidden where it must be."""
        if self.hiding.of(number, cell):
            return HIDDEN
        return share(int(self.rates[number].k[cell]), int(self.rates[number].n[cell]))

    def open(self, cell: int) -> int | None:
        """The open turns, none where they are hidden."""
        return None if self.hiding.of(OPEN, cell) else int(self.rates[OPEN].k[cell])


def tables(ledger: Ledger, minimum: int) -> dict[By, Table]:
    """Every table of a report.

    Groups of fewer than `minimum` people are hidden with their figures on that side, and others
    with them, so that nothing hidden can be computed from what is shown.
    """
    grid = Grid(ledger)
    theirs, ours = (_count(grid, side, minimum) for side in (ledger.theirs, ledger.ours))
    total = _row(TOGETHER, theirs, ours, WHOLE)
    return {by: Table(by, tuple(_rows(by, ledger, grid, theirs, ours)), total) for by in By}


def _rows(by: By, ledger: Ledger, grid: Grid, theirs: Counts, ours: Counts) -> list[Row]:
    rows = [
        _row(group, theirs, ours, cell)
        for group, cell in zip(ledger.groups[by], grid.cells[by].tolist(), strict=True)
        if theirs.rates[OPEN].n[cell] + ours.rates[OPEN].n[cell]
    ]
    return rows if by in IN_THEIR_ORDER else sorted(rows, key=_largest_first)


def _largest_first(row: Row) -> tuple[bool, int, str]:
    """Hidden groups stand at the end, by name: their order must not tell their size."""
    return row.ghosting.hidden, -(row.ghosting.n or 0), row.group.name.casefold()


def _count(grid: Grid, side: Side, minimum: int) -> Counts:
    is_over, counted = ~side.is_open, ~side.is_open | side.is_never
    # Whoever is counted somewhere: where a turn is over, among "never", or open beside them.
    any_turn = np.ones_like(is_over)
    people = [grid.people(side, chosen, minimum) for chosen in (is_over, counted, any_turn)]
    rates = [
        Rate(grid.tally(side, side.is_hit), grid.tally(side, is_over)),
        Rate(grid.tally(side, side.is_open), grid.tally(side, any_turn)),
    ]
    if side.has_never:
        rates.append(Rate(grid.tally(side, side.is_never), grid.tally(side, counted)))
    together = grid.together(side, is_over, any_turn)
    return Counts(tuple(rates), protect(people, rates, grid.cuts(), minimum, together=together))


def _row(group: Group, theirs: Counts, ours: Counts, cell: int) -> Row:
    return Row(
        group,
        ghosting=theirs.share(HITS, cell),
        never=theirs.share(NEVER, cell),
        their_open=theirs.open(cell),
        delay=ours.share(HITS, cell),
        our_open=ours.open(cell),
    )
