"""What candidates answered after the end: counts of stated reasons, scales, wishes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from recruiting.db import db
from recruiting.feedback.models import Answer
from recruiting.feedback.rules import Choice, Reason

MOST_WISHES = 20


@dataclass(frozen=True)
class Answers:
    """All exit feedback together; who said what is not in here."""

    number: int
    last_at: datetime | None
    choices: Counter[Choice]
    reasons: Counter[Reason]
    knew_next: Counter[int]
    again: Counter[int]
    wishes: list[str]  # newest first


def answers() -> Answers:
    """Read every answer once and count."""
    rows = db.session.execute(
        select(
            Answer.submitted_at,
            Answer.choice,
            Answer.reasons,
            Answer.knew_next,
            Answer.again,
            Answer.wish,
        ).order_by(Answer.submitted_at.desc(), Answer.id.desc())
    ).all()
    return Answers(
        len(rows),
        rows[0].submitted_at if rows else None,
        Counter(row.choice for row in rows if row.choice is not None),
        Counter(Reason(code) for row in rows for code in row.reasons.split()),
        Counter(row.knew_next for row in rows if row.knew_next is not None),
        Counter(row.again for row in rows if row.again is not None),
        [row.wish for row in rows if row.wish][:MOST_WISHES],
    )
