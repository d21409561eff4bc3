"""One pass of the worker over all that is due or has news, and the reminders of the day.

One transaction per item, and portions where nothing is to be done but to note when to look again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

import structlog
from flask import current_app
from sqlalchemy.exc import OperationalError

from config import Settings
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
        self.remind_again_at: datetime | None = None  # where not all could be reminded

    def compare_all(self) -> None:
        """Look at every row for news next time: some have changed without an event."""
        self.compared_at = None

    def pass_over(self, now: datetime) -> bool:
        """Look at what is due or has news, and attend to it; whether more is left."""
        moment = clock.running_from(now)
        ids, more = self._found(now)
        acted = False
        for some in _portions(ids):
            if self.stopping():
                return False
            acted = True
            for application_id in self._look(some, moment()):
                if self.stopping():
                    return False
                # A pass takes its time, and what has come meanwhile counts.
                self._attend(application_id, moment())
        return more and acted

    def remind(self, now: datetime) -> int:
        """Write the reminders of the day, once a day; says how many this process wrote.

        Where somebody could not be reminded, everybody is looked at again a little later.
        """
        place = office()
        today = place.day_of(now)
        if self.reminded_on == today or place.local(now).hour < REMIND_FROM:
            return 0
        if self.remind_again_at is not None and now < self.remind_again_at:
            return 0
        owed = {
            user_id: [row.application.id for row in rows]
            for user_id, rows in reminding.owed_today(now, place, lead=_lead()).items()
        }
        resting = setbacks.resting(COLLEAGUE, now)
        db.session.rollback()
        written: list[bool | None] = []
        for user_id in sorted(owed.keys() - resting):
            if self.stopping():
                return written.count(True)
            act = partial(self._remind, user_id, owed[user_id], now)
            written.append(self._item(COLLEAGUE, user_id, act, now))
        if None in written or owed.keys() & resting:
            self.remind_again_at = now + setbacks.REST
        else:
            self.reminded_on, self.remind_again_at = today, None
        return written.count(True)

    def _remind(self, user_id: int, application_ids: Sequence[int], now: datetime) -> bool:
        known = reminding.owed_today(now, office(), lead=_lead(), among=application_ids)
        owed = known.get(user_id, [])
        written = reminding.remind(user_id, owed, write=letters.reminder, now=now, office=office())
        return written is not None

    def _found(self, now: datetime) -> tuple[list[int], bool]:
        """The ids to look at, those whose moment has come first; whether these are all."""
        read_only()
        resting = setbacks.resting(KIND, now)
        most = watches.MOST_DUE + len(resting)  # what rests may stand before all else
        due = list(db.session.scalars(watches.due(now, most)))
        mark = watches.last_event()
        is_whole = self.compared_at is None or abs(now - self.compared_at) >= COMPARE_EVERY
        news = watches.changed() if is_whole else watches.changed_since(self._mark(now))
        changed = list(db.session.scalars(news.limit(most)))
        db.session.rollback()
        more = most in {len(due), len(changed)}
        if is_whole and len(changed) < most:
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

    def _attend(self, application_id: int, now: datetime) -> None:
        self._item(KIND, application_id, partial(attend_to, application_id, now), now)

    def _item(self, kind: str, number: int, act: Callable[[], bool], now: datetime) -> bool | None:
        """Do one item in a transaction of its own; none if it failed, which harms nothing else."""
        item = setbacks.item_of(kind, number)
        try:
            done = act()
            setbacks.forget(item)
            db.session.commit()
        except OperationalError:  # the database is busy or away: no fault of the item
            db.session.rollback()
            log.warning("item left for the next pass", item=item)
            return None
        except Exception as error:
            db.session.rollback()
            log.exception("item failed", item=item)
            setbacks.note(item, error, now=now)
            db.session.commit()
            return None
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


def _lead() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.lead


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), watches.AT_ONCE):
        yield ids[start : start + watches.AT_ONCE]
