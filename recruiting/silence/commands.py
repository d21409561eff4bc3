"""`flask silence`: who is silent, and the caches read anew."""

from __future__ import annotations

import json
from datetime import datetime

import click
from flask.cli import with_appcontext

from recruiting import clock
from recruiting.db import db, read_only
from recruiting.errors import Problem
from recruiting.moments import parse_moment
from recruiting.office import office
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.rules import Turn
from recruiting.silence import listing
from recruiting.silence.rules import State

COLUMNS = ("since", "turn", "state", "p_no_return", "candidate_email", "job", "stage")


@click.group()
def silence() -> None:
    """Whose turn it is, since when, and whether we will still hear back."""


@silence.command("list")
@click.option("--as-of", "as_of", help="The world as known at this moment (ISO 8601, offset).")
@click.option("--turn", type=click.Choice([Turn.CANDIDATE.value, Turn.US.value]))
@click.option("--job", help="Only this job, by its title.")
@click.option("--state", type=click.Choice([s.value for s in State if s is not State.ENDED]))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@with_appcontext
def list_(as_of: str | None, turn: str | None, job: str | None, state: str | None, form: str):
    """List every application that is not ended, those that wait longest first."""
    read_only()
    try:
        lines = listing.listed(
            clock.now(),
            office(),
            as_of=_moment(as_of),
            turn=Turn(turn) if turn else None,
            job=job,
            state=State(state) if state else None,
        )
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    if form == "json":
        for line in lines:
            click.echo(json.dumps(line.as_dict(), ensure_ascii=False))
        return
    _table(lines)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_moment(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--as-of") from error


def _table(lines: list[listing.Listed]) -> None:
    told = [tuple(_cell(getattr(line, name)) for name in COLUMNS) for line in lines]
    cells = [COLUMNS, *told]
    widths = [max(len(row[place]) for row in cells) for place in range(len(COLUMNS))]
    for row in cells:
        click.echo("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())
    click.echo(f"{len(lines)} applications")


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return _share(value) if isinstance(value, float) else str(value)


def _share(value: float) -> str:
    """A share with two digits; only what is certain is printed as 0 or 1."""
    if 0 < value < 0.005:
        return "< 0.01"
    return "> 0.99" if 0.995 <= value < 1 else f"{value:.2f}"


@silence.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Read every timeline anew and write what follows from it; changes no event."""
    count = pipeline.refresh(None, office())
    db.session.commit()
    click.echo(f"{count} applications read anew")


COMMANDS: tuple[click.Command, ...] = (silence,)
