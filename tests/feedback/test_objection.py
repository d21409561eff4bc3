"""Who is asked, over all applications of a person, and not after they have objected."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.errors import BadLink
from recruiting.feedback import queries, services
from recruiting.feedback.models import Invitation
from recruiting.feedback.obstacles import Obstacle
from recruiting.feedback.rules import PLACE, Answers
from recruiting.messages.rules import MessageState, Purpose
from recruiting.messages.services import queue
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from tests import make
from tests.feedback.invited import BEGUN, DAYS, ENDED, end, invitation, reopen
from tests.feedback.test_services import opened, token
from tests.feedback.test_views import answers, body, path_of, state

pytestmark = pytest.mark.usefixtures("app", "frozen")
HALF_A_YEAR = timedelta(days=184)


def ended_of(candidate: Candidate, *, at=ENDED, outcome: Outcome = Outcome.GHOSTED) -> Application:
    application = make.application(candidate, at=BEGUN)
    make.event(application, at=BEGUN + timedelta(days=1))
    end(application, outcome, at=at)
    return application


def invite(application: Application, at=ENDED) -> Invitation | None:
    return services.invite(application, now=at, days=DAYS)


def mailed(application: Application, at=ENDED, body=f"https://x.test{PLACE}") -> None:
    sent = queue(
        application, Purpose.CLOSING, occurrence=f"{at}", to_address="a@example.org",
        language="en", subject="x", body=body, by=None, asks=False, is_automatic=False, now=at,
        domain="example.org",
    )  # fmt: skip
    assert sent is not None
    sent.state, sent.finished_at = MessageState.SENT, at
    db.session.flush()


# --- one person, several applications -----------------------------------------------------------


def test_nobody_is_invited_twice_within_six_months_whatever_they_applied_for():
    candidate = make.candidate()
    first, second = ended_of(candidate), ended_of(candidate)
    assert invite(first) is not None
    assert invite(second) is None
    assert queries.obstacle_to(second, ENDED) is Obstacle.RECENT
    assert invite(second, ENDED + HALF_A_YEAR) is not None


def test_another_person_is_invited_all_the_same():
    assert invite(ended_of(make.candidate())) is not None
    assert invite(ended_of(make.candidate())) is not None


def test_one_that_was_taken_back_counts_only_if_a_mail_had_carried_it():
    made = invitation()
    services.revoke(made.application, now=ENDED)
    other = ended_of(made.application.candidate)
    assert queries.obstacle_to(other, ENDED) is None
    mailed(made.application)
    assert queries.obstacle_to(other, ENDED) is Obstacle.RECENT
    reopen(made.application, at=ENDED + make.HOUR)
    end(made.application, at=ENDED + 2 * make.HOUR)
    assert invite(made.application, ENDED + 2 * make.HOUR) is None


def test_a_notice_that_had_lost_the_link_invited_nobody():
    made = invitation()
    services.revoke(made.application, now=ENDED)
    mailed(made.application, ENDED + make.HOUR)  # the link was dead by then
    other = ended_of(made.application.candidate)
    assert queries.obstacle_to(other, ENDED) is None
    mailed(made.application, body="Goodbye.")
    assert queries.obstacle_to(other, ENDED) is None


def test_nobody_is_invited_while_they_apply_for_something_else():
    candidate = make.candidate()
    running, ended = make.application(candidate), ended_of(candidate)
    assert invite(ended) is None
    assert queries.obstacle_to(ended, ENDED) is Obstacle.ACTIVE
    end(running, Outcome.REJECTED)
    assert invite(ended) is not None


def test_a_link_is_not_handed_out_while_they_have_applied_anew():
    made = invitation()
    assert queries.open_invitation(made.application, ENDED) is made
    running = make.application(made.application.candidate)
    assert queries.open_invitation(made.application, ENDED) is None
    assert not queries.may_be_asked(made.application)
    end(running, Outcome.REJECTED)
    assert queries.open_invitation(made.application, ENDED) is made


def test_of_two_that_were_prepared_at_the_same_moment_one_is_handed_out():
    candidate = make.candidate()
    both = [ended_of(candidate) for _ in range(2)]
    for number, application in enumerate(both):
        db.session.add(
            Invitation(
                id=f"{number}" * 43,
                application_id=application.id,
                language="en",
                created_at=ENDED,
                expires_at=ENDED + timedelta(days=DAYS),
            )
        )
    db.session.flush()
    assert [bool(queries.open_invitation(one, ENDED)) for one in both] == [True, False]


def test_the_stage_in_which_it_ended_says_whether_they_are_asked():
    made = invitation()
    made.application.stage.invites = False
    db.session.flush()
    assert queries.open_invitation(made.application, ENDED) is None
    other = ended_of(make.candidate())
    other.stage.invites = False
    assert invite(other) is None
    assert queries.obstacle_to(other, ENDED) is Obstacle.STAGE


# --- the objection ------------------------------------------------------------------------------


def test_an_objection_takes_back_what_is_open_and_keeps_what_was_said():
    made = invitation()
    candidate = made.application.candidate
    answered = invitation()
    services.submit(answered, Answers(again=1), now=ENDED)
    assert services.objects(candidate, now=ENDED)
    assert services.objects(answered.application.candidate, now=ENDED)
    assert (candidate.objected_at, made.revoked_at, answered.revoked_at) == (ENDED, ENDED, None)
    assert not services.submit(made, Answers(again=1), now=ENDED)
    assert queries.answer_of(answered.id) is not None
    assert queries.obstacle_to(made.application, ENDED) is Obstacle.OBJECTED


def test_after_an_objection_nothing_is_prepared_and_lifting_it_opens_the_link_again():
    made = invitation()
    candidate = made.application.candidate
    services.objects(candidate, now=ENDED)
    assert invite(ended_of(candidate)) is None
    assert services.allows(candidate)
    assert candidate.objected_at is None
    assert opened(token(made)) is made
    assert services.submit(made, Answers(again=1), now=ENDED)


def test_what_a_reopening_took_back_stays_so_when_an_objection_is_lifted():
    made = invitation()
    services.revoke(made.application, now=ENDED - make.HOUR)
    services.objects(made.application.candidate, now=ENDED)
    services.allows(made.application.candidate)
    assert made.revoked_at == ENDED - make.HOUR
    with pytest.raises(BadLink):
        opened(token(made))


def test_objecting_twice_or_lifting_nothing_does_nothing():
    candidate = invitation().application.candidate
    assert not services.allows(candidate)
    assert services.objects(candidate, now=ENDED)
    assert not services.objects(candidate, now=ENDED + make.HOUR)
    assert candidate.objected_at == ENDED


def test_a_candidate_objects_on_the_feedback_page_and_undoes_it_there(client: FlaskClient):
    made = invitation(language="en")
    path = path_of(made) + "?lang=en"
    db.session.commit()
    assert "Please do not ask me for feedback" in body(client.get(path))
    sent = client.post(path, data={"objection": "object"})
    assert (sent.status_code, sent.location) == (303, path)
    page = body(client.get(path))
    assert "We do not ask you for feedback" in page
    assert 'name="choice"' not in page
    late = client.post(path, data={"how": "named", "again": "3"})
    assert late.status_code == 409
    assert "Your answers were not taken" in body(late)
    assert answers() == []
    assert client.post(path, data={"objection": "allow"}).status_code == 303
    assert 'name="choice"' in body(client.get(path))
    assert client.post(path, data={"how": "named", "again": "3"}).status_code == 200


def test_looking_objects_to_nothing_and_an_unknown_word_changes_nothing(client: FlaskClient):
    path = path_of(invitation())
    db.session.commit()
    before = state()
    client.get(path + "?objection=object")
    client.post(path, data={"objection": "furious"})
    assert state() == before


def test_ten_objections_at_once_act_once(app: Flask):
    path = path_of(invitation())
    db.session.commit()
    together = Barrier(10)

    def click(number: int) -> int:
        together.wait()
        said = {"objection": "object"} if number % 2 else {"how": "named", "again": "3"}
        return FlaskClient(app).post(path, data=said).status_code

    with ThreadPoolExecutor(10) as clicks:
        assert set(clicks.map(click, range(10))) <= {200, 303, 409}
    db.session.rollback()
    candidate = db.session.query(Candidate).one()
    made = db.session.query(Invitation).one()
    assert candidate.objected_at == ENDED
    assert made.is_used == bool(answers())
    assert made.is_used != (made.revoked_at is not None)
