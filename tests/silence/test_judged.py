"""The back-test on record: the same as that of the exported file, kept for a while, never twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event, Semaphore

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import event

from recruiting import clock
from recruiting.accounts.rules import Role
from recruiting.db import db, read_only
from recruiting.demo.fill import fill
from recruiting.journal.queries import last_import_id
from recruiting.office import office
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.rules import Kind, Outcome
from recruiting.silence.backtest import Backtest, Log, Plan, judge, mean
from recruiting.silence.judged import FEWEST_SILENCES, Judged, Why, judged, working
from recruiting.silence.recorded import conversations
from recruiting.silence.warned import GIVES_UP
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE
from tests.silence.logs import BEGIN, END, as_file, row, rows

pytestmark = pytest.mark.usefixtures("app")
LATER = END + DAY


def take_in(runner: FlaskCliRunner, folder: Path, told: list[dict[str, str]]) -> None:
    path = folder / "log.csv"
    path.write_bytes(as_file(told))
    done = runner.invoke(args=["journal", "import", str(path)])
    assert done.exit_code == 0, done.output


def of_file(runner: FlaskCliRunner, folder: Path, found: Judged) -> dict:
    """What the command says of the exported journal, cut at the same moment."""
    path = folder / "out.csv"
    assert runner.invoke(args=["journal", "export", str(path)]).exit_code == 0
    assert found.cut is not None
    cut = OFFICE.start_of(found.cut).isoformat()
    done = runner.invoke(
        args=["silence", "backtest", str(path), "--train-until", cut, "--format", "json"]
    )
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def assert_equal(found: Judged, told: dict) -> None:
    figures = found.figures
    assert figures is not None
    for name in ("trained", "replies", "tested", "too_young", "closed_by_us"):
        assert getattr(figures, name) == told[name], name
    for look, other in zip(figures.looks, told["landmarks"], strict=True):
        assert look.hours == other["landmark_hours"]
        for name in ("n", "log_loss", "brier", "calibration_error"):
            assert getattr(look.clock, name) == pytest.approx(other[name], abs=1e-12)
            assert getattr(look.pooled, name) == pytest.approx(other["pooled"][name], abs=1e-12)
    assert figures.mean.clock.log_loss == pytest.approx(told["mean"]["log_loss"], abs=1e-12)
    assert [
        (one.days, one.alarms.raised, one.alarms.false, one.alarms.missed) for one in figures.rules
    ] == [(one["days"], one["raised"], one["false"], one["missed"]) for one in told["fixed_days"]]


@pytest.mark.sqlite
def test_the_exported_journal_is_judged_the_same_for_nine_months_of_everything(
    runner: FlaskCliRunner, tmp_path: Path
):
    """Moves, pauses, ends, reopenings and bounces included: all that a file cannot carry."""
    fill(clock.now(), office(), "correct horse battery staple")
    db.session.commit()
    found = judged(clock.now(), office())
    assert_equal(found, of_file(runner, tmp_path, found))


def test_the_exported_journal_is_judged_the_same_when_stages_come_from_moves(
    runner: FlaskCliRunner, tmp_path: Path, frozen: Callable[[datetime], None]
):
    frozen(LATER)
    take_in(runner, tmp_path, rows())
    job = make.job(stages=("Applied", "Interview"))
    for number in range(40):
        begun = BEGIN + number * 3 * DAY
        application = make.application(job=job, at=begun)
        make.event(application, at=begun + HOUR)
        pipeline.move(
            application, job.stages[1], by="x@heardback.test", now=begun + 2 * HOUR, office=OFFICE
        )
        make.reply(application, at=begun + 3 * HOUR)
        make.event(application, at=begun + 4 * HOUR)
        pipeline.close(
            application,
            Outcome.GHOSTED if number % 2 else Outcome.REJECTED,
            note="x",
            by="x@heardback.test",
            now=begun + 20 * DAY,
            office=OFFICE,
        )
    db.session.commit()
    found = judged(LATER, OFFICE)
    assert_equal(found, of_file(runner, tmp_path, found))
    stages = {one.stage for _case, one in Log.of(conversations(LATER)).told}
    assert stages >= {"applied", "interview"}


@pytest.fixture
def judged_twice(
    runner: FlaskCliRunner, tmp_path: Path, frozen: Callable[[datetime], None]
) -> tuple[Judged, Backtest]:
    """A made-up journal as the page judges it, and as the back-test does at the same cut."""
    frozen(LATER)
    take_in(runner, tmp_path, rows())
    found = judged(LATER, OFFICE)
    assert found.cut is not None
    plan = Plan(OFFICE.start_of(found.cut))
    return found, judge(Log.of(conversations(LATER)), plan, OFFICE)


def test_the_figures_are_those_of_the_back_test(judged_twice: tuple[Judged, Backtest]):
    found, same = judged_twice
    assert found.cut is not None
    assert found.figures is not None
    assert found.figures.mean.clock == mean([scores[1] for scores in same.scores()])
    assert np.array_equal(found.figures.calibration.n, same.calibration().n)
    begun = sorted(one.since for _case, one in Log.of(conversations(LATER)).told)
    can_be = [at for at in begun if at + 30 * DAY <= END]
    before = sum(at < OFFICE.start_of(found.cut) for at in can_be)
    assert before / len(can_be) == pytest.approx(0.6, abs=0.03)


def test_whom_the_clock_gave_up_on_is_counted_once_each(judged_twice: tuple[Judged, Backtest]):
    found, same = judged_twice
    assert found.cut is not None
    assert found.figures is not None
    given_up = {
        place
        for one in same.landmarks
        for place, chance in zip(one.which, one.forecast, strict=True)
        if chance >= GIVES_UP
    }
    back = {
        place
        for place, (_case, one) in enumerate(same.tested)
        if one.ended is not None and one.ended <= 720
    }
    clock_, *fixed = found.figures.warned
    assert (clock_.raised, clock_.wrong) == (len(given_up), len(given_up & back))
    assert clock_.returned == len(back)
    assert [one.days for one in fixed] == [3, 7, 14]
    for one in fixed:
        assert one.after == one.days * 24
        open_then = [
            place
            for place, (_case, silence) in enumerate(same.tested)
            if silence.ended is None or silence.ended > one.after
        ]
        assert one.raised == len(open_then)
        assert one.wrong == len(back & set(open_then))


def test_a_silence_that_was_confirmed_goes_on_until_they_answer(frozen):
    """Whoever wrote after we had confirmed it came back: our own act proves nothing."""
    frozen(MONDAY)
    application = make.application(at=MONDAY)
    make.event(application, at=MONDAY + HOUR)
    make.event(application, Kind.GHOSTED, at=MONDAY + 10 * DAY, by="x@heardback.test")
    make.reply(application, at=MONDAY + 12 * DAY)
    ((_case, silence),) = Log.of(conversations(MONDAY + 13 * DAY)).told
    assert silence.ended == 12 * 24 - 1


# --- not enough ----------------------------------------------------------------------------------


def test_without_any_history_it_says_what_is_missing():
    found = judged(MONDAY, OFFICE)
    assert (found.why, found.figures, found.cut) == (Why.TOO_YOUNG, None, None)
    assert found.scope.silences == found.scope.judgeable == 0
    assert found.scope.enough_on is None


def test_young_history_says_from_when_on_there_is_enough(
    runner: FlaskCliRunner, tmp_path: Path, frozen: Callable[[datetime], None]
):
    frozen(LATER)
    told = [row(f"c{n}@example.org", BEGIN + n * HOUR, "out") for n in range(FEWEST_SILENCES)]
    take_in(runner, tmp_path, told)
    found = judged(LATER, OFFICE)
    assert found.why is Why.TOO_YOUNG
    last = BEGIN + (FEWEST_SILENCES - 1) * HOUR
    assert found.scope.enough_on == OFFICE.day_of(last + 30 * DAY)


def test_a_log_without_answers_teaches_nothing(
    runner: FlaskCliRunner, tmp_path: Path, frozen: Callable[[datetime], None]
):
    frozen(LATER)
    told = [row(f"c{n}@example.org", BEGIN + n * 6 * HOUR, "out") for n in range(500)]
    take_in(runner, tmp_path, told)
    assert judged(LATER, OFFICE).why is Why.UNANSWERED


def test_few_to_test_are_not_judged(
    runner: FlaskCliRunner, tmp_path: Path, frozen: Callable[[datetime], None]
):
    frozen(LATER)
    take_in(runner, tmp_path, rows())
    latest = judged(LATER, OFFICE).scope.latest
    assert latest is not None
    found = judged(LATER, OFFICE, latest)
    assert found.why is Why.TOO_FEW
    assert 0 < found.tested < 50
    assert judged(LATER, OFFICE, latest + DAY).why is Why.OUTSIDE


# --- kept ----------------------------------------------------------------------------------------


@pytest.fixture
def readings(app: Flask) -> list[str]:
    """Every statement that reads all events."""
    found: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if "FROM event JOIN application" in statement:
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    return found


def test_a_result_is_kept_for_an_hour_and_until_a_journal_comes_in(
    runner: FlaskCliRunner, tmp_path: Path, frozen: Callable[[datetime], None], readings: list[str]
):
    frozen(LATER)
    take_in(runner, tmp_path, rows(200))
    readings.clear()
    found = judged(LATER, OFFICE)
    assert judged(LATER + timedelta(minutes=59), OFFICE) is found
    assert len(readings) == 1
    assert judged(LATER + HOUR, OFFICE) is not found
    take_in(runner, tmp_path, [row("new@example.org", END, "out")])
    readings.clear()
    assert judged(LATER + HOUR, OFFICE).scope.silences == found.scope.silences + 1
    assert len(readings) == 1


def test_days_beyond_the_log_cost_nothing_and_few_cuts_are_kept(
    runner: FlaskCliRunner, tmp_path: Path, frozen: Callable[[datetime], None], readings: list[str]
):
    frozen(LATER)
    take_in(runner, tmp_path, rows(100))
    usual = judged(LATER, OFFICE)
    readings.clear()
    for year in range(1991, 2090, 10):
        assert judged(LATER, OFFICE, date(year, 5, 1)).why is Why.OUTSIDE
    assert not readings
    assert usual.cut is not None
    for day in range(9):
        judged(LATER, OFFICE, usual.cut - day * DAY)
    readings.clear()
    judged(LATER, OFFICE, usual.cut - 8 * DAY)
    assert not readings
    judged(LATER, OFFICE, usual.cut)
    assert readings


def test_those_who_ask_at_once_share_one_working_out(
    app: Flask,
    runner: FlaskCliRunner,
    tmp_path: Path,
    frozen: Callable[[datetime], None],
    readings: list[str],
):
    """Three find nothing kept and wait; the first to go on works it out for all."""
    frozen(LATER)
    take_in(runner, tmp_path, rows(100))
    readings.clear()
    arrived = Semaphore(0)

    def ask(_number: int) -> Judged:
        with app.app_context():
            read_only()  # as every page that only shows
            last_import_id()  # the connection is open: little lies before the lock
            arrived.release()
            return judged(LATER, OFFICE)

    with ThreadPoolExecutor(3) as pool:
        with working:
            asking = [pool.submit(ask, number) for number in range(3)]
            assert all(arrived.acquire(timeout=10) for _ in asking)
            Event().wait(0.5)
        first, *others = [one.result() for one in asking]
    assert all(other is first for other in others)
    assert len(readings) == 1


def test_who_waits_too_long_is_asked_to_come_back(signed_in, frozen, monkeypatch):
    monkeypatch.setattr("recruiting.silence.judged.LONGEST_WAIT", 0.05)
    client = signed_in(Role.HR)
    with working:
        page = client.get("/silence/clock")
    assert page.status_code == 429
    assert "being judged at this moment" in page.text
    assert client.get("/silence/clock").status_code == 200
