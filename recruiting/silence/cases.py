"""What the ladder reads of applications: timelines, stages, jobs, addresses, what is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import db
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import Ladder, Terms
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application
from recruiting.pipeline.reading import Reading
from recruiting.silence.ladder import Case, Reach, Why, Written
from recruiting.workdays import Office

MACHINES_REASONS = frozenset(Why)


def case_of(application: Application, now: datetime, office: Office) -> Case | None:
    """What the ladder reads of one application; none if all of it lies ahead."""
    return cases([application.id], now, office).get(application.id)


def cases(application_ids: Sequence[int], now: datetime, office: Office) -> dict[int, Case]:
    """What the ladder reads of some applications, by id; those that have not begun are missing."""
    modes, terms = _modes(), timelines.terms_by_stage()
    is_open, reach = _open_jobs(application_ids), _reach(application_ids)
    written = _written(application_ids)
    found: dict[int, Case] = {}
    for key, reading in timelines.readings(office, application_ids, as_of=now):
        found[key] = Case(
            reading,
            terms.get(reading.stage_id, Terms()),
            modes[reading.stage_id],
            is_open[key],
            reach.get(key, Reach(mail=False)),
            written.get(key, ()),
        )
    return found


def cases_of(applications: Sequence[Application], now: datetime, office: Office) -> dict[int, Case]:
    """The same of applications that are not behind; asks less where job and stage are loaded."""
    by_id = {one.id: one for one in applications}
    if not by_id:
        return {}
    read = timelines.readings(office, list(by_id), as_of=now)
    return _joined(by_id, dict(read))


def case_with(application: Application, reading: Reading) -> Case:
    """The same of one such application whose timeline was read."""
    return _joined({application.id: application}, {application.id: reading})[application.id]


def _joined(applications: dict[int, Application], read: dict[int, Reading]) -> dict[int, Case]:
    ids = list(applications)
    reach, written = _reach(ids), _written(ids)
    return {
        key: Case(
            reading,
            applications[key].stage.terms,
            applications[key].stage.ladder,
            applications[key].job.closed_at is None,
            reach.get(key, Reach(mail=False)),
            written.get(key, ()),
        )
        for key, reading in read.items()
    }


def _modes() -> dict[int, Ladder]:
    return {key: mode for key, mode in db.session.execute(select(Stage.id, Stage.ladder))}  # noqa: C416 - rows are no pairs


def _open_jobs(application_ids: Sequence[int]) -> dict[int, bool]:
    question = (
        select(Application.id, Job.closed_at)
        .join(Application.job)
        .where(Application.id.in_(application_ids))
    )
    return {key: closed_at is None for key, closed_at in db.session.execute(question)}


def _reach(application_ids: Sequence[int]) -> dict[int, Reach]:
    """By which ways each candidate can be reached; one wish to stop holds for all of them."""
    question = (
        select(Application.id, Address.kind, Address.state)
        .join(Address, Address.candidate_id == Application.candidate_id)
        .where(Application.id.in_(application_ids))
    )
    ways: defaultdict[int, set[tuple[AddressKind, AddressState]]] = defaultdict(set)
    for key, kind, state in db.session.execute(question):
        ways[key].add((kind, state))
    return {
        key: Reach(
            mail=(AddressKind.EMAIL, AddressState.GOOD) in known,
            phone=(AddressKind.PHONE, AddressState.GOOD) in known,
            stopped=any(state is AddressState.STOPPED for _kind, state in known),
        )
        for key, known in ways.items()
    }


def _written(application_ids: Sequence[int]) -> dict[int, list[Written]]:
    question = select(
        Message.application_id,
        Message.purpose,
        Message.occurrence,
        Message.state,
        Message.why,
        Message.is_automatic & Message.approved_by.is_(None),
    ).where(Message.application_id.in_(application_ids))
    found: defaultdict[int, list[Written]] = defaultdict(list)
    for key, purpose, occurrence, state, why, by_itself in db.session.execute(question):
        if key is not None:  # asked for by it; types cannot tell
            found[key].append(_as_written(purpose, occurrence, state, why, by_itself))
    return found


def _as_written(
    purpose: Purpose, occurrence: str, state: MessageState, why: str, by_itself: bool
) -> Written:
    # A machine gives one of its own reasons; any other is a person's.
    is_skipped = state is MessageState.CANCELLED and why not in MACHINES_REASONS
    return Written(purpose, occurrence, state, is_skipped, bool(by_itself))


def written(message: Message) -> Written:
    """A message as the ladder reads it."""
    by_itself = message.is_automatic and message.approved_by is None
    return _as_written(message.purpose, message.occurrence, message.state, message.why, by_itself)
