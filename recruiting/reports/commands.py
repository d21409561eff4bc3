"""`flask report` and `flask feedback`: the figures of the report in a terminal or in a file."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from config import Settings
from recruiting import clock
from recruiting.db import read_only
from recruiting.office import office
from recruiting.options import MOMENT, echo_table
from recruiting.reports import told
from recruiting.reports.answers import answers
from recruiting.reports.export import PARTS, lines, spreadsheet
from recruiting.reports.queries import whole_ledger
from recruiting.reports.rules import By
from recruiting.reports.tables import tables


@click.group()
def report() -> None:
    """Where the conversation breaks, on both sides."""


@report.command("ghosting")
@click.option(
    "--as-of", "as_of", type=MOMENT, help="As known at this moment (ISO 8601, with offset)."
)
@click.option("--by", type=click.Choice([by.value for by in By]), default=By.STAGE.value)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    help="json is one object a line.",
)
@with_appcontext
def ghosting(as_of: datetime | None, by: str, form: str) -> None:
    """Ghosting, never-responded and our own delay rates, with n, bounds and open turns.

    Groups that are too small are hidden. The CSV is meant for spreadsheets: what could be taken
    for a formula is defused.
    """
    read_only()
    settings: Settings = current_app.extensions["settings"]
    found = whole_ledger(clock.now(), office(), as_of=as_of)
    table = tables(found, settings.smallest_group)[By(by)]
    if form == "json":
        for line in lines(table):
            click.echo(json.dumps(line, ensure_ascii=False))
    elif form == "csv":
        click.echo(spreadsheet(table), nl=False)
    else:
        _table(lines(table))


@click.group()
def feedback() -> None:
    """What candidates answered after the end."""


@feedback.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    default="csv",
    help="json is one object a line.",
)
@with_appcontext
def export(form: str) -> None:
    """How often each answer was given, with a name and without; groups too small are hidden.

    No texts, and nobody's answers as such: those stand on pages, for their readers.
    """
    read_only()
    settings: Settings = current_app.extensions["settings"]
    today = office().day_of(clock.now())
    found = answers(today, settings.smallest_group)
    if form == "json":
        for line in told.lines(found.named, found.anonymous):
            click.echo(json.dumps(line))
    else:
        click.echo(told.spreadsheet(found.named, found.anonymous), nl=False)


HUSHED = "hidden"  # of a small group, or of one that would give it away
HEADS = ("group", "fell silent", "open", "never responded", "we were late", "open")


def _table(rows: list[dict[str, object]]) -> None:
    """The same in the width of a terminal; all digits are in the other two formats."""
    cells = [HEADS, *(_cells(row) for row in rows)]
    echo_table(cells)
    if any(HUSHED in row[1:] for row in cells):
        click.echo("hidden: to protect a small group")


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["group"],
        _rate(row, "ghosting"),
        _count(row["their_open"]),
        _rate(row, "never_responded"),
        _rate(row, "our_delay"),
        _count(row["our_open"]),
    )


def _rate(row: dict[str, Any], name: str) -> str:
    """`18 of 59: 31% (20-43)`: a rate with its n and its 95% interval."""
    k, n, share, low, high = (row[f"{name}_{part}"] for part in PARTS)
    if n is None:
        return HUSHED
    if share is None:
        return "0 of 0"
    return f"{k} of {n}: {_percent(share)}% ({_percent(low)}-{_percent(high)})"


def _percent(share: float) -> str:
    """A whole percentage; only what never or always happens is called 0 or 100."""
    if 0 < share < 0.005:
        return "<1"
    return ">99" if 0.995 <= share < 1 else f"{share * 100:.0f}"


def _count(value: int | None) -> str:
    return HUSHED if value is None else str(value)


COMMANDS: tuple[click.Command, ...] = (report, feedback)
