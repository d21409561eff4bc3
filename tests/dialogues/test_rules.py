from __future__ import annotations

from datetime import date, timedelta

import pytest

from recruiting.accounts.rules import Actor, Role
from recruiting.dialogues.replies import REPLIES
from recruiting.dialogues.rules import (
    LONGEST,
    MOST,
    Draft,
    Fault,
    RemarkKind,
    fault_after,
    faults,
    is_open,
    may_read,
    result_of,
    waits_for_us,
)

THEIRS = Draft(RemarkKind.SAID, "More.")
OURS = Draft(RemarkKind.SAID, "Thank you.", "hr@x.test")
HEARD = Draft(RemarkKind.HEARD, "", "hr@x.test")
CHANGED = Draft(RemarkKind.CHANGED, "", "hr@x.test")
END = Draft(RemarkKind.ENDED, "")
WEEK = date(2026, 2, 23)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "text", "wrong"),
    [
        (RemarkKind.SAID, "", [Fault.NO_WORDS]),
        (RemarkKind.SAID, "x" * LONGEST, []),
        (RemarkKind.SAID, "x" * (LONGEST + 1), [Fault.LONG]),
        (RemarkKind.HEARD, "", []),
        (RemarkKind.CHANGED, "", [Fault.NO_CHANGE]),
        (RemarkKind.CHANGED, "Two days from now on.", []),
        (RemarkKind.CANNOT_CHANGE, "", [Fault.NO_CAUSE]),
        (RemarkKind.CANNOT_CHANGE, "The law asks for it.", []),
        (RemarkKind.ENDED, "", []),
    ],
)
def test_words_are_needed_where_something_is_said_and_a_cause_where_nothing_can_change(
    kind: RemarkKind, text: str, wrong: list[Fault]
):
    assert faults(Draft(kind, text)) == wrong


@pytest.mark.parametrize(
    ("draft", "number", "before", "wrong"),
    [
        (THEIRS, 1, [], None),
        (OURS, 2, [THEIRS], None),
        (OURS, 1, [THEIRS], Fault.LATE),
        (OURS, 0, [], Fault.LATE),
        (OURS, 9, [THEIRS], Fault.LATE),
        (THEIRS, 3, [OURS, END], Fault.ENDED),
        (THEIRS, MOST + 1, [OURS] * MOST, Fault.FULL),
        (END, MOST + 1, [OURS] * MOST, None),
    ],
)
def test_a_remark_follows_what_its_author_has_read(draft, number, before, wrong):
    assert fault_after(draft, number, before) is wrong


def test_it_waits_for_us_until_we_say_something():
    assert waits_for_us([])
    assert not waits_for_us([OURS])
    assert waits_for_us([OURS, THEIRS])
    assert not waits_for_us([OURS, THEIRS, HEARD])
    assert not waits_for_us([OURS, END])


def test_what_became_of_it_is_what_we_said_last():
    assert result_of([THEIRS, OURS]) is None
    assert result_of([HEARD, THEIRS, CHANGED, THEIRS, OURS, END]) is RemarkKind.CHANGED


def test_a_key_opens_from_the_week_on_and_for_90_days_once_it_is_read():
    read = WEEK + 70 * DAY
    assert not is_open(WEEK, None, WEEK - DAY)
    assert is_open(WEEK, None, WEEK)
    assert is_open(WEEK, None, WEEK + 900 * DAY)
    assert is_open(WEEK, read, WEEK)
    assert is_open(WEEK, read, read + 90 * DAY)
    assert not is_open(WEEK, read, read + 91 * DAY)


@pytest.mark.parametrize(
    ("role", "trusted", "reads", "reads_alarms"),
    [
        (Role.HR, "", True, False),
        (Role.ADMIN, "", True, True),
        (Role.ADMIN, "x@x.test", True, False),
        (Role.RECRUITER, "", False, False),
        (Role.HIRING_MANAGER, "me@x.test", False, True),
        (Role.HR, "me@x.test", True, True),
    ],
)
def test_who_reads_what(role: Role, trusted: str, reads: bool, reads_alarms: bool):
    me = Actor(1, "me@x.test", "Me", role)
    assert may_read(me, trusted, raises_alarm=False) is reads
    assert may_read(me, trusted, raises_alarm=True) is reads_alarms


def test_saved_wordings_come_in_both_languages_and_fit():
    for texts in REPLIES.values():
        assert set(texts) == {"en", "de"}
        assert all(0 < len(text) <= LONGEST for text in texts.values())
