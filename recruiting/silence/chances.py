"""The chance of hearing back, for silences as the database tells of them.

Comparable are the silences of stages with the same name, in whatever job. The fitted curves are
kept in the process for a short while: they change slowly, unless a journal comes in, and every
page asks for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Engine, Select, select, type_coerce
from sqlalchemy.types import NullType

from recruiting.db import db
from recruiting.jobs.models import Stage
from recruiting.journal import queries as journal
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application, Spell
from recruiting.pipeline.reading import Reading
from recruiting.pipeline.rules import Channel, SpellEnd, Turn
from recruiting.silence.conversations import Instants, facts_from, in_hours, instants
from recruiting.stats.facts import Fact, Facts
from recruiting.stats.replies import ReplyCurves, fit
from recruiting.stats.spells import Bools, Floats, Ints
from recruiting.workdays import Office

KEPT_FOR = timedelta(minutes=2)
HEARD = frozenset({SpellEnd.REPLY, SpellEnd.WITHDRAWAL})
FIRST_NOON = datetime(1970, 1, 1, 12, tzinfo=UTC)
IDS_AT_ONCE = 500
FEWEST = 5  # silences of a stage, below which we do not say when its answers come


class Chance(NamedTuple):
    """What is known of one silence: all shares in 0..1, counts exact."""

    no_return: float  # no touch of theirs within 30 days of its beginning
    comparable: int  # silences that lasted at least as long
    answered_after: int  # of these, how many were still answered
    typical: timedelta | None  # by then half of the answers have come; none for too few silences


class Explained(NamedTuple):
    """Why the chance of one silence is what it is; shares in 0..1."""

    no_return: float
    low: float  # bounds of `no_return`, at 95 %
    high: float
    in_stage: float  # the same for the average silence of the stage that has lasted as long
    moved_by: dict[Fact, float]  # what each fact adds to it; below 0: towards an answer


# One turn of the candidate: application id, when a meeting is agreed for, then these columns.
COLUMNS = (
    "stage_id", "since", "until", "end", "channel", "depth",
    "delay_hours", "paced", "pace", "latest_hours", "asked_hours",
)  # fmt: skip
TurnRow = Sequence[Any]
STAGE = 2 + COLUMNS.index("stage_id")


@dataclass(frozen=True, eq=False)
class Silences:
    """Silences as the fit sees them, in columns of equal length, and one more row of facts.

    Begun at `since`, `hours` long; `answered` where a touch of theirs ended it. The last row of
    `facts` belongs to none of them: a mail of which nothing else is known.
    """

    application_id: Ints
    stage_id: Ints
    since: Instants
    hours: Floats
    answered: Bools
    runs: Bools
    facts: Facts

    @classmethod
    def of(cls, rows: Iterable[TurnRow], now: datetime, office: Office) -> Silences:
        """Turns as silences; what runs is censored at `now`.

        A silence that an agreed meeting ended is censored there: they came, but not by a reply.
        """
        (
            application, meets_at, stage, since, until, end, channel, depth, *known, asked,
        ) = zip(*rows, UNKNOWN, strict=True)  # fmt: skip
        begun, ended, meets = instants(since), instants(until), instants(meets_at)
        (moment,) = instants([now])
        watched = np.where(meets <= moment, meets, moment)  # where none is agreed, no time is less
        facts = facts_from(
            begun,
            channel,
            depth,
            known,
            ([float(hours) for hours in text.split()] if text else () for text in asked),
            office,
        )
        runs = np.isnat(ended)[:-1]
        hours = np.maximum(0.0, in_hours(np.where(np.isnat(ended), watched, ended) - begun))
        return cls(
            np.array(application[:-1], np.int64),
            np.array(stage[:-1], np.int64),
            begun[:-1],
            hours[:-1],
            np.array([one in HEARD for one in end[:-1]], np.bool_),
            runs,
            facts,
        )

    def asked(self, silent: Sequence[tuple[int, int, float]]) -> Asked:
        """Running silences, given as (application id, stage id, hours so far), with their facts."""
        running = np.flatnonzero(self.runs)
        ids = self.application_id[running].tolist()
        place = dict(zip(ids, running.tolist(), strict=True))
        which = [place.get(one, -1) for one, _stage, _hours in silent]
        return Asked(
            [stage for _one, stage, _hours in silent],
            [max(0.0, hours) for _one, _stage, hours in silent],
            self.facts.take(np.array(which, np.int64) % len(self.facts)),
        )


class Asked(NamedTuple):
    """Running silences whose chances are asked for, in columns; `hours` so far."""

    stage_id: Sequence[int]
    hours: Sequence[float]
    facts: Facts


# A mail of which nothing else is known.
UNKNOWN: TurnRow = (
    0, None, 0, FIRST_NOON, FIRST_NOON, None, Channel.EMAIL, 1, None, 0, None, None, "",
)  # fmt: skip


@dataclass(frozen=True)
class Chances:
    """Fitted curves, by stage."""

    curves: ReplyCurves
    group_of: dict[int, int]

    def of(self, asked: Asked) -> list[Chance]:
        """The chance of each running silence."""
        if not asked.hours:
            return []
        groups = self._groups(asked)
        medians = self.curves.typical(groups).median.tolist()
        on_record = self.curves.comparable(groups, np.zeros(len(groups))).tolist()
        typical = [
            timedelta(hours=median) if n >= FEWEST else None
            for median, n in zip(medians, on_record, strict=True)
        ]
        return [Chance(*row) for row in zip(*self.figures(asked), typical, strict=True)]

    def figures(self, asked: Asked) -> tuple[list[float], list[int], list[int]]:
        """The same but for what is typical, in columns."""
        if not asked.hours:
            return [], [], []
        groups, hours = self._groups(asked), asked.hours
        return (
            self.curves.no_return(groups, hours, asked.facts).tolist(),
            self.curves.comparable(groups, hours, exclude_self=True).tolist(),
            self.curves.answered_after(groups, hours).tolist(),
        )

    def explain(self, asked: Asked) -> list[Explained]:
        """What the chance of each running silence rests on."""
        groups, (_stages, hours, facts) = self._groups(asked), asked
        low, high = self.curves.no_return_bounds(groups, hours, facts)
        moved = self.curves.moved_by(groups, hours, facts)
        whole, in_stage = (self.curves.no_return(groups, hours, one) for one in (facts, None))
        return [
            Explained(
                float(whole[row]),
                float(low[row]),
                float(high[row]),
                float(in_stage[row]),
                {fact: float(by[row]) for fact, by in moved.items()},
            )
            for row in range(len(groups))
        ]

    def _groups(self, asked: Asked) -> list[int]:
        return [self.group_of.get(stage, -1) for stage in asked.stage_id]


def groups_by_stage() -> dict[int, int]:
    """A number for every stage; stages of the same name share one."""
    numbers: dict[str, int] = {}
    rows = db.session.execute(select(Stage.id, Stage.name_key).order_by(Stage.id))
    return {stage_id: numbers.setdefault(name, len(numbers)) for stage_id, name in rows}


def fit_chances(silences: Silences) -> Chances:
    """Fit the reply curves to silences, ended and running."""
    group_of = groups_by_stage()
    groups = [group_of.get(stage, -1) for stage in silences.stage_id.tolist()]
    facts = silences.facts.take(np.arange(len(groups)))
    return Chances(fit(silences.hours, silences.answered, groups, facts), group_of)


def turns_of(application_id: int, reading: Reading) -> Iterator[TurnRow]:
    """Every turn of the candidate that a timeline tells of."""
    for one in reading.stretches:
        if one.whose is Turn.CANDIDATE:
            yield application_id, reading.meets_at, *_columns(one)


_columns = attrgetter(*COLUMNS)


def recorded(
    now: datetime, office: Office, *, stage_ids: Collection[int] | None = None
) -> Silences:
    """Every silence on record, or those of some stages."""
    question = _question().where(timelines.holds(now))
    if stage_ids is not None:
        question = question.where(Spell.stage_id.in_(stage_ids))
    rows: list[TurnRow] = [*db.session.connection().execute(question).all()]
    for application_id, reading in timelines.late_readings(office, now):
        found = turns_of(application_id, reading)
        rows.extend(row for row in found if stage_ids is None or row[STAGE] in stage_ids)
    return Silences.of(rows, now, office)


def running(application_ids: Sequence[int], now: datetime, office: Office) -> Silences:
    """The silences that run in these applications."""
    rows: list[TurnRow] = []
    for start in range(0, len(application_ids), IDS_AT_ONCE):
        some = application_ids[start : start + IDS_AT_ONCE]
        question = _question().where(
            Spell.application_id.in_(some), Spell.until.is_(None), timelines.holds(now)
        )
        rows.extend(db.session.connection().execute(question))
    # Of rows that are behind the spells tell of the past; usually there are none.
    late = sorted(set(application_ids) - {row[0] for row in rows})
    for start in range(0, len(late), IDS_AT_ONCE):
        some = late[start : start + IDS_AT_ONCE]
        for application_id, reading in timelines.readings(office, some, as_of=now):
            rows.extend(turns_of(application_id, reading))
    return Silences.of(rows, now, office)


def _question() -> Select:
    """Turns of candidates as they are stored: `Silences` reads whole columns at once."""
    spell, application = Spell.__table__.c, Application.__table__.c
    columns = (application.id, application.meets_at, *(spell[name] for name in COLUMNS))
    return (
        select(*(type_coerce(column, NullType) for column in columns))
        .join_from(Spell.__table__, Application.__table__)
        .where(spell.whose == Turn.CANDIDATE)
    )


class _Kept(NamedTuple):
    """Chances that were fitted, when, and after which import."""

    at: datetime
    last_import: int | None
    chances: Chances


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_fitting = Lock()


def current(now: datetime, office: Office) -> Chances:
    """The chances as the journal tells them: no import older, else not more than `KEPT_FOR`."""
    engine = db.engine
    last_import = journal.last_import_id()
    kept = _kept.get(engine)
    if kept is not None and _is_fresh(kept, last_import, now):
        return kept.chances
    # One request fits; meanwhile the others go on with what was kept, if anything was.
    if not _fitting.acquire(blocking=kept is None):
        return kept.chances if kept is not None else current(now, office)
    try:
        kept = _kept.get(engine)
        if kept is None or not _is_fresh(kept, last_import, now):
            kept = _Kept(now, last_import, fit_chances(recorded(now, office)))
            _kept[engine] = kept
        return kept.chances
    finally:
        _fitting.release()


def _is_fresh(kept: _Kept, last_import: int | None, now: datetime) -> bool:
    return kept.last_import == last_import and timedelta() <= now - kept.at < KEPT_FOR


def forget() -> None:
    """Drop what was kept."""
    _kept.pop(db.engine, None)
