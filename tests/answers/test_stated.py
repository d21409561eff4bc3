"""What exit feedback with a name does at once, through the page on which it is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from recruiting.db import db
from recruiting.feedback.models import Answer
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Direction, Kind, Outcome, Turn
from tests import make
from tests.feedback.invited import ENDED, invitation
from tests.feedback.test_views import path_of

NOW = ENDED + make.HOUR  # a while after they were written to


@pytest.fixture(autouse=True)
def a_while_later(frozen: Callable) -> None:
    """Nobody answers in the very moment in which their application ends."""
    frozen(NOW)


def say(client: FlaskClient, outcome: Outcome = Outcome.GHOSTED, **said: str) -> Application:
    made = invitation(language="en", outcome=outcome)
    path, number = path_of(made), made.application_id
    db.session.commit()
    assert client.post(path, data={"how": "named", **said}).status_code == 200
    db.session.rollback()
    return db.session.get_one(Application, number)


def last(application: Application) -> Event:
    question = select(Event).where(Event.application_id == application.id)
    return db.session.scalars(question.order_by(Event.id.desc())).first()


def test_still_interested_opens_what_was_closed_for_want_of_an_answer(client: FlaskClient):
    application = say(client, choice="interested", wish="Only for human resources")
    assert (application.outcome, application.turn) == (None, Turn.US)
    words = [(one.subject, one.body) for one in application_events(application)]
    assert ("I am still interested", "") in words
    assert "Only for human resources" not in repr(words)


def application_events(application: Application) -> list[Event]:
    question = select(Event).where(Event.application_id == application.id)
    return list(db.session.scalars(question.order_by(Event.id)))


def test_more_time_until_a_day_opens_it_and_lets_patience_stand_still(client: FlaskClient):
    day = ENDED.date() + timedelta(days=14)
    application = say(client, choice="more_time", until=day.isoformat())
    assert (application.outcome, application.turn) == (None, Turn.CANDIDATE)
    assert last(application).kind is Kind.PAUSED


@pytest.mark.parametrize("days", [None, 0, 300])
def test_more_time_without_a_day_that_can_be_kept_is_a_word_that_waits_for_ours(
    client: FlaskClient, days: int | None
):
    until = (ENDED.date() + timedelta(days=days)).isoformat() if days is not None else ""
    application = say(client, choice="more_time", until=until)
    assert (application.outcome, application.turn) == (None, Turn.US)
    assert "I need more time" in {one.subject for one in application_events(application)}


def test_decided_against_turns_silence_into_a_withdrawal(client: FlaskClient):
    application = say(client, choice="decided_against")
    assert application.outcome is Outcome.WITHDRAWN
    assert last(application).kind is Kind.WITHDRAWAL


def test_messages_that_did_not_arrive_open_it_and_make_it_our_turn(client: FlaskClient):
    application = say(client, choice="not_reached")
    assert (application.outcome, application.turn) == (None, Turn.US)
    assert application.is_bounced  # so it is a task on the desk
    assert "Your messages did not reach me" in {
        one.subject for one in application_events(application)
    }


@pytest.mark.parametrize("choice", ["not_said", ""])
def test_who_does_not_say_changes_nothing(client: FlaskClient, choice: str):
    application = say(client, choice=choice, again="3")
    assert application.outcome is Outcome.GHOSTED


def test_a_withdrawal_is_not_withdrawn_twice(client: FlaskClient):
    application = say(client, Outcome.WITHDRAWN, choice="decided_against")
    withdrawals = [one for one in application_events(application) if one.kind is Kind.WITHDRAWAL]
    assert len(withdrawals) == 1


def test_what_a_person_ended_stays_ended_with_the_word_on_the_timeline(client: FlaskClient):
    application = say(client, Outcome.WITHDRAWN, choice="interested")
    assert application.outcome is Outcome.WITHDRAWN
    said = last(application)
    assert (said.subject, said.direction) == ("I am still interested", Direction.IN)


def test_it_is_done_once_and_the_answer_is_kept(client: FlaskClient):
    made = invitation(language="en")
    path, number = path_of(made), made.application_id
    db.session.commit()
    for _ in range(2):
        client.post(path, data={"how": "named", "choice": "interested"})
    application = db.session.get_one(Application, number)
    said = [one.subject for one in application_events(application)]
    assert said.count("I am still interested") == 1
    assert len(db.session.scalars(select(Answer)).all()) == 1
    assert "Thank you" in client.get(path).get_data(as_text=True)
