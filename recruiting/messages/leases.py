"""A mail that one worker has taken: its row while the lease holds, and how it is let go.

Each step of a delivery asks for the state before it, for the worker and for the number of its
try, so that a worker that wakes late changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm.attributes import set_committed_value

from recruiting.db import db
from recruiting.messages.gates import IS_OPEN
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose, wait_after
from recruiting.pipeline.models import Application

LEASE = timedelta(minutes=5)  # longer than any mail takes
RANDOM = SystemRandom()


@dataclass(frozen=True, slots=True)
class Lease:
    """A mail that one worker has taken, with all that is needed to write it."""

    id: int
    worker: str
    tries: int
    application_id: int | None  # none of a mail to a colleague
    purpose: Purpose
    to_address: str
    address_id: int | None  # of the candidate's address; none of a colleague's
    language: str
    subject: str
    body: str
    message_id: str
    is_automatic: bool
    sender_name: str  # who writes; empty: the employer
    references: tuple[str, ...]


# Asked twice for each mail, so made once.
_APPLICATION = (
    select(Application)
    .where(Application.id == bindparam("application_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_MINE = (
    select(Message)
    .where(
        Message.id == bindparam("id"),
        Message.leased_by == bindparam("worker"),
        Message.tries == bindparam("tries"),
    )
    .with_for_update(of=Message)
    .execution_options(populate_existing=True)
)
_MINE_AND_OPEN = _MINE.add_columns(IS_OPEN)


def mine(lease: Lease, *states: MessageState) -> Message | None:
    """The mail of a lease, locked behind its application; none if the lease is lost."""
    return _locked(_MINE, lease, {}, *states)[0]


def mine_and_open(lease: Lease, facts: dict[str, Any]) -> tuple[Message | None, bool]:
    """The same of a mail that has not begun to leave, and whether nothing holds all mail back.

    `facts` are those of the gates.
    """
    return _locked(_MINE_AND_OPEN, lease, facts, MessageState.LEASED)


def _locked(
    question: Select[Any], lease: Lease, facts: dict[str, Any], *states: MessageState
) -> tuple[Message | None, bool]:
    application = None
    if lease.application_id is not None:
        application = db.session.scalar(_APPLICATION, {"application_id": lease.application_id})
    known = {"id": lease.id, "worker": lease.worker, "tries": lease.tries}
    found = db.session.execute(question, facts | known).first()
    if found is None or found[0].state not in states:
        return None, False
    message: Message = found[0]
    set_committed_value(message, "application", application)  # or it would be asked for again
    return message, bool(found[-1])


def put_off(message: Message, now: datetime) -> None:
    """Let a mail wait for its next try."""
    message.send_after = now + wait_after(message.tries, RANDOM.uniform(0.9, 1.1))
    message.state = MessageState.QUEUED
    let_go(message)


def put_back(message: Message) -> None:
    """Let a mail wait as if it had not been tried."""
    message.state, message.tries = MessageState.QUEUED, message.tries - 1
    let_go(message)


def end(message: Message, state: MessageState, now: datetime) -> None:
    """Nothing more happens to a mail by itself."""
    message.state, message.finished_at = state, now
    let_go(message)


def let_go(message: Message) -> None:
    """Give a lease up."""
    message.lease_until = message.leased_by = None
    db.session.flush()
