"""Mails that the ladder has written and a person reads before they leave: the batch of the day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.errors import Missing, Refused
from recruiting.messages import services as messages
from recruiting.messages.models import Message
from recruiting.messages.rules import HOLDS, UNSENT, MessageState, Purpose
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Turn
from recruiting.silence.attending import OURS, Letter, still_wanted
from recruiting.silence.cases import case_of, cases_of, written
from recruiting.silence.ladder import Reach, Why, delay_occurrence, unwanted
from recruiting.silence.rules import standing_at
from recruiting.workdays import DAY, Office

LONGEST_PROMISE = 92 * DAY
MOST_AT_ONCE = 50  # on one page, and in one click
DRAFTS = frozenset({Purpose.FOLLOW_UP, Purpose.CLOSING})


@dataclass(slots=True)
class Approved:
    """What became of the mails that a person let go: they leave, are pointless, must not leave,
    were changed."""

    leave: list[Message] = field(default_factory=list)
    pointless: list[tuple[Message, Why]] = field(default_factory=list)
    doubted: list[tuple[Message, str]] = field(default_factory=list)
    changed: int = 0


# Why nothing must leave for some applications, by their ids, as the rooms to the right know it.
Doubts = Callable[[Collection[int]], Mapping[int, str]]


def no_doubts(_application_ids: Collection[int]) -> Mapping[int, str]:
    """Nothing is known that speaks against a mail."""
    return {}


def drafts(now: datetime, *, held: bool = False) -> Sequence[Message]:
    """The drafted mails, those that wait longest first; `held` ones rest until their moment."""
    rests = Message.send_after > now if held else Message.send_after <= now
    found = db.session.scalars(
        select(Message)
        .where(*_drafted(), rests)
        .options(*_shown())
        .order_by(Message.send_after if held else Message.queued_at, Message.id)
        .limit(MOST_AT_ONCE)
    )
    return found.all()


def in_order(found: Sequence[Message], now: datetime, office: Office) -> list[Message]:
    """Those drafted mails that may still leave; the journal is asked once for all of them."""
    known = cases_of([one.about for one in found], now, office)
    return [
        one
        for one in found
        if (case := known.get(one.about.id)) and unwanted(written(one), case, now, office) is None
    ]


def by_application(now: datetime) -> dict[int, int]:
    """The drafted mails that wait for a person, by the ids of their applications."""
    question = select(Message.application_id, Message.id).where(
        *_drafted(), Message.send_after <= now
    )
    rows = db.session.execute(question)
    # Only a mail to a colleague is about no application, and none of these is; types cannot tell.
    return {key: message_id for key, message_id in rows if key is not None}


def on_their_way(application_ids: Collection[int]) -> dict[int, Message]:
    """The mail of ours that waits to leave, by the ids of some applications."""
    question = select(Message).where(
        Message.application_id.in_(application_ids),
        Message.state == MessageState.QUEUED,
        Message.purpose.in_(OURS | {Purpose.WRITTEN}),
    )
    found = db.session.scalars(question.order_by(Message.send_after.desc()))
    # Whatever is asked for by its application has one; types cannot tell.
    return {one.application_id: one for one in found if one.application_id is not None}


def _drafted() -> tuple[ColumnElement[bool], ...]:
    return Message.state == MessageState.DRAFTED, Message.purpose.in_(DRAFTS)


def _shown() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Message.application)
        .joinedload(Application.candidate)
        .selectinload(Candidate.addresses),
        joinedload(Message.application).joinedload(Application.job),
        joinedload(Message.application).joinedload(Application.stage),
    )


def draft(message_id: int) -> Message:
    """One drafted mail; `Missing` if there is none any more."""
    question = select(Message).where(Message.id == message_id, *_drafted())
    found = db.session.scalar(question.options(*_shown()))
    if found is None:
        raise Missing
    return found


def waiting(application: Application) -> Sequence[Message]:
    """What was written for an application and has not left yet."""
    question = select(Message).where(
        Message.application_id == application.id,
        Message.state.in_(UNSENT),
        Message.purpose.in_(OURS | {Purpose.WRITTEN}),
    )
    return db.session.scalars(question.order_by(Message.id)).all()


def approve(
    chosen: Mapping[int, int],
    *,
    by: str,
    now: datetime,
    office: Office,
    doubts: Doubts = no_doubts,
) -> Approved:
    """Let drafted mails leave that a person has read; `chosen` maps their ids to versions.

    The journal is asked again for each: one that is pointless by now is taken back instead. One
    that is in `doubts` stays drafted, or is taken back if nothing can follow.
    """
    result, found = Approved(), _locked(chosen)
    reasons = doubts([one.about.id for one in found])
    for message in found:
        if message.version != chosen[message.id] or message.state is not MessageState.DRAFTED:
            continue
        if (why := still_wanted(message, now, office)) is not None:
            messages.cancel_unsent(message.about, {message.purpose}, why=why, now=now)
            result.pointless.append((message, Why(why)))
        elif (doubt := reasons.get(message.about.id)) is not None:
            if doubt not in HOLDS:
                messages.cancel_unsent(message.about, {message.purpose}, why=doubt, now=now)
            result.doubted.append((message, doubt))
        else:
            messages.approve(message, by=by, now=now)
            result.leave.append(message)
    told = len(result.leave) + len(result.pointless) + len(result.doubted)
    result.changed = len(chosen) - told
    return result


def _locked(message_ids: Collection[int]) -> list[Message]:
    """Messages whose applications nobody else changes; applications are locked first."""
    ids = select(Message.application_id).where(Message.id.in_(message_ids), *_drafted())
    lock = select(Application.id).where(Application.id.in_(ids)).order_by(Application.id)
    db.session.execute(lock.with_for_update(of=Application)).all()
    question = select(Message).where(Message.id.in_(message_ids), *_drafted()).order_by(Message.id)
    question = question.options(joinedload(Message.application))
    return list(db.session.scalars(question.execution_options(populate_existing=True)))


def skip(message: Message, *, reason: str, by: str, now: datetime) -> None:
    """Do without a drafted mail, for a reason; the ladder does not write it again."""
    if not reason.strip():
        raise Refused(_("Please say in a word why: colleagues read it."))
    # Never one of the words that a machine uses, however short it is.
    messages.cancel(message, by=by, why=f"skipped: {reason.strip()}", now=now)


def tell_delay(
    application: Application,
    letter: Letter,
    promised_at: datetime,
    *,
    by: str,
    now: datetime,
    office: Office,
) -> Message:
    """Tell a candidate until when our answer takes, as a colleague promises with one click."""
    case = case_of(application, now, office)
    reach = case.reach if case else Reach(mail=False)
    standing = standing_at(application, now)
    if standing.turn is Turn.CANDIDATE or standing.due_at is None:
        raise Refused(_("The next word is not ours, so there is nothing to be late with."))
    if reach.stopped or not reach.mail:
        raise Refused(_("This candidate cannot be reached by mail."))
    if promised_at <= now:
        raise Refused(_("Please choose a day in the future."))
    if promised_at > now + LONGEST_PROMISE:
        raise Refused(_("Please choose a day within three months."))
    messages.cancel_unsent(application, {Purpose.DELAY}, why=Why.REPLACED.value, now=now)
    message = messages.queue(
        application,
        Purpose.DELAY,
        occurrence=delay_occurrence(standing.since, promised_at),
        by=by,
        asks=False,
        is_automatic=False,
        promised_at=promised_at,
        now=now,
        **letter.named,
    )
    if message is None:
        raise Refused(_("They have been told of this day already."))
    return message
