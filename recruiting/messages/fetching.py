"""Fetch what lies in one mailbox: store each mail, then move it out of the way.

Nothing is asked of a server while a transaction is open. A visit that is cut off anywhere loses
nothing and doubles nothing: what is stored is known by its source and by its bytes, and what is
known and still lies there is moved the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from recruiting.db import db
from recruiting.failpoints import failpoint
from recruiting.messages import receiving
from recruiting.messages.models import Inbox
from recruiting.messages.places import Opened, Place, Unreachable

MOVED_AT_ONCE = 50  # so many are stored before they are moved together
SHORTEST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Visit:
    """What a visit brought: new mails, those that could not be had, what went wrong."""

    stored: int
    left: int
    trouble: str | None = None


def fetch(
    name: str,
    opened: Opened,
    *,
    now: datetime,
    commit: Callable[[], None],
    stopping: Callable[[], bool],
) -> Visit:
    """Visit the mailbox `name`, which `opened` opens; `commit` ends a transaction.

    Ends early when `stopping` says so. A mailbox that cannot be read is noted, with since when.
    """
    try:
        with opened as place:
            failpoint("mailbox opened")
            waiting = place.waiting()
            visit = _empty(place, waiting, now, commit, stopping)
            _note(name, place.validity, waiting, now=now)
    except Unreachable as error:
        db.session.rollback()
        _note_trouble(name, error.kind, now=now)
        return Visit(0, 0, error.kind)
    return visit


def _empty(
    place: Place,
    waiting: Sequence[str],
    now: datetime,
    commit: Callable[[], None],
    stopping: Callable[[], bool],
) -> Visit:
    known = receiving.known_sources(waiting)
    commit()
    place.put_away([source for source in waiting if source in known])
    new = [source for source in waiting if source not in known]
    stored = left = 0
    for start in range(0, len(new), MOVED_AT_ONCE):
        done: list[str] = []
        for source in new[start : start + MOVED_AT_ONCE]:
            if stopping():
                break
            if (raw := place.fetch(source)) is None:
                left += 1
                continue
            failpoint("mail fetched")
            stored += receiving.store(
                raw.octets,
                source=source,
                arrived_at=raw.arrived_at,
                now=now,
                is_whole=raw.is_whole,
            )
            commit()
            failpoint("mail kept")
            done.append(source)
        place.put_away(done)
        failpoint("mail moved")
    return Visit(stored, left)


def _note(name: str, validity: int | None, sources: Sequence[str], *, now: datetime) -> None:
    row = _row(name)
    numbers = [int(n) for n in (one.rpartition(":")[2] for one in sources) if n.isdigit()]
    if row.uid_validity != validity:
        row.uid_validity, row.last_uid = validity, 0
    row.last_uid = max([row.last_uid, *numbers]) if validity is not None else 0
    row.read_at, row.failing_since, row.why = now, None, ""
    db.session.flush()


def _note_trouble(name: str, kind: str, *, now: datetime) -> None:
    row = _row(name)
    row.failing_since, row.why = row.failing_since or now, kind
    db.session.flush()


def _row(name: str) -> Inbox:
    row = db.session.get(Inbox, name)
    if row is None:
        row = Inbox(name=name, uid_validity=None, last_uid=0, why="")
        db.session.add(row)
    return row


def wait_after(failing_since: datetime | None, now: datetime) -> timedelta:
    """How long to leave a mailbox alone: the longer, the longer it cannot be reached."""
    if failing_since is None:
        return timedelta(0)
    return min(LONGEST_WAIT, max(SHORTEST_WAIT, now - failing_since))
