"""Applications whose candidate is asked something, with the links of our mails, for this room."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from werkzeug.test import TestResponse

from recruiting.answers import links
from recruiting.answers.rules import Purpose
from recruiting.db import db
from recruiting.messages import results
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState
from recruiting.messages.rules import Purpose as MailPurpose
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Kind, Outcome
from tests import make
from tests.feedback.test_views import body

NOW = make.MONDAY  # `frozen` stands there
BEGUN = NOW - timedelta(days=20)
ASKED = NOW - timedelta(days=6)
RECRUITER = "recruiter@heardback.test"
BASE = "https://jobs.example.org"
SECOND = timedelta(seconds=1)
LINKS = {
    Purpose.ANSWER: links.answer_link,
    Purpose.REOPEN: links.reopen_link,
    Purpose.STATUS: links.status_link,
    Purpose.STOP: links.stop_link,
}


def asked_application(**candidate: Any) -> Application:
    """Somebody applied, and six days ago we asked them something."""
    application = make.application(make.candidate(**candidate), at=BEGUN)
    make.event(application, at=ASKED, by=RECRUITER, subject="Which day suits you?")
    return application


def closed_application(outcome: Outcome = Outcome.GHOSTED, **candidate: Any) -> Application:
    """The same, ended by a person an hour ago."""
    application = asked_application(**candidate)
    at = NOW - make.HOUR
    pipeline.close(application, outcome, note="seen", by=RECRUITER, now=at, office=make.OFFICE)
    return application


def told_application(outcome: Outcome = Outcome.GHOSTED, **candidate: Any) -> Application:
    """The same, and half an hour ago a mail of ours told them so."""
    application = closed_application(outcome, **candidate)
    tell(application, at=NOW - make.HOUR / 2)
    return application


def tell(
    application: Application, purpose: MailPurpose = MailPurpose.CLOSING, *, at: datetime
) -> Message:
    """A mail of ours that was written and left at a moment."""
    made = mail(application, purpose, MessageState.UNKNOWN)
    made.queued_at = made.begun_at = at
    made.asks, made.occurrence = False, f"{purpose}-{at}"
    made.message_id = f"{purpose}-{at.timestamp()}-{application.id}@example.org"
    results.close_sent(made, now=at, office=make.OFFICE)
    db.session.flush()
    return made


def keys() -> list[str]:
    return current_app.extensions["settings"].keys


def path_of(purpose: Purpose, thing_id: int, *, expires_at: datetime | None = None) -> str:
    """The path of a link, as a mail of today would carry it."""
    ends = expires_at or links.expiry(purpose, NOW)
    link = LINKS[purpose](thing_id, keys=keys(), base_url=BASE, expires_at=ends)
    return link.removeprefix(BASE)


def answer_path(application: Application) -> str:
    return path_of(Purpose.ANSWER, application.id)


def reopen_path(application: Application) -> str:
    return path_of(Purpose.REOPEN, application.id)


def status_path(application: Application) -> str:
    return path_of(Purpose.STATUS, application.id)


def stop_path(application: Application) -> str:
    return path_of(Purpose.STOP, application.candidate.addresses[0].id)


def mail(
    application: Application,
    purpose: MailPurpose = MailPurpose.FOLLOW_UP,
    state: MessageState = MessageState.QUEUED,
) -> Message:
    """A mail of ours in the outbox."""
    place = f"{purpose}-{state}"
    made = Message(
        application=application,
        purpose=purpose,
        occurrence=place,
        to_address=application.candidate.addresses[0].value,
        language="en",
        subject="A short word",
        body="Are you still interested?",
        message_id=f"{place}-{application.id}@example.org",
        is_automatic=True,
        asks=True,
        state=state,
        queued_at=NOW,
        send_after=NOW,
        tries=0,
        why="",
    )
    db.session.add(made)
    db.session.flush()
    return made


def events(application: Application) -> list[Event]:
    """What came since we asked, in the order of recording."""
    db.session.commit()  # and see what others have stored
    question = select(Event).where(Event.application_id == application.id, Event.at > ASKED)
    return list(db.session.scalars(question.order_by(Event.id)))


def told(application: Application) -> list[tuple[Kind, str]]:
    """The same as (kind, subject)."""
    return [(event.kind, event.subject) for event in events(application)]


def is_refused(sent: TestResponse, said: str, wrong: dict[str, str]) -> None:
    """What was wrong is told where it is, and nothing that was typed is lost."""
    page = body(sent)
    assert sent.status_code == 422
    assert said in page
    assert wrong.get("text", "") in page
    for about_id in re.findall(r'<li><a href="#([\w-]+)"', page):
        assert page.count(f'id="{about_id}"') == 1
