"""A journal file laid beside the database: temporary tables hold its rows and its problems.

The tables live on the session's connection, for one transaction, and only there. Nothing here
touches the house's own tables, so no writer waits, and memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    collate,
    func,
    insert,
    select,
    text,
)

from recruiting.candidates.rules import email_key
from recruiting.db import Base, UtcDateTime, db
from recruiting.jobs.rules import guess_kind, title_key
from recruiting.journal.csvfile import JournalFile, Lines
from recruiting.journal.rules import Fault, Row, RowProblem
from recruiting.pipeline.rules import Direction, Kind, asks_something

ROWS_AT_ONCE = 2000
BYTES_AT_ONCE = 4_000_000

_beside = MetaData()  # not the house's: these tables live on one connection, for one transaction

rows = Table(
    "journal_row",
    _beside,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("email", String),
    Column("email_key", String),
    Column("name", String),
    Column("job", String),
    Column("job_key", String),
    Column("stage", String),
    Column("stage_key", String),
    Column("stage_kind", String),
    Column("source", String),
    Column("by", String),
    Column("at", UtcDateTime()),
    Column("direction", String),
    Column("channel", String),
    Column("kind", String),
    Column("awaits_reply", Boolean),
    Column("due_at", UtcDateTime()),
    Column("minutes", Integer),
    Column("subject", Text),
    Column("body", Text),
    Column("external_id", String),
    Column("asks", Boolean),
    Column("fact", String),  # digest of person, job, time, direction, kind
    Column("fullness", Integer),  # of two equal rows the fuller one is kept
    Column("tie", String),  # digest of all else: decides between equally full ones
    prefixes=["TEMPORARY"],
)
problems = Table(
    "journal_problem",
    _beside,
    Column("line", Integer),
    Column("column", String),
    Column("fault", String),
    Column("found", String),
    Column("wanted", String),
    Column("ends_file", Boolean),
    prefixes=["TEMPORARY"],
)
picks = Table(
    "journal_pick",
    _beside,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("fate", String),
    Column("candidate_id", Integer),
    Column("job_id", Integer),
    Column("application_id", Integer, index=True),
    Column("event_id", Integer),  # the stored event that this row is
    prefixes=["TEMPORARY"],
)
newcomers = Table(
    "journal_newcomer",
    _beside,
    Column("email_key", String, primary_key=True),
    Column("email", String),
    Column("candidate_id", Integer),
    prefixes=["TEMPORARY"],
)

both = picks.join(rows, rows.c.line == picks.c.line)


class Doing(StrEnum):
    """What an import is at."""

    READING = "reading"  # counted in bytes, of a total that only the caller may know
    WRITING = "writing"  # counted in applications


Progress = Callable[[Doing, int, int], object]  # what, done, total (0: unknown)


def table_of(model: type[Base]) -> Table:
    """The table behind a model, for statements over many rows."""
    return Base.metadata.tables[model.__tablename__]


def lay(stream: Lines, *, now: datetime, progress: Progress | None = None) -> JournalFile:
    """Read a file into fresh temporary tables; problems lie beside the rows."""
    clear()
    connection = db.session.connection()
    _beside.create_all(connection, checkfirst=False)
    file = JournalFile(stream, now=now)
    good, bad = _Loader(connection, rows), _Loader(connection, problems)
    written = UtcDateTime().bind_processor(connection.dialect)
    read = 0  # bytes, up to the last block
    for item in file:
        if isinstance(item, Row):
            good.waiting.append(_stored(item, written))
        else:
            bad.waiting.append(astuple(item))
        is_full = len(good.waiting) + len(bad.waiting) >= ROWS_AT_ONCE
        if is_full or file.bytes_read - read >= BYTES_AT_ONCE:
            good.flush()
            bad.flush()
            read = file.bytes_read
            if progress is not None:
                progress(Doing.READING, read, 0)
    good.flush()
    bad.flush()
    if progress is not None:
        progress(Doing.READING, file.bytes_read, 0)
    learn(rows)
    return file


class _Loader:
    """Fills one table in blocks, by the fastest way that the driver has."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self.connection = connection
        self.waiting: list[tuple[Any, ...]] = []  # each in the order of the table's columns
        self.insert = str(insert(table).compile(dialect=connection.dialect))
        quote = connection.dialect.identifier_preparer.quote
        self.copy = f"COPY {table.name} ({', '.join(quote(c.name) for c in table.c)}) FROM STDIN"

    def flush(self) -> None:
        """Write what waits."""
        if not self.waiting:
            return
        if self.connection.dialect.name == "sqlite":
            self.connection.exec_driver_sql(self.insert, self.waiting)
        else:
            cursor = self.connection.connection.cursor()
            with cursor.copy(self.copy) as copy:
                for values in self.waiting:
                    copy.write_row(values)
        self.waiting.clear()


def clear() -> None:
    """Drop what an earlier import on this connection left behind."""
    connection = db.session.connection()
    # Without the schema's name SQLite would look into the house's own, and so begin to read it.
    schema = "temp" if connection.dialect.name == "sqlite" else "pg_temp"
    for table in (rows, problems, picks, newcomers):
        connection.execute(text(f"DROP TABLE IF EXISTS {schema}.{table.name}"))


def smallest(column: ColumnElement[str]) -> ColumnElement[str]:
    """A text as it is compared byte by byte on every database."""
    return collate(column, "C") if db.session.connection().dialect.name == "postgresql" else column


def listed(limit: int | None = None) -> Iterator[RowProblem]:
    """The problems in the order of the file, streaming."""
    question = (
        select(problems)
        .order_by(problems.c.line, problems.c.column)
        .limit(limit)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for line, column, fault, found, wanted, ends_file in db.session.execute(question):
        yield RowProblem(line, column, Fault(fault), found, wanted, ends_file)


def has_problems() -> bool:
    """Whether anything of the file could not be read."""
    return bool(db.session.scalar(select(func.count()).select_from(problems)))


def learn(table: Table) -> None:
    """Tell PostgreSQL's planner how many rows a fresh table has."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ANALYZE {table.name}"))


_person, _title = lru_cache(maxsize=2000)(email_key), lru_cache(maxsize=2000)(title_key)


@lru_cache(maxsize=2000)
def _kind_of_stage(name: str) -> str:
    return guess_kind(name).value


def _stored(row: Row, written: Callable[[datetime | None], Any]) -> tuple[Any, ...]:
    """One row as the temporary table takes it, in the order of its columns."""
    person, job, at = _person(row.email), _title(row.job), written(row.at)
    kind, direction, due_at = row.kind.value, row.direction.value, written(row.due_at)
    is_message = row.direction is Direction.IN and row.kind is Kind.MESSAGE
    rest = (row.name, row.stage, row.source, row.recruiter, due_at, row.minutes)
    said = len(row.subject) + len(row.body)
    return (
        row.line,
        row.email,
        person,
        row.name,
        row.job,
        job,
        row.stage,
        _title(row.stage),
        _kind_of_stage(row.stage),
        row.source,
        row.recruiter or None,
        at,
        direction,
        row.channel.value,
        kind,
        row.awaits_reply,
        due_at,
        row.minutes,
        row.subject,
        row.body,
        row.external_id or None,
        is_message and asks_something(row.body),
        _digest(person, job, str(at), direction, kind),
        said * 10 + sum(map(bool, (*rest, row.subject, row.body))),
        _digest(str(rest), str(row.awaits_reply), row.subject, row.body, row.external_id),
    )


def _digest(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
