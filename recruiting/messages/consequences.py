"""What a mail changes on the timeline that it belongs to, in the transaction of its filing.

A person's answer ends the silence and takes back what has not left; a machine's answer or a bounce
is told as what it is. A mail alone never ends, moves or erases anything: a word that sounds like
"I withdraw" is a proposal to a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind, AddressState, email_key
from recruiting.db import db
from recruiting.messages import services
from recruiting.messages.models import Message, Received
from recruiting.messages.reading import Mail, MailClass
from recruiting.messages.rules import Purpose
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind
from recruiting.workdays import Office

CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_WAY = timedelta(days=30)  # of a mail; a Date further back is a wrong clock
LONGEST_EXTERNAL_ID = 200
LONGEST_REPORT = 2_000  # characters of a mail system's words
OF_A_SILENCE = frozenset({Purpose.FOLLOW_UP, Purpose.CLOSING})  # pointless once they have written


@dataclass(frozen=True)
class Told:
    """What the timelines know of a mail's id: the event that a journal told of the same mail, and
    whether any event bears the id."""

    event: Event | None
    is_taken: bool


@dataclass(frozen=True)
class Arrival:
    """A mail with the application it belongs to, and when it is filed."""

    received: Received
    mail: Mail
    application: Application
    told: Told
    now: datetime
    office: Office

    @property
    def at(self) -> datetime:
        """When it was written."""
        answered_at = _answered_at(self.mail.in_reply_to)
        return written_at(self.mail.envelope.sent_at, self.received.received_at, answered_at)


def written_at(
    sent_at: datetime | None, received_at: datetime, answered_at: datetime | None
) -> datetime:
    """The moment at which a mail counts: its own Date if that can be, else that of receipt.

    It cannot be later than receipt, a month earlier, or earlier than the mail that it answers.
    """
    if sent_at is None or not received_at - LONGEST_WAY <= sent_at <= received_at + CLOCKS_DIFFER:
        return received_at
    if answered_at is not None and sent_at < answered_at:
        return received_at
    return min(sent_at, received_at)


def _answered_at(ids: tuple[str, ...]) -> datetime | None:
    """When the latest mail was written that this one answers."""
    if not ids:
        return None
    return db.session.scalar(select(func.max(Event.at)).where(Event.external_id.in_(ids)))


def take(arrival: Arrival) -> Event:
    """Let a mail have its effect; the event it became, or was already known as."""
    return _EFFECTS[arrival.mail.mail_class](arrival, arrival.told.event)


def told_of(received: Received, mail: Mail) -> Told:
    """Ask the timelines for a mail's id; an event that another mail became is not of this one."""
    message_id = mail.envelope.message_id
    if message_id is None:
        return Told(None, is_taken=False)
    by_mail = exists().where(Received.event_id == Event.id, Received.id != received.id)
    found = db.session.execute(
        select(Event, by_mail).where(Event.external_id == message_id)
    ).first()
    if found is None:
        return Told(None, is_taken=False)
    event, is_by_mail = found
    return Told(None if is_by_mail else event, is_taken=True)


def _record(arrival: Arrival, kind: Kind, body: str, **more: Any) -> Event:
    return pipeline.record(
        arrival.application,
        kind,
        at=arrival.at,
        now=arrival.now,
        office=arrival.office,
        direction=Direction.IN,
        channel=Channel.EMAIL,
        subject=arrival.mail.envelope.subject,
        body=body,
        external_id=_external_id(arrival),
        **more,
    )


def _external_id(arrival: Arrival) -> str:
    """The mail's own id; that of its bytes where it has none, or shares it with another mail."""
    message_id = arrival.mail.envelope.message_id
    if message_id and len(message_id) <= LONGEST_EXTERNAL_ID and not arrival.told.is_taken:
        return message_id
    return f"sha256:{arrival.received.digest}"


def _answer(arrival: Arrival, known: Event | None) -> Event:
    """A person's words: they end the silence, and what would have asked again is taken back."""
    event = known or _record(arrival, Kind.MESSAGE, arrival.mail.reply_text)
    services.cancel_unsent(arrival.application, OF_A_SILENCE, why="answered", now=arrival.now)
    return event


def _away(arrival: Arrival, known: Event | None) -> Event:
    """An automatic answer: patience stands still until they are back."""
    back = arrival.mail.returns_on
    due_at = arrival.office.start_of(back) if back else None
    return known or _record(arrival, Kind.AUTO_REPLY, arrival.mail.reply_text, due_at=due_at)


def _bounce(arrival: Arrival, known: Event | None) -> Event:
    """What we wrote came back: the address is bad, and the touch did not happen."""
    for address in _failed(arrival):
        if address.state is not AddressState.STOPPED:
            address.state = AddressState.BOUNCED
    return known or _record(arrival, Kind.BOUNCE, arrival.mail.reply_text[:LONGEST_REPORT])


def _delay(arrival: Arrival, known: Event | None) -> Event:
    """What we wrote is on its way still: noted, and nothing follows from it."""
    return known or _record(arrival, Kind.NOTE, arrival.mail.reply_text[:LONGEST_REPORT])


def _failed(arrival: Arrival) -> list[Address]:
    """The candidate's addresses that a bounce is about."""
    of_mail = [
        one for one in arrival.application.candidate.addresses if one.kind is AddressKind.EMAIL
    ]
    failed = set(arrival.mail.failed_recipients)
    if found := [one for one in of_mail if one.key in failed]:
        return found
    written_to = db.session.scalars(
        select(Message.to_address).where(Message.message_id.in_(arrival.mail.in_reply_to))
    )
    keys = {email_key(one) for one in written_to}
    if found := [one for one in of_mail if one.key in keys]:
        return found
    # A report may name only where a mail was sent on to; with one address there is no doubt.
    return of_mail if len(of_mail) == 1 else []


_EFFECTS: dict[MailClass, Callable[[Arrival, Event | None], Event]] = {
    MailClass.HUMAN_REPLY: _answer,
    MailClass.WITHDRAWAL_HINT: _answer,
    MailClass.AUTO_REPLY: _away,
    MailClass.BOUNCE: _bounce,
    MailClass.SOFT_BOUNCE: _delay,
}
