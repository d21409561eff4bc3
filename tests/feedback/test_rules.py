from __future__ import annotations

from datetime import date, timedelta

import pytest

from recruiting.feedback import rules
from recruiting.feedback.rules import (
    LONGEST_OTHER,
    LONGEST_WISH,
    Answers,
    Choice,
    Fault,
    How,
    Reason,
    clean,
    completed,
    language_of,
    pack,
    shuffled,
    unpack,
)

TODAY = date(2026, 3, 2)


def faults(answers: Answers, today: date, how: How | None = How.NAMED) -> list[Fault]:
    return rules.faults(answers, today, how)


def test_nothing_filled_in_is_told_and_not_stored():
    assert faults(completed(Answers()), TODAY) == [Fault.NOTHING]


@pytest.mark.parametrize(
    "answers",
    [
        Answers(choice=Choice.NOT_SAID),
        Answers(reasons=(Reason.PACE,)),
        Answers(knew_next=1),
        Answers(again=5),
        Answers(wish="Call me back."),
        Answers(may_contact=True),
    ],
)
def test_one_item_alone_is_enough(answers: Answers):
    assert faults(completed(answers), TODAY) == []


def test_a_day_without_a_choice_means_more_time():
    answers = completed(Answers(until=TODAY + timedelta(days=9)))
    assert answers.choice is Choice.MORE_TIME
    assert answers.until == TODAY + timedelta(days=9)


@pytest.mark.parametrize("days", [-9, 9])
def test_a_day_beside_another_choice_is_told_and_not_dropped(days: int):
    given = Answers(choice=Choice.DECIDED_AGAINST, until=TODAY + timedelta(days=days))
    assert completed(given).until == given.until
    assert faults(completed(given), TODAY) == [Fault.STRAY_DAY]


def test_today_is_a_day_to_come_and_yesterday_has_passed():
    assert faults(Answers(until=TODAY), TODAY) == []
    assert faults(Answers(until=TODAY - timedelta(days=1)), TODAY) == [Fault.PAST_DAY]


def test_a_day_years_ahead_is_a_slip():
    assert faults(Answers(until=date(2099, 1, 1)), TODAY) == [Fault.DISTANT_DAY]


def test_a_text_makes_it_another_reason_and_counts_as_one():
    answers = completed(Answers(reasons=(Reason.FIT, Reason.PACE), other_reason="the dog"))
    assert answers.reasons == (Reason.FIT, Reason.PACE, Reason.OTHER)
    assert faults(answers, TODAY) == [Fault.MANY_REASONS]


def test_the_same_reason_twice_is_one():
    assert completed(Answers(reasons=(Reason.FIT, Reason.FIT))).reasons == (Reason.FIT,)


def test_long_texts_are_told_and_texts_that_just_fit_are_taken():
    fits = Answers(other_reason="x" * LONGEST_OTHER, wish="ü" * LONGEST_WISH)
    assert faults(completed(fits), TODAY) == []
    long = Answers(other_reason="x" * (LONGEST_OTHER + 1), wish="x" * (LONGEST_WISH + 1))
    assert faults(completed(long), TODAY) == [Fault.LONG_OTHER, Fault.LONG_WISH]


def test_text_keeps_letters_lines_emoji_and_direction_and_loses_what_cannot_be_seen():
    assert clean(" Grüße 👩‍💻\r\nשלום <b>\x07\x1b[0m ", lines=True) == "Grüße 👩‍💻\nשלום <b>[0m"
    assert clean("one\n  line\tonly ") == "one line only"


def test_reasons_stand_in_an_order_of_their_own_for_each_invitation_with_other_last():
    orders = {tuple(shuffled(seed)) for seed in "abcdefgh"}
    assert len(orders) > 1
    assert shuffled("a") == shuffled("a")
    for order in orders:
        assert set(order) == set(Reason)
        assert order[-1] is Reason.OTHER


def test_reasons_go_into_their_column_and_come_back():
    longest = sorted(Reason, key=len)[-2:]
    assert len(pack(longest)) <= 60
    assert unpack(pack(longest)) == tuple(longest)
    assert unpack("") == ()


def test_the_language_on_file_is_spoken_and_german_otherwise():
    assert [language_of(known) for known in ("en", "de", "fr", None)] == ["en", "de", "de", "de"]
