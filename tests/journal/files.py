"""Small journal files for tests, and what became of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from sqlalchemy import delete, select

from recruiting import tables
from recruiting.candidates.models import Address, Candidate
from recruiting.db import db
from recruiting.jobs.models import Job, Stage
from recruiting.journal import services
from recruiting.journal.queries import Summary
from recruiting.journal.rules import COLUMNS
from recruiting.pipeline.models import Application, Event
from recruiting.workdays import Office

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OFFICE = Office()
# A database for each example would cost more than the example.
EXAMPLES = settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
PLAIN = {
    "candidate_email": "ada@example.org",
    "job": "Developer",
    "at": "2026-03-02T09:00:00Z",
    "direction": "in",
}


def row(**cells: str) -> dict[str, str]:
    """One row: a message in from Ada, unless said otherwise."""
    return PLAIN | cells


def text(rows: Iterable[Mapping[str, str]], delimiter: str = ",") -> str:
    """A journal file with all columns."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def stream(content: str | bytes) -> io.BytesIO:
    """A file's content as an open file."""
    return io.BytesIO(content.encode() if isinstance(content, str) else content)


def look(*rows: Mapping[str, str]) -> Summary:
    """What an import of these rows would bring; the session is left within its transaction."""
    db.session.commit()
    return services.look(stream(text(rows)), now=NOW)


def take(*rows: Mapping[str, str], skip_bad: bool = False, now: datetime = NOW) -> Summary:
    """Import rows as a file of their own, and commit if it took effect."""
    return take_text(text(rows), skip_bad=skip_bad, now=now)


def take_text(content: str | bytes, *, skip_bad: bool = False, now: datetime = NOW) -> Summary:
    """Import a file's content, and commit if it took effect."""
    db.session.commit()
    summary = services.take_in(
        stream(content), now=now, office=OFFICE, by="me@example.org", skip_bad=skip_bad
    )
    services.put_away()
    if summary.took_effect:
        db.session.commit()
    else:
        db.session.rollback()
    return summary


def clear() -> None:
    """Empty every table."""
    db.session.rollback()
    for table in reversed(tables.ALL):
        db.session.execute(delete(table))
    db.session.commit()


def export() -> str:
    """All that the format can carry."""
    out = io.StringIO(newline="")
    services.write_out(out)
    return out.getvalue()


def world() -> list[tuple]:
    """Everything that an import can have brought, without ids, in an order of its own."""
    events = select(
        Address.key,
        Candidate.name,
        Candidate.name_at,
        Job.title_key,
        Application.source,
        Application.source_at,
        Event.at,
        Event.kind,
        Event.direction,
        Event.channel,
        Event.awaits_reply,
        Event.due_at,
        Event.minutes,
        Event.by,
        Event.subject,
        Event.body,
        Event.external_id,
        Event.asks,
        Stage.name_key,
        *facts(),
    )
    joined = (
        events.join_from(Event, Application, Application.id == Event.application_id)
        .join(Job, Job.id == Application.job_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Address, Address.candidate_id == Candidate.id)
        .outerjoin(Stage, Stage.id == Event.stage_id)
    )
    return sorted((tuple(found) for found in db.session.execute(joined)), key=repr)


def facts() -> list:
    """The columns that are read from a timeline."""
    return [
        Application.turn,
        Application.since,
        Application.outcome,
        Application.owner,
        Application.attempts,
        Application.depth,
        Application.due_at,
        Application.last_touch_at,
    ]
