"""Asking for feedback as colleagues see and steer it: why not, the objection, a stage's setting."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from flask import Flask

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.feedback import services as feedback
from recruiting.feedback.models import Invitation
from recruiting.jobs.forms import InvitesForm
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from tests import make
from tests.feedback.invited import ENDED, end, ended_application, invitation
from tests.pipeline.staff import Staff, text_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def staff(app: Flask) -> Callable[[Role], Staff]:
    return lambda role: Staff(app, make.user(role))


def page_of(client: Staff, application: Application) -> str:
    return text_of(client, f"/applications/{application.id}")


def act(client: Staff, application: Application, verb: str, **fields: str):
    form = {"version": str(application.version), "submission": secrets.token_urlsafe(16), **fields}
    sent = client.act(f"/applications/{application.id}/{verb}", form)
    db.session.expire_all()
    return sent


def invited() -> list[int]:
    db.session.rollback()
    return [one.application_id for one in db.session.query(Invitation)]


# --- why nobody is asked ------------------------------------------------------------------------


def test_ending_prepares_an_invitation_unless_something_is_against_it(staff):
    client = staff(Role.RECRUITER)
    first = make.application()
    second = make.application(first.candidate)
    db.session.commit()
    assert act(client, first, "end", outcome="withdrawn", note="said so").status_code == 303
    assert invited() == []
    assert "another application of theirs is running, as far as they know" in page_of(client, first)
    assert act(client, second, "end", outcome="withdrawn", note="said so").status_code == 303
    assert invited() == [second.id]
    assert "Link to the feedback page" in page_of(client, second)
    assert "they were invited within the last six months" in page_of(client, first)


def test_the_page_says_in_a_sentence_why_none_was_prepared(staff):
    client = staff(Role.RECRUITER)
    objected, of_stage, forgotten = (ended_application() for _ in range(3))
    feedback.objects(objected.candidate, now=ENDED)
    of_stage.stage.invites = False
    db.session.commit()
    assert "they do not want to be asked." in page_of(client, objected)
    assert "the stage in which it ended does not ask." in page_of(client, of_stage)
    assert "no invitation was prepared when it ended." in page_of(client, forgotten)


def test_of_other_ends_and_of_what_runs_nothing_is_said(staff):
    client = staff(Role.RECRUITER)
    running, rejected = make.application(), ended_application(Outcome.REJECTED)
    db.session.commit()
    for application in (running, rejected):
        assert "Exit feedback" not in page_of(client, application)


def test_a_hiring_manager_reads_nothing_of_it(staff, app: Flask):
    manager = make.user(Role.HIRING_MANAGER)
    application = ended_application()
    application.manager_id = manager.id
    db.session.commit()
    page = page_of(Staff(app, manager), application)
    assert "Exit feedback" not in page
    assert "do not want to be asked" not in page


# --- the objection ------------------------------------------------------------------------------


def test_who_was_told_notes_an_objection_and_the_timeline_says_who(staff):
    made = invitation()
    client = staff(Role.RECRUITER)
    db.session.commit()
    turn = made.application.turn
    assert act(client, made.application, "objection").status_code == 303
    assert made.application.candidate.objected_at == ENDED
    assert made.revoked_at == ENDED
    assert made.application.turn is turn
    page = page_of(client, made.application)
    assert "They do not want to be asked for feedback." in page
    assert "Link to the feedback page" not in page
    assert act(client, made.application, "objection").status_code == 422


def test_it_is_lifted_only_by_who_says_that_they_told_us(staff):
    made = invitation()
    feedback.objects(made.application.candidate, now=ENDED)
    db.session.commit()
    client = staff(Role.RECRUITER)
    refused = act(client, made.application, "objection/lift")
    assert refused.status_code == 422
    assert "tick this only if they have told us so" in refused.text
    assert made.application.candidate.objected_at == ENDED
    assert act(client, made.application, "objection/lift", told_us="y").status_code == 303
    assert made.application.candidate.objected_at is None
    assert "Link to the feedback page" in page_of(client, made.application)
    assert act(client, made.application, "objection/lift", told_us="y").status_code == 422


def test_a_hiring_manager_notes_none(staff):
    application = ended_application()
    db.session.commit()
    for verb in ("objection", "objection/lift"):
        assert act(staff(Role.HIRING_MANAGER), application, verb, told_us="y").status_code == 403
    assert application.candidate.objected_at is None


# --- the stage ----------------------------------------------------------------------------------


def save(client: Staff, application: Application, **fields: str):
    stage = application.stage
    form = {
        "version": str(InvitesForm.seen(stage)),
        "submission": secrets.token_urlsafe(16),
        **fields,
    }
    sent = client.act(f"/jobs/{stage.job_id}/stages/{stage.id}/invites", form)
    db.session.expire_all()
    return sent


@pytest.mark.parametrize("role", [Role.ADMIN, Role.HR])
def test_who_sets_the_terms_says_whether_a_stage_asks(staff, role: Role):
    application = make.application()
    db.session.commit()
    client = staff(role)
    address = f"/jobs/{application.job_id}/stages/{application.stage_id}"
    assert "may be asked for feedback once" in text_of(client, address)
    assert save(client, application).status_code == 303
    assert not application.stage.invites
    assert "Who leaves at this stage is not asked for feedback." in text_of(client, address)
    end(application)
    db.session.commit()
    assert save(client, application, version="1").status_code == 409
    assert save(client, application, invites="y").status_code == 303
    assert application.stage.invites


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HIRING_MANAGER])
def test_nobody_else_does(staff, role: Role):
    application = make.application()
    db.session.commit()
    assert save(staff(role), application).status_code == 403
    assert application.stage.invites
