"""One pass of the worker over all that is due or has news, and the reminders of the day.

One transaction per item, and portions where nothing is to be done but to note when to look again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import OperationalError

from recruiting import clock, letters
from recruiting.db import db, read_only
from recruiting.office import office
from recruiting.silence import attending, reminding, setbacks, watches

KIND = "application"
COLLEAGUE = "colleague"
COMPARE_EVERY = timedelta(hours=1)
OVERLAP = timedelta(minutes=10)  # a transaction may be as long and still be seen at once
REMIND_FROM = 7  # o'clock in the office; before, a day's list may change
log = structlog.get_logger()


class Sweep:
    """Finds what has to be looked at, and takes it up item by item."""

    def __init__(self, stopping: Callable[[], bool]) -> None:
        self.stopping = stopping
        self.marks: deque[tuple[datetime, int]] = deque()
        self.compared_at: datetime | None = None
        self.reminded_on: date | None = None

    def compare_all(self) -> None:
        """Look at every row for news next time: some have changed without an event."""
        self.compared_at = None

    def pass_over(self, now: datetime) -> bool:
        """Look at what is due or has news, and attend to it; whether more is left."""
        begun_at = clock.now()
        ids, more = self._found(now)
        acted = False
        for some in _portions(ids):
            if self.stopping():
                return False
            acted = True
            for application_id in self._look(some, now):
                if self.stopping():
                    return False
                # A pass takes its time, and what has come meanwhile counts.
                self._attend(application_id, now + (clock.now() - begun_at))
        return more and acted

    def remind(self, now: datetime) -> int:
        """Write the reminders of the day, once a day; says how many this process wrote."""
        place = office()
        today = place.day_of(now)
        if self.reminded_on == today or place.local(now).hour < REMIND_FROM:
            return 0
        owed = set(reminding.owed_today(now, place))
        resting = setbacks.resting(COLLEAGUE, now)
        db.session.rollback()
        done = 0
        for user_id in sorted(owed - resting):
            if self.stopping():
                return done
            done += self._item(COLLEAGUE, user_id, partial(self._remind, user_id, now), now)
        self.reminded_on = today
        return done

    def _remind(self, user_id: int, now: datetime) -> bool:
        owed = reminding.owed_today(now, office()).get(user_id, [])
        written = reminding.remind(user_id, owed, write=letters.reminder, now=now, office=office())
        return written is not None

    def _found(self, now: datetime) -> tuple[list[int], bool]:
        """The ids to look at, those whose moment has come first; whether these are all."""
        read_only()
        resting = setbacks.resting(KIND, now)
        due = list(db.session.scalars(watches.due(now)))
        mark = watches.last_event()
        is_whole = self.compared_at is None or abs(now - self.compared_at) >= COMPARE_EVERY
        news = watches.changed() if is_whole else watches.changed_since(self._mark(now))
        changed = list(db.session.scalars(news.limit(watches.MOST_DUE)))
        db.session.rollback()
        more = watches.MOST_DUE in {len(due), len(changed)}
        if is_whole and len(changed) < watches.MOST_DUE:
            self.compared_at = now
        self.marks.append((now, mark))
        ids = dict.fromkeys((*due, *changed))
        return [key for key in ids if key not in resting], more

    def _mark(self, now: datetime) -> int:
        """The last event that stood there so long ago that nothing before it is still open."""
        while len(self.marks) > 1 and self.marks[1][0] <= now - OVERLAP:
            self.marks.popleft()
        return self.marks[0][1] if self.marks else 0

    def _look(self, some: Sequence[int], now: datetime) -> list[int]:
        """Look at a portion; where that fails, at each alone, so that one harms no other."""
        try:
            found = watches.look(some, now, office())
            db.session.commit()
        except OperationalError:
            db.session.rollback()
            log.warning("portion left for the next pass", first=some[0])
            return []
        except Exception:
            db.session.rollback()
            log.exception("portion not looked at", first=some[0])
            return list(some)
        else:
            return found
        finally:
            db.session.remove()

    def _attend(self, application_id: int, now: datetime) -> bool:
        return self._item(KIND, application_id, partial(attend_to, application_id, now), now)

    def _item(self, kind: str, number: int, act: Callable[[], bool], now: datetime) -> bool:
        """Do one item in a transaction of its own; a failure is noted and harms nothing else."""
        item = setbacks.item_of(kind, number)
        try:
            done = act()
            setbacks.forget(item)
            db.session.commit()
        except OperationalError:  # the database is busy or away: no fault of the item
            db.session.rollback()
            log.warning("item left for the next pass", item=item)
            return False
        except Exception as error:
            db.session.rollback()
            log.exception("item failed", item=item)
            setbacks.note(item, error, now=now)
            db.session.commit()
            return False
        else:
            return done
        finally:
            db.session.remove()


def attend_to(application_id: int, now: datetime) -> bool:
    """Attend to one application, unless somebody else does or did; whether it was ours to do."""
    application = attending.claim(application_id, now)
    if application is None:
        return False
    attending.attend(application, write=letters.of_step, now=now, office=office())
    return True


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), watches.AT_ONCE):
        yield ids[start : start + watches.AT_ONCE]
