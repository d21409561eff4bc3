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
    """A database on the run's server, migrated once per worker, copied by the server."""

    server: str  # URL of a database that may create others
    prefix: str  # unlike that of any other worker
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.admin = psycopg.connect(plain(self.server), autocommit=True)
        self.name = f"{self.prefix}_template"
        self._run("DROP DATABASE IF EXISTS {}", self.name)
        self._run("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", self.name)
        migrate.upgrade(self._url(self.name))

    def copy(self, folder: Path) -> str:
        name = f"{self.prefix}_{next(self.numbers)}"
        how = " STRATEGY file_copy" if self.admin.info.server_version >= 150000 else ""
        self._run("CREATE DATABASE {} TEMPLATE {}" + how, name, self.name)
        return self._url(name)

    def drop(self, url: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", str(make_url(url).database))

    def close(self) -> None:
        """Leave nothing on the server."""
        self.drop(self._url(self.name))
        self.admin.close()

    def _url(self, name: str) -> str:
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: LiteralString, *names: str) -> None:
        self.admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


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
