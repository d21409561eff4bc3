"""The back-test: honest about what was known, judged by what came, plain when it cannot be done."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskCliRunner

from recruiting.errors import Refused
from recruiting.journal.csvfile import read_rows
from recruiting.silence.backtest import Backtest, Plan, backtest, mean
from recruiting.silence.journals import Conversations
from recruiting.workdays import Office
from tests.silence.logs import BEGIN, END, HOUR, as_file, row, rows

CUT = BEGIN + timedelta(days=110)


class Text:
    """Lines of bytes, as an open file gives them."""

    def __init__(self, data: bytes) -> None:
        self.lines = iter(data.splitlines(keepends=True))

    def readline(self, _limit: int, /) -> bytes:
        return next(self.lines, b"")


def conversations(told: list[dict[str, str]]) -> Conversations:
    return Conversations(read_rows(Text(as_file(told)), now=END), END + HOUR)


def judged(told: list[dict[str, str]], cut=CUT, **plan) -> Backtest:
    return backtest(conversations(told), Plan(cut, **plan), Office())


@pytest.fixture(scope="module")
def found() -> Backtest:
    return judged(rows())


def test_only_silences_that_began_later_and_have_the_horizon_behind_them_are_tested(found):
    assert found.tested
    assert all(CUT < one.since <= END - timedelta(days=30) for _case, one in found.tested)
    assert found.too_young > 0


def test_at_a_landmark_stand_those_that_were_still_open_and_what_came_of_them(found):
    for landmark in found.landmarks:
        for place, gone in zip(landmark.which, landmark.no_return, strict=True):
            _case, one = found.tested[place]
            assert one.ended is None or one.ended > landmark.hours
            assert gone == (one.ended is None or one.ended > 720)


def test_it_beats_the_pooled_curve_where_facts_tell_something(found):
    ours, pooled = (mean([row[place] for row in found.scores()]) for place in (1, 2))
    assert ours.log_loss < pooled.log_loss
    assert ours.n == pooled.n == sum(len(one.which) for one in found.landmarks)


def test_nothing_after_the_cut_changes_a_forecast():
    """Cut the log shortly after a silence began: its forecast at that moment stays the same."""
    told = rows()
    whole = judged(told)
    landmark = whole.landmarks[2]
    place = landmark.which[0]
    case, one = whole.tested[place]
    moment = one.since + landmark.hours * HOUR
    kept = [r for r in told if r["at"] <= moment.isoformat()]
    later = [row("late@example.org", END, "out")]  # so that there is log behind the silence
    again = judged(kept + later)
    for other in again.landmarks:
        for position, where in enumerate(other.which):
            same = again.tested[where] == (case, one) or (
                again.tested[where][0] == case and again.tested[where][1].since == one.since
            )
            if same and other.hours == landmark.hours:
                assert other.forecast[position] == landmark.forecast[0]
                return
    raise AssertionError("the silence was not found again")


def test_the_order_of_the_rows_does_not_matter(found):
    again = judged(rows()[::-1])
    for one, other in zip(found.landmarks, again.landmarks, strict=True):
        assert np.array_equal(one.forecast, other.forecast)


def test_rows_that_are_the_same_event_count_once(found):
    assert judged(rows() + rows()).trained == found.trained


def test_what_we_closed_ourselves_is_tested_like_any_other_and_counted():
    told = rows()
    at = CUT + timedelta(days=5)
    told += [
        row("closed@example.org", at, "out"),
        row("closed@example.org", at + 50 * HOUR, "out", kind="rejection"),
    ]
    found = judged(told)
    assert found.closed_by_us == 1
    (place,) = [n for n, (case, _) in enumerate(found.tested) if case.candidate[:6] == "closed"]
    assert all(
        gone
        for one in found.landmarks
        for n, gone in zip(one.which, one.no_return, strict=True)
        if n == place
    )


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"horizon": 0.0}, "horizon .* not 0"),
        ({"horizon": -24.0}, "horizon .* not -1"),
        ({"horizon": 24 * 91.0}, "horizon .* not 91"),
        ({"landmarks": (720.0,)}, "landmark 720 "),
        ({"landmarks": (-1.0,)}, "landmark -1 "),
        ({"landmarks": ()}, "landmark"),
        ({"cut": BEGIN - HOUR}, "outside the log, which is from 2026-01"),
        ({"cut": END + HOUR}, "outside the log"),
        ({"cut": END - timedelta(days=20)}, "No silence after .* 30 days of log"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_its_value(plan, said):
    with pytest.raises(Refused, match=said):
        judged(rows(), **{"cut": CUT, **plan})


def test_a_log_without_a_single_answer_teaches_nothing():
    told = [row(f"c{n}@example.org", BEGIN + n * HOUR, "out") for n in range(100)]
    with pytest.raises(Refused, match=r"None of the 5\d silences"):
        judged(told, cut=BEGIN + 50.5 * HOUR)


def test_an_empty_log_is_refused():
    with pytest.raises(Refused, match="empty"):
        judged([row("c@example.org", BEGIN, "in", kind="auto_reply")])


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_bytes(as_file(rows()))
    return path


def run(runner: FlaskCliRunner, log: Path, *more: str):
    words = ["silence", "backtest", str(log), "--train-until", CUT.isoformat(), *more]
    return runner.invoke(args=words)


def test_the_command_writes_every_forecast_with_its_outcome(runner, log, tmp_path, found):
    out = tmp_path / "out.csv"
    done = run(runner, log, "--predictions", str(out), "--format", "json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    with out.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == [
        "candidate_email", "job", "silent_since", "landmark_hours", "p_no_return", "outcome",
    ]  # fmt: skip
    assert len(lines) == told["mean"]["n"] == sum(len(one.which) for one in found.landmarks)
    first = [line for line in lines if line["landmark_hours"] == "1"]
    loss = -np.mean(
        [
            np.log(p if line["outcome"] == "1" else 1 - p)
            for line in first
            for p in [float(line["p_no_return"])]
        ]
    )
    assert loss == pytest.approx(told["landmarks"][0]["log_loss"], abs=1e-5)
    assert told["mean"]["pooled"]["log_loss"] > told["mean"]["log_loss"]
    assert {"log_loss", "brier", "calibration_error"} < set(told["mean"])


def test_the_command_tells_it_as_a_table(runner, log):
    done = run(runner, log)
    assert done.exit_code == 0
    for words in ("log loss", "mean", "Silent for 7 days", "Not tested"):
        assert words in done.stdout


def test_the_command_needs_no_database(runner, log, monkeypatch, db):
    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("the back-test asked the database")

    monkeypatch.setattr(db.engine.dialect, "do_execute", refuse)
    assert run(runner, log).exit_code == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--train-until", "2026-03-02T14:05:00"], "has no offset"),
        (["--train-until", "soon"], "soon"),
        (["--train-until", "2019-01-01T00:00:00Z"], "outside the log"),
        (["--landmarks", "1,x"], "1,x"),
        (["--landmarks", "1,nan"], "nan"),
        (["--landmarks", "800"], "800"),
        (["--horizon-days", "0"], "not 0"),
        (["--horizon-days", "nan"], "nan"),
    ],
)
def test_a_wrong_option_is_named_with_its_value(runner, log, more, said):
    done = run(runner, log, *more)
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output


def test_bad_rows_are_named_and_end_it(runner, tmp_path):
    path = tmp_path / "bad.csv"
    told = [*rows(20), row("c@example.org", BEGIN, "sideways")]
    path.write_bytes(as_file(told))
    done = run(runner, path)
    assert done.exit_code == 1
    assert "sideways" in done.output
    assert f"line {len(told) + 1}" in done.output.lower()


def test_a_broken_run_leaves_an_older_file_of_forecasts_as_it_was(runner, log, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("kept", encoding="utf-8")
    assert run(runner, log, "--predictions", str(out), "--landmarks", "900").exit_code == 1
    assert out.read_text(encoding="utf-8") == "kept"


def test_the_silences_it_learned_from_are_at_hand_for_other_forecasters(found):
    assert found.trained == len(found.learned_from) > 0
    assert all(one.since <= CUT for one in found.learned_from)
    assert sum(one.until(CUT)[1] for one in found.learned_from) == found.replies


def test_what_lies_ahead_is_left_out_and_said(runner, tmp_path, found):
    told = rows()
    ahead = row("ahead@example.org", END + timedelta(days=900), "out")
    conversations_ = conversations([*told, ahead])
    assert conversations_.ahead == 1
    again = backtest(conversations_, Plan(CUT), Office())
    assert (len(again.tested), again.too_young) == (len(found.tested), found.too_young)


def test_one_id_for_two_events_is_a_problem_and_named():
    told = [{**one, "external_id": ""} for one in rows(20)]
    same = [row("a@example.org", BEGIN, "out", external_id="same")]
    other = [row("b@example.org", BEGIN + HOUR, "out", external_id="same")]
    assert conversations(told + same + same).problem_count == 0
    found = conversations(told + same + other)
    assert [one.column for one in found.problems] == ["external_id"]


@pytest.mark.parametrize("order", [1, -1])
def test_an_event_told_with_and_without_an_id_counts_once(order):
    twice = [
        row("a@example.org", BEGIN, "out", external_id="x"),
        row("a@example.org", BEGIN, "out", external_id=""),
    ]
    ((_case, touches),) = conversations(twice[::order])
    assert len(touches) == 1
