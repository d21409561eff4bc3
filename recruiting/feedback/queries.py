"""Questions about invitations: by application, by the link that a candidate opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from flask import current_app
from sqlalchemy import Connection, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager

from config import Settings
from recruiting import links
from recruiting.db import db
from recruiting.errors import BadLink
from recruiting.feedback.box import Box, unpacked
from recruiting.feedback.models import (
    BOX,
    AnonymousAnswer,
    Answer,
    AssumedReason,
    HeldAnswers,
    Invitation,
)
from recruiting.feedback.rules import INVITED, PURPOSE
from recruiting.feedback.sealing import unseal
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose
from recruiting.pipeline.models import Application

# Made once: every look at the page asks this.
OPENED = (
    select(Invitation)
    .join(Invitation.application)
    .join(Application.job)
    .join(Application.candidate)
    .where(
        Invitation.id == bindparam("id"),
        Invitation.revoked_at.is_(None),
        or_(Invitation.is_used.is_(True), Application.outcome.in_(INVITED)),
    )
    .options(
        contains_eager(Invitation.application).options(
            contains_eager(Application.job), contains_eager(Application.candidate)
        )
    )
)


def invitation_of(application: Application) -> Invitation | None:
    """The invitation of an application, if it was ever prepared; revoked ones as well."""
    return db.session.scalar(select(Invitation).where(Invitation.application_id == application.id))


def answer_of(invitation: Invitation) -> Answer | None:
    """What came back on an invitation."""
    return db.session.scalar(select(Answer).where(Answer.invitation_id == invitation.id))


def assumed(application: Application) -> Sequence[AssumedReason]:
    """What colleagues thought, in the order in which they said so."""
    question = select(AssumedReason).where(AssumedReason.application_id == application.id)
    return db.session.scalars(question.order_by(AssumedReason.id)).all()


def sent_at(application: Application) -> datetime | None:
    """When a mail of ours that holds the link left last; none if none did.

    Whether the link was opened is not written down anywhere.
    """
    return db.session.scalar(
        select(func.max(Message.finished_at)).where(
            Message.application_id == application.id,
            Message.purpose == Purpose.CLOSING,
            Message.state == MessageState.SENT,
        )
    )


def link_to(application_id: int) -> str | None:
    """The same for an application; none without an invitation that is open."""
    question = select(Invitation).where(
        Invitation.application_id == application_id,
        Invitation.is_used.is_(False),
        Invitation.revoked_at.is_(None),
    )
    found = db.session.scalar(question)
    return link_for(found) if found else None


def link_for(invitation: Invitation) -> str:
    """The whole address that a candidate opens; its host comes from the settings alone."""
    token = links.sign(_settings().keys, PURPOSE, invitation.id, expires_at=invitation.expires_at)
    return f"{_settings().home}/feedback/{token}"


def invited_by(token: str, now: datetime) -> Invitation:
    """The invitation behind a link; `BadLink` if the link opens nothing, whatever the reason.

    It opens nothing while the application is active again, by whatever way it was reopened.
    """
    link = links.read(_settings().keys, PURPOSE, token, now=now)
    invitation = db.session.scalar(OPENED, {"id": link.id})
    if invitation is None:
        raise BadLink
    return invitation


def weeks(by: Connection | None = None) -> dict[date, int]:
    """How many anonymous answers bear each week; `by` is a connection beside the session's."""
    question = select(AnonymousAnswer.week_on, func.count().label("number")).group_by(
        AnonymousAnswer.week_on
    )
    rows = by.execute(question) if by else db.session.execute(question)
    return {row.week_on: row.number for row in rows}


def read_from(
    key_hashes: Collection[str], *, today: date, by: Connection | None = None
) -> date | None:
    """The Monday before which what was said with a key is not read; none if it is not held.

    `by` is a connection beside the session's.
    """
    question = select(HeldAnswers.sealed).where(HeldAnswers.id == BOX)
    sealed = by.scalar(question) if by else db.session.scalar(question)
    box = unpacked(unseal(_settings().keys, sealed)) if sealed else Box()
    is_held = any(one.key_hash in key_hashes for one in box.answers if one.key_hash)
    return box.earliest(today) if is_held else None


def _settings() -> Settings:
    return current_app.extensions["settings"]
