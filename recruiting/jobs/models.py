"""Jobs and their ordered stages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recruiting.db import Base, enum_type
from recruiting.jobs.rules import Ladder, Outside, StageKind, Terms


class Job(Base):
    """A role we hire for."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    title_key: Mapped[str] = mapped_column(String(300), unique=True)
    requisition: Mapped[str | None] = mapped_column(String(80))
    place: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    stages: Mapped[list[Stage]] = relationship(back_populates="job", order_by="Stage.position")


class Stage(Base):
    """One ordered step of one job, with its terms in working days."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("job_id", "name_key"),
        CheckConstraint(
            "patience > 0 AND grace >= 0 AND second_gap > 0 AND closing_gap > 0"
            " AND promise > 0 AND decision > 0",
            name="terms_positive",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[StageKind] = mapped_column(enum_type(StageKind))
    position: Mapped[int]
    patience: Mapped[int] = mapped_column(default=Terms.patience)
    grace: Mapped[int] = mapped_column(default=Terms.grace)
    second_gap: Mapped[int] = mapped_column(default=Terms.second_gap)
    closing_gap: Mapped[int] = mapped_column(default=Terms.closing_gap)
    promise: Mapped[int] = mapped_column(default=Terms.promise)
    decision: Mapped[int] = mapped_column(default=Terms.decision)
    ladder: Mapped[Ladder] = mapped_column(enum_type(Ladder), default=Ladder.BATCH)
    invites: Mapped[bool] = mapped_column(default=True)  # who leaves here is asked for feedback
    # In front of candidates: whether it is shown, and its name there; empty: another one of it.
    is_shown: Mapped[bool] = mapped_column(default=True)
    shown_en: Mapped[str] = mapped_column(String(200), default="")
    shown_de: Mapped[str] = mapped_column(String(200), default="")

    job: Mapped[Job] = relationship(back_populates="stages")

    @property
    def terms(self) -> Terms:
        """How long each side may take in this stage."""
        return Terms(
            self.patience,
            self.grace,
            self.second_gap,
            self.closing_gap,
            self.promise,
            self.decision,
        )

    @property
    def outside(self) -> Outside:
        """What a candidate sees of this stage."""
        return Outside(self.is_shown, self.shown_en, self.shown_de)
