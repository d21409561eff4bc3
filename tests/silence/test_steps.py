"""The one next thing on the desk and on an application's pages: what the ladder says comes next."""

from __future__ import annotations

import pytest
from flask import Flask

from recruiting.accounts.rules import Role
from recruiting.candidates.rules import AddressState
from recruiting.jobs.rules import Ladder
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel
from tests import make
from tests.make import DAY, HOUR, MONDAY
from tests.pipeline.staff import Staff, text_of
from tests.silence.test_views import section

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def recruiter(app: Flask) -> Staff:
    return Staff(app, make.user(Role.RECRUITER, email="recruiter@heardback.test"))


def in_touch(phone: str = "", language: str = "en") -> Application:
    """Somebody who wrote twice; what we ask after that is asked in a new silence."""
    made = make.application(make.candidate(phone=phone, language=language))
    make.reply(made, at=MONDAY + HOUR)
    return made


def steps_of(client: Staff, application: Application) -> tuple[str, str, str]:
    """Where the desk, the application's page and the evidence say what is next."""
    desk = text_of(client, "/desk").partition("<h1>")[2]
    pages = (text_of(client, f"/applications/{application.id}{url}") for url in ("", "/confirm"))
    return desk, *pages


def test_whom_mail_does_not_reach_is_called_where_a_number_is_known(recruiter, frozen):
    application = in_touch("+49 30 23125 001")
    make.event(application, at=MONDAY + DAY)
    application.candidate.addresses[0].state = AddressState.BOUNCED
    frozen(MONDAY + 8 * DAY)
    desk, page, evidence = steps_of(recruiter, application)
    assert 'href="tel:+493023125001"' in desk
    for text in (desk, page, evidence):
        assert "Log a call</a>" in text
    assert "Follow up</a>" not in desk


def test_who_was_asked_by_phone_is_called_again(recruiter, frozen):
    application = in_touch("+49 30 23125 001")
    make.event(application, at=MONDAY + DAY, channel=Channel.PHONE)
    frozen(MONDAY + 8 * DAY)
    desk, page, _evidence = steps_of(recruiter, application)
    assert 'href="tel:+493023125001"' in desk
    assert "Log a call</a>" in desk
    assert "Log a call</a>" in page


def test_who_was_called_twice_is_written_to(recruiter, frozen):
    application = in_touch("+49 30 23125 001")
    for day in (1, 8):
        make.event(application, at=MONDAY + day * DAY, channel=Channel.PHONE)
    frozen(MONDAY + 20 * DAY)
    desk, page, _evidence = steps_of(recruiter, application)
    assert "Follow up</a>" in section(desk, "quiet")
    assert "Follow up</a>" in page
    assert "tel:" not in desk
    assert "Log a call</a>" not in desk


@pytest.mark.parametrize("question", ["", "Is the task paid?"])
def test_nothing_asks_to_contact_who_asked_us_to_stop(recruiter, frozen, question):
    application = in_touch("+49 30 23125 001")
    make.reply(application, at=MONDAY + 2 * HOUR, body=question)
    for day in (1, 8):
        make.event(application, at=MONDAY + day * DAY)
    application.candidate.addresses[0].state = AddressState.STOPPED
    frozen(MONDAY + 20 * DAY)
    desk, page, evidence = steps_of(recruiter, application)
    assert f'href="/applications/{application.id}/confirm"' in desk
    assert "Read the evidence</a>" in page
    assert "tel:" not in desk  # the page of an application tells all that is known
    for text in (desk, page, evidence):
        for act in ("Log a call", "Follow up", "Answer it first", "Answer their question"):
            assert f">{act}</a>" not in text


def test_a_number_that_does_not_work_is_not_offered(recruiter, frozen):
    application = in_touch("+49 30 23125 001")
    make.event(application, at=MONDAY + DAY, channel=Channel.PHONE)
    application.candidate.addresses[1].state = AddressState.BOUNCED
    frozen(MONDAY + 8 * DAY)
    desk, _page, _evidence = steps_of(recruiter, application)
    assert "tel:" not in desk
    assert "Follow up</a>" in desk


def test_where_a_stage_writes_no_follow_ups_a_person_does(recruiter, frozen):
    application = in_touch()
    make.event(application, at=MONDAY + DAY)
    application.stage.ladder = Ladder.OFF
    frozen(MONDAY + 8 * DAY)
    assert "Follow up</a>" in section(text_of(recruiter, "/desk"), "due")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Hello, this is"), ("de", "Guten Tag"), ("fr", "Guten Tag")],
)
def test_what_to_say_on_the_phone_is_in_the_language_of_our_letters(
    recruiter, frozen, language, words
):
    application = in_touch("+49 30 23125 001", language)
    make.event(application, at=MONDAY + DAY, channel=Channel.PHONE)
    frozen(MONDAY + 8 * DAY)
    assert words in text_of(recruiter, "/desk")
