"""The facts of applications: what their timelines say, kept in rows, to be counted and sorted by.

A cache: `refresh` writes all of it anew, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm.attributes import flag_modified

from recruiting.db import Base, db
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application, Spell
from recruiting.pipeline.reading import Facts, Reading
from recruiting.workdays import Office

APPLICATIONS_AT_ONCE = 500
FORGET = delete(Spell).where(Spell.application_id == bindparam("key"))


def blank(*, stage_id: int, at: datetime) -> dict[str, Any]:
    """The facts of an application whose events are not read yet, or lie ahead of it all."""
    reading = Reading(stage_id, applied_at=at, stage_since=at, since=at, last_touch_at=at)
    return reading.facts._asdict()


def read_again(application: Application, office: Office, *, now: datetime) -> Reading:
    """Write the facts of one application from its timeline as it is known at `now`."""
    reading, next_event_at = timelines.reading_and_next(application, office, now)
    for name, value in (reading.facts._asdict() | {"next_event_at": next_event_at}).items():
        setattr(application, name, value)
        # Also what seems unchanged: it may have been read anew in memory alone. And a page made
        # before this event is out of date, whatever the event has changed.
        flag_modified(application, name)
    db.session.expire(application, ["stage"])
    db.session.flush()
    connection = db.session.connection()
    connection.execute(FORGET, {"key": application.id})
    if rows := list(_spells(application.id, reading)):
        connection.execute(insert(Spell), rows)
    return reading


def refresh(application_ids: Iterable[int] | None, office: Office, *, now: datetime) -> int:
    """Write the facts of many applications from their timelines; none means all. Says how many.

    For imports and for `flask silence rebuild`: streams, and leaves the session's objects alone.
    """
    ids = (
        iter(db.session.scalars(select(Application.id)).all())
        if application_ids is None
        else (iter(application_ids))
    )
    done = 0
    while chunk := list(islice(ids, APPLICATIONS_AT_ONCE)):
        done += _refresh_chunk(chunk, office, now)
    return done


def arrive(office: Office, *, now: datetime) -> int:
    """Write what events have changed that lay ahead and exist by now, for some of the rows.

    Says how many; the caller commits and asks again until none is left, so that no other writer
    waits for long.
    """
    # Locked, so that nobody adds an event between our reading and our writing.
    behind = timelines.behind(now).order_by(Application.id).limit(APPLICATIONS_AT_ONCE)
    question = behind.with_for_update(skip_locked=True)
    return refresh(db.session.scalars(question).all(), office, now=now)


def _refresh_chunk(application_ids: Sequence[int], office: Office, now: datetime) -> int:
    ahead = timelines.next_events(application_ids, now)
    rows: dict[int, dict[str, Any]] = {}
    spells: list[dict[str, Any]] = []
    for application_id, reading in timelines.readings(office, application_ids, as_of=now):
        rows[application_id] = reading.facts._asdict()
        spells.extend(_spells(application_id, reading))
    rows |= _not_begun({key: at for key, at in ahead.items() if key not in rows})
    connection = db.session.connection()
    connection.execute(delete(Spell).where(Spell.application_id.in_(application_ids)))
    if rows:
        table = Base.metadata.tables["application"]
        values = {name: bindparam(name) for name in (*Facts._fields, "next_event_at")}
        values["version"] = table.c.version + 1
        connection.execute(
            update(table).where(table.c.id == bindparam("row_id")).values(values),
            [
                {"row_id": key, "next_event_at": ahead.get(key), **facts}
                for key, facts in rows.items()
            ],
        )
    if spells:
        connection.execute(insert(Spell), spells)
    return len(rows)


def _not_begun(ahead: dict[int, datetime]) -> dict[int, dict[str, Any]]:
    """The facts of applications of which all lies ahead, given when they will begin."""
    if not ahead:
        return {}
    first = timelines.first_stages()
    jobs = db.session.execute(
        select(Application.id, Application.job_id).where(Application.id.in_(ahead))
    )
    return {key: blank(stage_id=first[job], at=ahead[key]) for key, job in jobs}


def _spells(application_id: int, reading: Reading) -> Iterator[dict[str, Any]]:
    for stretch in reading.stretches:
        yield {"application_id": application_id, **stretch._asdict()}
