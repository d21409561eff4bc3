"""Working days of the office: its zone, its weekends, its region's public holidays (pure).

A span of working days keeps the time of day on the office's wall clock, so that a question asked
on Monday at 9:00 with a patience of 3 is due on Thursday at 9:00, through a change to summer time
as well. What happens on a closed day counts from the start of the next open one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import holidays

SATURDAY = 5
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def in_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Absence:
    """Days on which a patience stands still: from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Office:
    """Where the employer sits: `zone` is an IANA name, `region` an ISO 3166-2 code."""

    zone: str = "Europe/Berlin"
    region: str = "DE-BE"

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone as `tzinfo`."""
        return ZoneInfo(self.zone)

    def local(self, moment: datetime) -> datetime:
        """The same moment on the office's wall clock."""
        return moment.astimezone(self.tz)

    def day_of(self, moment: datetime) -> date:
        """The office's calendar day of a moment."""
        return moment.astimezone(self.tz).date()

    def start_of(self, day: date) -> datetime:
        """The first moment of a day, in UTC."""
        return datetime.combine(day, time.min, self.tz).astimezone(UTC)

    def last_day(self, deadline: datetime) -> date:
        """The calendar day by whose end a deadline is over: midnight ends the day before."""
        return self.day_of(deadline - timedelta.resolution)

    def is_open(self, day: date) -> bool:
        """Whether a day is a working day here."""
        return day.weekday() < SATURDAY and day not in holidays_of(self.region, day.year)

    def add(self, start: datetime, days: int, absences: Sequence[Absence] = ()) -> datetime:
        """The moment `days` working days after `start`, in UTC; absent days do not count."""
        day, clock = self._after(start.astimezone(self.tz), days, absences)
        return datetime.combine(day, clock, self.tz).astimezone(UTC)

    def deadline(self, start: datetime, days: int) -> datetime:
        """Until when there is time for what is to be done within `days` working days, in UTC.

        The moment of `add`, but the end of the last working day where that is the first moment
        after a weekend or holiday: nobody can keep a promise "by Sunday" if nobody works then.
        """
        local = start.astimezone(self.tz)
        day, clock = self._after(local, days, ())
        last = day - DAY
        if clock == time.min and not self.is_open(last):
            while not self.is_open(last):
                last -= DAY
            if last >= local.date():
                day = last + DAY
        return datetime.combine(day, clock, self.tz).astimezone(UTC)

    def _after(self, local: datetime, days: int, absences: Sequence[Absence]) -> tuple[date, time]:
        """The day and the time of day at which `days` working days are over."""
        first = local.date()
        if absences:
            day, counts = _after(self.region, first, days, tuple(absences))
        else:
            day, counts = _after_often(self.region, first, days)
        return day, local.time() if counts else time.min

    def between(self, start: datetime, end: datetime) -> int:
        """Whole working days from `start` to `end`; 0 if `end` is not later."""
        first, last = start.astimezone(self.tz), end.astimezone(self.tz)
        if last <= first:
            return 0
        days = sum(
            self.is_open(first.date() + n * DAY)
            for n in range(1, (last.date() - first.date()).days + 1)
        )
        started_open, ended_early = self.is_open(first.date()), last.time() < first.time()
        return max(0, days - (started_open and ended_early and self.is_open(last.date())))

    def fewest(self, start: datetime, end: datetime) -> int:
        """The fewest working days n for which `add(start, n)` is not before `end`."""
        days = max(0, self.between(start, end) - 1)
        while self.add(start, days) < end:
            days += 1
        return days


def _after(region: str, first: date, days: int, away: tuple[Absence, ...]) -> tuple[date, bool]:
    """The day `days` working days after `first`, and whether `first` itself was one."""

    def counts(day: date) -> bool:
        closed = day.weekday() >= SATURDAY or day in holidays_of(region, day.year)
        return not closed and not any(gap.first <= day <= gap.last for gap in away)

    def following(day: date) -> date:
        day += DAY
        while not counts(day):
            gaps = [gap.last for gap in away if gap.first <= day <= gap.last]
            day = max([*gaps, day]) + DAY
        return day

    starts_open = counts(first)
    day = first if starts_open else following(first)
    for _ in range(days):
        day = following(day)
    return day, starts_open


@lru_cache(maxsize=16384)
def _after_often(region: str, first: date, days: int) -> tuple[date, bool]:
    """The same without absences, remembered: every timeline asks for the same few days."""
    return _after(region, first, days, ())


@lru_cache(maxsize=256)
def holidays_of(region: str, year: int) -> frozenset[date]:
    """Public holidays of a region in one year; built once, since building is slow."""
    country, _, subdivision = region.partition("-")
    days = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    return frozenset(days)
