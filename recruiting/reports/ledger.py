"""Turns with the groups of each kind that they fall into, as numbers (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np

from recruiting.reports.rules import CHANNELS, Applications, By, Turns, source_key
from recruiting.stats.spells import Bools, Floats, Ints
from recruiting.workdays import Office

MONTHS = 12


class Group(NamedTuple):
    """One group of turns: `key` tells it from others, `name` is how people call it."""

    key: str
    name: str


class Names(NamedTuple):
    """What stages and jobs are called; stages of one name are one group, in their order."""

    stages: Mapping[int, Group]
    jobs: Mapping[int, Group]
    order_of_stages: Sequence[Group]


@dataclass(frozen=True, eq=False)
class Side:
    """The turns of one side; `codes` point into `Ledger.groups`.

    `has_never` holds on the side of which "never responded" is told.
    """

    codes: Mapping[By, Ints]
    person: Ints
    is_open: Bools
    is_hit: Bools
    is_never: Bools
    has_never: bool


@dataclass(frozen=True, eq=False)
class Ledger:
    """All turns of both sides at one moment."""

    groups: Mapping[By, tuple[Group, ...]]
    theirs: Side
    ours: Side


def ledger(
    applications: Applications,
    theirs: Turns,
    ours: Turns,
    names: Names,
    *,
    now: datetime,
    office: Office,
) -> Ledger:
    """Put every turn into its groups; what still runs at `now` belongs to its month."""
    sides = (theirs, ours)
    stamps = [np.where(np.isnan(side.ended), now.timestamp(), side.ended) for side in sides]
    months, starts = _months(np.concatenate([*stamps, [now.timestamp()]]), office)
    jobs = tuple(sorted({names.jobs[job] for job in set(applications.job.tolist())}, key=_by_name))
    sources, source = _sources(applications.source)
    groups = {
        By.STAGE: tuple(names.order_of_stages),
        By.SOURCE: sources,
        By.JOB: jobs,
        By.CHANNEL: tuple(Group(channel.value, channel.value) for channel in CHANNELS),
        By.MONTH: months,
    }
    stage_code = _codes(names.stages, groups[By.STAGE])
    job = _codes(names.jobs, jobs)[applications.job]

    def place(turns: Turns, stamp: Floats) -> Side:
        whose = turns.application
        month = np.searchsorted(starts, stamp, side="right") - 1
        return Side(
            {
                By.STAGE: stage_code[turns.stage],
                By.SOURCE: source[whose],
                By.JOB: job[whose],
                By.CHANNEL: turns.channel,
                By.MONTH: month,
            },
            applications.person[whose],
            turns.is_open,
            turns.is_hit,
            turns.is_never,
            has_never=turns is theirs,
        )

    return Ledger(groups, *map(place, sides, stamps))


def _by_name(group: Group) -> tuple[str, str]:
    return group.name.casefold(), group.key


def _codes(groups: Mapping[int, Group], order: Sequence[Group]) -> Ints:
    """For every number of a stage or a job the place of its group, -1 where it has none."""
    place = {group.key: code for code, group in enumerate(order)}
    codes = np.full(max(groups, default=0) + 1, -1)
    for number, group in groups.items():
        codes[number] = place.get(group.key, -1)
    return codes


def _sources(spelled: Iterable[str]) -> tuple[tuple[Group, ...], Ints]:
    """The sources by name, each in its first spelling, the unknown one last; and each row's."""
    texts = list(spelled)
    named = {source_key(text): " ".join(text.split()) for text in sorted(set(texts), reverse=True)}
    groups = [Group(key, name) for key, name in named.items()]
    groups.sort(key=lambda group: (not group.key, _by_name(group)))
    code = {group.key: place for place, group in enumerate(groups)}
    place = {text: code[source_key(text)] for text in set(texts)}
    rows = np.fromiter((place[text] for text in texts), dtype=np.int64, count=len(texts))
    return tuple(groups), rows


def _months(stamps: Floats, office: Office) -> tuple[tuple[Group, ...], Floats]:
    """Every month from the first stamp to the last, and the stamps at which they begin."""
    first, last = (
        office.local(datetime.fromtimestamp(end, UTC)) for end in (stamps.min(), stamps.max())
    )
    numbers = range(first.year * MONTHS + first.month - 1, last.year * MONTHS + last.month)
    days = [date(number // MONTHS, number % MONTHS + 1, 1) for number in numbers]
    keys = [f"{day:%Y-%m}" for day in days]
    starts = np.array([office.start_of(day).timestamp() for day in days])
    return tuple(Group(key, key) for key in keys), starts
