"""What becomes of each row of a file that lies beside the database: new, known, or said twice.

All of it is decided by statements over all rows at once, so the order of the rows does not
matter. The house's own tables are read only.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)

from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind
from recruiting.db import db
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import FIRST_STAGE, title_key
from recruiting.journal.beside import both, learn, picks, problems, rows, table_of
from recruiting.journal.rules import SHOWN, Fault
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Kind

_event, _address = table_of(Event), table_of(Address)
_job, _stage, _application = table_of(Job), table_of(Stage), table_of(Application)


class Fate(StrEnum):
    """What becomes of one good row."""

    NEW = "new"
    TWIN = "twin"  # another row of the file says the same
    SAME = "same"  # stored already, known by person, job, time, direction, channel and kind
    ADOPTED = "adopted"  # the same, and the stored event gets this row's external id
    KNOWN = "known"  # stored already under its external id


is_new = picks.c.fate == Fate.NEW


def compare() -> None:
    """Decide the fate of every row by what else the file says and by what is stored."""
    _refuse_ids_twice()
    ranked = _ranked()
    by_id = _event.alias("by_id")
    found = (
        select(
            ranked,
            _address.c.candidate_id,
            _job.c.id.label("job_id"),
            _application.c.id.label("application_id"),
            by_id.c.id.label("by_id"),
            _equal_event(ranked).label("equal_id"),
        )
        .select_from(ranked)
        .outerjoin(by_id, by_id.c.external_id == ranked.c.external_id)
        .outerjoin(
            _address,
            and_(_address.c.kind == AddressKind.EMAIL, _address.c.key == ranked.c.email_key),
        )
        .outerjoin(_job, _job.c.title_key == ranked.c.job_key)
        .outerjoin(
            _application,
            and_(
                _application.c.candidate_id == _address.c.candidate_id,
                _application.c.job_id == _job.c.id,
            ),
        )
        .subquery()
    )
    names = [column.name for column in picks.columns]
    db.session.execute(insert(picks).from_select(names, _fates(found)))
    learn(picks)


def _ranked() -> Subquery:
    """Good rows with their places among those of the same id and those of the same fact."""
    best = (rows.c.fullness.desc(), rows.c.tie, rows.c.line)
    without_id = case((rows.c.external_id.is_(None), rows.c.line))
    place_of_id = func.row_number().over(
        partition_by=(rows.c.external_id, without_id), order_by=best
    )
    place_of_fact = func.row_number().over(
        partition_by=(rows.c.fact, rows.c.channel),
        order_by=(rows.c.external_id.is_(None), *best),
    )
    return (
        select(
            *(
                rows.c[name]
                for name in (
                    "line",
                    "external_id",
                    "email_key",
                    "job_key",
                    "at",
                    "direction",
                    "channel",
                    "kind",
                )
            ),
            place_of_id.label("place_of_id"),
            place_of_fact.label("place_of_fact"),
        )
        .where(
            rows.c.line.not_in(select(problems.c.line).where(problems.c.fault == Fault.ID_TWICE))
        )
        .subquery()
    )


def _equal_event(ranked: Subquery) -> ColumnElement[int]:
    """The stored event that is the same by what happened; one that has an id keeps it."""
    return (
        select(func.min(_event.c.id))
        .where(
            _event.c.application_id == _application.c.id,
            _event.c.at == ranked.c.at,
            _event.c.direction == ranked.c.direction,
            _event.c.channel == ranked.c.channel,
            _event.c.kind == ranked.c.kind,
            or_(
                ranked.c.external_id.is_(None),
                and_(_event.c.external_id.is_(None), ranked.c.place_of_fact == 1),
            ),
        )
        .scalar_subquery()
    )


def _fates(found: Subquery) -> Select:
    c = found.c
    fate = case(
        (c.by_id.is_not(None), literal(Fate.KNOWN.value)),
        (and_(c.external_id.is_not(None), c.place_of_id > 1), literal(Fate.TWIN.value)),
        (and_(c.external_id.is_(None), c.place_of_fact > 1), literal(Fate.TWIN.value)),
        (and_(c.equal_id.is_not(None), c.external_id.is_(None)), literal(Fate.SAME.value)),
        (c.equal_id.is_not(None), literal(Fate.ADOPTED.value)),
        else_=literal(Fate.NEW.value),
    )
    event_id = case((c.place_of_id == 1, func.coalesce(c.by_id, c.equal_id)))
    return select(c.line, fate, c.candidate_id, c.job_id, c.application_id, event_id)


def jobs_without_beginning() -> Select[str]:
    """Keys of the jobs that lack the first stage, though an application begins in none other.

    Such is one whose earliest new row names no stage, while nothing stored names one before.
    """
    key = title_key(FIRST_STAGE)
    is_bare = rows.c.stage_key == ""
    begun = (
        select(
            rows.c.job_key,
            func.min(case((is_bare, rows.c.at))).label("bare_at"),
            func.min(case((~is_bare, rows.c.at))).label("named_at"),
            func.max(picks.c.application_id).label("application_id"),
        )
        .select_from(both)
        .where(is_new)
        .group_by(rows.c.email_key, rows.c.job_key)
        .subquery()
    )
    named_before = exists().where(
        _event.c.application_id == begun.c.application_id,
        _event.c.stage_id.is_not(None),
        _event.c.kind != Kind.MOVED,
        _event.c.at <= begun.c.bare_at,
    )
    job = _job.alias("of_key")
    is_stored = exists().where(
        job.c.title_key == begun.c.job_key, _stage.c.job_id == job.c.id, _stage.c.name_key == key
    )
    told = rows.alias("told")
    is_told = exists().where(
        told.c.line == picks.c.line,
        is_new,
        told.c.job_key == begun.c.job_key,
        told.c.stage_key == key,
    )
    return (
        select(begun.c.job_key)
        .where(
            or_(begun.c.named_at.is_(None), begun.c.bare_at < begun.c.named_at),
            begun.c.bare_at.is_not(None),
            ~named_before,
            ~is_stored,
            ~is_told,
        )
        .distinct()
    )


def _refuse_ids_twice() -> None:
    """Rows of one file that give one id to different facts: nobody can say which is true."""
    twice = (
        select(rows.c.external_id)
        .where(rows.c.external_id.is_not(None))
        .group_by(rows.c.external_id)
        .having(func.min(rows.c.fact) != func.max(rows.c.fact))
    )
    other = func.coalesce(
        *(
            place(rows.c.line).over(partition_by=rows.c.external_id, order_by=rows.c.line)
            for place in (func.lag, func.lead)
        )
    )
    db.session.execute(
        insert(problems).from_select(
            ["line", "column", "fault", "found", "wanted", "ends_file"],
            select(
                rows.c.line,
                literal("external_id"),
                literal(Fault.ID_TWICE.value),
                func.substr(rows.c.external_id, 1, SHOWN),
                cast(other, String),
                literal(False),
            ).where(rows.c.external_id.in_(twice)),
        )
    )
