"""The page of one stage, and the patience that a person accepts there, over HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.jobs.models import Job, Stage
from recruiting.pipeline.models import Application
from recruiting.silence import chances, stages
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE
from tests.pipeline.staff import Staff, queries_counted, text_of

pytestmark = pytest.mark.usefixtures("frozen")
NOW = MONDAY + 60 * DAY
MAY_SEE = (Role.ADMIN, Role.RECRUITER, Role.HR)
MAY_ACCEPT = (Role.ADMIN, Role.HR)


@pytest.fixture
def staff(app: Flask) -> Callable[[Role], Staff]:
    return lambda role: Staff(app, make.user(role))


def waited(job: Job, count: int = 30) -> Application:
    """Silences that were answered after 1, 3, 5, 7, 9 days in turn, and one that runs; the last."""
    for number in range(count):
        made = make.application(job=job, at=MONDAY)
        make.event(made, at=MONDAY + HOUR)
        make.reply(made, at=MONDAY + HOUR + (1 + 2 * (number % 5)) * DAY)
    one = make.application(job=job, at=NOW - 2 * DAY)
    make.event(one, at=NOW - DAY)
    return one


def address(stage: Stage) -> str:
    return f"/jobs/{stage.job_id}/stages/{stage.id}"


def accept(client: Staff, stage: Stage, **fields: str) -> Any:
    proposed = stages.figures(stage, NOW, OFFICE).proposed
    key = secrets.token_urlsafe(16)
    form = {"version": str(stage.patience), "submission": key, "days": str(proposed), **fields}
    answer = client.act(f"{address(stage)}/patience", form)
    db.session.expire_all()
    return answer


# What the page shows, and to whom.


@pytest.mark.parametrize(
    ("lang", "proposed", "now", "button"),
    [
        ("en", "within 7 working days (95% interval", "Patience now", "Accept: wait 7 working"),
        ("de", "innerhalb von 7 Arbeitstagen getan (Interv", "Wartefrist jetzt", "Annehmen: 7 Arb"),
    ],
)
@pytest.mark.parametrize("role", Role)
def test_who_sees_the_page_and_who_the_button(staff, frozen, role, lang, proposed, now, button):
    stage = waited(make.job()).job.stages[0]
    frozen(NOW)
    client = staff(role)
    if role not in MAY_SEE:
        assert client.get(f"{address(stage)}?lang={lang}").status_code == 403
        return
    page = text_of(client, f"{address(stage)}?lang={lang}")
    assert page.count("<h1>") == 1
    assert proposed in page
    assert now in page
    assert (button in page) == (role in MAY_ACCEPT)


def test_the_figures_on_the_page_are_those_of_the_statistics(staff, frozen):
    stage = waited(make.job()).job.stages[0]
    frozen(NOW)
    page = text_of(staff(Role.RECRUITER), address(stage))
    found = stages.figures(stage, NOW, OFFICE)
    assert found.proposal is not None
    assert found.waiting is not None
    assert "31 silences: 30 were answered, 1 is still open." in page
    low, high = int(found.proposal.low), int(found.proposal.high)
    assert f"interval {low} to {high}, from 30 answers" in page
    for row in range(5):
        assert f'<td class="num">{found.waiting.chance[row]:.0%}' in page
        assert f'<th scope="row">{found.waiting.elapsed[row]:.0f}</th>' in page
    known = chances.current(NOW, OFFICE)
    share = known.curves.still_silent(known.group_of[stage.id], 48)
    assert f'<th scope="row">2</th><td class="num">{share * 100:.0f}%</td>' in page
    assert "<svg" in page
    assert 'class="band"' in page


def test_with_too_few_silences_the_page_says_how_many_are_missing(staff, frozen):
    stage = waited(make.job(), 28).job.stages[0]
    frozen(NOW)
    page = text_of(staff(Role.HR), address(stage))
    assert "2 are still missing" in page
    assert "Accept:" not in page
    empty = make.job(stages=("Never used",)).stages[0]
    assert "No silence at this stage is on record yet." in text_of(staff(Role.HR), address(empty))


def test_the_board_and_the_application_lead_to_the_page(staff, frozen):
    one = waited(make.job(), 1)
    frozen(NOW)
    link = f'href="{address(one.job.stages[0])}"'
    assert link in text_of(staff(Role.RECRUITER), f"/jobs/{one.job_id}")
    assert link in text_of(staff(Role.RECRUITER), f"/applications/{one.id}")
    empty = make.job()
    assert address(empty.stages[1]) in text_of(staff(Role.RECRUITER), f"/jobs/{empty.id}")
    manager = make.user(Role.HIRING_MANAGER)
    one.manager_id = manager.id
    db.session.commit()
    assert link not in text_of(
        Staff(staff(Role.HR).application, manager), f"/applications/{one.id}"
    )


def test_a_stage_of_another_job_is_missing(staff):
    one, other = make.job(), make.job()
    for path in (f"/jobs/{one.id}/stages/{other.stages[0].id}", "/jobs/4711/stages/1"):
        assert staff(Role.ADMIN).get(path).status_code == 404
        assert staff(Role.ADMIN).act(f"{path}/patience", {}).status_code == 404


def test_more_silences_do_not_ask_the_database_more_often(staff, frozen):
    frozen(NOW)
    client, asked = staff(Role.HR), []
    for count in (2, 12):
        stage = waited(make.job(stages=(f"Stage {count}",)), count).job.stages[0]
        path = address(stage)
        chances.forget()
        with queries_counted(db) as said:
            assert client.get(path).status_code == 200
        asked.append(len(said))
    assert asked[0] == asked[1] <= 12


# Accepting.


@pytest.mark.parametrize("role", MAY_ACCEPT)
def test_accepting_changes_this_stage_alone_and_what_is_due_there(staff, frozen, role):
    one = waited(make.job())
    other = waited(make.job(), 1)
    stage, before, kept = one.job.stages[0], one.due_at, other.due_at
    frozen(NOW)
    answer = accept(staff(role), stage)
    assert (answer.status_code, answer.location) == (303, address(stage))
    assert (stage.patience, other.job.stages[0].patience) == (7, 3)
    assert before == OFFICE.add(NOW - DAY, 3)
    assert one.due_at == OFFICE.add(NOW - DAY, 7)
    assert other.due_at == kept
    page = text_of(staff(role), address(stage))
    assert "That is how long this stage waits already." in page
    assert "Accept:" not in page


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HIRING_MANAGER])
def test_who_may_not_accept_changes_nothing(staff, frozen, role):
    stage = waited(make.job()).job.stages[0]
    frozen(NOW)
    assert accept(staff(role), stage).status_code == 403
    assert stage.patience == 3


def test_the_later_of_two_is_told_what_stands_there_now(staff, frozen):
    one = waited(make.job())
    stage, version = one.job.stages[0], one.version
    frozen(NOW)
    stage.patience = 4  # somebody else, after this page was made
    answer = accept(staff(Role.HR), stage, version="3")
    assert answer.status_code == 409
    assert "7 working days" in answer.text
    assert "4 working days" in answer.text
    assert address(stage) in answer.text
    assert (stage.patience, one.version) == (4, version)


def test_a_second_click_acts_once(staff, frozen):
    one = waited(make.job())
    stage = one.job.stages[0]
    frozen(NOW)
    client, fields = staff(Role.HR), {"submission": secrets.token_urlsafe(16), "version": "3"}
    assert accept(client, stage, **fields).status_code == 303
    version = one.version
    assert accept(client, stage, **fields).status_code == 303
    assert (stage.patience, one.version) == (7, version)


@pytest.mark.parametrize("days", ["6", "8", "1", "2147483647"])
def test_only_what_is_proposed_can_be_accepted(staff, frozen, days):
    stage = waited(make.job()).job.stages[0]
    frozen(NOW)
    answer = accept(staff(Role.HR), stage, days=days)
    assert answer.status_code == 422
    assert "The figures have changed since this page was made" in answer.text
    assert stage.patience == 3


def test_without_a_proposal_nothing_can_be_accepted(staff, frozen):
    stage = waited(make.job(), 5).job.stages[0]
    frozen(NOW)
    assert accept(staff(Role.HR), stage, days="3").status_code == 422
    assert stage.patience == 3


@pytest.mark.parametrize("field", ["days", "version", "submission"])
@pytest.mark.parametrize("value", ["", "0x7", "-1", "7.0", "٧", "9" * 19, "<b>x"])
def test_a_form_that_no_page_made_is_refused(staff, frozen, field, value):
    stage = waited(make.job(), 1).job.stages[0]
    frozen(NOW)
    answer = accept(staff(Role.HR), stage, **{"days": "7", field: value})
    assert answer.status_code == 422
    assert "Please load this page again" in answer.text
    assert "<b>x" not in answer.text
    assert stage.patience == 3


# The application page.


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["95% interval", "The figures of the curve", "average of this stage"]),
        ("de", ["Intervall zu 95 %: ", "Die Zahlen der Kurve", "Durchschnitt dieser Stufe"]),
    ],
)
@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HIRING_MANAGER])
def test_an_application_shows_the_curve_its_point_and_its_table(staff, frozen, role, lang, words):
    one = waited(make.job())
    frozen(NOW)
    client = staff(role)
    one.manager_id = client.user_id
    page = text_of(client, f"/applications/{one.id}?lang={lang}")
    known = chances.current(NOW, OFFICE)
    share = known.curves.still_silent(known.group_of[one.stage_id], 24)
    assert page.count("<circle") >= 1
    assert f'cy="{(1 - share) * 150:.1f}"' in page
    for said in words:
        assert said in page
    asked = chances.running([one.id], NOW, OFFICE).asked([(one.id, one.stage_id, 24.0)])
    found = known.explain(asked)[0]
    low, high = 1 - found.high, 1 - found.low
    assert low < 0.9 < 0.995 < high
    said = {"en": f"{low * 100:.0f} to more than 99%", "de": f"{low * 100:.0f} bis über 99"}
    assert said[lang] in page
