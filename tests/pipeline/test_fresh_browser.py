"""A board or a desk that stands open keeps up with what happens elsewhere, and disturbs nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from recruiting import clock
from recruiting.accounts.models import UserSession
from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.jobs.models import Stage
from recruiting.pipeline import services
from recruiting.pipeline.models import Application
from recruiting.office import office
from tests import make
from tests.make import DAY, HOUR

Opener = Callable[..., Any]
HALF_A_MINUTE = 31_000  # ms: a little more than lies between two fetches
MARK = "(node) => { node.dataset.seen = 'yes'; }"


class Place(NamedTuple):
    """The ids of what a test looks at; an object would ask the database, and hold it."""

    leyla: int
    marek: int
    job: int


@pytest.fixture
def place(app: object) -> Place:
    """Two cards on a board of two stages."""
    job = make.job("Engineer", ("Applied", "Interview"))
    now = clock.now()
    leyla = make.application(make.candidate("Leyla Öztürk"), job, at=now - 9 * DAY)
    marek = make.application(make.candidate("Marek Nowak"), job, at=now - 8 * DAY)
    found = Place(leyla.id, marek.id, job.id)
    db.session.commit()
    return found


@pytest.fixture
def opened(page_for: Opener, place: Place) -> Page:
    """The board, with a clock that the test moves on."""
    page = page_for(Role.RECRUITER)
    page.clock.install()
    page.goto(f"/jobs/{place.job}")
    return page


def pass_time(page: Page, ms: int = HALF_A_MINUTE) -> None:
    """Let the page's clock run on, and wait for what it has asked for."""
    page.clock.run_for(ms)
    page.wait_for_load_state("networkidle")


def move(place: Place) -> None:
    """Somebody else moves Leyla to the interview."""
    application = db.session.get_one(Application, place.leyla)
    goal = db.session.scalars(select(Stage).where(Stage.name == "Interview")).one()
    services.move(application, goal, by="b@example.org", now=clock.now())
    db.session.commit()
