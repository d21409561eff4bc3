"""Raw mails for tests, written out as they travel; and a world into which they come."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from sqlalchemy import select

from recruiting import incoming
from recruiting.db import db
from recruiting.messages import receiving, tokens
from recruiting.messages.models import Message, Received
from recruiting.messages.rules import MessageState, Purpose
from recruiting.pipeline.models import Application, Event
from tests import make
from tests.make import DAY, HOUR, MONDAY

OURS = "jobs@nordwind.example"
KEY = "a key for tests, long enough for anybody"
QUESTION_ID = "question.1@nordwind.example"
TUESDAY = MONDAY + DAY


def raw(
    text: str = "I am glad to come.",
    *,
    sender: str = "Mina Okafor <mina@example.org>",
    to: str = OURS,
    subject: str = "Re: Your application",
    message_id: str | None = "reply.1@example.org",
    at: datetime | None = TUESDAY,
    **headers: str,
) -> bytes:
    """A plain mail; further headers by name, `_` for `-`."""
    head = {"From": sender, "To": to, "Subject": subject}
    if message_id:
        head["Message-ID"] = f"<{message_id}>"
    if at:
        head["Date"] = format_datetime(at.astimezone(UTC))
    head |= {name.replace("_", "-"): value for name, value in headers.items()}
    head.setdefault("Content-Type", "text/plain; charset=utf-8")
    lines = [f"{name}: {value}" for name, value in head.items()]
    return "\r\n".join([*lines, "", *text.split("\n"), ""]).encode()


def bounce(failed: str = "mina@example.org", *, status: str = "5.1.1", **headers: str) -> bytes:
    """A report of delivery as RFC 3464 has it, returning the head of our question."""
    action = "failed" if status.startswith("5") else "delayed"
    text = f"""--=-b
Content-Type: text/plain

This is the mail system. Your message to <{failed}> is concerned.
--=-b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {failed}
Action: {action}
Status: {status}
--=-b
Content-Type: message/rfc822

From: {OURS}
To: {failed}
Subject: Your application
Message-ID: <{QUESTION_ID}>

When would you like to come?
--=-b--"""
    named = {
        "sender": "MAILER-DAEMON@mx.example.org",
        "subject": "Undelivered Mail Returned to Sender",
        "message_id": "bounce.1@mx.example.org",
        **headers,
    }
    kind = 'multipart/report; report-type=delivery-status; boundary="=-b"'
    return raw(text, Content_Type=kind, **named)  # type: ignore[arg-type]


def asked(email: str = "mina@example.org", *, external_id: str | None = QUESTION_ID) -> Application:
    """Somebody who applied, was asked on Monday, and has not answered."""
    found = make.application(make.candidate("Mina Okafor", email), at=MONDAY - 5 * DAY)
    make.event(found, at=MONDAY, subject="When would you like to come?", external_id=external_id)
    return found


def token_address(application: Application) -> str:
    """The reply address of an application."""
    return OURS.replace("@", f"+{tokens.sign([KEY], application.id)}@")


def follow_up(application: Application, number: int = 1, **more: object) -> Message:
    """A follow-up that waits in the outbox."""
    made = Message(
        **{
            "application": application,
            "purpose": Purpose.FOLLOW_UP,
            "occurrence": f"{number}",
            "to_address": application.candidate.addresses[0].value,
            "language": "en",
            "subject": "Still interested?",
            "body": "Are you still interested?",
            "message_id": f"follow-up.{application.id}.{number}@nordwind.example",
            "is_automatic": True,
            "asks": True,
            "state": MessageState.QUEUED,
            "queued_at": MONDAY,
            "send_after": MONDAY + 4 * DAY,
            "tries": 0,
            "why": "",
            **more,
        }
    )
    db.session.add(made)
    db.session.flush()
    return made


def come(octets: bytes, *, now: datetime = TUESDAY + HOUR, source: str = "") -> Received:
    """Let a mail come in and be filed; the row of it."""
    place = source or f"test:{len(octets)}:{hash(octets)}"
    receiving.store(octets, source=place, arrived_at=now, now=now)
    db.session.commit()
    file_all(now)
    return db.session.scalars(select(Received).order_by(Received.id.desc())).first()  # type: ignore[return-value]


def file_all(now: datetime = TUESDAY + HOUR) -> int:
    """File whatever is stored, as the worker does; how many mails were taken up."""
    number = 0
    while incoming.file_next(now):
        number += 1
    return number


def told(application: Application) -> list[Event]:
    """The events of an application, oldest first."""
    db.session.rollback()
    question = select(Event).where(Event.application_id == application.id)
    return list(db.session.scalars(question.order_by(Event.at, Event.id)))
