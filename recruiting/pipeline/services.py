"""Verbs on applications: each adds an event, and the facts of the turn follow from it.

Nothing here sends a mail, and nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm.attributes import flag_modified

from recruiting.accounts.models import User
from recruiting.db import Base, db
from recruiting.errors import Refused
from recruiting.jobs.models import Stage
from recruiting.pipeline import queries, timelines
from recruiting.pipeline.models import Application, Event, Spell
from recruiting.pipeline.reading import Facts, Reading
from recruiting.pipeline.rules import (
    KIND_OF_OUTCOME,
    OUTBOUND_TOUCHES,
    Channel,
    Direction,
    Kind,
    Outcome,
    Result,
    Turn,
    asks_something,
    awaits_usually,
    may_become,
)
from recruiting.workdays import Office

APPLICATIONS_AT_ONCE = 500
FORGET = delete(Spell).where(Spell.application_id == bindparam("key"))
CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_BEFORE = timedelta(days=365)
LONGEST_AHEAD = timedelta(days=2 * 365)


def blank_facts(*, stage_id: int, at: datetime) -> dict[str, Any]:
    """The facts of an application whose events are not read yet, or lie ahead of it all."""
    blank = Reading(stage_id, applied_at=at, stage_since=at, since=at, last_touch_at=at)
    return blank.facts._asdict()


def record(
    application: Application,
    kind: Kind,
    *,
    at: datetime,
    now: datetime,
    office: Office,
    direction: Direction = Direction.OUT,
    channel: Channel = Channel.OTHER,
    by: str | None = None,
    awaits_reply: bool | None = None,
    due_at: datetime | None = None,
    stage: Stage | None = None,
    subject: str = "",
    body: str = "",
    result: Result | None = None,
    leaves_open: bool = False,
    offers_no: bool | None = None,
    external_id: str | None = None,
) -> Event:
    """Add one event to an application's timeline and bring its facts up to date.

    `awaits_reply` defaults to what the kind means: our touch asks, their message wants an answer.
    `external_id` names what it came from, such as a mail's id; no two events share one.
    """
    at = _plausible(application, at, due_at, now)
    if by and kind in OUTBOUND_TOUCHES and direction is Direction.OUT:
        _keep_owner(application, by, at=at, now=now, office=office)
    event = Event(
        application=application,
        kind=kind,
        at=at,
        direction=direction,
        channel=channel,
        by=by,
        awaits_reply=awaits_usually(kind, direction) if awaits_reply is None else awaits_reply,
        due_at=due_at,
        stage_id=stage.id if stage else None,
        subject=subject,
        body=body,
        result=result,
        asks=direction is Direction.IN and kind is Kind.MESSAGE and asks_something(body),
        leaves_open=leaves_open,
        offers_no=offers_no,
        external_id=external_id,
        recorded_at=now,
    )
    db.session.add(event)
    db.session.flush()
    read_again(application, office, now=now)
    return event


def _keep_owner(
    application: Application, by: str, *, at: datetime, now: datetime, office: Office
) -> None:
    """Write down who looks after an application before a colleague's touch is recorded.

    Of imported touches the last one tells the owner. A touch that is written down here takes the
    application from nobody; the event that says so has no author, since nobody changed anything.
    """
    if application.owner in {None, by} or queries.has_named_owner(application):
        return
    kept = application.owner
    record(application, Kind.OWNER_CHANGED, at=at, now=now, office=office, subject=kept)


def _plausible(
    application: Application, at: datetime, due_at: datetime | None, now: datetime
) -> datetime:
    """The moment of an event; refuse one that can only be a slip."""
    if at > now + CLOCKS_DIFFER:
        raise Refused(_("This moment lies in the future; what has not happened cannot be logged."))
    if at < application.applied_at - LONGEST_BEFORE:
        raise Refused(_("This moment lies more than a year before the application."))
    if due_at is not None and due_at > now + LONGEST_AHEAD:
        raise Refused(_("This day is more than two years away; please choose a nearer one."))
    return min(at, now)  # clocks differ a little; what a person has seen does not lie ahead


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
    return {key: blank_facts(stage_id=first[job], at=ahead[key]) for key, job in jobs}


def _spells(application_id: int, reading: Reading) -> Iterator[dict[str, Any]]:
    for stretch in reading.stretches:
        yield {"application_id": application_id, **stretch._asdict()}


def log_touch(
    application: Application,
    direction: Direction,
    channel: Channel,
    *,
    at: datetime,
    text: str,
    by: str,
    now: datetime,
    office: Office,
    result: Result | None = None,
    awaits_reply: bool = True,
    offers_no: bool | None = None,
    answers_question: bool = True,
) -> Event:
    """Write down a touch that took place outside of the house, as a person remembers it.

    A call of ours that reached the candidate was heard and answered: it is a touch of both.
    """
    shared: dict[str, Any] = {"at": at, "now": now, "office": office, "channel": channel, "by": by}
    is_ours = direction is Direction.OUT
    if result is Result.NO_ANSWER and application.turn is not Turn.CANDIDATE:
        awaits_reply = answers_question = False  # nobody heard us: we owe the word still
    if is_ours and result is Result.REACHED:
        record(
            application,
            Kind.MESSAGE,
            direction=Direction.IN,
            awaits_reply=False,
            result=result,
            **shared,
        )
    return record(
        application,
        Kind.MESSAGE,
        direction=direction,
        awaits_reply=awaits_reply,
        result=result,
        body=text,
        leaves_open=is_ours and not answers_question,
        offers_no=offers_no if is_ours and result is not Result.NO_ANSWER else None,
        **shared,
    )


def agree(
    application: Application,
    kind: Kind,
    *,
    due_at: datetime,
    awaits_reply: bool,
    text: str,
    by: str,
    now: datetime,
    office: Office,
    channel: Channel = Channel.OTHER,
) -> Event:
    """Write down the next step with its date: a meeting, or who does what until then.

    With `awaits_reply` the candidate acts by `due_at`; without, it is our dated promise.
    """
    _active(application)
    if due_at <= now:
        raise Refused(_("Please choose a moment in the future."))
    return record(
        application,
        kind,
        at=now,
        now=now,
        office=office,
        channel=channel,
        by=by,
        awaits_reply=awaits_reply,
        due_at=due_at,
        body=text,
    )


def move(application: Application, stage: Stage, *, by: str, now: datetime, office: Office) -> bool:
    """Put an active application into another stage of its job; false if it is there already."""
    if stage.job_id != application.job_id:
        raise Refused(_("This stage belongs to another job."))
    if application.outcome is not None:
        raise Refused(_("This application has ended; reopen it before you move it."))
    if stage.id == application.stage_id:
        return False
    subject = f"{application.stage.name} → {stage.name}"
    record(
        application, Kind.MOVED, at=now, now=now, office=office, by=by, stage=stage, subject=subject
    )
    return True


def close(
    application: Application,
    outcome: Outcome,
    *,
    note: str,
    by: str,
    now: datetime,
    office: Office,
    channel: Channel = Channel.OTHER,
) -> Event:
    """End an application, as a person decided, with a note; sends nothing."""
    if not may_become(application.outcome, outcome):
        raise Refused(_("This application has ended already; reopen it first."))
    if not note.strip():
        raise Refused(_("Please write a note: why does this application end?"))
    theirs = outcome is Outcome.WITHDRAWN
    return record(
        application,
        KIND_OF_OUTCOME[outcome],
        at=now,
        now=now,
        office=office,
        direction=Direction.IN if theirs else Direction.OUT,
        channel=channel,
        by=by,
        body=note,
    )


def reopen(application: Application, *, note: str, by: str, now: datetime, office: Office) -> Event:
    """Take an ended application up again; the next word is ours."""
    if application.outcome is None:
        raise Refused(_("This application is active already."))
    if not may_become(application.outcome, None):
        raise Refused(_("Somebody who was hired cannot be reopened."))
    return record(application, Kind.REOPENED, at=now, now=now, office=office, by=by, body=note)


def pause(
    application: Application, *, until: datetime, note: str, by: str, now: datetime, office: Office
) -> Event:
    """Let patience stand still until a day that the candidate asked for."""
    _active(application)
    if until <= now:
        raise Refused(_("Please choose a day in the future."))
    return record(
        application, Kind.PAUSED, at=now, now=now, office=office, by=by, due_at=until, body=note
    )


def resume(application: Application, *, by: str, now: datetime, office: Office) -> Event:
    """End a pause or an absence before its day."""
    _active(application)
    return record(application, Kind.RESUMED, at=now, now=now, office=office, by=by)


def hand_over(
    application: Application, manager: User, *, note: str, by: str, now: datetime, office: Office
) -> Event:
    """Let a hiring manager see and judge an application."""
    _active(application)
    application.manager_id = manager.id
    return record(
        application,
        Kind.HANDED_OVER,
        at=now,
        now=now,
        office=office,
        by=by,
        subject=manager.name,
        body=note,
    )


def give_to(
    application: Application, owner: str, *, by: str, now: datetime, office: Office
) -> Event:
    """Make somebody answerable for an application; the turn does not change."""
    if owner == application.owner:
        raise Refused(_("This colleague looks after the application already."))
    return record(
        application, Kind.OWNER_CHANGED, at=now, now=now, office=office, by=by, subject=owner
    )


def _active(application: Application) -> None:
    if application.outcome is not None:
        raise Refused(_("This application has ended; reopen it first."))
