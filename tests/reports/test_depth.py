"""The second page of the report: what it says of turns told by hand, and of the demonstration."""

from __future__ import annotations

import re

import numpy as np
import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import event

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.demo.fill import fill
from recruiting.pipeline.rules import Kind
from recruiting.reports.depth import ends, jobs, months
from recruiting.reports.facts import facts, waited_long
from recruiting.reports.queries import whole
from recruiting.reports.rules import By
from recruiting.reports.tables import Table, tables
from recruiting.reports.wording import with_bounds
from recruiting.stats.control import changes
from recruiting.stats.incidence import incidence
from recruiting.stats.rates import share
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE
from tests.make import PASSWORD as WORD

pytestmark = pytest.mark.usefixtures("app", "frozen")
PAGE = "/reports/ghosting/depth"
SMALLEST = 10
BEGUN = MONDAY - 80 * DAY


def ask(number: int, job, *, then: Kind | None = None, waited: int = 1, source: str = "") -> None:
    """Applications that heard from us after `waited` days; `then` says how it ended, on day 20."""
    for _ in range(number):
        application = make.application(job=job, at=BEGUN, source=source or None)
        asked_at = BEGUN + waited * DAY
        make.event(application, at=asked_at)
        if then is Kind.MESSAGE:
            make.reply(application, at=asked_at + 2 * DAY)
        elif then is not None:
            make.event(application, then, at=asked_at + 20 * DAY, body="x")


def found_facts():
    told = whole(MONDAY, OFFICE)
    waited = waited_long(told.spans, told.theirs.span, OFFICE)
    return facts(told.ledger, tables(told.ledger, SMALLEST), told.theirs, waited, SMALLEST)


def test_turns_end_in_ways_that_compete_and_open_ones_are_censored():
    job = make.job()
    ask(6, job, then=Kind.MESSAGE)
    ask(3, job, then=Kind.GHOSTED)
    ask(2, job, then=Kind.REJECTION)
    ask(1, job)
    told = whole(MONDAY, OFFICE)
    found = ends(told.applications, told.spans, MONDAY, SMALLEST)
    assert found is not None
    assert found.n == 12
    days = [2.0] * 6 + [20.0] * 5 + [79.0]
    expected = incidence(days, [1] * 6 + [3] * 3 + [4] * 2 + [0], 4).at([1, 2, 30])
    assert found.share[:, [1, 2, 30]] == pytest.approx(expected)
    assert ends(told.applications, told.spans, MONDAY, 13) is None


def test_our_wait_before_a_turn_is_counted_in_working_days():
    job = make.job()
    for days in (3, 7, 8):  # from a Friday: five working days are seven days
        ask(1, job, waited=days)
    told = whole(MONDAY, OFFICE)
    assert (BEGUN + HOUR).weekday() == 4
    assert waited_long(told.spans, told.theirs.span, OFFICE).tolist() == [False, False, True]


def test_a_long_wait_goes_along_with_ghosting_and_is_told_with_its_bounds():
    job = make.job()
    ask(30, job, then=Kind.GHOSTED, waited=12)
    ask(10, job, then=Kind.MESSAGE, waited=12)
    ask(12, job, then=Kind.GHOSTED)
    ask(48, job, then=Kind.MESSAGE)
    found = found_facts()
    assert found is not None
    (fact,) = [fact for fact in found.facts if fact.by is None]
    assert fact.is_clear
    assert fact.effect.low < fact.effect.odds < (30 / 10) / (12 / 48)  # shrunk a little
    assert fact.effect.low > 3


def test_facts_of_small_groups_are_not_told():
    job = make.job()
    ask(20, job, then=Kind.GHOSTED, source="Fair")
    ask(40, job, then=Kind.MESSAGE, source="Fair")
    ask(30, job, then=Kind.MESSAGE, source="Board")
    ask(9, job, then=Kind.MESSAGE, source="Tiny", waited=9)
    assert found_facts() is None  # the next smallest source is hidden with it; nothing is left
    ask(25, job, then=Kind.GHOSTED, source="Other")  # from now on this one is hidden with it
    found = found_facts()
    assert found is not None
    assert [fact.group.name for fact in found.facts if fact.group] == ["Board"]
    assert By.SOURCE in found.rest


def test_the_second_page_is_empty_in_words_while_there_is_little(signed_in):
    ask(3, make.job(), then=Kind.GHOSTED)
    page = signed_in(Role.HR).get(PAGE).text
    for words in ("Too few to say", "Too few months", "Too few jobs"):
        assert words in page
    assert "<svg" not in page.partition("<main")[2].replace('<svg class="icon', "")


def test_the_second_page_tells_nothing_where_the_total_is_hidden(signed_in):
    ask(30, make.job("Large"), then=Kind.MESSAGE)
    ask(2, make.job("Small"), then=Kind.MESSAGE)
    page = signed_in(Role.HR).get(PAGE).text
    assert "0 of" not in page
    assert "ends-chart" not in page


def test_the_second_page_asks_the_same_few_questions_however_much_there_is(app, signed_in):
    client, asked = signed_in(Role.HR), []
    event.listen(db.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    numbers = []
    for more in (2, 15):
        ask(more, make.job(), then=Kind.GHOSTED)
        db.session.commit()
        asked.clear()
        assert client.get(PAGE).status_code == 200
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 14


@pytest.fixture
def demonstration(app: Flask) -> None:
    fill(MONDAY, OFFICE, WORD)
    db.session.commit()


def visible(table: Table) -> list[tuple[int, int]]:
    return [(row.ghosting.k or 0, row.ghosting.n or 0) for row in table.rows]


@pytest.mark.usefixtures("demonstration")
def test_the_figures_of_the_demonstration_are_those_of_the_statistics(signed_in):
    told = whole(MONDAY, OFFICE)
    shown = tables(told.ledger, SMALLEST)
    by_month = months(shown[By.MONTH], lambda row: row.ghosting)
    assert by_month is not None
    k, n = map(np.array, zip(*visible(shown[By.MONTH]), strict=True))
    assert by_month.chart.changes.tolist() == changes(k, n).tolist()
    by_job = jobs(shown[By.JOB])
    assert by_job is not None
    assert by_job.funnel.target == shown[By.JOB].total.ghosting.share
    for row, low, high in zip(by_job.rows, by_job.limits[0], by_job.limits[3], strict=False):
        assert row.ghosting == share(row.ghosting.k or 0, row.ghosting.n or 0)
        assert 0 <= low <= by_job.funnel.target <= high <= 1
    page = signed_in(Role.HR).get(PAGE).text
    for part in ("ends", "months", "facts", "jobs"):
        assert f'id="{part}-chart"' in page
        assert f'id="{part}-table"' in page
    assert found_facts() is not None
    for fact in found_facts().facts:
        assert f"{fact.effect.odds:.1f} ×" in page


@pytest.mark.usefixtures("demonstration")
def test_both_languages_write_a_percentage_in_one_way(signed_in):
    client = signed_in(Role.HR)
    for path in ("/reports/ghosting", PAGE):
        english = client.get(path).text.partition("<main")[2]
        assert not re.search(r"\d\s+%", re.sub(r'(x|y|width|height|cx|cy)\d?="[^"]*"', "", english))
        german = client.get(path, headers={"Accept-Language": "de"}).text.partition("<main")[2]
        plain = re.sub(r'\w+="[^"]*"', "", german)
        assert set(re.findall(r"\d([^\d%]?)%", plain)) == {"\u202f"}


def test_nearly_all_is_not_called_all_nor_a_few_none(app):
    with app.test_request_context():
        assert with_bounds(share(299, 300)) == ("more than 99% (299 of 300; 98 to more than 99%)")
        assert with_bounds(share(1, 900)) == "less than 1% (1 of 900; less than 1 to 1%)"
        assert with_bounds(share(0, 30)) == "0% (0 of 30; 0–11%)"
    with app.test_request_context(), force_locale("de"):
        assert with_bounds(share(24, 77)) == "31\u202f% (24 von 77; 22–42\u202f%)"
