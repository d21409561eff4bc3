"""An attacker who wants to know which anonymous answer is whose.

They have every row of every table before and after each request, in the order in which the
database gives them, and the lines of the access log; they lack the secret key. Each way of theirs
puts the invitations in an order and the answers in an order, and lays one upon the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import literal_column, select

from recruiting import tables
from recruiting.db import db

Row = dict[str, Any]
Dump = dict[str, list[Row]]
ANSWERS = "anonymous_answer"
POSTGRES = [literal_column(f"{name}::text").label(name) for name in ("ctid", "xmin")]
SQLITE = [literal_column("rowid").label("row_number")]


def dump() -> Dump:
    """All that the database gives, with the hidden columns of its rows, in its own order."""
    db.session.rollback()
    is_postgres = db.engine.dialect.name == "postgresql"
    found: Dump = {}
    for table in tables.ALL:
        columns = POSTGRES if is_postgres else SQLITE
        if not (is_postgres or table.dialect_options["sqlite"]["with_rowid"]):
            columns = []  # such a table has no hidden number
        rows = db.session.execute(select(*columns, table))
        found[table.name] = [dict(row) for row in rows.mappings()]
    db.session.rollback()
    return found


def changed(before: Dump, after: Dump) -> dict[str, list[Row]]:
    """The rows that are new or different, by table."""
    found = {name: [row for row in after[name] if row not in before[name]] for name in after}
    return {name: rows for name, rows in found.items() if rows}


@dataclass(frozen=True)
class Seen:
    """What the attacker has: dumps around each request, in order, one at the end, the log."""

    dumps: Sequence[Dump]
    last: Dump
    log: Sequence[Row]


def invitations_in_order_of_use(seen: Seen) -> list[str]:
    """Which invitation was used by each request: the one whose flag has changed."""
    return [
        next(row["id"] for row in changed(before, after)["invitation"])
        for before, after in zip(seen.dumps, seen.dumps[1:], strict=False)
    ]


def orders_of_invitations(seen: Seen) -> Iterator[list[str]]:
    """By use, as the rows lie at the end, by number, by application, by when it was made."""
    used = invitations_in_order_of_use(seen)
    rows = [row for row in seen.last["invitation"] if row["id"] in set(used)]
    yield used
    yield [row["id"] for row in rows]
    for column in ("id", "application_id", "expires_at"):
        yield [row["id"] for row in sorted(rows, key=lambda row: (row[column], row["id"]))]
    times = sorted(range(len(used)), key=lambda place: seen.log[place]["ms"])
    yield [used[place] for place in times]  # who took longest wrote most


def orders_of_answers(seen: Seen) -> Iterator[list[str]]:
    """As the rows lie, by number, by transaction, by length, by how it is spelled."""
    rows = seen.last[ANSWERS]
    yield [row["wish"] for row in rows]
    hidden = ("ctid", "xmin")
    for column in ("id", "week_on", *(name for name in hidden if name in rows[0])):
        yield [row["wish"] for row in sorted(rows, key=lambda row: str(row[column]))]
    yield [row["wish"] for row in sorted(rows, key=lambda row: len(repr(row)))]
    yield [row["wish"] for row in sorted(rows, key=lambda row: sha256(row["id"].encode()).digest())]


def guesses(seen: Seen) -> Iterator[dict[str, str]]:
    """Every way of laying the one upon the other, forwards and backwards."""
    for authors in orders_of_invitations(seen):
        for wishes in orders_of_answers(seen):
            yield dict(zip(authors, wishes, strict=True))
            yield dict(zip(authors, reversed(wishes), strict=True))
