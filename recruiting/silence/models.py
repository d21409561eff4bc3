"""The worker's notes: its sign of life, when to look again, what it could not do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recruiting.db import Base
from recruiting.pipeline.models import Application


class Heartbeat(Base):
    """When a worker was last seen; one row per worker process."""

    __tablename__ = "heartbeat"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    seen_at: Mapped[datetime]


class Watch(Base):
    """When the worker looks at an active application again; a cache of its timeline and messages.

    `version` is that of the application's row when it was looked at: a row that has changed since
    has news. `flask silence rebuild` writes all of them anew.
    """

    __tablename__ = "watch"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    check_at: Mapped[datetime | None] = mapped_column(index=True)  # none: nothing lies ahead
    version: Mapped[int]

    application: Mapped[Application] = relationship()


class Setback(Base):
    """One item that the worker failed at; after three times it is set aside for a person."""

    __tablename__ = "setback"

    item: Mapped[str] = mapped_column(String(80), primary_key=True)  # its kind and number
    tries: Mapped[int]
    failed_at: Mapped[datetime]
    parked_at: Mapped[datetime | None] = mapped_column(index=True)
    trace: Mapped[str] = mapped_column(Text)  # where in the program, without any value
