"""One mail on its way out, in three short transactions that the caller commits.

`claim` takes it for a while, `begin` asks everything once more and notes that the transmission
begins, and `results.py` notes what came of it. What dies before `begin` goes out by itself once its
lease is over; what dies after it may have left, and a person decides (`settle`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from recruiting.accounts import queries as accounts
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import db
from recruiting.failpoints import failpoint
from recruiting.messages import gates, queries, results
from recruiting.messages.leases import LEASE, Lease, end, mine_and_open, put_back
from recruiting.messages.models import Message, Received
from recruiting.messages.rules import (
    FOR_A_PERSON,
    HOLDS,
    JUST_ASKED_FOR,
    ONE_A_DAY,
    ONE_TODAY,
    UNREAD,
    WORKER_ENDED,
    Limits,
    MessageState,
    Purpose,
)
from recruiting.pipeline.models import Application
from recruiting.workdays import DAY, HOUR, Office

# Why a mail must not leave any more, or not yet, none while it may; asked right before it leaves.
Doubt = Callable[[Message], str | None]


# --- taking --------------------------------------------------------------------------------------


def settle(now: datetime) -> int:
    """Close what workers left behind whose lease is over; says how many mails."""
    is_over = Message.lease_until < now
    nobody = {"lease_until": None, "leased_by": None, "version": Message.version + 1}
    taken = update(Message).where(Message.state == MessageState.LEASED, is_over)
    free = taken.values(state=MessageState.QUEUED, **nobody).returning(Message.id)
    freed = db.session.scalars(free.execution_options(synchronize_session=False)).all()
    begun = select(Message).where(Message.state == MessageState.BEGUN, is_over)
    found = db.session.scalars(begun.with_for_update(skip_locked=True)).all()
    for message in found:
        results.nobody_knows(message, now, WORKER_ENDED)
    db.session.flush()
    return len(freed) + len(found)


def claim(worker: str, limits: Limits, *, now: datetime, office: Office) -> Lease | None:
    """Take the mail that waits longest of those that may leave now; none if there is none."""
    asked = {"now": now, "worker": worker, "until": now + LEASE}
    message: Message | None = db.session.scalar(_TAKE, asked | gates.facts(limits, now, office))
    if message is None:
        return None
    failpoint("delivery claimed")
    return _lease(message, worker)


def _take() -> ReturningUpdate[Message]:
    """Lease the mail that waits longest of those that may leave, in one statement."""
    waiting = (
        select(Message.id)
        .where(
            Message.state == MessageState.QUEUED,
            Message.send_after <= bindparam("now"),
            gates.IS_OPEN,
        )
        .order_by(Message.send_after, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Message)
    )
    taken = update(Message).where(Message.id == waiting.scalar_subquery())
    leased = taken.values(
        state=MessageState.LEASED,
        leased_by=bindparam("worker"),
        lease_until=bindparam("until"),
        tries=Message.tries + 1,
        version=Message.version + 1,
    )
    options = {"synchronize_session": False, "populate_existing": True}
    return leased.returning(Message).execution_options(**options)


_TAKE = _take()  # made once, as all that is asked for each mail


def _lease(message: Message, worker: str) -> Lease:
    writer = accounts.user_with_email(message.by) if message.by else None
    to_candidate = message.application_id is not None
    address = queries.address_of(message)
    return Lease(
        message.id,
        worker,
        message.tries,
        message.application_id,
        message.purpose,
        message.to_address,
        address.id if address else None,
        message.language,
        message.subject,
        message.body,
        message.message_id,
        message.is_automatic,
        writer.name if writer and to_candidate else "",
        queries.references(message) if to_candidate else (),
    )


# --- beginning -----------------------------------------------------------------------------------


def begin(lease: Lease, limits: Limits, doubt: Doubt, *, now: datetime, office: Office) -> bool:
    """Note that the transmission begins; false if the mail must not leave, or not now.

    The application is locked first, as whoever files an answer does: either the answer is seen
    here, or it came after this mail had begun to leave.
    """
    message, is_open = mine_and_open(lease, gates.facts(limits, now, office))
    if message is None:
        return False
    if not is_open:
        put_back(message)
        return False
    why = _suppressed(message) or doubt(message)
    if why and why not in HOLDS:
        message.why = why
        end(message, MessageState.CANCELLED, now)
        return False
    if why or (message.purpose in ONE_A_DAY and _may_have_answered(message)):
        message.send_after, message.why = now + HOUR, why or UNREAD
        put_back(message)
        return False
    if message.purpose in ONE_A_DAY and _wrote_today(message, now, office):
        message.send_after = limits.hours.next_open(
            office.start_of(office.day_of(now) + DAY), office
        )
        message.why = ONE_TODAY
        put_back(message)
        return False
    message.state = MessageState.BEGUN
    message.begun_at, message.lease_until = message.begun_at or now, now + LEASE
    db.session.flush()
    return True


def _suppressed(message: Message) -> str | None:
    """Why nothing goes to this address; who asked for a link at this moment is answered."""
    address = queries.address_of(message)
    if address is None or address.state is AddressState.GOOD:
        return None
    asked_for = message.purpose in JUST_ASKED_FOR
    return None if asked_for and address.state is AddressState.STOPPED else address.state.value


def _may_have_answered(message: Message) -> bool:
    """Whether a mail from an address of this candidate lies there that nobody could place yet."""
    theirs = select(Address.key).where(
        Address.candidate_id == message.about.candidate_id,
        Address.kind == AddressKind.EMAIL,
    )
    found = exists().where(Received.sender.in_(theirs), Received.state.in_(FOR_A_PERSON))
    return bool(db.session.scalar(select(found)))


def _wrote_today(message: Message, now: datetime, office: Office) -> bool:
    """Whether this candidate got such a mail today, for whatever application.

    The candidate's row is locked, so that of two workers the second sees what the first sends.
    """
    candidate_id = message.about.candidate_id
    db.session.execute(
        select(Candidate.id).where(Candidate.id == candidate_id).with_for_update(key_share=True)
    )
    today = office.start_of(office.day_of(now))
    theirs = select(Application.id).where(Application.candidate_id == candidate_id)
    left = (MessageState.BEGUN, MessageState.SENT, MessageState.UNKNOWN)
    found = exists().where(
        Message.application_id.in_(theirs),
        Message.id != message.id,
        Message.purpose.in_(ONE_A_DAY | {Purpose.WRITTEN}),
        Message.state.in_(left),
        func.coalesce(Message.finished_at, Message.begun_at) >= today,
    )
    return bool(db.session.scalar(select(found)))
