"""Run migrations on one connection, safely on both databases.

On SQLite a batch migration rebuilds a table by dropping it; with foreign keys on, the drop would
empty its child tables. So they go off before the transaction begins (inside one the pragma does
nothing), and nothing is committed unless every reference still holds.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from recruiting import tables
from recruiting.db import Base

LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"


def run(connection: Connection) -> None:
    """Migrate within one transaction, as the dialect needs it."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        _foreign_keys(connection, on=False)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with connection.begin():
        if not is_sqlite:
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
        context.run_migrations()
        if is_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"references broken by the migration: {broken[:5]}")
    if is_sqlite:
        _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


assert tables.ALL, "the models must be imported before the metadata is compared"
given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.config.attributes["url"]
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as opened:
        run(opened)
    engine.dispose()
