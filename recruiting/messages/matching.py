"""Whose mail it is: by the token it was written to, by the mail it answers, by its sender.

What none of these tells, a person says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind
from recruiting.db import db
from recruiting.messages import tokens
from recruiting.messages.models import Message, Received
from recruiting.messages.reading import BOUNCES, Mail
from recruiting.messages.rules import ReceivedState
from recruiting.pipeline.models import Application, Event


class How(StrEnum):
    """What told whose mail it is."""

    TOKEN = "token"  # noqa: S105 - a word, no secret
    THREAD = "thread"
    SENDER = "sender"
    PERSON = "person"


@dataclass(frozen=True)
class Match:
    """The application that a mail belongs to, and what makes one look twice."""

    application_id: int
    how: How
    sender_differs: bool


def match(mail: Mail, keys: Sequence[str]) -> Match | None:
    """The application that a mail belongs to; none where only a person can tell."""
    named, is_forged = _named(mail.envelope.recipients, keys)
    found = _there(named), How.TOKEN
    if found[0] is None:
        found = _by_thread(mail.in_reply_to), How.THREAD
    if found[0] is None:
        found = _by_sender(mail), How.SENDER
    application_id, how = found
    if application_id is None:
        return None
    # A mail system has an address of its own; by their own address they are known already.
    is_known = mail.mail_class in BOUNCES or how is How.SENDER
    differs = is_forged or not (is_known or _is_theirs(mail.envelope.sender, application_id))
    return Match(application_id, how, differs)


def is_forged(recipients: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether a mail was written to an address that looks like one of an application's and that
    was not made by us, and to none that was."""
    return _named(recipients, keys) == (None, True)


def _named(recipients: Sequence[str], keys: Sequence[str]) -> tuple[int | None, bool]:
    """(the application that a recipient's token names, whether one was forged)."""
    is_forged = False
    for recipient in recipients:
        token = recipient.partition("@")[0].rpartition("+")[2]
        if not tokens.looks_like_one(token):
            continue
        if (application_id := tokens.read(keys, token)) is not None:
            return application_id, False
        is_forged = True
    return None, is_forged


def _there(application_id: int | None) -> int | None:
    """The same application, if it exists still."""
    if application_id is None:
        return None
    return db.session.scalar(select(Application.id).where(Application.id == application_id))


def _by_thread(ids: Sequence[str]) -> int | None:
    """The application of the nearest mail that is answered: ours, one on a timeline, one filed."""
    if not ids:
        return None
    found: dict[str | None, int | None] = {}
    for source in (
        select(Received.message_id, Received.application_id).where(
            Received.message_id.in_(ids),
            Received.application_id.is_not(None),
            Received.state == ReceivedState.FILED,  # what is held only belongs to one
        ),
        select(Event.external_id, Event.application_id).where(Event.external_id.in_(ids)),
        select(Message.message_id, Message.application_id).where(Message.message_id.in_(ids)),
    ):
        found |= {row[0]: row[1] for row in db.session.execute(source)}
    return next((found[one] for one in ids if one in found), None)


def _by_sender(mail: Mail) -> int | None:
    """The one active application of whoever wrote, or of whom a bounce could not reach."""
    is_bounce = mail.mail_class in BOUNCES
    keys = mail.failed_recipients if is_bounce else [mail.envelope.sender or ""]
    owners = select(Address.candidate_id).where(
        Address.kind == AddressKind.EMAIL, Address.key.in_(keys)
    )
    active = db.session.scalars(
        select(Application.id)
        .where(Application.candidate_id.in_(owners), Application.outcome.is_(None))
        .limit(2)
    ).all()
    return active[0] if len(active) == 1 else None


def _is_theirs(sender: str | None, application_id: int) -> bool:
    """Whether a mail came from an address of the application's candidate."""
    question = (
        select(Address.id)
        .join(Application, Application.candidate_id == Address.candidate_id)
        .where(Application.id == application_id, Address.key == (sender or ""))
    )
    return db.session.scalar(question.limit(1)) is not None
