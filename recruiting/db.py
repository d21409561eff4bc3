"""The database handle, and the few types that keep what is stored honest.

SQLite is opened so that writers queue instead of failing: WAL, foreign keys on, and every
transaction that may write begins IMMEDIATE (a deferred one cannot be upgraded once another writer
came between). Readers that promise not to write ask for `sqlite_begin="DEFERRED"`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, Enum, MetaData, event, func, inspect, select
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

# Batch migrations on SQLite can only drop what has a name.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
WAIT_FOR_LOCK_MS = 5000


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: refuses naive values, stores UTC, returns aware UTC.

    SQLite keeps text; it is written and read here in one step, since lists read it a million
    times.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(  # ty: ignore[incompatible-method-override]
        self, dialect: Dialect
    ) -> Callable[[Any], Any]:
        """How a moment is written."""
        return _as_text if dialect.name == "sqlite" else _as_utc

    def result_processor(  # ty: ignore[incompatible-method-override]
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], Any]:
        """How a moment is read."""
        return _from_text if dialect.name == "sqlite" else _as_utc


def _as_utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs an offset, got the naive {moment!r}")
    return moment.astimezone(UTC)


def _as_text(moment: datetime | None) -> str | None:
    utc = _as_utc(moment)
    return None if utc is None else utc.isoformat(" ", "microseconds").removesuffix("+00:00")


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


class _Word(Enum):
    """An enum of words, read by one look into a table: lists read it a million times."""

    cache_ok = True

    def result_processor(  # ty: ignore[incompatible-method-override]
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], Any]:
        """How a word is read; an unknown one raises `LookupError`."""
        members: dict[str | None, Any] = {None: None}
        members |= {member.value: member for member in self.enum_class or ()}
        return members.__getitem__


def enum_type(kind: type[StrEnum]) -> Enum:
    """Store an enum as its value, in a plain text column with a named check."""
    return _Word(
        kind,
        native_enum=False,
        length=24,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
        create_constraint=True,
        name=kind.__name__.lower(),
    )


class Base(DeclarativeBase):
    """The one base of all tables."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: UtcDateTime()}
    )


db = SQLAlchemy(model_class=Base)


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver must not emit BEGIN by itself
    # SQLite folds the case of ASCII letters only; people look for "özdemir" and mean Özdemir.
    connection.create_function("lower", 1, _lower, deterministic=True)
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={WAIT_FOR_LOCK_MS}",
        "synchronous=NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        how = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {how}")


def read_only() -> None:
    """Promise that this session's transaction will not write; a reader then never waits."""
    db.session.connection(execution_options={"sqlite_begin": "DEFERRED"})


def overwrite_freed() -> None:
    """Overwrite what this session frees on SQLite from here on, rather than only forget it."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def lock(row: Base) -> None:
    """Read a row anew under its lock, and nothing that was loaded beside it.

    `session.refresh` would ask for that too, and PostgreSQL locks no row that an outer join may
    leave out.
    """
    key = inspect(row).identity
    db.session.get_one(type(row), key, with_for_update=True, populate_existing=True)


@contextmanager
def own_transaction() -> Generator[Connection]:
    """A short transaction beside the session's: for counters that must outlive a rollback."""
    with db.engine.begin() as connection:
        yield connection


@contextmanager
def giving_way(milliseconds: int) -> Generator[Connection]:
    """A transaction that soon gives way to another writer's: `OperationalError` then."""
    with db.engine.connect() as connection:
        _wait_for_lock(connection, milliseconds)
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":  # none at all would mean for ever
                    patience = f"{max(1, milliseconds)}ms"
                    connection.execute(select(func.set_config("lock_timeout", patience, True)))
                yield connection
        finally:
            _wait_for_lock(connection, WAIT_FOR_LOCK_MS)


def _wait_for_lock(connection: Connection, milliseconds: int) -> None:
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute(f"PRAGMA busy_timeout={milliseconds}")
