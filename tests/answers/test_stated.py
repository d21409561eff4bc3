"""What exit feedback with a name does at once, through the page on which it is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from recruiting.db import db
from recruiting.feedback.models import Answer
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Direction, Kind, Outcome, Turn
from tests import make
from tests.feedback.invited import ENDED, invitation
from tests.feedback.test_views import body, path_of

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


# --- the first item, changed ---------------------------------------------------------------------

DAY_ASKED_FOR = "2026-03-20"
ITEMS = {
    "interested": ("interested", ""),
    "more_time": ("more_time", DAY_ASKED_FOR),
    "some time": ("more_time", ""),
    "against": ("decided_against", ""),
    "not reached": ("not_reached", ""),
    "not said": ("not_said", ""),
}
WRITTEN = NOW + 12 * make.HOUR


class Feedback:
    """One person's first item, given with their name and changed some hours later each time."""

    def __init__(self, client: FlaskClient, frozen: Callable) -> None:
        self.client, self.frozen, self.at = client, frozen, NOW
        made = invitation(language="en")
        self.path, self.number = path_of(made), made.application_id
        db.session.commit()

    @property
    def application(self) -> Application:
        db.session.rollback()
        return db.session.get_one(Application, self.number)

    def say(self, *items: str, after: datetime | None = None) -> Application:
        for item in items:
            self.at = max(self.at + make.HOUR, after or self.at)
            self.frozen(self.at)
            choice, until = ITEMS[item]
            said = {"how": "named", "item": "choice", "choice": choice, "until": until}
            assert self.client.post(self.path, data=said).status_code == 204
        return self.application

    def page(self) -> str:
        return body(self.client.get(f"{self.path}?change=1&lang=en"))

    def words(self) -> list[str]:
        said = application_events(self.application)
        return [one.subject for one in said if one.direction is Direction.IN and one.at > NOW]


@pytest.fixture
def feedback(client: FlaskClient, frozen: Callable) -> Feedback:
    return Feedback(client, frozen)


@pytest.mark.parametrize(
    "first", ["against", "interested", "more_time", "not reached", "some time"]
)
@pytest.mark.parametrize(
    ("then", "outcome", "turn"),
    [
        ("against", Outcome.WITHDRAWN, Turn.NOBODY),
        ("interested", None, Turn.US),
        ("some time", None, Turn.US),
        ("not reached", None, Turn.US),
        ("more_time", None, Turn.CANDIDATE),
    ],
)
def test_a_changed_item_does_what_it_asks_for_in_place_of_the_one_before(
    feedback: Feedback, first: str, then: str, outcome: Outcome | None, turn: Turn
):
    if (first, then) == ("not reached", "more_time"):
        turn = Turn.US  # that we mend what did not arrive is our debt, and stays it
    application = feedback.say(first, then)
    assert (application.outcome, application.turn) == (outcome, turn)
    if then != first:
        assert feedback.words()
    if then == "not reached":
        assert application.is_bounced  # so it is a task on the desk
    if then == "more_time" and turn is Turn.CANDIDATE:
        assert application.paused_until is not None


def test_a_mis_tap_is_undone_and_the_next_word_is_ours(feedback: Feedback, signed_in: Callable):
    feedback.say("against")
    assert "closes your application" in feedback.page()
    application = feedback.say("interested")
    assert (application.outcome, application.turn) == (None, Turn.US)
    page = signed_in().get(f"/applications/{application.id}").text
    assert "I am still interested" in page
    assert application.due_at is not None


def test_it_can_be_changed_many_times_and_the_last_one_holds(feedback: Feedback):
    items = ["against", "more_time", "against", "not reached", "against", "interested", "against"]
    for item in items:
        ended = feedback.say(item).outcome is Outcome.WITHDRAWN
        assert ended is (item == "against"), feedback.words()


@pytest.mark.parametrize("item", ["interested", "more_time", "against", "not reached"])
def test_what_says_nothing_takes_nothing_back_and_the_same_again_does_nothing(
    feedback: Feedback, item: str
):
    feedback.say(item)
    before = [one.id for one in application_events(feedback.application)]
    feedback.say("not said", item, item)
    assert [one.id for one in application_events(feedback.application)] == before


def test_once_we_wrote_the_changed_item_is_for_a_person_to_read_and_the_page_says_so(
    feedback: Feedback, signed_in: Callable
):
    application = feedback.say("against")
    assert "have been in touch" not in feedback.page()
    make.event(application, at=WRITTEN, now=WRITTEN, by="recruiter@heardback.test")
    db.session.commit()
    feedback.frozen(WRITTEN + make.HOUR)
    assert "we have been in touch with you since" in feedback.page()
    application = feedback.say("interested", after=WRITTEN + 2 * make.HOUR)
    assert (application.outcome, application.wrote_after_end) == (Outcome.WITHDRAWN, True)
    assert feedback.words()[-1] == "I am still interested"
    assert application.candidate.name in signed_in().get("/desk").text


def test_a_changed_no_after_our_word_ends_nothing_and_is_on_the_desk_at_once(
    feedback: Feedback, signed_in: Callable
):
    application = feedback.say("interested")
    make.event(application, at=WRITTEN, now=WRITTEN, by="recruiter@heardback.test")
    db.session.commit()
    application = feedback.say("against", after=WRITTEN + 2 * make.HOUR)
    assert (application.outcome, application.turn) == (None, Turn.US)
    desk = " ".join(signed_in().get("/desk").text.split())
    assert "They say now: “I decided against it”." in desk
    page = signed_in().get(f"/applications/{application.id}").text
    assert "I decided against it" in page
    assert "by link" in page
    before = len(feedback.words())
    feedback.say("not said", "against")
    assert len(feedback.words()) == before


def test_what_a_colleague_reopened_meanwhile_stays_open(feedback: Feedback):
    application = feedback.say("against")
    make.event(application, Kind.REOPENED, at=WRITTEN, now=WRITTEN, by="recruiter@heardback.test")
    db.session.commit()
    application = feedback.say("interested", after=WRITTEN + make.HOUR)
    assert (application.outcome, application.turn) == (None, Turn.US)
    assert [one.kind for one in application_events(application)].count(Kind.REOPENED) == 1


def test_after_seven_days_nothing_is_changed_and_nothing_happens(feedback: Feedback):
    feedback.say("against")
    feedback.frozen(feedback.at + 7 * make.DAY + make.HOUR)
    said = {"how": "named", "item": "choice", "choice": "interested"}
    assert feedback.client.post(feedback.path, data=said).status_code == 409
    assert feedback.application.outcome is Outcome.WITHDRAWN


def test_the_item_says_before_it_acts_what_it_does(feedback: Feedback):
    page = body(feedback.client.get(f"{feedback.path}?lang=en"))
    assert "With your name this is done at once" in page
    assert "for seven days" in page
