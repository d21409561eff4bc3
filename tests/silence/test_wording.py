"""A turn in words: what is said of it, until when, and what is no longer said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from recruiting.pipeline.rules import Turn
from recruiting.silence.queries import Card
from recruiting.silence.rules import Standing, State
from recruiting.silence.wording import line
from tests import make
from tests.make import DAY, MONDAY, OFFICE

pytestmark = pytest.mark.usefixtures("app")


def told(app: Flask, standing: Standing, now: datetime, typical: timedelta | None = None) -> str:
    card = Card(standing, None, None, None, typical, 1)
    with app.test_request_context():
        said = line(make.application(), card, now, OFFICE)
        return " · ".join([said.owed, said.short]).strip(" ·").replace("\u00a0", " ")


@pytest.mark.parametrize(("days", "is_said"), [(1, True), (3, True), (4, False), (9, False)])
def test_when_half_of_the_answers_come_is_not_said_once_the_silence_is_older(
    app: Flask, days: int, is_said: bool
):
    waits = Standing(Turn.CANDIDATE, State.WAITING, MONDAY, MONDAY + 20 * DAY, 1)
    said = told(app, waits, MONDAY + days * DAY, timedelta(days=2.4))
    assert ("half of the answers come within 3 days" in said) is is_said


MIDNIGHT = datetime(2026, 3, 4, 23, tzinfo=UTC)  # in the office Thursday 5 March, 0:00


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (MIDNIGHT - 2 * DAY, "our answer due Wed 4 Mar"),
        (MIDNIGHT - timedelta(hours=3), "our answer due today"),
        (MIDNIGHT + timedelta(hours=9), "we are 1 day late"),
    ],
)
def test_a_deadline_at_midnight_is_over_with_the_day_before(app: Flask, now: datetime, words: str):
    state = State.DELAYED if now > MIDNIGHT else State.OUR_TURN
    assert words in told(app, Standing(Turn.US, state, MONDAY, MIDNIGHT, 0), now)
