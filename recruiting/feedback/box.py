"""The box of anonymous answers that are not released yet: what lies in it, and until when (pure).

All of them lie in one box, whatever the job, the stage or the outcome: no report divides them, and
every further group would make the crowd smaller that one can hide in. An answer leaves together
with all others of the box, once there are `BATCH` and the first has lain `AT_LEAST`, whichever is
later. What is kept of time is one day for the whole box.

In the box every answer takes the same room, so that the size tells only how many there are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from random import Random

from recruiting.feedback.rules import Answers, Choice, Reason

BATCH = 5  # fewer never leave together
AT_LEAST = timedelta(days=14)
WEEK = timedelta(days=7)
ROOM = 4096  # bytes of one answer; the longest texts in the widest letters need 3,300
HEAD = 32
ID_BITS = 128


@dataclass(frozen=True, slots=True)
class Box:
    """Answers in no order, and the day on which the first of them came.

    They lie as they are stored: who adds one reads none of the others.
    """

    since: date | None = None
    rows: tuple[bytes, ...] = ()

    @property
    def answers(self) -> list[Answers]:
        """The answers, read."""
        return list(map(_answers, self.rows))

    def with_answer(self, answers: Answers, today: date) -> Box:
        """The box with one more; what would tell who it was does not go in."""
        kept = replace(answers, until=None, may_contact=False, wants_reply=False)
        return Box(self.since or today, (*self.rows, _row(kept)))

    def earliest(self, today: date) -> date:
        """The Monday before which no answer in it is read."""
        return week_after(max((self.since or today) + AT_LEAST, today))

    def is_due(self, today: date) -> bool:
        """Whether its answers may leave."""
        is_old = self.since is not None and today >= self.since + AT_LEAST
        return is_old and len(self.rows) >= BATCH


def week_after(day: date) -> date:
    """The Monday after a day: all that is kept of when a batch was released."""
    return day - timedelta(days=day.weekday()) + WEEK


def numbered(answers: Sequence[Answers], order: Random) -> list[tuple[str, Answers]]:
    """A batch as it is written: random numbers, rising, each with one of the answers.

    Which answer gets which number depends on `order` alone, not on how they lay in the box.
    """
    rows = sorted(answers, key=repr)
    order.shuffle(rows)
    numbers = sorted(f"{order.getrandbits(ID_BITS):032x}" for _ in rows)
    return list(zip(numbers, rows, strict=True))


def packed(box: Box, order: Random) -> bytes:
    """The box as bytes, its answers shuffled by `order`."""
    rows = list(box.rows)
    order.shuffle(rows)
    head = box.since.isoformat() if box.since else ""
    return head.encode().ljust(HEAD) + b"".join(rows)


def unpacked(stored: bytes) -> Box:
    """What `packed` made."""
    head, rows = stored[:HEAD].decode().strip(), stored[HEAD:]
    each = tuple(rows[start : start + ROOM] for start in range(0, len(rows), ROOM))
    return Box(date.fromisoformat(head) if head else None, each)


def _row(answers: Answers) -> bytes:
    row = json.dumps(asdict(answers), ensure_ascii=False, default=str).encode()
    if len(row) > ROOM:
        raise ValueError(f"an answer of {len(row)} bytes does not fit")
    return row.ljust(ROOM)


def _answers(row: bytes) -> Answers:
    read = json.loads(row)
    read["choice"] = Choice(read["choice"]) if read["choice"] else None
    read["reasons"] = tuple(map(Reason, read["reasons"]))
    return Answers(**read)
