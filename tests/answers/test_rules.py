from __future__ import annotations

from datetime import date, timedelta

import pytest

from recruiting import links as signing
from recruiting.answers import links
from recruiting.answers.rules import (
    LIVES,
    LONGEST_TIME,
    TAPPED,
    Answer,
    Choice,
    Fault,
    Given,
    Purpose,
    When,
    choice_of,
    external_id,
    faults,
    holding,
    may_go_on,
    number_in,
    offered,
    offered_beside,
    proposed_days,
)
from recruiting.errors import BadLink
from recruiting.pipeline.rules import SILENT_OUTCOMES, Outcome, Turn
from recruiting.workdays import DAY, Office
from tests.make import MONDAY

TODAY = MONDAY.date()
WEEK = timedelta(days=7)
KEYS = ["a key for tests, long enough for anybody"]


def given(choice: Choice = Choice.INTERESTED) -> Given:
    return Given(choice, MONDAY)


# --- what can be answered ------------------------------------------------------------------------


def test_while_nothing_was_answered_every_answer_is_offered():
    for turn in (Turn.CANDIDATE, Turn.NOBODY):
        assert offered(None, turn, None, MONDAY) == TAPPED


def test_where_the_next_word_is_ours_nobody_asks_for_more_time():
    """It would take our debt away."""
    assert set(TAPPED) - set(offered(None, Turn.US, None, MONDAY)) == {Choice.MORE_TIME}


def test_an_answer_can_be_changed_for_seven_days_to_the_second():
    last = MONDAY + WEEK
    assert offered(None, Turn.US, given(), last) == TAPPED
    assert offered(None, Turn.US, given(), last + timedelta(seconds=1)) == ()


def test_while_the_next_word_is_theirs_they_can_always_answer():
    late = MONDAY + 3 * WEEK
    assert offered(None, Turn.CANDIDATE, given(Choice.MORE_TIME), late) == TAPPED


def test_a_silence_that_was_called_one_is_opened_by_any_answer():
    for outcome in SILENT_OUTCOMES:
        assert offered(outcome, Turn.NOBODY, given(), MONDAY + 9 * WEEK) == TAPPED


def test_where_it_stands_a_silence_that_was_called_one_can_be_contradicted_or_withdrawn():
    for outcome in SILENT_OUTCOMES:
        for said in (None, given(Choice.LATER)):
            beside = offered_beside(outcome, Turn.NOBODY, said, MONDAY + 9 * WEEK)
            assert beside == (Choice.WITHDRAW,)
            assert may_go_on(outcome, Turn.NOBODY, said)
    for outcome in (Outcome.REJECTED, Outcome.WITHDRAWN):
        assert offered_beside(outcome, Turn.NOBODY, None, MONDAY) == ()


@pytest.mark.parametrize("choice", [Choice.LATER, Choice.WITHDRAW])
def test_who_withdrew_by_a_tap_can_take_that_back_for_seven_days(choice):
    said = given(choice)
    assert offered(Outcome.WITHDRAWN, Turn.NOBODY, said, MONDAY + WEEK) == (Choice.INTERESTED,)
    assert offered(Outcome.WITHDRAWN, Turn.NOBODY, said, MONDAY + WEEK + DAY) == ()


def test_what_was_ended_otherwise_is_not_opened_by_a_tap():
    for said in (None, given(), given(Choice.GO_ON)):
        assert offered(Outcome.WITHDRAWN, Turn.NOBODY, said, MONDAY) == ()
        assert offered(Outcome.REJECTED, Turn.NOBODY, said, MONDAY) == ()


def test_an_end_that_a_person_took_back_leaves_every_answer_open():
    assert offered(None, Turn.CANDIDATE, given(Choice.WITHDRAW), MONDAY + 3 * WEEK) == TAPPED
    assert holding(None, given(Choice.WITHDRAW)) is None


def test_the_page_repeats_the_answer_from_which_things_stand_as_they_do():
    assert holding(None, given()) == given()
    assert holding(Outcome.WITHDRAWN, given(Choice.LATER)) == given(Choice.LATER)
    assert holding(Outcome.WITHDRAWN, given()) is None
    assert holding(Outcome.GHOSTED, given()) is None
    assert holding(None, None) is None


def test_a_closing_notice_can_be_contradicted_until_it_was():
    assert may_go_on(Outcome.GHOSTED, Turn.NOBODY, None)
    assert may_go_on(Outcome.GHOSTED, Turn.NOBODY, given(Choice.GO_ON))  # closed a second time
    assert may_go_on(Outcome.REJECTED, Turn.NOBODY, None)
    assert not may_go_on(Outcome.REJECTED, Turn.NOBODY, given(Choice.GO_ON))
    assert not may_go_on(None, Turn.US, given(Choice.GO_ON))
    assert not may_go_on(None, Turn.US, None)
    assert may_go_on(None, Turn.CANDIDATE, None)


# --- one answer ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Answer(Choice.INTERESTED), []),
        (Answer(Choice.WITHDRAW, "x" * 500), []),
        (Answer(Choice.WITHDRAW, "x" * 501), [Fault.LONG_TEXT]),
        (Answer(Choice.LATER), [Fault.NO_WHEN]),
        (Answer(Choice.LATER, when=When.UNKNOWN), []),
        (Answer(Choice.MORE_TIME), [Fault.NO_DAY]),
        (Answer(Choice.MORE_TIME, until=TODAY), [Fault.PAST_DAY]),
        (Answer(Choice.MORE_TIME, until=TODAY + DAY), []),
        (Answer(Choice.MORE_TIME, until=TODAY + LONGEST_TIME), []),
        (Answer(Choice.MORE_TIME, until=TODAY + LONGEST_TIME + DAY), [Fault.DISTANT_DAY]),
    ],
)
def test_an_answer_is_taken_or_told_what_it_lacks(answer, found):
    assert faults(answer, TODAY) == found


def test_the_same_once_more_adds_nothing_but_new_words_do():
    said = Given(Choice.INTERESTED, MONDAY, words="I look forward to it")
    assert said.says(Answer(Choice.INTERESTED))
    assert said.says(Answer(Choice.INTERESTED, "I look forward to it"))
    assert not said.says(Answer(Choice.INTERESTED, "forward"))
    assert not said.says(Answer(Choice.WITHDRAW))
    time = Given(Choice.MORE_TIME, MONDAY, TODAY + WEEK)
    assert time.says(Answer(Choice.MORE_TIME, until=TODAY + WEEK))
    assert not time.says(Answer(Choice.MORE_TIME, until=TODAY + WEEK + DAY))


def test_more_time_is_proposed_until_working_days():
    christmas = Office().day_of(MONDAY).replace(month=12, day=18)  # a Friday, a week before
    assert proposed_days(TODAY, Office()) == [
        date(2026, 3, 9),
        date(2026, 3, 16),
        date(2026, 3, 30),
    ]
    days = proposed_days(christmas, Office())
    assert days[:2] == [date(2026, 12, 28), date(2027, 1, 4)]


def test_an_answer_is_known_again_by_its_event():
    for choice in Choice:
        assert choice_of(external_id(choice, "a1b2")) is choice
    for other in (None, "", "x@example.org", "answer:", "answer:rude:1", "sha256:00"):
        assert choice_of(other) is None


# --- links ---------------------------------------------------------------------------------------


def test_a_link_names_its_purpose_and_nothing_about_anybody():
    ends = links.expiry(Purpose.ANSWER, MONDAY)
    link = links.answer_link(412, keys=KEYS, base_url="https://jobs.example.org/", expires_at=ends)
    assert link.startswith("https://jobs.example.org/answer/")
    assert "//answer" not in link
    token = link.rpartition("/")[2]
    assert signing.read(KEYS, "answer", token, now=ends).id == "412"


def test_a_link_opens_its_purpose_alone():
    made = {
        Purpose.ANSWER: links.answer_link,
        Purpose.REOPEN: links.reopen_link,
        Purpose.STATUS: links.status_link,
        Purpose.STOP: links.stop_link,
    }
    for purpose, make_link in made.items():
        ends = links.expiry(purpose, MONDAY)
        token = make_link(7, keys=KEYS, base_url="", expires_at=ends).rpartition("/")[2]
        assert signing.read(KEYS, purpose.value, token, now=MONDAY).id == "7"
        for other in {*Purpose, "feedback"} - {purpose}:
            with pytest.raises(BadLink):
                signing.read(KEYS, str(other), token, now=MONDAY)


def test_acts_live_thirty_days_the_status_half_a_year_and_the_wish_to_stop_two_years():
    assert {purpose: life.days for purpose, life in LIVES.items()} == {
        Purpose.ANSWER: 30,
        Purpose.REOPEN: 30,
        Purpose.STATUS: 180,
        Purpose.STOP: 730,
    }


def test_only_a_plain_number_names_a_thing():
    assert number_in("412") == 412
    for odd in ("", "-1", "1.5", "٣", "1e3", "9" * 10, "x", "1 "):
        assert number_in(odd) is None
