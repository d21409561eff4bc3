"""What we hold and what was asked, in a real browser: on the candidate's page, desk and case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from recruiting import clock
from recruiting.accounts.rules import Role
from recruiting.answers.rules import Answer, Choice, Purpose, When
from recruiting.answers.services import Said, answer
from recruiting.db import db
from recruiting.office import office
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from recruiting.privacy import queries, services
from recruiting.privacy.rules import Decision
from tests import make
from tests.answers.asked import tell
from tests.answers.test_views_browser import PHONES, asked, path_to
from tests.browsers import LANGUAGES, Look
from tests.privacy.papers import handed_in

LATER = {"en": "Not now, perhaps later", "de": "Jetzt nicht, vielleicht später"}
MAY_ASK = {
    "en": "You may ask me again at the time that I choose here",
    "de": "Sie dürfen mich zu der Zeit, die ich hier wähle, wieder fragen",
}
HALF_YEAR = {"en": "In about half a year", "de": "In etwa einem halben Jahr"}
FORGET = {
    "en": "I would like my data to be deleted",
    "de": "Ich möchte, dass meine Daten gelöscht werden",
}
ASK = {"en": "Ask for deletion", "de": "Um Löschung bitten"}
KEEP = {"en": "Keep my data after all", "de": "Meine Daten doch behalten"}
LONG = "Lebenslauf_und_saemtliche_Arbeitszeugnisse_der_letzten_fuenfzehn_Jahre_Oliver_Brandt.pdf"


def looked_after(language: str) -> Application:
    """Somebody with documents, and a colleague who has a number."""
    application, now = asked(language), clock.now()
    robin = make.user(name="Robin Weber", email=f"robin@{language}.example.org")
    robin.phone = "+49 30 23125 007"
    for name, days in (("Anschreiben.pdf", 19), (LONG, 19), ("Zeugnis Öz.pdf", 3)):
        handed_in(application, at=now - timedelta(days=days), name=name)
    pipeline.give_to(application, robin.email, by=robin.email, now=now, office=office())
    db.session.commit()
    return application


def said_later(application: Application, when: When = When.HALF_YEAR) -> None:
    said = Answer(Choice.LATER, when=when, may_ask=True)
    words = "Not now, perhaps later"
    answer(Said(application, said, words, clock.now(), office()), feedback_days=30)
    db.session.commit()


@pytest.mark.parametrize("look", PHONES, ids=str)
def test_not_now_with_a_day_and_the_wish_to_erase_without_script(
    new_page: Callable[..., Page], look: Look
):
    application = looked_after(look.lang)
    page = new_page(look, java_script_enabled=False)
    page.goto(path_to(Purpose.STATUS, application))
    page.get_by_text(FORGET[look.lang], exact=True).click()
    page.get_by_role("button", name=ASK[look.lang]).click()
    expect(page.get_by_role("status")).to_be_visible()
    page.get_by_role("button", name=KEEP[look.lang]).click()
    page.get_by_text(LATER[look.lang], exact=True).click()
    tick = page.get_by_label(MAY_ASK[look.lang])
    expect(tick).not_to_be_checked()
    tick.check()
    page.get_by_role("button", name=HALF_YEAR[look.lang]).click()
    expect(page.get_by_role("status")).to_be_visible()
    assert page.context.cookies() == []
    db.session.commit()
    db.session.refresh(application)
    assert application.outcome is Outcome.WITHDRAWN
    consent, erasure = queries.consent_of(application), queries.erasure_of(application)
    assert (consent and consent.holds, erasure and erasure.is_open) == (True, False)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_clean_narrow_and_light(
    new_page: Callable[..., Page], look_at: Callable[[Page, str], list[str]], lang: str
):
    now, by = clock.now(), "hr@heardback.test"
    held, later, refused = looked_after(lang), with_document(lang), with_document(lang)
    services.ask_erasure(held, "", now=now, office=office())
    said_later(later)
    services.ask_erasure(refused, "", now=now, office=office())
    pipeline.close(refused, Outcome.REJECTED, note="x", by=by, now=now, office=office())
    tell(refused, at=clock.now())
    reason = "A claim is open until June."
    services.decide_erasure(refused, Decision.REFUSED, reason, by=by, now=now, office=office())
    db.session.commit()
    for name, application in {
        "status-held": held, "status-later": later, "status-refused": refused,
    }.items():  # fmt: skip
        page = new_page(Look(lang))
        page.goto(path_to(Purpose.STATUS, application), wait_until="networkidle")
        for fold in page.locator("details > summary").all():
            fold.click()
        assert look_at(page, name) == []


def with_document(lang: str) -> Application:
    application = asked(lang)
    handed_in(application, at=clock.now() - timedelta(days=19), name=LONG)
    db.session.commit()
    return application


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_desk_and_the_page_of_what_was_asked_are_clean(
    page_for: Callable[..., Page], look_at: Callable[[Page, str], list[str]], lang: str
):
    asks, again = asked(lang), asked(lang)
    now = clock.now()
    services.ask_erasure(asks, "Bitte alles.", now=now, office=office())
    said_later(again)
    consent = queries.consent_of(again)
    assert consent
    consent.ask_on = office().day_of(now)
    db.session.commit()
    page = page_for(Role.HR, Look(lang))
    for path, name in {
        "/desk": "desk-asked",
        f"/applications/{asks.id}": "case-erasure",
        f"/applications/{again.id}": "case-again",
        "/account": "account-phone",
    }.items():
        page.goto(path)
        assert look_at(page, name) == []
