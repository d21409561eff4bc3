"""Whoever asks for a call is called: on the desk and on their page, with number and day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from recruiting.accounts.rules import Role
from recruiting.answers import services
from recruiting.answers.wishes import Wish, Wished
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Kind, Turn
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE
from tests.pipeline.staff import Staff, text_of
from tests.silence.test_views import section

pytestmark = pytest.mark.usefixtures("frozen")
NUMBER = "+49 30 23125 001"
INPUT = re.compile(r'<input [^>]*?name="([^"]+)"[^>]*? value="([^"]*)"')
FORM = re.compile(r'<form method="post" action="([^"]+)">(.*?)</form>')


@pytest.fixture
def recruiter(app: Flask) -> Staff:
    return Staff(app, make.user(Role.RECRUITER, email="recruiter@heardback.test"))


def wishes(wish: Wish = Wish.CALL, *, phone: str = NUMBER, language: str = "en") -> Application:
    """Somebody whom we asked something, and who asks something of us on the status page."""
    application = make.application(make.candidate(phone=phone, language=language), at=MONDAY)
    make.event(application, at=MONDAY + HOUR / 2)
    utter(application, wish)
    return application


def utter(application: Application, wish: Wish, *, at: timedelta = HOUR) -> None:
    services.wish(application, Wished(wish), "tapped", now=MONDAY + at, office=OFFICE)
    db.session.commit()


def desk_of(client: Staff) -> str:
    """The debts on the desk, with spaces where a line must not break."""
    return section(text_of(client, "/desk"), "ours").replace("\u00a0", " ")


def press(client: Staff, button: str) -> None:
    """Press a button of the one call on the desk."""
    for action, form in FORM.findall(desk_of(client)):
        if f">{button}</button>" in form:
            assert client.post(action, data=dict(INPUT.findall(form))).status_code == 303
            return
    raise AssertionError(button)


def test_the_desk_offers_the_call_with_number_and_day_and_then_to_log_it(recruiter, frozen):
    application = wishes()
    frozen(MONDAY + 2 * HOUR)
    desk = desk_of(recruiter)
    assert "They ask: “Please call me”." in desk
    assert f"Call {NUMBER} by Tue 3 Mar" in desk
    assert 'href="tel:+493023125001"' in desk
    assert "Log a call</a>" in desk
    assert ">Answer</a>" not in desk
    assert "You asked for a call about your application" in desk
    assert "A short no" not in desk  # nothing that we ask of them
    page = text_of(recruiter, f"/applications/{application.id}").replace("\u00a0", " ")
    assert "Call by Tue 3 Mar</a>" in page
    assert ">Answer</a>" not in page


def test_without_a_number_that_works_the_step_is_the_call_all_the_same(recruiter, frozen):
    application = wishes(phone="")
    dead = wishes()
    dead.candidate.addresses[1].state = AddressState.BOUNCED
    db.session.commit()
    frozen(MONDAY + 2 * HOUR)
    desk = desk_of(recruiter)
    assert desk.count("Call by Tue 3 Mar</a>") == 2
    assert f"/applications/{application.id}?do=call#log" in desk
    assert "tel:" not in desk
    log = text_of(recruiter, f"/applications/{application.id}?do=call")
    assert '<option value="phone" selected>' in log


def test_what_to_say_is_in_the_candidates_language(recruiter, frozen):
    wishes(language="de")
    frozen(MONDAY + 2 * HOUR)
    assert "Sie haben um einen Anruf gebeten" in desk_of(recruiter)


def test_a_call_that_reached_them_is_logged_by_one_button_and_fulfils_the_wish(recruiter, frozen):
    application = wishes()
    frozen(MONDAY + 2 * HOUR)
    press(recruiter, "Reached")
    assert "They ask" not in desk_of(recruiter)
    db.session.refresh(application)
    # What was said nobody has written down, so we wait for nothing: the next word stays ours.
    assert application.turn is Turn.US
    said = application.events[-1]
    assert (said.awaits_reply, said.leaves_open, said.offers_no) == (False, False, None)
    assert "Answer</a>" in text_of(recruiter, f"/applications/{application.id}")


def test_whom_nobody_reached_is_called_still(recruiter, frozen):
    application = wishes()
    frozen(MONDAY + 2 * HOUR)
    press(recruiter, "Nobody answered")
    db.session.refresh(application)
    assert (application.turn, application.events[-1].leaves_open) == (Turn.US, True)
    assert "They ask: “Please call me”." in desk_of(recruiter)
    assert f"Call {NUMBER}" in desk_of(recruiter)


@pytest.mark.parametrize("button", ["Voicemail", "Wrote a text message"])
def test_who_found_our_words_has_the_next_one_and_no_easy_no_was_offered(recruiter, frozen, button):
    application = wishes()
    frozen(MONDAY + 2 * HOUR)
    press(recruiter, button)
    db.session.refresh(application)
    assert application.turn is Turn.CANDIDATE
    assert application.events[-1].offers_no is None


def test_whatever_else_they_ask_is_answered(recruiter, frozen):
    """Also where a call was asked for before: the last word says what they want now."""
    application = make.application(make.candidate(phone=NUMBER), at=MONDAY)
    make.event(application, Kind.INTERVIEW, at=MONDAY + HOUR / 2, due_at=MONDAY + 9 * DAY)
    utter(application, Wish.CALL)
    utter(application, Wish.ANOTHER_TIME, at=2 * HOUR)
    frozen(MONDAY + 3 * HOUR)
    assert "Answer</a>" in desk_of(recruiter)
    assert "tel:" not in desk_of(recruiter)


def test_a_call_that_is_late_is_still_the_call(recruiter, frozen):
    wishes()
    frozen(MONDAY + 2 * DAY)
    desk = desk_of(recruiter)
    assert "We are 1 day late" in desk
    assert f"Call {NUMBER} by Tue 3 Mar" in desk
