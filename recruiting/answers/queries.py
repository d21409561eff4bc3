"""What a link opens, and which answer holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from recruiting import links
from recruiting.answers.outside import Outside, outside
from recruiting.answers.rules import Given, Purpose, choice_of, number_in
from recruiting.candidates.models import Address
from recruiting.db import db
from recruiting.errors import BadLink
from recruiting.feedback.items import may_change
from recruiting.feedback.models import Answer, Invitation
from recruiting.feedback.opening import link_for
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import OUTBOUND_TOUCHES, Direction, Kind, Outcome
from recruiting.pipeline.timelines import catch_up
from recruiting.privacy.queries import Held
from recruiting.workdays import Office

ANSWERS, WISHES = "answer:%", "wish:%"
# Asked alike of every application, so that how much is asked tells nothing.
_BEGUN = (
    select(Answer)
    .join(Answer.invitation)
    .where(Invitation.application_id == bindparam("id"), Invitation.revoked_at.is_(None))
    .options(contains_eager(Answer.invitation))
)
DEAD_ONCE_HIRED = frozenset({Purpose.REOPEN, Purpose.STATUS})


def application_behind(
    purpose: Purpose,
    token: str,
    *,
    keys: list[str],
    now: datetime,
    office: Office,
    locked: bool = False,
) -> tuple[Application, Outside]:
    """The application that a link opens, and what its candidate may know of it.

    `BadLink` if it opens nothing, whatever the reason. Of somebody who was told that they are
    hired nothing is opened again. With `locked` nobody else changes the application until the
    caller's transaction ends.
    """
    question = (
        select(Application)
        .join(Application.candidate)
        .join(Application.job)
        .where(Application.id == _thing(purpose, token, keys, now))
        .options(contains_eager(Application.candidate), contains_eager(Application.job))
        .execution_options(populate_existing=locked)
    )
    if locked:
        question = question.with_for_update(of=Application)
    found = db.session.scalar(question)
    if found is None:
        raise BadLink
    catch_up([found], office, now)
    seen = outside(found, now, office)
    if seen.outcome is Outcome.HIRED and purpose in DEAD_ONCE_HIRED:
        raise BadLink
    return found, seen


def application_once_behind(
    purpose: Purpose, token: str, *, keys: list[str], now: datetime, office: Office
) -> Application | None:
    """The application of a link that we signed, however long ago; none of any other."""
    try:
        number = number_in(links.read_whenever(keys, purpose.value, token).id)
    except BadLink:
        return None
    found = db.session.get(Application, number) if number is not None else None
    if found is None or outside(found, now, office).outcome is Outcome.HIRED:
        return None
    return found


def address_behind(token: str, *, keys: list[str], now: datetime) -> Address:
    """The address that a link of its owner stops; `BadLink` if the link opens nothing."""
    question = (
        select(Address)
        .where(Address.id == _thing(Purpose.STOP, token, keys, now))
        .options(joinedload(Address.candidate, innerjoin=True))
    )
    found = db.session.scalar(question)
    if found is None:
        raise BadLink
    return found


def _thing(purpose: Purpose, token: str, keys: list[str], now: datetime) -> int:
    number = number_in(links.read(keys, purpose.value, token, now=now).id)
    if number is None:
        raise BadLink
    return number


def given(application: Application, office: Office, now: datetime) -> Given | None:
    """The answer by a link that holds: the last one, unless a touch of ours has followed it."""
    is_ours = and_(Event.direction == Direction.OUT, Event.kind.in_(OUTBOUND_TOUCHES))
    event = db.session.scalar(
        select(Event)
        .where(
            Event.application_id == application.id,
            Event.at <= now,
            or_(Event.external_id.like(ANSWERS), is_ours),
        )
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(1)
    )
    choice = choice_of(event.external_id) if event else None
    if event is None or choice is None:
        return None
    until = office.last_day(event.due_at) if event.kind is Kind.MESSAGE and event.due_at else None
    return Given(choice, event.at, until, event.body)


def taken_up(application_id: int, since: datetime, now: datetime) -> bool:
    """Whether a touch of ours has followed a moment, and what they said by a link since then.

    Touches alone count, which the candidate knows of: what we decide in silence must not show.
    """
    is_ours = and_(Event.direction == Direction.OUT, Event.kind.in_(OUTBOUND_TOUCHES))
    by_link = or_(Event.external_id.like(ANSWERS), Event.external_id.like(WISHES))
    last = db.session.scalar(
        select(Event.direction)
        .where(
            Event.application_id == application_id,
            Event.at > since,
            Event.at <= now,
            or_(by_link, is_ours),
        )
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(1)
    )
    return last is Direction.OUT


def came_at(seen: Outside, documents: Iterable[Held]) -> list[datetime]:
    """When what we hold of a candidate's came in: their words, and their documents.

    A mail is dated by its sender, so its documents tell when it was here.
    """
    return [*(one.at for one in seen.theirs), *(one.received_at for one in documents)]


def begun_feedback(application: Application, now: datetime) -> str | None:
    """The link to what a candidate answered with their name, while they can change it."""
    begun = db.session.scalar(_BEGUN, {"id": application.id})
    if begun is None or not may_change(begun.submitted_at, now):
        return None
    return link_for(begun.invitation) if now <= begun.invitation.expires_at else None
