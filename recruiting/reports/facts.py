"""What goes along with ghosting, the other facts being equal (pure).

Odds of groups in the past, not of persons: which group an odds ratio is told of follows from what
the tables show, and each fact holds for enough people, and lacks for enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from recruiting.reports.ledger import Group, Ledger
from recruiting.reports.rules import By, Spans, Turns
from recruiting.reports.tables import Table
from recruiting.stats.effects import Effect, estimate
from recruiting.stats.multiplicity import adjust
from recruiting.stats.spells import Bools, Ints
from recruiting.workdays import Office

DAY = 86_400.0
PROMISED = 5  # working days
SURELY = 21.0  # days within which five are working days, whatever the holidays
MOST_GROUPS = 5
SURE = 0.05
KINDS = (By.STAGE, By.SOURCE, By.CHANNEL)


@dataclass(frozen=True)
class Fact:
    """A fact and what goes along with it; without a group it is our delay before the turn."""

    by: By | None
    group: Group | None
    effect: Effect
    is_clear: bool  # beyond chance, all facts considered


@dataclass(frozen=True)
class Facts:
    """The facts, and the group of each kind that they are compared with.

    In a kind of `rest`, that group stands together with those that are not named.
    """

    facts: tuple[Fact, ...]
    against: dict[By, Group]
    rest: frozenset[By]


class Column(NamedTuple):
    """One fact of the model and the turns for which it holds."""

    by: By | None
    group: Group | None
    holds: Bools


def facts(
    ledger: Ledger, tables: Mapping[By, Table], turns: Turns, waited: Bools, minimum: int
) -> Facts | None:
    """What goes along with ghosting; none where too few turns ended so, or otherwise.

    Of turns that are over, without those where there was never any contact. `waited` (n,) holds for
    the candidates' turns before which we were silent for more than five working days.
    """
    kept = ~turns.is_open & ~turns.is_never
    ghosted = turns.is_hit[kept]
    hits = int(ghosted.sum())
    if tables[By.STAGE].total.ghosting.hidden or min(hits, ghosted.size - hits) < minimum:
        return None
    person = ledger.theirs.person[kept]
    columns, against, rest = [], {}, set()
    for by in KINDS:
        groups = _largest_first(tables[by])
        if not groups:
            continue
        against[by] = groups[0]
        told = [
            column
            for column in _columns(by, groups[1 : 1 + MOST_GROUPS], ledger, kept)
            if _is_enough(person, column.holds, minimum)
        ]
        if len(told) + 1 < len(tables[by].rows):
            rest.add(by)
        columns += told
    if _is_enough(person, waited[kept], minimum):
        columns.append(Column(None, None, waited[kept]))
    if not columns:
        return None
    return Facts(tuple(_fitted(columns, ghosted)), against, frozenset(rest))


def waited_long(spans: Spans, rows: Ints, office: Office) -> Bools:
    """Whether, before each of the candidates' turns in `rows`, our turn had lasted for more than
    five working days."""
    order = np.lexsort((np.arange(spans.application.size), spans.application))
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    is_ours, whose = spans.is_ours[order], spans.application[order]
    before = np.maximum.accumulate(np.where(is_ours, np.arange(order.size), -1))[place[rows]]
    has_one = (before >= 0) & (whose[before] == spans.application[rows])
    found = np.zeros(rows.size, dtype=bool)
    found[has_one] = _is_long(spans, order[before[has_one]], office)
    return found


def _is_long(spans: Spans, rows: Ints, office: Office) -> Bools:
    since, ended = spans.since[rows], spans.ended[rows]
    days = (ended - since) / DAY
    found = days > SURELY
    for place in np.flatnonzero((days > PROMISED) & ~found):
        due_at = office.add(datetime.fromtimestamp(since[place], UTC), PROMISED)
        found[place] = ended[place] > due_at.timestamp()
    return found


def _largest_first(table: Table) -> list[Group]:
    """The groups that are shown and hold something."""
    rows = [row for row in table.rows if row.ghosting.n]
    rows.sort(key=lambda row: -(row.ghosting.n or 0))
    return [row.group for row in rows]


def _columns(by: By, groups: list[Group], ledger: Ledger, kept: Bools) -> Iterator[Column]:
    for group in groups:
        code = ledger.groups[by].index(group)
        yield Column(by, group, ledger.theirs.codes[by][kept] == code)


def _is_enough(person: Ints, holds: Bools, minimum: int) -> bool:
    """Whether a fact holds for enough people, and lacks for enough."""
    return all(np.unique(person[chosen]).size >= minimum for chosen in (holds, ~holds))


def _fitted(columns: list[Column], ghosted: Bools) -> Iterator[Fact]:
    """The model of all facts at once, fitted on rows that are alike only once."""
    rows, counts = np.unique(
        np.column_stack([*(one.holds for one in columns), ghosted]), axis=0, return_counts=True
    )
    names = [str(number) for number in range(len(columns))]
    fit = estimate(names, rows[:, :-1], rows[:, -1], counts=counts)
    sure = adjust([effect.p for effect in fit]) <= SURE
    for column, effect, is_clear in zip(columns, fit, sure.tolist(), strict=True):
        yield Fact(column.by, column.group, effect, is_clear)
