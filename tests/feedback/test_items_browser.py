"""Items that are saved by themselves, in a real browser, and the pages beside them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from recruiting import clock
from recruiting.db import db
from recruiting.feedback import opening, services
from recruiting.feedback.models import Answer, HeldAnswers, Invitation
from tests.browsers import LANGUAGES, Look
from tests.feedback.invited import ended_application
from tests.feedback.test_views_browser import PHONE, stored

DESK = Look(width=1440)


def waiting_for(page: Page, number: int) -> None:
    """Let the page save so many items."""
    expect(page.get_by_text("Saved.", exact=True)).to_have_count(number)


def kept() -> list[Answer]:
    """What is stored, without holding the database that the page writes to."""
    found = stored()
    db.session.expunge_all()
    db.session.rollback()
    return found


@pytest.fixture
def address(live_server: str) -> str:
    """The path of a link that is open now."""
    invitation = services.invite(ended_application(language="en"), now=clock.now(), days=30)
    assert invitation is not None
    link = opening.link_for(invitation)
    db.session.commit()
    return "/feedback/" + link.rpartition("/")[2]


def test_who_closes_the_tab_after_two_items_has_been_heard(
    address: str, new_page: Callable[..., Page]
):
    page = new_page(PHONE)
    page.goto(address)
    page.get_by_label("With my name").check()
    page.get_by_label("Communication and pace").check()
    page.get_by_label("very unlikely").check()
    waiting_for(page, 2)
    expect(page.get_by_text("Saved with your name")).to_be_visible()
    expect(page.get_by_label("Anonymous")).to_be_disabled()
    (answer,) = kept()
    assert (answer.reasons, answer.again, answer.choice) == ("pace", 1, None)
    page.get_by_label("One thing that we should have done differently").fill("Say it sooner.")
    page.goto("about:blank")  # before a second has passed
    for _look in range(50):
        if kept()[0].wish:
            break
        page.wait_for_timeout(100)
    assert kept()[0].wish == "Say it sooner."


def test_what_is_chosen_before_the_name_is_saved_with_it_and_the_button_ends_it(
    address: str, new_page: Callable[..., Page]
):
    page = new_page(DESK)
    page.goto(address)
    page.get_by_label("very likely").check()
    page.get_by_label("One thing that we should have done differently").fill("Nothing")
    page.wait_for_timeout(1500)
    assert kept() == []
    page.get_by_label("With my name").check()
    waiting_for(page, 2)
    page.get_by_label("One thing that we should have done differently").fill("")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your answers")
    (answer,) = kept()
    assert (answer.again, answer.wish) == (5, "")
    page.get_by_role("link", name="Complete or change my answers").click()
    expect(page.get_by_label("very likely")).to_be_checked()


def test_a_mistake_is_told_at_its_item_and_saved_once_it_is_mended(
    address: str, new_page: Callable[..., Page]
):
    page = new_page(DESK)
    page.goto(address)
    page.get_by_label("With my name").check()
    wish = page.get_by_label("One thing that we should have done differently")
    wish.fill("x" * 501)
    expect(page.get_by_text("This has 501 characters, and 500 fit.")).to_be_visible()
    assert kept() == []
    wish.fill("x" * 500)
    waiting_for(page, 1)
    assert len(kept()[0].wish) == 500


def test_without_a_name_nothing_leaves_before_the_button(
    address: str, new_page: Callable[..., Page]
):
    page, sent = new_page(PHONE), []
    page.on("request", lambda one: sent.append(one.method))
    page.goto(address)
    page.get_by_label("Anonymous").check()
    page.get_by_label("I am still interested").check()
    page.get_by_label("Communication and pace").check()
    page.get_by_label("One thing that we should have done differently").fill("Say it sooner.")
    page.wait_for_timeout(5000)
    page.goto("about:blank")
    assert set(sent) == {"GET"}
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(HeldAnswers)) == 0
    assert db.session.scalars(select(Invitation.is_used)).all() == [False]
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0
    db.session.rollback()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answers_that_are_changed_and_a_page_after_an_objection_fit_and_are_accessible(
    address: str, new_page: Callable[..., Page], look_at: Callable, lang: str
):
    page = new_page(PHONE)
    page.goto(f"{address}?lang={lang}")
    page.locator("input[name=how][value=named]").check()
    page.locator("input[name=again][value='2']").check()
    expect(page.locator("[data-item=again] [data-said]")).not_to_be_empty()
    assert look_at(page, f"feedback-saving-{lang}") == []
    page.goto(f"{address}?change=1&lang={lang}")
    assert look_at(page, f"feedback-change-{lang}") == []
    page.goto(f"{address}?lang={lang}")
    assert look_at(page, f"feedback-thanks-{lang}") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_objection_is_made_and_undone_in_a_browser(
    address: str, new_page: Callable[..., Page], look_at: Callable, lang: str
):
    page = new_page(PHONE)
    page.goto(f"{address}?lang={lang}")
    page.locator("button[value=object]").click()
    expect(page.locator("button[value=allow]")).to_be_visible()
    assert look_at(page, f"feedback-objected-{lang}") == []
    page.locator("button[value=allow]").click()
    expect(page.locator("button[value=object]")).to_be_visible()


def test_the_first_item_has_its_time_whoever_looks_elsewhere(
    address: str, new_page: Callable[..., Page]
):
    page, sent = new_page(DESK), []
    page.on("request", lambda one: one.method == "POST" and sent.append(one.post_data))
    page.goto(address)
    page.get_by_label("I am still interested").check()
    page.get_by_label("With my name").check()
    page.get_by_label("I am still interested").focus()
    page.get_by_label("very unlikely").focus()
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.wait_for_timeout(1500)
    assert sent == []
    expect(page.get_by_text("Saved.", exact=True)).to_have_count(1, timeout=20_000)
    assert ["item=choice" in one for one in sent] == [True]
