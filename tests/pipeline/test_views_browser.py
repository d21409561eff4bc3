"""The board and the application page in a real browser: by mouse, by keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.pipeline.models import Application
from tests import make
from tests.make import DAY, HOUR, MONDAY

Opener = Callable[..., Any]


@pytest.fixture
def application(app: object) -> Application:
    """One on a board of three stages."""
    job = make.job("Engineer", ("Applied", "Interview", "Offer"))
    made = make.application(make.candidate("Leyla Öztürk"), job)
    make.application(make.candidate("Marek Nowak"), job)
    return made


def stage_of(application: Application) -> str:
    db.session.commit()  # let go of what was read
    db.session.refresh(application)
    name = application.stage.name
    db.session.commit()
    return name


def board(page: Any, application: Application) -> Any:
    page.goto(f"/jobs/{application.job_id}")
    return page.locator(f"#card-{application.id}")


def test_a_card_is_moved_by_dragging_it(page_for: Opener, application: Application):
    page = page_for(Role.RECRUITER)
    card = board(page, application)
    goal = page.locator("[data-stage-id]").nth(1)
    card.drag_to(goal, target_position={"x": 60, "y": 60})
    page.wait_for_url("**/jobs/*#card-*")
    page.get_by_text("Moved.").wait_for()
    assert goal.get_by_text("Leyla Öztürk").count() >= 1
    assert stage_of(application) == "Interview"


def test_a_card_is_moved_by_the_keyboard_alone(page_for: Opener, application: Application):
    page = page_for(Role.RECRUITER)
    board(page, application)
    page.get_by_role("link", name="Leyla Öztürk").focus()
    page.keyboard.press("]")
    page.get_by_text("Moved.").wait_for()
    assert stage_of(application) == "Interview"
    assert page.evaluate("document.activeElement.textContent") == "Leyla Öztürk"
    page.keyboard.press("m")
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Interview → Offer").or_(page.get_by_text("Moved.")).first.wait_for()
    page.wait_for_load_state()
    assert stage_of(application) == "Offer"


def test_a_card_is_moved_by_its_menu_without_scripts(page_for: Opener, application: Application):
    page = page_for(Role.RECRUITER, java_script_enabled=False)
    card = board(page, application)
    card.locator("summary").click()
    card.get_by_label("Stage").select_option("Offer")
    card.get_by_role("button", name="Move").click()
    page.get_by_text("Moved.").wait_for()
    assert stage_of(application) == "Offer"


def test_a_touch_is_logged_without_scripts(page_for: Opener, application: Application):
    page = page_for(Role.RECRUITER, java_script_enabled=False)
    page.goto(f"/applications/{application.id}?do=answer")
    page.get_by_label("What was said?").fill("We would like to meet you.")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Written down.").wait_for()
    assert page.get_by_text("We would like to meet you.").count() == 1


def test_the_pages_of_the_day_please_axe(page_for: Opener, axe: Callable[[Any], list[str]]):
    application = make.application(make.candidate("Oliver Brandt", phone="+49 30 23125 001"))
    make.reply(application, at=MONDAY + HOUR, body="Is the task paid?")
    make.event(application, at=MONDAY + DAY, body="A short no is fine too.", offers_no=True)
    page = page_for(Role.RECRUITER)
    one = f"/applications/{application.id}"
    for url in ("/desk", "/jobs", f"/jobs/{application.job_id}", one, f"{one}?do=end"):
        page.goto(url)
        assert axe(page) == []
    for url in (f"{one}/confirm", "/applications?q=oliver", "/applications?q=nobody"):
        page.goto(url)
        assert axe(page) == []
