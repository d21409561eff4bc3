"""Timelines as they are known at a moment, and what stands on rows that were read before it.

An event that lies ahead does not exist until its moment comes. So the facts on an application's
row hold from when they were read until its `next_event_at`; from then on the row is *behind*, and
whoever shows it reads its timeline anew, in memory alone, until a worker has written it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from recruiting.db import db
from recruiting.jobs.models import Stage
from recruiting.jobs.rules import FIRST_STAGE, Terms, title_key
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.reading import Moment, Reading, beginning, order
from recruiting.pipeline.rules import Kind
from recruiting.pipeline.turns import read
from recruiting.workdays import Office

ROWS_AT_ONCE = 2000
TIMELINES_AT_ONCE = 500


def timeline(application: Application, now: datetime) -> list[Event]:
    """Everything that happened to one application until `now`, oldest first."""
    events = db.session.scalars(
        select(Event)
        .where(Event.application_id == application.id, Event.at <= now)
        .options(joinedload(Event.stage))
    )
    return sorted(events, key=lambda event: (*order(moment(event)), event.id))


def moment(event: Event) -> Moment:
    """One event as the rule of turns reads it."""
    return Moment(
        event.at,
        event.kind,
        event.direction,
        event.channel,
        event.awaits_reply,
        event.due_at,
        event.stage_id,
        event.by,
        event.subject,
        event.external_id,
        event.result,
        event.asks,
        event.leaves_open,
        event.offers_no,
    )


def terms_by_stage() -> dict[int, Terms]:
    """How long each side may take, for every stage."""
    return _stages()[0]


def first_stages() -> dict[int, int]:
    """The stage where applications begin that name none, by job."""
    return _stages()[1]


def _stages(job_id: int | None = None) -> tuple[dict[int, Terms], dict[int, int]]:
    """Terms by stage and first stage by job, of all jobs or of one."""
    question = _STAGES if job_id is None else _STAGES_OF_ONE
    terms: dict[int, Terms] = {}
    first: dict[int, int] = {}
    for job, stage, *spans in db.session.execute(question, {"job_id": job_id}):
        first.setdefault(job, stage)
        terms[stage] = Terms(*spans)
    return terms, first


def first_of_all(stage: type[Stage]) -> tuple[ColumnElement, ...]:
    """The order in which the stages of a job come into question as its first one."""
    is_other = case((stage.name_key == title_key(FIRST_STAGE), 0), else_=1)
    return is_other, stage.position.expression, stage.id.expression


# Asked for each event that is recorded, so made once.
_STAGES = select(
    Stage.job_id,
    Stage.id,
    Stage.patience,
    Stage.grace,
    Stage.second_gap,
    Stage.closing_gap,
    Stage.promise,
    Stage.decision,
).order_by(*first_of_all(Stage))
_STAGES_OF_ONE = _STAGES.where(Stage.job_id == bindparam("job_id"))


def timelines(
    application_ids: Sequence[int] | None = None, *, as_of: datetime
) -> Iterator[tuple[int, int, list[Moment]]]:
    """Yield (application id, job id, events) of each application, streaming.

    Later events do not exist; an application that has none by then is left out.
    """
    question = _EVENTS if application_ids is None else _EVENTS_OF_SOME
    rows = db.session.connection().execute(question, {"as_of": as_of, "ids": application_ids})
    for key, found in groupby(rows, key=itemgetter(0, 1)):
        yield key[0], key[1], [Moment._make(row[2:]) for row in found]


def _columns() -> list[ColumnElement]:
    """What the rule of turns reads of an event, without words that say nothing to it."""
    event = Event.__table__.c
    columns: list[ColumnElement] = [event[name] for name in Moment._fields]
    # Only a change of owner says something in its subject that the rule reads.
    subject = case((event.kind == Kind.OWNER_CHANGED, event.subject), else_="")
    columns[Moment._fields.index("subject")] = subject
    return columns


def _events() -> Select:
    event, application = Event.__table__.c, Application.__table__.c
    return (
        select(event.application_id, application.job_id, *_columns())
        .join_from(Event.__table__, Application.__table__)
        .where(event.at <= bindparam("as_of"))
        .order_by(event.application_id, event.at)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )


_EVENTS = _events()
_EVENTS_OF_ONE = (
    select(*_columns())
    .where(Event.application_id == bindparam("application_id"))
    .order_by(Event.at)
)
_EVENTS_OF_SOME = _EVENTS.where(Event.application_id.in_(bindparam("ids", expanding=True)))


def readings(
    office: Office, application_ids: Sequence[int] | None = None, *, as_of: datetime
) -> Iterator[tuple[int, Reading]]:
    """Read every timeline as known at `as_of`: (application id, what it says)."""
    terms, first = _stages()
    for application_id, job_id, moments in timelines(application_ids, as_of=as_of):
        begins_in = beginning(moments, first[job_id])
        yield application_id, read(moments, terms, begins_in, office)


def reading_of(application: Application, office: Office, now: datetime) -> Reading:
    """What one application's timeline says at `now`."""
    return reading_and_next(application, office, now)[0]


def reading_and_next(
    application: Application, office: Office, now: datetime
) -> tuple[Reading, datetime | None]:
    """The same, and when the first event that lies ahead begins to exist."""
    db.session.flush()
    rows = db.session.connection().execute(_EVENTS_OF_ONE, {"application_id": application.id})
    moments = [Moment._make(row) for row in rows]
    ahead = min((one.at for one in moments if one.at > now), default=None)
    return _read(application, [one for one in moments if one.at <= now], office), ahead


def reading_from(application: Application, events: Iterable[Event], office: Office) -> Reading:
    """What some of one application's events say."""
    moments = [moment(event) for event in events]
    return _read(application, moments, office)


def _read(application: Application, moments: list[Moment], office: Office) -> Reading:
    terms, first = _stages(application.job_id)
    return read(moments, terms, beginning(moments, first[application.job_id]), office)


_NEXT_EVENTS = (
    select(Event.application_id, func.min(Event.at))
    .where(Event.at > bindparam("now"), Event.application_id.in_(bindparam("ids", expanding=True)))
    .group_by(Event.application_id)
)


def next_events(application_ids: Sequence[int], now: datetime) -> dict[int, datetime]:
    """When the first event that lies ahead begins to exist, for applications that have one."""
    rows = db.session.execute(_NEXT_EVENTS, {"now": now, "ids": application_ids})
    return {key: at for key, at in rows}  # noqa: C416 - rows are no pairs


# --- rows that are behind ------------------------------------------------------------------------


def is_behind(now: datetime) -> ColumnElement[bool]:
    """The condition of rows whose facts do not hold any more."""
    return and_(Application.next_event_at.is_not(None), Application.next_event_at <= now)


def holds(now: datetime) -> ColumnElement[bool]:
    """The condition of rows whose facts hold, of applications that exist by `now`."""
    is_fresh = or_(Application.next_event_at.is_(None), Application.next_event_at > now)
    return and_(is_fresh, Application.applied_at <= now)


def exists_by(now: datetime) -> ColumnElement[bool]:
    """The condition of applications that have begun by `now`."""
    return or_(Application.applied_at <= now, is_behind(now))


def behind(now: datetime) -> Select[int]:
    """The ids of the rows that are behind."""
    return select(Application.id).where(is_behind(now))


def late_readings(office: Office, now: datetime) -> Iterator[tuple[int, Reading]]:
    """What the timelines say whose rows are behind: usually none."""
    ids = iter(db.session.scalars(behind(now)).all())
    while some := list(islice(ids, TIMELINES_AT_ONCE)):
        yield from readings(office, some, as_of=now)


def catch_up(applications: Iterable[Application], office: Office, now: datetime) -> None:
    """Let loaded applications that are behind say what holds at `now`; writes nothing."""
    late = {
        one.id: one
        for one in applications
        if one.next_event_at is not None and one.next_event_at <= now
    }
    if not late:
        return
    ids, found = iter(late), dict[int, Reading]()
    while some := list(islice(ids, TIMELINES_AT_ONCE)):
        found |= readings(office, some, as_of=now)
    there = {reading.stage_id for reading in found.values()}
    stages = {one.id: one for one in db.session.scalars(select(Stage).where(Stage.id.in_(there)))}
    for key, reading in found.items():
        for name, value in reading.facts._asdict().items():
            set_committed_value(late[key], name, value)
        set_committed_value(late[key], "stage", stages[reading.stage_id])
