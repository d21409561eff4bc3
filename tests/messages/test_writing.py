"""A colleague writes to a candidate in their own name: one mail, and a touch once it has left."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from recruiting.accounts.rules import Role
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Turn
from tests import make, smtpserver
from tests.make import DAY, MONDAY
from tests.messages.outbox import deliver, only, with_server

pytestmark = pytest.mark.usefixtures("frozen")
WORDS = {"subject": "Your case study", "body": "Good morning,\n\nwell done.\n\nJonas"}


@pytest.fixture
def recruiter(signed_in):
    return signed_in(make.user(Role.RECRUITER, name="Jonas Lindner"))


def answered() -> Application:
    """Somebody to whom we owe an answer."""
    application = make.application(at=MONDAY - 9 * DAY)
    make.reply(application, at=MONDAY - DAY, body="Here is my case study.")
    db.session.commit()
    return application


def write(client, application: Application, **more: str):
    form = {**WORDS, "version": str(application.version), "awaits_reply": "y", **more}
    return client.act(f"/applications/{application.id}/write", form)


def test_it_leaves_in_ones_own_name_and_turns_the_turn_once_it_has_left(app, recruiter, loopback):
    application = answered()
    assert write(recruiter, application).status_code == 303
    mail = only()
    assert (mail.purpose, mail.state) == (Purpose.WRITTEN, MessageState.QUEUED)
    assert db.session.get(Application, application.id).turn is Turn.US
    with smtpserver.running() as (post, port):
        with_server(app, port)
        assert deliver(MONDAY) == 1
        (arrived,) = post.read
    assert "Jonas Lindner" in str(arrived["From"])
    assert arrived["Subject"] == WORDS["subject"]
    assert arrived["Auto-Submitted"] is None
    assert "well done." in arrived.get_body(("plain",)).get_content()
    assert db.session.get(Application, application.id).turn is Turn.CANDIDATE
    shown = recruiter.get(f"/applications/{application.id}").text
    assert "well done." in shown


def test_until_it_has_left_the_page_says_so(recruiter):
    application = answered()
    write(recruiter, application)
    page = recruiter.get(f"/applications/{application.id}").text
    assert "Written by a person, leaves at once." in page
    assert f"/outbox/{only().id}" in page


def test_the_form_begins_with_a_greeting_in_the_candidates_language(recruiter):
    application = answered()
    application.candidate.name = "Hannah Vogel"
    assert "Hello Hannah," in recruiter.get(f"/applications/{application.id}?do=answer").text
    application.candidate.language = "de"
    page = recruiter.get(f"/applications/{application.id}?do=answer").text
    assert page.index('class="fold" open', page.index('id="write"')) < page.index('id="log"')
    assert "Guten Tag Hannah Vogel," in page
    assert "Jonas Lindner" in page


def test_sent_twice_it_is_written_once(recruiter):
    application = answered()
    version = str(application.version)
    for _ in range(2):
        write(recruiter, application, version=version, submission="the-same-form-sent-twice")
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("subject", ""), ("body", " "), ("subject", "x" * 301), ("body", "x" * 20_001)],
)
def test_what_cannot_be_sent_is_told_and_nothing_typed_is_lost(recruiter, field, value):
    application = answered()
    kept = {name: words for name, words in WORDS.items() if name != field}
    answer = write(recruiter, application, **{field: value})
    assert answer.status_code == 422
    for words in kept.values():
        assert words.split("\n")[0] in answer.text
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_who_cannot_be_reached_by_mail_is_not_written_to(recruiter):
    application = answered()
    application.candidate.addresses[0].state = AddressState.STOPPED
    db.session.commit()
    assert "Write a mail" not in recruiter.get(f"/applications/{application.id}").text
    answer = write(recruiter, application)
    assert answer.status_code == 422
    assert "No mail address of this candidate works." in answer.text


def test_who_comes_second_is_told_and_keeps_the_words(recruiter):
    application = answered()
    version = str(application.version)
    make.reply(application, at=MONDAY - make.HOUR, body="One more thing.")
    answer = write(recruiter, application, version=version)
    assert answer.status_code == 409
    assert "well done." in answer.text
