"""Files that were imported, and files that wait for somebody to confirm them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from recruiting.db import Base


class Upload(Base):
    """A journal file that was sent in the browser and waits for its confirmation."""

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)  # random, names the file too
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(200))  # as shown; never used as a path
    size: Mapped[int]  # bytes
    created_at: Mapped[datetime]


class JournalImport(Base):
    """One import that took effect: what came, and what it brought."""

    __tablename__ = "journal_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str | None] = mapped_column(String(254))
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the file
    rows: Mapped[int]
    added: Mapped[int]
    known: Mapped[int]
    skipped: Mapped[int]
