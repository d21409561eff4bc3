"""Working days: weekends, holidays, summer time, absences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.workdays import Absence, Office, holidays_of, in_months

BERLIN = Office("Europe/Berlin", "DE-BE")


def local(text: str, office: Office = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=office.tz).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02T09:00", 3, "2026-03-05T09:00"),  # Monday to Thursday
        ("2026-03-05T09:00", 3, "2026-03-10T09:00"),  # over a weekend
        ("2026-03-07T15:00", 1, "2026-03-10T00:00"),  # a Saturday counts from Monday on
        ("2026-03-27T09:00", 1, "2026-03-30T09:00"),  # summer time begins in between
        ("2026-10-23T09:00", 1, "2026-10-26T09:00"),  # and ends
        ("2026-12-23T10:00", 3, "2026-12-29T10:00"),  # over Christmas, a Friday
        ("2028-02-28T10:00", 1, "2028-02-29T10:00"),  # a leap day
        ("2026-03-06T10:00", 1, "2026-03-09T10:00"),  # Women's Day, a Sunday, in Berlin only
    ],
)
def test_a_span_keeps_the_time_of_day_on_the_wall(start, days, end):
    assert BERLIN.add(local(start), days) == local(end)


def test_holidays_are_those_of_the_region():
    corpus_christi = date(2026, 6, 4)
    assert not Office("Europe/Berlin", "DE-BY").is_open(corpus_christi)
    assert BERLIN.is_open(corpus_christi)
    assert date(2026, 12, 25) in holidays_of("DE-BE", 2026)


def test_absent_days_do_not_count():
    gap = Absence(date(2026, 3, 3), date(2026, 3, 6))
    assert BERLIN.add(local("2026-03-02T09:00"), 1, [gap]) == local("2026-03-09T09:00")


def test_a_long_absence_is_no_deep_recursion():
    gap = Absence(date(2026, 3, 3), date(2036, 3, 6))
    assert BERLIN.add(local("2026-03-02T09:00"), 1, [gap]).year == 2036


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-02T09:00", "2026-03-05T09:00", 3),
        ("2026-03-02T09:00", "2026-03-05T08:59", 2),
        ("2026-03-06T09:00", "2026-03-09T09:00", 1),
        ("2026-03-07T09:00", "2026-03-09T08:00", 1),
        ("2026-03-05T09:00", "2026-03-02T09:00", 0),
    ],
)
def test_working_days_between_two_moments(start, end, days):
    assert BERLIN.between(local(start), local(end)) == days


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(moments, moments, st.integers(0, 30))
def test_a_later_start_is_never_due_earlier(one, other, days):
    first, second = sorted((one, other))
    assert BERLIN.add(first, days) <= BERLIN.add(second, days)


@given(moments, st.integers(0, 30))
def test_a_due_moment_lies_on_a_working_day_and_never_before_its_start(start, days):
    due = BERLIN.add(start, days)
    assert due >= start
    assert BERLIN.is_open(BERLIN.day_of(due))
    assert due - start <= timedelta(days=2 * days + 10)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-07T15:00", 5, "2026-03-14T00:00"),  # a Saturday: by Friday, not by Sunday
        ("2026-03-09T00:00", 5, "2026-03-14T00:00"),  # as is the Monday that it counts from
        ("2026-03-09T00:01", 5, "2026-03-16T00:01"),
        ("2026-03-07T15:00", 4, "2026-03-13T00:00"),
        ("2026-12-20T12:00", 4, "2026-12-25T00:00"),  # by Christmas Eve, a working day
        ("2026-03-07T15:00", 0, "2026-03-09T00:00"),  # never before it was asked
        ("2026-03-02T09:00", 5, "2026-03-09T09:00"),
    ],
)
def test_what_is_due_over_a_weekend_is_due_by_the_end_of_the_last_working_day(start, days, end):
    assert BERLIN.deadline(local(start), days) == local(end)


@given(moments, moments, st.integers(0, 30))
def test_a_deadline_leaves_as_much_working_time_as_the_span(one, other, days):
    start, later = sorted((one, other))
    due, span = BERLIN.deadline(start, days), BERLIN.add(start, days)
    assert start <= due <= span
    assert due == span or not any(
        BERLIN.is_open(BERLIN.day_of(due + n * timedelta(hours=6)))
        for n in range((span - due) // timedelta(hours=6))
    )
    assert days == 0 or BERLIN.is_open(BERLIN.last_day(due))
    assert due <= BERLIN.deadline(later, days)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_the_fewest_working_days_are_the_first_term_that_has_room(start, span):
    end = start + span
    fewest = BERLIN.fewest(start, end)
    assert BERLIN.add(start, fewest) >= end
    assert fewest == 0 or BERLIN.add(start, fewest - 1) < end


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 3, 2), 3, date(2026, 6, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 10, 31), 6, date(2027, 4, 30)),
        (date(2026, 12, 5), 12, date(2027, 12, 5)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, later: date):
    assert in_months(day, months) == later
