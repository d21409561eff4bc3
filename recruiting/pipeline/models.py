"""Applications, their events, and the turns read from them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Double, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recruiting.accounts.models import User
from recruiting.candidates.models import Candidate
from recruiting.db import Base, enum_type
from recruiting.jobs.models import Job, Stage
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome, Result, SpellEnd, Turn


class Application(Base):
    """One candidate's run for one job: the unit that moves, falls silent and is counted.

    The columns under "read from the timeline" are a cache of `turns.read`, written in the
    transaction of the event that changed them; `flask silence rebuild` writes them anew. An event
    that lies ahead does not exist until its moment comes: the row remembers the first such moment,
    and from then on it is read anew, see `timelines.py`.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("candidate_id", "job_id"),
        Index("ix_application_board", "job_id", "outcome", "stage_id"),
        Index("ix_application_behind", "next_event_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    source: Mapped[str | None] = mapped_column(String(200))
    source_at: Mapped[datetime | None]  # when we were told; of two sources the earlier one holds
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    version: Mapped[int] = mapped_column()  # of two writers the later one fails

    # Read from the timeline.
    applied_at: Mapped[datetime]
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    stage_since: Mapped[datetime]
    owner: Mapped[str | None] = mapped_column(String(254))  # mail address of the colleague
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome))
    ended_at: Mapped[datetime | None]
    turn: Mapped[Turn] = mapped_column(enum_type(Turn))
    since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int]
    depth: Mapped[int]
    replies: Mapped[int]
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    last_touch_at: Mapped[datetime]
    away_until: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    meets_at: Mapped[datetime | None]
    met_due_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    is_bounced: Mapped[bool]
    has_open_question: Mapped[bool]
    wrote_after_end: Mapped[bool]
    next_event_at: Mapped[datetime | None]  # when the first event that lay ahead begins to exist

    candidate: Mapped[Candidate] = relationship()
    job: Mapped[Job] = relationship()
    stage: Mapped[Stage] = relationship()
    manager: Mapped[User | None] = relationship()
    events: Mapped[list[Event]] = relationship(
        back_populates="application", order_by="Event.at, Event.id"
    )

    __mapper_args__: ClassVar = {"version_id_col": version}


class Event(Base):
    """One dated fact about an application; added, never edited."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_timeline", "application_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    direction: Mapped[Direction] = mapped_column(enum_type(Direction))
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    awaits_reply: Mapped[bool]
    due_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    by: Mapped[str | None] = mapped_column(String(254))  # mail address of the colleague
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    result: Mapped[Result | None] = mapped_column(enum_type(Result))
    asks: Mapped[bool]  # an inbound touch that holds a question
    leaves_open: Mapped[bool]  # our touch did not answer the question before it
    offers_no: Mapped[bool | None]  # our question named an easy way to say no; none: unknown
    recorded_at: Mapped[datetime]

    application: Mapped[Application] = relationship(back_populates="events")
    stage: Mapped[Stage | None] = relationship()


class Spell(Base):
    """One turn of one side as a row for statistics; `until` is none while it runs.

    A cache like the columns of `Application`: written by the same rule, rebuilt by the same
    command.
    """

    __tablename__ = "spell"
    __table_args__ = (Index("ix_spell_stage_id_whose", "stage_id", "whose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    whose: Mapped[Turn] = mapped_column(enum_type(Turn))
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    end: Mapped[SpellEnd | None] = mapped_column(enum_type(SpellEnd))
    attempts: Mapped[int]
    depth: Mapped[int]  # inbound touches before this spell
    due_at: Mapped[datetime]
    # What was known of the conversation when it began; see `pipeline.rhythm.Known`.
    delay_hours: Mapped[float | None] = mapped_column(Double)
    paced: Mapped[int]
    pace: Mapped[float | None] = mapped_column(Double)
    latest_hours: Mapped[float | None] = mapped_column(Double)
    asked_hours: Mapped[str] = mapped_column(Text)  # our further attempts, from `since`
