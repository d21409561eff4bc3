"""What a turn means at a moment: states, ink, and what must hold before a silence is one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.pipeline.rules import Channel, Kind, Turn
from recruiting.silence.rules import FORWARD, Met, Rule, State, conditions, ink, standing_at
from tests.pipeline.test_turns import some_events
from tests.pipeline.timelines import DAY, HOUR, MONDAY, OFFICE, come, out, reading

BOTH = frozenset({Channel.EMAIL, Channel.PHONE})


def state(*moments, after: timedelta) -> State:
    """The state so long after Monday."""
    return standing_at(reading(*moments), MONDAY + after).state


def test_a_question_waits_until_its_patience_is_over_and_is_then_due():
    asked = (come(MONDAY - DAY), out(MONDAY))
    assert state(*asked, after=3 * DAY) is State.WAITING
    assert state(*asked, after=3 * DAY + HOUR) is State.DUE


def test_after_a_follow_up_whose_patience_is_over_too_it_is_quiet():
    asked = (come(MONDAY - DAY), out(MONDAY), out(MONDAY + 7 * DAY))
    assert state(*asked, after=8 * DAY) is State.WAITING
    assert state(*asked, after=12 * DAY) is State.QUIET


def test_without_any_contact_the_whole_ladder_ends_in_never_responded():
    asked = (come(MONDAY - DAY), out(MONDAY), out(MONDAY + 7 * DAY), out(MONDAY + 14 * DAY))
    assert state(*asked, after=30 * DAY) is State.NEVER_RESPONDED
    touched = (*asked[:1], come(MONDAY - HOUR), *asked[1:])
    assert state(*touched, after=30 * DAY) is State.QUIET


def test_our_turn_is_delayed_once_our_promise_is_over():
    assert state(come(MONDAY), after=3 * DAY) is State.OUR_TURN
    assert state(come(MONDAY), after=3 * DAY + HOUR) is State.DELAYED


def test_a_meeting_that_lies_behind_makes_the_next_word_ours():
    agreed = (come(MONDAY - DAY), out(MONDAY, Kind.INTERVIEW, due_at=MONDAY + 2 * DAY))
    assert state(*agreed, after=DAY) is State.WAITING
    standing = standing_at(reading(*agreed), MONDAY + 3 * DAY)
    assert (standing.turn, standing.state) == (Turn.US, State.OUR_TURN)
    assert standing.since == MONDAY + 2 * DAY
    assert state(*agreed, after=8 * DAY) is State.DELAYED


def test_away_and_paused_say_so_until_their_day():
    away = (out(MONDAY), come(MONDAY + HOUR, Kind.AUTO_REPLY))
    assert state(*away, after=5 * DAY) is State.AWAY
    assert state(*away, after=9 * DAY) is State.WAITING
    paused = (out(MONDAY), out(MONDAY + HOUR, Kind.PAUSED, due_at=MONDAY + 5 * DAY))
    assert state(*paused, after=2 * DAY) is State.PAUSED
    assert state(*paused, after=6 * DAY) is State.WAITING


def test_what_bounced_is_a_repair_and_no_silence():
    assert state(out(MONDAY), come(MONDAY + HOUR, Kind.BOUNCE), after=20 * DAY) is State.UNREACHABLE


def test_a_silence_over_a_question_we_left_open_counts_on_our_side_first():
    asked = (come(MONDAY - DAY, asks=True), out(MONDAY, leaves_open=True))
    assert state(*asked, after=10 * DAY) is State.MUTUAL_FADE


def test_an_ended_application_has_ended():
    assert state(come(MONDAY), out(MONDAY, Kind.REJECTION), after=DAY) is State.ENDED


@given(some_events(), st.lists(st.integers(0, 24 * 120), min_size=2, max_size=8))
def test_time_alone_moves_a_state_only_forward(events, hours):
    said = reading(*events)
    last = max(event.at for event in events)
    states = [standing_at(said, last + hour * HOUR).state for hour in sorted(hours)]
    places = [FORWARD[one] for one in states]
    assert places == sorted(places)


@given(some_events())
def test_the_turn_began_before_the_moment_it_is_looked_at(events):
    last = max(event.at for event in events)
    standing = standing_at(reading(*events), last)
    assert standing.since <= last


@pytest.mark.parametrize(
    ("chance", "step"), [(None, 1), (1.0, 1), (0.88, 2), (0.32, 3), (0.12, 4), (0.03, 5), (0.0, 5)]
)
def test_ink_fades_with_the_chance_of_hearing_back(chance, step):
    assert ink(chance) == step


# The conditions, from a history that meets them all.

FULL = (
    come(MONDAY - 2 * DAY),
    out(MONDAY - DAY),
    come(MONDAY - DAY + HOUR),
    out(MONDAY, offers_no=True),
    out(MONDAY + 7 * DAY, channel=Channel.PHONE),
)
LATER = MONDAY + 30 * DAY


def unmet(*moments, now=LATER, known=BOTH) -> set[Rule]:
    judged = conditions(reading(*moments), now, OFFICE, known_channels=known)
    return {one.rule for one in judged if one.met is Met.NO}


def test_a_full_ladder_after_contact_meets_every_condition():
    judged = conditions(reading(*FULL), LATER, OFFICE, known_channels=BOTH)
    assert {one.rule for one in judged} == set(Rule)
    assert {one.met for one in judged} == {Met.YES}


@pytest.mark.parametrize(
    ("history", "now", "missing"),
    [
        ((*FULL, come(LATER - DAY)), LATER, Rule.THEIR_TURN),
        ((FULL[0], *FULL[3:]), LATER, Rule.CONTACT),
        ((*FULL[:3], out(MONDAY, offers_no=False), out(MONDAY + 7 * DAY, offers_no=False)), LATER,
         Rule.PLAIN_QUESTION),
        ((*FULL, come(LATER - DAY, Kind.BOUNCE)), LATER, Rule.DELIVERED),
        (FULL[:4], LATER, Rule.ATTEMPTS),
        ((*FULL[:4], out(MONDAY + 7 * DAY)), LATER, Rule.CHANNELS),
        ((*FULL[:4], out(MONDAY + 2 * DAY, channel=Channel.PHONE)), LATER, Rule.APART),
        (FULL, MONDAY + 8 * DAY, Rule.PATIENCE),
        ((*FULL, come(LATER - DAY, Kind.AUTO_REPLY)), LATER, Rule.PRESENT),
        ((*FULL[:2], come(MONDAY - DAY + HOUR, asks=True),
          out(MONDAY, offers_no=True, leaves_open=True),
          FULL[4]._replace(leaves_open=True)), LATER, Rule.OUR_SIDE),
    ],
)  # fmt: skip
def test_each_condition_alone_stands_in_the_way(history, now, missing):
    assert missing in unmet(*history, now=now)


def test_one_channel_is_enough_where_only_one_is_known():
    mails = (*FULL[:4], out(MONDAY + 7 * DAY))
    assert Rule.CHANNELS not in unmet(*mails, known=frozenset({Channel.EMAIL}))


def test_what_only_a_reader_can_know_is_left_to_a_person():
    imported = (*FULL[:2], come(MONDAY - HOUR, asks=True), out(MONDAY), FULL[4])
    judged = conditions(reading(*imported), LATER, OFFICE, known_channels=BOTH)
    assert {one.rule for one in judged if one.met is Met.ATTEST} == {
        Rule.PLAIN_QUESTION,
        Rule.OUR_SIDE,
    }


def test_a_way_that_they_used_counts_as_known():
    mails = (*FULL[:2], come(MONDAY - DAY + HOUR, channel=Channel.PHONE), *FULL[3:4],
             out(MONDAY + 7 * DAY))  # fmt: skip
    assert Rule.CHANNELS in unmet(*mails, known=frozenset({Channel.EMAIL}))


def test_a_bounce_is_mended_by_two_attempts_that_arrived():
    mended = (
        *FULL[:4],
        come(MONDAY + HOUR, Kind.BOUNCE),
        out(MONDAY + 3 * DAY, channel=Channel.PHONE, offers_no=True),
        out(MONDAY + 9 * DAY, channel=Channel.SMS),
    )
    assert unmet(*mended) == set()
