"""Texts of exit feedback that raised an alarm, for the one reader who gets them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from recruiting.accounts.rules import Actor
from recruiting.db import db
from recruiting.feedback.models import AnonymousAnswer, Answer, Invitation
from recruiting.feedback.rules import may_read_alarms
from recruiting.pipeline.models import Application


@dataclass(frozen=True)
class Confided:
    """What somebody wrote; without a name neither the application nor the moment is known."""

    answer: Answer | AnonymousAnswer
    application: Application | None = None
    at: datetime | None = None
    may_contact: bool = False


def confided(reader: Actor, trusted: str) -> list[Confided]:
    """All that is for this reader, what bears a name first, the newest of it on top."""
    found = [
        Confided(one, one.invitation.application, one.submitted_at, one.may_contact)
        for one in _named()
        if may_read_alarms(reader, trusted, concerned(one.invitation.application))
    ]
    if may_read_alarms(reader, trusted):
        question = select(AnonymousAnswer).where(AnonymousAnswer.raises_alarm)
        rows = db.session.scalars(question.order_by(AnonymousAnswer.id))
        found += [Confided(one) for one in rows]
    return found


def is_reader(reader: Actor, trusted: str) -> bool:
    """Whether anything of this kind may ever be for this reader: the page exists for them."""
    return may_read_alarms(reader, trusted) or bool(confided(reader, trusted))


def concerned(application: Application) -> frozenset[str]:
    """The mail addresses of those who have to do with an application now."""
    manager = application.manager.email if application.manager else None
    return frozenset(filter(None, (application.owner, manager)))


def _named() -> list[Answer]:
    whole = joinedload(Answer.invitation).joinedload(Invitation.application)
    question = (
        select(Answer)
        .where(Answer.raises_alarm)
        .order_by(Answer.submitted_at.desc(), Answer.id.desc())
        .options(
            whole.joinedload(Application.manager),
            whole.joinedload(Application.candidate),
            whole.joinedload(Application.job),
        )
    )
    return list(db.session.scalars(question))
