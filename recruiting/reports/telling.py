"""Tell whoever reads what was confided that there is something to read; not what, nor since when.

One mail a day at most, in the morning, and only if something is there that no mail before has told
of. It is a reminder to a colleague like any other, about no application, so that it leads to no
author, and stands in nobody else's outbox.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from recruiting.accounts.models import User
from recruiting.db import db
from recruiting.messages import services as messages
from recruiting.messages.models import Message
from recruiting.messages.rules import CONFIDED, Purpose
from recruiting.silence.attending import Letter
from recruiting.workdays import Office

MARK = 5  # letters of six bits that stand for a text that was told: a billion marks
LONGEST = 80  # of an occurrence
Writer = Callable[[User], Letter]


def tell(
    email: str, texts: Sequence[str], *, write: Writer, now: datetime, office: Office
) -> Message | None:
    """Write today's mail to a reader of these texts; none if they know of all, or of one today.

    The mail keeps a mark of each text that is new in it. Those that find no room are told the
    next morning; a text that goes away is no news.
    """
    user = db.session.scalar(select(User).where(User.email == email).with_for_update())
    if user is None:
        return None
    today = f"{CONFIDED}{office.day_of(now).isoformat()}/"
    theirs = (Message.purpose == Purpose.REMINDER, Message.to_address == email)
    question = select(Message.occurrence).where(*theirs, Message.occurrence.startswith(CONFIDED))
    told = db.session.scalars(question).all()
    known = {mark for occurrence in told for mark in _marks_in(occurrence)}
    new = [mark for mark in map(_mark, texts) if mark not in known]
    if not new or any(occurrence.startswith(today) for occurrence in told):
        return None
    letter = write(user)
    return messages.queue(
        None,
        Purpose.REMINDER,
        occurrence=_occurrence(f"{today}{user.id}/", new),
        by=letter.by,
        asks=False,
        is_automatic=True,
        now=now,
        **letter.named,
    )


def _mark(text: str) -> str:
    return urlsafe_b64encode(sha256(text.encode()).digest())[:MARK].decode()


def _occurrence(which: str, marks: Sequence[str]) -> str:
    return which + "".join(marks[: (LONGEST - len(which)) // MARK])


def _marks_in(occurrence: str) -> list[str]:
    marks = occurrence.split("/", 3)[3]
    return [marks[at : at + MARK] for at in range(0, len(marks), MARK)]
