"""Messages on their way out, mails that came in, and what the system may write."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recruiting.db import Base, enum_type
from recruiting.errors import Missing
from recruiting.messages.rules import MessageState, Purpose, ReceivedState
from recruiting.pipeline.models import Application, Event


class Message(Base):
    """One mail of ours, from the decision to write it to its outcome: a row of the outbox.

    One to a colleague is about no application. `occurrence` names what it is for so that nothing
    is written twice: with the application, if any, and the purpose it is unique. `message_id` is
    fixed here, so that a mail sent again is the same mail. Until it is sent, `version` tells two
    editors apart.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("application_id", "purpose", "occurrence"),
        CheckConstraint("(purpose = 'reminder') = (application_id IS NULL)", name="about"),
        Index(
            "uq_message_colleague",
            "purpose",
            "occurrence",
            unique=True,
            sqlite_where=text("application_id IS NULL"),
            postgresql_where=text("application_id IS NULL"),
        ),
        Index("ix_message_waiting", "state", "send_after"),
        Index("ix_message_left", "finished_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(enum_type(Purpose))
    occurrence: Mapped[str] = mapped_column(String(80))
    to_address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)  # plain text; the HTML part is made from it
    message_id: Mapped[str] = mapped_column(String(200), unique=True)  # without angle brackets
    in_reply_to: Mapped[str | None] = mapped_column(String(300))
    is_automatic: Mapped[bool]  # no person has read it before it leaves
    asks: Mapped[bool]  # makes it the candidate's turn, or keeps it so
    promised_at: Mapped[datetime | None]  # by then we answer, as a delay notice says
    by: Mapped[str | None] = mapped_column(String(254))  # in whose name it is written
    approved_by: Mapped[str | None] = mapped_column(String(254))
    state: Mapped[MessageState] = mapped_column(enum_type(MessageState))
    queued_at: Mapped[datetime]
    send_after: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(80))
    tries: Mapped[int]
    begun_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]  # sent, failed, unknown or cancelled
    why: Mapped[str] = mapped_column(String(300))  # of the last outcome; names nobody
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))  # the touch it became
    version: Mapped[int] = mapped_column()

    application: Mapped[Application | None] = relationship()
    event: Mapped[Event | None] = relationship()

    @property
    def about(self) -> Application:
        """The application of a mail to a candidate, which always has one."""
        if self.application is None:
            raise Missing
        return self.application

    __mapper_args__: ClassVar = {"version_id_col": version}


class Received(Base):
    """One mail that came in, kept as it came; worked on afterwards.

    `source` says where it lay (mailbox, UIDVALIDITY and UID; file name; hook) and is unique, and
    so is the `digest` of its bytes: a mail that is fetched or handed in twice is one row.
    `contents` is noted when its files are deleted: so it is known again, whichever way it comes.
    """

    __tablename__ = "received"
    __table_args__ = (Index("ix_received_state", "state", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(400), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of the raw mail
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # up to 50 MB: lists go without
    received_at: Mapped[datetime]
    state: Mapped[ReceivedState] = mapped_column(enum_type(ReceivedState))
    message_id: Mapped[str | None] = mapped_column(String(300), index=True)
    sender: Mapped[str | None] = mapped_column(String(254), index=True)  # key of the address
    mail_class: Mapped[str | None] = mapped_column(String(24))
    why: Mapped[str] = mapped_column(String(300))  # which rule decided, or what went wrong
    returns_on: Mapped[date | None]  # of an auto-reply: the first day back
    sender_differs: Mapped[bool]  # from no address of its candidate's, or to one we did not make
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    tries: Mapped[int]
    worked_at: Mapped[datetime | None]
    contents: Mapped[str | None] = mapped_column(String(64))  # mark of what it held, files and all

    application: Mapped[Application | None] = relationship()
    event: Mapped[Event | None] = relationship()

    @property
    def filed_with(self) -> Application | None:
        """The application on whose timeline it stands; one that is held only belongs to one."""
        return self.application if self.state is ReceivedState.FILED else None


class Inbox(Base):
    """How far one mailbox has been read, and since when it cannot be reached."""

    __tablename__ = "inbox"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)  # no password in it
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(300))


class Wording(Base):
    """The text of a mail that the system can send, where an admin has changed ours."""

    __tablename__ = "wording"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(254))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__: ClassVar = {"version_id_col": version}


class Stop(Base):
    """The global stop: while its one row stands, no mail leaves."""

    __tablename__ = "stop"

    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]
