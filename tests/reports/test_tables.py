"""The report's figures, counted by hand; small groups hidden, also against subtraction."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest
from flask import Flask

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.journal.rules import defused
from recruiting.pipeline.rules import Kind
from recruiting.reports.export import COLUMNS
from recruiting.reports.queries import whole_ledger
from recruiting.reports.rules import By
from recruiting.reports.tables import Table, tables
from recruiting.stats.rates import share
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE

pytestmark = pytest.mark.usefixtures("app")
LATER = MONDAY + 60 * DAY
SMALLEST = 5


def figures(by: By = By.STAGE, *, now: datetime = LATER, as_of: datetime | None = None) -> Table:
    return tables(whole_ledger(now, OFFICE, as_of=as_of), SMALLEST)[by]


def told(by: By = By.STAGE) -> list[dict]:
    return [
        {"group": row.group.name, "k": row.ghosting.k, "n": row.ghosting.n, "open": row.their_open}
        for row in figures(by).rows
    ]


def asked(number: int, job, *, source: str | None = None, then: Kind | None = None) -> None:
    """Applications that were asked on Tuesday; `then` says what became of each."""
    for _ in range(number):
        application = make.application(job=job, source=source)
        make.event(application, at=MONDAY + DAY)
        if then is Kind.MESSAGE:
            make.reply(application, at=MONDAY + 2 * DAY)
        elif then is not None:
            make.event(application, then, at=MONDAY + 30 * DAY, body="x")


def test_ghosted_is_counted_among_turns_that_are_over_and_open_ones_stand_beside():
    job = make.job()
    asked(3, job, then=Kind.GHOSTED)
    asked(7, job, then=Kind.MESSAGE)
    asked(4, job)
    assert told() == [{"group": "Applied", "k": 3, "n": 10, "open": 4}]
    row = figures().rows[0]
    assert row.ghosting == share(3, 10)


def test_never_responded_is_counted_apart():
    job = make.job()
    asked(5, job, then=Kind.NEVER_RESPONDED)
    asked(1, job, then=Kind.GHOSTED)
    asked(9, job, then=Kind.MESSAGE)
    row = figures().rows[0]
    assert (row.ghosting.k, row.ghosting.n) == (1, 15)
    assert (row.never.k, row.never.n) == (5, 15)


def test_our_delay_is_what_lasted_past_our_promise():
    job = make.job()
    for days in (1, 1, 1, 1, 1, 8, 8):  # the promise is three working days
        make.event(make.application(job=job), at=MONDAY + days * DAY)
    row = figures().rows[0]
    assert (row.delay.k, row.delay.n) == (2, 7)


def test_an_answer_of_ours_that_is_still_due_is_open_and_then_late():
    job = make.job()
    for _ in range(6):
        make.application(job=job)
    assert figures(now=MONDAY + DAY).total.our_open == 6
    late = figures(now=MONDAY + 10 * DAY).total
    assert (late.our_open, late.delay.k, late.delay.n) == (0, 6, 6)


def test_a_group_under_the_minimum_is_hidden_and_so_is_what_would_give_it_away():
    job = make.job()
    asked(9, job, source="referral", then=Kind.MESSAGE)
    asked(8, job, source="career site", then=Kind.MESSAGE)
    asked(2, job, source="fair", then=Kind.GHOSTED)
    table = figures(By.SOURCE)
    assert [row.group.name for row in table.rows if row.ghosting.hidden] == ["career site", "fair"]
    shown = sum(row.ghosting.n or 0 for row in table.rows)
    rest = (table.total.ghosting.n or 0) - shown
    assert rest >= SMALLEST


def test_as_of_now_says_the_same_as_now_and_earlier_less():
    job = make.job()
    asked(6, job, source="referral", then=Kind.GHOSTED)
    asked(6, job, then=Kind.MESSAGE)
    met = make.application(job=job)
    make.event(met, Kind.INTERVIEW, at=MONDAY + HOUR, due_at=MONDAY + 5 * DAY)
    for by in By:
        assert figures(by) == figures(by, as_of=LATER), by
    before = figures(as_of=MONDAY + 10 * DAY).total
    assert (before.ghosting.k, before.their_open) == (0, 6)


def test_a_late_reply_takes_a_ghosting_out_of_the_rate():
    job = make.job()
    asked(6, job, then=Kind.GHOSTED)
    first = db.session.get_one(make.Application, 1)
    make.reply(first, at=MONDAY + 40 * DAY)
    assert (figures().total.ghosting.k, figures().total.ghosting.n) == (5, 6)


def test_what_a_spreadsheet_would_run_is_defused():
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1"):
        assert defused(text) == f"'{text}"
    assert defused("referral") == "referral"


@pytest.fixture
def some_turns(app: Flask) -> None:
    job = make.job()
    asked(12, job, source="=cmd()", then=Kind.GHOSTED)
    asked(12, job, source="referral", then=Kind.MESSAGE)
    db.session.commit()


@pytest.mark.usefixtures("some_turns")
def test_the_command_writes_json_and_a_file_for_spreadsheets(runner):
    args = ["report", "ghosting", "--by", "source", "--format"]
    as_json = runner.invoke(args=[*args, "json"])
    rows = [json.loads(line) for line in as_json.output.splitlines()]
    assert {row["group"] for row in rows} == {"=cmd()", "referral", "all"}
    as_table = runner.invoke(args=args[:-1]).output
    assert "hidden" not in as_table
    as_csv = runner.invoke(args=[*args, "csv"])
    read = list(csv.DictReader(io.StringIO(as_csv.output)))
    assert tuple(read[0]) == COLUMNS
    assert {row["group"]: row["ghosting_k"] for row in read}["'=cmd()"] == "12"


@pytest.mark.usefixtures("some_turns")
def test_the_command_says_why_a_figure_is_hidden(runner):
    asked(2, make.job(), source="tiny", then=Kind.GHOSTED)
    db.session.commit()
    told = runner.invoke(args=["report", "ghosting", "--by", "source"]).output.splitlines()
    assert next(line for line in told if line.startswith("tiny")).split()[1] == "hidden"
    assert told[-1] == "hidden: to protect a small group"


@pytest.mark.usefixtures("some_turns")
def test_the_command_knows_the_world_as_it_was(runner):
    args = ["report", "ghosting", "--format", "json", "--as-of"]
    then = runner.invoke(args=[*args, "2026-03-05T00:00:00Z"])
    assert json.loads(then.output.splitlines()[-1])["ghosting_k"] == 0
    wrong = runner.invoke(args=[*args, "last week"])
    assert wrong.exit_code == 2
    assert "last week" in wrong.output


@pytest.mark.usefixtures("some_turns")
def test_the_page_says_the_finding_first_and_gives_every_table(app: Flask, signed_in):
    text = signed_in(Role.HR).get("/reports/ghosting").text
    assert "50% (12 of 24; 31–69%)" in text
    for by in By:
        assert f'id="by-{by}"' in text


@pytest.mark.usefixtures("some_turns")
def test_the_file_of_the_page_is_an_attachment(signed_in):
    answer = signed_in(Role.HR).get("/reports/ghosting/source.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "'=cmd()" in answer.text
    assert signed_in(Role.HR).get("/reports/ghosting/password.csv").status_code == 404


def test_without_a_single_turn_the_page_says_so(signed_in):
    answer = signed_in(Role.HR).get("/reports/ghosting")
    assert answer.status_code == 200
    assert "Nothing to report yet" in answer.text


def test_too_few_answers_are_counted_but_not_shown(signed_in):
    asked(1, make.job(), then=Kind.GHOSTED)
    text = signed_in(Role.HR).get("/reports/ghosting").text
    assert "Answers are shown once there are 10." in text
