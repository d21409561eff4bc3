"""Every fault has its sentence and its remedy."""

from __future__ import annotations

import pytest

from recruiting.journal import wording
from recruiting.journal.rules import Fault, RowProblem, defused, shown


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_is_said_with_its_remedy(app, fault):
    problem = RowProblem(7, "at", fault, "100% of it", "5")
    for sentence in (wording.what(problem), wording.remedy(problem)):
        assert sentence
        assert "%(" not in sentence
    assert wording.remedy(problem).endswith(".")


def test_the_place_of_a_problem_is_named(app):
    assert wording.place(RowProblem(7, "at", Fault.NO_TIME)) == "line 7, column at"
    assert wording.place(RowProblem(1, "", Fault.EMPTY)) == "line 1"


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@x", "\t=1", "\r", "\n=1", "\0"])
def test_text_for_a_spreadsheet_is_no_formula(text):
    assert defused(text) == "'" + text


def test_plain_text_stays_plain():
    assert defused("a=1") == "a=1"


def test_what_is_shown_of_a_cell_is_short_and_printable():
    assert shown("\x1b[31m\0\u202e" + "x" * 100).isprintable()
    assert len(shown("x" * 1000)) == 61


@pytest.mark.parametrize(
    ("found", "missing"),
    [("2026-03-04", "the time of day"), ("2026-03-04T09:00:00", "its offset from UTC")],
)
def test_what_a_moment_lacks_is_named(app, found, missing):
    said = wording.what(RowProblem(7, "at", Fault.NAIVE_TIME, found))
    assert said == f"“{found}” lacks {missing}."
