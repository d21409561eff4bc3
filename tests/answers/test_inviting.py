"""An invitation on the candidate's pages and in our mails: wanted, and telling nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from recruiting import letters
from recruiting.answers import inviting
from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.feedback import services as feedback
from recruiting.feedback.models import Invitation
from recruiting.feedback.obstacles import Obstacle
from recruiting.messages import wordings
from recruiting.messages.rules import Purpose as MailPurpose
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Kind, Outcome
from recruiting.silence.ladder import Next, Step, Why
from tests import make
from tests.answers.asked import (
    BEGUN,
    NOW,
    RECRUITER,
    answer_path,
    asked_application,
    closed_application,
    status_path,
    tell,
    told_application,
)
from tests.answers.test_status import assert_alike
from tests.feedback.test_views import body
from tests.make import DAY, HOUR, OFFICE

pytestmark = pytest.mark.usefixtures("app", "frozen")
LINK = re.compile(r'href="([^"]+/feedback/[^"]+)"')


def invite(application: Application, now=NOW) -> Invitation | None:
    made = inviting.invite(application, now=now, office=OFFICE, days=30)
    db.session.commit()
    return made


def link_on(client: FlaskClient, path: str) -> str:
    found = LINK.search(body(client.get(path)))
    return found[1] if found else ""


def second_application(candidate: Candidate, *, decided: bool) -> Application:
    """Another one of the same person, decided in silence an hour ago or running."""
    other = make.application(candidate, at=BEGUN)
    make.event(other, at=BEGUN + DAY, by=RECRUITER)
    if decided:
        make.event(other, Kind.REJECTION, at=NOW - HOUR, by=RECRUITER)
    db.session.commit()
    return other


# --- the status page ----------------------------------------------------------------------------


def test_the_status_page_leads_to_feedback_once_the_end_was_told(client: FlaskClient):
    application = closed_application()
    assert invite(application) is not None
    assert link_on(client, status_path(application)) == ""
    tell(application, at=NOW)
    db.session.commit()
    link = link_on(client, status_path(application))
    assert client.get("/feedback/" + link.rpartition("/")[2]).status_code == 200


@pytest.mark.parametrize("outcome", [Outcome.GHOSTED, Outcome.WITHDRAWN])
def test_a_prepared_invitation_changes_not_one_byte_before_the_end_was_told(
    client: FlaskClient, outcome: Outcome
):
    both = asked_application(name="Oliver"), asked_application(name="Oliver")
    if outcome is Outcome.GHOSTED:
        make.event(both[0], Kind.GHOSTED, at=NOW - HOUR, by=RECRUITER)
        assert invite(both[0]) is not None
    assert_alike(client, both)


def test_whether_another_application_was_decided_in_silence_does_not_show_by_an_invitation(
    client: FlaskClient,
):
    both = told_application(name="Oliver"), told_application(name="Oliver")
    others = [
        second_application(one.candidate, decided=place == 0) for place, one in enumerate(both)
    ]
    assert [invite(one) for one in both] == [None, None]
    assert_alike(client, both)
    tell(others[0], MailPurpose.WRITTEN, at=NOW)
    make.event(others[1], Kind.REJECTION, at=NOW - HOUR / 2, by=RECRUITER)
    tell(others[1], MailPurpose.WRITTEN, at=NOW)
    assert_alike(client, both)


def test_nor_when_they_had_been_invited_before_they_applied_anew(client: FlaskClient):
    both = told_application(name="Oliver"), told_application(name="Oliver")
    assert all(invite(one) for one in both)
    for place, one in enumerate(both):
        assert link_on(client, status_path(one))
        second_application(one.candidate, decided=place == 0)
        assert link_on(client, status_path(one)) == ""
    assert_alike(client, both)


def test_a_used_or_revoked_or_expired_invitation_is_not_shown(client: FlaskClient, frozen):
    application = told_application()
    invite(application)
    path = status_path(application)
    assert link_on(client, path)
    frozen(NOW + timedelta(days=31))
    assert link_on(client, path) == ""
    frozen(NOW)
    feedback.revoke(application, now=NOW)
    db.session.commit()
    assert link_on(client, path) == ""


def test_a_candidate_objects_on_the_status_page_and_undoes_it_there(client: FlaskClient):
    application = told_application(language="en")
    invite(application)
    path = status_path(application)
    sent = client.post(path, data={"objection": "object"})
    assert (sent.status_code, sent.location) == (303, path)
    page = body(client.get(path))
    assert "You do not want to be asked for feedback, and we keep to that." in page
    assert LINK.search(page) is None
    client.post(path, data={"objection": "object"})
    assert client.post(path, data={"objection": "allow"}).status_code == 303
    assert link_on(client, path)
    assert application.outcome is Outcome.GHOSTED


def test_an_objection_is_possible_before_the_end_and_changes_no_turn(client: FlaskClient):
    application = asked_application()
    turn, since = application.turn, application.since
    client.post(status_path(application), data={"objection": "object"})
    db.session.expire_all()
    assert application.candidate.objected_at == NOW
    assert (application.turn, application.since) == (turn, since)
    client.post(answer_path(application), data={"choice": "withdraw"})
    assert db.session.scalars(select(Invitation)).all() == []
    assert LINK.search(body(client.get(answer_path(application)))) is None


def test_who_withdraws_while_something_else_runs_is_thanked_and_not_asked(client: FlaskClient):
    application = asked_application()
    second_application(application.candidate, decided=False)
    client.post(answer_path(application), data={"choice": "withdraw"})
    page = body(client.get(answer_path(application)))
    assert "as you wished" in page
    assert LINK.search(page) is None


# --- the closing notice -------------------------------------------------------------------------


def closing(application: Application) -> str:
    return letters.of_step(application, Next(Step.CLOSE, Why.DUE)).body


def leaves_as(application: Application, drafted: str) -> str:
    return letters.signed(drafted, application.id, None, NOW)


def test_the_closing_notice_asks_who_was_invited_and_nobody_else():
    application, other = closed_application(), closed_application()
    invite(application)
    assert "/feedback/…" in closing(application)
    assert re.search(r"/feedback/[\w.-]{60,}", leaves_as(application, closing(application)))
    assert "/feedback/" not in closing(other)
    assert "five short questions" not in closing(other)


def test_what_came_in_between_takes_the_question_out_of_the_notice_that_lies_ready():
    application = closed_application(language="en")
    invite(application)
    drafted = closing(application)
    feedback.objects(application.candidate, now=NOW)
    left = leaves_as(application, drafted)
    assert "/feedback/" not in left
    assert "five short questions" not in left
    paragraphs = len(drafted.split("\n\n"))
    assert len(left.split("\n\n")) == paragraphs - 1
    assert "/reopen/" in left
    assert "/feedback/" not in closing(application)
    feedback.allows(application.candidate)
    assert "/feedback/" in leaves_as(application, drafted)


@pytest.mark.parametrize(("language", "word"), [("en", "application"), ("de", "Bewerbung")])
def test_a_stage_that_no_candidate_sees_is_named_in_no_mail(language: str, word: str):
    application = closed_application(language=language)
    for stage in application.job.stages:
        stage.is_shown, stage.name = False, f"B list {stage.position}"
    for name in ("follow_up_1", "closing"):
        wording = wordings.words(name, language)
        wordings.change(
            name, language, subject="{stage}", body=wording.body, seen=wording.seen,
            by="a@x.test", now=NOW,
        )  # fmt: skip
    letter = letters.of_step(application, Next(Step.CLOSE, Why.DUE))
    assert word in letter.subject
    assert "B list" not in letter.subject + letter.body


def test_the_notice_does_not_tell_that_another_application_was_decided_in_silence():
    application = closed_application()
    invite(application)
    drafted = closing(application)
    second_application(application.candidate, decided=True)
    assert "/feedback/" not in leaves_as(application, drafted)
    found = inviting.obstacle_to(application, now=NOW, office=OFFICE)
    assert found is Obstacle.ACTIVE
