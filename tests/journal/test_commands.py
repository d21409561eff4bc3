"""`flask journal import` and `flask journal export`, as an operator meets them."""

from __future__ import annotations

import json
import stat

import click
import pytest
from sqlalchemy import func, select

from recruiting.db import db as handle
from recruiting.journal.models import JournalImport
from recruiting.pipeline.models import Event
from tests import make
from tests.journal import files
from tests.journal.files import row, take, world
from tests.journal.test_csvfile import BAD_CELLS, UNREADABLE

ROWS = [row(), row(at="2026-03-03T09:00:00Z", direction="out", stage="Interview")]
BAD = [*ROWS, row(at="2026-03-04"), row(kind="telegram")]


@pytest.fixture
def write(tmp_path):
    def write(rows, name: str = "journal.csv") -> str:
        path = tmp_path / name
        content = rows if isinstance(rows, bytes) else files.text(rows).encode()
        path.write_bytes(content)
        return str(path)

    return write


def events() -> int:
    handle.session.rollback()
    return handle.session.scalar(select(func.count()).select_from(Event)) or 0


def test_a_file_is_imported_and_what_it_brought_is_said(runner, write):
    done = runner.invoke(args=["journal", "import", write(ROWS)])
    assert done.exit_code == 0, done.output
    assert "New events" in done.output
    assert done.output.rstrip().endswith("Imported.")
    assert events() == 2


def test_the_same_file_again_says_that_nothing_is_new(runner, write):
    runner.invoke(args=["journal", "import", write(ROWS)])
    done = runner.invoke(args=["journal", "import", write(ROWS)])
    assert done.exit_code == 0
    assert "Nothing is new" in done.output
    assert events() == 2


def test_standard_input_is_read(runner):
    done = runner.invoke(args=["journal", "import", "-"], input=files.text(ROWS))
    assert done.exit_code == 0, done.output
    assert events() == 2


def test_a_dry_run_says_the_same_and_does_nothing(runner, write):
    done = runner.invoke(args=["journal", "import", write(ROWS), "--dry-run", "--format", "json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.output)
    assert (said["added"], said["candidates"], said["took_effect"]) == (2, 1, False)
    assert events() == 0


def test_bad_rows_end_the_import_with_line_column_and_remedy(runner, write):
    done = runner.invoke(args=["journal", "import", write(BAD)])
    assert done.exit_code == 1
    assert "line 4, column at: “2026-03-04” lacks the time of day" in done.output
    assert "Write it as 2026-03-02T14:05:00+01:00" in done.output
    assert "line 5, column kind: “telegram” is none of the values known here." in done.output
    assert "message, interview, assignment" in done.output
    assert "Nothing was imported" in done.output
    assert events() == 0


def test_bad_rows_are_skipped_counted_and_listed_if_told_so(runner, write):
    done = runner.invoke(args=["journal", "import", write(BAD), "--skip-bad"])
    assert done.exit_code == 0, done.output
    assert "line 4, column at" in done.output
    assert "Imported. 2 rows were skipped." in done.output
    assert events() == 2
    again = runner.invoke(args=["journal", "import", write(BAD), "--skip-bad"])
    assert again.exit_code == 0
    assert events() == 2


def test_a_dry_run_of_a_bad_file_ends_with_1(runner, write):
    assert runner.invoke(args=["journal", "import", write(BAD), "--dry-run"]).exit_code == 1
    skipping = ["journal", "import", write(BAD), "--dry-run", "--skip-bad"]
    assert runner.invoke(args=skipping).exit_code == 0


def test_json_lists_every_problem(runner, write):
    done = runner.invoke(args=["journal", "import", write(BAD), "--format", "json"])
    assert done.exit_code == 1
    said = json.loads(done.output)
    assert said["problem_rows"] == 2
    assert [(one["line"], one["column"], one["code"]) for one in said["problems"]] == [
        (4, "at", "naive_time"),
        (5, "kind", "unknown_value"),
    ]
    assert all(one["problem"] and one["remedy"] for one in said["problems"])


@pytest.mark.sqlite
@pytest.mark.parametrize("more", [[], ["--skip-bad"]], ids=["strict", "skipping"])
def test_a_file_that_is_none_is_refused_with_line_and_remedy(runner, write, more):
    for name, (content, _fault, line, column) in UNREADABLE.items():
        done = runner.invoke(args=["journal", "import", write(content), *more])
        assert done.exit_code == 1, name
        where = f"line {line}, column {column}: " if column else f"line {line}: "
        assert where in done.output, name
        assert "Nothing was imported" in done.output, name
    assert events() == 0


@pytest.mark.sqlite
def test_every_bad_cell_is_told_with_its_remedy_on_one_line(runner, write):
    rows = [row(**cells) for cells, _column, _fault in BAD_CELLS.values()]
    done = runner.invoke(args=["journal", "import", write(rows)])
    assert done.exit_code == 1
    lines = iter(done.output.splitlines())
    for _cells, column, _fault in BAD_CELLS.values():
        told = next(line for line in lines if line.startswith("line "))
        assert f", column {column}: " in told
        assert told.isprintable()
        assert told.count(". ") >= 1, f"what is wrong, and the remedy: {told}"
        assert "%(" not in told
    assert events() == 0


def test_columns_passed_over_and_rows_ahead_are_named(runner, write):
    content = files.text([row(at="2035-01-01T00:00:00Z")]).replace("candidate_name", "score")
    done = runner.invoke(args=["journal", "import", write(content.encode())])
    assert "Columns that were passed over: score." in done.output
    assert "1 row lies in the future; it counts from its moment on." in done.output


def test_a_file_that_is_not_there_is_said(runner, tmp_path):
    done = runner.invoke(args=["journal", "import", str(tmp_path / "none.csv")])
    assert done.exit_code != 0
    assert "none.csv" in done.output


@pytest.mark.sqlite
def test_a_database_that_stays_busy_is_said(runner, write, monkeypatch):
    monkeypatch.setattr("recruiting.journal.services.WAIT_FOR_OTHERS_MS", 50)
    path = write(ROWS)
    handle.session.commit()
    with handle.engine.connect() as other:
        other.exec_driver_sql("DELETE FROM journal_import")
        done = runner.invoke(args=["journal", "import", path])
        other.rollback()
    assert done.exit_code == 1
    assert "the database is busy" in done.output
    assert "Traceback" not in done.output


def test_no_bar_is_drawn_where_nobody_watches(runner, write):
    done = runner.invoke(args=["journal", "import", write(ROWS)])
    assert done.stderr == ""
    assert "\r" not in done.output


def test_the_bar_says_how_far_it_is(runner, write, monkeypatch):
    monkeypatch.setattr("recruiting.journal.commands._is_watched", lambda: True)
    done = runner.invoke(args=["journal", "import", write(ROWS)])
    assert done.exit_code == 0, done.output
    assert "reading" in done.stderr
    assert "100%" in done.stderr
    assert "writing" in done.stderr


def test_an_export_goes_to_a_file_that_only_its_owner_reads(runner, tmp_path):
    take(*ROWS)
    before = world()
    path = tmp_path / "out.csv"
    done = runner.invoke(args=["journal", "export", str(path)])
    assert done.exit_code == 0, done.output
    assert "2 events written." in done.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))
    assert files.take_text(path.read_bytes()).added == 0
    assert world() == before


def test_an_export_goes_to_standard_output(runner):
    take(*ROWS)
    done = runner.invoke(args=["journal", "export", "-"])
    assert done.exit_code == 0
    assert done.stdout_bytes.decode() == files.export()


def test_an_export_says_what_the_format_cannot_carry(runner, tmp_path):
    application = make.application()
    make.event(application, make.Kind.NOTE, at=make.MONDAY + make.DAY)
    done = runner.invoke(args=["journal", "export", str(tmp_path / "out.csv")])
    assert "1 events written." in done.stderr
    assert "1 events were left out" in done.stderr


def test_the_imports_are_written_down_without_a_name(runner, write):
    runner.invoke(args=["journal", "import", write(ROWS)])
    handle.session.rollback()
    assert handle.session.scalars(select(JournalImport.by)).all() == [None]


def test_the_help_warns_of_spreadsheets(runner):
    assert "spreadsheet" in runner.invoke(args=["journal", "export", "--help"]).output


def test_nothing_is_printed_while_others_wait_for_the_lock(runner, write, monkeypatch):
    """Whoever does not read what an import prints must not keep other writers waiting."""
    printed, echo = [], click.echo

    def watched(message: object = None, file: object = None, **named: object) -> None:
        if file is None and not named.get("err"):
            printed.append(handle.session().in_transaction())
        echo(message, file, **named)

    monkeypatch.setattr(click, "echo", watched)
    done = runner.invoke(args=["journal", "import", write(BAD), "--skip-bad"])
    assert done.exit_code == 0
    assert printed
    assert not any(printed)
