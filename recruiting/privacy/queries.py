"""What we hold of an application's documents, what was asked and allowed, and what is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import QueryableAttribute, aliased, joinedload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from recruiting.accounts.models import User
from recruiting.accounts.rules import Actor
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind
from recruiting.db import db
from recruiting.messages.models import Received
from recruiting.messages.rules import FOR_A_PERSON, TWICE, ReceivedState
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Direction, Kind, Outcome
from recruiting.privacy.models import Consent, Document, Erasure, Inventory
from recruiting.privacy.rules import Decision

THEIR_WORDS = (Kind.MESSAGE, Kind.WITHDRAWAL)  # what the page lists: by a candidate, and no machine
MOST_ON_THE_DESK = 100
# Whose files nobody has deleted and told of; decided by mail, not by listed names.
_IS_KEPT = ~exists().where(
    Inventory.received_id == Received.id,
    Inventory.deleted_at.is_not(None),
    ~exists().where(Document.inventory_id == Inventory.received_id),
)
_original = aliased(Received)
# A copy goes with the mail that waits; what a person set aside stays, and so do its copies.
_IS_COPY = and_(
    Received.state == ReceivedState.NOT_OURS,
    Received.why == TWICE,
    exists().where(
        _original.message_id == Received.message_id,
        _original.sender == Received.sender,
        _original.state.in_(sorted(FOR_A_PERSON)),
    ),
)
# A person has to say whose it is.
_WAITS = and_(Received.event_id.is_(None), or_(Received.state.in_(sorted(FOR_A_PERSON)), _IS_COPY))
# Of a mail that came in for an application: filed with it, or held before it was.
_MAY_HOLD_FILES = (
    or_(
        and_(
            Received.state == ReceivedState.FILED,
            Received.event.has(Event.direction == Direction.IN),
        ),
        _WAITS,
    ),
    _IS_KEPT,
)
_active = aliased(Application)
# Of a mail that nobody could place and an address of the candidate wrote. It may be meant for any
# application of theirs, so it stays while another one runs, and be another person's where they
# share the address: so it goes alone with what they asked us to delete once it was here.
_MAY_BE_THEIRS = (
    Received.application_id.is_(None),
    _WAITS,
    _IS_KEPT,
    Received.sender == Address.key,
    Address.kind == AddressKind.EMAIL,
    Address.candidate_id == Application.candidate_id,
    ~exists().where(User.email == Received.sender),  # a colleague may hand on another's documents
    ~exists().where(
        _active.candidate_id == Application.candidate_id,
        _active.id != Application.id,
        _active.outcome.is_(None),
    ),
)
# Of a mail that came before a person decided that the documents of its application go. One that
# waits for a person must have come before the wish: what came after it may be for another job.
_IS_ERASED = (
    Erasure.decision == Decision.DONE,
    Received.received_at <= Erasure.decided_at,
    or_(Received.state == ReceivedState.FILED, Received.received_at <= Erasure.asked_at),
)

_IS_OPEN = (Erasure.taken_back_at.is_(None), Erasure.decided_at.is_(None))


class Held(NamedTuple):
    """One document that a candidate sent, and when."""

    name: str
    size: int  # bytes
    received_at: datetime


# --- documents -----------------------------------------------------------------------------------


def documents(application: Application) -> list[Held]:
    """The documents that an application's candidate sent, oldest first.

    Not those of mails from an address that we do not know as theirs today: somebody else may have
    sent these. A mail that came on two ways is told once.
    """
    theirs = select(Address.key).where(
        Address.candidate_id == application.candidate_id, Address.kind == AddressKind.EMAIL
    )
    rows = db.session.execute(
        select(Received.event_id, Document.name, Document.size, Received.received_at)
        .join(Inventory, Inventory.received_id == Document.inventory_id)
        .join(Received, Received.id == Inventory.received_id)
        .join(Event, Event.id == Received.event_id)
        .where(
            Received.application_id == application.id,
            or_(Received.sender_differs.is_(False), Received.sender.in_(theirs)),
            Event.direction == Direction.IN,
            Event.kind.in_(THEIR_WORDS),
            Inventory.deleted_at.is_(None),
        )
        .order_by(Received.received_at, Document.id)
    )
    found: dict[tuple[int | None, str, int], datetime] = {}
    for event_id, name, size, at in rows:
        found.setdefault((event_id, name, size), at)
    return [Held(name, size, at) for (_event, name, size), at in found.items()]


def next_unlisted() -> Received | None:
    """A mail whose documents are not listed yet, locked until the caller's transaction ends."""
    return db.session.scalar(
        select(Received)
        .outerjoin(Inventory, Inventory.received_id == Received.id)
        .where(Received.state == ReceivedState.FILED, Inventory.received_id.is_(None))
        .order_by(Received.received_at, Received.id)
        .limit(1)
        .with_for_update(of=Received, skip_locked=True)
    )


def with_files(application: Application) -> Sequence[Received]:
    """The mails of an application that may still hold files, each locked.

    Also those that no one has listed or read, that were held for it and not placed yet, and what a
    machine of theirs wrote.
    """
    ids = select(Received.id).where(Received.application_id == application.id, *_MAY_HOLD_FILES)
    return _locked(ids)


def erased_with_files(application: Application) -> Sequence[Received]:
    """The mails that may still hold files and that a person decided to delete with the documents
    of an application, each locked; also some that nobody could place."""
    return _locked(_erased(Received.id, Erasure.application_id == application.id))


def _locked(ids: Select[int] | CompoundSelect[int]) -> list[Received]:
    """Some mails, by their ids. Whoever places one holds it and then waits for its application,
    which the caller holds: so nobody waits here for a mail that can be placed."""
    is_filed = Received.state == ReceivedState.FILED
    found = list[Received]()
    for which, skips in ((~is_filed, True), (is_filed, False)):
        found += db.session.scalars(
            select(Received)
            .where(Received.id.in_(ids), which)
            .order_by(Received.id)
            .with_for_update(of=Received, skip_locked=skips)
            .execution_options(populate_existing=True)
        )
    return sorted(found, key=lambda one: one.id)


def without_files(received_ids: Collection[int]) -> set[int]:
    """Those of some mails whose files were taken out already."""
    question = select(Inventory.received_id).where(
        Inventory.received_id.in_(received_ids), Inventory.deleted_at.is_not(None)
    )
    return set(db.session.scalars(question))


def put_off(received_ids: Collection[int], since: datetime) -> set[int]:
    """Those of some mails that were tried after a moment, and whose words could not be kept."""
    question = (
        select(Inventory.received_id)
        .join(Inventory.received)
        .where(
            Inventory.received_id.in_(received_ids),
            Inventory.deleted_at.is_(None),
            Inventory.listed_at > since,
            Received.event_id.is_(None),
        )
    )
    return set(db.session.scalars(question))


def being_erased() -> Sequence[int]:
    """The ids of applications whose documents a person decided to delete, and that have some."""
    return sorted(db.session.scalars(_erased(Erasure.application_id)))


def _erased(what: QueryableAttribute[int], *which: ColumnElement[bool]) -> CompoundSelect[int]:
    filed = (
        select(what)
        .select_from(Erasure)
        .join(Received, Received.application_id == Erasure.application_id)
    )
    unplaced = (
        select(what)
        .select_from(Erasure)
        .join(Application, Application.id == Erasure.application_id)
        .join(Address, Address.candidate_id == Application.candidate_id)
        .join(Received, Received.sender == Address.key)
    )
    return filed.where(*which, *_IS_ERASED, *_MAY_HOLD_FILES).union(
        unplaced.where(*which, *_IS_ERASED, *_MAY_BE_THEIRS)
    )


def is_being_erased(application: Application) -> bool:
    """Whether documents are still here that a person decided to delete."""
    found = _erased(Received.id, Erasure.application_id == application.id).subquery()
    return bool(db.session.scalar(select(exists(select(found.c.id)))))


def ended_with_files(before: datetime) -> Sequence[int]:
    """The ids of applications that ended before a moment and have mails of then with files."""
    question = (
        select(Application.id)
        .distinct()
        .join(Received, Received.application_id == Application.id)
        .where(
            Application.outcome.is_not(None),
            Application.ended_at < before,
            Received.received_at < before,
            *_MAY_HOLD_FILES,
        )
    )
    return sorted(db.session.scalars(question))


class Standing(NamedTuple):
    """What was asked last about erasing an application's data, and allowed last."""

    erasure: Erasure | None
    consent: Consent | None


def standing(application: Application) -> Standing:
    """Both at once, whether or not they are over."""
    row = db.session.execute(
        select(Erasure, Consent)
        .select_from(Application)
        .outerjoin(Erasure, Erasure.id == _last(Erasure.id, Erasure.application_id))
        .outerjoin(Consent, Consent.id == _last(Consent.id, Consent.application_id))
        .where(Application.id == application.id)
    ).one()
    return Standing(*row)


def _last(
    key: QueryableAttribute[int], application_id: QueryableAttribute[int]
) -> ScalarSelect[int]:
    of_it = select(func.max(key)).where(application_id == Application.id)
    return of_it.correlate(Application).scalar_subquery()


# --- erasures ------------------------------------------------------------------------------------


def erasure_of(application: Application) -> Erasure | None:
    """What was asked last about erasing an application's data."""
    return standing(application).erasure


def count_open_erasures() -> int:
    """How many erasures a person has to decide."""
    return db.session.scalar(select(func.count(Erasure.id)).where(*_IS_OPEN)) or 0


def open_erasures() -> Sequence[Erasure]:
    """The erasures that a person has to decide, the most urgent first, and not all of very many."""
    question = select(Erasure).where(*_IS_OPEN)
    ordered = question.order_by(Erasure.due_on, Erasure.id).limit(MOST_ON_THE_DESK)
    return db.session.scalars(ordered.options(*_with_application(Erasure.application))).all()


def decisions_for(application_ids: Collection[int]) -> dict[int, set[Decision | None]]:
    """What was decided about erasing a person's data, of whichever application they asked, by the
    ids of some applications.

    None among them: a person has to decide yet. What was done before the application began
    is over, as is what was refused or taken back.
    """
    asked = aliased(Application)
    counts = or_(
        Erasure.decided_at.is_(None),
        and_(Erasure.decision == Decision.DONE, Erasure.decided_at >= Application.applied_at),
    )
    question = (
        select(Application.id, Erasure.decision)
        .join(asked, asked.candidate_id == Application.candidate_id)
        .join(Erasure, Erasure.application_id == asked.id)
        .where(Application.id.in_(application_ids), Erasure.taken_back_at.is_(None), counts)
    )
    found = defaultdict[int, set[Decision | None]](set)
    for application_id, decision in db.session.execute(question):
        found[application_id].add(decision)
    return dict(found)


# --- consents ------------------------------------------------------------------------------------


def consent_of(application: Application) -> Consent | None:
    """The latest consent to be asked again, whether or not it still holds."""
    return standing(application).consent


def consents_due(actor: Actor, today: date, *, owner: str | None = None) -> Sequence[Consent]:
    """Who allowed us to ask again, and whose day has come; the longest due first.

    Those of whom `Consent.is_due` says so; with `owner` only that colleague's.
    """
    question = (
        select(Consent)
        .join(Consent.application)
        .where(
            Consent.withdrawn_at.is_(None),
            Consent.settled_at.is_(None),
            Consent.ask_on <= today,
            Application.outcome == Outcome.WITHDRAWN,
            pipeline.scope(actor),
        )
    )
    if owner:
        question = question.where(Application.owner == owner)
    ordered = question.order_by(Consent.ask_on, Consent.id).limit(MOST_ON_THE_DESK)
    return db.session.scalars(ordered.options(*_with_application(Consent.application))).all()


def _with_application(application: QueryableAttribute[Application]) -> tuple[_AbstractLoad, ...]:
    """Load what a row of the desk says of an application."""
    whole = joinedload(application)
    return (
        whole.joinedload(Application.candidate),
        whole.joinedload(Application.job),
        whole.joinedload(Application.stage),
    )
