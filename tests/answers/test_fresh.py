"""Whoever holds a link that is over gets a new one, at the address on record and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from recruiting import letters
from recruiting.answers.outside import outside
from recruiting.answers.rules import RENEWABLE, Purpose
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.messages import results
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState
from recruiting.messages.rules import Purpose as MailPurpose
from recruiting.pipeline.rules import Outcome
from tests import make
from tests.answers.asked import (
    BASE,
    NOW,
    SECOND,
    asked_application,
    closed_application,
    path_of,
    told_application,
)
from tests.feedback.test_views import body, state
from tests.make import DAY

pytestmark = pytest.mark.usefixtures("frozen")
ASK = {"fresh": "1"}
SENT = "a new one is on its way to the address that we have on record"


def mails() -> list[Message]:
    db.session.commit()
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def over(application, purpose: Purpose = Purpose.ANSWER) -> str:
    return path_of(purpose, application.id, expires_at=NOW - SECOND)


@pytest.mark.parametrize("purpose", sorted(RENEWABLE))
def test_a_link_that_is_over_brings_a_new_one_that_works(client: FlaskClient, purpose: Purpose):
    application = asked_application(language="de")
    path = over(application, purpose)
    assert "Send me a new link" in body(client.get(path))
    answer = client.post(path, data=ASK)
    assert answer.status_code == 303
    assert SENT in body(client.get(answer.location))
    (mail,) = mails()
    assert (mail.purpose, mail.state) == (MailPurpose.FRESH_LINK, MessageState.QUEUED)
    assert mail.to_address == application.candidate.addresses[0].value
    assert "neue Link" in mail.body
    words = letters.signed(mail.body, application.id, None, NOW)
    link = next(word for word in words.split() if f"/{purpose}/" in word)
    assert link not in mail.body
    assert client.get("/" + link.split("/", 3)[3]).status_code == 200


def test_it_is_sent_once_a_day_however_often_it_is_asked_for(client, frozen: Callable):
    application = asked_application()
    path = over(application)
    for _ in range(5):
        assert client.post(path, data=ASK).status_code == 303
    assert client.post(over(application, Purpose.REOPEN), data=ASK).status_code == 303
    assert len(mails()) == 1
    frozen(NOW + DAY)
    client.post(path, data=ASK)
    assert len(mails()) == 2


def test_a_link_that_was_never_ours_gets_the_same_answer_and_nothing_happens(client: FlaskClient):
    path = over(asked_application())
    db.session.commit()
    shown, said = body(client.get(path)), client.post(path, data=ASK)
    sent = len(mails())
    before = state()
    unknown = path_of(Purpose.ANSWER, 987, expires_at=NOW - SECOND)
    nonsense = f"/answer/nonsense.{27 * 'x'}"
    for other in (nonsense, path[:-1], unknown):
        forged = client.post(other, data=ASK)
        assert (forged.status_code, forged.location) == (said.status_code, said.location)
    assert body(client.get(nonsense)) == shown
    assert len(mails()) == sent
    assert state() == before


def test_reading_the_page_sends_nothing(client: FlaskClient):
    path = over(asked_application())
    db.session.commit()
    before = state()
    for _ in range(10):
        client.get(path)
        client.head(path)
    assert client.post(path).status_code == 404
    assert state() == before


def test_a_link_that_still_works_brings_no_other(client: FlaskClient):
    application = asked_application()
    client.post(path_of(Purpose.ANSWER, application.id), data=ASK)
    assert mails() == []


def test_the_new_link_goes_to_who_stopped_our_mails_but_not_where_nothing_arrives(client):
    stopped, bad = asked_application(), asked_application()
    stopped.candidate.addresses[0].state = AddressState.STOPPED
    bad.candidate.addresses[0].state = AddressState.BOUNCED
    db.session.commit()
    for application in (stopped, bad):
        assert client.post(over(application), data=ASK).status_code == 303
    assert [mail.application_id for mail in mails()] == [stopped.id]


def test_who_was_told_that_they_are_hired_gets_none(client: FlaskClient):
    hired = told_application(Outcome.HIRED)
    sent = mails()
    assert client.post(over(hired), data=ASK).status_code == 303
    assert mails() == sent


def test_a_decision_that_nobody_was_told_of_does_not_show_in_a_missing_mail(client: FlaskClient):
    for outcome in Outcome:
        application = closed_application(outcome)
        assert client.post(over(application), data=ASK).status_code == 303
    assert len(mails()) == len(Outcome)


def test_a_new_link_tells_no_decision(client: FlaskClient):
    """It is a mail that leaves after the decision, and nobody has written it."""
    application = closed_application(Outcome.REJECTED)
    client.post(over(application), data=ASK)
    (sent,) = mails()
    sent.state, sent.begun_at = MessageState.UNKNOWN, NOW
    results.close_sent(sent, now=NOW, office=make.OFFICE)
    assert outside(application, NOW, make.OFFICE).outcome is None


def test_who_asks_too_often_waits(client: FlaskClient):
    path = over(asked_application())
    codes = [client.post(path, data=ASK).status_code for _ in range(40)]
    assert codes == [303] * 30 + [429] * 10


def test_a_link_to_stop_offers_none_since_it_lives_as_long_as_a_mail_is_kept(client: FlaskClient):
    application = asked_application()
    path = path_of(Purpose.STOP, application.candidate.addresses[0].id, expires_at=NOW - SECOND)
    assert "Send me a new link" not in body(client.get(path))
    assert client.post(path, data=ASK).status_code == 404
    assert mails() == []
    assert BASE not in body(client.get(path))
