"""Texts of exit feedback that raised an alarm, for the one reader who gets them.

What is told about them is never finer than a day: what came today is news tomorrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from recruiting.accounts import queries as accounts
from recruiting.accounts.rules import Actor
from recruiting.db import db
from recruiting.dialogues.models import Remark
from recruiting.feedback.models import AnonymousAnswer, Answer, Invitation
from recruiting.feedback.rules import alarm_readers, may_read_alarms
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
    here = at_work()
    found = [
        Confided(one, one.invitation.application, one.submitted_at, one.may_contact)
        for one in _named()
        if reader.email in _readers(here, trusted, one)
    ]
    if may_read_alarms(reader, trusted):
        question = select(AnonymousAnswer).where(AnonymousAnswer.raises_alarm)
        rows = db.session.scalars(question.order_by(AnonymousAnswer.id))
        found += [Confided(one) for one in rows]
    return found


def is_reader(reader: Actor, trusted: str) -> bool:
    """Whether anything of this kind may ever be for this reader: the page exists for them."""
    return may_read_alarms(reader, trusted) or bool(confided(reader, trusted))


def is_unreadable(trusted: str) -> bool:
    """Whether something was confided that nobody may read.

    Everybody who may stand in is concerned with an application, or the person of trust has no
    sign-in here.
    """
    here = at_work()
    if not all(_readers(here, trusted, one) for one in _named()):
        return True
    nameless = select(AnonymousAnswer.id).where(AnonymousAnswer.raises_alarm).limit(1)
    return not alarm_readers(here, trusted) and db.session.scalar(nameless) is not None


def to_read(trusted: str, *, today: date, begins: datetime) -> dict[str, list[str]]:
    """What there is to read, by the reader's mail address: one name for each text, in order.

    A text whose words were changed has another name.
    What came on the day of the office `today`, which begins at `begins`, is left out.
    """
    here = at_work()
    found: dict[str, list[str]] = {}
    for one in _named():
        if one.submitted_at < begins:
            for email in _readers(here, trusted, one):
                found.setdefault(email, []).append(_named_by(f"answer {one.id}", _words(one)))
    names = _nameless(today)
    for one in alarm_readers(here, trusted) if names else ():
        found.setdefault(one.email, []).extend(names)
    return {email: sorted(texts) for email, texts in found.items()}


def _nameless(today: date) -> list[str]:
    """One name for each text by nobody in particular, but for dialogues with words of today.

    Those words may be what raised the alarm. Then all of the dialogue is news tomorrow.
    """
    raised = select(AnonymousAnswer).where(AnonymousAnswer.raises_alarm)
    answers = {one.id: one for one in db.session.scalars(raised)}
    theirs = (Remark.answer_id.in_(answers), Remark.by.is_(None))
    remarks = db.session.scalars(select(Remark).where(*theirs)).all()
    fresh = {one.answer_id for one in remarks if one.said_on >= today}
    texts = [(f"nameless {one.id}", one.id, _words(one)) for one in answers.values()]
    texts += [(f"{one.answer_id} {one.number}", one.answer_id, one.text) for one in remarks]
    return [_named_by(name, words) for name, of, words in texts if of not in fresh]


def _words(answer: Answer | AnonymousAnswer) -> str:
    return f"{answer.other_reason}\n{answer.wish}"


def _named_by(name: str, words: str) -> str:
    """What a text is called, so that other words are another text."""
    return f"{name} {sha256(words.encode()).hexdigest()}"


def at_work() -> list[Actor]:
    """Everybody who can sign in."""
    return [
        Actor(one.id, one.email, one.name, one.role, one.language)
        for one in accounts.users()
        if one.disabled_at is None
    ]


def _readers(here: list[Actor], trusted: str, answer: Answer) -> list[str]:
    about = concerned(answer.invitation.application)
    return [one.email for one in alarm_readers(here, trusted, about)]


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
