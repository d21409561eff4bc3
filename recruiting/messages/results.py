"""What came of a mail that was to leave: noted on its row, and told to the timeline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, select

from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.messages import queries
from recruiting.messages.leases import LEASE, Lease, end, let_go, mine, put_back, put_off
from recruiting.messages.mailbox import Refusal
from recruiting.messages.models import Message
from recruiting.messages.rules import (
    ASK_AGAIN_AFTER,
    FAULT,
    JUST_ASKED_FOR,
    MOST_FAULTS,
    MOST_TRIES,
    UNANSWERED,
    UNREACHABLE,
    MessageState,
    Purpose,
)
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Event
from recruiting.pipeline.rules import Channel, Direction, Kind
from recruiting.workdays import Office


def sent(lease: Lease, *, now: datetime, office: Office) -> bool:
    """Note that the server has taken a mail, and tell the timeline; false if it was too late."""
    message = mine(lease, MessageState.BEGUN)
    if message is None:
        return False
    close_sent(message, now=now, office=office)
    return True


def close_sent(message: Message, *, now: datetime, office: Office) -> None:
    """A mail has left: a touch of the candidate's, in the same transaction."""
    message.event_id = _touch(message, now, office)
    message.state, message.finished_at, message.why = MessageState.SENT, now, ""
    let_go(message)


def _touch(message: Message, now: datetime, office: Office) -> int | None:
    if message.application is None:  # to a colleague
        return None
    event = pipeline.record(
        message.application,
        Kind.MESSAGE,
        at=message.begun_at or now,
        now=now,
        office=office,
        direction=Direction.OUT,
        channel=Channel.EMAIL,
        by=message.by,
        awaits_reply=message.asks,
        due_at=message.promised_at,
        subject=message.subject,
        body=message.body,
        offers_no=True if message.purpose is Purpose.FOLLOW_UP else None,
        external_id=_external_id(message),
    )
    return event.id


_TOLD = select(exists().where(Event.external_id == bindparam("external_id")))


def _external_id(message: Message) -> str | None:
    """The mail's id, unless a journal has told of this very mail already."""
    told = db.session.scalar(_TOLD, {"external_id": message.message_id})
    return None if told else message.message_id


def refused(lease: Lease, refusal: Refusal, *, now: datetime, office: Office) -> bool:
    """Note a server's no: put off, or given up; an address at which nothing arrives is marked."""
    message = mine(lease, MessageState.LEASED, MessageState.BEGUN)
    if message is None:
        return False
    message.why = str(refusal)
    if message.state is MessageState.BEGUN and not _left_before(message):
        message.begun_at = None
    if refusal.is_passing and message.tries < MOST_TRIES:
        put_off(message, now)
        return True
    if message.begun_at is not None:  # an earlier try may have left
        message.why = UNANSWERED
        end(message, MessageState.UNKNOWN, now)
        return True
    end(message, MessageState.FAILED, now)
    if refusal.is_of_address:
        _bounced(message, now, office)
    return True


def _bounced(message: Message, now: datetime, office: Office) -> None:
    """Tell the same as when the mail had come back: we wrote, and it did not arrive."""
    address = queries.address_of(message)
    if address is None:
        return
    if address.state is AddressState.GOOD:
        address.state = AddressState.BOUNCED
    message.event_id = _touch(message, now, office)
    pipeline.record(
        message.about,
        Kind.BOUNCE,
        at=now,
        now=now,
        office=office,
        direction=Direction.IN,
        channel=Channel.EMAIL,
        subject=message.subject,
        body=message.why,
    )


def unreachable(lease: Lease, kind: str, *, now: datetime) -> bool:
    """Put a mail back that no server took: it waits, and no try is counted.

    Its `send_after` becomes the moment since when it waits for a server.
    """
    message = mine(lease, MessageState.LEASED, MessageState.BEGUN)
    if message is None:
        return False
    if not message.why.startswith(UNREACHABLE):
        message.send_after = now
    message.why = UNREACHABLE + kind
    put_back(message)
    return True


def unanswered(lease: Lease, *, now: datetime) -> bool:
    """Note that nobody knows whether a mail has left."""
    message = mine(lease, MessageState.BEGUN)
    if message is None:
        return False
    nobody_knows(message, now)
    db.session.flush()
    return True


def faulty(lease: Lease, kind: str, *, now: datetime) -> bool:
    """Note that we failed at a mail ourselves, before it began to leave."""
    message = mine(lease, MessageState.LEASED)
    if message is None:
        return False
    message.why = FAULT + kind
    if message.tries < MOST_FAULTS:
        put_off(message, now)
    else:
        end(message, MessageState.FAILED, now)
    return True


def nobody_knows(message: Message, now: datetime, why: str = UNANSWERED) -> None:
    """A mail may have left: a person decides, or it goes once more to whom has just asked."""
    once_more = message.purpose in JUST_ASKED_FOR and not _left_before(message)
    message.why = why
    if once_more:
        message.send_after, message.state = now + ASK_AGAIN_AFTER, MessageState.QUEUED
    else:
        message.state, message.finished_at = MessageState.UNKNOWN, now
    message.lease_until = message.leased_by = None


def _left_before(message: Message) -> bool:
    """Whether an earlier try than the one at hand may have left: it was begun before its lease."""
    begun_at, lease_until = message.begun_at, message.lease_until
    return begun_at is not None and (lease_until is None or begun_at < lease_until - LEASE)
