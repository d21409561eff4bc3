from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.feedback import services as feedback
from recruiting.feedback.rules import Answers, Choice, Reason
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.rules import Outcome
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE

pytestmark = pytest.mark.usefixtures("app", "frozen")
DEPTH = "/reports/ghosting/depth"
PAGES = ("/reports/ghosting", "/reports/ghosting/stage.csv", DEPTH)
BEGUN = MONDAY - 40 * DAY
BOSS = "hr@heardback.test"


def end_all(number: int, *, source: str | None = None) -> list:
    """Applications that were asked and then ended as ghosted."""
    job, made = make.job(), []
    for _ in range(number):
        application = make.application(job=job, at=BEGUN, source=source)
        make.event(application, at=BEGUN + HOUR)
        pipeline.close(
            application, Outcome.GHOSTED, note="x", by=BOSS, now=MONDAY - DAY, office=OFFICE
        )
        made.append(application)
    return made


def answer_all(applications: list, answers: Answers) -> None:
    for place, application in enumerate(applications):
        invitation = feedback.invite(application, now=MONDAY - DAY, days=30)
        assert invitation is not None
        feedback.submit(invitation, answers, now=MONDAY - DAY + timedelta(minutes=place))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMIN, 200), (Role.HR, 200), (Role.RECRUITER, 403), (Role.HIRING_MANAGER, 403)],
)
def test_reports_are_for_human_resources(signed_in, path: str, role: Role, status: int):
    end_all(1)
    client = signed_in(role)
    assert client.get(path).status_code == status
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_asked_to_sign_in(client, path: str):
    assert client.get(path).status_code == 302


@pytest.mark.parametrize(
    "odd", ["?by=password", "?from=1%27--", "?job=99999999999", "?sort=x&dir=%00", "?as_of=now"]
)
def test_what_the_page_does_not_ask_for_changes_nothing(signed_in, odd: str):
    end_all(12)
    client = signed_in(Role.HR)
    plain = re.sub(r'value="/[^"]*"', "", client.get(PAGES[0]).text)
    asked = client.get(PAGES[0] + odd)
    if asked.status_code == 200:
        assert re.sub(r'value="/[^"]*"', "", asked.text) == plain
    else:
        assert asked.status_code == 422  # no readable text


def test_what_candidates_say_is_counted_and_shown_once_enough_have_answered(signed_in):
    ended = end_all(12)
    answers = Answers(
        choice=Choice.DECIDED_AGAINST,
        reasons=(Reason.EFFORT,),
        knew_next=2,
        again=4,
        wish="A shorter task, or a paid one.",
    )
    answer_all(ended[:9], answers)
    few = signed_in(Role.HR).get(PAGES[0]).text
    assert "9 answers to the exit feedback so far" in few
    assert "A shorter task" not in few
    assert "Answers are shown once there are 10" in few
    answer_all(ended[9:], answers)
    many = signed_in(Role.HR).get(PAGES[0]).text
    assert "Named most often: The effort of the process (12 of 12)." in many
    assert many.count("A shorter task, or a paid one.") == 12
    assert "in no table yet" not in many
    for application in end_all(2):  # as if two lay in the box
        held = feedback.invite(application, now=MONDAY - DAY, days=30)
        assert held is not None
        held.is_used = True
    db.session.commit()
    sealed = signed_in(Role.HR).get(PAGES[0]).text
    assert "2 further answers stand in no table yet" in sealed


def test_no_name_stands_beside_what_was_said(signed_in):
    ended = end_all(10)
    for application in ended:
        application.candidate.name = "Unmistakable Person"
    answer_all(ended, Answers(wish="More time."))
    page = signed_in(Role.HR).get(PAGES[0]).text
    assert "More time." in page
    assert "Unmistakable" not in page
    assert "example.org" not in page


def test_what_candidates_and_files_write_is_never_live(signed_in):
    canary = "<img src=x onerror=alert(1)>"
    ended = end_all(12, source=canary)
    ended[0].job.title = canary
    ended[0].stage.name = canary
    answer_all(ended, Answers(wish=canary, other_reason=canary, reasons=(Reason.OTHER,)))
    page = signed_in(Role.HR).get(PAGES[0]).text
    assert "<img" not in page
    assert page.count("&lt;img src=x") >= 14


def test_small_groups_are_nowhere_on_the_page_nor_in_the_file(signed_in):
    end_all(12, source="Large fair")
    end_all(11, source="Other fair")
    end_all(4, source="Tiny fair")
    client = signed_in(Role.HR)
    line = next(
        line
        for line in client.get("/reports/ghosting/source.csv").text.splitlines()
        if line.startswith("Tiny fair")
    )
    assert re.fullmatch(r"Tiny fair,+\d*.*(theirs|both)", line)
    page = client.get(PAGES[0]).text
    assert not re.search(r"4 of 4\b", page)
    assert "hidden to protect a small group" in page
    assert "too few to show" not in page  # of the other group, which is large, it would be wrong


def test_the_page_asks_the_same_few_questions_however_much_there_is(app: Flask, signed_in):
    client, asked = signed_in(Role.HR), []
    event.listen(db.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    numbers = []
    for more in (2, 15):
        end_all(more)
        db.session.commit()
        asked.clear()
        assert client.get(PAGES[0]).status_code == 200
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 18
