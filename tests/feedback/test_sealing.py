from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from random import SystemRandom

import pytest

from recruiting.feedback.box import AT_LEAST, BATCH, HEAD, ROOM, Box, packed, unpacked, week_after
from recruiting.feedback.rules import LONGEST_OTHER, LONGEST_WISH, Answers, Choice, Reason
from recruiting.feedback.sealing import NONCE, TAG, seal, unseal

KEY, OLD, OTHER = (letter * 40 for letter in "abc")
MONDAY = date(2026, 3, 2)
CHANCE = SystemRandom()
FULL = Answers(
    choice=Choice.NOT_REACHED,
    reasons=(Reason.PACE, Reason.OTHER),
    other_reason="𝄞" * LONGEST_OTHER,
    knew_next=1,
    again=5,
    wish='"\n𝄞' * (LONGEST_WISH // 3),
)


def test_what_is_sealed_opens_with_the_new_key_and_with_an_old_one():
    assert unseal([KEY], seal([KEY], b"words")) == b"words"
    assert unseal([KEY, OLD], seal([OLD], b"words")) == b"words"
    assert unseal([KEY], seal([KEY], b"")) == b""


def test_without_the_key_or_with_one_bit_changed_nothing_opens():
    sealed = seal([KEY], b"words")
    wrong = [sealed[:-1], sealed + b"x", b"", b"x" * TAG]
    wrong += [bytes([*sealed[:n], sealed[n] ^ 1, *sealed[n + 1 :]]) for n in range(len(sealed))]
    for one in wrong:
        with pytest.raises(ValueError, match="no key"):
            unseal([KEY], one)
    with pytest.raises(ValueError, match="no key"):
        unseal([OTHER], sealed)


def test_the_same_looks_different_each_time_and_shows_its_length_alone():
    plain = b"the same words" * 400
    first, second = seal([KEY], plain), seal([KEY], plain)
    assert len(first) == len(second) == len(plain) + NONCE + TAG
    alike = sum(a == b for a, b in zip(first, second, strict=True))
    assert alike < len(first) * 2 / 256  # one byte in 256 by chance
    assert plain[:16] not in first


def holding(*answers: Answers) -> Box:
    return reduce(lambda box, one: box.with_answer(one, MONDAY), answers, Box())


def test_a_box_holds_its_answers_whatever_their_order():
    box = holding(FULL, Answers(), Answers(wish="x"))
    assert len(box.answers) == 3
    found = unpacked(packed(box, CHANCE))
    assert found.since == MONDAY
    assert sorted(found.answers, key=repr) == sorted(box.answers, key=repr)
    assert unpacked(packed(Box(), CHANCE)) == Box()


def test_the_size_of_a_box_tells_only_how_many_lie_in_it():
    for answers in (FULL, Answers(again=1)):
        assert len(packed(holding(*(answers,) * 3), CHANCE)) == HEAD + 3 * ROOM


def test_what_would_tell_who_it_was_does_not_go_in():
    given = Answers(choice=Choice.MORE_TIME, until=MONDAY, may_contact=True)
    (kept,) = Box().with_answer(given, MONDAY).answers
    assert kept == Answers(choice=Choice.MORE_TIME)


@pytest.mark.parametrize("number", [0, BATCH - 1, BATCH, 40])
@pytest.mark.parametrize("days", [0, AT_LEAST.days - 1, AT_LEAST.days, 400])
def test_a_batch_leaves_once_it_is_large_enough_and_old_enough(number: int, days: int):
    box = Box()
    for _ in range(number):
        box = box.with_answer(Answers(again=1), MONDAY)
    is_due = box.is_due(MONDAY + timedelta(days=days))
    assert is_due == (number >= BATCH and days >= AT_LEAST.days)


def test_of_the_moment_only_the_week_after_is_kept():
    for day in range(7):
        assert week_after(MONDAY + timedelta(days=day)) == date(2026, 3, 9)
