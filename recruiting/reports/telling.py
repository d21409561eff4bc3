"""Tell whoever reads what was confided that there is something to read; not what, nor since when.

One mail a day at most, in the morning, and only if something is there that was not there at the
last one. It is a reminder to a colleague like any other, but stands in nobody else's outbox. A mail
of ours belongs to an application; this one to the first that nobody was asked about, so that it
leads to no author.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import exists, select

from recruiting.accounts.models import User
from recruiting.db import db
from recruiting.feedback.models import Invitation
from recruiting.messages import services as messages
from recruiting.messages.models import Message
from recruiting.messages.rules import CONFIDED, Purpose
from recruiting.pipeline.models import Application
from recruiting.silence.attending import Letter
from recruiting.workdays import Office

DIGITS = 32
Writer = Callable[[User], Letter]


def tell(
    email: str, texts: Sequence[str], *, write: Writer, now: datetime, office: Office
) -> Message | None:
    """Write today's mail to a reader of these texts; none if they know of all, or of one today."""
    user = db.session.scalar(select(User).where(User.email == email).with_for_update())
    today = f"{CONFIDED}{office.day_of(now).isoformat()}/"
    digest = sha256("\n".join(texts).encode()).hexdigest()[:DIGITS]
    theirs = (Message.purpose == Purpose.REMINDER, Message.to_address == email)
    last = select(Message.occurrence).where(*theirs, Message.occurrence.startswith(CONFIDED))
    told = db.session.scalar(last.order_by(Message.id.desc()).limit(1)) or ""
    if user is None or told.startswith(today) or told.endswith(digest):
        return None
    application = _about_nobody()
    if application is None:
        return None
    letter = write(user)
    return messages.queue(
        application,
        Purpose.REMINDER,
        occurrence=f"{today}{user.id}/{digest}",
        to_address=letter.to_address,
        language=letter.language,
        subject=letter.subject,
        body=letter.body,
        by=letter.by,
        asks=False,
        is_automatic=True,
        now=now,
        domain=letter.domain,
    )


def _about_nobody() -> Application | None:
    was_asked = exists().where(Invitation.application_id == Application.id)
    return db.session.scalar(select(Application).order_by(was_asked.asc(), Application.id).limit(1))
