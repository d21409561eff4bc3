"""When things happen: the office writes on working days, candidates in the evening too.

A story is placed from its end backwards, so that it can be made to end where a state needs it.
Clock times are those of the office's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from recruiting.workdays import DAY, Office

OPENS, CLOSES = time(8, 30), time(17, 30)
UNLOCKS = time(8, 10)  # who writes at half past eight has been at it for some minutes
WAKES, SLEEPS = time(6, 45), time(23, 30)
FIRST_MEETING, LAST_MEETING = time(9), time(16)
HALF_HOUR = timedelta(minutes=30)
ROOM = timedelta(minutes=12)  # the least that lies between two events of one day


@dataclass(frozen=True, slots=True)
class Gap:
    """How long after the event before: exactly one of the three is given."""

    minutes: float | None = None
    hours: float | None = None
    workdays: int | None = None


@dataclass(frozen=True)
class Hours:
    """Working hours of an office and waking hours of everybody else; draws from `rng`."""

    office: Office
    rng: Random

    def open_day(self, day: date, back: int) -> date:
        """The day `back` working days before `day`; 0 is `day` itself or the last one open."""
        while not self.office.is_open(day):
            day -= DAY
        for _ in range(back):
            day -= DAY
            while not self.office.is_open(day):
                day -= DAY
        return day

    def meeting_after(self, moment: datetime, workdays: int) -> datetime:
        """A time for a meeting, `workdays` later, on the half hour."""
        day = self.office.day_of(self.office.add(moment, workdays))
        return self._slot(day, time(self.rng.randrange(9, 16), self.rng.choice((0, 30))))

    def deadline(self, moment: datetime, workdays: int) -> datetime:
        """The end of the working day, `workdays` later."""
        return self._slot(self.office.day_of(self.office.add(moment, workdays)), time(18))

    def ours(self, limit: datetime, gap: Gap) -> datetime:
        """A moment of working time, `gap` before `limit`."""
        local = self.office.local(limit)
        if gap.minutes is not None:
            at = local - timedelta(minutes=gap.minutes)
            if self._is_working(at):
                return at.astimezone(UTC)
            return self._in_day(self.open_day(local.date(), 1), time(15), CLOSES)
        if gap.hours is not None:
            local -= timedelta(hours=gap.hours)
            return self._latest_working(local, back=0)
        return self._latest_working(local, back=gap.workdays or 0)

    def theirs(self, limit: datetime, gap: Gap) -> datetime:
        """A moment at which a candidate may write, `gap` before `limit`."""
        local = self.office.local(limit)
        if gap.minutes is not None:
            return (local - timedelta(minutes=gap.minutes)).astimezone(UTC)
        if gap.hours is not None:
            local -= timedelta(hours=gap.hours)
            if WAKES <= local.time() <= SLEEPS:
                return local.astimezone(UTC)
            day = local.date() - (DAY if local.time() < WAKES else timedelta())
            return self._in_day(day, time(20, 30), SLEEPS)
        first = self.open_day(local.date(), gap.workdays or 0)
        last = first
        while not self.office.is_open(last + DAY) and last + DAY <= local.date():
            last += DAY
        day = first + self.rng.randrange((last - first).days + 1) * DAY
        return self._waking(day, local)

    def meeting(self, limit: datetime, gap: Gap) -> datetime:
        """A time for a meeting on the half hour, `gap` before `limit`."""
        at = self.office.local(self.ours(limit, gap))
        clock = time(at.hour, 30 if at.minute >= 30 else 0)
        if clock < FIRST_MEETING:
            return self._slot(self.open_day(at.date(), 1), time(15))
        return self._slot(at.date(), min(clock, LAST_MEETING))

    def _slot(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.office.tz).astimezone(UTC)

    def _is_working(self, at: datetime) -> bool:
        return self.office.is_open(at.date()) and UNLOCKS <= at.time() <= CLOSES

    def _latest_working(self, local: datetime, *, back: int) -> datetime:
        """Some time of the working day `back` before, and before `local` in any case."""
        day = self.open_day(local.date(), back)
        if day != local.date():
            return self._in_day(day, OPENS, CLOSES)
        latest = local - ROOM
        if latest.date() != day or latest.time() <= time(8, 45):
            return self._in_day(self.open_day(day, 1), time(14), CLOSES)
        return self._in_day(day, OPENS, min(latest.time(), CLOSES))

    def _waking(self, day: date, limit: datetime) -> datetime:
        """Some time of a day when people write: mostly in the evening; before `limit`."""
        start, end = self.rng.choices(
            ((time(17, 30), SLEEPS), (time(12), time(13, 30)), (time(7), time(9, 30))), (6, 2, 2)
        )[0]
        latest = limit - ROOM
        if day == limit.date():
            if latest.date() != day or latest.time() <= time(7):
                return self._in_day(day - DAY, time(17, 30), SLEEPS)
            start, end = min(start, WAKES), min(end, latest.time())
        return self._in_day(day, start, end)

    def _in_day(self, day: date, start: time, end: time) -> datetime:
        begins = datetime.combine(day, start, self.office.tz)
        ends = datetime.combine(day, end, self.office.tz)
        span = max(int((ends - begins).total_seconds()), 1)
        return (begins + timedelta(seconds=self.rng.randrange(span))).astimezone(UTC)
