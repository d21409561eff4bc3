"""Write the new rows of a compared file into the house's tables, a whole table at a time.

Every step is one statement over all rows, so that a million of them need no more memory than ten.
Ids, positions and texts follow from what the rows say, never from the order they stood in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import db
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import FIRST_STAGE, Terms, guess_kind, title_key
from recruiting.journal.beside import (
    Doing,
    Progress,
    both,
    newcomers,
    picks,
    rows,
    smallest,
    table_of,
)
from recruiting.journal.fates import Fate, is_new, jobs_without_beginning
from recruiting.pipeline import facts as pipeline_facts
from recruiting.pipeline.models import Application, Event

IDS_AT_ONCE = 2000

_candidate = table_of(Candidate)
_address = table_of(Address)
_job = table_of(Job)
_stage = table_of(Stage)
_application = table_of(Application)
_event = table_of(Event)
# An event that is known by its id says nothing new, not even about the candidate's name.
_tells = picks.c.fate != Fate.KNOWN
_NEEDS = {"applied_at", "stage_id", "stage_since", "since", "last_touch_at"}


def take(*, now: datetime) -> None:
    """Write everything that is new; the facts of the touched applications are yet to be read."""
    _jobs(now)
    _stages()
    _candidates(now)
    _applications(now)
    _lock_touched()
    _events(now)
    _adopt_ids()
    _names()
    _sources()


def touched(progress: Progress | None = None) -> Iterator[int]:
    """Ids of the applications whose timeline has changed, ascending."""
    last = done = 0
    changed = picks.c.fate.in_((Fate.NEW, Fate.ADOPTED))
    question = select(picks.c.application_id).where(changed).distinct()
    total = db.session.scalar(select(func.count()).select_from(question.subquery())) or 0
    while ids := db.session.scalars(
        question.where(picks.c.application_id > last)
        .order_by(picks.c.application_id)
        .limit(IDS_AT_ONCE)
    ).all():
        if progress is not None:
            progress(Doing.WRITING, done, total)
        yield from ids
        last = ids[-1]
        done += len(ids)


def _jobs(now: datetime) -> None:
    title = func.min(smallest(rows.c.job))
    found = (
        select(title, rows.c.job_key, literal(now, _job.c.created_at.type))
        .select_from(both)
        .where(is_new, picks.c.job_id.is_(None))
        .group_by(rows.c.job_key)
    )
    db.session.execute(insert(_job).from_select(["title", "title_key", "created_at"], found))
    _fill("job_id", select(_job.c.id).where(_job.c.title_key == rows.c.job_key))


def _stages() -> None:
    named = (
        select(
            picks.c.job_id,
            rows.c.stage_key.label("name_key"),
            func.min(smallest(rows.c.stage)).label("name"),
            func.min(rows.c.stage_kind).label("kind"),
            func.min(rows.c.at).label("first_at"),
        )
        .select_from(both)
        .where(is_new, rows.c.stage_key != "")
        .group_by(picks.c.job_id, rows.c.stage_key)
        .subquery()
    )
    here = _stage.alias("here")
    place = func.row_number().over(
        partition_by=named.c.job_id, order_by=(named.c.first_at, smallest(named.c.name_key))
    )
    last = (
        select(func.coalesce(func.max(here.c.position), 0))
        .where(here.c.job_id == named.c.job_id)
        .scalar_subquery()
    )
    is_known = exists().where(here.c.job_id == named.c.job_id, here.c.name_key == named.c.name_key)
    _add_stages(
        select(named.c.job_id, named.c.name, named.c.name_key, named.c.kind, last + place).where(
            ~is_known
        )
    )
    # Before the others, wherever they are: nobody moves into it.
    first = select(func.min(here.c.position) - 1).where(here.c.job_id == _job.c.id)
    _add_stages(
        select(
            _job.c.id,
            literal(FIRST_STAGE),
            literal(title_key(FIRST_STAGE)),
            literal(guess_kind(FIRST_STAGE).value),
            func.coalesce(first.scalar_subquery(), 1),
        ).where(_job.c.title_key.in_(jobs_without_beginning()))
    )


def _add_stages(found: Select) -> None:
    terms = asdict(Terms())
    names = ["job_id", "name", "name_key", "kind", "position", *terms]
    db.session.execute(
        insert(_stage).from_select(
            names, found.add_columns(*map(literal, terms.values())), include_defaults=False
        )
    )


def _candidates(now: datetime) -> None:
    new = (
        select(
            rows.c.email_key,
            func.min(smallest(rows.c.email)).label("email"),
            func.min(rows.c.at).label("first_at"),
        )
        .select_from(both)
        .where(is_new, picks.c.candidate_id.is_(None))
        .group_by(rows.c.email_key)
        .subquery()
    )
    number = func.row_number().over(order_by=(new.c.first_at, smallest(new.c.email_key)))
    db.session.execute(
        insert(newcomers).from_select(
            ["email_key", "email", "candidate_id"],
            select(new.c.email_key, new.c.email, _fresh_id(number)).order_by(number),
        )
    )
    at = literal(now, _candidate.c.created_at.type)
    db.session.execute(
        insert(_candidate).from_select(
            ["id", "name", "created_at"], select(newcomers.c.candidate_id, literal(""), at)
        )
    )
    address = {
        "candidate_id": newcomers.c.candidate_id,
        "kind": literal(AddressKind.EMAIL.value),
        "value": newcomers.c.email,
        "key": newcomers.c.email_key,
        "is_primary": literal(True),
        "state": literal(AddressState.GOOD.value),
    }
    db.session.execute(
        insert(_address).from_select(
            list(address), select(*address.values()).order_by(newcomers.c.candidate_id)
        )
    )
    _fill(
        "candidate_id",
        select(newcomers.c.candidate_id).where(newcomers.c.email_key == rows.c.email_key),
    )


def _fresh_id(number: ColumnElement[int]) -> ColumnElement[int]:
    """An id that no candidate has and none will get."""
    if db.session.connection().dialect.name == "postgresql":
        return func.nextval(func.pg_get_serial_sequence("candidate", "id"))
    return select(func.coalesce(func.max(_candidate.c.id), 0)).scalar_subquery() + number


def _applications(now: datetime) -> None:
    stage = _stage.alias("first")
    first_stage = (
        select(stage.c.id)
        .where(stage.c.job_id == picks.c.job_id)
        .order_by(stage.c.position, stage.c.id)
        .limit(1)
        .scalar_subquery()
    )
    begun = func.min(rows.c.at)
    values: dict[str, Any] = {
        "candidate_id": picks.c.candidate_id,
        "job_id": picks.c.job_id,
        "version": literal(1),
        "stage_id": first_stage,
    }
    for name, value in pipeline_facts.blank(stage_id=0, at=now).items():
        blank = null() if value is None else literal(value, _application.c[name].type)
        values.setdefault(name, begun if name in _NEEDS else blank)
    db.session.execute(
        insert(_application).from_select(
            list(values),
            select(*values.values())
            .select_from(both)
            .where(is_new, picks.c.application_id.is_(None))
            .group_by(picks.c.candidate_id, picks.c.job_id)
            .order_by(begun, picks.c.candidate_id, picks.c.job_id),
        )
    )
    _fill(
        "application_id",
        select(_application.c.id).where(
            _application.c.candidate_id == picks.c.candidate_id,
            _application.c.job_id == picks.c.job_id,
        ),
    )


def _lock_touched() -> None:
    """Let nobody else change these until we commit; on SQLite the whole database waits."""
    if db.session.connection().dialect.name != "postgresql":
        return
    db.session.execute(
        select(func.count()).select_from(
            select(_application.c.id)
            .where(_application.c.id.in_(select(picks.c.application_id)))
            .order_by(_application.c.id)
            .with_for_update()
            .subquery()
        )
    )


def _events(now: datetime) -> None:
    stage = and_(_stage.c.job_id == picks.c.job_id, _stage.c.name_key == rows.c.stage_key)
    as_told = (
        "at",
        "kind",
        "direction",
        "channel",
        "awaits_reply",
        "due_at",
        "minutes",
        "by",
        "subject",
        "body",
        "external_id",
        "asks",
    )
    values: dict[str, ColumnElement[Any]] = {
        "application_id": picks.c.application_id,
        "stage_id": _stage.c.id,
        "leaves_open": literal(False),
        "recorded_at": literal(now, _event.c.recorded_at.type),
    } | {name: rows.c[name] for name in as_told}
    db.session.execute(
        insert(_event).from_select(
            list(values),
            select(*values.values())
            .select_from(both.outerjoin(_stage, stage))
            .where(is_new)
            .order_by(rows.c.at, rows.c.fact, rows.c.tie),
        )
    )


def _adopt_ids() -> None:
    adopted = (
        select(picks.c.event_id, rows.c.external_id)
        .select_from(both)
        .where(picks.c.fate == Fate.ADOPTED)
        .subquery()
    )
    db.session.execute(
        update(_event)
        .where(_event.c.id == adopted.c.event_id)
        .values(external_id=adopted.c.external_id)
    )


def _names() -> None:
    """Of a candidate's names the last one that the file tells, unless a later one is known."""
    told = _one_each(picks.c.candidate_id, rows.c.name, latest=True)
    known_at = func.coalesce(_candidate.c.name_at, _candidate.c.created_at)
    db.session.execute(
        update(_candidate)
        .where(
            _candidate.c.id == told.c.owner_id,
            or_(
                _candidate.c.name == "",
                known_at < told.c.at,
                and_(known_at == told.c.at, smallest(_candidate.c.name) < smallest(told.c.text)),
            ),
        )
        .values(name=told.c.text, name_at=told.c.at)
    )


def _sources() -> None:
    """Of an application's sources the first one that was told."""
    told = _one_each(picks.c.application_id, rows.c.source, latest=False)
    table = _application
    db.session.execute(
        update(table)
        .where(
            table.c.id == told.c.owner_id,
            or_(
                table.c.source.is_(None),
                table.c.source_at > told.c.at,
                and_(
                    table.c.source_at == told.c.at,
                    smallest(table.c.source) > smallest(told.c.text),
                ),
            ),
        )
        .values(source=told.c.text, source_at=told.c.at, version=table.c.version + 1)
    )


def _one_each(owner: ColumnElement[int], words: ColumnElement[str], *, latest: bool) -> Any:
    """One text for each owner: that of the latest (or earliest) row that has one."""
    when, what = rows.c.at, smallest(words)
    order = (when.desc(), what.desc()) if latest else (when, what)
    place = func.row_number().over(partition_by=owner, order_by=order)
    ranked = (
        select(owner.label("owner_id"), words.label("text"), when.label("at"), place.label("place"))
        .select_from(both)
        .where(_tells, words != "", owner.is_not(None))
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1).subquery()


def _fill(column: str, found: Select) -> None:
    """Write an id that exists by now onto the rows that lack it."""
    value = found.where(rows.c.line == picks.c.line).correlate(picks).scalar_subquery()
    is_open = and_(picks.c.fate.in_((Fate.NEW, Fate.TWIN)), picks.c[column].is_(None))
    db.session.execute(update(picks).where(is_open).values({column: value}))
