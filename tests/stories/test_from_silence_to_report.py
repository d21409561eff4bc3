"""The main way, walked by hand: a quiet candidate, the evidence, a person's word, the candidate's
answer, and HR who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from recruiting import clock
from recruiting.db import db
from recruiting.feedback.models import Answer
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from recruiting.pipeline.timelines import timeline
from recruiting.silence import queries as silence
from recruiting.silence.rules import Rule

WISH = "Please tell sooner how long the task is."
NOTE = "Asked by mail and by phone, no word for weeks."


class Quiet(NamedTuple):
    """Somebody who has gone quiet."""

    id: int
    name: str


@pytest.fixture
def quiet(app: Flask) -> Quiet:
    """An active application for which every condition is met or left to a reader."""
    for application in db.session.scalars(
        select(Application).where(Application.outcome.is_(None)).order_by(Application.since)
    ):
        events = timeline(application, clock.now())
        found = silence.evidence(application, events, clock.now(), office())
        if not found.unmet:
            quiet = Quiet(application.id, application.candidate.name)
            db.session.rollback()
            return quiet
    raise AssertionError("the demonstration data hold nobody who could be confirmed")


def answers() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Answer)) or 0


def outcome_of(quiet: Quiet) -> Outcome | None:
    with db.engine.connect() as connection:
        return connection.scalar(select(Application.outcome).where(Application.id == quiet.id))


def test_from_a_quiet_candidate_to_the_report(
    quiet: Quiet, page: Page, new_page: Callable[..., Page], sign_in: Callable
):
    name, before = quiet.name, answers()

    sign_in(page, "recruiter")
    expect(page).to_have_url(re.compile("/desk$"))
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("link", name="Read the evidence").first.click()
    expect(page.get_by_role("heading", name="What must hold")).to_be_visible()

    for tick in page.locator("#conditions input[type=checkbox]").all():
        tick.check()
    page.get_by_label("Note").fill(NOTE)
    page.get_by_role("button", name="Confirm: no answer").click()
    expect(page.get_by_text("Confirmed.")).to_be_visible()
    kept = page.locator("#confirmed")  # what held then stays readable
    expect(kept.get_by_text(NOTE)).to_be_visible()
    expect(kept.locator("li.met")).to_have_count(len(Rule))
    link = page.locator("#feedback-link").input_value()

    candidate = new_page()
    for _ in range(3):  # opening a link does nothing
        candidate.goto(urlsplit(link).path + "?lang=en")
    assert answers() == before
    candidate.get_by_label("With my name").check()
    candidate.get_by_label("I decided against it").check()
    candidate.get_by_label("The effort of the process").check()
    candidate.locator("textarea[name=wish]").fill(WISH)
    candidate.get_by_role("button", name="Send my answers").click()
    expect(candidate.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert candidate.context.cookies() == []
    assert answers() == before + 1

    hr = new_page()
    sign_in(hr, "hr")
    hr.goto("/reports/ghosting")
    expect(hr.get_by_text(WISH)).to_be_visible()
    expect(hr.get_by_text(re.compile(rf"\b{before + 1}\b")).first).to_be_visible()


def test_one_click_takes_a_confirmed_silence_back(quiet: Quiet, page: Page, sign_in: Callable):
    sign_in(page, "recruiter")
    page.goto(f"/applications/{quiet.id}/confirm")
    for tick in page.locator("#conditions input[type=checkbox]").all():
        tick.check()
    page.get_by_label("Note").fill(NOTE)
    page.get_by_role("button", name="Confirm: no answer").click()
    page.get_by_role("button", name=re.compile("Reopen")).first.click()
    assert outcome_of(quiet) is None


def test_the_same_way_works_without_any_script(
    quiet: Quiet, new_page: Callable[..., Page], sign_in: Callable, browser: Browser
):
    page = new_page(java_script_enabled=False)
    sign_in(page, "recruiter")
    page.goto(f"/applications/{quiet.id}/confirm")
    for tick in page.locator("#conditions input[type=checkbox]").all():
        tick.check()
    page.get_by_label("Note").fill(NOTE)
    page.get_by_role("button", name="Confirm: no answer").click()
    link = page.locator("#feedback-link").input_value()
    candidate = new_page(java_script_enabled=False)
    candidate.goto(urlsplit(link).path + "?lang=en")
    candidate.get_by_label("With my name").check()
    candidate.get_by_label("I decided against it").check()
    candidate.get_by_role("button", name="Send my answers").click()
    expect(candidate.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert outcome_of(quiet) is Outcome.WITHDRAWN  # they said so, with their name
