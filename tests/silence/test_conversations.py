"""Silences of one conversation, and what was known of it when each began."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.pipeline.rules import Channel
from recruiting.silence.conversations import Touch, facts_of, in_hours, instants, silences
from recruiting.workdays import Office
from tests.make import HOUR, MONDAY

EMAIL = Channel.EMAIL
FIRST, LAST = datetime(2024, 1, 1), datetime(2026, 12, 31)


def touch(hours: float, who: str, channel: Channel = Channel.EMAIL) -> Touch:
    return Touch(MONDAY + hours * HOUR, channel, "", **{who: True})


def test_a_silence_runs_from_our_first_unanswered_touch_to_their_next_one():
    first, second = silences(
        [touch(0, "ours"), touch(5, "ours"), touch(9, "theirs"), touch(20, "ours")]
    )
    assert (first.since, first.ended) == (MONDAY, 9)
    assert first.attempts == [5]
    assert (second.since, second.ended) == (MONDAY + 20 * HOUR, None)


def test_what_is_known_of_it_was_known_when_it_began():
    first, second, third = silences(
        [
            touch(0, "ours"),
            touch(4, "theirs"),
            touch(10, "ours"),
            touch(26, "theirs"),
            touch(27, "theirs"),
            touch(50, "ours"),
        ]
    )
    assert (first.depth, *first.known) == (0, None, 0, None, None)
    assert (second.depth, *second.known) == (1, 6, 1, log(4), 4)
    assert (third.depth, third.known.delay_hours, third.known.latest_hours) == (3, 23, 16)
    assert third.known.pace == pytest.approx((log(4) + log(16)) / 2)


def test_to_close_a_conversation_ends_no_silence_but_what_can_be_learned_from_it():
    (one,) = silences([touch(0, "ours"), touch(8, "closes"), touch(90, "theirs")])
    assert (one.closed, one.ended) == (8, 90)
    assert one.until(MONDAY + 5 * HOUR) == (5, False)
    assert one.until(MONDAY + 500 * HOUR) == (8, False)


def test_an_answer_that_comes_after_the_moment_is_not_known_yet():
    (one,) = silences([touch(0, "ours"), touch(8, "theirs")])
    assert one.until(MONDAY + 7 * HOUR) == (7, False)
    assert one.until(MONDAY + 8 * HOUR) == (8, True)


def test_clocks_out_of_order_give_no_span_below_zero():
    told = list(silences([touch(-1 / 3600, "theirs"), touch(0, "ours"), touch(0, "theirs")]))
    assert [one.ended for one in told] == [0]
    assert (told[0].known.delay_hours or 0) >= 0


def test_hour_and_weekday_are_those_of_the_office():
    late = MONDAY.replace(hour=23, minute=30)  # half past midnight in Berlin: Tuesday
    (one,) = silences([Touch(late, Channel.PHONE, "", ours=True)])
    facts = facts_of([one], Office())
    assert (facts.hour[0], facts.weekday[0]) == (0.5, 1)
    assert (facts.is_spoken[0], facts.is_chat[0]) == (1, 0)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
@given(moments=st.lists(st.datetimes(FIRST, LAST, timezones=st.just(UTC)), min_size=1))
def test_a_column_of_moments_is_read_as_they_are_one_by_one(zone: str, moments: list[datetime]):
    office = Office(zone)
    facts = facts_of([next(silences([Touch(at, EMAIL, "", ours=True)])) for at in moments], office)
    local = [at.astimezone(office.tz) for at in moments]
    assert facts.hour.tolist() == [at.hour + at.minute / 60 for at in local]
    assert facts.weekday.tolist() == [at.weekday() for at in local]
    column = instants([*moments, None, *(f"{at:%Y-%m-%d %H:%M:%S.%f}" for at in moments)])
    assert np.isnat(column[len(moments)])
    assert (column[: len(moments)] == column[len(moments) + 1 :]).all()
    spans = column[: len(moments)] - column[0]
    assert in_hours(spans).tolist() == [(at - moments[0]) / HOUR for at in moments]


@given(
    st.lists(st.tuples(st.floats(0, 3000), st.sampled_from(["ours", "theirs", "closes"]))),
    st.floats(0, 3000),
)
def test_every_silence_begins_with_us_and_the_past_never_learns_from_the_future(events, cut):
    ordered = [touch(hours, who) for hours, who in sorted(events)]
    moment = MONDAY + timedelta(hours=cut)
    whole = [one for one in silences(ordered) if one.since <= moment]
    known = list(silences(one for one in ordered if one.at <= moment))
    assert [one.since for one in whole] == [one.since for one in known]
    assert [one.until(moment) for one in whole] == [one.until(moment) for one in known]
    assert [one.known for one in whole] == [one.known for one in known]
