"""Questions about mails that came in: what waits for a person, one mail, those of an application.

Lists go without the raw mails, which may be large.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Select, case, func, or_, select
from sqlalchemy.orm import joinedload

from recruiting.accounts.rules import Actor, Permission
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.errors import Missing
from recruiting.messages import envelope, matching
from recruiting.messages.models import Inbox, Received
from recruiting.messages.reading import MailClass
from recruiting.messages.rules import DEAF_AFTER, FOR_A_PERSON, ReceivedState
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Turn

HEAD_BYTES = 16 * 1024  # of a raw mail, for its subject
MOST_PROPOSALS = 3  # for each mail of a list
MOST_HINTS = 20


def waiting(state: ReceivedState, *, limit: int) -> list[tuple[Received, bytes]]:
    """The newest mails in a state, each with the beginning of its raw text."""
    head: ColumnElement[bytes] = func.substr(Received.raw, 1, HEAD_BYTES, type_=LargeBinary)
    rows = db.session.execute(
        select(Received, head)
        .where(Received.state == state)
        .order_by(Received.received_at.desc(), Received.id.desc())
        .limit(limit)
    )
    return [(received, octets) for received, octets in rows]


def counts() -> dict[ReceivedState, int]:
    """How many mails wait for a person, by why they do."""
    question = (
        select(Received.state, func.count())
        .where(Received.state.in_(FOR_A_PERSON))
        .group_by(Received.state)
    )
    return {state: number for state, number in db.session.execute(question)}  # noqa: C416 - rows


def tasks() -> tuple[int, int]:
    """(how many mails wait to be placed, how many applications have one that seems to withdraw)."""
    waiting = select(func.count()).where(Received.state.in_(FOR_A_PERSON)).scalar_subquery()
    hints = select(func.count(Application.id.distinct())).select_from(Application)
    row = db.session.execute(select(waiting, _hinted(hints).scalar_subquery())).one()
    return row[0], row[1]


def mail_for(actor: Actor, received_id: int) -> Received:
    """One mail: of an application that an actor may see, or not placed yet and theirs to place."""
    found = db.session.get(Received, received_id)
    if found is None:
        raise Missing
    if found.filed_with is None:
        if not actor.can(Permission.SORT_MAIL):
            raise Missing
        return found
    seen = select(Application.id).where(
        Application.id == found.application_id, pipeline.scope(actor)
    )
    if db.session.scalar(seen) is None:
        raise Missing
    return found


@dataclass(frozen=True)
class OfEvent:
    """The mail behind an event of a timeline."""

    id: int
    sender_differs: bool
    mail_class: str | None
    sender: str = ""  # where it differs
    is_forged: bool = False  # no key of today confirms the reply address that it came to


def of_events(application: Application, keys: Sequence[str]) -> dict[int, OfEvent]:
    """The mails behind the events of one application, by the event's id.

    Of those that make one look twice the head is read: whom they name, and where they were sent.
    """
    head = func.substr(Received.raw, 1, HEAD_BYTES, type_=LargeBinary)
    question = (
        select(
            Received.event_id,
            Received.id,
            Received.sender_differs,
            Received.mail_class,
            Received.sender,
            case((Received.sender_differs, head)),
        )
        .where(Received.application_id == application.id, Received.event_id.is_not(None))
        .order_by(Received.id.desc())
    )
    rows = db.session.execute(question)
    return {
        event_id: OfEvent(
            received_id, differs, kind, sender or "", differs and _is_forged(octets or b"", keys)
        )
        for event_id, received_id, differs, kind, sender, octets in rows
        if event_id is not None
    }


def _is_forged(octets: bytes, keys: Sequence[str]) -> bool:
    """Whether the head of a raw mail, as far as it can be read, names an address like ours that no
    key confirms: one that somebody made up, or one of a key that is retired."""
    with suppress(Exception):
        head = envelope.read(envelope.parse_head(octets))
        return matching.is_forged(head.recipients, keys)
    return False


def hint(
    application: Application, events: Iterable[Event], mails: dict[int, OfEvent]
) -> OfEvent | None:
    """Their latest mail that seems to withdraw, until we have answered or a person has ended it."""
    if application.outcome is not None or application.turn is not Turn.US:
        return None
    said = [
        mails[event.id]
        for event in events
        if event.id in mails
        and event.at >= application.since
        and mails[event.id].mail_class == MailClass.WITHDRAWAL_HINT
    ]
    return said[-1] if said else None


def _hinted(question: Select[Any]) -> Select[Any]:
    """The same question, of applications whose candidate seems to withdraw."""
    return (
        question.join(Received, Received.application_id == Application.id)
        .join(Event, Event.id == Received.event_id)
        .where(
            Received.mail_class == MailClass.WITHDRAWAL_HINT.value,
            Application.outcome.is_(None),
            Application.turn == Turn.US,
            Event.at >= Application.since,
        )
    )


def hinted() -> Sequence[Application]:
    """The applications whose candidate seems to withdraw, the latest first."""
    question = (
        _hinted(select(Application))
        .options(
            joinedload(Application.candidate),
            joinedload(Application.job),
            joinedload(Application.stage),
        )
        .order_by(Event.at.desc())
        .limit(MOST_HINTS)
    )
    return list(dict.fromkeys(db.session.scalars(question)))


def has_no_way(candidate: Candidate) -> bool:
    """Whether every address we know of somebody is bad, so that no word of ours can arrive."""
    states = [address.state for address in candidate.addresses]
    return bool(states) and all(state is AddressState.BOUNCED for state in states)


def in_trouble(now: datetime) -> Sequence[Inbox]:
    """The mailboxes that could not be read for half an hour or longer."""
    return db.session.scalars(
        select(Inbox).where(Inbox.failing_since <= now - DEAF_AFTER).order_by(Inbox.name)
    ).all()


def proposals(
    actor: Actor, people: Iterable[tuple[str | None, str]]
) -> dict[tuple[str | None, str], list[Application]]:
    """For each (address, name) the applications that they may have written about.

    First those of the candidate with that address, then those of candidates of that name; what is
    active and was touched last comes first.
    """
    wanted = list(dict.fromkeys(people))
    keys = {key for key, _name in wanted if key}
    names = {name.casefold() for _key, name in wanted if name}
    owners = select(Address.candidate_id).where(Address.key.in_(keys))
    found = db.session.scalars(
        select(Application)
        .join(Application.candidate)
        .where(
            pipeline.scope(actor),
            or_(Application.candidate_id.in_(owners), func.lower(Candidate.name).in_(names)),
        )
        .options(
            joinedload(Application.candidate).selectinload(Candidate.addresses),
            joinedload(Application.job),
        )
        .order_by(Application.outcome.is_not(None), Application.last_touch_at.desc())
        .limit(MOST_PROPOSALS * 20)
    ).all()
    return {person: _theirs(found, *person)[:MOST_PROPOSALS] for person in wanted}


def _theirs(found: Sequence[Application], key: str | None, name: str) -> list[Application]:
    by_key = [one for one in found if key in {a.key for a in one.candidate.addresses}]
    by_name = [one for one in found if name and one.candidate.name.casefold() == name.casefold()]
    return list(dict.fromkeys([*by_key, *by_name]))
