"""What one row of the journal file may hold, and what is wrong with one that cannot be read.

The format is version 1: one event a row, see `COLUMNS`. A fault is a code with what was found and
what was wanted; its sentence is made at the edge (`wording.py`), so that it has a language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from recruiting.moments import EARLIEST_YEAR
from recruiting.pipeline.rules import OUTBOUND_TOUCHES, Channel, Direction, Kind

COLUMNS = (
    "candidate_email",
    "candidate_name",
    "job",
    "stage",
    "source",
    "recruiter",
    "at",
    "direction",
    "channel",
    "kind",
    "awaits_reply",
    "due_at",
    "minutes",
    "subject",
    "body",
    "external_id",
)
REQUIRED = ("candidate_email", "job", "at", "direction")

BOTH, FROM_US, FROM_THEM = set(Direction), {Direction.OUT}, {Direction.IN}
DIRECTIONS: dict[Kind, set[Direction]] = {
    Kind.MESSAGE: BOTH,
    Kind.INTERVIEW: FROM_US,
    Kind.ASSIGNMENT: FROM_US,
    Kind.OFFER: FROM_US,
    Kind.NO_SHOW: FROM_THEM,
    Kind.AUTO_REPLY: FROM_THEM,
    Kind.BOUNCE: FROM_THEM,
    Kind.WITHDRAWAL: FROM_THEM,
    Kind.REJECTION: FROM_US,
    Kind.HIRE: FROM_US,
}

LONGEST = {
    "candidate_name": 300,
    "job": 300,
    "stage": 200,
    "source": 200,
    "external_id": 200,
    "subject": 2_000,
    "body": 100_000,
}
MOST_MINUTES = 100_000
EARLIEST = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC)
FURTHEST_AHEAD = timedelta(days=3653)  # ten years
# A spreadsheet takes what begins like this for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
SHOWN = 60  # characters of a cell that a problem repeats


class Fault(StrEnum):
    """What can be wrong with a file or with a row of it."""

    EMPTY = "empty"
    NOT_TEXT = "not_text"
    UTF_16 = "utf_16"
    NOT_UTF_8 = "not_utf_8"
    OTHER_DELIMITER = "other_delimiter"
    MISSING_COLUMN = "missing_column"
    DOUBLE_COLUMN = "double_column"
    OPEN_QUOTE = "open_quote"
    STRAY_QUOTE = "stray_quote"
    OLD_LINE_ENDS = "old_line_ends"
    LONG_LINE = "long_line"
    SHORT_ROW = "short_row"
    LONG_ROW = "long_row"
    EMPTY_CELL = "empty_cell"
    LONG_CELL = "long_cell"
    ODD_CHARACTER = "odd_character"
    NO_EMAIL = "no_email"
    UNKNOWN_VALUE = "unknown_value"
    WRONG_DIRECTION = "wrong_direction"
    NO_TIME = "no_time"
    NAIVE_TIME = "naive_time"
    IMPOSSIBLE_TIME = "impossible_time"
    DISTANT_TIME = "distant_time"
    NO_NUMBER = "no_number"
    ID_TWICE = "id_twice"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong, and where: line of the file (from 1) and column (empty: the whole line)."""

    line: int
    column: str
    fault: Fault
    found: str = ""  # what stood there, shortened and printable
    wanted: str = ""  # a limit, the values allowed, the other line
    ends_file: bool = False  # nothing after it can be read, so it cannot be skipped


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the file tells it, in the order of `COLUMNS`; what is not there is empty."""

    line: int
    email: str
    name: str
    job: str
    stage: str
    source: str
    recruiter: str  # lower case
    at: datetime  # aware, UTC
    direction: Direction
    channel: Channel
    kind: Kind
    awaits_reply: bool
    due_at: datetime | None
    minutes: int | None
    subject: str
    body: str
    external_id: str


def wrong_direction(line: int, kind: Kind, direction: Direction) -> RowProblem:
    """The problem of a kind that only the other side can cause."""
    wanted = ", ".join(sorted(DIRECTIONS[kind]))
    return RowProblem(line, "direction", Fault.WRONG_DIRECTION, f"{kind}, {direction}", wanted)


def awaits(direction: Direction, kind: Kind, said: bool | None) -> bool:
    """Whether an event leaves the next touch to the other side; `said` is none if not stated."""
    if direction is Direction.OUT:
        return kind in OUTBOUND_TOUCHES if said is None else said
    return kind is Kind.MESSAGE and said is not False


def shown(text: str) -> str:
    """The beginning of a cell, safe for a terminal and for a page."""
    short = text[:SHOWN] + ("…" if len(text) > SHOWN else "")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in short)


def defused(text: str) -> str:
    """The same text for a spreadsheet, which must not take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
