"""A table of the report as plain lines, and as a file for spreadsheets (pure)."""

from __future__ import annotations

import csv
import io

from recruiting.journal.rules import defused
from recruiting.reports.rules import By
from recruiting.reports.tables import Row, Table
from recruiting.stats.rates import Share

RATES = ("ghosting", "never_responded", "our_delay")
PARTS = ("k", "n", "share", "low", "high")
COLUMNS = (
    "group",
    *(f"ghosting_{part}" for part in PARTS),
    "their_open",
    *(f"never_responded_{part}" for part in PARTS),
    *(f"our_delay_{part}" for part in PARTS),
    "our_open",
    "hidden",  # no, theirs, ours, both: the side of which a figure is not shown (it is empty)
)
HIDDEN = {
    (False, False): "no",
    (True, False): "theirs",
    (False, True): "ours",
    (True, True): "both",
}


def lines(table: Table) -> list[dict[str, object]]:
    """One line a group, and one for all of them together, named `all`."""
    named = [(row.group.name or "unknown", row) for row in table.rows]
    if table.by in {By.MONTH, By.CHANNEL}:
        named = [(row.group.key, row) for row in table.rows]
    return [_line(name, row) for name, row in [*named, ("all", table.total)]]


def spreadsheet(table: Table) -> str:
    """The same as CSV (RFC 4180) in which nothing is taken for a formula."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows(line | {"group": defused(str(line["group"]))} for line in lines(table))
    return stream.getvalue()


def _line(name: str, row: Row) -> dict[str, object]:
    found: dict[str, object] = {"group": name}
    for rate, share in zip(RATES, (row.ghosting, row.never, row.delay), strict=True):
        found |= _parts(rate, share)
    found |= {"their_open": row.their_open, "our_open": row.our_open}
    found["hidden"] = HIDDEN[row.hides_theirs, row.hides_ours]
    return {column: found[column] for column in COLUMNS}


def _parts(rate: str, share: Share) -> dict[str, object]:
    values = (share.k, share.n, *map(_rounded, (share.share, share.low, share.high)))
    return {f"{rate}_{part}": value for part, value in zip(PARTS, values, strict=True)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
