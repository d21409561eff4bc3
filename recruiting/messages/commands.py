"""`flask mail`: what a raw mail is taken for, without any database."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from recruiting.messages import reading
from recruiting.messages.reading import Mail
from recruiting.options import FORMAT, echo_table

STANDARD_INPUT = "-"
COLUMNS = ("file", "class", "why", "returns_on", "failed_recipients", "reply_text")
WIDEST = 60  # characters of a cell


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


def _table(told: Sequence[dict[str, Any]]) -> None:
    cells = [COLUMNS, *(tuple(_cell(line[name]) for name in COLUMNS) for line in told)]
    echo_table(cells)


def _cell(value: object) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str("–" if value is None else value)
    line = " ".join(text.split())
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"


COMMANDS: tuple[click.Command, ...] = (mail,)
