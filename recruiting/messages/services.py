"""Verbs on messages of ours that have not left yet."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from recruiting.db import db, lock
from recruiting.errors import Refused
from recruiting.messages import results
from recruiting.messages.models import Message, Received, Stop
from recruiting.messages.rules import NEXT_STATES, UNSENT, MessageState, Purpose, ReceivedState
from recruiting.pipeline.models import Application
from recruiting.workdays import Office

ID_BYTES = 16
LONGEST_WHY = 300


def queue(
    application: Application | None,
    purpose: Purpose,
    *,
    occurrence: str,
    to_address: str,
    language: str,
    subject: str,
    body: str,
    by: str | None,
    asks: bool,
    is_automatic: bool,
    now: datetime,
    send_after: datetime | None = None,
    drafted: bool = False,
    promised_at: datetime | None = None,
    domain: str,
) -> Message | None:
    """Write one mail into the outbox, in the caller's transaction; none if it is there already.

    A mail to a colleague is about no application. Application, purpose and occurrence decide
    between two writers. The id of the mail is fixed here, so that whatever happens later it stays
    the same mail.
    """
    message = Message(
        application_id=application.id if application else None,
        purpose=purpose,
        occurrence=occurrence,
        to_address=to_address,
        language=language,
        subject=subject,
        body=body,
        message_id=f"{secrets.token_hex(ID_BYTES)}@{domain}",
        in_reply_to=_thread(application) if application else None,
        is_automatic=is_automatic,
        asks=asks,
        promised_at=promised_at,
        by=by,
        state=MessageState.DRAFTED if drafted else MessageState.QUEUED,
        queued_at=now,
        send_after=send_after or now,
        tries=0,
        why="",
    )
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError:
        return None
    return message


def _thread(application: Application) -> str | None:
    """The mail that the next one of a conversation answers: the last one that left or came."""
    left = select(Message.message_id, Message.finished_at.label("at")).where(
        Message.application_id == application.id, Message.state == MessageState.SENT
    )
    came = select(Received.message_id, Received.received_at.label("at")).where(
        Received.application_id == application.id,
        Received.message_id.is_not(None),
        Received.state == ReceivedState.FILED,
    )
    both = left.union_all(came).subquery()
    return db.session.scalar(select(both.c.message_id).order_by(both.c.at.desc()).limit(1))


def approve(message: Message, *, by: str, now: datetime) -> None:
    """Let a drafted mail leave, as a person decided who has read it."""
    _must_follow(message, MessageState.QUEUED, among={MessageState.DRAFTED})
    message.state, message.approved_by = MessageState.QUEUED, by
    message.send_after = max(message.send_after, now)
    db.session.flush()


def edit(
    message: Message, *, subject: str, body: str, by: str, now: datetime, version: int
) -> None:
    """Change the words of a mail that nobody has taken to send yet."""
    if message.state not in {MessageState.DRAFTED, MessageState.QUEUED}:
        raise Refused(_("This mail is on its way already or was taken back."))
    if message.version != version:
        raise Refused(_("Somebody has changed this mail since; please load the page again."))
    message.subject, message.body = subject, body
    if message.state is MessageState.QUEUED:
        message.approved_by = by
        message.send_after = max(message.send_after, now)
    db.session.flush()


def cancel(message: Message, *, by: str, why: str, now: datetime) -> None:
    """Take back a mail that has not left, as a person decided."""
    _must_follow(message, MessageState.CANCELLED, among=set(MessageState))
    message.state, message.finished_at = MessageState.CANCELLED, now
    message.why, message.approved_by = why[:LONGEST_WHY], by
    message.lease_until = message.leased_by = None
    db.session.flush()


def hold_until(message: Message, moment: datetime, now: datetime) -> None:
    """Let a mail that has not left rest until a moment."""
    if message.state not in {MessageState.DRAFTED, MessageState.QUEUED}:
        raise Refused(_("This mail is on its way already or was taken back."))
    message.send_after = max(moment, now)
    db.session.flush()


def send_again(message: Message, *, by: str, now: datetime) -> None:
    """Let a mail leave once more that failed or may have left, as a person decided."""
    _must_follow(message, MessageState.QUEUED, among={MessageState.FAILED, MessageState.UNKNOWN})
    message.state, message.approved_by = MessageState.QUEUED, by
    message.send_after, message.tries, message.why = now, 0, ""
    message.begun_at = message.finished_at = None
    db.session.flush()


def mark_sent(message: Message, *, by: str, now: datetime, office: Office) -> None:
    """Say that a mail has left of which nobody knew; it becomes the touch that it was."""
    _must_follow(message, MessageState.SENT, among={MessageState.UNKNOWN})
    message.approved_by = by
    results.close_sent(message, now=now, office=office)


def stop_all(by: str, now: datetime) -> None:
    """Let no mail leave from now on; the first who says so is noted."""
    with suppress(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(Stop).values(id=1, by=by, at=now))


def let_go() -> bool:
    """Let mail leave again; whether it was stopped."""
    gone = delete(Stop).where(Stop.id == 1).returning(Stop.id)
    return db.session.scalar(gone.execution_options(synchronize_session=False)) is not None


def _must_follow(
    message: Message, state: MessageState, *, among: Collection[MessageState] = UNSENT
) -> None:
    """Refuse a step that another one was faster than; reads the row anew, under its lock."""
    lock(message)
    if state not in NEXT_STATES[message.state] or message.state not in among:
        raise Refused(_("This mail is on its way already or was taken back."))


def cancel_unsent(
    application: Application, purposes: Collection[Purpose], *, why: str, now: datetime
) -> int:
    """Take back what has not left yet of some purposes, and say how many; a lease is broken.

    Whoever had leased one finds it changed, since every step of a delivery asks for the state
    before it.
    """
    unsent = (
        Message.application_id == application.id,
        Message.purpose.in_(purposes),
        Message.state.in_(UNSENT),
    )
    taken_back = db.session.scalars(
        update(Message)
        .where(*unsent)
        .values(
            state=MessageState.CANCELLED,
            finished_at=now,
            why=why,
            lease_until=None,
            leased_by=None,
            version=Message.version + 1,
        )
        .returning(Message.id)
        .execution_options(synchronize_session="fetch")
    )
    return len(taken_back.all())
