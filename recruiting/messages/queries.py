"""Questions about messages of ours: the outbox, the thread that one belongs to, its address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import email_key
from recruiting.db import db
from recruiting.errors import Missing
from recruiting.messages.models import Message, Received, Stop
from recruiting.messages.rules import CONFIDED, UNREACHABLE, MessageState, ReceivedState
from recruiting.pipeline.models import Application

MOST_SHOWN = 100
MOST_REFERENCES = 10
SHOWS_AFTER = timedelta(minutes=15)  # that no server takes our mails
UNDER_WAY = (MessageState.QUEUED, MessageState.LEASED, MessageState.BEGUN)


def messages(
    states: Collection[MessageState], reader: str | None, *, limit: int = MOST_SHOWN
) -> Sequence[Message]:
    """Messages in some states: what has not left by when it may, the rest the newest first.

    What is for one colleague's eyes alone is left out for every other `reader`, a mail address;
    none is whoever works at the machine itself.
    """
    is_over = MessageState.QUEUED not in states
    order = Message.finished_at.desc() if is_over else Message.send_after.asc()
    question = select(Message).where(Message.state.in_(states), _is_for(reader))
    question = question.order_by(order, Message.id)
    return db.session.scalars(question.options(*_shown()).limit(limit)).all()


def message(message_id: int, reader: str | None) -> Message:
    """One message; `Missing` if there is none for this reader."""
    question = select(Message).where(Message.id == message_id, _is_for(reader))
    question = question.options(*_shown())
    if (found := db.session.scalar(question)) is None:
        raise Missing
    return found


def _is_for(reader: str | None) -> ColumnElement[bool]:
    if reader is None:
        return true()
    return or_(~Message.occurrence.startswith(CONFIDED), Message.to_address == reader)


def _shown() -> tuple[ExecutableOption, ...]:
    candidate = joinedload(Message.application).joinedload(Application.candidate)
    return (
        candidate.selectinload(Candidate.addresses),
        joinedload(Message.application).joinedload(Application.job),
        joinedload(Message.application).joinedload(Application.stage),
    )


@dataclass(frozen=True, slots=True)
class Troubles:
    """What a person has to look at in the outbox."""

    unknown: int  # mails that may have left
    failed: int  # mails that were given up
    waiting: int  # mails that no server takes
    waiting_since: datetime | None
    is_stopped: bool  # somebody has stopped all mail

    def minutes_at(self, now: datetime) -> int:
        """For how long no server has taken any."""
        return (now - self.waiting_since) // timedelta(minutes=1) if self.waiting_since else 0


def troubles(now: datetime) -> Troubles:
    """What is wrong with mail on its way out; a server that is away shows after a while."""
    number = counts((MessageState.UNKNOWN, MessageState.FAILED), "")
    is_stopped = exists().where(Stop.id == 1).correlate(None)
    waits = select(func.count(), func.min(Message.send_after), is_stopped).where(
        Message.state == MessageState.QUEUED,
        Message.why.startswith(UNREACHABLE),
        _is_for(""),
    )
    waiting, since, stopped = db.session.execute(waits).one()
    is_long = since is not None and since <= now - SHOWS_AFTER
    return Troubles(
        number.get(MessageState.UNKNOWN, 0),
        number.get(MessageState.FAILED, 0),
        waiting if is_long else 0,
        since if is_long else None,
        bool(stopped),
    )


def counts(states: Collection[MessageState], reader: str) -> dict[MessageState, int]:
    """How many messages are in each of some states, as far as they are for this reader."""
    question = select(Message.state, func.count())
    question = question.where(Message.state.in_(states), _is_for(reader))
    rows = db.session.execute(question.group_by(Message.state))
    return {state: number for state, number in rows}  # noqa: C416 - rows


def stop() -> Stop | None:
    """Who has stopped all mail, and when; none while it flows."""
    return db.session.get(Stop, 1)


_ADDRESS = (  # asked twice for each mail that leaves, so made once
    select(Address)
    .join(Application, Application.candidate_id == Address.candidate_id)
    .where(Application.id == bindparam("application_id"), Address.key == bindparam("key"))
    .execution_options(populate_existing=True)
)


def address_of(message: Message) -> Address | None:
    """The candidate's address that a message goes to; none of a colleague's, or if it is gone."""
    if message.application_id is None:
        return None
    return db.session.scalar(
        _ADDRESS,
        {"application_id": message.application_id, "key": email_key(message.to_address)},
    )


def references(message: Message) -> tuple[str, ...]:
    """The ids of the thread that a message belongs to, oldest first; what it answers is last."""
    if message.in_reply_to is None:
        return ()
    newest = db.session.scalars(_NEWEST, {"application_id": message.application_id}).all()
    ids = [one for one in reversed(newest) if one != message.in_reply_to]
    return (*ids, message.in_reply_to)


def _newest() -> Select[str]:
    left = select(Message.message_id, Message.finished_at.label("at")).where(
        Message.application_id == bindparam("application_id"),
        Message.state == MessageState.SENT,
    )
    came = select(Received.message_id, Received.received_at.label("at")).where(
        Received.application_id == bindparam("application_id"),
        Received.message_id.is_not(None),
        Received.state == ReceivedState.FILED,
    )
    both = left.union_all(came).subquery()
    return select(both.c.message_id).order_by(both.c.at.desc()).limit(MOST_REFERENCES)


_NEWEST = _newest()  # asked for each mail that leaves, so made once
