"""What the measurements rest on: logs read as they are meant, references that see what they may."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from benchmarks import invented, logs, references
from benchmarks.backtest import cut_of, named
from recruiting.journal.csvfile import read_rows
from recruiting.journal.rules import RowProblem
from recruiting.pipeline.rules import Channel
from recruiting.silence.conversations import Silence, Touch, silences
from recruiting.workdays import Office

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_network_becomes_a_conversation_for_each_pair_whoever_spoke_first_is_us(tmp_path: Path):
    path = tmp_path / "edges.txt"
    path.write_text("2 1 200\n1 2 100\n1 1 110\n1 2 100\n3 1 50\n\n", encoding="utf-8")
    told = [(r["candidate_email"], r["job"], r["at"][-14:-6], r["direction"])
            for r in logs.edges(path)]  # fmt: skip
    assert told == [
        ("1@example.org", "With 3", "00:00:50", "out"),
        ("2@example.org", "With 1", "00:01:40", "out"),
        ("2@example.org", "With 1", "00:03:20", "in"),
    ]


def test_an_answer_on_a_list_is_a_touch_to_whom_it_answers_and_robots_are_nobody(tmp_path: Path):
    path = tmp_path / "messages.csv.gz"
    lines = [
        ("msg", "parent", "sender", "t", "bot"),
        ("a", "", "ada", "10", "0"),
        ("b", "a", "bob", "20", "0"),
        ("c", "b", "ada", "30", "0"),
        ("d", "c", "ada", "40", "0"),  # to oneself
        ("e", "a", "robot", "50", "1"),
        ("f", "e", "bob", "60", "0"),  # to a robot
        ("g", "lost", "bob", "70", "0"),
    ]
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    told = [(row["candidate_email"], row["direction"]) for row in logs.threads(path)]
    assert told == [("ada@example.org", "out"), ("ada@example.org", "in")]


def test_the_made_up_log_has_the_rows_asked_for_and_reads_without_a_problem(tmp_path: Path):
    path = tmp_path / "made-up.csv"
    invented.write(path, 500)
    with path.open("rb") as file:
        rows = list(read_rows(file, now=datetime(2030, 1, 1, tzinfo=UTC)))
    assert len(rows) == 500
    assert not [row for row in rows if isinstance(row, RowProblem)]


def test_logs_are_named_with_the_moment_or_the_part_of_their_touches_to_cut_them_at():
    text = "a.csv:/b/2.csv@2024-05-01T00:00:00+02:00:c.csv@2024-05-01T00:00Z:d.csv@70%"
    assert list(named(text)) == [
        (Path("a.csv"), "60%"),
        (Path("/b/2.csv"), "2024-05-01T00:00:00+02:00"),
        (Path("c.csv"), "2024-05-01T00:00Z"),
        (Path("d.csv"), "70%"),
    ]
    busy_at_first = [MONDAY + timedelta(hours=hour) for hour in (500, *range(10))]
    assert cut_of(busy_at_first, "70%") == MONDAY + timedelta(hours=7)
    assert cut_of([], "2024-05-01T00:00Z") == datetime(2024, 5, 1, tzinfo=UTC)
    with pytest.raises(SystemExit, match=r"'e\.csv@soon'"):
        list(named("a.csv:e.csv@soon"))


def test_boosted_trees_see_a_silence_in_each_bin_for_the_part_of_it_that_was_watched():
    edges = np.array([1.0, 2.0, 4.0, 8.0])
    told = [silence(3.0, answered=True), silence(None), silence(0.5, answered=True), silence(2.0)]
    reader = references.Reader(edges, ["applied"], Office())
    rows = reader.rows(told, MONDAY + timedelta(hours=5))
    assert rows.columns[:, -1].tolist() == [0, 1, 0, 1, 2, 0]  # the bins of each silence
    assert rows.answered.tolist() == [False, True, False, False, False, False]
    assert rows.watched.tolist() == [1, 1, 1, 1, 0.25, 1]


def silence(ended: float | None, *, answered: bool = False) -> Silence:
    told = [Touch(MONDAY, Channel.EMAIL, "applied", ours=True)]
    if ended is not None:
        at = MONDAY + timedelta(hours=ended)
        told.append(Touch(at, Channel.EMAIL, "applied", theirs=answered, closes=not answered))
    [only] = silences(told)
    return only
