"""Take the one step that an application needs: write, take back, or note when to look again.

Reads the timeline afresh, under the lock of the application's row, so that an answer of a second
ago wins. Sends nothing itself: what is written waits in the outbox, and exists only if the caller
commits. Never ends an application.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from recruiting.db import db
from recruiting.messages import services as messages
from recruiting.messages.models import Message
from recruiting.messages.rules import UNSENT, Purpose
from recruiting.pipeline.models import Application
from recruiting.silence import watches
from recruiting.silence.cases import case_of, written
from recruiting.silence.ladder import Case, Next, Step, Why, next_step, unwanted
from recruiting.silence.models import Watch
from recruiting.workdays import Office

PURPOSE_OF = {Step.FOLLOW_UP: Purpose.FOLLOW_UP, Step.CLOSE: Purpose.CLOSING}
OURS = frozenset({Purpose.FOLLOW_UP, Purpose.CLOSING, Purpose.DELAY})  # what this room writes


@dataclass(frozen=True, slots=True)
class Letter:
    """The text of a mail as it will leave, to whom, and in whose name."""

    to_address: str
    language: str
    subject: str
    body: str
    by: str | None
    domain: str

    @property
    def named(self) -> dict[str, Any]:
        """What the outbox takes of it by name; in whose name it leaves is for the writer to say."""
        said = ("to_address", "language", "subject", "body", "domain")
        return {name: getattr(self, name) for name in said}


# Makes the text of a step; links and settings are known at the edge alone.
Writer = Callable[[Application, Next], Letter]


def claim(application_id: int, now: datetime) -> Application | None:
    """Lock an application that is to be attended to; none if somebody else has it, or had it."""
    application = db.session.scalar(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update(of=Application, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if application is None:
        return None
    watch = db.session.get(Watch, application_id, populate_existing=True)
    return application if watches.is_open(watch, application.version, now) else None


def attend(application: Application, *, write: Writer, now: datetime, office: Office) -> Next:
    """Take the one step that a locked application needs at `now`; the step that it took.

    Whatever has not left and is pointless by now is taken back first.
    """
    case = case_of(application, now, office)
    if case is None:
        _note(application, None, None)
        return Next(Step.WAIT, Why.NOT_DUE)
    if take_back(application, case, now, office):
        case = case_of(application, now, office) or case
    taken = next_step(case, now, office)
    if taken.step not in watches.WRITES:
        _note(application, case, taken)
        return taken
    _write(application, taken, write, now)
    after = case_of(application, now, office) or case
    _note(application, after, next_step(after, now, office))
    return taken


def _write(application: Application, step: Next, write: Writer, now: datetime) -> None:
    letter = write(application, step)
    is_follow_up = step.step is Step.FOLLOW_UP
    messages.queue(
        application,
        PURPOSE_OF[step.step],
        occurrence=step.occurrence,
        by=letter.by,
        asks=is_follow_up,
        is_automatic=step.by_itself,
        now=now,
        drafted=not step.by_itself,
        **letter.named,
    )


def _note(application: Application, case: Case | None, step: Next | None) -> None:
    known = {application.id: case} if case else {}
    watches.write({application.id: application.version}, {application.id: step}, known)


def take_back(application: Application, case: Case, now: datetime, office: Office) -> int:
    """Cancel what has not left and must not leave any more; says how many."""
    reasons: dict[Purpose, Why] = {}
    for one in case.written:
        if one.state in UNSENT and (why := unwanted(one, case, now, office)):
            reasons.setdefault(one.purpose, why)
    return sum(
        messages.cancel_unsent(application, {purpose}, why=why.value, now=now)
        for purpose, why in reasons.items()
    )


def take_back_now(application: Application, now: datetime, office: Office) -> int:
    """The same right after somebody changed a timeline, so that no page shows what is pointless.

    Costs one question where nothing of ours waits.
    """
    waits = select(Message.id).where(
        Message.application_id == application.id,
        Message.state.in_(UNSENT),
        Message.purpose.in_(OURS),
    )
    if db.session.scalar(waits.limit(1)) is None:
        return 0
    case = case_of(application, now, office)
    return take_back(application, case, now, office) if case else 0


def still_wanted(message: Message, now: datetime, office: Office) -> str | None:
    """Why a mail must not leave any more, none while it may: the journal is asked once more.

    For whoever delivers, right before a mail leaves, and for whoever approves it.
    """
    if message.purpose not in OURS:
        return None
    case = case_of(message.about, now, office)
    why = unwanted(written(message), case, now, office) if case else Why.NOT_DUE
    return why.value if why else None
