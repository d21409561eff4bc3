"""What the first item of exit feedback does to the application at once, if it bears a name.

Somebody without a name says what they think, and nothing happens by it: what happened would tell
who it was.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from recruiting.answers.outside import outside
from recruiting.answers.rules import Answer, Choice, faults
from recruiting.answers.services import Said, answer, go_on, wish
from recruiting.answers.wishes import Wish, Wished
from recruiting.db import db
from recruiting.feedback import rules as feedback
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from recruiting.pipeline.timelines import catch_up
from recruiting.workdays import Office


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
    tap = Answer(asked, until=stated.until if asked is Choice.MORE_TIME else None)
    if asked is not Choice.GO_ON and not faults(tap, office.day_of(now)):
        said = Said(application, tap, stated.words, now, office)
        if answer(said, feedback_days=feedback_days):
            return True
    return go_on(Said(application, Answer(Choice.GO_ON), stated.words, now, office))


def _has_withdrawn(application: Application, now: datetime, office: Office) -> bool:
    """Whether that is how it ended for them; a hire may stand inside that nobody told."""
    return outside(application, now, office).outcome is Outcome.WITHDRAWN


_ANSWERS = {
    feedback.Choice.INTERESTED: Choice.INTERESTED,
    feedback.Choice.MORE_TIME: Choice.MORE_TIME,
    feedback.Choice.DECIDED_AGAINST: Choice.WITHDRAW,
    feedback.Choice.NOT_REACHED: Choice.GO_ON,
}
