"""`flask journal`: a file goes in, a file comes out."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, TextIO

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from recruiting import clock
from recruiting.db import db, read_only
from recruiting.errors import Problem
from recruiting.journal import queries, services, wording
from recruiting.journal.beside import Doing, Progress
from recruiting.journal.queries import Summary
from recruiting.journal.rules import RowProblem
from recruiting.office import office

BUSY = (
    "Nothing was imported: the database is busy, out of reach, or has no tables yet "
    "(make them with: flask db upgrade)."
)


@click.group()
def journal() -> None:
    """The journal file: everything that passed between us and our candidates, as one CSV."""


@journal.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
@click.option("--skip-bad", is_flag=True, help="Leave out rows that cannot be read, and list them.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@with_appcontext
def import_(file: IO[bytes], dry_run: bool, skip_bad: bool, form: str) -> None:
    """Import FILE (- for standard input): all of it or nothing.

    A file that was imported before changes nothing, and the order of its rows does not matter.
    Rows that cannot be read are listed with line, column and remedy, and end the import with
    exit code 1, unless they are to be skipped.
    """
    try:
        summary = _run(file, dry_run=dry_run, skip_bad=skip_bad)
        is_fine = not summary.is_unreadable and (skip_bad or not summary.problem_rows)
        with TemporaryFile("w+", encoding="utf-8") as said:
            _say(summary, form, said, dry_run=dry_run, is_fine=is_fine)
            services.put_away()
            if summary.took_effect:
                db.session.commit()
            else:
                db.session.rollback()
            # Only now: whoever does not read what we print must not keep other writers waiting.
            said.seek(0)
            for line in said:
                click.echo(line, nl=False)
    except OperationalError as error:
        raise click.ClickException(BUSY) from error
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    if not is_fine:
        raise SystemExit(1)


def _run(file: IO[bytes], *, dry_run: bool, skip_bad: bool) -> Summary:
    with _Bar(file) as progress:
        if dry_run:
            return services.look(file, now=clock.now(), progress=progress)
        return services.take_in(
            file,
            now=clock.now(),
            office=office(),
            by=None,
            skip_bad=skip_bad,
            progress=progress,
        )


def _say(summary: Summary, form: str, to: TextIO, *, dry_run: bool, is_fine: bool) -> None:
    problems = services.listed_problems()
    if form == "json":
        _as_json(summary, problems, to, dry_run=dry_run)
        return
    for problem in problems:
        where = wording.place(problem)
        click.echo(f"{where}: {wording.what(problem)} {wording.remedy(problem)}", to)
    for words, count in wording.counts(summary):
        click.echo(f"{words:<30}{count:>12,}", to)
    for notice in wording.notices(summary):
        click.echo(notice, to)
    click.echo(_verdict(summary, dry_run=dry_run, is_fine=is_fine), to)


def _verdict(summary: Summary, *, dry_run: bool, is_fine: bool) -> str:
    if summary.is_unreadable:
        return "Nothing was imported: the file cannot be read to its end."
    if not is_fine:
        return "Nothing was imported. Mend the rows above, or leave them out with --skip-bad."
    if dry_run:
        return "Dry run: nothing was imported."
    skipped = f" {summary.problem_rows:,} rows were skipped." if summary.problem_rows else ""
    return f"{'Imported' if summary.added else 'Nothing was changed'}.{skipped}"


def _as_json(
    summary: Summary, problems: Iterator[RowProblem], to: TextIO, *, dry_run: bool
) -> None:
    """One object; the problems stream, however many there are."""
    head = asdict(summary) | {"dry_run": dry_run, "notices": list(wording.notices(summary))}
    click.echo(json.dumps(head, ensure_ascii=False)[:-1] + ', "problems": [', to)
    for number, problem in enumerate(problems):
        line = json.dumps(_described(problem), ensure_ascii=False)
        click.echo(f"{',' if number else ''}{line}", to)
    click.echo("]}", to)


def _described(problem: RowProblem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "code": problem.fault.value,
        "found": problem.found,
        "problem": wording.what(problem),
        "remedy": wording.remedy(problem),
    }


class _Bar:
    """A line on the terminal that says how far the import is; none where nobody watches."""

    def __init__(self, file: IO[bytes]) -> None:
        self.is_watched = _is_watched()
        self.size = 0
        if self.is_watched and file.seekable():
            self.size = os.fstat(file.fileno()).st_size

    def __enter__(self) -> Progress | None:
        return self.show if self.is_watched else None

    def __exit__(self, *_error: object) -> None:
        if self.is_watched:
            click.echo("\r\x1b[K", err=True, nl=False)

    def show(self, doing: Doing, done: int, total: int) -> None:
        """Draw the line anew."""
        total = total or self.size
        if total:
            share = min(done / total, 1)
            words = f"{'█' * round(share * 30):░<30} {share:4.0%}"
        else:
            words = f"{done:,} bytes"
        click.echo(f"\r{doing:<8} {words}", err=True, nl=False)


def _is_watched() -> bool:
    return sys.stderr.isatty()


@journal.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@with_appcontext
def export(file: Path) -> None:
    """Write the journal to FILE (- for standard output), to be imported elsewhere.

    It holds every event that the format has words for. What happened in this house alone stays
    here: moves, pauses, notes, who looks after whom, outcomes that a person confirmed, and what a
    colleague attested. So a journal is no backup: copy the database for that.

    Texts are written exactly as they are stored, also those that a spreadsheet would take for a
    formula: this is a file for systems. Do not open it in a spreadsheet.
    """
    read_only()
    if str(file) == "-":
        stream = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="")
        count = services.write_out(stream)
        stream.flush()
        stream.detach()
    else:
        count = _write_file(file)
    click.echo(f"{count:,} events written.", err=True)
    if untold := queries.untold():
        click.echo(
            f"{untold:,} events were left out: the format has no words for them"
            " (moves, notes, pauses, outcomes that a person confirmed) or no address.",
            err=True,
        )


def _write_file(path: Path) -> int:
    """Write beside the file first, so that a broken export never stands in its place."""
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    stream: TextIO
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        count = services.write_out(stream)
    part.replace(path)
    return count


COMMANDS: tuple[click.Command, ...] = (journal,)
