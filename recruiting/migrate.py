"""Bring a database to the newest schema, and say where it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent.parent / "migrations"


def config(url: str) -> Config:
    """Alembic's settings for the database at `url`."""
    settings = Config(str(FOLDER / "alembic.ini"))
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["url"] = url
    return settings


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up to `revision`; does nothing if the database is there already."""
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate down to `revision`; `base` empties the database of our tables."""
    command.downgrade(config(url), revision)


def head() -> str | None:
    """The newest revision that this code brings."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def current(connection: Connection) -> str | None:
    """The revision that a database is at; none if it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()
