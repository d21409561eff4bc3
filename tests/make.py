"""Plain builders for tests: `make.application()`, `make.event(…)`; no randomness, no clock.

Each adds its row to the session and flushes; what is not said gets a quiet default.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher

from recruiting.accounts.models import User
from recruiting.accounts.rules import Role
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind, AddressState, email_key
from recruiting.db import db
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import FIRST_STAGE, guess_kind, title_key
from recruiting.pipeline import facts, services
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind
from recruiting.workdays import Office

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # as `frozen` stops the clock
EVER = datetime(2100, 1, 1, tzinfo=UTC)  # later than everything
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OFFICE = Office()
_numbers = count(1)


# The hash of PASSWORD, made cheaply: the first sign-in through the form makes a proper one of it.
PASSWORD = "a long walk in the rain"
_CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def user(role: Role = Role.RECRUITER, *, email: str | None = None, name: str | None = None) -> User:
    """A member of staff whose password is PASSWORD."""
    number = next(_numbers)
    made = User(
        email=email or f"{role.value}{number}@example.org",
        name=name or f"Colleague {number}",
        role=role,
        password_hash=_CHEAP_HASH,
        created_at=MONDAY,
    )
    db.session.add(made)
    db.session.flush()
    return made


def job(title: str | None = None, stages: tuple[str, ...] = (FIRST_STAGE, "Interview")) -> Job:
    """A job with its stages in order."""
    title = title or f"Job {next(_numbers)}"
    made = Job(title=title, title_key=title_key(title), created_at=MONDAY)
    made.stages = [
        Stage(name=name, name_key=title_key(name), kind=guess_kind(name), position=place)
        for place, name in enumerate(stages, start=1)
    ]
    db.session.add(made)
    db.session.flush()
    return made


def candidate(
    name: str | None = None, email: str | None = None, *, phone: str = "", language: str = "en"
) -> Candidate:
    """A candidate with a mail address, and a number if one is given."""
    number = next(_numbers)
    made = Candidate(
        name=f"Candidate {number}" if name is None else name, language=language, created_at=MONDAY
    )
    made.addresses = [_address(AddressKind.EMAIL, email or f"candidate{number}@example.org")]
    if phone:
        made.addresses.append(_address(AddressKind.PHONE, phone))
    db.session.add(made)
    db.session.flush()
    return made


def _address(kind: AddressKind, value: str) -> Address:
    key = email_key(value) if kind is AddressKind.EMAIL else value
    state = AddressState.GOOD
    return Address(kind=kind, value=value, key=key, is_primary=True, state=state)


def application(
    candidate: Candidate | None = None,
    job: Job | None = None,
    *,
    at: datetime = MONDAY,
    source: str | None = None,
    applied: bool = True,
) -> Application:
    """An application, with the candidate's first mail at `at` unless `applied` is false."""
    job = job or globals()["job"]()
    candidate = candidate or globals()["candidate"]()
    made = Application(
        candidate=candidate,
        job=job,
        source=source,
        **facts.blank(stage_id=job.stages[0].id, at=at),
    )
    db.session.add(made)
    db.session.flush()
    if applied:
        event(made, at=at, direction=Direction.IN, subject="My application")
    return made


def event(
    application: Application,
    kind: Kind = Kind.MESSAGE,
    *,
    at: datetime,
    direction: Direction = Direction.OUT,
    channel: Channel = Channel.EMAIL,
    now: datetime | None = None,
    **more: Any,
) -> Event:
    """An event through the service that every page uses; `now` defaults to its moment."""
    return services.record(
        application,
        kind,
        at=at,
        now=now or at,
        office=OFFICE,
        direction=direction,
        channel=channel,
        **more,
    )


def reply(application: Application, *, at: datetime, **more: Any) -> Event:
    """A mail from the candidate."""
    return event(application, at=at, direction=Direction.IN, **more)


def quiet_application(job: Job | None = None) -> Application:
    """One that meets every condition 30 days after Monday: contact, question, follow-up, call."""
    made = application(candidate(phone="+49 30 23125 001"), job)
    event(made, at=MONDAY + HOUR, by="recruiter@heardback.test")
    reply(made, at=MONDAY + 2 * HOUR)
    event(made, at=MONDAY + DAY, offers_no=True, by="recruiter@heardback.test")
    event(made, at=MONDAY + 8 * DAY, channel=Channel.PHONE, by="recruiter@heardback.test")
    return made
