"""The candidate's pages in a real browser, on a phone: with script, without, and left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recruiting import clock
from recruiting.answers import links
from recruiting.answers.rules import Purpose, proposed_days
from recruiting.db import db
from recruiting.office import office
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Kind, Outcome, Turn
from tests import make
from tests.answers.asked import LINKS, RECRUITER, keys
from tests.browsers import LANGUAGES, MOST, UNTRUSTED, Look, weight
from tests.feedback.test_views import state

PHONES = [Look(lang, width=360) for lang in ("en", "de")]
MORE_TIME = {"en": "I need more time", "de": "Ich brauche mehr Zeit"}
UNTIL = {"en": "Until", "de": "Bis"}
THANKS = {"en": "Thank you, we have your answer", "de": "Vielen Dank, wir haben Ihre Antwort"}


def asked(language: str = "en", outcome: Outcome | None = None) -> Application:
    """Somebody whom we asked something a week ago, as of the real now."""
    now = clock.now()
    candidate = make.candidate(name="Oliver Brandt", language=language)
    application = make.application(candidate, at=now - timedelta(days=20))
    make.event(application, at=now - timedelta(days=7), by=RECRUITER, subject="Which day?")
    if outcome:
        pipeline.close(application, outcome, note="x", by=RECRUITER, now=now, office=make.OFFICE)
    db.session.commit()
    return application


def path_to(purpose: Purpose, application: Application) -> str:
    thing = application.candidate.addresses[0].id if purpose is Purpose.STOP else application.id
    db.session.commit()  # nothing of the test's own stands in the server's way
    ends = links.expiry(purpose, clock.now())
    return LINKS[purpose](thing, keys=keys(), base_url="", expires_at=ends)


def kinds(application: Application) -> list[Kind]:
    db.session.commit()
    question = select(Event.kind).where(Event.application_id == application.id)
    return list(db.session.scalars(question.order_by(Event.id)))[2:]


@pytest.mark.parametrize("with_script", [True, False])
@pytest.mark.parametrize("look", PHONES, ids=str)
def test_from_the_link_to_more_time_in_two_taps(
    new_page: Callable[..., Page], look: Look, with_script: bool
):
    application = asked(look.lang)
    page = new_page(look, java_script_enabled=with_script)
    page.goto(path_to(Purpose.ANSWER, application))
    page.get_by_text(MORE_TIME[look.lang], exact=True).click()
    page.get_by_role("button", name=UNTIL[look.lang]).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS[look.lang])
    assert page.context.cookies() == []
    assert kinds(application) == [Kind.MESSAGE, Kind.PAUSED]
    db.session.refresh(application)
    day = proposed_days(office().day_of(clock.now()), office())[0]
    assert application.turn is Turn.CANDIDATE
    assert application.paused_until == office().start_of(day)


@pytest.mark.parametrize("with_script", [True, False])
def test_one_tap_is_enough_to_stay(new_page: Callable[..., Page], with_script: bool):
    application = asked()
    page = new_page(PHONES[0], java_script_enabled=with_script)
    page.goto(path_to(Purpose.ANSWER, application))
    page.get_by_role("button", name="I am still interested").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS["en"])
    assert kinds(application) == [Kind.MESSAGE]


@pytest.mark.parametrize(
    ("host", "site"), [("localhost", "same-origin"), (UNTRUSTED, None)], ids=["trusted", "plain"]
)
def test_a_page_without_a_referrer_says_nothing_of_its_own_origin(
    browser: Browser, live_server: str, host: str, site: str | None
):
    """Why "null" alone is let pass behind a link: over plain HTTP nothing else is ever sent."""
    application = asked()
    page = browser.new_page()
    page.goto(live_server.replace("localhost", host) + path_to(Purpose.ANSWER, application))
    with page.expect_request(lambda request: request.method == "POST") as caught:
        page.get_by_role("button", name="I am still interested").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS["en"])
    sent = caught.value.all_headers()
    page.close()
    assert (sent["origin"], sent.get("sec-fetch-site"), sent.get("referer")) == ("null", site, None)
    assert kinds(application) == [Kind.MESSAGE]


def test_a_day_of_ones_own_and_a_mistake_on_the_way(
    new_page: Callable[..., Page], axe: Callable[[Page], list[str]]
):
    application = asked()
    page = new_page(PHONES[0])
    page.goto(path_to(Purpose.ANSWER, application))
    page.get_by_text(MORE_TIME["en"], exact=True).click()
    page.get_by_label("Or until another day").fill("2020-01-01")
    page.get_by_role("button", name="Until this day").click()
    expect(page.get_by_role("alert")).to_contain_text("Please choose a day to come")
    expect(page.get_by_label("Or until another day")).to_have_value("2020-01-01")
    assert axe(page) == []
    day = office().day_of(clock.now()) + timedelta(days=10)
    page.get_by_label("Or until another day").fill(day.isoformat())
    page.get_by_role("button", name="Until this day").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS["en"])
    db.session.refresh(application)
    assert application.paused_until == office().start_of(day)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_are_clean_narrow_and_light(
    new_page: Callable[..., Page], look_at: Callable[[Page, str], list[str]], lang: str
):
    withdrawn = asked(lang)
    reopening = asked(lang, Outcome.GHOSTED)
    for name, path in {
        "answer": path_to(Purpose.ANSWER, asked(lang)),
        "answer-given": path_to(Purpose.ANSWER, withdrawn),
        "reopen": path_to(Purpose.REOPEN, reopening),
        "stop": path_to(Purpose.STOP, asked(lang)),
    }.items():
        page = new_page(Look(lang))
        assert weight(page, path) <= MOST, name
        if name == "answer-given":
            page.locator("details").last.click()
            page.locator("details").last.get_by_role("button").click()
            expect(page.get_by_role("heading", level=1)).to_have_text(THANKS[lang])
        for fold in page.locator("details > summary").all():
            fold.click()
        assert look_at(page, name) == []


@pytest.mark.parametrize("purpose", [*Purpose])
def test_a_scanner_that_looks_twenty_times_and_a_page_left_alone_change_nothing(
    new_page: Callable[..., Page], purpose: Purpose
):
    application = asked(outcome=Outcome.GHOSTED if purpose is Purpose.REOPEN else None)
    path = path_to(purpose, application)
    before = state()
    page, sent = new_page(PHONES[0]), []
    page.on("request", lambda request: sent.append((request.method, request.url)))
    page.clock.install()
    for _time in range(20):
        page.goto(path)
    page.clock.run_for(60_000)
    assert {method for method, _url in sent} == {"GET"}
    hosts = {url.split("/")[2] for _method, url in sent if url.startswith("http")}
    assert hosts == {page.url.split("/")[2]}
    assert state() == before


def test_stop_and_reopen_on_a_phone_without_script(new_page: Callable[..., Page]):
    application = asked(outcome=Outcome.GHOSTED)
    page = new_page(PHONES[0], java_script_enabled=False)
    page.goto(path_to(Purpose.REOPEN, application))
    page.get_by_label("What you would like to tell us").fill("I was away.")
    page.get_by_role("button", name="I would like to go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, this has reached us")
    page.goto(path_to(Purpose.STOP, application))
    page.get_by_role("button", name="Stop mails to this address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have stopped")
    db.session.refresh(application)
    assert (application.outcome, application.turn) == (None, Turn.US)
