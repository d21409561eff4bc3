"""The page of exit feedback on a phone and in every look, in both languages, without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from recruiting import clock
from recruiting.db import db
from recruiting.feedback import queries, services
from recruiting.feedback.models import Answer, HeldAnswers
from tests.browsers import Look
from tests.feedback.invited import ended_application

PHONE = Look(width=360)
MOST = 60_000  # bytes of the page with all that it loads, but for fonts
LOADED = """performance.getEntriesByType("resource").filter(one => !one.name.includes("/fonts/"))
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


@pytest.fixture
def address(live_server: str) -> str:
    """The path of a link that is open now."""
    invitation = services.invite(ended_application(language="en"), now=clock.now(), days=30)
    assert invitation is not None
    link = queries.link_for(invitation)
    db.session.commit()
    return "/feedback/" + link.rpartition("/")[2]


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_page_fits_and_is_accessible_before_and_after_a_mistake(
    address: str, new_page: Callable[..., Page], look_at: Callable, lang: str
):
    page = new_page(PHONE)
    page.goto(f"{address}?lang={lang}")
    assert look_at(page, f"feedback-{lang}") == []
    page.locator("button.btn--do").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert look_at(page, f"feedback-refused-{lang}") == []


def test_the_page_is_light(address: str, new_page: Callable[..., Page]):
    page = new_page(PHONE)
    answer = page.goto(address)
    assert answer is not None
    assert len(answer.body()) + page.evaluate(LOADED) <= MOST


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
