"""Write the demonstration data into an empty database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from recruiting.accounts import services as accounts
from recruiting.accounts.models import User
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind, AddressState, email_key
from recruiting.db import Base, db
from recruiting.demo.casting import SPAN, cast
from recruiting.demo.employer import HR, JOBS, MANAGER, STAFF, JobPlan
from recruiting.demo.story import Story
from recruiting.demo.survey import INVITED, Ended, invitations, nameless
from recruiting.demo.talk import conversation
from recruiting.demo.telling import Row, tell
from recruiting.demo.times import Hours
from recruiting.dialogues.models import Remark
from recruiting.feedback.models import AnonymousAnswer, Answer, Invitation
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import Terms, title_key
from recruiting.pipeline import facts
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Direction, Kind
from recruiting.workdays import Office

SEED = 20_260_302
OPENED_BEFORE = timedelta(days=6)  # a job is there before its first application


@dataclass
class Told:
    """A story with the events that came of it."""

    story: Story
    events: list[Row]

    @property
    def begins_at(self) -> datetime:
        """When somebody applied, or we first wrote."""
        return self.events[0]["at"]


@dataclass
class _Stages:
    """The stages' ids, by job and part."""

    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)


def is_empty() -> bool:
    """Whether nobody has put anything into this database yet."""
    return not any(db.session.scalar(select(table.id).limit(1)) for table in (User, Job, Candidate))


def tell_all(now: datetime, office: Office, seed: int = SEED) -> list[Told]:
    """Everything that happened until `now`, those who came first at the beginning."""
    rng = Random(seed)  # noqa: S311 - the same story every time is what is wanted
    hours = Hours(office, rng)
    told = [
        Told(story, list(tell(story, moments, now, hours)))
        for story, moments in cast(now, hours, rng)
    ]
    return sorted(told, key=lambda one: one.begins_at)


def fill(
    now: datetime, office: Office, password: str, *, seed: int = SEED, key_hash: str = ""
) -> None:
    """Write staff, jobs, candidates, nine months of events and exit feedback.

    `password` is that of all users; `key_hash` of the key that opens one conversation without a
    name, which is left out without it. The database must be empty; the caller commits.
    """
    begun_at = now - SPAN - OPENED_BEFORE
    _write_users(password, begun_at)
    stages = _write_jobs(begun_at)
    told = tell_all(now, office, seed)
    application_ids = _write_applications(told, stages)
    _write_events(told, application_ids, stages)
    facts.refresh(None, office, now=now)
    _write_feedback(told, application_ids, now, seed, key_hash)
    db.session.flush()


def _write(table: type[Base], rows: Sequence[Row]) -> list[int]:
    """Insert many rows at once; their ids in the same order."""
    key = table.__table__.c.id
    return list(
        db.session.scalars(insert(table).returning(key, sort_by_parameter_order=True), rows)
    )


def _write_users(password: str, created_at: datetime) -> None:
    for one in STAFF:
        accounts.check_new_password(password, email=one.email, name=one.name)
    # One password, hashed once: a hash takes as long as everything else here.
    hashed = accounts.HASHER.hash(password)
    rows = [
        {
            "email": one.email,
            "name": one.name,
            "role": one.role,
            "password_hash": hashed,
            "phone": one.phone,
            "created_at": created_at,
        }
        for one in STAFF
    ]
    db.session.execute(insert(User), rows)


def _write_jobs(created_at: datetime) -> _Stages:
    stages = _Stages()
    for plan in JOBS.values():
        job = Job(
            title=plan.title,
            title_key=title_key(plan.title),
            requisition=f"NW-{created_at.year}-{plan.number}",
            place=plan.city,
            created_at=created_at,
            stages=list(_stages(plan)),
        )
        db.session.add(job)
        db.session.flush()
        stages.jobs[plan.key] = job.id
        for step, stage in zip(plan.steps, job.stages, strict=True):
            stages.ids[plan.key, step.part] = stage.id
    return stages


def _stages(plan: JobPlan) -> Iterator[Stage]:
    terms = asdict(Terms())
    for position, step in enumerate(plan.steps, start=1):
        yield Stage(
            name=step.name,
            name_key=title_key(step.name),
            kind=step.kind,
            position=position,
            shown_en=step.name,
            shown_de=step.name_de,
            **terms,
        )


def _write_applications(told: Sequence[Told], stages: _Stages) -> list[int]:
    """Candidates, their addresses and their applications; the ids of the last."""
    candidate_ids = _write(Candidate, [_candidate(one) for one in told])
    _write(
        Address,
        [
            row
            for one, candidate_id in zip(told, candidate_ids, strict=True)
            for row in _addresses(one.story, candidate_id)
        ],
    )
    manager_id = db.session.scalar(select(User.id).where(User.email == MANAGER.email))
    return _write(
        Application,
        [
            {
                "candidate_id": candidate_id,
                "job_id": stages.jobs[one.story.job.key],
                "source": one.story.source,
                "source_at": one.begins_at,
                "manager_id": manager_id if one.story.is_handed_over else None,
                "version": 1,
                **facts.blank(stage_id=stages.ids[one.story.job.key, "applied"], at=one.begins_at),
            }
            for one, candidate_id in zip(told, candidate_ids, strict=True)
        ],
    )


def _candidate(told: Told) -> Row:
    return {
        "name": told.story.person.name,
        "name_at": told.begins_at,
        "language": told.story.language,
        "created_at": told.begins_at,
    }


def _addresses(story: Story, candidate_id: int) -> Iterator[Row]:
    person = story.person
    ways = [(AddressKind.EMAIL, person.email, email_key(person.email))]
    if person.phone:
        ways.append((AddressKind.PHONE, person.phone, re.sub(r"[^+\d]", "", person.phone)))
    for kind, value, key in ways:
        yield {
            "candidate_id": candidate_id,
            "kind": kind,
            "value": value,
            "key": key,
            "is_primary": kind is AddressKind.EMAIL,
            "state": AddressState.BOUNCED if kind in story.bounced else AddressState.GOOD,
        }


def _write_events(told: Sequence[Told], application_ids: Sequence[int], stages: _Stages) -> None:
    rows = []
    for one, application_id in zip(told, application_ids, strict=True):
        for event in one.events:
            row: Row = {**event, "application_id": application_id}
            part = row.pop("part")
            row["stage_id"] = stages.ids[one.story.job.key, part] if part else None
            rows.append(row)
    db.session.execute(insert(Event), sorted(rows, key=lambda row: row["at"]))


def _write_feedback(
    told: Sequence[Told],
    application_ids: Sequence[int],
    now: datetime,
    seed: int,
    key_hash: str,
) -> None:
    ended = [
        Ended(application_id, one.story, last["kind"], last["at"])
        for one, application_id in zip(told, application_ids, strict=True)
        if (last := _ending(one.events)) is not None
    ]
    rng = Random(seed)  # noqa: S311 - as above; a link is safe by its signature
    pairs = list(invitations(ended, now, rng))
    invited = [invitation for invitation, _answer in pairs]
    released = nameless(ended, invited, now, rng)
    remarks = conversation(released, key_hash, by=HR.email) if key_hash else []
    db.session.execute(insert(Invitation), invited)
    db.session.execute(insert(AnonymousAnswer), released)
    if remarks:
        db.session.execute(insert(Remark), remarks)
    db.session.execute(insert(Answer), [answer for _invitation, answer in pairs if answer])


def _ending(events: Sequence[Row]) -> dict[str, Any] | None:
    """The event that ended an application so that it is asked for feedback; none if it runs."""
    for event in reversed(events):
        if event["kind"] in INVITED:
            return event
        if event["kind"] is not Kind.MESSAGE or event["direction"] is Direction.IN:
            return None
    return None
