"""What the worker writes, takes back and leaves alone; against real rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from recruiting import letters
from recruiting.accounts.rules import Role
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.jobs.rules import Ladder
from recruiting.messages import services as messages
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose
from recruiting.pipeline import facts
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Kind, Outcome
from recruiting.silence import attending, reminding, services, watches
from recruiting.silence.ladder import Step, Why
from recruiting.silence.models import Setback, Watch
from recruiting.worker import Worker
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE

pytestmark = pytest.mark.usefixtures("app", "frozen")
BOSS = "recruiter@heardback.test"
DUE = MONDAY + 9 * DAY  # a Wednesday, long after patience is over


def asked(*, mode: Ladder = Ladder.BATCH, email: str | None = None) -> Application:
    """An application whose candidate answered once and was then asked on Tuesday."""
    made = make.application(make.candidate(email=email))
    made.stage.ladder = mode
    make.event(made, at=MONDAY + HOUR, by=BOSS)
    make.reply(made, at=MONDAY + 2 * HOUR)
    make.event(made, at=MONDAY + DAY, by=BOSS, offers_no=True)
    return made


def attend(application: Application, now=DUE):
    return attending.attend(application, write=letters.of_step, now=now, office=OFFICE)


def outbox(application: Application) -> list[Message]:
    db.session.expire_all()
    question = select(Message).where(Message.application_id == application.id)
    return list(db.session.scalars(question.order_by(Message.id)))


def reminders() -> list[Message]:
    db.session.expire_all()
    question = select(Message).where(Message.purpose == Purpose.REMINDER)
    return list(db.session.scalars(question.order_by(Message.id)))


def tick(worker: Worker, now: datetime) -> None:
    """Let the worker take every step, with nothing of the test's own in its way."""
    db.session.commit()
    worker.tick(now)
    db.session.expire_all()


def watch_of(application: Application) -> Watch | None:
    db.session.expire_all()
    return db.session.get(Watch, application.id)


# Writing.


def test_in_a_batch_stage_the_follow_up_is_drafted_in_the_candidates_language():
    application = asked()
    application.candidate.language, application.candidate.name = "de", "Hannah Vogel"
    assert attend(application).step is Step.FOLLOW_UP
    (message,) = outbox(application)
    assert (message.state, message.is_automatic) == (MessageState.DRAFTED, False)
    assert (message.purpose, message.asks, message.by) == (Purpose.FOLLOW_UP, True, BOSS)
    assert "Guten Tag Hannah Vogel," in message.body
    assert "Am 3. März 2026" in message.body
    assert "{" not in message.body + message.subject


def test_where_the_first_goes_by_itself_it_is_queued_and_the_second_is_drafted():
    application = asked(mode=Ladder.FIRST_AUTOMATIC)
    attend(application, MONDAY + 7 * DAY)
    (first,) = outbox(application)
    assert (first.state, first.is_automatic) == (MessageState.QUEUED, True)
    first.state = MessageState.SENT
    make.event(application, at=MONDAY + 7 * DAY, by=BOSS)
    attend(application, MONDAY + 20 * DAY)
    second = outbox(application)[-1]
    assert (second.state, second.is_automatic) == (MessageState.DRAFTED, False)
    assert second.subject.endswith(": our question of 3 March 2026")


def test_where_the_ladder_is_off_nothing_is_written():
    application = asked(mode=Ladder.OFF)
    assert attend(application).why is Why.SWITCHED_OFF
    assert outbox(application) == []


def test_attended_a_hundred_times_it_is_written_once():
    application = asked()
    for hours in range(100):
        attend(application, DUE + hours * HOUR)
    assert len(outbox(application)) == 1


def test_looking_again_moves_the_watch_past_now_whatever_the_step():
    for mode in Ladder:
        application = asked(mode=mode)
        attend(application)
        watch = watch_of(application)
        assert watch is not None
        assert watch.check_at is None or watch.check_at > DUE
        assert watch.version == application.version


# Taking back.


def withdraw(application: Application) -> None:
    make.event(application, Kind.WITHDRAWAL, at=DUE + HOUR)


def reply(application: Application) -> None:
    make.reply(application, at=DUE + HOUR)


def auto_reply(application: Application) -> None:
    make.reply(application, kind=Kind.AUTO_REPLY, at=DUE + HOUR, due_at=DUE + 20 * DAY)


def pause(application: Application) -> None:
    make.event(application, Kind.PAUSED, at=DUE + HOUR, due_at=DUE + 20 * DAY)


def bounce(application: Application) -> None:
    make.reply(application, kind=Kind.BOUNCE, at=DUE + HOUR)


def call(application: Application) -> None:
    make.event(application, at=DUE + HOUR, by=BOSS)


def stop(application: Application) -> None:
    application.candidate.addresses[0].state = AddressState.STOPPED


def close_job(application: Application) -> None:
    application.job.closed_at = DUE


def switch_off(application: Application) -> None:
    application.stage.ladder = Ladder.OFF


CHANGES = [withdraw, reply, auto_reply, pause, bounce, call, stop, close_job, switch_off]


@pytest.mark.parametrize("state", [MessageState.DRAFTED, MessageState.QUEUED, MessageState.LEASED])
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_stops_it_takes_back_what_has_not_left_and_it_may_not_leave(change, state):
    application = asked()
    attend(application)
    (message,) = outbox(application)
    message.state = state
    now = DUE + 2 * HOUR
    assert attending.still_wanted(message, now, OFFICE) is None
    change(application)
    db.session.flush()
    why = attending.still_wanted(message, now, OFFICE)
    assert why in set(Why)
    assert attend(application, now).step not in {Step.FOLLOW_UP}
    (message,) = outbox(application)
    assert (message.state, message.why) == (MessageState.CANCELLED, why)


def test_what_has_begun_to_leave_is_not_taken_back():
    application = asked()
    attend(application)
    (message,) = outbox(application)
    message.state = MessageState.BEGUN
    reply(application)
    attend(application, DUE + 2 * HOUR)
    assert outbox(application)[0].state is MessageState.BEGUN


def test_after_an_absence_the_follow_up_is_written_anew():
    application = asked()
    attend(application)
    auto_reply(application)
    attend(application, DUE + 2 * HOUR)
    attend(application, DUE + 45 * DAY)
    db.session.flush()
    assert [one.state for one in outbox(application)] == [
        MessageState.CANCELLED,
        MessageState.DRAFTED,
    ]


def test_what_a_person_skipped_stays_skipped():
    application = asked()
    attend(application)
    (message,) = outbox(application)
    messages.cancel(message, by=BOSS, why="called her instead", now=DUE)
    attend(application, DUE + 3 * DAY)
    assert len(outbox(application)) == 1


def test_after_a_confirmation_a_closing_notice_is_drafted_and_a_late_answer_takes_it_back():
    application = make.quiet_application()
    later = MONDAY + 30 * DAY
    services.confirm(
        application, Outcome.GHOSTED, note="x", attested=(), by=BOSS, now=later, office=OFFICE
    )
    assert attend(application, later).step is Step.CLOSE
    (message,) = outbox(application)
    assert (message.purpose, message.state) == (Purpose.CLOSING, MessageState.DRAFTED)
    assert message.asks is False
    make.reply(application, at=later + DAY)
    attend(application, later + DAY)
    assert outbox(application)[0].state is MessageState.CANCELLED


# Finding.


def test_a_sweep_finds_what_is_due_and_what_has_news_and_nothing_else(app: Flask):
    due, waiting = asked(), asked()
    make.event(waiting, at=DUE - HOUR, by=BOSS)
    db.session.commit()
    worker = Worker(app)
    tick(worker, DUE)
    assert [len(outbox(one)) for one in (due, waiting)] == [1, 0]
    assert list(db.session.scalars(watches.changed())) == []
    assert list(db.session.scalars(watches.due(DUE))) == []
    make.reply(due, at=DUE + HOUR)
    db.session.commit()
    assert list(db.session.scalars(watches.changed())) == [due.id]
    assert list(db.session.scalars(watches.changed_since(0))) == [due.id]
    tick(worker, DUE + 2 * HOUR)
    assert outbox(due)[0].state is MessageState.CANCELLED
    assert list(db.session.scalars(watches.changed_since(0))) == []


def test_an_ended_application_is_watched_no_more(app: Flask):
    application = asked()
    db.session.commit()
    worker = Worker(app)
    tick(worker, MONDAY + 2 * DAY)
    assert watch_of(application) is not None
    make.event(application, Kind.REJECTION, at=MONDAY + 3 * DAY)
    db.session.commit()
    tick(worker, MONDAY + 4 * DAY)
    assert watch_of(application) is None
    assert list(db.session.scalars(watches.changed())) == []


def test_the_notes_can_be_thrown_away_and_come_back_the_same(app: Flask, runner):
    for number in range(12):
        one = asked(mode=list(Ladder)[number % 3])
        if number % 4 == 1:
            pause(one)
        if number % 4 == 2:
            reply(one)
        if number % 4 == 3:
            withdraw(one)
    make.application(at=DUE + DAY)
    db.session.commit()
    now = DUE + 2 * HOUR
    tick(Worker(app), now)

    def notes() -> dict:
        db.session.expire_all()
        rows = db.session.execute(
            select(Watch.application_id, Watch.check_at, Watch.version - Application.version).join(
                Application, Application.id == Watch.application_id
            )
        )
        return {row[0]: row[1:] for row in rows}

    before = notes()
    assert len(before) == 10
    assert {row[1] for row in before.values()} == {0}
    facts.refresh(None, OFFICE, now=now)
    assert watches.rebuild(now, OFFICE) == 10
    assert notes() == before


def test_a_worker_that_was_down_for_a_week_catches_up_with_one_mail_each(app: Flask):
    many = [asked(mode=Ladder.FIRST_AUTOMATIC) for _ in range(20)]
    db.session.commit()
    worker = Worker(app)
    tick(worker, MONDAY + 2 * DAY)
    for later in (0 * HOUR, HOUR, 2 * HOUR, DAY):
        tick(worker, MONDAY + 10 * DAY + later)
    for one in many:
        wait = [mail for mail in outbox(one) if mail.state is not MessageState.CANCELLED]
        assert len(wait) == 1
    # What is long overdue does not leave by itself any more, and what waited so long neither.
    assert {mail.state for one in many for mail in outbox(one)} == {
        MessageState.CANCELLED,
        MessageState.DRAFTED,
    }
    late = asked(mode=Ladder.FIRST_AUTOMATIC)
    db.session.commit()
    tick(worker, MONDAY + 40 * DAY)
    (message,) = outbox(late)
    assert (message.state, message.is_automatic) == (MessageState.DRAFTED, False)


# What fails.


def test_one_that_fails_rests_is_set_aside_after_three_times_and_harms_no_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    poisoned, good = asked(email="poison@example.org"), asked()
    db.session.commit()
    real = letters.of_step

    def of_step(application, step):
        if application.id == poisoned_id:
            raise ValueError("poison@example.org is written here")
        return real(application, step)

    poisoned_id = poisoned.id
    monkeypatch.setattr(letters, "of_step", of_step)
    worker = Worker(app)
    tick(worker, DUE)
    assert len(outbox(good)) == 1
    found = db.session.get(Setback, f"application {poisoned_id}")
    assert (found.tries, found.parked_at) == (1, None)
    assert found.trace.endswith("ValueError")
    assert "recruiting/silence/attending.py" in found.trace
    assert "poison@" not in found.trace
    tick(worker, DUE + timedelta(minutes=1))  # it rests
    db.session.expire_all()
    assert db.session.get(Setback, f"application {poisoned_id}").tries == 1
    for hours in (1, 2, 3, 4):
        tick(worker, DUE + hours * HOUR)
    db.session.expire_all()
    found = db.session.get(Setback, f"application {poisoned_id}")
    assert (found.tries, found.parked_at) == (3, DUE + 2 * HOUR)
    monkeypatch.setattr(letters, "of_step", real)
    db.session.delete(found)
    db.session.commit()
    tick(worker, DUE + 5 * HOUR)
    assert len(outbox(db.session.get(Application, poisoned_id))) == 1


# Our own side.


def test_a_colleague_gets_one_mail_a_day_with_all_that_is_owed(app: Flask):
    recruiter = make.user(Role.RECRUITER, email=BOSS)
    lead = make.user(Role.ADMIN)
    names = ("Hannah Vogel", "Tobias Kern")
    for name in names:
        one = make.application(make.candidate(name))
        pipeline.give_to(one, BOSS, by=BOSS, now=MONDAY, office=OFFICE)
    nobodys = make.application(make.candidate("Priya Raman"))
    db.session.commit()
    thursday = MONDAY + 3 * DAY
    assert reminding.owed_today(thursday - DAY, OFFICE) == {}
    told = reminding.owed_today(thursday, OFFICE)
    assert {key: len(rows) for key, rows in told.items()} == {recruiter.id: 2, lead.id: 1}
    workers = [Worker(app), Worker(app)]
    for one in workers:
        tick(one, thursday)
        one.tick(thursday + HOUR)
    found = db.session.scalars(select(Message).where(Message.purpose == Purpose.REMINDER)).all()
    assert sorted(message.to_address for message in found) == sorted((BOSS, lead.email))
    (mine,) = [message for message in found if message.to_address == BOSS]
    assert mine.subject == "Candidates wait for a word of ours"
    assert all(name in mine.body for name in names)
    assert "Priya" not in mine.body
    assert nobodys.owner is None


def test_after_three_reminders_a_lead_is_told_and_missed_days_are_not_made_up_for(app: Flask):
    make.user(Role.RECRUITER, email=BOSS, name="Robin Weber")
    lead = make.user(Role.ADMIN)
    one = make.application()
    pipeline.give_to(one, BOSS, by=BOSS, now=MONDAY, office=OFFICE)
    db.session.commit()
    worker = Worker(app)
    for days in range(20):
        tick(worker, MONDAY + days * DAY)
    told = [(m.to_address, m.queued_at - MONDAY) for m in reminders()]
    assert told == [
        (BOSS, 3 * DAY), (BOSS, 4 * DAY), (BOSS, 8 * DAY), (lead.email, 10 * DAY),
    ]  # fmt: skip
    said = reminders()[-1].body
    assert "was due on 5 March 2026; Robin Weber looks after it" in said
    assert BOSS not in said
    later = make.application()
    pipeline.give_to(later, BOSS, by=BOSS, now=MONDAY, office=OFFICE)
    db.session.commit()
    tick(Worker(app), MONDAY + 18 * DAY)
    assert len(reminders()) == 4


def test_the_lead_is_whom_the_installation_names_and_else_the_first_administrator(app: Flask):
    first, named = make.user(Role.ADMIN), make.user(Role.HR, email="lead@nordwind.example")
    make.application()
    db.session.commit()
    thursday = MONDAY + 3 * DAY
    assert set(reminding.owed_today(thursday, OFFICE)) == {first.id}
    assert set(reminding.owed_today(thursday, OFFICE, lead="Lead@Nordwind.example")) == {named.id}
    assert set(reminding.owed_today(thursday, OFFICE, lead="gone@nordwind.example")) == {first.id}
    named.disabled_at = MONDAY
    assert set(reminding.owed_today(thursday, OFFICE, lead=named.email)) == {first.id}
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, lead=first.email)
    tick(Worker(app), thursday)
    assert db.session.scalars(select(Message.to_address)).all() == [first.email]
