"""Questions about applications: one by permission, timelines, what a board needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import ColumnElement, Row, Select, case, exists, false, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from recruiting.accounts.models import User
from recruiting.accounts.rules import ROLE_PERMISSIONS, Actor, Permission, Role
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind
from recruiting.db import db
from recruiting.errors import Missing
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import Terms
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.reading import Moment, Reading, order
from recruiting.pipeline.rules import Channel, Kind
from recruiting.pipeline.turns import read
from recruiting.workdays import Office

ROWS_AT_ONCE = 2000
MOST_WORDS = 8  # of a search
CHANNEL_OF_ADDRESS = {AddressKind.EMAIL: Channel.EMAIL, AddressKind.PHONE: Channel.PHONE}


def scope(actor: Actor) -> ColumnElement[bool]:
    """The condition that keeps to the applications an actor may see."""
    if actor.can(Permission.SEE_APPLICATIONS):
        return true()
    if actor.can(Permission.SEE_HANDED_OVER):
        return Application.manager_id == actor.id
    return false()


def application_for(actor: Actor, application_id: int) -> Application:
    """One application with what its page shows; `Missing` for strangers, as if it were not."""
    found = db.session.scalar(
        select(Application)
        .where(Application.id == application_id, scope(actor))
        .options(
            joinedload(Application.candidate).selectinload(Candidate.addresses),
            joinedload(Application.job).selectinload(Job.stages),
            joinedload(Application.stage),
            joinedload(Application.manager),
        )
    )
    if found is None:
        raise Missing
    return found


def timeline(application: Application) -> list[Event]:
    """Everything that happened to one application, oldest first."""
    events = db.session.scalars(
        select(Event).where(Event.application_id == application.id).options(joinedload(Event.stage))
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
    columns = (
        Stage.id,
        Stage.patience,
        Stage.grace,
        Stage.second_gap,
        Stage.closing_gap,
        Stage.promise,
        Stage.decision,
    )
    return {row[0]: Terms(*row[1:]) for row in db.session.execute(select(*columns))}


def first_stages() -> dict[int, int]:
    """The stage where applications begin, by job."""
    rows = db.session.execute(
        select(Stage.job_id, Stage.id).order_by(Stage.job_id, Stage.position.desc())
    )
    return {job_id: stage_id for job_id, stage_id in rows}  # noqa: C416 - the last one holds


def timelines(
    application_ids: Sequence[int] | None = None, as_of: datetime | None = None
) -> Iterator[tuple[int, int, list[Moment]]]:
    """Yield (application id, job id, events) of each application, streaming.

    With `as_of` later events do not exist; an application without events is left out.
    """
    event, application = Event.__table__.c, Application.__table__.c
    columns: list[ColumnElement] = [event[name] for name in Moment._fields]
    # Only a change of owner says something in its subject that the rule reads.
    subject = case((event.kind == Kind.OWNER_CHANGED, event.subject), else_="")
    columns[Moment._fields.index("subject")] = subject
    question: Select = (
        select(event.application_id, application.job_id, *columns)
        .join_from(Event.__table__, Application.__table__)
        .order_by(event.application_id, event.at)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if application_ids is not None:
        question = question.where(event.application_id.in_(application_ids))
    if as_of is not None:
        question = question.where(event.at <= as_of)
    rows = db.session.connection().execute(question)
    for key, found in groupby(rows, key=itemgetter(0, 1)):
        yield key[0], key[1], [Moment._make(row[2:]) for row in found]


def readings(
    office: Office,
    application_ids: Sequence[int] | None = None,
    as_of: datetime | None = None,
) -> Iterator[tuple[int, Reading]]:
    """Read every timeline as known at `as_of`: (application id, what it says)."""
    terms, first = terms_by_stage(), first_stages()
    for application_id, job_id, moments in timelines(application_ids, as_of):
        yield application_id, read(moments, terms, first[job_id], office)


def reading_of(application: Application, office: Office) -> Reading:
    """What one application's timeline says."""
    return reading_from(application, timeline(application), office)


def reading_from(application: Application, events: Iterable[Event], office: Office) -> Reading:
    """What some of one application's events say."""
    moments = [moment(event) for event in events]
    return read(moments, terms_by_stage(), first_stages()[application.job_id], office)


def has_named_owner(application: Application) -> bool:
    """Whether somebody was named who looks after an application."""
    named = exists().where(Event.application_id == application.id, Event.kind == Kind.OWNER_CHANGED)
    return bool(db.session.scalar(select(named)))


def known_channels(candidate: Candidate) -> frozenset[Channel]:
    """The ways of reaching a candidate that their addresses tell of."""
    return frozenset(CHANNEL_OF_ADDRESS[address.kind] for address in candidate.addresses)


def load_addresses_of_nameless(applications: Iterable[Application]) -> None:
    """Load, all at once, the addresses by which candidates without a name are called."""
    nameless = {one.candidate_id for one in applications if not one.candidate.name}
    if nameless:
        question = select(Candidate).where(Candidate.id.in_(nameless))
        db.session.scalars(question.options(selectinload(Candidate.addresses))).all()


def with_phone(candidate_ids: Iterable[int]) -> set[int]:
    """Which of some candidates we have a telephone number of, by id."""
    question = select(Address.candidate_id).where(
        Address.candidate_id.in_(set(candidate_ids)), Address.kind == AddressKind.PHONE
    )
    return set(db.session.scalars(question))


def jobs_with_counts(actor: Actor) -> Sequence[Row]:
    """Jobs by title, each with its number of active applications."""
    count = func.count(Application.id)
    return db.session.execute(
        select(Job, count)
        .outerjoin(
            Application,
            (Application.job_id == Job.id) & Application.outcome.is_(None) & scope(actor),
        )
        .group_by(Job.id)
        .order_by(Job.title)
    ).all()


def job(job_id: int) -> Job:
    """One job with its stages in order; `Missing` if there is none."""
    found = db.session.scalar(select(Job).where(Job.id == job_id).options(joinedload(Job.stages)))
    if found is None:
        raise Missing
    return found


def board(
    actor: Actor, job_id: int, *, owner: str | None = None, source: str | None = None
) -> Sequence[Application]:
    """The active applications of one job, those that wait longest first."""
    question = (
        select(Application)
        .where(Application.job_id == job_id, Application.outcome.is_(None), scope(actor))
        .options(joinedload(Application.candidate))
        .order_by(Application.since, Application.id)
    )
    if owner:
        question = question.where(Application.owner == owner)
    if source:
        question = question.where(Application.source == source)
    return db.session.scalars(question).all()


def choices_on(actor: Actor, job_id: int) -> tuple[list[str], list[str]]:
    """The owners and the sources that occur on a job's board, sorted."""

    def distinct(column: InstrumentedAttribute[str | None]) -> list[str]:
        question = (
            select(column)
            .where(Application.job_id == job_id, Application.outcome.is_(None), scope(actor))
            .where(column.is_not(None))
            .distinct()
        )
        return sorted(text for text in db.session.scalars(question) if text)

    return distinct(Application.owner), distinct(Application.source)


def handed_over_to(actor: Actor) -> Sequence[Application]:
    """The applications that were handed over to one hiring manager, newest first."""
    return db.session.scalars(
        select(Application)
        .where(Application.manager_id == actor.id)
        .options(
            joinedload(Application.candidate),
            joinedload(Application.job),
            joinedload(Application.stage),
        )
        .order_by(Application.last_touch_at.desc())
    ).all()


def managers() -> Sequence[User]:
    """The hiring managers to whom an application can be handed over."""
    return db.session.scalars(
        select(User)
        .where(User.role == Role.HIRING_MANAGER, User.disabled_at.is_(None))
        .order_by(User.name)
    ).all()


def colleagues() -> Sequence[User]:
    """The staff who can look after an application, by name."""
    roles = [role for role in Role if Permission.WORK_APPLICATIONS in ROLE_PERMISSIONS[role]]
    return db.session.scalars(
        select(User).where(User.role.in_(roles), User.disabled_at.is_(None)).order_by(User.name)
    ).all()


def _holds(word: str) -> ColumnElement[bool]:
    """Whether one word stands in the name, an address or the job."""
    like = "%" + word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    by_address = select(Address.candidate_id).where(Address.value.ilike(like, escape="\\"))
    return (
        Candidate.name.ilike(like, escape="\\")
        | Candidate.id.in_(by_address)
        | Job.title.ilike(like, escape="\\")
    )


def find(actor: Actor, words: str, *, limit: int = 50) -> Sequence[Application]:
    """Applications of which every word stands in the candidate's name or address, or in the job."""
    return db.session.scalars(
        select(Application)
        .join(Application.candidate)
        .join(Application.job)
        .where(scope(actor), *map(_holds, words.split()[:MOST_WORDS]))
        .options(
            joinedload(Application.candidate),
            joinedload(Application.job),
            joinedload(Application.stage),
        )
        .order_by(Application.last_touch_at.desc())
        .limit(limit)
    ).all()
