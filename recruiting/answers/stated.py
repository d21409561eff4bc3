"""What the first item of exit feedback does to the application at once, if it bears a name.

Somebody without a name says what they think, and nothing happens by it: what happened would tell
who it was.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from recruiting.answers import queries
from recruiting.answers.outside import outside
from recruiting.answers.rules import Answer, Choice, changed_id, faults, holding, offered
from recruiting.answers.services import ASKING, ID_BYTES, Said, answer, go_on, wish
from recruiting.answers.wishes import Wish, Wished, call_day
from recruiting.db import db
from recruiting.feedback import rules as feedback
from recruiting.messages.services import cancel_unsent
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome
from recruiting.pipeline.timelines import catch_up
from recruiting.workdays import DAY, Office


class Stated(NamedTuple):
    """The first item as it was filled in, in the words that the page showed."""

    choice: feedback.Choice
    until: date | None
    words: str


# Whoever waited for the lock goes on with what was stored meanwhile: that refuses nobody here.
_LOCKED = (
    select(Application)
    .where(Application.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def locked(application: Application, *, now: datetime, office: Office) -> Application:
    """The application, up to date; nobody else changes it until the caller's transaction ends.

    Everybody locks it before its invitation, so that two never wait for each other.
    """
    db.session.scalars(_LOCKED, {"id": application.id}).one()
    catch_up([application], office, now)
    return application


def act_on(
    application: Application, stated: Stated, *, now: datetime, office: Office, feedback_days: int
) -> bool:
    """Do what the choice asks for; false if it asks for nothing that is not so already.

    "Still interested" and "more time" open what was ended because nobody answered; a decision
    against us ends it as withdrawn; messages that never arrived are our fault and a task for us, as
    when the status page is told so. What a person ended stays ended, with their
    word on the timeline.
    """
    if stated.choice is feedback.Choice.NOT_REACHED:
        wished = Wished(Wish.NOT_REACHED)
        if wish(application, wished, stated.words, now=now, office=office):
            return True
    asked = _ANSWERS.get(stated.choice)
    if asked is None or (asked is Choice.WITHDRAW and _has_withdrawn(application, now, office)):
        return False
    tap = _tap(stated)
    if asked is not Choice.GO_ON and not faults(tap, office.day_of(now)):
        said = Said(application, tap, stated.words, now, office)
        if answer(said, feedback_days=feedback_days):
            return True
    return go_on(Said(application, Answer(Choice.GO_ON), stated.words, now, office))


def _tap(stated: Stated) -> Answer:
    """The answer of one tap that says the same."""
    asked = _ANSWERS.get(stated.choice, Choice.GO_ON)
    return Answer(asked, until=stated.until if asked is Choice.MORE_TIME else None)


def act_again(
    application: Application,
    stated: Stated,
    *,
    since: datetime,
    now: datetime,
    office: Office,
    feedback_days: int,
) -> None:
    """Do what a changed choice asks for, in place of what the one before did; `since` is when the
    first item was given.

    Once we have been in touch since, nothing of that is undone: what they say now is on the desk,
    for a person to read. So is what asks for nothing that can be done.
    """
    given = queries.given(application, office, now)
    held = holding(outside(application, now, office).outcome, given)
    tap = _tap(stated)
    if tap.choice is not Choice.GO_ON and held is not None and held.says(tap):
        return  # as when they go back to what they said first
    if not queries.taken_up(application.id, since, now):
        if stated.choice is not feedback.Choice.DECIDED_AGAINST:
            _take_back_a_no(application, now, office)
        if act_on(application, stated, now=now, office=office, feedback_days=feedback_days):
            return
    if _last_words(application) != stated.words:
        _tell(application, stated, now, office)


def _take_back_a_no(application: Application, now: datetime, office: Office) -> None:
    """Open what they ended by a tap and may open again; what else ended it stands."""
    seen = outside(application, now, office)
    given = queries.given(application, office, now)
    can_open = Choice.INTERESTED in offered(seen.outcome, seen.turn, given, now)
    if seen.outcome is Outcome.WITHDRAWN and can_open:
        at = now - timedelta.resolution  # so that what they say now comes after it
        _record(application, Kind.REOPENED, at=at, now=now, office=office)


def _last_words(application: Application) -> str | None:
    said = select(Event.subject).where(
        Event.application_id == application.id,
        Event.direction == Direction.IN,
        Event.kind.in_((Kind.MESSAGE, Kind.WITHDRAWAL)),
    )
    return db.session.scalar(said.order_by(Event.at.desc(), Event.id.desc()).limit(1))


def _tell(application: Application, stated: Stated, now: datetime, office: Office) -> None:
    """A word that wants one of ours by the next working day, and so is on the desk at once."""
    _record(
        application,
        Kind.MESSAGE,
        at=now,
        now=now,
        office=office,
        due_at=office.start_of(call_day(now, office) + DAY),
        subject=stated.words,
        external_id=changed_id(stated.choice, secrets.token_hex(ID_BYTES)),
    )
    cancel_unsent(application, ASKING, why="answered", now=now)


def _record(application: Application, kind: Kind, **more: Any) -> None:
    pipeline.record(application, kind, direction=Direction.IN, channel=Channel.EMAIL, **more)


def _has_withdrawn(application: Application, now: datetime, office: Office) -> bool:
    """Whether that is how it ended for them; a hire may stand inside that nobody told."""
    return outside(application, now, office).outcome is Outcome.WITHDRAWN


_ANSWERS = {
    feedback.Choice.INTERESTED: Choice.INTERESTED,
    feedback.Choice.MORE_TIME: Choice.MORE_TIME,
    feedback.Choice.DECIDED_AGAINST: Choice.WITHDRAW,
    feedback.Choice.NOT_REACHED: Choice.GO_ON,
}
