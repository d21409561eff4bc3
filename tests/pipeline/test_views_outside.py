"""What candidates see of a stage: set on its page, by who sets its terms."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.jobs.forms import OutsideForm
from recruiting.jobs.models import Stage
from recruiting.jobs.rules import Outside
from tests import make
from tests.pipeline.staff import Staff, text_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def staff(app: Flask) -> Callable[[Role], Staff]:
    return lambda role: Staff(app, make.user(role))


@pytest.fixture
def stage(app: Flask) -> Stage:
    return make.job().stages[1]


def address(stage: Stage) -> str:
    return f"/jobs/{stage.job_id}/stages/{stage.id}"


def save(client: Staff, stage: Stage, **fields: str) -> Any:
    seen = str(OutsideForm.seen(stage))
    form = {"version": seen, "submission": secrets.token_urlsafe(16), **fields}
    answer = client.act(f"{address(stage)}/outside", form)
    db.session.expire_all()
    return answer


def test_a_stage_is_shown_by_its_own_name_until_somebody_says_otherwise(stage: Stage):
    assert stage.outside == Outside(is_shown=True, en="", de="")
    assert stage.outside.name("en", stage.name) == "Interview"


@pytest.mark.parametrize(
    ("en", "de", "english", "german"),
    [
        ("", "", "B list", "B list"),
        ("In review", "In Prüfung", "In review", "In Prüfung"),
        ("In review", "", "In review", "In review"),
        ("", "In Prüfung", "In Prüfung", "In Prüfung"),
    ],
)
def test_a_name_in_one_language_hides_the_own_one_in_both(en, de, english, german):
    outside = Outside(is_shown=True, en=en, de=de)
    assert (outside.name("en", "B list"), outside.name("de", "B list")) == (english, german)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.HR])
def test_who_sets_the_terms_says_what_candidates_see(staff, stage, role):
    answer = save(staff(role), stage, is_shown="y", en=" Getting  to know you ", de="Kennenlernen")
    assert (answer.status_code, answer.location) == (303, address(stage))
    assert stage.outside == Outside(is_shown=True, en="Getting to know you", de="Kennenlernen")
    page = text_of(staff(role), address(stage))
    assert "candidates read “Getting to know you · Kennenlernen”" in page
    assert save(staff(role), stage).status_code == 303
    assert not stage.is_shown
    assert "candidates do not see this stage" in text_of(staff(role), address(stage))


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HIRING_MANAGER])
def test_nobody_else_does(staff, stage, role):
    assert save(staff(role), stage, en="Mine").status_code == 403
    assert stage.outside == Outside()
    if role is Role.RECRUITER:
        page = text_of(staff(role), address(stage))
        assert "candidates read “Interview”" in page
        assert "Save what candidates see" not in page


def test_the_later_of_two_is_told_and_a_second_click_acts_once(staff, stage):
    seen = str(OutsideForm.seen(stage))
    key = secrets.token_urlsafe(16)
    for _click in range(2):
        sent = save(staff(Role.HR), stage, is_shown="y", en="First", version=seen, submission=key)
        assert sent.status_code == 303
    late = save(staff(Role.HR), stage, is_shown="y", en="Second", version=seen)
    assert late.status_code == 409
    assert "candidates read “First”" in late.text
    assert "candidates read “Second”" in late.text
    assert stage.shown_en == "First"


def test_a_name_that_is_too_long_or_no_text_is_refused(staff, stage):
    for wrong in ("x" * 201, "a\0b"):
        assert save(staff(Role.HR), stage, is_shown="y", en=wrong).status_code == 422
    assert stage.outside == Outside()
    assert "x" * 201 in save(staff(Role.HR), stage, en="x" * 201).text
