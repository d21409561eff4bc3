from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from recruiting.answers import queries, services
from recruiting.answers.outside import outside
from recruiting.answers.rules import Answer, Choice, When
from recruiting.answers.services import Said
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.feedback import queries as feedback
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose
from recruiting.pipeline import facts as pipeline_facts
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome, Turn
from recruiting.pipeline.timelines import reading_of
from recruiting.silence.rules import State, standing_at
from tests import make
from tests.answers.asked import (
    NOW,
    RECRUITER,
    asked_application,
    closed_application,
    events,
    mail,
    told,
    told_application,
)

pytestmark = pytest.mark.usefixtures("app")

UNTIL = NOW.date() + timedelta(days=14)
WEEK = timedelta(days=7)


def give(application: Application, choice: Choice, *, at=NOW, **more) -> bool:
    answer = Answer(choice, **more)
    said = Said(application, answer, f"words of {choice}", at, make.OFFICE)
    if choice is Choice.GO_ON:
        return services.go_on(said)
    return services.answer(said, feedback_days=30)


def is_as_read(application: Application, at=NOW) -> bool:
    """Whether the facts on the row are those of its timeline."""
    facts = reading_of(application, make.OFFICE, at).facts._asdict()
    return all(getattr(application, name) == value for name, value in facts.items())


# --- what each answer does -----------------------------------------------------------------------


def test_still_interested_is_a_touch_of_theirs_and_makes_it_our_turn():
    application = asked_application()
    assert give(application, Choice.INTERESTED, text="Tuesday would be fine.")
    (event,) = events(application)
    assert (event.kind, event.direction, event.channel) == (
        Kind.MESSAGE, Direction.IN, Channel.EMAIL,
    )  # fmt: skip
    assert (event.subject, event.body, event.by) == (
        "words of interested", "Tuesday would be fine.", None,
    )  # fmt: skip
    assert (application.turn, application.since, application.replies) == (Turn.US, NOW, 1)
    assert is_as_read(application)


def test_a_question_in_their_line_is_an_open_question():
    application = asked_application()
    give(application, Choice.INTERESTED, text="Could we talk on Tuesday?")
    assert application.has_open_question


def test_more_time_is_a_touch_and_a_pause_and_the_turn_stays_theirs():
    application = asked_application()
    assert give(application, Choice.MORE_TIME, until=UNTIL)
    message, pause = events(application)
    assert (message.kind, message.awaits_reply) == (Kind.MESSAGE, False)
    assert message.due_at == make.OFFICE.start_of(UNTIL + make.DAY)
    assert (pause.kind, pause.due_at) == (Kind.PAUSED, make.OFFICE.start_of(UNTIL))
    assert application.turn is Turn.CANDIDATE
    assert application.paused_until == make.OFFICE.start_of(UNTIL)
    assert standing_at(application, NOW).state is State.PAUSED
    back = make.OFFICE.start_of(UNTIL) + 12 * make.HOUR
    assert standing_at(application, back).state is State.WAITING
    assert application.due_at
    assert application.due_at > make.OFFICE.start_of(UNTIL + 2 * make.DAY)
    assert is_as_read(application)


@pytest.mark.parametrize("choice", [Choice.LATER, Choice.WITHDRAW])
def test_a_no_ends_as_withdrawn_with_their_words_as_the_note(choice):
    application = asked_application()
    when = When.YEAR if choice is Choice.LATER else None
    assert give(application, choice, text="I found another job.", when=when)
    (event,) = events(application)
    assert (event.kind, event.direction) == (Kind.WITHDRAWAL, Direction.IN)
    assert event.body == f"words of {choice}\n\nI found another job."
    assert application.outcome is Outcome.WITHDRAWN
    invitation = feedback.invitation_of(application)
    assert invitation is not None
    assert invitation.revoked_at is None
    assert is_as_read(application)


def test_an_answer_takes_back_what_would_have_asked_again():
    application = asked_application()
    pending = {
        state: mail(application, state=state)
        for state in (MessageState.DRAFTED, MessageState.QUEUED, MessageState.LEASED)
    }
    closing = mail(application, Purpose.CLOSING)
    kept = [
        mail(application, Purpose.WRITTEN),
        mail(application, Purpose.DELAY),
        mail(application, state=MessageState.SENT),
    ]
    other = mail(asked_application())
    give(application, Choice.INTERESTED)
    db.session.expire_all()
    assert {one.state for one in [*pending.values(), closing]} == {MessageState.CANCELLED}
    assert {one.why for one in [*pending.values(), closing]} == {"answered"}
    assert MessageState.CANCELLED not in {one.state for one in [*kept, other]}


def test_who_withdraws_gets_no_notice_of_a_delay_either():
    application = asked_application()
    notice, written = mail(application, Purpose.DELAY), mail(application, Purpose.WRITTEN)
    give(application, Choice.WITHDRAW)
    db.session.expire_all()
    assert (notice.state, written.state) == (MessageState.CANCELLED, MessageState.QUEUED)


@pytest.mark.parametrize("outcome", [Outcome.GHOSTED, Outcome.NEVER_RESPONDED, Outcome.UNREACHABLE])
@pytest.mark.parametrize("choice", [Choice.INTERESTED, Choice.MORE_TIME])
def test_an_answer_after_all_reopens_what_was_called_silent(outcome, choice):
    application = closed_application(outcome)
    assert give(application, choice, until=UNTIL if choice is Choice.MORE_TIME else None)
    assert application.outcome is None
    assert application.turn is (Turn.US if choice is Choice.INTERESTED else Turn.CANDIDATE)
    assert is_as_read(application)


def test_a_no_after_all_explains_a_silence():
    application = closed_application(Outcome.GHOSTED)
    assert give(application, Choice.WITHDRAW)
    assert application.outcome is Outcome.WITHDRAWN


# --- once, and changed ---------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [*Choice])
def test_the_same_answer_twice_acts_once(choice):
    application = closed_application() if choice is Choice.GO_ON else asked_application()
    more = {"until": UNTIL} if choice is Choice.MORE_TIME else {}
    assert give(application, choice, **more)
    after = told(application)
    assert not give(application, choice, at=NOW + make.HOUR, **more)
    assert told(application) == after


def test_a_line_that_was_added_later_is_not_lost():
    application = asked_application()
    give(application, Choice.INTERESTED)
    assert give(application, Choice.INTERESTED, at=NOW + make.HOUR, text="Mornings are best.")
    assert [event.body for event in events(application)] == ["", "Mornings are best."]


def test_an_answer_is_changed_by_another_event_and_nothing_is_edited():
    application = asked_application()
    give(application, Choice.MORE_TIME, until=UNTIL)
    before = [(event.id, event.body, event.at) for event in events(application)]
    assert give(application, Choice.INTERESTED, at=NOW + make.DAY)
    after = [(event.id, event.body, event.at) for event in events(application)]
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1
    assert (application.turn, application.paused_until) == (Turn.US, None)
    assert give(application, Choice.WITHDRAW, at=NOW + 2 * make.DAY)
    assert application.outcome is Outcome.WITHDRAWN


def test_more_time_can_become_another_day():
    application = asked_application()
    give(application, Choice.MORE_TIME, until=UNTIL)
    sooner = UNTIL - timedelta(days=7)
    assert give(application, Choice.MORE_TIME, at=NOW + make.HOUR, until=sooner)
    assert application.paused_until == make.OFFICE.start_of(sooner)


def test_a_withdrawal_by_a_tap_is_taken_back_within_a_week_and_not_after():
    application = asked_application()
    give(application, Choice.WITHDRAW)
    assert not give(application, Choice.MORE_TIME, at=NOW + make.DAY, until=UNTIL)
    assert give(application, Choice.INTERESTED, at=NOW + WEEK)
    assert (application.outcome, application.turn) == (None, Turn.US)
    assert [kind for kind, _ in told(application)] == [
        Kind.WITHDRAWAL, Kind.MESSAGE, Kind.REOPENED,
    ]  # fmt: skip
    assert feedback.invitation_of(application).revoked_at == NOW + WEEK
    assert is_as_read(application, NOW + WEEK)

    late = asked_application()
    give(late, Choice.WITHDRAW)
    assert not give(late, Choice.INTERESTED, at=NOW + WEEK + make.HOUR)
    assert late.outcome is Outcome.WITHDRAWN


def test_after_a_week_an_answer_stands_unless_the_next_word_is_theirs():
    application = asked_application()
    give(application, Choice.INTERESTED)
    assert not give(application, Choice.WITHDRAW, at=NOW + WEEK + make.HOUR)
    waiting = asked_application()
    give(waiting, Choice.MORE_TIME, until=UNTIL)
    assert give(waiting, Choice.INTERESTED, at=NOW + 2 * WEEK)


def test_a_word_of_ours_is_a_new_question():
    application = asked_application()
    give(application, Choice.INTERESTED)
    asked_again = NOW + make.DAY
    make.event(application, at=asked_again, by=RECRUITER)
    assert queries.given(application, make.OFFICE, asked_again) is None
    assert give(application, Choice.INTERESTED, at=asked_again + 20 * make.DAY)


def test_what_we_ended_and_told_is_not_opened_by_a_tap():
    for outcome in (Outcome.REJECTED, Outcome.WITHDRAWN):
        application = told_application(outcome)
        assert not give(application, Choice.INTERESTED)
        assert application.outcome is outcome


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.HIRED])
def test_what_we_decided_and_told_nobody_stands_and_a_person_reads_the_tap(outcome):
    application = closed_application(outcome)
    assert give(application, Choice.INTERESTED)
    assert not give(application, Choice.INTERESTED, at=NOW + make.HOUR)
    assert (application.outcome, application.wrote_after_end) == (outcome, True)
    assert is_as_read(application)


def test_who_withdraws_was_the_first_whom_both_sides_know_of():
    """We had declined and told nobody: the outcome is theirs, and feedback is asked as ever."""
    application = closed_application(Outcome.REJECTED)
    assert give(application, Choice.WITHDRAW, text="Too far.")
    assert application.outcome is Outcome.WITHDRAWN
    assert [event.kind for event in events(application)] == [
        Kind.REJECTION, Kind.REOPENED, Kind.WITHDRAWAL,
    ]  # fmt: skip
    assert feedback.invitation_of(application) is not None
    assert not give(application, Choice.WITHDRAW, at=NOW + make.HOUR)
    assert is_as_read(application)


def test_a_hire_outlasts_a_withdrawal_that_a_person_reads():
    application = closed_application(Outcome.HIRED)
    assert give(application, Choice.WITHDRAW)
    assert (application.outcome, application.wrote_after_end) == (Outcome.HIRED, True)
    assert is_as_read(application)


@pytest.mark.parametrize("choice", [Choice.WITHDRAW, Choice.LATER])
@pytest.mark.parametrize("untold", [Outcome.HIRED, Outcome.REJECTED, Outcome.GHOSTED])
def test_a_withdrawal_does_not_tell_that_something_had_been_decided(choice, untold):
    plain, decided = asked_application(), closed_application(untold)
    for application in (plain, decided):
        if application.outcome is Outcome.GHOSTED:
            services.feedback.invite(application, now=NOW - make.HOUR, days=30)
        assert give(application, choice)
    seen = [outside(one, NOW + make.HOUR, make.OFFICE) for one in (plain, decided)]
    assert len({len(one.theirs) for one in seen}) == 1
    assert len({one.outcome for one in seen}) == 1
    invitations = [feedback.invitation_of(one) for one in (plain, decided)]
    assert len({(one.created_at, one.expires_at) for one in invitations if one}) == 1


# --- this is wrong -------------------------------------------------------------------------------


def test_this_is_wrong_reopens_a_silence_and_closes_the_feedback():
    application = closed_application(Outcome.GHOSTED)
    services.feedback.invite(application, now=NOW, days=30)
    notice = mail(application, Purpose.CLOSING)
    assert give(application, Choice.GO_ON, text="I was in hospital.")
    (event,) = events(application)[1:]
    assert (event.kind, event.direction, event.body) == (
        Kind.MESSAGE, Direction.IN, "I was in hospital.",
    )  # fmt: skip
    assert (application.outcome, application.turn) == (None, Turn.US)
    assert feedback.invitation_of(application).revoked_at == NOW
    db.session.expire_all()
    assert notice.state is MessageState.CANCELLED


def test_this_is_wrong_about_a_rejection_reaches_a_person_and_opens_nothing():
    application = closed_application(Outcome.REJECTED)
    assert give(application, Choice.GO_ON)
    assert application.outcome is Outcome.REJECTED
    assert application.wrote_after_end
    assert not give(application, Choice.GO_ON)


def test_there_is_nothing_to_open_while_we_owe_the_word():
    application = asked_application()
    make.reply(application, at=NOW - make.HOUR)
    assert not give(application, Choice.GO_ON)


# --- stop ----------------------------------------------------------------------------------------


def test_stop_marks_the_address_and_takes_back_what_the_machine_wrote():
    application = asked_application()
    candidate = application.candidate
    other = make.application(candidate, at=NOW - 30 * make.DAY)
    for one in (application, other):
        for purpose in (Purpose.FOLLOW_UP, Purpose.CLOSING, Purpose.DELAY, Purpose.WRITTEN):
            mail(one, purpose)
    stranger = mail(asked_application())
    before = told(application)
    assert services.stop(candidate.addresses[0], now=NOW)
    assert candidate.addresses[0].state is AddressState.STOPPED
    db.session.expire_all()
    left = db.session.scalars(select(Message).where(Message.state == MessageState.QUEUED)).all()
    assert {one.purpose for one in left if one.id != stranger.id} == {Purpose.WRITTEN}
    assert stranger in left
    assert told(application) == before  # the application stays as it is
    assert not services.stop(candidate.addresses[0], now=NOW)


def test_to_stop_outranks_a_bounce():
    address = asked_application().candidate.addresses[0]
    address.state = AddressState.BOUNCED
    assert services.stop(address, now=NOW)
    assert address.state is AddressState.STOPPED


def test_the_journal_rebuilt_says_the_same():
    application = asked_application()
    give(application, Choice.MORE_TIME, until=UNTIL)
    give(application, Choice.WITHDRAW, at=NOW + make.HOUR)
    give(application, Choice.INTERESTED, at=NOW + 2 * make.HOUR)
    names = ("outcome", "turn", "since", "due_at", "paused_until", "replies")
    before = {name: getattr(application, name) for name in names}
    pipeline_facts.refresh(None, make.OFFICE, now=NOW + 3 * make.HOUR)
    db.session.expire_all()
    assert {name: getattr(application, name) for name in names} == before
