"""The two pages on which the silence clock gives account of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import event

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.silence.judged import forget, judged
from recruiting.silence.rules import Rule, State
from recruiting.silence.wording import judged as words
from recruiting.silence.wording import openness
from recruiting.stats.facts import Fact
from tests import make
from tests.make import DAY, MONDAY, OFFICE
from tests.silence.logs import BEGIN, END, as_file, row, rows

pytestmark = pytest.mark.usefixtures("app")
CLOCK, RULES = "/silence/clock", "/silence/rules"
LATER = END + DAY
ROLES = list(Role)


@pytest.fixture
def history(
    runner: FlaskCliRunner, tmp_path: Path, frozen: Callable[[datetime], None]
) -> Callable[..., None]:
    """Take rows in, with the clock a day after them: `history()` a whole made-up log."""

    def take_in(told: list[dict[str, str]] | None = None) -> None:
        frozen(LATER)
        path = tmp_path / "log.csv"
        path.write_bytes(as_file(rows() if told is None else told))
        assert runner.invoke(args=["journal", "import", str(path)]).exit_code == 0

    return take_in


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMIN, 200), (Role.HR, 200), (Role.RECRUITER, 403), (Role.HIRING_MANAGER, 403)],
)
def test_how_good_it_is_is_for_human_resources(signed_in, frozen, role: Role, status: int):
    client = signed_in(role)
    assert client.get(CLOCK).status_code == status
    assert client.post(CLOCK).status_code == 405


@pytest.mark.parametrize("role", ROLES)
def test_how_we_read_silence_is_for_everybody_here(signed_in, frozen, role: Role):
    client = signed_in(role)
    page = client.get(RULES)
    assert page.status_code == 200
    assert (f'href="{CLOCK}"' in page.text) is (role in {Role.ADMIN, Role.HR})
    assert f'href="{RULES}"' in client.get("/account").text  # in the foot of every page


@pytest.mark.parametrize("path", [CLOCK, RULES])
def test_they_are_pages_of_no_item_of_the_menu(signed_in, frozen, path: str):
    page = signed_in(Role.HR).get(path).text
    assert 'aria-current="page"' not in page
    assert 'aria-current="page">Desk' in signed_in(Role.HR).get("/desk").text


@pytest.mark.parametrize("path", [CLOCK, RULES])
def test_a_visitor_is_asked_to_sign_in(client, path: str):
    assert client.get(path).status_code == 302


# --- how good ------------------------------------------------------------------------------------


def test_the_page_shows_the_figures_of_the_back_test(signed_in, history):
    history()
    page = signed_in(Role.HR).get(CLOCK).text
    found = judged(LATER, OFFICE)
    figures = found.figures
    assert figures is not None
    for sentence in words.findings(figures):
        assert sentence in page
    apart = f"{figures.calibration.error * 100:.1f}"  # and not the mean of the single looks
    assert f"At all looks together, what it said and what came lie {apart} percentage" in page
    assert f"All of them together lie {apart} points apart" in page
    assert f"Its forecasts stand at {figures.ratio:.2f}: 1.00 would be as good" in page
    assert f"{figures.tested} silences that began later" in page
    assert f"{figures.trained} silences that had begun by then, {figures.replies} of them" in page
    for look in figures.looks:
        assert f"{look.clock.log_loss:.3f}" in page
    for one in figures.warned:
        assert f"{one.wrong} of {one.raised}" in page
    told = page[page.index('<table id="tenths">') :]
    for n in figures.calibration.n:
        if n >= words.FEWEST:
            assert f'<td class="num">{n:,}</td>' in told
    assert page.count('<circle class="dot"') == (figures.calibration.n >= words.FEWEST).sum()


def test_a_dot_stands_where_the_chance_of_an_answer_was_said(signed_in, history):
    """The back-test speaks of no return, the page of an answer: the two must not be mixed up."""
    history()
    figures = judged(LATER, OFFICE).figures
    assert figures is not None
    said, came, n = (getattr(figures.calibration, name) for name in ("said", "came", "n"))
    shown = [place for place in range(10) if n[place] >= words.FEWEST]
    points = words.points(figures)
    assert [one["said"] for one in points] == [1 - said[place] for place in reversed(shown)]
    for one, place in zip(points, reversed(shown), strict=True):
        assert one["share"] == pytest.approx(1 - came[place])
        assert one["low"] <= one["share"] <= one["high"]
    with_rows = [one for one in words.tenths(figures) if one[2] != "–"]
    assert len(with_rows) == len(shown)
    assert with_rows[0][2] == words.percent(points[0]["said"])


def test_what_rests_on_too_few_is_said_to_be_too_few(signed_in, history):
    history(rows(110))
    page = signed_in(Role.HR).get(f"{CLOCK}?until=2026-05-24").text
    figures = judged(LATER, OFFICE, date(2026, 5, 24)).figures
    assert figures is not None
    few = [int(n) for n in figures.calibration.n if 0 < n < words.FEWEST]
    assert few
    tenths = page[page.index('<table id="tenths">') :].partition("</table>")[0]
    assert tenths.count("too few") == len(few)
    assert not any(f'<td class="num">{n}</td>' in tenths for n in few)


def test_without_history_it_says_what_is_missing_and_from_when_on(signed_in, history, frozen):
    frozen(MONDAY)
    page = signed_in(Role.HR).get(CLOCK)
    assert page.status_code == 200
    assert "It is too early to judge the clock" in page.text
    assert "Needed are 125 silences" in page.text
    assert "125 more have to begin" in page.text
    assert 'name="until"' not in page.text
    history([row(f"c{n}@example.org", BEGIN, "out") for n in range(130)])
    page = signed_in(Role.HR).get(CLOCK)
    assert "as soon as the journal reaches 4 February 2026." in page.text


def test_another_cut_is_judged_and_leads_back(signed_in, history):
    history()
    client = signed_in(Role.HR)
    page = client.get(f"{CLOCK}?until=2026-04-20").text
    assert "at the start of 20 April 2026" in page
    assert 'value="2026-04-20"' in page
    assert "Back to the usual day" in page
    assert "Back to the usual day" not in client.get(f"{CLOCK}?until=").text


@pytest.mark.parametrize(
    "until",
    [
        "soon", "2026-02-30", "20.04.2026", "2026-4-2", "1", "0001-01-01", "9999-12-31",
        "2026-04-20T00:00:00Z", "２０２６-04-20", "-1", "%3Cb%3E", "2026-W10-1",
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_answered_with_a_sentence(signed_in, history, until: str):
    history(rows(100))
    page = signed_in(Role.HR).get(f"{CLOCK}?until={until}")
    assert page.status_code == 422
    assert "Please write a day such as 2026-03-02." in page.text
    assert "<b>" not in page.text.partition("<main")[2]


@pytest.mark.parametrize("until", ["2001-01-01", "2026-01-05", "2026-06-25", "2099-01-01"])
def test_a_day_beyond_the_journal_is_answered_with_those_that_can_be(signed_in, history, until):
    history(rows(100))
    page = signed_in(Role.HR).get(f"{CLOCK}?until={until}")
    assert page.status_code == 422
    assert re.search(r"Please choose a day from \d+ January 2026 to \d+ June 2026:", page.text)


def test_a_cut_that_leaves_too_few_says_so(signed_in, history):
    history()
    latest = judged(LATER, OFFICE).scope.latest
    page = signed_in(Role.HR).get(f"{CLOCK}?until={latest}")
    assert page.status_code == 200
    assert "Too few to judge" in page.text
    assert "<circle" not in page.text


def test_odd_text_is_refused(signed_in, frozen):
    assert signed_in(Role.HR).get(f"{CLOCK}?until=%00").status_code == 422


def test_no_name_stands_on_the_pages(signed_in, history):
    history()
    client = signed_in(Role.HR)
    for path in (CLOCK, RULES):
        assert "c1@" not in client.get(path).text
        assert "Cook" not in client.get(path).text


def test_the_pages_ask_the_same_few_questions_however_much_there_is(app: Flask, signed_in, history):
    asked, numbers = [], []
    event.listen(db.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    for much in (100, 200):
        history(rows(much))
        client = signed_in(Role.HR)
        for path in (CLOCK, RULES):
            forget()
            asked.clear()
            assert client.get(path).status_code == 200
            numbers.append(len(asked))
            asked.clear()
            assert client.get(path).status_code == 200
            numbers.append(len(asked))
    assert numbers[:4] == numbers[4:]
    assert max(numbers) <= 8
    assert numbers[1] < numbers[0]  # kept


# --- how we read ---------------------------------------------------------------------------------


def test_the_facts_that_are_used_are_those_of_the_code():
    assert set(openness.FACTS) == set(Fact)
    assert len(openness.used()) == len(Fact) + 2  # and the stage, and how long it has lasted


def test_every_state_and_every_condition_is_told(signed_in, frozen):
    page = signed_in(Role.HIRING_MANAGER).get(RULES).text
    assert set(openness.MEANINGS) == set(State)
    assert set(openness.CONDITIONS) == set(Rule)
    told = [meaning for _name, meaning in openness.states()] + openness.conditions()
    told += openness.used() + openness.never()
    assert not [one for one in told if one.replace("'", "&#39;") not in page]
    assert "3 working days apart" in page


def test_the_assumed_curve_is_named_with_its_figures(signed_in, frozen):
    page = signed_in(Role.RECRUITER).get(RULES).text
    assert "It is our guess, made without data" in page
    assert [share for _day, share in openness.assumed()] == ["59%", "26%", "20%"]
    assert all(f"<dd>{share}</dd>" in page for share in ("59%", "26%", "20%"))


def test_the_last_judgement_stands_on_it_for_everybody(signed_in, history):
    history()
    page = signed_in(Role.HIRING_MANAGER).get(RULES).text
    found = judged(LATER, OFFICE)
    assert found.figures is not None
    assert all(sentence in page for sentence in openness.judged(found))
    assert "26 July 2026" not in page
    assert "25 July 2026" in page


def test_without_history_it_says_that_nothing_can_be_said_yet(signed_in, frozen):
    page = signed_in(Role.HIRING_MANAGER).get(RULES).text
    assert "There is not enough history on this installation" in page


def test_the_evidence_of_an_application_leads_to_it(signed_in, frozen):
    application = make.quiet_application()
    frozen(MONDAY + 30 * DAY)
    page = signed_in(Role.RECRUITER).get(f"/applications/{application.id}").text
    panel = page[page.index('id="fault"') :].partition("</section>")[0]
    assert f'href="{RULES}"' in panel
