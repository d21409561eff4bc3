"""What was said in a dialogue, by the candidate and by us.

Whether it has ended, whose turn it is and what became of it is read from the remarks.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from recruiting.db import Base, enum_type
from recruiting.dialogues.rules import LONGEST, Draft, RemarkKind


class Remark(Base):
    """One thing that was said; added, never edited. It knows its day, and nothing finer."""

    __tablename__ = "remark"
    __table_args__ = ({"sqlite_with_rowid": False},)

    answer_id: Mapped[str] = mapped_column(ForeignKey("anonymous_answer.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1 on
    kind: Mapped[RemarkKind] = mapped_column(enum_type(RemarkKind))
    by: Mapped[str | None] = mapped_column(String(254))  # a member of staff; none: the candidate
    text: Mapped[str] = mapped_column(String(LONGEST))
    said_on: Mapped[date]

    @property
    def draft(self) -> Draft:
        """The same as the rules see it."""
        return Draft(self.kind, self.text, self.by)
