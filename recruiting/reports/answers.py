"""What candidates answered after the end: counts of stated reasons, scales, texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select

from recruiting.db import db
from recruiting.dialogues import queries as dialogues
from recruiting.feedback import queries as feedback
from recruiting.feedback.models import AnonymousAnswer, Answer, Invitation
from recruiting.feedback.rules import Reason, counted_until
from recruiting.reports.told import Tally, shown

MOST_TEXTS = 20


@dataclass(frozen=True)
class Answers:
    """All exit feedback: how many gave any, and what was said as far as it can be shown."""

    number: int  # of invitations that were used, whatever can be shown of them
    last_at: datetime | None  # of an answer with a name
    named: Tally | None  # none: too few
    anonymous: Tally | None


def answers(today: date, smallest: int) -> Answers:
    """Read every answer once and count; groups below `smallest` are none."""
    used = select(func.count()).select_from(Invitation).where(Invitation.is_used)
    newest = select(Answer).order_by(Answer.submitted_at.desc(), Answer.id.desc())
    named = db.session.scalars(newest).all()
    return Answers(
        db.session.scalar(used) or 0,
        named[0].submitted_at if named else None,
        shown(_tally(named), smallest),
        shown(_anonymous(counted_week(today, smallest)), smallest),
    )


def counted_week(today: date, smallest: int) -> date | None:
    """The last week whose anonymous answers a report of this day counts; none: too few."""
    return counted_until(feedback.weeks(), today, smallest)


def _anonymous(until: date | None) -> Tally:
    """The anonymous answers up to a week, in the order of their numbers."""
    if until is None:
        return Tally()
    question = select(AnonymousAnswer).where(AnonymousAnswer.week_on <= until)
    rows = db.session.scalars(question.order_by(AnonymousAnswer.id)).all()
    return replace(_tally(rows), dialogues=dialogues.results(until))


def _tally(rows: Sequence[Answer] | Sequence[AnonymousAnswer]) -> Tally:
    """Count; texts that raised an alarm are for another reader."""
    texts = [row for row in rows if not row.raises_alarm]
    return Tally(
        len(rows),
        Counter(row.choice for row in rows if row.choice is not None),
        Counter(Reason(code) for row in rows for code in row.reasons.split()),
        Counter(row.knew_next for row in rows if row.knew_next is not None),
        Counter(row.again for row in rows if row.again is not None),
        [row.other_reason for row in texts if row.other_reason][:MOST_TEXTS],
        [row.wish for row in texts if row.wish][:MOST_TEXTS],
    )
