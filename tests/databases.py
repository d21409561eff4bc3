"""Fresh databases for tests: a migrated template, copied for each test, on either engine."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, LiteralString, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import event, make_url
from sqlalchemy.pool import Pool

from recruiting import migrate

LARGE = 1_000_000  # bytes of a table that is dropped rather than emptied
OPENED: list[Any] = []  # connections of the driver, since the last `close_all`


class Template(Protocol):
    """A migrated, empty database that can be copied quickly."""

    def copy(self, folder: Path) -> str:
        """Make a database for one test and answer its URL."""
        ...

    def drop(self, url: str) -> None:
        """Remove what `copy` made."""
        ...


class SqliteTemplate:
    """A file, migrated once, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "template.db"
        migrate.upgrade(f"sqlite:///{self.file}")

    def copy(self, folder: Path) -> str:
        target = folder / "heardback.db"
        shutil.copyfile(self.file, target)
        return f"sqlite:///{target}"

    def drop(self, url: str) -> None:
        """Nothing to do: pytest removes the folder."""


@dataclass
class PostgresTemplate:
    """A database on the run's server, migrated once per worker, copied by the server.

    A copy takes long. One that a test left without change to its structure is emptied instead,
    and serves the next test.
    """

    server: str  # URL of a database that may create others
    prefix: str  # unlike that of any other worker
    numbers: Iterator[int] = field(default_factory=count)
    spare: list[str] = field(default_factory=list)  # emptied copies

    def __post_init__(self) -> None:
        self.admin = psycopg.connect(plain(self.server), autocommit=True)
        self.name = f"{self.prefix}_template"
        self._run("DROP DATABASE IF EXISTS {}", self.name)
        self._run("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", self.name)
        migrate.upgrade(self._url(self.name))
        with psycopg.connect(plain(self._url(self.name))) as own:
            self.structure = _structure(own)
            self.emptying = _emptying(own)

    def copy(self, folder: Path) -> str:
        if self.spare:
            return self._url(self.spare.pop())
        name = f"{self.prefix}_{next(self.numbers)}"
        how = " STRATEGY file_copy" if self.admin.info.server_version >= 150000 else ""
        self._run("CREATE DATABASE {} TEMPLATE {}" + how, name, self.name)
        return self._url(name)

    def drop(self, url: str) -> None:
        name = str(make_url(url).database)
        self.admin.execute(END_OTHERS, [name])
        if self._was_emptied(url):
            self.spare.append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        """Leave nothing on the server."""
        for name in (*self.spare, self.name):
            self._drop(name)
        self.admin.close()

    def _was_emptied(self, url: str) -> bool:
        """Empty a copy, if it still has its structure and emptying it does not take long."""
        with suppress(psycopg.Error), psycopg.connect(plain(url), autocommit=True) as own:
            if _structure(own) == self.structure:
                own.execute(self.emptying)
                return True
        return False

    def _drop(self, name: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _url(self, name: str) -> str:
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: LiteralString, *names: str) -> None:
        self.admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid()
"""
# What a test may change of a copy beside its rows: tables, columns, indexes, rules, statistics,
# and the size of a table, as rows that were deleted keep their place.
STRUCTURE = """
    SELECT (SELECT array_agg((oid, relname, relnatts, relchecks, reltuples)::text ORDER BY oid)
            FROM pg_class WHERE relnamespace = 'public'::regnamespace),
           (SELECT array_agg((conname, pg_get_constraintdef(oid))::text ORDER BY oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
           (SELECT array_agg((attrelid, attname, atttypid, attnotnull)::text
                             ORDER BY attrelid, attnum)
            FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'),
           (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal),
           (SELECT count(*) FROM pg_namespace),
           (SELECT count(*) FROM pg_db_role_setting WHERE setdatabase <> 0),
           (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace
            AND relkind = 'r' AND pg_relation_size(oid) > %s)
"""


def _structure(own: psycopg.Connection[Any]) -> tuple[Any, ...] | None:
    return own.execute(STRUCTURE, [LARGE]).fetchone()


def _emptying(own: psycopg.Connection[Any]) -> sql.Composable:
    """Statements that leave a migrated database as it was when it was new."""
    tables = own.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    rows = [
        sql.SQL("DELETE FROM {}").format(sql.Identifier(name))
        for (name,) in tables
        if name != "alembic_version"
    ]
    numbers = sql.SQL(
        "SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false)"
        " FROM pg_sequences WHERE last_value IS NOT NULL"
    )
    quick = sql.SQL("SET session_replication_role = replica")  # no rule is asked, row by row
    return sql.SQL("; ").join([quick, *rows, numbers])


@event.listens_for(Pool, "connect")
def _remember(connection: Any, _record: object) -> None:
    OPENED.append(connection)


def close_all() -> None:
    """Close what a test left open, such as the pool of a second application that it made."""
    while OPENED:
        with suppress(sqlite3.ProgrammingError):  # belongs to a thread, which has ended
            OPENED.pop().close()


def plain(url: str) -> str:
    """The same address as libpq writes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
