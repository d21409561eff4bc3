"""Invitations to exit feedback, and what was answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recruiting.db import Base, enum_type
from recruiting.feedback.rules import Choice
from recruiting.pipeline.models import Application


class Invitation(Base):
    """The one signed, expiring link that asks a candidate whose application ended."""

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)  # 128 random bits or more
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    language: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()


class Answer(Base):
    """What a candidate answered; every item may be left out."""

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

    invitation: Mapped[Invitation] = relationship()
