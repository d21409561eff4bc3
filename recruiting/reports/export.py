"""A table of the report as plain lines, for files and terminals."""

from __future__ import annotations

from recruiting.reports.rules import By
from recruiting.reports.tables import Row, Table
from recruiting.stats.rates import Share

RATES = ("ghosting", "never_responded", "our_delay")
COLUMNS = (
    "group",
    *(f"{rate}_{part}" for rate in RATES[:1] for part in ("k", "n", "share", "low", "high")),
    "their_open",
    *(f"{rate}_{part}" for rate in RATES[1:2] for part in ("k", "n", "share", "low", "high")),
    *(f"{rate}_{part}" for rate in RATES[2:] for part in ("k", "n", "share", "low", "high")),
    "our_open",
    "hidden",
)
# A spreadsheet takes what begins like this for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def lines(table: Table) -> list[dict[str, object]]:
    """One line a group, and one for all of them together, named `all`."""
    named = [(row.group.name or "unknown", row) for row in table.rows]
    if table.by in {By.MONTH, By.CHANNEL}:
        named = [(row.group.key, row) for row in table.rows]
    return [_line(defused(name), row) for name, row in [*named, ("all", table.total)]]


def defused(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _line(name: str, row: Row) -> dict[str, object]:
    found: dict[str, object] = {"group": name}
    for rate, share in zip(RATES, (row.ghosting, row.never, row.delay), strict=True):
        found |= _parts(rate, share)
    found |= {"their_open": row.their_open, "our_open": row.our_open}
    found["hidden"] = "yes" if row.ghosting.hidden else "no"
    return {column: found[column] for column in COLUMNS}


def _parts(rate: str, share: Share) -> dict[str, object]:
    return {
        f"{rate}_k": share.k,
        f"{rate}_n": share.n,
        f"{rate}_share": _rounded(share.share),
        f"{rate}_low": _rounded(share.low),
        f"{rate}_high": _rounded(share.high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
