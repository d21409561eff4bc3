"""A turn in words: what is said of it, until when, and what is no longer said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from recruiting import letters
from recruiting.messages import wordings
from recruiting.pipeline.rules import Turn
from recruiting.silence.ladder import Next, Step, Why
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


@pytest.mark.parametrize(
    ("public_url", "mail_from", "domain"),
    [
        ("https://jobs.nordwind.example/x", "jobs@mail.example", "jobs.nordwind.example"),
        ("", "jobs@mail.example", "mail.example"),
        ("", "", "localhost"),
    ],
)
def test_a_mail_is_known_by_a_domain_of_ours(
    app: Flask, public_url: str, mail_from: str, domain: str
):
    settings = replace(app.extensions["settings"], public_url=public_url, mail_from=mail_from)
    app.extensions["settings"] = settings
    assert letters.domain() == domain


def test_a_mail_calls_a_stage_as_candidates_know_it(app: Flask):
    job = make.job(stages=("Applied", "Technical screen", "Salary check"))
    _first, screen, check = job.stages
    screen.shown_de, check.is_shown = "Fachgespräch", False
    application = make.application(make.candidate(language="de"), job=job)
    said = {"subject": "Stand: {stage}", "body": "{answer_link} {stop_link}"}
    seen = wordings.words("follow_up_1", "de").seen
    assert wordings.change("follow_up_1", "de", **said, seen=seen, by="a@example.org", now=MONDAY)
    for stage in (screen, check):
        application.stage = stage
        letter = letters.of_step(application, Next(Step.FOLLOW_UP, Why.NOT_DUE, number=1))
        assert letter.subject == "Stand: Fachgespräch"
