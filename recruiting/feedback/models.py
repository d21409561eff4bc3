"""Invitations to exit feedback, and what was answered: with a name, or by nobody in particular.

What is anonymous has no foreign key, no number that counts up and no time of its own: see
`anonymous.py` for what that is good for.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recruiting.db import Base, enum_type
from recruiting.feedback.rules import Choice, Reason
from recruiting.pipeline.models import Application

BOX = "box"  # the id of the one row of held answers


class Invitation(Base):
    """The one signed, expiring link that asks a candidate whose application ended."""

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)  # 128 random bits or more
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    language: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    is_used: Mapped[bool] = mapped_column(default=False)  # when, only an answer with a name says
    revoked_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()


class Answer(Base):
    """What a candidate answered with their name; every item may be left out."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("knew_next BETWEEN 1 AND 5", name="knew_next_scale"),
        CheckConstraint("again BETWEEN 1 AND 5", name="again_scale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id"), unique=True)
    submitted_at: Mapped[datetime]
    choice: Mapped[Choice | None] = mapped_column(enum_type(Choice))
    until: Mapped[date | None]  # with "more time"
    reasons: Mapped[str] = mapped_column(String(60))  # codes, space between; at most two
    other_reason: Mapped[str] = mapped_column(String(200))
    knew_next: Mapped[int | None]
    again: Mapped[int | None]
    wish: Mapped[str] = mapped_column(String(500))
    may_contact: Mapped[bool]
    raises_alarm: Mapped[bool] = mapped_column(default=False)  # its words are for one reader alone
    has_acted: Mapped[bool] = mapped_column(default=False)  # the first item, on the application

    invitation: Mapped[Invitation] = relationship()


class HeldAnswers(Base):
    """The box of anonymous answers that wait for others: one row, sealed as a whole."""

    __tablename__ = "held_answers"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # see `box.py` and `sealing.py`


class AnonymousAnswer(Base):
    """What somebody answered, released in a batch; on SQLite the order is that of the numbers."""

    __tablename__ = "anonymous_answer"
    __table_args__ = (
        CheckConstraint("knew_next BETWEEN 1 AND 5", name="knew_next_scale"),
        CheckConstraint("again BETWEEN 1 AND 5", name="again_scale"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # 128 random bits
    week_on: Mapped[date]  # the Monday after its batch was released
    choice: Mapped[Choice | None] = mapped_column(enum_type(Choice))
    reasons: Mapped[str] = mapped_column(String(60))
    other_reason: Mapped[str] = mapped_column(String(200))
    knew_next: Mapped[int | None]
    again: Mapped[int | None]
    wish: Mapped[str] = mapped_column(String(500))
    raises_alarm: Mapped[bool]
    alarm_on: Mapped[date | None]  # where a remark raised it, and not the words here: its day
    key_hash: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)  # `keys.py`


class AssumedReason(Base):
    """What a colleague thinks weighed most; added, never edited, and never mixed with `Answer`."""

    __tablename__ = "assumed_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    reason: Mapped[Reason] = mapped_column(enum_type(Reason))
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]
