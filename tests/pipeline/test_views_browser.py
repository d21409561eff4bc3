"""The board and the application page in a real browser: by mouse, by keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.jobs.models import Stage
from recruiting.pipeline.models import Application
from tests import make
from tests.make import DAY, HOUR, MONDAY

Opener = Callable[..., Any]


class Place(NamedTuple):
    """The ids of what a test looks at; an object would ask the database, and hold it."""

    application: int
    job: int


@pytest.fixture
def place(app: object) -> Place:
    """One application on a board of three stages."""
    job = make.job("Engineer", ("Applied", "Interview", "Offer"))
    made = make.application(make.candidate("Leyla Öztürk"), job)
    make.application(make.candidate("Marek Nowak"), job)
    return Place(made.id, job.id)


def stage_of(place: Place) -> str:
    question = select(Stage.name).join(Application, Application.stage_id == Stage.id)
    name = db.session.scalars(question.where(Application.id == place.application)).one()
    db.session.rollback()
    return name


def board(page: Any, place: Place) -> Any:
    page.goto(f"/jobs/{place.job}")
    return page.locator(f"#card-{place.application}")


def test_a_card_is_moved_by_dragging_it(page_for: Opener, place: Place):
    page = page_for(Role.RECRUITER)
    card = board(page, place)
    goal = page.locator("[data-stage-id]").nth(1)
    card.drag_to(goal, target_position={"x": 60, "y": 60})
    page.get_by_text("Moved.").wait_for()
    expect(goal.get_by_role("link", name="Leyla Öztürk")).to_be_visible()
    assert stage_of(place) == "Interview"


def test_a_card_is_moved_by_the_keyboard_alone(page_for: Opener, place: Place):
    page = page_for(Role.RECRUITER)
    board(page, place)
    page.get_by_role("link", name="Leyla Öztürk").focus()
    page.keyboard.press("]")
    page.get_by_text("Moved.").wait_for()
    assert stage_of(place) == "Interview"
    expect(page.locator(f"#card-{place.application}")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    goal = page.locator("[data-stage-id]").nth(2)
    expect(goal.locator(f"#card-{place.application}")).to_be_focused()
    assert stage_of(place) == "Offer"


def test_a_card_is_moved_by_its_menu_without_scripts(page_for: Opener, place: Place):
    page = page_for(Role.RECRUITER, java_script_enabled=False)
    card = board(page, place)
    card.locator("summary").click()
    card.get_by_label("Stage").select_option("Offer")
    card.get_by_role("button", name="Move").click()
    page.get_by_text("Moved.").wait_for()
    assert stage_of(place) == "Offer"


def test_a_touch_is_logged_without_scripts(page_for: Opener, place: Place):
    page = page_for(Role.RECRUITER, java_script_enabled=False)
    page.goto(f"/applications/{place.application}?do=log")
    page.get_by_label("What was said?").fill("We would like to meet you.")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Written down.").wait_for()
    expect(page.locator(".entry__text")).to_have_text("We would like to meet you.")


def test_the_pages_of_the_day_please_axe(page_for: Opener, axe: Callable[[Any], list[str]]):
    application = make.application(make.candidate("Oliver Brandt", phone="+49 30 23125 001"))
    make.reply(application, at=MONDAY + HOUR, body="Is the task paid?")
    make.event(application, at=MONDAY + DAY, body="A short no is fine too.", offers_no=True)
    one, job = f"/applications/{application.id}", f"/jobs/{application.job_id}"
    page = page_for(Role.RECRUITER)
    for url in ("/desk", "/jobs", job, one, f"{one}?do=end"):
        page.goto(url)
        assert axe(page) == []
    for url in (f"{one}/confirm", "/applications?q=oliver", "/applications?q=nobody"):
        page.goto(url)
        assert axe(page) == []
