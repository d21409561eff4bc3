"""What a candidate can ask of us beside the answers, and what it does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from recruiting.accounts.rules import Actor
from recruiting.answers import services
from recruiting.answers.wishes import Wish, Wished, call_day, due_at, granted, wish_id, wish_of
from recruiting.messages.rules import MessageState
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Direction, Kind, Outcome, Turn
from recruiting.silence import queries as silence
from recruiting.silence.rules import State, standing_at
from recruiting.workdays import Office
from tests import make
from tests.answers.asked import (
    NOW,
    RECRUITER,
    asked_application,
    closed_application,
    events,
    mail,
    told_application,
)
from tests.answers.test_services import is_as_read
from tests.make import DAY, HOUR, OFFICE


def utter(application: Application, wish: Wish, text: str = "", *, at=NOW) -> bool:
    return services.wish(application, Wished(wish, text), f"words of {wish}", now=at, office=OFFICE)


def invited_application() -> Application:
    """We proposed an appointment, four days from now."""
    application = asked_application()
    make.event(application, Kind.INTERVIEW, at=NOW - DAY, due_at=NOW + 4 * DAY, by=RECRUITER)
    return application


# --- which (pure) --------------------------------------------------------------------------------


def test_a_call_can_be_asked_for_at_any_time_and_once():
    for outcome in (None, *Outcome):
        assert Wish.CALL in granted(outcome, Turn.NOBODY, meets=False, held=())
    assert Wish.CALL not in granted(None, Turn.US, meets=False, held={Wish.CALL})


def test_an_appointment_can_be_confirmed_while_we_wait_for_it_and_moved_until_it_comes():
    assert granted(None, Turn.CANDIDATE, meets=True, held=())[:2] == (
        Wish.SUITS, Wish.ANOTHER_TIME,
    )  # fmt: skip
    assert Wish.SUITS not in granted(None, Turn.NOBODY, meets=True, held={Wish.SUITS})
    assert Wish.ANOTHER_TIME in granted(None, Turn.NOBODY, meets=True, held={Wish.SUITS})
    for outcome, meets in ((None, False), (Outcome.REJECTED, True)):
        found = granted(outcome, Turn.CANDIDATE, meets=meets, held=())
        assert not {Wish.SUITS, Wish.ANOTHER_TIME} & set(found)


def test_we_call_by_the_next_working_day():
    office = Office()
    assert call_day(NOW, office) == date(2026, 3, 3)
    friday = NOW + 4 * DAY
    assert call_day(friday, office) == date(2026, 3, 9)


def test_an_answer_about_an_appointment_is_due_before_it():
    office = Office()
    far = due_at(Wish.ANOTHER_TIME, NOW, NOW + 4 * DAY, office)
    assert far == due_at(Wish.CALL, NOW, None, office) == office.start_of(date(2026, 3, 4))
    tomorrow = due_at(Wish.ANOTHER_TIME, NOW, NOW + DAY, office)
    assert tomorrow == office.start_of(date(2026, 3, 3))
    assert due_at(Wish.ANOTHER_TIME, NOW, NOW + 2 * HOUR, office) == NOW + 2 * HOUR
    saturday, monday = NOW + 5 * DAY, NOW + 7 * DAY
    assert due_at(Wish.ANOTHER_TIME, saturday, monday, office) == monday
    for wish in (Wish.SUITS, Wish.NOT_REACHED, Wish.ERASURE):
        assert due_at(wish, NOW, NOW + DAY, office) is None


def test_no_answer_is_promised_for_a_day_that_is_as_good_as_over():
    office = Office()
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    meets_at = office.start_of(monday) + 10 * HOUR
    for hour, by in ((15, office.start_of(friday) + DAY), (15.1, meets_at), (22.8, meets_at)):
        asked_at = office.start_of(friday) + hour * HOUR
        assert due_at(Wish.ANOTHER_TIME, asked_at, meets_at, office) == by


def test_a_wish_is_known_again_by_its_event():
    for wish in Wish:
        assert wish_of(wish_id(wish, "a1")) is wish
    for other in (None, "", "answer:interested:1", "wish:", "wish:rude:1", "x@example.org"):
        assert wish_of(other) is None


# --- what each does ------------------------------------------------------------------------------

pytestmark = pytest.mark.usefixtures("app")


def test_please_call_me_is_our_turn_and_due_the_next_working_day():
    application = asked_application()
    follow_up = mail(application)
    assert utter(application, Wish.CALL, "Mornings, 030 1234")
    (event,) = events(application)
    assert (event.kind, event.direction, event.body) == (
        Kind.MESSAGE, Direction.IN, "Mornings, 030 1234",
    )  # fmt: skip
    assert (application.turn, application.due_at) == (
        Turn.US, OFFICE.start_of(date(2026, 3, 4)),
    )  # fmt: skip
    assert follow_up.state is MessageState.CANCELLED
    assert is_as_read(application)


def test_a_call_that_was_due_already_is_due_no_later():
    application = asked_application()
    make.reply(application, at=NOW - 3 * DAY)
    before = application.due_at
    assert utter(application, Wish.CALL)
    assert application.due_at == min(before, OFFICE.start_of(date(2026, 3, 4)))


def test_the_call_is_owed_until_we_have_reached_them():
    application = asked_application()
    utter(application, Wish.CALL)
    due_at = application.due_at
    make.event(application, at=NOW + HOUR, awaits_reply=False, leaves_open=True)
    assert application.due_at == due_at
    make.event(application, at=NOW + 2 * HOUR, awaits_reply=False, by=RECRUITER)
    assert application.due_at > due_at


@pytest.mark.parametrize("wish", [Wish.CALL, Wish.NOT_REACHED])
def test_a_wish_ends_a_silence_that_was_confirmed(wish):
    application = closed_application(Outcome.GHOSTED)
    assert utter(application, wish)
    assert (application.outcome, application.turn) == (None, Turn.US)
    assert is_as_read(application)


def test_what_did_not_arrive_is_our_fault_and_lies_on_the_desk_until_we_write_again():
    application = asked_application()
    assert utter(application, Wish.NOT_REACHED, "The link was dead.")
    assert [event.kind for event in events(application)] == [Kind.MESSAGE, Kind.BOUNCE]
    assert (application.turn, application.is_bounced) == (Turn.US, True)
    recruiter = make.user()
    found = silence.desk(_actor(recruiter), NOW + HOUR, OFFICE)
    assert [row.application.id for row in found.person] == [application.id]
    make.event(application, at=NOW + 2 * HOUR, by=RECRUITER)
    assert not application.is_bounced
    later = silence.desk(_actor(recruiter), NOW + 3 * HOUR, OFFICE)
    assert later.person == []
    assert is_as_read(application, NOW + 3 * HOUR)


def _actor(user):
    return Actor(user.id, user.email, user.name, user.role, None)


def test_an_appointment_that_suits_rests_until_it_has_taken_place():
    application = invited_application()
    assert utter(application, Wish.SUITS)
    assert (application.turn, application.meets_at) == (Turn.NOBODY, NOW + 4 * DAY)
    assert standing_at(application, NOW + 4 * DAY + HOUR).turn is Turn.US
    assert is_as_read(application)


def test_another_time_is_ours_to_propose():
    application = invited_application()
    assert utter(application, Wish.ANOTHER_TIME, "The week after?")
    assert (application.turn, application.has_open_question) == (Turn.US, True)
    assert standing_at(application, NOW + HOUR).state is State.OUR_TURN
    assert application.due_at == OFFICE.start_of(date(2026, 3, 4)) < application.meets_at
    assert is_as_read(application)


@pytest.mark.parametrize("wish", [Wish.CALL, Wish.ANOTHER_TIME])
def test_a_wish_lies_on_the_desk_at_once_after_what_is_overdue(wish):
    wished, late, later = invited_application(), asked_application(), asked_application()
    make.reply(late, at=NOW - 5 * DAY)
    make.reply(later, at=NOW - HOUR)
    utter(wished, wish)
    actor = _actor(make.user())
    found = silence.desk(actor, NOW + HOUR, OFFICE)
    assert [row.application.id for row in found.ours] == [late.id, wished.id]
    assert [row.wanted is not None for row in found.ours] == [False, True]
    make.event(wished, at=NOW + 2 * HOUR, awaits_reply=False, leaves_open=True)
    assert len(silence.desk(actor, NOW + 3 * HOUR, OFFICE).ours) == 2
    make.event(wished, at=NOW + 4 * HOUR, awaits_reply=False, by=RECRUITER)
    found = silence.desk(actor, NOW + 5 * HOUR, OFFICE)
    assert [row.application.id for row in found.ours] == [late.id]


@pytest.mark.parametrize("wish", [*Wish])
def test_a_second_click_adds_nothing(wish):
    application = invited_application()
    assert utter(application, wish)
    after = len(events(application))
    assert not utter(application, wish, at=NOW + HOUR)
    assert len(events(application)) == after


def test_after_a_word_of_ours_the_same_can_be_asked_again():
    application = asked_application()
    utter(application, Wish.CALL)
    make.event(application, at=NOW + HOUR, by=RECRUITER)
    assert utter(application, Wish.CALL, at=NOW + 2 * HOUR)


def test_a_wish_after_a_decision_reaches_a_person_whether_or_not_it_was_told():
    for make_one in (closed_application, told_application):
        application = make_one(Outcome.REJECTED)
        assert utter(application, Wish.CALL)
        assert (application.outcome, application.wrote_after_end) == (Outcome.REJECTED, True)


def test_who_comes_back_after_the_end_lies_on_the_desk_at_once():
    back, other = told_application(), told_application()
    actor = _actor(make.user())
    assert silence.desk(actor, NOW + HOUR, OFFICE).ours == []
    make.reply(back, at=NOW + HOUR)
    (row,) = silence.desk(actor, NOW + 2 * HOUR, OFFICE).ours
    assert row.application.id == back.id
    assert row.wanted is not None
    assert row.application.due_at > NOW + 2 * DAY  # it would stand there on that day only
    make.reply(back, at=NOW + 2 * HOUR)  # whatever else they write
    assert len(silence.desk(actor, NOW + 3 * HOUR, OFFICE).ours) == 1
    make.event(back, at=NOW + 4 * HOUR, by=RECRUITER)
    make.reply(back, at=NOW + 5 * HOUR)  # an answer like any other from here on
    assert silence.desk(actor, NOW + 6 * HOUR, OFFICE).ours == []
    assert other.outcome is Outcome.GHOSTED


def test_who_takes_a_no_of_theirs_back_lies_on_the_desk_at_once():
    back = asked_application()
    make.event(back, Kind.WITHDRAWAL, at=NOW, direction=Direction.IN)
    make.event(back, Kind.REOPENED, at=NOW + HOUR, direction=Direction.IN)
    make.reply(back, at=NOW + HOUR + timedelta.resolution)
    assert len(silence.desk(_actor(make.user()), NOW + 2 * HOUR, OFFICE).ours) == 1


def test_whom_a_colleague_called_back_waits_like_any_other():
    called = told_application()
    make.event(called, Kind.REOPENED, at=NOW + HOUR, by=RECRUITER)
    make.reply(called, at=NOW + 2 * HOUR)
    assert silence.desk(_actor(make.user()), NOW + 3 * HOUR, OFFICE).ours == []
