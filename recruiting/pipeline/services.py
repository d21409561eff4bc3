"""Verbs on applications: each adds an event, and the facts of the turn follow from it.

Nothing here sends a mail, and nothing here commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from recruiting.accounts.models import User
from recruiting.db import db
from recruiting.errors import Refused
from recruiting.jobs.models import Stage
from recruiting.pipeline import facts, queries
from recruiting.pipeline.models import Application, Event
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

CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_BEFORE = timedelta(days=365)
LONGEST_AHEAD = timedelta(days=2 * 365)


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
    facts.read_again(application, office, now=now)
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
