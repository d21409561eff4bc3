"""Questions about journal files: what an export tells, what a compared file would bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind
from recruiting.db import db
from recruiting.errors import Missing
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import FIRST_STAGE, title_key
from recruiting.journal.beside import both, picks, problems, rows, table_of
from recruiting.journal.csvfile import JournalFile
from recruiting.journal.fates import Fate, is_new, jobs_without_beginning
from recruiting.journal.models import JournalImport, Upload
from recruiting.journal.rules import DIRECTIONS, Row
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Kind
from recruiting.pipeline.timelines import first_of_all

ROWS_AT_ONCE = 500  # their texts may be long
MOST_LINES = 10  # named in a notice


@dataclass(frozen=True)
class Summary:
    """What a file brings, or has brought if it `took_effect`."""

    rows: int  # all of them, problems included
    problem_rows: int
    added: int  # events
    known: int  # rows whose event is stored already
    repeated: int  # rows that another row of the file says as well
    differing: int  # of the known ones, those stored with other content: left as they were
    differing_lines: tuple[int, ...]  # where the first of them are
    candidates: int
    jobs: int
    stages: int
    applications: int
    ahead: int  # rows that lie in the future
    empty_rows: int
    extra_columns: tuple[str, ...]
    digest: str  # SHA-256 of the file
    is_unreadable: bool  # nothing after some problem could be read, so it cannot be skipped
    took_effect: bool = False


def summary(file: JournalFile, now: datetime) -> Summary:
    """What a file that was compared would bring."""
    by_fate = select(picks.c.fate, func.count()).group_by(picks.c.fate)
    fates = {fate: count for fate, count in db.session.execute(by_fate)}  # noqa: C416 - rows
    bad = _count(problems, distinct=problems.c.line)
    no_candidate = is_new & picks.c.candidate_id.is_(None)
    application = select(rows.c.email_key, rows.c.job_key).select_from(both)
    applications = application.where(is_new, picks.c.application_id.is_(None)).distinct()
    ended = select(func.count()).where(problems.c.ends_file)
    differing, lines = _differing()
    return Summary(
        rows=sum(fates.values()) + bad,
        problem_rows=bad,
        added=fates.get(Fate.NEW, 0),
        known=sum(fates.get(fate, 0) for fate in (Fate.SAME, Fate.ADOPTED, Fate.KNOWN)),
        repeated=fates.get(Fate.TWIN, 0),
        differing=differing,
        differing_lines=tuple(lines),
        candidates=_count(both, no_candidate, distinct=rows.c.email_key),
        jobs=_count(both, is_new & picks.c.job_id.is_(None), distinct=rows.c.job_key),
        stages=_new_stages(),
        applications=_count(applications.subquery()),
        ahead=_count(rows, rows.c.at > now),
        empty_rows=file.empty_rows,
        extra_columns=tuple(file.extra_columns),
        digest=file.digest,
        is_unreadable=bool(db.session.scalar(ended)),
    )


def _count(
    source: FromClause,
    where: ColumnElement[bool] | None = None,
    *,
    distinct: ColumnElement[Any] | None = None,
) -> int:
    what = func.count() if distinct is None else func.count(distinct.distinct())
    question = select(what).select_from(source)
    if where is not None:
        question = question.where(where)
    return db.session.scalar(question) or 0


def _new_stages() -> int:
    """How many stages the new rows name, or need as a first one, that are not stored."""
    named = (
        select(rows.c.job_key, rows.c.stage_key)
        .select_from(both.outerjoin(Stage, _same_stage()))
        .where(is_new, rows.c.stage_key != "", Stage.id.is_(None))
        .distinct()
        .subquery()
    )
    bare = jobs_without_beginning().subquery()
    return sum(
        db.session.scalar(select(func.count()).select_from(found)) or 0 for found in (named, bare)
    )


def _differing() -> tuple[int, list[int]]:
    """How many rows are stored already, but with other content, and the first lines of them."""
    event = table_of(Event)
    pairs = [
        (event.c.application_id, picks.c.application_id),
        (func.coalesce(Stage.name_key, ""), rows.c.stage_key),
    ]
    compared = ("at", "direction", "channel", "kind", "awaits_reply", "due_at", "minutes", "by")
    pairs += [(event.c[name], rows.c[name]) for name in (*compared, "subject", "body")]
    differs = or_(*(stored.is_distinct_from(told) for stored, told in pairs))
    question = (
        select(picks.c.line, func.count().over())
        .select_from(
            both.join(event, event.c.id == picks.c.event_id).outerjoin(
                Stage, Stage.id == event.c.stage_id
            )
        )
        .where(picks.c.fate.in_((Fate.KNOWN, Fate.SAME, Fate.ADOPTED)), differs)
        .order_by(picks.c.line)
        .limit(MOST_LINES)
    )
    found = db.session.execute(question).all()
    return (found[0][1] if found else 0), [line for line, _count in found]


def _same_stage() -> ColumnElement[bool]:
    return and_(Stage.job_id == picks.c.job_id, Stage.name_key == rows.c.stage_key)


def told() -> Iterator[Row]:
    """Every event that the format can carry, oldest first, streaming."""
    address = _mail_addresses()
    question = (
        select(
            address.c.value,
            Candidate.name,
            Job.title,
            func.coalesce(Stage.name, _moved_to(), _moved_from(), _begun_in(), ""),
            func.coalesce(Application.source, ""),
            func.coalesce(Event.by, ""),
            Event.at,
            Event.direction,
            Event.channel,
            Event.kind,
            Event.awaits_reply,
            Event.due_at,
            Event.minutes,
            Event.subject,
            Event.body,
            func.coalesce(Event.external_id, ""),
        )
        .join(Application, Application.id == Event.application_id)
        .join(Job, Job.id == Application.job_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(address, address.c.candidate_id == Application.candidate_id)
        .outerjoin(Stage, Stage.id == Event.stage_id)
        .where(_can_be_told())
        # By what the events say, so that the same journal makes the same file.
        .order_by(
            Event.at,
            address.c.value,
            Job.title_key,
            Event.direction,
            Event.kind,
            Event.channel,
            func.coalesce(Event.external_id, ""),
            Event.id,
        )
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for values in db.session.execute(question):
        yield Row(0, *values)


def untold() -> int:
    """How many events the format cannot carry: of our own kinds, or of nobody with an address."""
    address = _mail_addresses()
    question = (
        select(func.count())
        .select_from(Event)
        .join(Application, Application.id == Event.application_id)
        .outerjoin(address, address.c.candidate_id == Application.candidate_id)
        .where(or_(~_can_be_told(), address.c.value.is_(None)))
    )
    return db.session.scalar(question) or 0


def _can_be_told(event: type[Event] = Event) -> ColumnElement[bool]:
    return or_(
        *(
            and_(event.kind == kind, event.direction.in_(directions))
            for kind, directions in DIRECTIONS.items()
        )
    )


def _moved_to() -> ScalarSelect[str]:
    """The stage that an event without one stands in because of a move the format cannot carry."""
    earlier, stage = aliased(Event), aliased(Stage)
    return (
        select(case((_can_be_told(earlier), ""), else_=stage.name))
        .join_from(earlier, stage, stage.id == earlier.stage_id)
        .where(
            earlier.application_id == Event.application_id,
            earlier.at <= Event.at,
            earlier.id != Event.id,
        )
        .order_by(earlier.at.desc(), earlier.id.desc())
        .limit(1)
        .correlate(Event)
        .scalar_subquery()
    )


def _moved_from() -> ScalarSelect[str]:
    """The stage of the events before a first move, which the format cannot carry either."""
    later = aliased(Event)
    return (
        select(case((later.kind == Kind.MOVED, _first_stage()), else_=""))
        .where(
            later.application_id == Event.application_id,
            later.stage_id.is_not(None),
            later.at >= Event.at,
        )
        .order_by(later.at, later.id)
        .limit(1)
        .correlate(Event, Application)
        .scalar_subquery()
    )


def _mail_addresses() -> Subquery:
    """One mail address for each candidate: the first one among the primary ones."""
    place = func.row_number().over(
        partition_by=Address.candidate_id, order_by=(Address.is_primary.desc(), Address.id)
    )
    ranked = (
        select(Address.candidate_id, Address.value, place.label("place"))
        .where(Address.kind == AddressKind.EMAIL)
        .subquery()
    )
    return select(ranked.c.candidate_id, ranked.c.value).where(ranked.c.place == 1).subquery()


def upload_of(user_id: int, upload_id: str) -> Upload:
    """A file that a user sent and that waits; `Missing` for everybody else."""
    found = find_upload(user_id, upload_id)
    if found is None:
        raise Missing
    return found


def find_upload(user_id: int, upload_id: str) -> Upload | None:
    """The same, none where `upload_of` raises."""
    return db.session.scalar(
        select(Upload).where(Upload.id == upload_id, Upload.user_id == user_id)
    )


def uploads_of(user_id: int) -> Sequence[Upload]:
    """The files of a user that wait for a confirmation, newest first."""
    return db.session.scalars(
        select(Upload).where(Upload.user_id == user_id).order_by(Upload.created_at.desc())
    ).all()


def last_import_id() -> int | None:
    """Which import took effect last: what was known of stored events before it may be outdated."""
    return db.session.scalar(select(func.max(JournalImport.id)))


def last_imports(limit: int = 10) -> Sequence[JournalImport]:
    """The imports that took effect, newest first."""
    return db.session.scalars(
        select(JournalImport).order_by(JournalImport.id.desc()).limit(limit)
    ).all()


def _begun_in() -> ColumnElement[str]:
    """The stage of an application whose events name none, unless an import would guess it."""
    first = _first_stage()
    return case((func.lower(first) == title_key(FIRST_STAGE), ""), else_=first)


def _first_stage() -> ScalarSelect[str]:
    """The name of the stage in which applications for the job begin."""
    stage = aliased(Stage)
    return (
        select(stage.name)
        .where(stage.job_id == Application.job_id)
        .order_by(*first_of_all(stage))
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
