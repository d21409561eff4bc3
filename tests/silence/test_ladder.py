"""The one next step: what the ladder says of a timeline, and what it never says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.jobs.rules import Ladder
from recruiting.messages.rules import MessageState, Purpose
from recruiting.pipeline.rules import Channel, Direction, Kind
from recruiting.silence.ladder import (
    REMINDERS,
    Case,
    Next,
    Reach,
    Reminder,
    Step,
    Why,
    Written,
    next_step,
    reminder_days,
    unwanted,
)
from recruiting.silence.rules import LADDER
from tests.pipeline.test_turns import some_events
from tests.pipeline.timelines import DAY, HOUR, MONDAY, OFFICE, come, out, reading

BOTH = Reach(mail=True, phone=True)
ASKED = (come(MONDAY - DAY), out(MONDAY))
ASKED_TWICE = (*ASKED, out(MONDAY + 7 * DAY))
STEP = timedelta.resolution


def case(*moments, **more) -> Case:
    """What the rule reads of these events."""
    return Case(reading(*moments), **more)


def said(*moments, after: timedelta, **more) -> Next:
    """The next step so long after Monday."""
    return next_step(case(*moments, **more), MONDAY + after, OFFICE)


def follow_up(one: Case, now: datetime, state: MessageState, *, skipped: bool = False) -> Written:
    """The follow-up that is in order at `now`, as the outbox has it."""
    occurrence = next_step(one, now, OFFICE).occurrence
    assert occurrence
    return Written(Purpose.FOLLOW_UP, occurrence, state, skipped)


# The candidate's side.


def test_until_patience_is_over_nothing_happens_and_the_worker_looks_right_after_it():
    step = said(*ASKED, after=DAY)
    assert (step.step, step.why) == (Step.WAIT, Why.NOT_DUE)
    assert step.check_at == OFFICE.add(MONDAY, 3) + STEP
    assert said(*ASKED, after=3 * DAY).check_at == OFFICE.add(MONDAY, 3) + STEP
    assert next_step(case(*ASKED), step.check_at, OFFICE).step is Step.FOLLOW_UP


def test_the_first_follow_up_takes_the_way_of_the_question():
    step = said(*ASKED, after=4 * DAY, reach=BOTH)
    assert (step.step, step.number, step.channel) == (Step.FOLLOW_UP, 1, Channel.EMAIL)
    called = (come(MONDAY - DAY), out(MONDAY, channel=Channel.PHONE))
    step = said(*called, after=4 * DAY, reach=BOTH)
    assert (step.step, step.number, step.channel) == (Step.CALL, 1, Channel.PHONE)
    assert said(*called, after=4 * DAY).channel is Channel.EMAIL  # no number is known


def test_the_second_takes_another_way_where_one_is_known():
    step = said(*ASKED_TWICE, after=20 * DAY, reach=BOTH)
    assert (step.step, step.number, step.channel) == (Step.CALL, 2, Channel.PHONE)
    step = said(*ASKED_TWICE, after=20 * DAY)
    assert (step.step, step.number, step.channel) == (Step.FOLLOW_UP, 2, Channel.EMAIL)
    by_both = (*ASKED, out(MONDAY + 7 * DAY, channel=Channel.PHONE))
    assert said(*by_both, after=20 * DAY, reach=BOTH).channel is Channel.EMAIL


@pytest.mark.parametrize(
    ("mode", "number", "step", "by_itself"),
    [
        (Ladder.OFF, 1, Step.WAIT, False),
        (Ladder.BATCH, 1, Step.FOLLOW_UP, False),
        (Ladder.FIRST_AUTOMATIC, 1, Step.FOLLOW_UP, True),
        (Ladder.OFF, 2, Step.WAIT, False),
        (Ladder.BATCH, 2, Step.FOLLOW_UP, False),
        (Ladder.FIRST_AUTOMATIC, 2, Step.FOLLOW_UP, False),
    ],
)
def test_the_stage_says_who_sends(mode, number, step, by_itself):
    moments, after = (ASKED, 4 * DAY) if number == 1 else (ASKED_TWICE, 15 * DAY)
    found = said(*moments, after=after, mode=mode)
    assert (found.step, found.by_itself) == (step, by_itself)


def test_a_follow_up_that_is_long_overdue_does_not_leave_by_itself():
    due = OFFICE.add(MONDAY, 3)
    last = OFFICE.add(due, 4)
    one = case(*ASKED, mode=Ladder.FIRST_AUTOMATIC)
    assert next_step(one, last, OFFICE).by_itself
    assert not next_step(one, last + STEP, OFFICE).by_itself
    assert next_step(one, last + STEP, OFFICE).step is Step.FOLLOW_UP


def test_after_three_messages_only_a_person_goes_on():
    moments = (*ASKED_TWICE, out(MONDAY + 14 * DAY))
    assert said(*moments, after=15 * DAY).step is Step.WAIT
    step = said(*moments, after=40 * DAY)
    assert (step.step, step.check_at) == (Step.CHECK, None)


@pytest.mark.parametrize(
    ("why", "moments", "more"),
    [
        (Why.PAUSED, [come(MONDAY + DAY, Kind.PAUSED, due_at=MONDAY + 30 * DAY)], {}),
        (Why.AWAY, [come(MONDAY + DAY, Kind.AUTO_REPLY, due_at=MONDAY + 30 * DAY)], {}),
        (Why.BOUNCED, [come(MONDAY + DAY, Kind.BOUNCE)], {}),
        (Why.MEETING, [out(MONDAY + DAY, Kind.INTERVIEW, due_at=MONDAY + 60 * DAY)], {}),
        (Why.ENDED, [come(MONDAY + DAY, Kind.WITHDRAWAL)], {}),
        (Why.ENDED, [out(MONDAY + DAY, Kind.REJECTION)], {}),
        (Why.JOB_CLOSED, [], {"job_is_open": False}),
        (Why.STOPPED, [], {"reach": Reach(stopped=True, phone=True)}),
        (Why.NO_WAY, [], {"reach": Reach(mail=False)}),
        (Why.SWITCHED_OFF, [], {"mode": Ladder.OFF}),
    ],
)
def test_what_stops_a_follow_up_also_takes_back_one_that_has_not_left(why, moments, more):
    now = MONDAY + 10 * DAY
    before = case(*ASKED)
    pending = follow_up(before, now, MessageState.QUEUED)
    assert next_step(before, now, OFFICE).step is Step.FOLLOW_UP
    after = case(*ASKED, *moments, written=[pending], **more)
    found = next_step(after, now, OFFICE)
    assert found.step is Step.WAIT
    expected = {Why.MEETING: {Why.NOT_DUE}, Why.NO_WAY: {Why.NO_WAY}}.get(why, {why})
    assert found.why in expected
    assert unwanted(pending, before, now, OFFICE) is None
    assert unwanted(pending, after, now, OFFICE) is not None


def test_a_word_from_them_makes_it_our_turn_and_the_follow_up_pointless():
    now = MONDAY + 10 * DAY
    pending = follow_up(case(*ASKED), now, MessageState.LEASED)
    after = case(*ASKED, come(now - HOUR))
    assert unwanted(pending, after, now, OFFICE) is Why.OUR_TURN
    # Asked anew, it is another silence.
    asked_anew = case(*ASKED, come(now - 9 * DAY), out(now - 8 * DAY))
    assert next_step(asked_anew, now, OFFICE).step is Step.FOLLOW_UP
    assert unwanted(pending, asked_anew, now, OFFICE) is Why.ANSWERED


def test_a_colleague_who_called_meanwhile_makes_the_mail_pointless():
    now = MONDAY + 10 * DAY
    pending = follow_up(case(*ASKED), now, MessageState.QUEUED)
    after = case(*ASKED, out(now - HOUR, channel=Channel.PHONE))
    assert unwanted(pending, after, now, OFFICE) is Why.ASKED_MEANWHILE


def test_a_question_of_theirs_that_we_left_open_is_answered_first():
    moments = (come(MONDAY - DAY, asks=True), out(MONDAY, leaves_open=True))
    assert said(*moments, after=10 * DAY).why is Why.OPEN_QUESTION


def test_where_nothing_was_asked_a_person_asks():
    paused = (come(MONDAY - DAY), come(MONDAY, Kind.PAUSED, due_at=MONDAY + 5 * DAY))
    assert said(*paused, after=40 * DAY).why is Why.NOTHING_ASKED


def test_after_a_missed_meeting_a_person_reads_what_is_written():
    agreed = (come(MONDAY - DAY), out(MONDAY, Kind.INTERVIEW, due_at=MONDAY + DAY))
    missed = (*agreed, come(MONDAY + DAY + HOUR, Kind.NO_SHOW))
    step = said(*missed, after=4 * DAY, mode=Ladder.FIRST_AUTOMATIC)
    assert (step.step, step.by_itself) == (Step.FOLLOW_UP, False)


# What is written already.


@pytest.mark.parametrize("state", [s for s in MessageState if s.value not in {"cancelled"}])
def test_what_is_written_is_not_written_twice(state):
    now = MONDAY + 10 * DAY
    pending = follow_up(case(*ASKED), now, state)
    found = next_step(case(*ASKED, written=[pending]), now, OFFICE)
    assert found.step is Step.WAIT
    assert found.why in {Why.WRITTEN, Why.SKIPPED}
    assert found.check_at == OFFICE.start_of(OFFICE.day_of(now) + DAY)


def test_what_a_person_skipped_is_not_proposed_again_however_the_due_moment_moves():
    now = MONDAY + 30 * DAY
    skipped = follow_up(case(*ASKED), now, MessageState.CANCELLED, skipped=True)
    away = (*ASKED, come(MONDAY + HOUR, Kind.AUTO_REPLY, due_at=MONDAY + 14 * DAY))
    for moments in (ASKED, away):
        assert said(*moments, after=30 * DAY, written=[skipped]).why is Why.SKIPPED


def test_what_an_absence_took_back_is_written_anew_afterwards_as_another_mail():
    now = MONDAY + 10 * DAY
    taken_back = follow_up(case(*ASKED), now, MessageState.CANCELLED)
    away = (*ASKED, come(now, Kind.AUTO_REPLY, due_at=MONDAY + 14 * DAY))
    assert said(*away, after=12 * DAY, written=[taken_back]).step is Step.WAIT
    anew = said(*away, after=30 * DAY, written=[taken_back])
    assert anew.step is Step.FOLLOW_UP
    assert anew.occurrence != taken_back.occurrence
    assert (
        unwanted(replace(taken_back, occurrence=anew.occurrence), case(*away), now, OFFICE)
        is Why.AWAY
    )


def test_while_another_mail_of_ours_is_under_way_the_ladder_waits():
    other = Written(Purpose.WRITTEN, "x", MessageState.QUEUED)
    assert said(*ASKED, after=10 * DAY, written=[other]).why is Why.MAIL_WAITS
    sent = Written(Purpose.WRITTEN, "x", MessageState.SENT)
    reminder = Written(Purpose.REMINDER, "y", MessageState.QUEUED)
    assert said(*ASKED, after=10 * DAY, written=[sent, reminder]).step is Step.FOLLOW_UP


# After a person confirmed.


def test_after_a_person_confirmed_a_closing_notice_is_prepared_once():
    ended = (*ASKED_TWICE, out(MONDAY + 30 * DAY, Kind.GHOSTED))
    step = said(*ended, after=31 * DAY)
    assert (step.step, step.why) == (Step.CLOSE, Why.CONFIRMED)
    written = Written(Purpose.CLOSING, step.occurrence, MessageState.DRAFTED)
    assert said(*ended, after=31 * DAY, written=[written]).step is Step.WAIT
    assert unwanted(written, case(*ended), MONDAY + 31 * DAY, OFFICE) is None
    reopened = case(*ended, come(MONDAY + 31 * DAY))
    assert unwanted(written, reopened, MONDAY + 32 * DAY, OFFICE) is Why.REOPENED


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.HIRE, Kind.NEVER_RESPONDED])
def test_other_ends_write_nothing(kind):
    assert said(*ASKED, out(MONDAY + DAY, kind), after=2 * DAY).why is Why.ENDED


# Our side.


def test_our_promise_reminds_on_the_day_on_the_next_and_on_the_third_and_then_a_lead():
    due = OFFICE.add(MONDAY, 3)  # Thursday
    days = {which: day for day, which in reminder_days(due, OFFICE)}
    assert [days[which].isoformat() for which in REMINDERS] == [
        "2026-03-05", "2026-03-06", "2026-03-10", "2026-03-12",
    ]  # fmt: skip
    found = {}
    for hours in range(24 * 20):
        step = said(come(MONDAY), after=hours * HOUR)
        day = OFFICE.day_of(MONDAY + hours * HOUR)
        found.setdefault(day, set()).add((step.step, step.reminder))
    assert found[days[Reminder.DUE]] == {(Step.REMIND, Reminder.DUE)}
    assert found[days[Reminder.LEAD]] == {(Step.REMIND, Reminder.LEAD)}
    said_on = {which for one in found.values() for step, which in one if step is Step.REMIND}
    assert said_on == set(REMINDERS)
    last = said(come(MONDAY), after=19 * DAY)
    assert (last.step, last.check_at) == (Step.DELAY, None)


def test_a_dated_notice_moves_the_reminders():
    promised = OFFICE.add(MONDAY, 8)
    told = out(MONDAY + 4 * DAY, awaits_reply=False, due_at=promised)
    assert said(come(MONDAY), told, after=4 * DAY + HOUR).step is Step.WAIT
    step = next_step(case(come(MONDAY), told), promised, OFFICE)
    assert (step.step, step.reminder) == (Step.REMIND, Reminder.DUE)


def test_a_reminder_is_never_written_on_a_closed_day():
    sunday = datetime(2026, 3, 8, 12, tzinfo=UTC)
    assert [day.isoformat() for day, _which in reminder_days(sunday, OFFICE)][:2] == [
        "2026-03-09",
        "2026-03-10",
    ]


# Clocks and calendars.


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        # The clocks go forward on 29 March 2026: 10:00 stays 10:00.
        ("2026-03-27T09:00+00:00", "2026-04-01T08:00+00:00"),
        # And back on 25 October.
        ("2026-10-23T08:00+00:00", "2026-10-28T09:00+00:00"),
        # 2:30 on the night of the change counts from Monday's first moment.
        ("2026-10-25T00:30+00:00", "2026-10-28T23:00+00:00"),
        # 29 February.
        ("2028-02-28T09:00+00:00", "2028-03-02T09:00+00:00"),
        # Christmas, with 25 and 26 December and New Year closed.
        ("2026-12-23T09:00+00:00", "2026-12-29T09:00+00:00"),
        ("2026-12-30T09:00+00:00", "2027-01-05T09:00+00:00"),
    ],
)
def test_the_first_follow_up_is_in_order_at_the_right_moment(asked, due):
    at, expected = datetime.fromisoformat(asked), datetime.fromisoformat(due)
    one = case(come(at - HOUR), out(at))
    found = next_step(one, at, OFFICE)
    assert found.check_at == expected + STEP
    assert next_step(one, expected, OFFICE).step is Step.WAIT
    assert next_step(one, expected + STEP, OFFICE).step is Step.FOLLOW_UP


# Whatever happens.


def play(moments, mode: Ladder, reach: Reach, until: datetime):
    """Walk through time as the worker does: look when told, write, send at once."""
    pending = sorted(moments, key=lambda one: one.at)
    now, events, written = pending[0].at, [], []
    for _turn in range(400):
        while pending and pending[0].at <= now:
            events.append(pending.pop(0))
        one = Case(reading(*events), mode=mode, reach=reach, written=tuple(written))
        found = next_step(one, now, OFFICE)
        if found.step in {Step.FOLLOW_UP, Step.CLOSE}:
            yield now, found, one, tuple(events)
            written.append(Written(Purpose.FOLLOW_UP if found.number else Purpose.CLOSING,
                                   found.occurrence, MessageState.SENT))  # fmt: skip
            if found.number:
                events.append(out(now, offers_no=True))
            continue
        ahead = [at for at in (found.check_at, pending[0].at if pending else None) if at]
        if not ahead or min(ahead) > until:
            return
        assert min(ahead) > now, "the worker would look again at once, for ever"
        now = min(ahead)


@given(some_events(), st.sampled_from(Ladder), st.booleans())
def test_no_follow_up_is_ever_in_order_after_a_word_from_them_and_never_a_fourth_message(
    moments, mode, has_phone
):
    reach = Reach(mail=True, phone=has_phone)
    for now, found, one, events in play(moments, mode, reach, MONDAY + 200 * DAY):
        if found.step is not Step.FOLLOW_UP:
            continue
        since = one.reading.since
        assert mode is not Ladder.OFF
        assert not [
            event
            for event in events
            if event.direction is Direction.IN
            and event.kind is Kind.MESSAGE
            and since < event.at <= now
            and event.awaits_reply
        ]
        assert 1 <= found.number == one.reading.attempts < LADDER
        assert found.by_itself <= (mode is Ladder.FIRST_AUTOMATIC and found.number == 1)
        assert one.reading.outcome is None
