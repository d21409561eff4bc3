"""Small groups hidden so that nothing shown gives them away, in one cut or in two that cross.

A *table* here is its inner counts with their sums: groups and their total (g + 1,), or two cuts of
the same people, rows by columns, with both margins and the total (r + 1, c + 1). A figure is one
entry: k of n people, shown or hidden as a whole. A *mask* is True where a figure is hidden.

The attacker knows all that is shown and that people come in whole numbers: he solves for every
table that fits. A hidden figure is *exposed* where

- the sizes n that fit lie less than the minimum apart, or
- only one numerator k, or only one rest n - k, fits: then what hides behind it follows as well.

He also knows that empty groups are always shown as empty, so a hidden one holds somebody. What he
could guess from the order in which this code chooses is not reckoned with.

What is hidden: the small figures, then, as long as one is exposed, the cheapest further figures
(in people) that free it; what was not needed after all is shown again. Not always the fewest, but
always enough: the last word has `exposed`. If nothing else helps, the total is hidden. A cut by
nested groups is a two-way table: rows the quarters, columns the months.

References: Cox (1995), J. Am. Stat. Assoc. 90, 1453-1462 (suppression as a network); Kelly, Golden
and Assad (1992), Networks 22, 397-417.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.flows import Arc, Network
from recruiting.stats.rates import SMALLEST_MINIMUM, USUAL_MINIMUM, shares
from recruiting.stats.spells import Bools, Ints

TOTAL_PRICE = 10**9  # hiding the total comes last


def with_margins(counts: ArrayLike) -> Ints:
    """Inner counts (g,) or (r, c) with their sums: (g + 1,) or (r + 1, c + 1)."""
    table = np.asarray(counts, dtype=np.int64)
    for axis in range(table.ndim):
        table = np.concatenate((table, table.sum(axis=axis, keepdims=True)), axis=axis)
    return table


def conceal(
    k: ArrayLike,
    n: ArrayLike,
    *,
    minimum: int = USUAL_MINIMUM,
    cells_shown: bool = True,
    total_shown: bool = True,
) -> Bools:
    """Choose what to hide so that no figure below the minimum is shown, nor follows from others.

    Parameters
    ----------
    k, n : (g,) or (r, c) int, 0 <= k <= n
        Inner counts, without sums. Each person is in exactly one entry. If some rows are shown
        and others not, give those others as one more row: "all others" follows by subtraction.
    minimum : int >= 5
    cells_shown : bool
        False if only the margins and the total of a two-way table appear: its cells are unknown
        to all then, and come out as hidden.
    total_shown : bool
        False if the total must not appear, whatever it is.

    Returns
    -------
    (g + 1,) or (r + 1, c + 1) bool
        True where a figure must be hidden. Empty groups stay: nobody is in them.

    Raises
    ------
    ValueError
        As `rates.shares` does, for a minimum below 5, or for tables of other than 1 or 2 axes.
    """
    table = _Table.of(k, n, minimum, cells_shown)
    needed = {figure for figure in table.published if 0 < table.people[figure] < minimum}
    if not total_shown and table.people[-1]:
        needed.add(len(table.people) - 1)
    hidden = set(needed)
    while freed := {more for figure in sorted(hidden) for more in table.free(figure, hidden)}:
        hidden |= freed
    for figure in sorted(hidden - needed, key=lambda each: -table.price(each)):
        if not table.exposed(hidden - {figure}):
            hidden.discard(figure)
    return table.mask(hidden)


def conceal_cuts(
    cuts: Sequence[tuple[ArrayLike, ArrayLike]], *, minimum: int = USUAL_MINIMUM
) -> list[Bools]:
    """Choose what to hide where the same people are cut in several ways that are never crossed.

    Each cut is a pair k, n as in `conceal`, of one axis; each gets its mask (g + 1,). With their
    total shown, none says anything about another: any groups with the same total fit together.
    Where one cut needs the total hidden, it is hidden in all, and a group or more of each with it.

    Raises `ValueError` as `conceal` does, or if the totals of two cuts differ.
    """
    totals = [(int(np.sum(k)), int(np.sum(n))) for k, n in cuts]
    if len(set(totals)) > 1:
        raise ValueError(f"cuts of the same people have one total, got {sorted(set(totals))}")
    masks = [conceal(k, n, minimum=minimum) for k, n in cuts]
    if not any(mask[-1] for mask in masks):
        return masks
    return [conceal(k, n, minimum=minimum, total_shown=False) for k, n in cuts]


def exposed(
    k: ArrayLike,
    n: ArrayLike,
    hidden: ArrayLike,
    *,
    minimum: int = USUAL_MINIMUM,
    cells_shown: bool = True,
) -> Bools:
    """Audit a mask: True for each hidden figure that the attacker can find out.

    Parameters and errors as in `conceal`; `hidden` has the shape that it returns, else
    `ValueError`. Exact but for one thing, in which it is rather too strict than too lax: that
    nobody hidden is an empty group is taken to hold for the larger of k and n - k alone.
    """
    table = _Table.of(k, n, minimum, cells_shown)
    mask = np.asarray(hidden, dtype=bool)
    if mask.shape != table.shape:
        raise ValueError(f"want a mask of shape {table.shape}, got {mask.shape}")
    some = {int(each) for each in np.flatnonzero(mask)} & set(table.published)
    found = table.exposed({each for each in some if table.people[each]})
    return np.isin(np.arange(mask.size), sorted(found)).reshape(mask.shape)


@dataclass(frozen=True)
class _Table:
    """One table as two networks: those who count in k, and the rest. The rest of k is n - k, so
    what is known of one tells nothing about the other, and the sizes add up."""

    shape: tuple[int, ...]
    people: tuple[int, ...]
    published: tuple[int, ...]
    networks: tuple[Network, Network]
    minimum: int

    @classmethod
    def of(cls, k: ArrayLike, n: ArrayLike, minimum: int, cells_shown: bool) -> _Table:
        """Read and check the counts."""
        hits, people = np.asarray(k), np.asarray(n)
        if people.ndim not in {1, 2} or hits.shape != people.shape:
            raise ValueError(f"want two equal tables, got {hits.shape} and {people.shape}")
        if not minimum >= SMALLEST_MINIMUM:  # nor is it when it is no number
            raise ValueError(f"groups below {SMALLEST_MINIMUM} are never shown, got {minimum}")
        checked = shares(hits.ravel(), people.ravel())
        hits = with_margins(checked.k.reshape(people.shape))
        people = with_margins(checked.n.reshape(people.shape))
        published = np.ones(people.shape, dtype=bool)
        if people.ndim == 2 and not cells_shown:
            published[:-1, :-1] = False
        arcs = _arcs(people.shape)
        rest = people - hits
        some = published & (people > 0)
        networks = (
            _network(arcs, hits, some & (hits >= rest)),
            _network(arcs, rest, some & (hits < rest)),
        )
        counts = tuple(people.ravel().tolist())
        return cls(
            people.shape, counts, tuple(np.flatnonzero(published).tolist()), networks, minimum
        )

    def price(self, figure: int) -> int:
        """What hiding one more figure costs."""
        return TOTAL_PRICE if figure == len(self.people) - 1 else self.people[figure]

    def mask(self, hidden: set[int]) -> Bools:
        """The figures as the caller sees them."""
        away = np.ones(len(self.people), dtype=bool)
        away[list(self.published)] = False
        away[sorted(hidden)] = True
        return away.reshape(self.shape)

    def exposed(self, hidden: set[int]) -> set[int]:
        """The hidden figures that the attacker can find out."""
        free = self._free_of_charge(hidden)
        return {figure for figure in hidden if self._missing(figure, free)}

    def free(self, figure: int, hidden: set[int]) -> set[int]:
        """What else to hide, most cheaply, so that a hidden figure comes nearer to safety."""
        missing = self._missing(figure, self._free_of_charge(hidden))
        if not missing:
            return set()
        prices = self._free_of_charge(hidden)
        shown = set(self.published) - hidden
        prices |= {each: self.price(each) for each in shown if self.people[each]}
        offers = []
        for network, enough, up in missing:
            found, used = network.room(figure, prices, up, enough)
            if found >= enough:
                offers.append(used & shown)
        return min(offers, key=lambda each: (sum(map(self.price, each)), sorted(each)))

    def _free_of_charge(self, hidden: set[int]) -> dict[int, int]:
        """The figures that the attacker does not know."""
        unknown = set(range(len(self.people))) - set(self.published)
        return dict.fromkeys(hidden | unknown, 0)

    def _missing(self, figure: int, free: dict[int, int]) -> list[tuple[Network, int, bool]]:
        """Ways to safety, each of which would do: a network, and how far it must reach which way.

        None if the figure is safe already.
        """
        reach = [
            [network.room(figure, free, up, self.minimum)[0] for up in (True, False)]
            for network in self.networks
        ]
        widths = [up + down for up, down in reach]
        for network, width in zip(self.networks, widths, strict=True):
            if not width:
                return [(network, 1, True), (network, 1, False)]
        gap = self.minimum - sum(widths)
        if gap <= 0:
            return []
        return [
            (network, room + gap, up)
            for network, (up_room, down_room) in zip(self.networks, reach, strict=True)
            for up, room in ((True, up_room), (False, down_room))
        ]


def _arcs(shape: tuple[int, ...]) -> tuple[Arc, ...]:
    """Each figure as an arc between the two sums that it enters, in the order of the table.

    One way: the groups flow into their total, the total flows out. Two ways: a cell flows from
    the sum of its row to that of its column; margins and total flow so that every sum balances.
    """
    if len(shape) == 1:
        return (*(Arc(0, 1) for _ in range(shape[0] - 1)), Arc(1, 0))
    rows, columns = shape
    arcs = []
    for row in range(rows):
        for column in range(columns):
            here, there = row, rows + column
            inside = (row < rows - 1) == (column < columns - 1)
            arcs.append(Arc(here, there) if inside else Arc(there, here))
    return tuple(arcs)


def _network(arcs: tuple[Arc, ...], counts: Ints, somebody: Bools) -> Network:
    flat = tuple(counts.ravel().tolist())
    return Network(arcs, flat, tuple(somebody.ravel().astype(int).tolist()))
