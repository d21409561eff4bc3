"""Documents by name, wishes to erase, and consents to be asked again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recruiting.db import Base, enum_type
from recruiting.messages.models import Received
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from recruiting.privacy.rules import Decision


class Inventory(Base):
    """One mail whose documents were listed, once; the files themselves stay in the mail.

    `deleted_at` says when they were taken out of it. Of a mail on no timeline whose words could not
    be kept without them, `listed_at` says when that was tried last.
    """

    __tablename__ = "inventory"

    received_id: Mapped[int] = mapped_column(ForeignKey("received.id"), primary_key=True)
    listed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    received: Mapped[Received] = relationship()
    documents: Mapped[list[Document]] = relationship(back_populates="inventory")


class Document(Base):
    """One file that came with a mail, as its sender named it; the row goes with the file.

    Of very many, those that are not named are one.
    """

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    inventory_id: Mapped[int] = mapped_column(ForeignKey("inventory.received_id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]  # bytes
    number: Mapped[int]  # of files: more than one where it stands for all that have no name

    inventory: Mapped[Inventory] = relationship(back_populates="documents")


class Erasure(Base):
    """A candidate's wish that their data be deleted; it does nothing by itself.

    Open until they take it back or a person decides; `reason` says what stays and
    why, and the candidate reads it.
    """

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_open", "decided_at", "taken_back_at", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    asked_at: Mapped[datetime]
    due_on: Mapped[date]  # the last day of the office by which a person decides
    taken_back_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(254))
    decision: Mapped[Decision | None] = mapped_column(enum_type(Decision))
    reason: Mapped[str] = mapped_column(Text)

    application: Mapped[Application] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether a person still has to decide."""
        return self.taken_back_at is None and self.decided_at is None

    def bars_another(self, came_at: Iterable[datetime]) -> bool:
        """Whether the same cannot be asked again, given when what we hold of theirs came in.

        While it is open; and once it was done, until something new has come in.
        """
        if self.is_open or self.decision is not Decision.DONE or self.decided_at is None:
            return self.is_open
        return all(at <= self.decided_at for at in came_at)


class Consent(Base):
    """A candidate's yes to being asked again from a day on; never acts by itself."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_open", "withdrawn_at", "settled_at", "ask_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    given_at: Mapped[datetime]
    ask_on: Mapped[date]  # the first day of the office on which we may ask
    withdrawn_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]  # a colleague has asked them, or decided not to
    settled_by: Mapped[str | None] = mapped_column(String(254))

    application: Mapped[Application] = relationship()

    @property
    def holds(self) -> bool:
        """Whether we may still ask."""
        return self.withdrawn_at is None and self.settled_at is None

    def is_due(self, today: date) -> bool:
        """Whether somebody is to ask: the day has come, and it is closed as they wished."""
        is_theirs = self.application.outcome is Outcome.WITHDRAWN
        return self.holds and is_theirs and self.ask_on <= today
