"""Candidates and their addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import Base, enum_type


class Candidate(Base):
    """A person who has applied or been approached, whatever the job."""

    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))  # empty: only an address is known
    name_at: Mapped[datetime | None]  # when we were told; of two names the later one holds
    language: Mapped[str | None] = mapped_column(String(5))  # de or en, if known
    created_at: Mapped[datetime]
    objected_at: Mapped[datetime | None]  # since when they want no question for feedback

    addresses: Mapped[list[Address]] = relationship(
        back_populates="candidate", order_by="Address.id"
    )


class Address(Base):
    """One way to reach a candidate; a mail address belongs to one candidate only."""

    __tablename__ = "address"
    __table_args__ = (
        Index(
            "uq_address_email",
            "key",
            unique=True,
            sqlite_where=text("kind = 'email'"),
            postgresql_where=text("kind = 'email'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    kind: Mapped[AddressKind] = mapped_column(enum_type(AddressKind))
    value: Mapped[str] = mapped_column(String(254))
    key: Mapped[str] = mapped_column(String(254))
    is_primary: Mapped[bool]
    state: Mapped[AddressState] = mapped_column(enum_type(AddressState))

    candidate: Mapped[Candidate] = relationship(back_populates="addresses")
