"""Read the cells of a row: each either holds a value or says what is wrong with it (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from recruiting.candidates.rules import LONGEST_EMAIL, email_key, is_email
from recruiting.jobs.rules import title_key
from recruiting.journal.rules import (
    COLUMNS,
    DIRECTIONS,
    EARLIEST,
    FURTHEST_AHEAD,
    LONGEST,
    MOST_MINUTES,
    REQUIRED,
    Fault,
    Row,
    RowProblem,
    awaits,
    shown,
    wrong_direction,
)
from recruiting.moments import NoMoment, read_moment
from recruiting.pipeline.rules import Channel, Direction, Kind

REMEMBERED = 2000  # cells of a column
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Wrong(Exception):
    """A cell that cannot be read; the reader of the row knows line and column."""

    def __init__(self, fault: Fault, found: str = "", wanted: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.found = found
        self.wanted = wanted


class RowReader:
    """Reads the cells of one row after the other, in the order of a file's columns.

    `columns` are the header's names, normalised; those not in `COLUMNS` are passed over. `now`
    bounds the moments that are believed.
    """

    def __init__(self, columns: Sequence[str], *, now: datetime) -> None:
        self.columns = columns
        latest = now + FURTHEST_AHEAD
        readers: dict[str, Callable[[str], Any]] = _READERS | {
            "at": partial(_moment, latest=latest),
            "due_at": partial(_moment_if_any, latest=latest),
        }
        # In the order of the fields of `Row`; a column that the file lacks reads as empty.
        self._plan = [
            (columns.index(name) if name in columns else -1, readers[name], _EMPTY.get(name, _CALL))
            for name in COLUMNS
        ]

    def read(self, line: int, cells: list[str]) -> Row | list[RowProblem]:
        """The event of one row, or everything that is wrong with it."""
        if len(cells) != len(self.columns):
            return [self._wrong_length(line, cells)]
        cells.append("")
        try:
            values = [
                empty if not cells[index] and empty is not _CALL else read(cells[index])
                for index, read, empty in self._plan
            ]
        except Wrong:
            return list(self._problems(line, cells))
        direction, kind = values[_DIRECTION], values[_KIND]
        if direction not in DIRECTIONS[kind]:
            return [wrong_direction(line, kind, direction)]
        values[_AWAITS] = awaits(direction, kind, values[_AWAITS])
        return Row(line, *values)

    def _problems(self, line: int, cells: Sequence[str]) -> Iterator[RowProblem]:
        """Everything that is wrong with the cells of a row, column by column."""
        for name, (index, read, empty) in zip(COLUMNS, self._plan, strict=True):
            if not cells[index] and empty is not _CALL:
                continue
            try:
                read(cells[index])
            except Wrong as wrong:
                found = wrong.found or shown(cells[index])
                yield RowProblem(line, name, wrong.fault, found, wrong.wanted)

    def _wrong_length(self, line: int, cells: Sequence[str]) -> RowProblem:
        is_short = len(cells) < len(self.columns)
        fault = Fault.SHORT_ROW if is_short else Fault.LONG_ROW
        column = self.columns[len(cells)] if is_short else self.columns[-1]
        return RowProblem(line, column, fault, str(len(cells)), str(len(self.columns)))


def _email(text: str, *, longest: int = LONGEST_EMAIL) -> str:
    text = _refuse(_CONTROL, text.strip())
    if not text:
        raise Wrong(Fault.EMPTY_CELL)
    if not is_email(text) or len(email_key(text)) > longest:
        raise Wrong(Fault.NO_EMAIL)
    return text


def _recruiter(text: str) -> str:
    return email_key(_email(text)) if text.strip() else ""


def _label(text: str, *, column: str, key: Callable[[str], str] = str) -> str:
    """A text of one line: a name, a title; white space is folded."""
    text = _refuse(_CONTROL, " ".join(text.split()))
    if not text and column in REQUIRED:
        raise Wrong(Fault.EMPTY_CELL)
    return _limited(text, column, key)


def _external_id(text: str) -> str:
    return _limited(_refuse(_CONTROL, text.strip()), "external_id")


def _words(text: str, *, column: str) -> str:
    """A text of many lines, kept as it is."""
    if "\0" in text or not text.isascii():
        _refuse(_UNSTORABLE, text)
    return _limited(text, column)


def _limited(text: str, column: str, key: Callable[[str], str] = str) -> str:
    if max(len(text), len(key(text))) > LONGEST[column]:
        raise Wrong(Fault.LONG_CELL, str(len(text)), str(LONGEST[column]))
    return text


def _refuse(characters: re.Pattern[str], text: str) -> str:
    if odd := characters.search(text):
        raise Wrong(Fault.ODD_CHARACTER, f"U+{ord(odd.group()):04X}")
    return text


def _choice(text: str, *, values: Mapping[str, Any], default: str = "") -> Any:
    word = text.strip().lower() or default
    if not word:
        raise Wrong(Fault.EMPTY_CELL)
    if word not in values:
        raise Wrong(Fault.UNKNOWN_VALUE, "", ", ".join(values))
    return values[word]


def _said(text: str) -> bool | None:
    return _choice(text, values=_YES_NO) if text.strip() else None


def _minutes(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    # isdigit alone would let Arabic-Indic digits and superscripts through.
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > MOST_MINUTES:
        raise Wrong(Fault.NO_NUMBER, "", str(MOST_MINUTES))
    return int(text)


def _moment_if_any(text: str, *, latest: datetime) -> datetime | None:
    return _moment(text, latest=latest) if text.strip() else None


def _moment(text: str, *, latest: datetime) -> datetime:
    if not text.strip():
        raise Wrong(Fault.EMPTY_CELL)
    try:
        return read_moment(text, earliest=EARLIEST, latest=latest)
    except NoMoment as wrong:
        raise Wrong(Fault(wrong.fault.value), "", _years(latest)) from None


def _years(latest: datetime) -> str:
    return f"{EARLIEST.year}–{latest.year}"


_YES_NO = {"yes": True, "no": False}
_KINDS = {kind.value: kind for kind in DIRECTIONS}
_CALL = object()  # an empty cell of a column that every row needs is for its reader
_DIRECTION, _KIND, _AWAITS = map(COLUMNS.index, ("direction", "kind", "awaits_reply"))
_EMPTY: dict[str, Any] = dict.fromkeys(set(COLUMNS) - set(REQUIRED), "") | {
    "channel": Channel.EMAIL,
    "kind": Kind.MESSAGE,
    "awaits_reply": None,
    "due_at": None,
    "minutes": None,
}
_READERS: dict[str, Callable[[str], Any]] = {
    "candidate_email": _email,
    "candidate_name": partial(_label, column="candidate_name"),
    "job": partial(_label, column="job", key=title_key),
    "stage": partial(_label, column="stage", key=title_key),
    "source": partial(_label, column="source"),
    "recruiter": _recruiter,
    "direction": partial(_choice, values={one.value: one for one in Direction}),
    "channel": partial(_choice, values={one.value: one for one in Channel}, default="email"),
    "kind": partial(_choice, values=_KINDS, default="message"),
    "awaits_reply": _said,
    "minutes": _minutes,
}
# Cells of these columns repeat from row to row.
_READERS = {column: lru_cache(maxsize=REMEMBERED)(read) for column, read in _READERS.items()} | {
    "subject": partial(_words, column="subject"),
    "body": partial(_words, column="body"),
    "external_id": _external_id,
}
