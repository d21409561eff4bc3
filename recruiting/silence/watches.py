"""When to look at an application again: finding what is due, and keeping the notes.

A watch is a cache: it says until when time alone changes nothing, and at which version of the
application's row that was read. Whoever looks locks the application first, then its watch, then
its messages; so does everybody who changes an application.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Select, and_, delete, func, insert, or_, select, update

from recruiting.db import db
from recruiting.messages.rules import UNSENT
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.reading import DISTANT_PAST
from recruiting.pipeline.rules import Outcome
from recruiting.silence.cases import cases
from recruiting.silence.ladder import Case, Next, Step, next_step, unwanted
from recruiting.silence.models import Watch
from recruiting.workdays import Office

MOST_DUE = 10_000  # of one pass; the next pass goes on
AT_ONCE = 500
WRITES = frozenset({Step.FOLLOW_UP, Step.CLOSE})  # the steps that a worker takes by itself


def due(now: datetime, limit: int = MOST_DUE) -> Select[int]:
    """The ids of applications whose moment has come, those that wait longest first."""
    return (
        select(Watch.application_id)
        .where(Watch.check_at <= now)
        .order_by(Watch.check_at)
        .limit(limit)
    )


def changed() -> Select[int]:
    """The ids of applications with news since they were looked at; compares every row."""
    no_watch = and_(Watch.application_id.is_(None), Application.outcome.is_(None))
    return (
        select(Application.id)
        .outerjoin(Watch, Watch.application_id == Application.id)
        .where(or_(no_watch, Watch.version != Application.version))
        .order_by(Application.id)
    )


def changed_since(event_id: int) -> Select[int]:
    """The same among applications with events after one; reads no more than these."""
    some = select(Event.application_id).where(Event.id > event_id).distinct()
    ended_silent = and_(Watch.application_id.is_(None), Application.outcome.in_((Outcome.GHOSTED,)))
    return (
        select(Application.id)
        .outerjoin(Watch, Watch.application_id == Application.id)
        .where(
            Application.id.in_(some),
            or_(
                and_(Watch.application_id.is_(None), Application.outcome.is_(None)),
                ended_silent,
                Watch.version != Application.version,
            ),
        )
        .order_by(Application.id)
    )


def last_event() -> int:
    """The number of the event that was written last; 0 without any."""
    return db.session.scalar(select(func.max(Event.id))) or 0


def look(application_ids: Sequence[int], now: datetime, office: Office) -> list[int]:
    """Note anew when to look at some applications; the ids of those that must be attended to.

    What somebody else works on is left out, and so is what somebody else has just looked at. One
    that must be attended to keeps its note, so that it is found again if nobody gets to it.
    """
    locked = (
        select(Application.id, Application.version, Application.outcome)
        .where(Application.id.in_(application_ids))
        .order_by(Application.id)
        .with_for_update(of=Application, skip_locked=True)
    )
    rows = {row.id: row for row in db.session.execute(locked)}
    notes = {one.application_id: one for one in _watches(rows)}
    open_ = [key for key, row in rows.items() if is_open(notes.get(key), row.version, now)]
    known = cases(open_, now, office)
    found: dict[int, Next | None] = {}
    to_attend: list[int] = []
    for key in open_:
        case = known.get(key)
        step = next_step(case, now, office) if case else None
        if case and step and (step.step in WRITES or takes_back(case, now, office)):
            to_attend.append(key)
        else:
            found[key] = step
    write({key: rows[key].version for key in found}, found, known)
    return to_attend


def is_open(watch: Watch | None, version: int, now: datetime) -> bool:
    """Whether an application is still to be looked at at `now`, or somebody has just done so."""
    if watch is None or watch.version != version:
        return True
    return watch.check_at is not None and watch.check_at <= now


def takes_back(case: Case, now: datetime, office: Office) -> bool:
    """Whether something that has not left must not leave any more."""
    return any(one.state in UNSENT and unwanted(one, case, now, office) for one in case.written)


def write(versions: dict[int, int], steps: dict[int, Next | None], known: dict[int, Case]) -> None:
    """Write the notes of some applications; ended ones need none."""
    if not versions:
        return
    db.session.execute(
        delete(Watch)
        .where(Watch.application_id.in_(versions))
        .execution_options(synchronize_session="fetch")
    )
    rows = [
        {"application_id": key, "check_at": step and step.check_at, "version": versions[key]}
        for key, step in steps.items()
        if not _has_ended(known.get(key), step)
    ]
    if rows:
        db.session.execute(insert(Watch), rows)


def _has_ended(case: Case | None, step: Next | None) -> bool:
    if case is None or case.reading.outcome is None:
        return False
    return step is None or step.step not in WRITES


def _watches(application_ids: Collection[int]) -> Sequence[Watch]:
    question = select(Watch).where(Watch.application_id.in_(application_ids))
    return db.session.scalars(question.execution_options(populate_existing=True)).all()


def look_soon(application_ids: Iterable[int]) -> None:
    """Forget when to look at some applications, so that the next pass does.

    For what changes their rows without an event. One that has no note has none to forget.
    """
    for some in _portions(application_ids):
        db.session.execute(
            update(Watch)
            .where(Watch.application_id.in_(some))
            .values(check_at=DISTANT_PAST)
            .execution_options(synchronize_session=False)
        )


def rebuild(now: datetime, office: Office) -> int:
    """Write every note anew from the journal and the outbox; says how many there are."""
    db.session.execute(delete(Watch))
    is_watched = or_(Application.outcome.is_(None), Application.outcome == Outcome.GHOSTED)
    question = (
        select(Application.id, Application.version).where(is_watched).order_by(Application.id)
    )
    versions = {key: version for key, version in db.session.execute(question)}  # noqa: C416 - rows are no pairs
    for some in _portions(versions):
        known = cases(some, now, office)
        steps = {key: next_step(known[key], now, office) if key in known else None for key in some}
        write({key: versions[key] for key in some}, steps, known)
    return db.session.scalar(select(func.count()).select_from(Watch)) or 0


def _portions(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while some := list(islice(rest, AT_ONCE)):
        yield some
