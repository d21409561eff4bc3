"""Whose turn it is, since when: the rule, one sentence each."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.pipeline.reading import Moment, Reading
from recruiting.pipeline.rules import Channel, Kind, Outcome, SpellEnd, Turn
from recruiting.pipeline.turns import read
from tests.pipeline.timelines import (
    DAY,
    HOUR,
    MONDAY,
    NEXT_STAGE,
    OFFICE,
    STAGE,
    TERMS,
    come,
    out,
    reading,
)


def test_a_question_makes_it_the_candidates_turn():
    said = reading(come(MONDAY), out(MONDAY + DAY))
    assert (said.turn, said.since, said.attempts) == (Turn.CANDIDATE, MONDAY + DAY, 1)


def test_a_reply_makes_it_our_turn():
    said = reading(out(MONDAY), come(MONDAY + DAY))
    assert (said.turn, said.since, said.attempts) == (Turn.US, MONDAY + DAY, 0)


def test_our_follow_up_never_makes_a_silence_young_again():
    said = reading(come(MONDAY), out(MONDAY + DAY), out(MONDAY + 6 * DAY), out(MONDAY + 9 * DAY))
    assert (said.since, said.attempts) == (MONDAY + DAY, 3)


def test_their_second_mail_never_makes_our_delay_young_again():
    said = reading(come(MONDAY), come(MONDAY + 2 * DAY))
    assert (said.turn, said.since, said.depth) == (Turn.US, MONDAY, 2)


def test_a_touch_that_asks_nothing_is_an_attempt_in_their_silence():
    said = reading(out(MONDAY), out(MONDAY + DAY, awaits_reply=False))
    assert (said.turn, said.since, said.attempts) == (Turn.CANDIDATE, MONDAY, 2)


def test_a_receipt_that_asks_nothing_leaves_it_our_turn():
    said = reading(come(MONDAY), out(MONDAY + HOUR, awaits_reply=False))
    assert (said.turn, said.since) == (Turn.US, MONDAY)


def test_a_word_that_they_asked_for_by_a_day_is_due_by_that_day():
    tomorrow = MONDAY + DAY
    assert reading(come(MONDAY, due_at=tomorrow)).due_at == tomorrow
    waiting = reading(come(MONDAY - DAY), come(MONDAY, due_at=tomorrow))
    assert (waiting.since, waiting.due_at) == (MONDAY - DAY, tomorrow)
    far = reading(come(MONDAY, due_at=MONDAY + 30 * DAY))
    assert far.due_at == OFFICE.add(MONDAY, 3)
    nearer = reading(come(MONDAY, due_at=tomorrow), come(MONDAY + HOUR, due_at=MONDAY + 2 * DAY))
    assert nearer.due_at == tomorrow


def test_it_stays_due_until_we_have_answered_it():
    asked, tomorrow = come(MONDAY, due_at=MONDAY + DAY), MONDAY + DAY
    nobody_there = out(MONDAY + HOUR, awaits_reply=False, leaves_open=True)
    assert reading(asked, nobody_there).due_at == tomorrow
    promised = out(MONDAY + HOUR, awaits_reply=False, due_at=MONDAY + 8 * DAY)
    assert reading(asked, promised).due_at == MONDAY + 8 * DAY
    again = reading(asked, out(MONDAY + HOUR), come(MONDAY + 2 * HOUR))
    assert again.due_at == OFFICE.add(MONDAY + 2 * HOUR, 3)


def test_a_dated_notice_moves_our_own_due_moment():
    promised = MONDAY + 8 * DAY
    plain = reading(come(MONDAY))
    said = reading(come(MONDAY), out(MONDAY + DAY, awaits_reply=False, due_at=promised))
    assert plain.due_at == OFFICE.add(MONDAY, 3)
    assert (said.due_at, said.promised_at) == (promised, promised)


def test_what_we_owe_over_a_weekend_we_owe_by_the_end_of_a_friday():
    saturday, friday_ends = MONDAY + 5 * DAY, OFFICE.start_of(date(2026, 3, 14))
    terms = {STAGE: replace(TERMS[STAGE], promise=5)}

    def within_five_days(*moments: Moment) -> Reading:
        return read(moments, terms, STAGE, OFFICE)

    assert within_five_days(come(saturday)).due_at == friday_ends
    meeting = out(MONDAY, Kind.INTERVIEW, due_at=saturday)
    assert within_five_days(meeting).met_due_at == friday_ends
    confirmed = within_five_days(meeting, come(MONDAY + DAY))
    assert (confirmed.turn, confirmed.due_at) == (Turn.US, friday_ends)
    decision = reading(out(MONDAY), come(saturday, awaits_reply=False)).due_at
    assert decision == OFFICE.start_of(date(2026, 3, 21))
    asked = reading(out(saturday)).due_at  # theirs is theirs
    assert asked == OFFICE.add(saturday, TERMS[STAGE].patience)


def test_a_word_that_wants_no_answer_leaves_nobody_in_debt():
    said = reading(out(MONDAY), come(MONDAY + DAY, awaits_reply=False))
    assert (said.turn, said.since) == (Turn.NOBODY, MONDAY + DAY)
    assert said.due_at == OFFICE.add(MONDAY + DAY, 10)  # the decision we promised


def test_a_word_that_names_a_day_keeps_it_their_turn_until_then():
    friday = MONDAY + 4 * DAY
    said = reading(out(MONDAY), come(MONDAY + DAY, awaits_reply=False, due_at=friday))
    assert (said.turn, said.since) == (Turn.CANDIDATE, MONDAY + DAY)
    assert said.due_at == OFFICE.add(friday, 2)


def test_an_answer_to_their_question_gives_a_running_assignment_back_to_them():
    due = MONDAY + 7 * DAY
    said = reading(
        out(MONDAY, Kind.ASSIGNMENT, due_at=due),
        come(MONDAY + HOUR, asks=True),
        out(MONDAY + 2 * HOUR, awaits_reply=False),
    )
    assert (said.turn, said.since) == (Turn.CANDIDATE, MONDAY + 2 * HOUR)
    assert said.due_at == OFFICE.add(due, 2)


def test_thanks_for_an_assignment_handed_in_leaves_the_decision_with_us():
    said = reading(
        out(MONDAY, Kind.ASSIGNMENT, due_at=MONDAY + 7 * DAY),
        come(MONDAY + 3 * DAY),
        out(MONDAY + 3 * DAY + HOUR, awaits_reply=False),
    )
    assert (said.turn, said.since) == (Turn.US, MONDAY + 3 * DAY)
    assert said.due_at == OFFICE.add(MONDAY + 3 * DAY, 10)


def test_patience_counts_from_the_agreed_day_of_an_assignment():
    due = MONDAY + 7 * DAY
    said = reading(out(MONDAY, Kind.ASSIGNMENT, due_at=due))
    assert said.due_at == OFFICE.add(due, 2)


def test_patience_of_a_follow_up_counts_from_the_follow_up():
    said = reading(come(MONDAY), out(MONDAY), out(MONDAY + 7 * DAY))
    assert said.due_at == OFFICE.add(MONDAY + 7 * DAY, 4)


def test_an_agreed_meeting_waits_and_then_the_next_word_is_ours():
    meeting = MONDAY + 3 * DAY
    said = reading(come(MONDAY), out(MONDAY + HOUR, Kind.INTERVIEW, due_at=meeting))
    assert (said.turn, said.meets_at) == (Turn.CANDIDATE, meeting)
    assert said.met_due_at == OFFICE.add(meeting, 3)
    later = reading(
        come(MONDAY),
        out(MONDAY + HOUR, Kind.INTERVIEW, due_at=meeting),
        out(meeting + 2 * DAY),
    )
    assert later.since == meeting + 2 * DAY
    assert [stretch.end for stretch in later.stretches] == [
        SpellEnd.ANSWERED,
        SpellEnd.MET,
        SpellEnd.ANSWERED,
        None,
    ]


def test_a_no_show_opens_their_turn_and_the_meeting_never_was():
    meeting = MONDAY + 3 * DAY
    said = reading(
        come(MONDAY),
        out(MONDAY + HOUR, Kind.INTERVIEW, due_at=meeting),
        come(MONDAY + DAY),
        come(meeting + HOUR, Kind.NO_SHOW),
    )
    assert (said.turn, said.since, said.no_shows) == (Turn.CANDIDATE, meeting + HOUR, 1)
    assert said.meets_at is None
    assert said.depth == 2  # a no-show is no touch


def test_a_no_show_within_a_silence_does_not_shorten_it():
    meeting = MONDAY + 3 * DAY
    said = reading(
        come(MONDAY),
        out(MONDAY + HOUR, Kind.INTERVIEW, due_at=meeting),
        come(meeting, Kind.NO_SHOW),
    )
    assert said.since == MONDAY + HOUR


def test_a_meeting_agreed_anew_replaces_the_one_before():
    first, second = MONDAY + 3 * DAY, MONDAY + 8 * DAY
    said = reading(
        out(MONDAY, Kind.INTERVIEW, due_at=first),
        out(MONDAY + DAY, Kind.INTERVIEW, due_at=second),
    )
    assert (said.meets_at, said.reschedules) == (second, 1)


def test_a_meeting_to_come_outlives_an_end_that_is_taken_back():
    meets_at = MONDAY + 10 * DAY
    agreed = out(MONDAY + DAY, Kind.INTERVIEW, due_at=meets_at)
    ended = out(MONDAY + 2 * DAY, Kind.REJECTION)
    reopened = out(MONDAY + 3 * DAY, Kind.REOPENED)
    late = out(MONDAY + 11 * DAY, Kind.REOPENED)
    before = reading(come(MONDAY), agreed, ended)
    assert before.meets_at is None
    again = reading(come(MONDAY), agreed, ended, reopened)
    assert (again.outcome, again.meets_at) == (None, meets_at)
    assert again.due_at == OFFICE.add(meets_at, 3)
    assert reading(come(MONDAY), agreed, ended, late).meets_at is None


def test_a_late_reply_finds_the_meeting_that_was_agreed():
    meets_at = MONDAY + 10 * DAY
    agreed = out(MONDAY + DAY, Kind.INTERVIEW, due_at=meets_at)
    said = [come(MONDAY), agreed, out(MONDAY + 2 * DAY, Kind.GHOSTED)]
    assert reading(*said, come(MONDAY + 3 * DAY)).meets_at == meets_at
    withdrawn = come(MONDAY + 3 * DAY, Kind.WITHDRAWAL)
    reopened = out(MONDAY + 4 * DAY, Kind.REOPENED)
    assert reading(*said, withdrawn, reopened).meets_at == meets_at


def test_an_auto_reply_lets_patience_stand_still_until_the_day_after_the_return():
    back = MONDAY + 9 * DAY  # Wednesday of the next week
    said = reading(out(MONDAY), come(MONDAY + HOUR, Kind.AUTO_REPLY, due_at=back))
    thursday = OFFICE.start_of(OFFICE.day_of(back + DAY))
    assert (said.turn, said.since) == (Turn.CANDIDATE, MONDAY)
    assert said.away_until == thursday
    # The three working days begin on the day patience runs again.
    assert said.due_at == OFFICE.add(thursday, 3)


def test_an_auto_reply_without_a_day_counts_for_seven_days():
    said = reading(out(MONDAY), come(MONDAY + HOUR, Kind.AUTO_REPLY))
    assert said.away_until == OFFICE.start_of(OFFICE.day_of(MONDAY + 7 * DAY))


def test_a_pause_stands_still_until_its_day_and_is_their_turn():
    until = MONDAY + 10 * DAY
    said = reading(out(MONDAY - DAY), come(MONDAY), out(MONDAY + HOUR, Kind.PAUSED, due_at=until))
    assert (said.turn, said.paused_until) == (
        Turn.CANDIDATE,
        OFFICE.start_of(OFFICE.day_of(until)),
    )
    assert said.due_at is not None
    assert said.due_at > until


def test_a_reply_ends_a_pause():
    said = reading(
        out(MONDAY),
        out(MONDAY + HOUR, Kind.PAUSED, due_at=MONDAY + 10 * DAY),
        come(MONDAY + DAY),
    )
    assert (said.turn, said.paused_until) == (Turn.US, None)


def test_a_bounce_voids_the_touch_and_ends_no_silence():
    said = reading(come(MONDAY), out(MONDAY + DAY), come(MONDAY + DAY + HOUR, Kind.BOUNCE))
    assert (said.turn, said.since, said.is_bounced) == (Turn.CANDIDATE, MONDAY + DAY, True)
    assert [attempt.delivered for attempt in said.asked] == [False]


def test_a_follow_up_that_came_back_gives_no_more_time():
    asked = [out(MONDAY, channel=Channel.PHONE)]
    sent = out(MONDAY + 6 * DAY)
    before, after = reading(*asked), reading(*asked, sent, come(MONDAY + 6 * DAY, Kind.BOUNCE))
    assert after.due_at == before.due_at
    assert reading(*asked, sent).due_at > before.due_at


def test_another_way_that_works_repairs_a_bounce():
    said = reading(
        out(MONDAY),
        come(MONDAY + HOUR, Kind.BOUNCE),
        out(MONDAY + DAY, channel=Channel.PHONE),
    )
    assert not said.is_bounced


def test_a_late_reply_reopens_what_was_called_silent():
    said = reading(out(MONDAY), out(MONDAY + 20 * DAY, Kind.GHOSTED), come(MONDAY + 30 * DAY))
    assert (said.outcome, said.turn, said.since) == (None, Turn.US, MONDAY + 30 * DAY)


def test_a_word_after_a_rejection_does_not_reopen_but_is_seen():
    said = reading(come(MONDAY), out(MONDAY + DAY, Kind.REJECTION), come(MONDAY + 2 * DAY))
    assert (said.outcome, said.turn, said.wrote_after_end) == (
        Outcome.REJECTED,
        Turn.NOBODY,
        True,
    )


def test_who_is_hired_and_says_no_stays_hired_until_a_person_has_read_it():
    hired = come(MONDAY), out(MONDAY + DAY, Kind.HIRE)
    said = reading(*hired, come(MONDAY + 2 * DAY, Kind.WITHDRAWAL))
    assert (said.outcome, said.turn, said.wrote_after_end) == (Outcome.HIRED, Turn.NOBODY, True)
    assert not reading(*hired).wrote_after_end


def test_an_interview_after_a_withdrawal_takes_the_application_up_again():
    said = reading(come(MONDAY, Kind.WITHDRAWAL), out(MONDAY + DAY, Kind.INTERVIEW))
    assert (said.outcome, said.turn) == (None, Turn.CANDIDATE)


def test_a_rejection_after_a_withdrawal_leaves_it_withdrawn():
    said = reading(
        come(MONDAY), come(MONDAY + DAY, Kind.WITHDRAWAL), out(MONDAY + 2 * DAY, Kind.REJECTION)
    )
    assert (said.outcome, said.ended_at) == (Outcome.WITHDRAWN, MONDAY + DAY)


def test_applying_is_no_reply_but_answering_an_approach_is():
    assert reading(come(MONDAY)).replies == 0
    assert reading(out(MONDAY), come(MONDAY + DAY)).replies == 1


def test_a_question_of_theirs_is_open_until_a_touch_of_ours_answers_it():
    asked = come(MONDAY, asks=True)
    answered = reading(asked, out(MONDAY + DAY))
    left_open = reading(asked, out(MONDAY + DAY, leaves_open=True))
    assert not answered.has_open_question
    assert answered.last_question == asked
    assert left_open.open_question == asked
    late = reading(asked, out(MONDAY + DAY, leaves_open=True), out(MONDAY + 2 * DAY))
    assert not late.has_open_question


def test_an_event_that_names_another_stage_is_a_move():
    said = reading(come(MONDAY, stage_id=STAGE), out(MONDAY + DAY, stage_id=NEXT_STAGE))
    assert (said.stage_id, said.stage_since) == (NEXT_STAGE, MONDAY + DAY)


def test_the_owner_is_who_had_the_last_touch_until_somebody_is_named():
    first = come(MONDAY)
    ann, ben = out(MONDAY + DAY, by="ann@x.test"), out(MONDAY + 2 * DAY, by="ben@x.test")
    named = out(MONDAY + HOUR, Kind.OWNER_CHANGED, subject="cleo@x.test")
    assert reading(first, ann, ben).owner == "ben@x.test"
    assert reading(first, named, ann).owner == "cleo@x.test"


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.BOUNCE, Kind.NO_SHOW])
def test_machines_are_no_touches(kind: Kind):
    said = reading(out(MONDAY), come(MONDAY + DAY, kind))
    assert (said.turn, said.since, said.depth) == (Turn.CANDIDATE, MONDAY, 0)


KINDS_IN = [Kind.MESSAGE, Kind.NO_SHOW, Kind.AUTO_REPLY, Kind.BOUNCE, Kind.WITHDRAWAL]
KINDS_OUT = [
    Kind.MESSAGE,
    Kind.INTERVIEW,
    Kind.ASSIGNMENT,
    Kind.OFFER,
    Kind.REJECTION,
    Kind.GHOSTED,
    Kind.REOPENED,
    Kind.PAUSED,
]


@st.composite
def some_events(draw: st.DrawFn, most: int = 14):
    """Any history, its moments apart from one another or the same."""
    events = []
    for _ in range(draw(st.integers(1, most))):
        at = MONDAY + draw(st.integers(0, 60 * 24)) * HOUR
        inward = draw(st.booleans())
        kind = draw(st.sampled_from(KINDS_IN if inward else KINDS_OUT))
        later = at + draw(st.integers(1, 400)) * HOUR
        events.append(
            (come if inward else out)(
                at,
                kind,
                awaits_reply=draw(st.booleans()),
                due_at=draw(st.sampled_from([None, later])),
                channel=draw(st.sampled_from(list(Channel)[:3])),
                external_id=str(len(events)),
                asks=inward and draw(st.booleans()),
                stage_id=draw(st.sampled_from([None, STAGE, NEXT_STAGE])),
            )
        )
    return events


@given(some_events(), st.randoms())
def test_the_order_in_which_events_are_recorded_does_not_matter(events, rng: random.Random):
    shuffled = list(events)
    rng.shuffle(shuffled)
    assert reading(*shuffled) == reading(*events)


@given(some_events())
def test_our_own_follow_up_never_shortens_a_silence(events):
    before = reading(*events)
    last = max(event.at for event in events)
    after = reading(*events, out(last + HOUR))
    meeting_came = before.meets_at is not None and before.meets_at <= last + HOUR
    if before.turn is Turn.CANDIDATE and not meeting_came:
        assert (after.turn, after.since) == (Turn.CANDIDATE, before.since)
        assert after.attempts == before.attempts + 1


@given(some_events(), st.sampled_from([Kind.AUTO_REPLY, Kind.BOUNCE]))
def test_a_machine_never_ends_a_silence(events, kind):
    before = reading(*events)
    last = max(event.at for event in events)
    after = reading(*events, come(last + HOUR, kind))
    meeting_came = before.meets_at is not None and before.meets_at <= last + HOUR
    if before.turn is Turn.CANDIDATE and not meeting_came:
        assert (after.turn, after.since) == (Turn.CANDIDATE, before.since)


@given(some_events())
def test_turns_follow_each_other_without_overlap(events):
    said = reading(*events)
    ends = [stretch.until for stretch in said.stretches]
    assert None not in ends[:-1]
    for before, after in zip(said.stretches, said.stretches[1:], strict=False):
        assert before.until is not None
        assert before.since <= before.until <= after.since
    is_running = said.outcome is None and said.turn is not Turn.NOBODY
    assert (bool(ends) and ends[-1] is None) == is_running


@given(some_events())
def test_an_ended_application_is_nobodys_turn_and_owes_nothing(events):
    said = reading(*events)
    if said.outcome is not None:
        assert (said.turn, said.due_at, said.meets_at) == (Turn.NOBODY, None, None)


def dues(*moments):
    return [(s.whose, s.end, s.due_at) for s in reading(*moments).stretches]


def test_an_invitation_does_not_stretch_the_promise_it_was_late_for():
    late = out(MONDAY + 40 * DAY, Kind.INTERVIEW, due_at=MONDAY + 48 * DAY)
    assert dues(come(MONDAY), late)[0] == (Turn.US, SpellEnd.ANSWERED, OFFICE.add(MONDAY, 3))


def test_a_confirmed_meeting_far_ahead_is_no_delay_of_ours():
    meeting = MONDAY + 40 * DAY
    told = dues(out(MONDAY, Kind.INTERVIEW, due_at=meeting), come(MONDAY + DAY), out(meeting + DAY))
    assert told[1] == (Turn.US, SpellEnd.MET, OFFICE.add(meeting, 3))


@given(some_events())
def test_what_ended_a_turn_does_not_move_its_due_moment(events):
    timeline = sorted(events, key=lambda event: event.at)
    *before, last = timeline
    if not before or last.at == before[-1].at or reading(*before).meets_at is not None:
        return
    if last.kind is Kind.NO_SHOW:  # says of a meeting behind us that it did not take place
        return
    earlier, later = reading(*before), reading(*timeline)
    running = earlier.stretches[-1] if earlier.stretches else None
    if running is None or running.until is not None:
        return
    same = later.stretches[len(earlier.stretches) - 1]
    if same.until is not None:
        assert same.due_at == running.due_at


def test_in_the_same_second_an_explicit_no_outlasts_the_offer_it_answers():
    said = reading(out(MONDAY, Kind.OFFER), come(MONDAY, Kind.WITHDRAWAL))
    assert said.outcome is Outcome.WITHDRAWN


def test_in_the_same_second_a_bounce_voids_the_mail_it_answers():
    assert reading(out(MONDAY), come(MONDAY, Kind.BOUNCE)).is_bounced


def test_what_was_handed_in_is_waited_for_no_longer():
    said = reading(
        out(MONDAY, Kind.ASSIGNMENT, due_at=MONDAY + 50 * DAY),
        come(MONDAY + 2 * DAY),
        out(MONDAY + 3 * DAY),
    )
    assert said.due_at == OFFICE.add(MONDAY + 3 * DAY, 3)


def test_a_meeting_written_down_when_it_took_place_leaves_the_next_word_with_us():
    said = reading(come(MONDAY - DAY), out(MONDAY, Kind.INTERVIEW, due_at=MONDAY))
    assert said.meets_at == MONDAY
    assert reading(
        come(MONDAY - DAY), out(MONDAY, Kind.INTERVIEW, due_at=MONDAY), out(MONDAY + DAY)
    ).since == MONDAY + DAY  # fmt: skip


def test_what_a_machine_wrote_first_is_no_application():
    said = reading(come(MONDAY, Kind.AUTO_REPLY), come(MONDAY + DAY))
    assert (said.replies, said.since) == (0, MONDAY + DAY)
    assert reading(come(MONDAY, Kind.BOUNCE)).since == MONDAY


def test_our_answer_to_a_word_after_the_end_settles_it():
    said = reading(
        come(MONDAY),
        out(MONDAY + DAY, Kind.REJECTION),
        come(MONDAY + 2 * DAY),
        out(MONDAY + 3 * DAY),
    )
    assert not said.wrote_after_end


def test_an_end_ends_a_pause_as_well():
    said = reading(
        come(MONDAY),
        out(MONDAY + HOUR, Kind.PAUSED, due_at=MONDAY + 20 * DAY),
        out(MONDAY + DAY, Kind.REJECTION),
        out(MONDAY + 2 * DAY, Kind.REOPENED),
    )
    assert (said.turn, said.paused_until) == (Turn.US, None)
    assert said.due_at == OFFICE.add(MONDAY + 2 * DAY, 3)
