"""Mails with documents, as candidates send them, filed where they belong."""

from __future__ import annotations

import base64
from datetime import datetime
from urllib.parse import quote

from recruiting.db import db
from recruiting.messages.models import Received
from recruiting.messages.rules import ReceivedState
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Direction, Kind
from recruiting.privacy import documents
from tests import make
from tests.messages.mails import raw

PDF = b"%PDF-1.7 what only the candidate knows"
CANARY = b"CANARY-d41d8cd98f00b204"


def with_file(
    name: str = "Lebenslauf.pdf", octets: bytes = PDF, *, at: datetime, message_id: str = "a1@e.org"
) -> bytes:
    """A raw mail with one file."""
    coded = base64.b64encode(octets).decode()
    text = (
        "--=-b\nContent-Type: text/plain; charset=utf-8\n\nHere is my CV, with Grüßen.\n"
        "--=-b\nContent-Type: application/pdf\n"
        f"Content-Disposition: attachment; filename*=utf-8''{quote(name)}\n"
        f"Content-Transfer-Encoding: base64\n\n{coded}\n--=-b--"
    )
    kind = 'multipart/mixed; boundary="=-b"'
    return raw(text, at=at, message_id=message_id, Content_Type=kind)


def handed_in(
    application: Application,
    *,
    at: datetime,
    name: str = "Lebenslauf.pdf",
    octets: bytes = PDF,
    direction: Direction = Direction.IN,
    kind: Kind = Kind.MESSAGE,
    sender: str = "mina@example.org",
    sender_differs: bool = False,
    is_listed: bool = True,
    mail: bytes | None = None,
) -> Received:
    """A mail with a file (or the one given), filed with an application, its documents listed."""
    known_at = max(at, make.MONDAY)
    event = make.event(
        application, kind, at=at, now=known_at, direction=direction, awaits_reply=False
    )
    mail = mail or with_file(name, octets, at=at, message_id=f"m{event.id}@example.org")
    received = Received(
        source=f"hook:{event.id}",
        digest=f"{event.id:064d}",
        raw=mail,
        received_at=at,
        state=ReceivedState.FILED,
        sender=sender,
        why="",
        sender_differs=sender_differs,
        application_id=application.id,
        event_id=event.id,
        tries=0,
    )
    db.session.add(received)
    db.session.flush()
    while is_listed and documents.list_next(now=at):
        pass
    return received
