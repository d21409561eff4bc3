"""The candidate's page in a real browser, on a phone: with script, without, and left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from recruiting import clock
from recruiting.db import db
from recruiting.feedback import opening, services
from recruiting.feedback.models import Answer, HeldAnswers
from recruiting.feedback.rules import Choice
from tests.browsers import LANGUAGES, MOST, Look, weight
from tests.feedback.invited import ended_application

PHONE = Look(width=360)


@pytest.fixture
def address(live_server: str) -> str:
    """The path of a link that is open now."""
    invitation = services.invite(ended_application(language="en"), now=clock.now(), days=30)
    assert invitation is not None
    link = opening.link_for(invitation)
    db.session.commit()
    return "/feedback/" + link.rpartition("/")[2]


def stored() -> list[Answer]:
    db.session.rollback()
    return list(db.session.scalars(select(Answer)))


@pytest.mark.parametrize("with_script", [True, False])
def test_a_candidate_answers_on_a_phone(
    address: str, new_page: Callable[..., Page], with_script: bool
):
    page = new_page(PHONE, java_script_enabled=with_script)
    page.goto(address)
    page.get_by_label("With my name").check()
    page.get_by_label("I decided against it").check()
    page.get_by_label("Communication and pace").check()
    page.get_by_label("One thing that we should have done differently").fill("Say it sooner.")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your answers")
    assert page.context.cookies() == []
    (answer,) = stored()
    assert (answer.choice, answer.wish) == (Choice.DECIDED_AGAINST, "Say it sooner.")


def test_what_was_written_is_still_there_after_a_mistake(
    address: str, new_page: Callable[..., Page], axe: Callable[[Page], list[str]]
):
    page = new_page(PHONE)
    page.goto(address)
    assert axe(page) == []
    page.get_by_label("More time until").fill("2020-01-01")
    page.get_by_label("Something else, in your words").fill("The dog")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("alert")).to_contain_text("This day has passed")
    expect(page.get_by_label("Something else, in your words")).to_have_value("The dog")
    assert axe(page) == []
    assert stored() == []


def test_a_page_that_is_left_alone_sends_nothing(address: str, new_page: Callable[..., Page]):
    page, asked = new_page(PHONE), []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    page.clock.install()
    page.goto(address)
    page.clock.run_for(60_000)
    assert {method for method, _url in asked} == {"GET"}
    assert {url.split("/")[2] for _method, url in asked if url.startswith("http")} == {
        page.url.split("/")[2]
    }
    assert stored() == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_fits_and_is_accessible_before_and_after_a_mistake(
    address: str, new_page: Callable[..., Page], look_at: Callable, lang: str
):
    page = new_page(PHONE)
    page.goto(f"{address}?lang={lang}")
    assert look_at(page, f"feedback-{lang}") == []
    page.locator("button.btn--do").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert look_at(page, f"feedback-refused-{lang}") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_light(address: str, new_page: Callable[..., Page], lang: str):
    assert weight(new_page(PHONE), f"{address}?lang={lang}") <= MOST


def test_an_answer_without_a_name_is_given_without_script(
    address: str, new_page: Callable[..., Page]
):
    page = new_page(PHONE, java_script_enabled=False)
    page.goto(address)
    page.get_by_label("Anonymous").check()
    page.get_by_label("I am still interested").check()
    page.get_by_label("One thing that we should have done differently").fill("Say it sooner.")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your answers")
    assert page.context.cookies() == []
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0
    assert b"sooner" not in db.session.scalars(select(HeldAnswers.sealed)).one()
