"""Questions about invitations: by application, by the link that a candidate opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from flask import current_app
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from config import Settings
from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.feedback.box import Box, unpacked
from recruiting.feedback.models import (
    BOX,
    AnonymousAnswer,
    Answer,
    AssumedReason,
    HeldAnswers,
    Invitation,
)
from recruiting.feedback.obstacles import Case, Obstacle, obstacle
from recruiting.feedback.rules import PLACE, Answers, unpack
from recruiting.feedback.sealing import unseal
from recruiting.jobs.models import Stage
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose
from recruiting.pipeline.models import Application, Event, Spell
from recruiting.pipeline.rules import OUTBOUND_TOUCHES, Direction, Kind, Outcome

_TAKEN_UP = OUTBOUND_TOUCHES - {Kind.MESSAGE}  # what we do makes an ended application active again


def ended_as(now: datetime | BindParameter[datetime]) -> ColumnElement[Outcome | None]:
    """How an application ended, as a question about feedback sees it at a moment.

    Who withdrew has withdrawn, also where they were hired inside and nobody told them: without the
    link that everybody gets who withdraws, they could tell. It is asked within the same statement
    for all, so that neither the time nor the number of questions tells.
    """
    last_word = (
        select(Event.kind)
        .where(
            Event.application_id == Application.id,
            Event.at <= now,
            or_(
                Event.kind.in_((Kind.WITHDRAWAL, Kind.REOPENED)),
                and_(Event.direction == Direction.OUT, Event.kind.in_(_TAKEN_UP)),
            ),
        )
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    withdrew = and_(Application.outcome == Outcome.HIRED, last_word == Kind.WITHDRAWAL)
    withdrawn = literal(Outcome.WITHDRAWN, Application.outcome.type)
    return case((withdrew, withdrawn), else_=Application.outcome)


_ANSWERED = (
    select(Answer)
    .where(Answer.invitation_id == bindparam("id"))
    .execution_options(populate_existing=True)
)


# A closing notice that left with the place of the link in its words.
_CARRIES = (
    Message.purpose == Purpose.CLOSING,
    Message.state == MessageState.SENT,
    Message.body.contains(PLACE, autoescape=True),
)


def invitation_of(application: Application) -> Invitation | None:
    """The invitation of an application, if it was ever prepared; revoked ones as well."""
    return db.session.scalar(select(Invitation).where(Invitation.application_id == application.id))


def went_on_since(invitation: Invitation) -> bool:
    """Whether it was somebody's turn after this invitation was made, as after a late reply."""
    turn = select(Spell.id).where(
        Spell.application_id == invitation.application_id, Spell.since > invitation.created_at
    )
    return bool(db.session.scalar(select(turn.exists())))


def answer_of(invitation_id: str) -> Answer | None:
    """What came back on an invitation with a name, as it stands now."""
    return db.session.scalar(_ANSWERED, {"id": invitation_id})


def said_in(answer: Answer | None) -> Answers:
    """What stands in an answer with a name; blank for none."""
    if answer is None:
        return Answers()
    return Answers(
        choice=answer.choice,
        until=answer.until,
        reasons=unpack(answer.reasons),
        other_reason=answer.other_reason,
        knew_next=answer.knew_next,
        again=answer.again,
        wish=answer.wish,
        may_contact=answer.may_contact,
    )


def assumed(application: Application) -> Sequence[AssumedReason]:
    """What colleagues thought, in the order in which they said so."""
    question = select(AssumedReason).where(AssumedReason.application_id == application.id)
    return db.session.scalars(question.order_by(AssumedReason.id)).all()


def sent_at(application: Application) -> datetime | None:
    """When a closing notice left last whose words hold the place of the link; none if none did.

    A colleague may have taken it out. From where something stood against asking as the mail left,
    the link fell away as well; that stands nowhere.

    Whether the link was opened is not written down anywhere.
    """
    return db.session.scalar(
        select(func.max(Message.finished_at)).where(
            Message.application_id == application.id,
            *_CARRIES,
        )
    )


def obstacle_to(application: Application, now: datetime) -> Obstacle | None:
    """What stands against preparing an invitation now, by all that stands written here.

    Asked of the rows anew, so that what was stored while we waited for a lock counts.
    """
    return obstacle(_case(application, _invited_at(application), now), now)


def open_invitation(application: Application, now: datetime) -> Invitation | None:
    """The invitation of an application that may be handed out or shown now; none without one."""
    found = invitation_of(application)
    return found if found and now <= found.expires_at and _holds(application, found, now) else None


def may_be_asked(application: Application) -> bool:
    """Whether there is an unused invitation, and nothing has come to stand against it."""
    found = invitation_of(application)
    return found is not None and _holds(application, found, found.expires_at)


def _holds(application: Application, found: Invitation, now: datetime) -> bool:
    """Of two that were prepared at the same time the earlier one holds."""
    if found.is_used or found.revoked_at is not None:
        return False
    theirs = _case(application, _invited_at(application, beside=found), now)
    return obstacle(theirs, found.created_at) is None


def _case(application: Application, invited_at: Collection[datetime], now: datetime) -> Case:
    question = (
        select(ended_as(now), Candidate.objected_at, Stage.invites)
        .join(Application.candidate)
        .join(Application.stage)
        .where(Application.id == application.id)
    )
    outcome, objected_at, invites = db.session.execute(question).one()
    theirs = Application.candidate_id == application.candidate_id
    runs = select(Application.id).where(
        theirs, Application.id != application.id, Application.outcome.is_(None)
    )
    runs_elsewhere = bool(db.session.scalar(select(runs.exists())))
    return Case(outcome, objected_at is not None, invites, runs_elsewhere, invited_at)


def _invited_at(
    application: Application, *, beside: Invitation | None = None
) -> Sequence[datetime]:
    """When the candidate was invited before, over all applications.

    One that was taken back counts where a mail had carried it. `beside` an invitation only the
    earlier ones of other applications count.
    """
    was_mailed = exists().where(
        Message.application_id == Invitation.application_id,
        *_CARRIES,
        Message.finished_at >= Invitation.created_at,
        or_(Invitation.revoked_at.is_(None), Message.finished_at <= Invitation.revoked_at),
    )
    question = (
        select(Invitation.created_at)
        .join(Invitation.application)
        .where(
            Application.candidate_id == application.candidate_id,
            or_(Invitation.revoked_at.is_(None), Invitation.is_used.is_(True), was_mailed),
        )
    )
    if beside is not None:
        is_earlier = or_(
            Invitation.created_at < beside.created_at,
            and_(
                Invitation.created_at == beside.created_at,
                Invitation.application_id < application.id,
            ),
        )
        question = question.where(Invitation.application_id != application.id, is_earlier)
    return db.session.scalars(question).all()


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
