"""Migrations: one head, models equal it, every step works both ways with data in the tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from recruiting import migrate, tables
from recruiting.db import Base

FOLDER = Path(__file__).parent.parent / "migrations"
MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROWS = 20


@pytest.fixture
def url(database_url: str) -> str:
    """A database without any table, on the engine of this run."""
    migrate.downgrade(database_url, "base")
    return database_url


def revisions() -> list[str]:
    script = ScriptDirectory(str(FOLDER))
    return [one.revision for one in script.walk_revisions()][::-1]


def test_revisions_are_numbered_in_one_line_and_head_is_named():
    numbers = revisions()
    assert numbers == [f"{place:04d}" for place in range(1, len(numbers) + 1)]
    assert (FOLDER / "HEAD").read_text().strip() == numbers[-1] == migrate.head()


def test_models_equal_the_newest_schema(url: str):
    migrate.upgrade(url)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_every_constraint_has_a_name():
    for table in tables.ALL:
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"


def fill(connection: sa.Connection) -> dict[str, int]:
    """Linked rows in every table, whatever its columns; says how many stand in each."""
    live = sa.MetaData()
    live.reflect(connection)
    counts: dict[str, int] = {}
    for table in (live.tables[t.name] for t in tables.ALL if t.name in live.tables):
        rows = [row_for(table, number) for number in range(1, ROWS + 1)]
        connection.execute(table.insert(), rows)
        counts[table.name] = ROWS
    return counts


# Columns whose check allows a few words only.
WORDS = {
    "role": "admin", "kind": None, "turn": "us", "outcome": None, "channel": "email",
    "direction": "out", "whose": "us", "end": None, "result": None,
    "decision": 1, "choice": None, "reason": "pace", "purpose": "written", "state": None,
    "ladder": "batch",
}  # fmt: skip
KINDS = {"stage": "screen", "address": "email", "event": "message", "remark": "said"}
DECISIONS = {"erasure": None}  # of a stage it is a number of days
STATES = {"address": "good", "message": "queued", "received": "stored"}


def row_for(table: sa.Table, number: int) -> dict[str, object]:
    row: dict[str, object] = {}
    for column in table.columns:
        name, kind = column.name, column.type
        if column.foreign_keys or (column.primary_key and isinstance(kind, sa.Integer)):
            target = next(iter(column.foreign_keys), None)
            is_text = target is not None and isinstance(target.column.type, sa.String)
            row[name] = f"t{number}" if is_text else number
        elif name in WORDS:
            own = {"kind": KINDS, "state": STATES, "decision": DECISIONS}.get(name, {})
            row[name] = own.get(table.name, WORDS[name])
        elif isinstance(kind, sa.Boolean):
            row[name] = True
        elif isinstance(kind, sa.DateTime):
            row[name] = MOMENT.replace(tzinfo=None)
        elif isinstance(kind, sa.Date):
            row[name] = MOMENT.date()
        elif isinstance(kind, sa.Integer):
            row[name] = 1 + number % 3
        elif isinstance(kind, sa.Float | sa.Numeric):
            row[name] = number / 2
        elif isinstance(kind, sa.LargeBinary):
            row[name] = b"raw"
        else:
            row[name] = f"t{number}"
    return row


def counted(connection: sa.Connection) -> dict[str, int]:
    live = sa.MetaData()
    live.reflect(connection)
    return {
        name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for name, table in live.tables.items()
        if name != "alembic_version"
    }


@pytest.mark.parametrize("step", range(1, len(revisions())))
def test_a_step_down_and_up_again_keeps_the_rows_of_what_stays(url: str, step: int):
    migrate.upgrade(url, revisions()[step])
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        fill(connection)
    migrate.downgrade(url, revisions()[step - 1])
    with engine.begin() as connection:
        kept = counted(connection)
    assert set(kept.values()) == {ROWS}
    migrate.upgrade(url)
    with engine.begin() as connection:
        after = counted(connection)
    assert {name: after[name] for name in kept} == kept
    assert set(after) == {table.name for table in tables.ALL}
    engine.dispose()


def test_down_to_nothing_and_up_again(url: str):
    migrate.upgrade(url)
    migrate.downgrade(url, "base")
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert counted(connection) == {}
    migrate.upgrade(url)
    with engine.connect() as connection:
        assert migrate.current(connection) == migrate.head()
    engine.dispose()


def test_a_rebuilt_table_keeps_its_children(url: str):
    """On SQLite a batch migration drops the parent; its children must survive that."""
    migrate.upgrade(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        fill(connection)
    migrate.downgrade(url, revisions()[-2])
    with engine.begin() as connection:
        assert counted(connection)["spell"] == ROWS
    engine.dispose()


def test_mails_to_colleagues_leave_their_application_and_hang_on_the_first_again(url: str):
    migrate.upgrade(url, "0016")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        fill(connection)
        connection.execute(sa.text("UPDATE message SET purpose = 'reminder' WHERE id > 17"))
    known = sa.text("SELECT id, application_id FROM message WHERE id > 15 ORDER BY id")
    migrate.upgrade(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(known)]
        assert found == [(16, 16), (17, 17), (18, None), (19, None), (20, None)]
    migrate.downgrade(url, "0016")
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(known)]
        assert found == [(16, 16), (17, 17), (18, 1), (19, 1), (20, 1)]
    engine.dispose()


def test_what_is_still_here_is_listed_anew_and_what_was_deleted_is_not(url: str):
    migrate.upgrade(url, "0016")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        fill(connection)
        connection.execute(sa.text("UPDATE inventory SET deleted_at = NULL WHERE received_id > 2"))
    migrate.upgrade(url)
    with engine.connect() as connection:
        assert list(connection.scalars(sa.text("SELECT received_id FROM inventory"))) == [1, 2]
        assert list(connection.scalars(sa.text("SELECT number FROM document"))) == [1, 1]
    engine.dispose()


def test_copies_that_stayed_behind_are_placed_beside_the_mail_that_they_are_of(url: str):
    migrate.upgrade(url, "0017")
    engine = sa.create_engine(url)
    change = "UPDATE received SET state = '%s', why = '%s', message_id = '%s', sender = 'x'"
    rows = {
        1: ("filed", "r", "a"), 2: ("not_ours", "twice", "a"),
        3: ("unmatched", "", "b"), 4: ("not_ours", "twice", "b"),
        5: ("filed", "r", "c"), 6: ("filed", "r", "c"), 7: ("not_ours", "twice", "c"),
        8: ("filed", "r", "d"), 9: ("not_ours", "r", "d"), 10: ("not_ours", "twice", "d"),
        11: ("filed", "twice", "a"),
    }  # fmt: skip
    with engine.begin() as connection:
        fill(connection)
        for number, row in rows.items():
            connection.execute(sa.text(f"{change % row} WHERE id = {number}"))
        connection.execute(
            sa.text("UPDATE received SET application_id = NULL, event_id = NULL WHERE id = 2")
        )
        connection.execute(sa.text("UPDATE received SET sender_differs = (id = 1)"))
    migrate.upgrade(url)
    with engine.connect() as connection:
        found = "SELECT state, application_id, event_id, sender_differs FROM received"
        found += " WHERE id IN (2, 4, 7, 10) ORDER BY id"
        assert [tuple(row) for row in connection.execute(sa.text(found))] == [
            ("filed", 1, 1, True), ("not_ours", 4, 4, False), ("not_ours", 7, 7, False),
            ("not_ours", 10, 10, False),
        ]  # fmt: skip
    engine.dispose()


def test_rows_of_running_applications_are_read_anew_by_the_new_rule(url: str):
    migrate.upgrade(url, "0019")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        fill(connection)
        connection.execute(sa.text("UPDATE application SET next_event_at = NULL, outcome = NULL"))
        connection.execute(sa.text("UPDATE application SET outcome = 'hired' WHERE id > 2"))
    migrate.upgrade(url)
    behind = "SELECT id FROM application WHERE next_event_at = applied_at ORDER BY id"
    with engine.connect() as connection:
        assert list(connection.scalars(sa.text(behind))) == [1, 2]
    engine.dispose()


def test_a_mail_to_a_colleague_alone_is_about_no_application_and_is_written_once(url: str):
    migrate.upgrade(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        fill(connection)
    for change in (
        "application_id = NULL",
        "purpose = 'reminder'",
        "purpose = 'reminder', application_id = NULL, occurrence = 'twice'",
    ):
        with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
            connection.execute(sa.text(f"UPDATE message SET {change} WHERE id > 18"))  # noqa: S608
    engine.dispose()


def test_the_day_of_an_alarm_comes_and_goes_and_no_answer_gets_a_number(url: str):
    """Rebuilt, the table would count its rows on SQLite, in the order in which they came."""
    migrate.upgrade(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        fill(connection)
    migrate.downgrade(url, "0018")
    migrate.upgrade(url)
    table = sa.text("SELECT alarm_on, raises_alarm FROM anonymous_answer")
    with engine.connect() as connection:
        assert {row.alarm_on for row in connection.execute(table)} == {None}
        if engine.dialect.name == "sqlite":
            with pytest.raises(sa.exc.OperationalError, match="no such column: rowid"):
                connection.execute(sa.text("SELECT rowid FROM anonymous_answer"))
    engine.dispose()


def test_an_invitation_that_was_used_stays_used_both_ways_and_tells_no_moment(url: str):
    """With a name the moment comes back from the answer; without, none that means anything."""
    migrate.upgrade(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        fill(connection)
        connection.execute(sa.text("DELETE FROM answer WHERE invitation_id <> 't1'"))
        connection.execute(sa.text("UPDATE answer SET submitted_at = '2026-03-09 10:00:00'"))
        connection.execute(sa.text("UPDATE invitation SET is_used = (id IN ('t1', 't2'))"))
    migrate.downgrade(url, "0011")
    used = sa.text("SELECT id, used_at FROM invitation WHERE used_at IS NOT NULL ORDER BY id")
    with engine.connect() as connection:
        found = {name: str(moment)[:16] for name, moment in connection.execute(used)}
    assert found == {"t1": "2026-03-09 10:00", "t2": str(MOMENT)[:16]}
    migrate.upgrade(url)
    with engine.connect() as connection:
        kept = connection.scalars(sa.text("SELECT id FROM invitation WHERE is_used ORDER BY id"))
        assert list(kept) == ["t1", "t2"]
    engine.dispose()
