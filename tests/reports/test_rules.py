from __future__ import annotations

import numpy as np

from recruiting.reports.rules import NO_END, Applications, Spans, Turns, ours, source_key, theirs

SCREEN, TASK = 7, 3
THEIRS, OURS = False, True
RUNS = np.nan
EMAIL = 0


def applications(*outcomes: str) -> Applications:
    """One application for each word: active, ghosted, never, never_now."""
    return Applications(
        person=np.arange(len(outcomes)),
        job=np.zeros(len(outcomes), dtype=np.int64),
        source=[""] * len(outcomes),
        is_ghosted=np.array([word == "ghosted" for word in outcomes]),
        is_never=np.array([word == "never" for word in outcomes]),
        is_never_now=np.array([word == "never_now" for word in outcomes]),
    )


def spans(*rows: tuple) -> Spans:
    """Rows of (application, stage, whose, ended, late)."""
    application, stage, whose, ended, late = zip(*rows, strict=True)
    return Spans(
        np.array(application),
        np.array(stage),
        np.full(len(rows), EMAIL),
        np.array(whose),
        np.array(ended, dtype=np.float64),
        np.array(late),
        since=np.zeros(len(rows)),
        end=np.full(len(rows), NO_END),
    )


def told(turns: Turns) -> list[tuple]:
    """Each turn as (application, stage, open, hit, never)."""
    columns = (turns.application, turns.stage, turns.is_open, turns.is_hit, turns.is_never)
    return [tuple(map(int, row)) for row in zip(*columns, strict=True)]


def test_a_turn_that_came_back_to_a_stage_is_one():
    rows = spans(
        (0, SCREEN, THEIRS, 1.0, False),
        (0, SCREEN, OURS, 2.0, False),
        (0, SCREEN, THEIRS, 3.0, False),
        (0, TASK, THEIRS, RUNS, False),
    )
    found = theirs(rows, applications("active"))
    assert told(found) == [(0, SCREEN, 0, 0, 0), (0, TASK, 1, 0, 0)]
    assert found.ended[0] == 3.0


def test_a_stage_to_which_the_running_turn_came_back_is_open_and_not_over():
    rows = spans((0, SCREEN, THEIRS, 1.0, False), (0, SCREEN, THEIRS, RUNS, False))
    assert told(theirs(rows, applications("active"))) == [(0, SCREEN, 1, 0, 0)]


def test_ghosted_is_the_last_turn_and_the_stages_before_it_are_over():
    rows = spans(
        (0, SCREEN, THEIRS, 1.0, False),
        (0, TASK, THEIRS, 3.0, False),
        (0, TASK, OURS, 4.0, False),  # what came after does not matter
    )
    found = theirs(rows, applications("ghosted"))
    assert told(found) == [(0, SCREEN, 0, 0, 0), (0, TASK, 0, 1, 0)]


def test_never_responded_is_apart_whether_confirmed_or_through_the_ladder_now():
    rows = spans((0, SCREEN, THEIRS, 9.0, False), (1, SCREEN, THEIRS, RUNS, False))
    found = theirs(rows, applications("never", "never_now"))
    assert told(found) == [(0, SCREEN, 0, 0, 1), (1, SCREEN, 1, 0, 1)]


def test_only_the_application_that_ended_so_is_ghosted():
    rows = spans((0, SCREEN, THEIRS, 1.0, False), (1, SCREEN, THEIRS, 1.0, False))
    found = theirs(rows, applications("ghosted", "active"))
    assert told(found) == [(0, SCREEN, 0, 1, 0), (1, SCREEN, 0, 0, 0)]


def test_each_turn_of_ours_counts_and_is_late_open_or_kept():
    rows = spans(
        (0, SCREEN, OURS, 1.0, False),
        (0, SCREEN, OURS, 2.0, True),
        (0, SCREEN, THEIRS, 3.0, False),
        (0, TASK, OURS, RUNS, False),
        (1, TASK, OURS, RUNS, True),  # runs, and the promise has passed
    )
    assert told(ours(rows)) == [
        (0, SCREEN, 0, 0, 0),
        (0, SCREEN, 0, 1, 0),
        (0, TASK, 1, 0, 0),
        (1, TASK, 0, 1, 0),
    ]


def test_where_nothing_happened_nothing_is_counted():
    none = spans((0, SCREEN, OURS, 1.0, False))
    assert told(theirs(none, applications("ghosted"))) == []
    assert told(ours(spans((0, SCREEN, THEIRS, 1.0, False)))) == []


def test_sources_are_compared_without_case_and_space():
    assert source_key("  Job  Board ") == source_key("job board")
    assert source_key("") == ""
