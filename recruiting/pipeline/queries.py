"""Questions about applications: one by permission, what a board and the lists need.

Lists take `now`: rows that are behind are read anew (see `timelines.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from recruiting.accounts.models import User
from recruiting.accounts.rules import ROLE_PERMISSIONS, Actor, Permission, Role
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import db
from recruiting.errors import Missing
from recruiting.jobs.models import Job, Stage
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Kind, Turn
from recruiting.pipeline.timelines import catch_up, exists_by, is_behind
from recruiting.workdays import Office

_DEBTS = (Turn.US, Turn.NOBODY, Turn.CANDIDATE)

MOST_WORDS = 8  # of a search
MOST_FOUND = 50  # shown of a search
CHANNEL_OF_ADDRESS = {AddressKind.EMAIL: Channel.EMAIL, AddressKind.PHONE: Channel.PHONE}


def scope(actor: Actor) -> ColumnElement[bool]:
    """The condition that keeps to the applications an actor may see."""
    if actor.can(Permission.SEE_APPLICATIONS):
        return true()
    if actor.can(Permission.SEE_HANDED_OVER):
        return Application.manager_id == actor.id
    return false()


def application_for(
    actor: Actor, application_id: int, *, now: datetime, office: Office
) -> Application:
    """One application with what its page shows; `Missing` for strangers, as if it were not."""
    found = db.session.scalar(
        select(Application)
        .where(Application.id == application_id, scope(actor), exists_by(now))
        .options(
            joinedload(Application.candidate).selectinload(Candidate.addresses),
            joinedload(Application.job).selectinload(Job.stages),
            joinedload(Application.stage),
            joinedload(Application.manager),
        )
    )
    if found is None:
        raise Missing
    catch_up([found], office, now)
    return found


_NAMED_OWNER = select(  # asked for each touch that is recorded, so made once
    exists().where(
        Event.application_id == bindparam("application_id"), Event.kind == Kind.OWNER_CHANGED
    )
)


def has_named_owner(application: Application) -> bool:
    """Whether somebody was named who looks after an application."""
    return bool(db.session.scalar(_NAMED_OWNER, {"application_id": application.id}))


def known_channels(candidate: Candidate) -> frozenset[Channel]:
    """The ways of reaching a candidate that their addresses tell of."""
    return frozenset(CHANNEL_OF_ADDRESS[address.kind] for address in candidate.addresses)


def load_addresses_of_nameless(applications: Iterable[Application]) -> None:
    """Load, all at once, the addresses by which candidates without a name are called."""
    nameless = {one.candidate_id for one in applications if not one.candidate.name}
    if nameless:
        question = select(Candidate).where(Candidate.id.in_(nameless))
        db.session.scalars(question.options(selectinload(Candidate.addresses))).all()


def phones(candidate_ids: Iterable[int]) -> dict[int, str]:
    """The telephone number that works of each of some candidates that has one, by id."""
    question = select(Address.candidate_id, Address.value).where(
        Address.candidate_id.in_(set(candidate_ids)),
        Address.kind == AddressKind.PHONE,
        Address.state == AddressState.GOOD,
    )
    rows = db.session.execute(question.order_by(Address.is_primary, Address.id.desc()))
    return {key: number for key, number in rows}  # noqa: C416 - rows are no pairs


def jobs() -> Sequence[Job]:
    """All jobs by title."""
    return db.session.scalars(select(Job).order_by(Job.title)).all()


def open_jobs() -> Sequence[Job]:
    """The jobs that somebody can apply for, by title."""
    return db.session.scalars(select(Job).where(Job.closed_at.is_(None)).order_by(Job.title)).all()


def job(job_id: int) -> Job:
    """One job with its stages in order; `Missing` if there is none."""
    found = db.session.scalar(select(Job).where(Job.id == job_id).options(joinedload(Job.stages)))
    if found is None:
        raise Missing
    return found


def stage(job_id: int, stage_id: int) -> Stage:
    """One stage of a job, with the job; `Missing` if that job has no such stage."""
    question = select(Stage).where(Stage.id == stage_id, Stage.job_id == job_id)
    found = db.session.scalar(question.options(joinedload(Stage.job)))
    if found is None:
        raise Missing
    return found


def board(actor: Actor, job_id: int, *, now: datetime, office: Office) -> Sequence[Application]:
    """The active applications of one job, those that wait longest first."""
    found = db.session.scalars(
        select(Application)
        .where(
            Application.job_id == job_id,
            or_(Application.outcome.is_(None), is_behind(now)),
            exists_by(now),
            scope(actor),
        )
        .options(joinedload(Application.candidate))
    ).all()
    catch_up(found, office, now)
    active = [one for one in found if one.outcome is None]
    return sorted(active, key=lambda one: (one.since, one.id))


def handed_over_to(actor: Actor, *, now: datetime, office: Office) -> Sequence[Application]:
    """The applications that were handed over to one hiring manager, our own debts first.

    Then what waits for a day or for the candidate, each by when it is due, and last what has
    ended, the newest first.
    """
    found = db.session.scalars(
        select(Application)
        .where(Application.manager_id == actor.id, exists_by(now))
        .options(
            joinedload(Application.candidate),
            joinedload(Application.job),
            joinedload(Application.stage),
        )
    ).all()
    catch_up(found, office, now)
    ended = [one for one in found if one.outcome is not None and not one.wrote_after_end]
    return [
        *sorted((one for one in found if one not in ended), key=_by_debt),
        *sorted(ended, key=lambda one: (one.since, one.id), reverse=True),
    ]


def _by_debt(application: Application) -> tuple[int, bool, datetime, int]:
    """Whose turn it is, then when it is due; who wrote after the end waits for us."""
    turn = Turn.US if application.wrote_after_end else application.turn
    due_at = application.due_at
    number = _DEBTS.index(turn)
    return number, due_at is None, due_at or application.last_touch_at, application.id


def _newest_first(
    found: Sequence[Application], office: Office, now: datetime
) -> Sequence[Application]:
    catch_up(found, office, now)
    return sorted(found, key=lambda one: (one.last_touch_at, one.id), reverse=True)


def managers() -> Sequence[User]:
    """The hiring managers to whom an application can be handed over."""
    return db.session.scalars(
        select(User)
        .where(User.role == Role.HIRING_MANAGER, User.disabled_at.is_(None))
        .order_by(User.name)
    ).all()


def colleagues() -> Sequence[User]:
    """The staff who can look after an application, by name."""
    roles = [role for role in Role if Permission.WORK_APPLICATIONS in ROLE_PERMISSIONS[role]]
    return db.session.scalars(
        select(User).where(User.role.in_(roles), User.disabled_at.is_(None)).order_by(User.name)
    ).all()


def _holds(word: str) -> ColumnElement[bool]:
    """Whether one word stands in the name, an address or the job."""
    like = "%" + word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    by_address = select(Address.candidate_id).where(Address.value.ilike(like, escape="\\"))
    return (
        Candidate.name.ilike(like, escape="\\")
        | Candidate.id.in_(by_address)
        | Job.title.ilike(like, escape="\\")
    )


def find(
    actor: Actor, words: str, *, now: datetime, office: Office, limit: int = MOST_FOUND
) -> tuple[Sequence[Application], int]:
    """(the newest, how many there are) of the applications that hold every word.

    A word stands in the candidate's name or address, or in the job.
    """
    fits = (scope(actor), exists_by(now), *map(_holds, words.split()[:MOST_WORDS]))
    every = select(Application.id).join(Application.candidate).join(Application.job).where(*fits)
    found = db.session.scalars(
        select(Application)
        .join(Application.candidate)
        .join(Application.job)
        .where(*fits)
        .options(
            joinedload(Application.candidate),
            joinedload(Application.job),
            joinedload(Application.stage),
        )
        .order_by(Application.last_touch_at.desc())
        .limit(limit)
    ).all()
    number = len(found)
    if number == limit:  # there may be more; only then they are worth a count
        number = db.session.scalar(select(func.count()).select_from(every.subquery())) or 0
    return _newest_first(found, office, now), number
