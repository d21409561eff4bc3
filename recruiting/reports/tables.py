"""Tables of both sides by any kind of group, with bounds, and without what is too small (pure)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recruiting.reports.grid import WHOLE, Grid
from recruiting.reports.hiding import protect
from recruiting.reports.ledger import Group, Ledger, Side
from recruiting.reports.rules import By
from recruiting.stats.rates import HIDDEN, Share, share
from recruiting.stats.spells import Bools, Ints

TOGETHER = Group("", "")
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
    def is_hidden(self) -> bool:
        """Whether the candidates' side is too small to be shown."""
        return self.ghosting.hidden


@dataclass(frozen=True)
class Table:
    """The groups of one kind, and all of them together."""

    by: By
    rows: tuple[Row, ...]
    total: Row


@dataclass(frozen=True, eq=False)
class Counts:
    """One side in every cell of a grid, and what to hide of it."""

    over: Ints
    hits: Ints
    never: Ints
    of_never: Ints
    open: Ints
    hides: Bools


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
        if theirs.over[cell] + theirs.open[cell] + ours.over[cell] + ours.open[cell]
    ]
    return rows if by in IN_THEIR_ORDER else sorted(rows, key=_largest_first)


def _largest_first(row: Row) -> tuple[bool, int, str]:
    """Hidden groups stand at the end, by name: their order must not tell their size."""
    return row.is_hidden, -(row.ghosting.n or 0), row.group.name.casefold()


def _count(grid: Grid, side: Side, minimum: int) -> Counts:
    is_over, counted = ~side.is_open, ~side.is_open | side.is_never
    # Whoever is counted somewhere: where a turn is over, among "never", or open beside them.
    any_turn = np.ones_like(is_over)
    sizes = [grid.people(side, chosen, minimum) for chosen in (is_over, counted, any_turn)]
    return Counts(
        over=grid.tally(side, is_over),
        hits=grid.tally(side, side.is_hit),
        never=grid.tally(side, side.is_never),
        of_never=grid.tally(side, counted),
        open=grid.tally(side, side.is_open),
        hides=protect(sizes, grid.sums(), minimum),
    )


def _row(group: Group, theirs: Counts, ours: Counts, cell: int) -> Row:
    return Row(
        group,
        ghosting=_share(theirs, theirs.hits, theirs.over, cell),
        never=_share(theirs, theirs.never, theirs.of_never, cell),
        their_open=None if theirs.hides[cell] else int(theirs.open[cell]),
        delay=_share(ours, ours.hits, ours.over, cell),
        our_open=None if ours.hides[cell] else int(ours.open[cell]),
    )


def _share(side: Counts, k: Ints, n: Ints, cell: int) -> Share:
    return HIDDEN if side.hides[cell] else share(int(k[cell]), int(n[cell]))
