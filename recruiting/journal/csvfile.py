"""The journal as a CSV file: rows come out of a stream one by one, and go into one (pure).

Needs no database and no Flask. Memory stays flat whatever the file holds: lines and rows are
limited. A row that breaks the grammar of CSV or the encoding is one problem, and the reading goes
on with the line after; only a quote that is never closed ends it, naming the line where it opened.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TextIO

from recruiting.journal.cells import RowReader
from recruiting.journal.rules import COLUMNS, REQUIRED, Fault, Row, RowProblem, shown
from recruiting.pipeline.rules import Direction, Kind

LONGEST_LINE = 4_000_000  # bytes
LONGEST_ROW = 4_000_000  # characters, line ends within quotes included
DELIMITERS = (",", ";")
BOM = b"\xef\xbb\xbf"
MOST_EXTRA_COLUMNS = 20  # named in a notice

# What files are that somebody renamed to .csv, by their first bytes.
_SIGNATURES = (
    (rb"PK[\x03\x05\x07]", "Excel workbook (.xlsx) or ZIP"),
    (rb"\xd0\xcf\x11\xe0", "Excel workbook (.xls)"),
    (rb"%PDF-", "PDF"),
    (rb"\x1f\x8b", "gzip"),
    (rb"\s*<\?php", "PHP"),
    (rb"(?i)\s*<(!doctype|html|\?xml|table)", "HTML or XML"),
    (rb"\{\\rtf", "RTF"),
    (rb"\s*[\[{][\s\"{\[]", "JSON"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "image"),
)

# The csv module's own limit of a cell would end a row that only needs a plain word about its
# length. It holds for the whole process, where nothing relies on a smaller one.
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_ROW))


class Lines(Protocol):
    """An open file, or whatever gives lines like one, of bytes or of text."""

    def readline(self, limit: int, /) -> bytes | str:
        """The next line with its end, at most `limit` long; empty at the end of the file."""
        ...


class _Stop(Exception):
    """Nothing after this can be read."""

    def __init__(self, problem: RowProblem) -> None:
        super().__init__(problem)
        self.problem = replace(problem, ends_file=True)


class JournalFile:
    """Iterates over the rows of a stream of bytes (or text): each a `Row` or a `RowProblem`.

    After the reading it knows the file's `digest` (SHA-256), `bytes_read`, the `extra_columns`
    that were passed over, and how many `empty_rows` were.
    """

    def __init__(self, stream: Lines, *, now: datetime) -> None:
        self.stream = stream
        self.now = now
        self.bytes_read = 0
        self.empty_rows = 0
        self.extra_columns: list[str] = []
        self._hash = hashlib.sha256()
        self._line = 0
        self._again: deque[str] = deque()  # lines that a broken row had swallowed
        self._held: list[str] = []  # the lines of the row being read
        self._garbled: dict[int, RowProblem] = {}  # lines that are no UTF-8, not told yet
        self._held_length = 0
        self._columns: list[str] = []
        self._delimiter = ","

    @property
    def digest(self) -> str:
        """SHA-256 of what was read so far."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[Row | RowProblem]:
        try:
            yield from self._rows()
        except _Stop as stop:
            yield stop.problem

    def _rows(self) -> Iterator[Row | RowProblem]:
        lines = self._lines()
        head = next(lines, "")
        if not head.strip():
            raise _Stop(RowProblem(1, "", Fault.EMPTY))
        self._delimiter = _delimiter(head)
        parser = csv.reader(_with(head, lines), delimiter=self._delimiter, strict=True)
        self._columns = self._header(self._head_of(parser))
        reader = RowReader(self._columns, now=self.now)
        while True:
            first = self._line + 1
            self._held.clear()
            self._held_length = 0
            try:
                cells = next(parser, None)
            except csv.Error:
                yield self._skip(first)
                continue
            if cells is None:
                return
            if self._garbled:
                yield self._told(range(first, self._line + 1))
                continue
            if not any(cells):
                self.empty_rows += bool(cells)
                continue
            found = reader.read(first, cells)
            if isinstance(found, Row):
                yield found
            else:
                yield from found

    def _head_of(self, parser: Iterator[list[str]]) -> list[str]:
        """The cells of the first line, without which nothing can be read."""
        try:
            cells = next(parser, [])
        except csv.Error:
            raise _Stop(self._broken()) from None
        if self._garbled:
            raise _Stop(self._told(range(1, self._line + 1)))
        return cells

    def _skip(self, first: int) -> RowProblem:
        """What is wrong with the row that is held; the lines behind the fault are read again."""
        problem = self._broken()
        if problem.fault is Fault.OPEN_QUOTE:
            raise _Stop(problem)  # it took all that followed
        skipped = problem.line - first + 1
        self._again.extendleft(reversed(self._held[skipped:]))
        self._line = problem.line
        for line in range(first, self._line + 1):
            self._garbled.pop(line, None)
        return problem

    def _told(self, lines: range) -> RowProblem:
        """Why a row of these lines is no text: its first fault."""
        found = [self._garbled.pop(line) for line in lines if line in self._garbled]
        return found[0]

    def _lines(self) -> Iterator[str]:
        """Decoded lines with their ends; holds on to those of the row being read."""
        while (line := self._next_line()) is not None:
            self._held.append(line)
            self._held_length += len(line)
            if self._held_length > LONGEST_ROW:
                raise _Stop(self._broken())
            yield line

    def _next_line(self) -> str | None:
        """A line of the stream, counted and hashed, or one that is read again; none at the end."""
        if self._again:
            self._line += 1
            return self._again.popleft()
        raw = self.stream.readline(LONGEST_LINE)
        if not raw:
            return None
        if isinstance(raw, str):
            raw = raw.encode("utf-8", "surrogatepass")
        self.bytes_read += len(raw)
        self._hash.update(raw)
        self._line += 1
        if self._line == 1:
            raw = raw.removeprefix(BOM)
            _refuse_other_kinds(raw)
        if len(raw) >= LONGEST_LINE:
            raise _Stop(RowProblem(self._line, "", Fault.LONG_LINE, "", str(LONGEST_LINE)))
        return self._decoded(raw)

    def _decoded(self, raw: bytes) -> str:
        """A line as text; of one that is none enough for the next one to be found."""
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            good = raw[: error.start].decode()
            place = _Place("".join(self._held) + good, self._delimiter)
            found = " ".join(f"{byte:02X}" for byte in raw[error.start : error.start + 4])
            column = self._column(place.cell)
            self._garbled[self._line] = RowProblem(self._line, column, Fault.NOT_UTF_8, found)
            return raw.decode(errors="replace")

    def _broken(self) -> RowProblem:
        """Why the row that is held is none: where its last quote opened, and what followed."""
        place = _Place("".join(self._held), self._delimiter)
        line = self._line - len(self._held) + 1 + place.line
        column = self._column(place.cell)
        if place.is_open:
            return RowProblem(line, column, Fault.OPEN_QUOTE, shown(place.beginning))
        if place.is_stray:
            return RowProblem(line, column, Fault.STRAY_QUOTE, shown(place.beginning))
        return RowProblem(self._line, column, Fault.OLD_LINE_ENDS)

    def _column(self, cell: int) -> str:
        return self._columns[cell] if cell < len(self._columns) else ""

    def _header(self, cells: list[str]) -> list[str]:
        """The names of the columns, normalised; raises if the file is none of ours."""
        names = [name.strip().lower() for name in cells]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            fault = Fault.MISSING_COLUMN
            if "\t" in "".join(cells) and len(missing) == len(REQUIRED):
                fault = Fault.OTHER_DELIMITER
            there = ", ".join(shown(name) for name in names[:MOST_EXTRA_COLUMNS])
            raise _Stop(RowProblem(1, missing[0], fault, there, ", ".join(missing)))
        for name in COLUMNS:
            if names.count(name) > 1:
                raise _Stop(RowProblem(1, name, Fault.DOUBLE_COLUMN, str(names.count(name))))
        extra = [shown(name) for name in names if name and name not in COLUMNS]
        self.extra_columns = extra[:MOST_EXTRA_COLUMNS]
        return names


class _Place:
    """Where the reading of a row broke off: the cell, and the quote that opened it."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.cell = 0
        self.is_open = self.is_stray = False
        start = 0
        while cell := _CELLS[delimiter].match(text, start):
            rest = text[cell.end() : cell.end() + 1]
            if rest == delimiter:
                start = cell.end() + 1
                self.cell += 1
                continue
            self.is_open = cell["closed"] == ""
            self.is_stray = bool(cell["closed"]) and rest not in {"", "\r", "\n"}
            break
        self.line = text.count("\n", 0, start)
        self.beginning = text[start : start + 200].split("\n")[0].rstrip("\r")


_CELLS = {
    delimiter: re.compile(
        rf'"[^"]*+(?:""[^"]*+)*+(?P<closed>"?)|[^{delimiter}\r\n]*',
    )
    for delimiter in DELIMITERS
}


def read_rows(stream: Lines, *, now: datetime) -> Iterator[Row | RowProblem]:
    """Read a journal file: every row is yielded, as an event or as what is wrong with it.

    `stream` gives bytes (UTF-8, with or without BOM) or text; `now` bounds the moments that are
    believed. A problem with `ends_file` is the last thing that comes.
    """
    return iter(JournalFile(stream, now=now))


class Echo:
    """A stream that gives back what a csv writer writes."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def written_rows(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a journal file: comma-separated, CRLF (RFC 4180), the header first.

    Texts are written as they are: the file is made for systems, not for spreadsheets.
    """
    writer = csv.writer(Echo(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow(_cells(row))


def write_rows(rows: Iterable[Row], stream: TextIO) -> int:
    """Write events as a journal file (open it with newline=""); says how many."""
    count = -1  # the header is no event
    for line in written_rows(rows):
        stream.write(line)
        count += 1
    return count


def _cells(row: Row) -> tuple[object, ...]:
    return (
        row.email,
        row.name,
        row.job,
        row.stage,
        row.source,
        row.recruiter,
        _written(row.at),
        row.direction.value,
        row.channel.value,
        row.kind.value,
        _awaited(row),
        _written(row.due_at) if row.due_at else "",
        "" if row.minutes is None else row.minutes,
        row.subject,
        row.body,
        row.external_id,
    )


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _awaited(row: Row) -> str:
    """Yes or no where it means something; a machine or an end of the candidate's awaits nothing."""
    if row.direction is Direction.IN and row.kind is not Kind.MESSAGE:
        return ""
    return "yes" if row.awaits_reply else "no"


def _delimiter(head: str) -> str:
    """The delimiter under which the header names most of our columns."""

    def known(delimiter: str) -> int:
        return sum(name.strip(' "\r\n').lower() in COLUMNS for name in head.split(delimiter))

    return max(DELIMITERS, key=known)


def _with(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield head
    yield from lines


def _refuse_other_kinds(head: bytes) -> None:
    for pattern, name in _SIGNATURES:
        if re.match(pattern, head):
            raise _Stop(RowProblem(1, "", Fault.NOT_TEXT, name))
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:200].count(0) > len(head[:200]) // 4:
        raise _Stop(RowProblem(1, "", Fault.UTF_16))
