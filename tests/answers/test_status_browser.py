"""The status page in a real browser, on a phone: with script, without, and left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from recruiting import clock
from recruiting.answers.rules import Purpose
from recruiting.db import db
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Kind, Outcome, Turn
from tests import make
from tests.answers.asked import RECRUITER
from tests.answers.test_views_browser import PHONES, asked, kinds, path_to
from tests.browsers import LANGUAGES, MOST, Look, weight

CALL = {"en": "Please call me", "de": "Bitte rufen Sie mich an"}
ASK = {"en": "Ask for a call", "de": "Um einen Anruf bitten"}
WITHDRAW = {"en": "I withdraw my application", "de": "Ich ziehe meine Bewerbung zurück"}
SUITS = {"en": "The appointment suits me", "de": "Der Termin passt mir"}


def invited(language: str = "en") -> Application:
    """Somebody for whom we proposed an appointment."""
    application, now = asked(language), clock.now()
    make.event(
        application,
        Kind.INTERVIEW,
        at=now - timedelta(hours=1),
        due_at=now + timedelta(days=4),
        channel=Channel.VIDEO,
        by=RECRUITER,
    )
    db.session.commit()
    return application


@pytest.mark.parametrize("with_script", [True, False])
@pytest.mark.parametrize("look", PHONES, ids=str)
def test_from_the_link_to_a_call_in_two_taps(
    new_page: Callable[..., Page], look: Look, with_script: bool
):
    application = asked(look.lang)
    page = new_page(look, java_script_enabled=with_script)
    page.goto(path_to(Purpose.STATUS, application))
    page.get_by_text(CALL[look.lang], exact=True).click()
    page.get_by_role("button", name=ASK[look.lang]).click()
    expect(page.get_by_role("status")).to_be_visible()
    assert page.get_by_text(CALL[look.lang], exact=True).count() == 0
    assert page.context.cookies() == []
    assert kinds(application) == [Kind.MESSAGE]
    db.session.refresh(application)
    assert application.turn is Turn.US


@pytest.mark.parametrize("look", PHONES, ids=str)
def test_withdraw_and_an_appointment_without_script(new_page: Callable[..., Page], look: Look):
    application = invited(look.lang)
    page = new_page(look, java_script_enabled=False)
    page.goto(path_to(Purpose.STATUS, application))
    page.get_by_role("button", name=SUITS[look.lang]).click()
    expect(page.get_by_role("status")).to_be_visible()
    page.get_by_text(WITHDRAW[look.lang], exact=True).click()
    page.locator("details[open]").get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()
    db.session.commit()
    db.session.refresh(application)
    assert application.outcome is Outcome.WITHDRAWN


def test_the_appointment_comes_as_a_file(new_page: Callable[..., Page]):
    application = invited()
    page = new_page(PHONES[0])
    page.goto(path_to(Purpose.STATUS, application))
    with page.expect_download() as found:
        page.get_by_role("link", name="Put it into my calendar").click()
    assert found.value.suggested_filename == "appointment.ics"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_clean_narrow_and_light(
    new_page: Callable[..., Page], look_at: Callable[[Page, str], list[str]], lang: str
):
    for name, application in {
        "status-asked": asked(lang),
        "status-invited": invited(lang),
        "status-ghosted": asked(lang, Outcome.GHOSTED),
    }.items():
        page = new_page(Look(lang))
        assert weight(page, path_to(Purpose.STATUS, application)) <= MOST, name
        assert look_at(page, f"{name}-shut") == []
        for fold in page.locator("details > summary").all():
            fold.click()
        assert look_at(page, name) == []
