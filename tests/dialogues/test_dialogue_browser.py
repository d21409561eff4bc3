"""A conversation without a name, from the tick to the second answer, on a phone without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from recruiting import clock
from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.feedback import anonymous, opening, services
from recruiting.feedback.box import week_after
from recruiting.feedback.models import AnonymousAnswer
from recruiting.feedback.rules import Answers
from tests.answers import asked
from tests.browsers import LANGUAGES, Look
from tests.dialogues.talking import answer
from tests.feedback.invited import ended_application, invitation

PHONE = Look(width=360)
LAST_WEEK = timedelta(days=14)


@pytest.fixture
def address(live_server: str) -> str:
    """The path of a link that is open now; nine others have answered as well."""
    today = clock.now().date()
    for _ in range(9):
        anonymous.hold(invitation(), Answers(again=3), keys=asked.keys(), today=today)
    mine = services.invite(ended_application(language="en"), now=clock.now(), days=30)
    assert mine is not None
    link = opening.link_for(mine)
    db.session.commit()
    return "/feedback/" + link.rpartition("/")[2]


def release() -> None:
    """Let the box go, as if two weeks had passed and the Monday after them as well."""
    db.session.rollback()
    today = clock.now().date()
    later = today + timedelta(days=14)
    assert anonymous.release(keys=asked.keys(), alarm_words=(), today=later) == 10
    week = week_after(today - LAST_WEEK)
    db.session.execute(update(AnonymousAnswer).values(week_on=week))
    db.session.commit()


def open_with(page: Page, key: str) -> None:
    page.goto("/dialogue")
    page.get_by_label("Your six words").fill(key)
    page.get_by_role("button", name="Open", exact=True).click()


def say(page: Page, words: str) -> None:
    page.get_by_label("Your answer").fill(words)
    page.get_by_role("button", name="Send").click()


# In CSS pixels: how large somebody reads it, and how far away the next paragraph is.
FONT = "element => parseFloat(getComputedStyle(element).fontSize)"
GAP = """
element => element.nextElementSibling.getBoundingClientRect().top
  - element.getBoundingClientRect().bottom
"""


def test_it_goes_round_twice_without_script(
    address: str, new_page: Callable[..., Page], page_for: Callable[..., Page]
):
    mine = new_page(PHONE, java_script_enabled=False)
    mine.goto(address)
    mine.get_by_label("Anonymous").check()
    mine.get_by_label("One thing that we should have done differently").fill("Say it sooner.")
    mine.get_by_label("I would like to be able to read an answer.").check()
    mine.get_by_role("button", name="Send my answers").click()
    key = mine.locator("#key").inner_text()
    assert re.fullmatch("[a-z]+( [a-z]+){5}", key)  # copied, it is one line
    lines = mine.locator("#key").evaluate("key => [...key.children].map(one => one.innerText)")
    assert [len(one.split()) for one in lines] == [3, 3]
    assert mine.locator("#key").evaluate(FONT) >= 20
    assert mine.locator(".notice").evaluate(GAP) >= 16
    assert key.split()[0] not in mine.url
    open_with(mine, key)
    expect(mine.get_by_role("heading", level=1)).to_have_text("Your words are still sealed")
    release()

    hr = page_for(Role.HR)
    for round_, kind in (("Which step was it?", "Only an answer"), ("Done.", "We have changed it")):
        hr.goto("/reports/dialogues")
        hr.get_by_role("row", name="waits for our answer").get_by_role("link").click()
        hr.get_by_label(kind).check()
        say(hr, round_)
        expect(hr.get_by_role("status")).to_have_text("Your answer is stored.")
        open_with(mine, key.upper().replace(" ", ", "))
        expect(mine.get_by_text(round_)).to_be_visible()
        say(mine, f"On “{round_}”: thank you.")
        expect(mine.get_by_role("status")).to_contain_text("Stored.")
        hr.goto("/reports/dialogues")
        hr.get_by_role("row", name="waits for our answer").get_by_role("link").click()
        expect(hr.get_by_text(f"On “{round_}”: thank you.")).to_be_visible()
    assert mine.context.cookies() == []
    assert key.split()[0] not in mine.url


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_fit_and_are_accessible(
    live_server: str,
    new_page: Callable[..., Page],
    page_for: Callable[..., Page],
    look_at: Callable[[Page, str], list[str]],
    lang: str,
):
    week = week_after(clock.now().date() - LAST_WEEK)
    answer_id = answer(week_on=week)
    for number in range(2, 11):
        answer(number, "", week_on=week)
    page = new_page(Look(lang, width=360))
    page.goto(f"/dialogue?lang={lang}")
    assert look_at(page, "dialogue-key") == []
    page.locator("#key").fill("acorn")
    page.locator("button.btn--do").click()
    assert look_at(page, "dialogue-refused") == []
    page.locator("#key").fill("acorn apple beaver cello zebra zone")
    page.locator("button.btn--do").click()
    page.locator("summary").click()
    assert look_at(page, "dialogue") == []
    inside = page_for(Role.HR, Look(lang))
    inside.goto("/reports/dialogues")
    assert look_at(inside, "dialogues") == []
    inside.goto(f"/reports/dialogues/{answer_id}")
    inside.locator("summary").last.click()
    assert look_at(inside, "dialogue-inside") == []
