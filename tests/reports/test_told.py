from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.feedback import services as feedback
from recruiting.feedback.models import AnonymousAnswer
from recruiting.feedback.rules import Answers, Choice, Reason, counted_from, counted_until
from recruiting.reports.told import Tally, lines
from tests.feedback.invited import ENDED, invitation

WEEK = timedelta(days=7)
FIRST = date(2026, 2, 2)  # a Monday; the clock stands four weeks later
PAGE = "/reports/ghosting"


def weeks(*numbers: int) -> dict[date, int]:
    return {FIRST + place * WEEK: number for place, number in enumerate(numbers)}


def counted(numbers: dict[date, int], today: date, smallest: int = 10) -> int:
    until = counted_until(numbers, today, smallest)
    return sum(number for week, number in numbers.items() if until and week <= until)


def test_weeks_are_counted_once_enough_have_come_together():
    assert counted(weeks(9), FIRST) == 0
    assert counted(weeks(5, 5), FIRST) == 0
    assert counted(weeks(5, 5), FIRST + WEEK) == 10
    assert counted(weeks(5, 5, 7, 12), FIRST + 2 * WEEK) == 10
    assert counted(weeks(5, 5, 7, 12), FIRST + 3 * WEEK) == 29


def test_a_week_counts_from_its_monday_on():
    assert counted(weeks(20), FIRST - timedelta(days=1)) == 0
    assert counted(weeks(20), FIRST) == 20


@given(st.lists(st.integers(5, 30), max_size=12), st.integers(5, 15))
def test_what_one_day_shows_more_than_another_is_a_group_of_its_own(
    numbers: list[int], smallest: int
):
    found = weeks(*numbers)
    days = [FIRST + timedelta(days=day) for day in range(-1, 7 * len(numbers) + 1)]
    shown = [counted(found, day, smallest) for day in days]
    for before, after in pairwise(shown):
        assert after == before or after - before >= smallest


def test_a_side_that_is_hidden_has_no_figure_in_any_line():
    tally = Tally(12)
    tally.choices[Choice.NOT_SAID] = 12
    for line in lines(tally, None):
        assert (line["anonymous"], line["hidden"]) == (None, "anonymous")
    assert {line["hidden"] for line in lines(None, None)} == {"both"}


# --- the page and the file ----------------------------------------------------------------------


def say(number: int, week: date = FIRST, **said) -> None:
    """Released answers without a name."""
    values = {"reasons": "", "other_reason": "", "wish": "", "raises_alarm": False, **said}
    known = db.session.query(AnonymousAnswer).count()
    for place in range(known, known + number):
        db.session.add(AnonymousAnswer(id=f"{place:032x}", week_on=week, **values))
    db.session.commit()


def say_with_a_name(number: int, answers: Answers, alarm_words: tuple[str, ...] = ()) -> None:
    for _ in range(number):
        feedback.submit(invitation(), answers, now=ENDED, alarm_words=alarm_words)
    db.session.commit()


@pytest.mark.usefixtures("app", "frozen")
def test_answers_without_a_name_stand_in_a_column_of_their_own_once_there_are_enough(signed_in):
    say_with_a_name(10, Answers(reasons=(Reason.EFFORT,), wish="Signed."))
    say(9, reasons="pace", wish="Whispered.")
    few = signed_in(Role.HR).get(PAGE).text
    assert "Signed." in few
    assert "Whispered." not in few
    say(1, reasons="pace", wish="Whispered.")
    many = signed_in(Role.HR).get(PAGE).text
    assert many.count("Whispered.") == 10
    assert "without a name" in many


@pytest.mark.usefixtures("app", "frozen")
def test_answers_of_a_week_to_come_are_not_counted_yet(signed_in):
    say(30, ENDED.date() + WEEK, wish="Whispered.")
    assert "Whispered." not in signed_in(Role.HR).get(PAGE).text


@pytest.mark.usefixtures("app", "frozen")
def test_words_that_raised_an_alarm_stand_in_no_report(signed_in):
    say_with_a_name(12, Answers(wish="It was harassment."), ("harass",))
    say(12, wish="A quiet harassment.", raises_alarm=True)
    page = signed_in(Role.HR).get(PAGE).text
    assert "harassment" not in page


@pytest.mark.usefixtures("frozen")
def test_the_export_tells_codes_and_counts_and_hides_what_is_too_few(app):
    say_with_a_name(9, Answers(choice=Choice.NOT_SAID, wish="Signed."))
    say(11, reasons="pace effort", knew_next=2, wish="Whispered.")
    runner = app.test_cli_runner()
    as_csv = runner.invoke(args=["feedback", "export", "--format", "csv"])
    read = list(csv.DictReader(io.StringIO(as_csv.output)))
    by_answer = {(row["item"], row["answer"]): row for row in read}
    assert by_answer["all", "all"]["anonymous"] == "11"
    assert by_answer["reasons", "effort"]["anonymous"] == "11"
    assert by_answer["knew_next", "2"]["anonymous"] == "11"
    assert {row["named"] for row in read} == {""}
    assert {row["hidden"] for row in read} == {"named"}
    assert "Signed" not in as_csv.output
    assert "Whispered" not in as_csv.output
    as_json = runner.invoke(args=["feedback", "export", "--format", "json"])
    found = [json.loads(line) for line in as_json.output.splitlines()]
    assert [one["anonymous"] for one in found] == [int(row["anonymous"]) for row in read]


@given(
    st.lists(st.integers(0, 12), max_size=20),
    st.integers(0, 25),
    st.integers(0, 20),
    st.integers(5, 12),
)
def test_a_week_counts_from_the_day_on_of_which_is_said_so(
    numbers: list[int], later: int, place: int, smallest: int
):
    found = {week: number for week, number in weeks(*numbers).items() if number}
    week, today = FIRST + place * WEEK, FIRST + later * WEEK
    until = counted_until(found, today, smallest)
    begins = counted_from(found, week, smallest)
    assert (until is not None and until >= week) == (begins is not None and begins <= today)
