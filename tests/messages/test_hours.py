"""When mails leave that nobody waits for: hours of the office through summer time and holidays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.messages import delivery
from recruiting.messages.rules import Hours, Limits, MessageState, Purpose
from recruiting.workdays import Office
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE
from tests.messages.outbox import waiting

HOURS = Hours()
STEP = timedelta.resolution
MINUTE = timedelta(minutes=1)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


WAITS = [
    # The clocks go forward on Sunday, 29 March 2026: 8:00 is an hour earlier in UTC after it.
    ("2026-03-27T18:00+00:00", "2026-03-30T06:00+00:00"),
    ("2026-03-29T01:30+00:00", "2026-03-30T06:00+00:00"),
    # And back on Sunday, 25 October; also from the hour that there is twice.
    ("2026-10-23T17:00+00:00", "2026-10-26T07:00+00:00"),
    ("2026-10-25T00:30+00:00", "2026-10-26T07:00+00:00"),
    ("2026-10-25T01:30+00:00", "2026-10-26T07:00+00:00"),
    # 29 February is a working day like any other, where there is one.
    ("2028-02-28T19:00+00:00", "2028-02-29T07:00+00:00"),
    ("2028-02-29T18:00+00:00", "2028-03-01T07:00+00:00"),
    ("2027-02-26T18:00+00:00", "2027-03-01T07:00+00:00"),
    # Christmas 2026 is a Friday, and New Year's Day as well.
    ("2026-12-24T18:00+00:00", "2026-12-28T07:00+00:00"),
    ("2026-12-25T10:00+00:00", "2026-12-28T07:00+00:00"),
    ("2026-12-31T18:00+00:00", "2027-01-04T07:00+00:00"),
]


@pytest.mark.parametrize(("asked", "opens"), WAITS)
def test_what_may_not_leave_now_leaves_at_eight_on_the_next_working_day(asked, opens):
    assert not HOURS.is_open(at(asked), OFFICE)
    assert HOURS.next_open(at(asked), OFFICE) == at(opens)
    assert HOURS.is_open(at(opens), OFFICE)
    assert not HOURS.is_open(at(opens) - STEP, OFFICE)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-03-27T07:00+00:00", "2026-03-27T18:00+00:00"),  # winter, the Friday before
        ("2026-03-30T06:00+00:00", "2026-03-30T17:00+00:00"),  # summer, the Monday after
        ("2026-10-23T06:00+00:00", "2026-10-23T17:00+00:00"),
        ("2026-10-26T07:00+00:00", "2026-10-26T18:00+00:00"),
        ("2028-02-29T07:00+00:00", "2028-02-29T18:00+00:00"),
        ("2026-12-24T07:00+00:00", "2026-12-24T18:00+00:00"),
    ],
)
def test_a_working_day_has_eleven_hours_for_mail_on_the_office_s_own_clock(first, last):
    hours = [at(first) + n * HOUR for n in range(-6, 18)]
    open_ = [one for one in hours if HOURS.is_open(one, OFFICE)]
    assert open_ == [one for one in hours if at(first) <= one < at(last)]
    assert len(open_) == HOURS.last - HOURS.first


offices = st.sampled_from([OFFICE, Office("America/New_York", "US-NY"), Office("Asia/Tokyo", "JP")])
moments = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))


@given(moments, offices, st.integers(0, 23), st.integers(1, 24))
def test_the_next_moment_is_the_first_one_that_is_open(moment, office, first, length):
    hours = Hours(first, min(24, first + length))
    opens = hours.next_open(moment, office)
    assert opens >= moment
    assert hours.is_open(opens, office)
    before = moment
    while before < opens:  # every quarter of an hour: what opens does so on the hour
        assert not hours.is_open(before, office)
        before += 15 * MINUTE


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("asked", "opens"), WAITS)
def test_a_worker_takes_a_follow_up_at_the_first_open_moment_and_no_sooner(asked, opens):
    waiting(purpose=Purpose.FOLLOW_UP, now=at(asked))
    moment = at(asked)
    while moment < at(opens):
        assert delivery.claim("one", Limits(), now=moment, office=OFFICE) is None
        moment = min(moment + 5 * HOUR, at(opens))
    assert delivery.claim("one", Limits(), now=at(opens) - STEP, office=OFFICE) is None
    assert delivery.claim("one", Limits(), now=at(opens), office=OFFICE) is not None


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("today", "next_day"),
    [
        ("2026-03-27T10:00+00:00", "2026-03-30T06:00+00:00"),
        ("2026-10-23T10:00+00:00", "2026-10-26T07:00+00:00"),
        ("2028-02-28T10:00+00:00", "2028-02-29T07:00+00:00"),
        ("2026-12-24T10:00+00:00", "2026-12-28T07:00+00:00"),
    ],
)
def test_a_second_mail_of_a_day_waits_for_the_next_working_day(today, next_day):
    now, them = at(today), make.candidate()
    sent, second = (
        waiting(make.application(them, at=MONDAY - DAY), Purpose.FOLLOW_UP, now=now)
        for _ in range(2)
    )
    sent.state, sent.finished_at = MessageState.SENT, now
    lease = delivery.claim("one", Limits(), now=now, office=OFFICE)
    assert lease is not None
    assert not delivery.begin(lease, Limits(), lambda _message: None, now=now, office=OFFICE)
    assert (second.state, second.send_after) == (MessageState.QUEUED, at(next_day))
