"""What colleagues see of exit feedback on the page of an application, and what they assume."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.feedback import anonymous, services
from recruiting.feedback.models import Answer, AssumedReason
from recruiting.feedback.rules import Answers, Choice, Reason
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose
from recruiting.messages.services import queue
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from tests import make
from tests.answers import asked
from tests.feedback.invited import ENDED, end, ended_application, invitation, reopen
from tests.feedback.test_views import path_of

pytestmark = pytest.mark.usefixtures("app", "frozen")
GIVEN = Answers(
    choice=Choice.DECIDED_AGAINST,
    reasons=(Reason.PACE, Reason.OTHER),
    other_reason="The dog.",
    knew_next=2,
    again=4,
    wish="Call me sooner.",
    may_contact=True,
)


def page_of(client: FlaskClient, application: Application) -> str:
    return client.get(f"/applications/{application.id}").text


def test_recruiters_see_what_was_ticked_and_human_resources_the_words_as_well(signed_in):
    made = invitation()
    services.submit(made, GIVEN, now=ENDED)
    db.session.commit()
    ticked = ("I decided against it", "Communication and pace", "hardly true")
    words = ("The dog.", "Call me sooner.", "outside the hiring team")
    recruiter = page_of(signed_in(Role.RECRUITER), made.application)
    human_resources = page_of(signed_in(Role.HR), made.application)
    for said in ticked:
        assert said in recruiter
        assert said in human_resources
    for said in words:
        assert said not in recruiter
        assert said in human_resources


def test_of_an_answer_without_a_name_only_the_use_of_the_link_is_seen(client, signed_in):
    made = invitation()
    anonymous.hold(made, GIVEN, keys=asked.keys(), today=ENDED.date())
    db.session.commit()
    page = page_of(signed_in(Role.HR), made.application)
    assert "The invitation was used, without a name." in page
    for said in ("Call me sooner.", "hardly true", "2 March 2026</dd>"):
        assert said not in page
    assert "Thank you" in client.get(path_of(made) + "?lang=en").text


def test_the_page_says_whether_a_mail_carried_the_link_and_that_opening_is_not_recorded(
    client: FlaskClient, signed_in
):
    made = invitation()
    path = path_of(made)
    db.session.commit()
    client.get(path)
    page = page_of(signed_in(Role.RECRUITER), made.application)
    assert "No mail of ours has carried the link." in page
    assert "Whether it was opened is never recorded." in page
    sent = queue(
        made.application, Purpose.CLOSING, occurrence="x", to_address="a@example.org",
        language="en", subject="x", body="Goodbye.", by=None, asks=False, is_automatic=False,
        now=ENDED, domain="example.org",
    )  # fmt: skip
    assert isinstance(sent, Message)
    sent.state, sent.finished_at = MessageState.SENT, ENDED
    db.session.commit()
    page = page_of(signed_in(Role.RECRUITER), made.application)
    assert "No mail of ours has carried the link." in page  # somebody had taken it out
    sent.body = "Tell us:\nhttps://jobs.example.org/feedback/…"
    db.session.commit()
    page = page_of(signed_in(Role.RECRUITER), made.application)
    assert "A closing notice that was to carry the link left on 2 March 2026." in page


def test_of_a_link_that_was_taken_back_no_cause_is_told_but_the_true_one(signed_in):
    made = invitation()
    services.objects(made.application.candidate, now=ENDED)
    reopen(made.application, at=ENDED + make.HOUR)
    db.session.commit()
    page = page_of(signed_in(Role.HR), made.application)
    assert "The link was taken back on 2 March 2026." in page
    assert "when the application was reopened" not in page


# --- what colleagues assume ---------------------------------------------------------------------


def assume(client, application: Application, reason: str):
    data = {"reason": reason, "version": str(application.version)}
    return client.act(f"/applications/{application.id}/assume", data)


def test_what_is_assumed_stands_beside_what_was_stated_and_neither_takes_the_others_place(
    signed_in,
):
    made = invitation()
    client = signed_in(Role.RECRUITER)
    assert assume(client, made.application, "terms").status_code == 303
    services.submit(made, GIVEN, now=ENDED)
    db.session.commit()
    assert assume(client, made.application, "life").status_code == 303
    assumed = db.session.scalars(select(AssumedReason).order_by(AssumedReason.id)).all()
    assert [one.reason for one in assumed] == [Reason.TERMS, Reason.LIFE]
    assert db.session.scalars(select(Answer.reasons)).all() == ["pace other"]
    page = page_of(client, made.application)
    for said in ("What colleagues assumed", "Pay and terms", "Time and life", "and pace"):
        assert said in page


def test_only_known_reasons_are_taken_and_only_from_those_who_work_applications(signed_in):
    application = ended_application()
    db.session.commit()
    assert assume(signed_in(Role.RECRUITER), application, "weather").status_code == 422
    assert assume(signed_in(Role.HIRING_MANAGER), application, "terms").status_code == 403
    assert db.session.scalars(select(AssumedReason)).all() == []


def test_it_is_asked_where_somebody_left_and_nowhere_else(signed_in):
    client = signed_in(Role.RECRUITER)
    rejected = ended_application(Outcome.REJECTED)
    active, left = make.application(), ended_application(Outcome.WITHDRAWN)
    db.session.commit()
    asked = 'id="assume-reason"'
    assert asked in page_of(client, left)
    assert asked not in page_of(client, rejected)
    assert asked not in page_of(client, active)


def test_nobody_passes_a_link_on_to_somebody_who_was_hired(signed_in):
    """They may hold one, since they withdrew before they knew."""
    made = invitation(outcome=Outcome.WITHDRAWN)
    recruiter = signed_in(Role.RECRUITER)
    assert 'id="feedback-link"' in page_of(recruiter, made.application)
    reopen(made.application, at=ENDED + make.HOUR)
    end(made.application, Outcome.HIRED, at=ENDED + 2 * make.HOUR)
    db.session.commit()
    assert 'id="invitation"' not in page_of(recruiter, made.application)
