"""What the reports read: the turns of every application, now or as known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Float,
    Row,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import type_coerce as as_stored

from recruiting.db import UtcDateTime, db
from recruiting.jobs.models import Job, Stage
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application, Spell
from recruiting.pipeline.reading import Reading
from recruiting.pipeline.rules import Outcome, Turn
from recruiting.reports.ledger import Group, Ledger, Names, ledger
from recruiting.reports.rules import (
    CHANNELS,
    ENDS,
    NO_END,
    Applications,
    Spans,
    Turns,
    ours,
    theirs,
)
from recruiting.silence.rules import State, standing_at
from recruiting.workdays import Office

NUMBER_OF = {channel.value: number for number, channel in enumerate(CHANNELS)}
END_OF = {None: NO_END} | {end.value: number for number, end in enumerate(ENDS)}


class Told(NamedTuple):
    """One application at the moment of the report."""

    id: int
    person: int
    job: int
    source: str | None
    outcome: str | None
    is_never_now: bool


class Span(NamedTuple):
    """One turn of either side; times in seconds since 1970, `ended` none while it runs."""

    application_id: int
    stage: int
    channel: str
    is_ours: bool
    ended: float | None
    is_late: bool
    since: float
    end: str | None


class Whole(NamedTuple):
    """Every turn in its groups, with what it was counted from."""

    ledger: Ledger
    applications: Applications
    spans: Spans
    theirs: Turns


def whole(now: datetime, office: Office, *, as_of: datetime | None = None) -> Whole:
    """Every turn at `now`, or as it was known at `as_of`: later events do not exist then."""
    moment = as_of or now
    told, spans = world(moment, office) if as_of is None else world_as_of(moment, office)
    applications, columns = _columns(told, spans)
    turns = theirs(columns, applications)
    placed = ledger(applications, turns, ours(columns), names(), now=moment, office=office)
    return Whole(placed, applications, columns, turns)


def whole_ledger(now: datetime, office: Office, *, as_of: datetime | None = None) -> Ledger:
    """The same, in its groups alone."""
    return whole(now, office, as_of=as_of).ledger


def world(now: datetime, office: Office) -> tuple[list[Told], list[Span]]:
    """Every application and its spells as they are stored; those behind from their timelines."""
    silent = set(_never_now(now))
    is_told = or_(Application.source_at.is_(None), Application.source_at <= now)
    rows = db.session.connection().execute(
        select(
            Application.id,
            Application.candidate_id,
            Application.job_id,
            case((is_told, Application.source)),
            as_stored(Application.outcome, String),
        ).where(timelines.holds(now))
    )
    told = [Told(*row, row[0] in silent) for row in rows]  # ty: ignore[invalid-argument-type]
    late, spans = _read(timelines.late_readings(office, now), now)
    return [*told, *late], [*_spells(now), *_after_meetings(now), *spans]


def world_as_of(moment: datetime, office: Office) -> tuple[list[Told], list[Span]]:
    """The same, read from the timelines as they were known at a moment."""
    return _read(timelines.readings(office, as_of=moment), moment)


def _read(
    readings: Iterable[tuple[int, Reading]], moment: datetime
) -> tuple[list[Told], list[Span]]:
    question = select(
        Application.id,
        Application.candidate_id,
        Application.job_id,
        Application.source,
        Application.source_at,
    )
    rows: dict[int, Row] | None = None
    told: list[Told] = []
    spans: list[Span] = []
    for key, reading in readings:
        if rows is None:
            rows = {row[0]: row for row in db.session.execute(question)}
        _id, person, job, source, source_at = rows[key]
        known = source if source_at is None or source_at <= moment else None
        is_never = standing_at(reading, moment).state is State.NEVER_RESPONDED
        told.append(Told(key, person, job, known, reading.outcome, is_never))
        spans.extend(_spans_of(key, reading, moment))
    return told, spans


def _spans_of(key: int, reading: Reading, now: datetime) -> Iterator[Span]:
    met_at = reading.meets_at
    if reading.outcome is not None or (met_at is not None and met_at > now):
        met_at = None
    for one in reading.stretches:
        until = one.until or met_at
        ended = until.timestamp() if until else None
        is_late = (until or now) > one.due_at
        is_ours, since = one.whose is Turn.US, one.since.timestamp()
        yield Span(key, one.stage_id, one.channel, is_ours, ended, is_late, since, one.end)
    if met_at is not None:
        due_at = reading.met_due_at
        yield _after_meeting(key, reading.stage_id, reading.channel, met_at, due_at, now)


def _after_meeting(
    key: int, stage: int, channel: str, met_at: datetime, due_at: datetime | None, now: datetime
) -> Span:
    """Our turn since a meeting that no event has followed yet."""
    is_late = due_at is not None and now > due_at
    return Span(key, stage, channel, True, None, is_late, met_at.timestamp(), None)


def _after_meetings(now: datetime) -> Iterator[Span]:
    question = select(
        Application.id,
        Application.stage_id,
        Application.channel,
        Application.meets_at,
        Application.met_due_at,
    ).where(Application.outcome.is_(None), Application.meets_at <= now, timelines.holds(now))
    return (
        _after_meeting(*row, now)  # ty: ignore[invalid-argument-type] - none were asked for
        for row in db.session.execute(question)
    )


def _spells(now: datetime) -> Iterable[Span]:
    """Every spell; reads columns as they are stored, since there are many."""
    met = and_(Application.outcome.is_(None), Application.meets_at <= now)
    ended_at = func.coalesce(Spell.until, case((met, Application.meets_at)))
    question = (
        select(
            Spell.application_id,
            Spell.stage_id,
            as_stored(Spell.channel, String),
            Spell.whose == Turn.US,
            _seconds(ended_at),
            func.coalesce(ended_at, literal(now, UtcDateTime())) > Spell.due_at,
            _seconds(Spell.since),
            as_stored(Spell.end, String),
        )
        .join(Application, Application.id == Spell.application_id)
        .where(timelines.holds(now))
        .order_by(Spell.id)  # those of one application are written together, in their order
    )
    return db.session.connection().execute(question).all()  # type: ignore[return-value]


def _seconds(moment: SQLColumnExpression[datetime]) -> ColumnElement[float]:
    """Seconds since 1970."""
    return cast(extract("epoch", moment), Float)


def _never_now(now: datetime) -> Iterator[int]:
    """The active applications whose ladder is through without a word ever."""
    question = select(Application).where(
        Application.outcome.is_(None),
        Application.turn == Turn.CANDIDATE,
        Application.replies == 0,
        Application.due_at < now,
        timelines.holds(now),
    )
    for application in db.session.scalars(question):
        if standing_at(application, now).state is State.NEVER_RESPONDED:
            yield application.id


def _columns(told: Sequence[Told], spans: Sequence[Span]) -> tuple[Applications, Spans]:
    """Rows as columns."""
    told = sorted(told)
    keys, person, job, source, outcome, is_never_now = _transposed(told, 6)
    key, stage, channel, is_ours, ended, is_late, since, end = _transposed(spans, 8)
    numbers = [NUMBER_OF[text] for text in channel]
    ids = np.array(keys, dtype=np.int64)
    return (
        Applications(
            np.array(person, dtype=np.int64),
            np.array(job, dtype=np.int64),
            [text or "" for text in source],
            np.array([one == Outcome.GHOSTED for one in outcome], dtype=np.bool_),
            np.array([one == Outcome.NEVER_RESPONDED for one in outcome], dtype=np.bool_),
            np.array(is_never_now, dtype=np.bool_),
        ),
        Spans(
            np.searchsorted(ids, np.array(key, dtype=np.int64)),
            np.array(stage, dtype=np.int64),
            np.array(numbers, dtype=np.int64),
            np.array(is_ours, dtype=np.bool_),
            np.array(ended, dtype=np.float64),
            np.array(is_late, dtype=np.bool_),
            np.array(since, dtype=np.float64),
            np.array([END_OF[text] for text in end], dtype=np.int64),
        ),
    )


def _transposed(rows: Sequence[tuple], width: int) -> list[tuple]:
    return list(zip(*rows, strict=True)) or [()] * width


def names() -> Names:
    """What stages and jobs are called; stages in the order in which jobs have them."""
    stages = db.session.execute(
        select(Stage.id, Stage.name_key, Stage.name).order_by(Stage.id)
    ).all()
    first: dict[str, Group] = {}
    for _id, key, name in stages:
        first.setdefault(key, Group(key, name))
    order = db.session.scalars(
        select(Stage.name_key)
        .group_by(Stage.name_key)
        .order_by(func.avg(Stage.position), Stage.name_key)
    )
    jobs = db.session.execute(select(Job.id, Job.title))
    return Names(
        {stage_id: first[key] for stage_id, key, _name in stages},
        {job_id: Group(str(job_id), title) for job_id, title in jobs},
        [first[key] for key in order],
    )
