"""The chance of hearing back, for silences as the database tells of them.

Comparable are the silences of stages with the same name, in whatever job. The fitted curves are
kept in the process for a short while: they change slowly, unless a journal comes in, and every
page asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from recruiting.db import db
from recruiting.jobs.models import Stage
from recruiting.journal import queries as journal
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application, Spell
from recruiting.pipeline.reading import Reading
from recruiting.pipeline.rules import SpellEnd, Turn
from recruiting.stats.replies import ReplyCurves, fit
from recruiting.workdays import Office

KEPT_FOR = timedelta(minutes=2)
HEARD = frozenset({SpellEnd.REPLY, SpellEnd.WITHDRAWAL})
HOUR = timedelta(hours=1)


class Spoken(NamedTuple):
    """One silence as the fit sees it: `hours` long, and whether a touch of theirs ended it."""

    stage_id: int
    hours: float
    answered: bool


class Chance(NamedTuple):
    """What is known of one silence: all shares in 0..1, counts exact."""

    no_return: float  # no touch of theirs within 30 days of its beginning
    comparable: int  # silences that lasted at least as long
    answered_after: int  # of these, how many were still answered
    typical: timedelta  # by then half of the answers have come


@dataclass(frozen=True)
class Chances:
    """Fitted curves, by stage."""

    curves: ReplyCurves
    group_of: dict[int, int]

    def of(self, silences: Sequence[tuple[int, float]]) -> list[Chance]:
        """The chance of each running silence, given as (stage id, hours so far)."""
        if not silences:
            return []
        groups = [self.group_of.get(stage, -1) for stage, _hours in silences]
        hours = [max(0.0, so_far) for _stage, so_far in silences]
        columns = (
            self.curves.no_return(groups, hours).tolist(),
            self.curves.comparable(groups, hours, exclude_self=True).tolist(),
            self.curves.answered_after(groups, hours).tolist(),
            [timedelta(hours=median) for median in self.curves.typical(groups).median.tolist()],
        )
        return [Chance(*row) for row in zip(*columns, strict=True)]


def groups_by_stage() -> dict[int, int]:
    """A number for every stage; stages of the same name share one."""
    numbers: dict[str, int] = {}
    rows = db.session.execute(select(Stage.id, Stage.name_key).order_by(Stage.id))
    return {stage_id: numbers.setdefault(name, len(numbers)) for stage_id, name in rows}


def fit_chances(silences: Iterable[Spoken]) -> Chances:
    """Fit the reply curves to silences, ended and running."""
    group_of = groups_by_stage()
    rows = list(silences)
    return Chances(
        fit(
            [row.hours for row in rows],
            [row.answered for row in rows],
            [group_of.get(row.stage_id, -1) for row in rows],
        ),
        group_of,
    )


def spoken(
    stage_id: int,
    since: datetime,
    until: datetime | None,
    end: SpellEnd | None,
    *,
    meets_at: datetime | None,
    now: datetime,
) -> Spoken:
    """One turn of the candidate as a silence; a running one is censored at `now`.

    A silence that an agreed meeting ended is censored there: they came, but not by a reply.
    """
    if until is None:
        until = meets_at if meets_at is not None and meets_at <= now else now
    return Spoken(stage_id, max(0.0, (until - since) / HOUR), end in HEARD)


def silences_of(reading: Reading, now: datetime) -> Iterator[Spoken]:
    """Every silence that a timeline tells of."""
    for one in reading.stretches:
        if one.whose is Turn.CANDIDATE:
            yield spoken(
                one.stage_id, one.since, one.until, one.end, meets_at=reading.meets_at, now=now
            )


def recorded(now: datetime, office: Office) -> Iterator[Spoken]:
    """Every silence on record."""
    spell, application = Spell.__table__.c, Application.__table__.c
    question = (
        select(spell.stage_id, spell.since, spell.until, spell.end, application.meets_at)
        .join_from(Spell.__table__, Application.__table__)
        .where(spell.whose == Turn.CANDIDATE, timelines.holds(now))
    )
    for stage_id, since, until, end, meets_at in db.session.connection().execute(question):
        yield spoken(stage_id, since, until, end, meets_at=meets_at, now=now)
    for _id, reading in timelines.late_readings(office, now):
        yield from silences_of(reading, now)


class _Kept(NamedTuple):
    """Chances that were fitted, when, and after which import."""

    at: datetime
    last_import: int | None
    chances: Chances


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def current(now: datetime, office: Office) -> Chances:
    """The chances as the journal tells them: no import older, else not more than `KEPT_FOR`."""
    engine = db.engine
    last_import = journal.last_import_id()
    kept = _kept.get(engine)
    if (
        kept is not None
        and kept.last_import == last_import
        and timedelta() <= now - kept.at < KEPT_FOR
    ):
        return kept.chances
    fitted = fit_chances(recorded(now, office))
    _kept[engine] = _Kept(now, last_import, fitted)
    return fitted


def forget() -> None:
    """Drop what was kept."""
    _kept.pop(db.engine, None)
