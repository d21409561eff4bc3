"""`flask mail`: what a raw mail is taken for, without any database; `flask outbox`: ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson
from flask import current_app
from flask.cli import with_appcontext

from config import Settings
from recruiting import clock
from recruiting.db import db, read_only
from recruiting.errors import Missing, Refused
from recruiting.messages import queries, reading, services
from recruiting.messages.models import Message
from recruiting.messages.reading import Mail
from recruiting.messages.rules import MessageState
from recruiting.office import office
from recruiting.options import FORMAT, echo_table

STANDARD_INPUT = "-"
COLUMNS = ("file", "class", "why", "returns_on", "failed_recipients", "reply_text")
WIDEST = 60  # characters of a cell
MOST_LISTED = 1000
OVER = frozenset({MessageState.SENT, MessageState.CANCELLED})
BY_HAND = "a colleague at a terminal"


@click.group()
def mail() -> None:
    """Mails as they came in."""


@mail.command("read")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@FORMAT
def read(files: Sequence[str], form: str) -> None:
    """Say what each raw mail is taken for, and why (- for standard input).

    Touches no database. A file that cannot be read is named, the others are read all the same.
    """
    told: list[dict[str, Any]] = []
    unread = False
    for name, raw in _opened(files):
        if isinstance(raw, OSError):
            unread = True
            click.echo(f"{name}: {raw.strerror or raw}", err=True)
            continue
        line = _line(name, _read(raw))
        if form == "json":
            click.echo(orjson.dumps(line))
        told.append(line)
    if form == "table":
        _table(told)
    if unread:
        raise SystemExit(1)


def _opened(files: Sequence[str]) -> Iterator[tuple[str, bytes | OSError]]:
    for name in files:
        try:
            is_input = name == STANDARD_INPUT
            yield name, sys.stdin.buffer.read() if is_input else Path(name).read_bytes()
        except OSError as error:
            yield name, error


def _read(raw: bytes) -> Mail:
    try:
        return reading.read(raw)
    except RecursionError:  # its parts nest too deeply
        return reading.bare(raw)


def _line(name: str, found: Mail) -> dict[str, Any]:
    return {
        "file": name,
        "class": found.mail_class.value,
        "why": found.why,
        "returns_on": found.returns_on,
        "failed_recipients": found.failed_recipients,
        "in_reply_to": next(iter(found.in_reply_to), None),
        "reply_text": found.reply_text,
    }


def _table(told: Sequence[dict[str, Any]], columns: Sequence[str] = COLUMNS) -> None:
    cells = [tuple(columns), *(tuple(_cell(line[name]) for name in columns) for line in told)]
    echo_table(cells)


def _cell(value: object) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str("–" if value is None else value)
    line = " ".join(text.split())
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"


# --- outbox --------------------------------------------------------------------------------------

OUTBOX_COLUMNS = ("id", "state", "purpose", "to", "send_after", "tries", "subject", "why")


@click.group()
def outbox() -> None:
    """Mails of ours: what waits, what may have left, what was sent."""


@outbox.command("list")
@click.option("--all", "every", is_flag=True, help="Also what was sent or taken back.")
@FORMAT
@with_appcontext
def list_(form: str, *, every: bool) -> None:
    """List the mails that have not left, those that leave next first."""
    read_only()
    _say_what_holds()
    states = [one for one in MessageState if every or one not in OVER]
    told = [_outbox_line(one) for one in queries.messages(states, None, limit=MOST_LISTED)]
    if form == "json":
        for line in told:
            click.echo(orjson.dumps(line))
        return
    _table(told, OUTBOX_COLUMNS)
    click.echo(f"times are those of {office().zone}", err=True)


@outbox.command("show")
@click.argument("message_id", type=click.IntRange(1), metavar="ID")
@with_appcontext
def show(message_id: int) -> None:
    """Show one mail in full."""
    read_only()
    _say_what_holds()
    message = _find(message_id)
    for name, value in _outbox_line(message).items():
        click.echo(f"{name}: {'–' if value in {None, ''} else value}")
    click.echo(f"message_id: {message.message_id}\n\n{message.body}")


@outbox.command("cancel")
@click.argument("message_id", type=click.IntRange(1), metavar="ID")
@click.option("--why", default="taken back by hand", show_default=True, help="Colleagues read it.")
@with_appcontext
def cancel(message_id: int, why: str) -> None:
    """Take one mail back that has not left."""
    message = _find(message_id)
    try:
        services.cancel(message, by=BY_HAND, why=why, now=clock.now())
    except Refused as problem:
        raise click.ClickException(str(problem)) from problem
    db.session.commit()
    click.echo(f"mail {message_id} is taken back")


@outbox.command("stop")
@with_appcontext
def stop() -> None:
    """Let no mail leave from now on, whatever waits."""
    services.stop_all(BY_HAND, clock.now())
    db.session.commit()
    click.echo("all mail is stopped; go on with: flask outbox go")


@outbox.command("go")
@with_appcontext
def go() -> None:
    """Let mail leave again."""
    was_stopped = services.let_go()
    db.session.commit()
    click.echo("mail leaves again, within a minute" if was_stopped else "mail was not stopped")


def _find(message_id: int) -> Message:
    try:
        return queries.message(message_id, None)
    except Missing as problem:
        raise click.ClickException(f"there is no mail {message_id}") from problem


def _say_what_holds() -> None:
    """Say it beside the list, so that the list itself stays one for machines."""
    settings: Settings = current_app.extensions["settings"]
    if settings.mail_server is None:
        click.echo("SMTP_URL is not set: nothing leaves, mails stay here", err=True)
    if found := queries.stop():
        click.echo(f"stopped by {found.by} at {_moment(found.at)} ({office().zone})", err=True)


def _moment(moment: datetime) -> str:
    """A moment on the office's wall clock, to the second and with its offset, as pages tell it."""
    return office().local(moment).isoformat(timespec="seconds")


def _outbox_line(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "state": message.state.value,
        "purpose": message.purpose.value,
        "to": message.to_address,
        "send_after": _moment(message.send_after),
        "tries": message.tries,
        "subject": message.subject,
        "why": message.why,
    }


COMMANDS: tuple[click.Command, ...] = (mail, outbox)
