"""Verbs on messages of ours that have not left yet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from recruiting.db import db
from recruiting.messages.models import Message
from recruiting.messages.rules import UNSENT, MessageState, Purpose
from recruiting.pipeline.models import Application


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
