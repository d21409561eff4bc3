"""The file's format: what is read, what is refused, and where it says the fault lies."""

from __future__ import annotations

import io
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import ROOT
from recruiting.journal.csvfile import JournalFile, read_rows, write_rows
from recruiting.journal.rules import DIRECTIONS, Fault, Row, RowProblem
from recruiting.pipeline.rules import Channel, Direction, Kind
from tests.journal import files
from tests.journal.files import NOW, row

HEAD = "candidate_email,job,at,direction,body\n"
GOOD = "ada@example.org,Developer,2026-03-02T09:00:00Z,in,hello\n"


def read(content: str | bytes) -> list[Row | RowProblem]:
    raw = content.encode() if isinstance(content, str) else content
    return list(read_rows(io.BytesIO(raw), now=NOW))


def only(content: str | bytes) -> RowProblem:
    """The one problem of a file that has one."""
    found = [item for item in read(content) if isinstance(item, RowProblem)]
    assert len(found) == 1, found
    return found[0]


def one_row(**cells: str) -> Row | RowProblem:
    found = read(files.text([row(**cells)]))
    assert len(found) == 1, found
    return found[0]


def test_a_full_row_is_read():
    found = one_row(
        candidate_name=" Ada \n Lovelace ",
        stage="Interview",
        source="referral",
        recruiter="Grace@Example.org",
        at="2026-03-02T14:05:00.25+01:00",
        direction="out",
        channel="video",
        kind="interview",
        due_at="2026-03-09T09:00Z",
        minutes="45",
        subject=" Talk ",
        body="Shall we?\r\n> old\n",
        external_id=" m-1 ",
    )
    assert found == Row(
        line=2,
        email="ada@example.org",
        name="Ada Lovelace",
        job="Developer",
        stage="Interview",
        source="referral",
        recruiter="grace@example.org",
        at=datetime(2026, 3, 2, 13, 5, 0, 250_000, UTC),
        direction=Direction.OUT,
        channel=Channel.VIDEO,
        kind=Kind.INTERVIEW,
        awaits_reply=True,
        due_at=datetime(2026, 3, 9, 9, tzinfo=UTC),
        minutes=45,
        subject=" Talk ",
        body="Shall we?\r\n> old\n",
        external_id="m-1",
    )


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (HEAD + GOOD + GOOD, [2, 3]),
        ((HEAD + GOOD + GOOD).replace("\n", "\r\n"), [2, 3]),
        ("\ufeff" + HEAD + GOOD, [2]),
        ((HEAD + GOOD).replace(",", ";"), [2]),
        (HEAD.upper().replace(",", " , ") + GOOD, [2]),
        (HEAD.replace("job", '"job"') + GOOD, [2]),
        (HEAD + GOOD.rstrip(), [2]),
        (HEAD + "\n,,,,\n" + GOOD, [4]),
        (HEAD + GOOD.replace("hello", '"one\ntwo\n"') + GOOD, [2, 5]),
        (HEAD, []),
    ],
    ids=[
        "lf",
        "crlf",
        "bom",
        "semicolon",
        "header in capitals",
        "quoted header",
        "no last line end",
        "empty rows",
        "lines within a cell",
        "header alone",
    ],
)
def test_the_shapes_of_csv_are_read(content, lines):
    assert [item.line for item in read(content) if isinstance(item, Row)] == lines
    assert len(read(content)) == len(lines)


def test_a_stream_of_text_is_read_as_well():
    assert len(list(read_rows(io.StringIO(HEAD + GOOD), now=NOW))) == 1


def test_columns_nobody_knows_are_passed_over_and_named():
    file = JournalFile(io.BytesIO(b"Score," + HEAD.encode() + b"9," + GOOD.encode()), now=NOW)
    assert [type(item) for item in file] == [Row]
    assert file.extra_columns == ["score"]


# ruff: noqa: E501 - the tables below read best one case a line

UNREADABLE = {
    "empty": (b"", Fault.EMPTY, 1, ""),
    "nothing but space": (b"\n\n", Fault.EMPTY, 1, ""),
    "xlsx": (b"PK\x03\x04\x14\x00\x06\x00rest", Fault.NOT_TEXT, 1, ""),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Fault.NOT_TEXT, 1, ""),
    "pdf": (b"%PDF-1.7\n", Fault.NOT_TEXT, 1, ""),
    "gzip": (b"\x1f\x8b\x08\x00", Fault.NOT_TEXT, 1, ""),
    "php": (b"<?php system($_GET['x']);", Fault.NOT_TEXT, 1, ""),
    "html": (b"<!DOCTYPE html><html>", Fault.NOT_TEXT, 1, ""),
    "json": (b'[{"candidate_email": "a@b.de"}]', Fault.NOT_TEXT, 1, ""),
    "utf-16 with mark": ((HEAD + GOOD).encode("utf-16"), Fault.UTF_16, 1, ""),
    "utf-16 without": ((HEAD + GOOD).encode("utf-16-le"), Fault.UTF_16, 1, ""),
    "tabs": ((HEAD + GOOD).replace(",", "\t").encode(), Fault.OTHER_DELIMITER, 1, "candidate_email"),
    "no direction": (HEAD.replace("direction", "d").encode(), Fault.MISSING_COLUMN, 1, "direction"),
    "one column twice": (b"job," + HEAD.encode(), Fault.DOUBLE_COLUMN, 1, "job"),
    "quote never closed": (
        (HEAD + GOOD + GOOD.replace("hello", '"hello') + GOOD * 3).encode(),
        Fault.OPEN_QUOTE,
        3,
        "body",
    ),
    "lines of an old Macintosh": ((HEAD + GOOD).replace("\n", "\r").encode(), Fault.OLD_LINE_ENDS, 1, ""),
    "one endless line": ((HEAD + "x" * 4_000_001).encode(), Fault.LONG_LINE, 2, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_none_says_so_and_where(name):
    content, fault, line, column = UNREADABLE[name]
    problem = read(content)[-1]
    assert isinstance(problem, RowProblem)
    assert (problem.fault, problem.line, problem.column) == (fault, line, column)
    assert problem.ends_file


BROKEN_ROWS = {
    "windows-1252": (
        (HEAD + GOOD + GOOD.replace("hello", "Grüße")).encode("cp1252"),
        Fault.NOT_UTF_8,
        3,
        "body",
    ),
    "half of a character": (
        (HEAD + GOOD).encode().replace(b"hello", b"\xed\xa0\x80"),
        Fault.NOT_UTF_8,
        2,
        "body",
    ),
    "quote closed by a later one": (
        (HEAD + GOOD + GOOD.replace("hello", '"hello') + GOOD.replace("hello", '"x"')).encode(),
        Fault.STRAY_QUOTE,
        3,
        "body",
    ),
    "quote within a quoted text": (
        (HEAD + GOOD.replace("hello", '"the "best" one"')).encode(),
        Fault.STRAY_QUOTE,
        2,
        "body",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN_ROWS)
def test_a_row_that_is_broken_is_one_problem_and_the_next_line_is_read_again(name):
    content, fault, line, column = BROKEN_ROWS[name]
    found = read(content + GOOD.encode())
    (problem,) = [one for one in found if isinstance(one, RowProblem)]
    assert (problem.fault, problem.line, problem.column) == (fault, line, column)
    assert not problem.ends_file
    assert isinstance(found[-1], Row)


def test_good_rows_that_an_open_quote_had_swallowed_are_read():
    opened = GOOD.replace("hello", '"hello')
    rows = read(HEAD + opened + GOOD * 3 + GOOD.replace("hello", '"so, ""yes"""') + GOOD)
    said = [one.line if isinstance(one, Row) else (one.line, one.fault) for one in rows]
    assert said == [(2, Fault.STRAY_QUOTE), 3, 4, 5, 6, 7]


def test_broken_rows_say_where_they_are_in_texts_of_many_lines():
    many = GOOD.replace("hello", '"one\ntwo\nthree"')
    bad = GOOD.replace("hello", '"one\nGr\xfc\xdfe\nthree"')
    content = (HEAD + many + bad + many).encode("cp1252")
    said = [one.line if isinstance(one, Row) else (one.line, one.fault) for one in read(content)]
    assert said == [2, (6, Fault.NOT_UTF_8), 8]


def test_a_first_line_that_is_no_text_ends_the_file():
    problem = read(HEAD.encode().replace(b"body", b"b\xfc"))[-1]
    assert isinstance(problem, RowProblem)
    assert (problem.fault, problem.line, problem.ends_file) == (Fault.NOT_UTF_8, 1, True)


def test_broken_rows_by_the_thousand_take_no_longer_than_good_ones():
    bad = GOOD.replace("hello", '"the "best"')
    rows = read(HEAD + (bad + GOOD) * 5000)
    assert sum(isinstance(one, Row) for one in rows) == 5000
    assert len(rows) == 10_000


BAD_CELLS = {
    "unknown kind": ({"kind": "telegram"}, "kind", Fault.UNKNOWN_VALUE),
    "a kind of the house": ({"kind": "ghosted"}, "kind", Fault.UNKNOWN_VALUE),
    "unknown channel": ({"channel": "pigeon"}, "channel", Fault.UNKNOWN_VALUE),
    "unknown direction": ({"direction": "both"}, "direction", Fault.UNKNOWN_VALUE),
    "no direction": ({"direction": " "}, "direction", Fault.EMPTY_CELL),
    "awaits maybe": ({"awaits_reply": "maybe"}, "awaits_reply", Fault.UNKNOWN_VALUE),
    "our no-show": ({"kind": "no_show", "direction": "out"}, "direction", Fault.WRONG_DIRECTION),
    "their offer": ({"kind": "offer"}, "direction", Fault.WRONG_DIRECTION),
    "no moment": ({"at": "yesterday"}, "at", Fault.NO_TIME),
    "no moment at all": ({"at": ""}, "at", Fault.EMPTY_CELL),
    "a week date": ({"at": "2026-W10-1T09:00Z"}, "at", Fault.NO_TIME),
    "a basic date": ({"at": "20260302T090000Z"}, "at", Fault.NO_TIME),
    "other digits": ({"at": "٢٠٢٦-03-02T09:00Z"}, "at", Fault.NO_TIME),
    "25 o'clock": ({"at": "2026-03-02T25:00Z"}, "at", Fault.NO_TIME),
    "naive": ({"at": "2026-03-02T09:00:00"}, "at", Fault.NAIVE_TIME),
    "a day": ({"at": "2026-03-02"}, "at", Fault.NAIVE_TIME),
    "30 February": ({"at": "2026-02-30T09:00Z"}, "at", Fault.IMPOSSIBLE_TIME),
    "a distant offset": ({"at": "2026-03-02T09:00+23:00"}, "at", Fault.IMPOSSIBLE_TIME),
    "year 20226": ({"at": "20226-03-02T09:00Z"}, "at", Fault.DISTANT_TIME),
    "year 10000": ({"at": "10000-03-02T09:00Z"}, "at", Fault.DISTANT_TIME),
    "year 1": ({"at": "0001-01-01T00:00+14:00"}, "at", Fault.DISTANT_TIME),
    "before 1990": ({"at": "1989-12-31T23:59Z"}, "at", Fault.DISTANT_TIME),
    "in eleven years": ({"at": "2037-11-20T12:00Z"}, "at", Fault.DISTANT_TIME),
    "due in eleven years": ({"due_at": "2037-11-20T12:00Z"}, "due_at", Fault.DISTANT_TIME),
    "due some day": ({"due_at": "soon"}, "due_at", Fault.NO_TIME),
    "no address": ({"candidate_email": "ada"}, "candidate_email", Fault.NO_EMAIL),
    "no address at all": ({"candidate_email": "  "}, "candidate_email", Fault.EMPTY_CELL),
    "two addresses": ({"candidate_email": "a@b.de, c@d.de"}, "candidate_email", Fault.NO_EMAIL),
    "a name with its address": ({"candidate_email": "A <a@b.de>"}, "candidate_email", Fault.NO_EMAIL),
    "an endless address": ({"candidate_email": "a" * 300 + "@b.de"}, "candidate_email", Fault.NO_EMAIL),
    "a colleague's name": ({"recruiter": "Grace"}, "recruiter", Fault.NO_EMAIL),
    "no job": ({"job": "\t"}, "job", Fault.EMPTY_CELL),
    "an endless job": ({"job": "x" * 301}, "job", Fault.LONG_CELL),
    "a job that grows when compared": ({"job": "ﬃ" * 150}, "job", Fault.LONG_CELL),
    "an endless stage": ({"stage": "x" * 201}, "stage", Fault.LONG_CELL),
    "an endless id": ({"external_id": "x" * 201}, "external_id", Fault.LONG_CELL),
    "a megabyte": ({"body": "x" * 1_000_000}, "body", Fault.LONG_CELL),
    "a megabyte of lines": ({"body": "x\n" * 500_000}, "body", Fault.LONG_CELL),
    "NUL in a text": ({"body": "a\0b"}, "body", Fault.ODD_CHARACTER),
    "NUL in an address": ({"candidate_email": "a\0@b.de"}, "candidate_email", Fault.ODD_CHARACTER),
    "escape in a job": ({"job": "\x1b[31mred"}, "job", Fault.ODD_CHARACTER),
    "escape in an id": ({"external_id": "a\x1bb"}, "external_id", Fault.ODD_CHARACTER),
    "a negative time": ({"minutes": "-5"}, "minutes", Fault.NO_NUMBER),
    "half a minute": ({"minutes": "0.5"}, "minutes", Fault.NO_NUMBER),
    "not a number": ({"minutes": "NaN"}, "minutes", Fault.NO_NUMBER),
    "a power": ({"minutes": "10e30"}, "minutes", Fault.NO_NUMBER),
    "a huge number": ({"minutes": "9" * 5000}, "minutes", Fault.NO_NUMBER),
    "too many minutes": ({"minutes": "100001"}, "minutes", Fault.NO_NUMBER),
    "minutes in other digits": ({"minutes": "١٢٣"}, "minutes", Fault.NO_NUMBER),
    "minutes as programs write them": ({"minutes": "1_000"}, "minutes", Fault.NO_NUMBER),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_cell_that_cannot_be_read_is_named_with_its_line_and_column(name):
    cells, column, fault = BAD_CELLS[name]
    rows = read(files.text([row(), row(**cells), row()]))
    problem = rows[1]
    assert isinstance(problem, RowProblem)
    assert (problem.line, problem.column, problem.fault) == (3, column, fault)
    assert not problem.ends_file
    assert isinstance(rows[2], Row), "the next row is read again"
    assert len(problem.found) < 100
    assert problem.found.isprintable()


def test_every_bad_cell_of_a_row_is_named():
    found = read(files.text([row(at="?", kind="?", minutes="?")]))
    assert [problem.column for problem in found if isinstance(problem, RowProblem)] == [
        "at",
        "kind",
        "minutes",
    ]


def test_a_row_with_too_few_cells_names_the_first_missing_one():
    problem = only(HEAD + "ada@example.org,Developer\n")
    assert (problem.fault, problem.line, problem.column) == (Fault.SHORT_ROW, 2, "at")


def test_a_row_with_too_many_cells_names_the_last_column():
    problem = only(HEAD + GOOD.rstrip() + ",more\n")
    assert (problem.fault, problem.line, problem.column) == (Fault.LONG_ROW, 2, "body")


@pytest.mark.parametrize("kind", list(DIRECTIONS))
@pytest.mark.parametrize("direction", list(Direction))
def test_a_kind_goes_only_in_the_directions_of_the_format(kind, direction):
    found = one_row(kind=kind.value, direction=direction.value)
    assert isinstance(found, Row) is (direction in DIRECTIONS[kind])


@pytest.mark.parametrize(
    ("cells", "awaits"),
    [
        ({"direction": "out"}, True),
        ({"direction": "out", "kind": "interview"}, True),
        ({"direction": "out", "kind": "assignment"}, True),
        ({"direction": "out", "kind": "offer"}, True),
        ({"direction": "out", "kind": "rejection"}, False),
        ({"direction": "out", "kind": "hire"}, False),
        ({"direction": "out", "awaits_reply": "no"}, False),
        ({"direction": "out", "kind": "hire", "awaits_reply": "YES"}, True),
        ({"direction": "in"}, True),
        ({"direction": "in", "awaits_reply": "yes"}, True),
        ({"direction": "in", "awaits_reply": "no"}, False),
        ({"direction": "in", "kind": "auto_reply"}, False),
        ({"direction": "in", "kind": "withdrawal", "awaits_reply": "yes"}, False),
    ],
)
def test_whether_a_row_awaits_a_reply(cells, awaits):
    found = one_row(**cells)
    assert isinstance(found, Row)
    assert found.awaits_reply is awaits


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T09:00:00Z",
        "2026-03-02T10:00:00+01:00",
        "2026-03-02T10:00+0100",
        "2026-03-02 08:00:00-01",
        "2026-03-02t09:00:00.000z",
        "2026-03-02T09:00:00,0000000Z",
        "2026-03-02T23:00:00+14:00",
    ],
)
def test_one_moment_can_be_written_in_many_ways(text):
    found = one_row(at=text)
    assert isinstance(found, Row)
    assert found.at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert found.at.tzinfo is UTC


class Endless:
    """A header, then the same megabyte again and again."""

    def __init__(self, line: bytes, megabytes: int = 300) -> None:
        self.lines = iter([HEAD.encode(), *[line] * megabytes])

    def readline(self, _limit: int, /) -> bytes:
        return next(self.lines, b"")


@pytest.mark.parametrize(
    "line",
    [
        b"x" * 999_999 + b"\n",
        b'"' + b"x" * 999_998 + b"\n",
        b'a,b,c,d,"' + b"x" * 999_990 + b"\n",
        b'"",' * 300_000 + b'"\n"',
    ],
    ids=["rows of one cell", "quotes that close each other", "an open quote", "a million cells"],
)
def test_hostile_files_are_read_in_little_memory(line):
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_rows(Endless(line), now=NOW))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count
    assert peak < 100_000_000


def test_the_format_needs_neither_flask_nor_a_database():
    script = (
        "import sys, recruiting.journal.csvfile;"
        "print({'flask', 'sqlalchemy', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "set()"


TEXTS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=60
) | st.sampled_from(["=1+1", '"', '""', "\r", "\r\n", "\n", ",", ";", "'", " ", "\ufeff", "a\rb"])
LABELS = TEXTS.map(lambda text: " ".join("".join(filter(str.isprintable, text)).split()))
MOMENTS = st.datetimes(
    datetime(1991, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)
)  # fmt: skip


@st.composite
def any_row(draw: st.DrawFn) -> Row:
    kind = draw(st.sampled_from(list(DIRECTIONS)))
    direction = draw(st.sampled_from(sorted(DIRECTIONS[kind])))
    can_wait = direction is Direction.OUT or kind.value == "message"
    return Row(
        line=0,
        email=draw(st.sampled_from(["ada@example.org", "B.o'b+1@Exämple.org"])),
        name=draw(LABELS),
        job=draw(LABELS.filter(bool)),
        stage=draw(LABELS),
        source=draw(LABELS),
        recruiter=draw(st.sampled_from(["", "grace@example.org"])),
        at=draw(MOMENTS),
        direction=direction,
        channel=draw(st.sampled_from(list(Channel))),
        kind=kind,
        awaits_reply=draw(st.booleans()) if can_wait else False,
        due_at=draw(st.none() | MOMENTS),
        minutes=draw(st.none() | st.integers(0, 100_000)),
        subject=draw(TEXTS),
        body=draw(TEXTS),
        external_id=draw(LABELS),
    )


@given(st.lists(any_row(), max_size=5))
def test_what_is_written_reads_the_same(rows):
    stream = io.StringIO(newline="")
    assert write_rows(rows, stream) == len(rows)
    raw = stream.getvalue().encode()
    back = list(read_rows(io.BytesIO(raw), now=NOW))
    assert [_without_line(item) for item in back] == [_without_line(row) for row in rows]


def _without_line(row: Row | RowProblem) -> tuple:
    assert isinstance(row, Row), row
    return tuple(getattr(row, name) for name in Row.__slots__ if name != "line")


@given(st.binary(max_size=300))
def test_any_bytes_end_in_rows_or_problems(raw):
    for item in read_rows(io.BytesIO(raw), now=NOW):
        assert isinstance(item, Row | RowProblem)


@given(st.text(max_size=200))
def test_any_cells_end_in_rows_or_problems(text):
    for item in read_rows(io.StringIO(HEAD + text), now=NOW):
        assert isinstance(item, Row | RowProblem)
