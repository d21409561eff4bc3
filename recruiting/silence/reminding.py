"""Tell colleagues of promises that are due: one mail a day for each, with all of them.

An application stands in it on the day by whose end our promise is over, one and three working
days later, and then once more for a lead. Who was not told on a day, since no worker ran, is told
on the next such day only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from recruiting.accounts import queries as accounts
from recruiting.accounts.models import User
from recruiting.accounts.rules import ROLE_PERMISSIONS, Permission, Role
from recruiting.db import db
from recruiting.messages import services as messages
from recruiting.messages.models import Message
from recruiting.messages.rules import Purpose
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Turn
from recruiting.silence.attending import Letter
from recruiting.silence.ladder import Reminder, reminder_days
from recruiting.silence.rules import standing_at
from recruiting.workdays import DAY, Office

LONGEST_BACK = 30 * DAY  # five working days are never longer ago


@dataclass(frozen=True, slots=True)
class Owed:
    """An application to whose candidate we owe a word, and which reminder that is today."""

    application: Application
    due_at: datetime
    reminder: Reminder


Writer = Callable[[User, Sequence[Owed]], Letter]


def owed_today(
    now: datetime, office: Office, *, lead: str = "", among: Collection[int] | None = None
) -> dict[int, list[Owed]]:
    """Whom to remind of what today, by the colleague's id; nobody on a closed day.

    `lead` is the address of who is told where the owner was not enough. With `among` only of these
    applications.
    """
    today = office.day_of(now)
    if not office.is_open(today):
        return {}
    owners, in_the_end = _owners(), _lead(lead)
    found: defaultdict[int, list[Owed]] = defaultdict(list)
    for application in _candidates(now, office, among):
        standing = standing_at(application, now)
        if standing.turn is Turn.CANDIDATE or standing.due_at is None:
            continue
        days = dict(reversed(reminder_days(standing.due_at, office)))
        if (which := days.get(today)) is None:
            continue
        owner = owners.get(application.owner or "")
        told = owner if owner is not None and which is not Reminder.LEAD else in_the_end
        if told is not None:
            found[told.id].append(Owed(application, standing.due_at, which))
    return {key: sorted(rows, key=lambda row: row.due_at) for key, rows in found.items()}


def remind(
    user_id: int, owed: Sequence[Owed], *, write: Writer, now: datetime, office: Office
) -> Message | None:
    """Write today's one mail to a colleague; none if it is written, or somebody else writes it."""
    question = select(User).where(User.id == user_id).with_for_update(skip_locked=True)
    user = db.session.scalar(question)
    if user is None or not owed:
        return None
    occurrence = f"{office.day_of(now).isoformat()}/{user_id}"
    is_written = exists().where(
        Message.purpose == Purpose.REMINDER, Message.occurrence == occurrence
    )
    if db.session.scalar(select(is_written)):
        return None
    letter = write(user, owed)
    return messages.queue(
        None,
        Purpose.REMINDER,
        occurrence=occurrence,
        by=letter.by,
        asks=False,
        is_automatic=True,
        now=now,
        **letter.named,
    )


def _candidates(now: datetime, office: Office, among: Collection[int] | None) -> list[Application]:
    """Active applications whose promise ends about now; rows that are behind as they will be."""
    until = office.start_of(office.day_of(now) + DAY)
    question = (
        select(Application)
        .where(Application.outcome.is_(None), or_(_ends(now, until), timelines.is_behind(now)))
        .options(
            joinedload(Application.candidate),
            joinedload(Application.job),
            joinedload(Application.stage),
        )
        .order_by(Application.id)
    )
    if among is not None:
        question = question.where(Application.id.in_(among))
    found = list(db.session.scalars(question))
    timelines.catch_up(found, office, now)
    pipeline.load_addresses_of_nameless(found)
    return [one for one in found if one.outcome is None and one.job.closed_at is None]


def _ends(now: datetime, until: datetime) -> ColumnElement[bool]:
    since = now - LONGEST_BACK
    ours = and_(Application.turn != Turn.CANDIDATE, Application.due_at.between(since, until))
    return or_(ours, Application.met_due_at.between(since, until))


def _owners() -> dict[str, User]:
    return {user.email: user for user in pipeline.colleagues()}


def _sees_all(user: User) -> bool:
    return Permission.SEE_APPLICATIONS in ROLE_PERMISSIONS[user.role]


def _lead(named: str) -> User | None:
    """Who is told after the owner: whom the installation names, else the first administrator.

    Somebody who does not see applications is told of none.
    """
    user = accounts.user_with_email(named) if named else None
    if user is not None and user.disabled_at is None and _sees_all(user):
        return user
    question = select(User).where(User.role == Role.ADMIN, User.disabled_at.is_(None))
    return db.session.scalar(question.order_by(User.id).limit(1))
