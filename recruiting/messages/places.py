"""The places where mail lies before it is stored: what each can do, and how one opens it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

PROCESSED = "Processed"  # the folder that stored mails are moved to


@dataclass(frozen=True)
class Raw:
    """A mail as it lay there, and when it came; of one that is too large only the beginning."""

    octets: bytes
    arrived_at: datetime
    is_whole: bool = True


class Place(Protocol):
    """An open mailbox; sources are what `Received.source` stores."""

    @property
    def validity(self) -> int | None:
        """What its numbers are valid under; none where mails have names."""
        ...

    def waiting(self) -> Sequence[str]:
        """The sources of the mails that lie there, oldest first."""
        ...

    def fetch(self, source: str) -> Raw | None:
        """One mail; none if it is gone or cannot be had, which the next visit tries again."""
        ...

    def put_away(self, sources: Collection[str]) -> None:
        """Move mails that are stored out of the way."""
        ...


Opened = AbstractContextManager[Place]


class Unreachable(Exception):
    """A mailbox cannot be read now; `kind` is the kind of trouble and quotes nothing."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind
