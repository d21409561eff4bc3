"""Tables of counts as flows: what may a hidden figure be, given all the figures shown?

Where every figure of a table is a sum of others (cells, margins, total), each figure enters
exactly two sums and can be drawn as an arc between them: a count that flows out of one sum and
into the other. All tables that agree with the figures shown are then the ways of sending whole
numbers around this network, and the least and the most that a figure can be follow from how much
more can be sent around it, either way. That is exact: networks need no fractions.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field

ENDLESS = 10**15  # more than any count: no bound
Step = tuple[int, bool]  # an arc, and whether it is taken along its direction


@dataclass(frozen=True)
class Arc:
    """One figure: it leaves the sum `tail` and enters the sum `head`."""

    tail: int
    head: int


@dataclass
class Network:
    """The figures of one table, with the actual count of each and the least it may be."""

    arcs: tuple[Arc, ...]
    counts: tuple[int, ...]
    least: tuple[int, ...]
    touching: dict[int, list[Step]] = field(init=False)

    def __post_init__(self) -> None:
        self.touching = defaultdict(list)
        for number, arc in enumerate(self.arcs):
            self.touching[arc.tail].append((number, True))
            self.touching[arc.head].append((number, False))

    def room(self, figure: int, prices: dict[int, int], up: bool, enough: int) -> tuple[int, set]:
        """By how much a figure can rise (or fall), counted until `enough`, and the arcs used.

        Only arcs in `prices` can change; of several ways the cheapest is taken first. The other
        arcs are shown figures, which are fixed.
        """
        sent: dict[int, int] = defaultdict(int)
        used: set[int] = set()
        most = enough if up else min(enough, self.counts[figure] - self.least[figure])
        arc, found = self.arcs[figure], 0
        start, goal = (arc.head, arc.tail) if up else (arc.tail, arc.head)
        while found < most:
            way = self._cheapest(start, goal, figure, prices, sent)
            if way is None:
                break
            step = min([most - found, *(self._spare(each, sent) for each in way)])
            for number, along in way:
                sent[number] += step if along else -step
                used.add(number)
            found += step
        return found, used

    def _spare(self, step: Step, sent: dict[int, int]) -> int:
        number, along = step
        if along:
            return ENDLESS
        return self.counts[number] + sent[number] - self.least[number]

    def _cheapest(
        self, start: int, goal: int, figure: int, prices: dict[int, int], sent: dict[int, int]
    ) -> list[Step] | None:
        """The cheapest way round from start to goal without the figure itself."""
        if start == goal:
            return []
        queue: list[tuple[int, int]] = [(0, start)]
        cost, came = {start: 0}, {}
        while queue:
            so_far, place = heapq.heappop(queue)
            if place == goal:
                break
            if so_far > cost[place]:
                continue
            for number, along in self.touching[place]:
                if (
                    number == figure
                    or number not in prices
                    or not self._spare((number, along), sent)
                ):
                    continue
                there = self.arcs[number].head if along else self.arcs[number].tail
                price = so_far + prices[number]
                if price < cost.get(there, ENDLESS):
                    cost[there], came[there] = price, (place, (number, along))
                    heapq.heappush(queue, (price, there))
        if goal not in came:
            return None
        way, place = [], goal
        while place != start:
            place, step = came[place]
            way.append(step)
        return way
