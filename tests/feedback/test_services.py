from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from recruiting.errors import BadLink
from recruiting.feedback import opening, queries, services
from recruiting.feedback.models import Answer, Invitation
from recruiting.feedback.rules import Answers, Choice, Reason
from recruiting.pipeline.rules import Outcome
from tests import make
from tests.feedback.invited import DAYS, ENDED, end, ended_application, invitation, reopen
from tests.make import HOUR


def token(invitation: Invitation) -> str:
    return opening.link_for(invitation).rpartition("/")[2]


def opened(link: str, now=ENDED) -> Invitation:
    return opening.invited_by(link, now)


@pytest.mark.parametrize("outcome", Outcome)
def test_only_who_withdrew_or_fell_silent_is_invited(app: Flask, outcome: Outcome):
    made = services.invite(ended_application(outcome), now=ENDED, days=DAYS)
    assert (made is not None) == (outcome in {Outcome.GHOSTED, Outcome.WITHDRAWN})


def test_an_active_application_gets_no_invitation(app: Flask):
    assert services.invite(make.application(), now=ENDED, days=DAYS) is None


def test_an_invitation_speaks_the_language_on_file_and_german_if_none_is_known(app: Flask):
    assert invitation(language="en").language == "en"
    assert invitation(language=None).language == "de"


def test_an_application_read_afresh_can_be_invited(app: Flask):
    application = ended_application(language="en")
    make.db.session.commit()  # everything is read again from here on
    made = services.invite(application, now=ENDED, days=DAYS)
    assert made is not None
    assert (made.language, made.application) == ("en", application)


def test_inviting_twice_leaves_one_invitation_as_it_is(app: Flask):
    first = invitation()
    known = token(first)
    again = services.invite(first.application, now=ENDED + timedelta(days=3), days=DAYS)
    assert again is first
    assert token(again) == known


def test_reopening_kills_the_link_and_ending_again_makes_a_new_one(app: Flask):
    made = invitation()
    old = token(made)
    assert services.revoke(made.application, now=ENDED)
    reopen(made.application, at=ENDED + HOUR)
    with pytest.raises(BadLink):
        opened(old)

    end(made.application, at=ENDED + 2 * HOUR)
    renewed = services.invite(made.application, now=ENDED + timedelta(days=1), days=DAYS)
    assert renewed is not None
    assert opened(token(renewed)) is renewed
    with pytest.raises(BadLink):
        opened(old)
    assert make.db.session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_a_late_reply_that_reopens_by_itself_kills_the_link_too(app: Flask):
    made = invitation()
    make.reply(made.application, at=ENDED + HOUR)
    assert made.application.outcome is None
    with pytest.raises(BadLink):
        opened(token(made))


def test_ending_again_after_a_late_reply_brings_no_link_back_to_life(app: Flask):
    """It would tell them of an end that nobody has told them yet."""
    made = invitation()
    old = token(made)
    make.reply(made.application, at=ENDED + HOUR)
    end(made.application, at=ENDED + 2 * HOUR)
    services.invite(made.application, now=ENDED + 2 * HOUR, days=DAYS)
    with pytest.raises(BadLink):
        opened(old, ENDED + 2 * HOUR)


def test_another_end_without_a_turn_between_leaves_the_link_as_it_is(app: Flask):
    made = invitation()
    known = token(made)
    end(made.application, Outcome.WITHDRAWN, at=ENDED + HOUR)
    services.invite(made.application, now=ENDED + HOUR, days=DAYS)
    assert opened(known, ENDED + HOUR) is made


def test_revoking_twice_or_without_an_invitation_does_nothing(app: Flask):
    made = invitation()
    assert services.revoke(made.application, now=ENDED)
    assert not services.revoke(made.application, now=ENDED)
    assert not services.revoke(make.application(), now=ENDED)


def test_who_answered_is_never_asked_again(app: Flask):
    made = invitation()
    services.submit(made, Answers(choice=Choice.NOT_SAID), now=ENDED)
    known = made.id
    assert not services.revoke(made.application, now=ENDED)
    reopen(made.application, at=ENDED + HOUR)
    end(made.application, Outcome.WITHDRAWN, at=ENDED + 2 * HOUR)
    assert services.invite(made.application, now=ENDED, days=DAYS) is made
    assert made.id == known
    assert made.is_used


def test_answers_are_stored_whole(app: Flask):
    made = invitation()
    answers = Answers(
        choice=Choice.MORE_TIME,
        until=ENDED.date(),
        reasons=(Reason.PACE, Reason.OTHER),
        other_reason="the <b>dog</b>",
        knew_next=2,
        again=4,
        wish="Zwei Zeilen,\nbitte.",
        may_contact=True,
    )
    assert services.submit(made, answers, now=ENDED)
    stored = queries.answer_of(made.id)
    assert stored is not None
    assert stored.reasons == "pace other"
    for name in ("choice", "until", "other_reason", "knew_next", "again", "wish", "may_contact"):
        assert getattr(stored, name) == getattr(answers, name)
    assert (stored.submitted_at, made.is_used) == (ENDED, True)


def test_a_second_submission_stores_nothing(app: Flask):
    made = invitation()
    assert services.submit(made, Answers(again=1), now=ENDED)
    assert not services.submit(made, Answers(again=5), now=ENDED + timedelta(seconds=1))
    assert make.db.session.scalars(select(Answer.again)).all() == [1]


def test_a_revoked_invitation_takes_no_answer(app: Flask):
    made = invitation()
    services.revoke(made.application, now=ENDED)
    assert not services.submit(made, Answers(again=1), now=ENDED)
    assert queries.answer_of(made.id) is None
