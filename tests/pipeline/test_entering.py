"""An application that is entered by hand, over HTTP: what it makes, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from recruiting import clock
from recruiting.accounts.rules import Role
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind
from recruiting.db import db
from recruiting.jobs.models import Job
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Kind, Outcome, Turn
from tests import make
from tests.clients import Client
from tests.journal import files
from tests.make import DAY, HOUR, MONDAY, OFFICE
from tests.pipeline.staff import Staff, queries_counted, text_of
from tests.test_races import AT_ONCE, KEY, at_once

PATH = "/applications/enter"
MAY_ENTER = (Role.ADMIN, Role.RECRUITER, Role.HR)
ADA = {
    "name": "Ada Lovelace",
    "mail": "ada@example.org",
    "language": "en",
    "at": "2026-03-02T08:30",  # Berlin: 7:30 in UTC
}
stopped = pytest.mark.usefixtures("frozen")


@pytest.fixture
def staff(app: Flask) -> Callable[[Role], Staff]:
    return lambda role: Staff(app, make.user(role))


@pytest.fixture
def recruiter(app: Flask) -> Staff:
    return Staff(app, make.user(Role.RECRUITER, email="grace@example.org"))


def enter(client: Client, to: Job, **fields: str) -> Any:
    answer = client.act(PATH, {"job": str(to.id), **ADA, **fields})
    db.session.expire_all()
    return answer


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def only() -> Application:
    return db.session.scalars(select(Application)).one()


# --- who may, and what the page says --------------------------------------------------------------


@stopped
@pytest.mark.parametrize("role", Role)
def test_who_works_applications_may_enter_one(staff, role):
    job = make.job()
    client = staff(role)
    may = role in MAY_ENTER
    assert client.get(PATH).status_code == (200 if may else 403)
    assert enter(client, job).status_code == (303 if may else 403)
    assert count(Application) == int(may)


@stopped
def test_jobs_and_boards_lead_to_the_form_with_their_job(recruiter):
    job, other = make.job("Tester"), make.job("Writer")
    other.closed_at = MONDAY
    assert f'href="{PATH}"' in text_of(recruiter, "/jobs")
    assert f'href="{PATH}?job={job.id}"' in text_of(recruiter, f"/jobs/{job.id}")
    assert PATH not in text_of(recruiter, f"/jobs/{other.id}")
    page = text_of(recruiter, f"{PATH}?job={job.id}")
    assert f'<option value="{job.id}" selected>Tester' in page
    assert "Writer" not in page
    assert 'value="2026-03-02T10:00"' in page  # now, on the office's clock
    assert "selected>Please choose" in text_of(recruiter, f"{PATH}?job={other.id}")
    assert "They need not answer." in page


@stopped
def test_without_an_open_job_the_page_says_so(recruiter):
    assert "No open job" in text_of(recruiter, PATH)


@stopped
def test_more_jobs_do_not_ask_the_database_more_often(recruiter):
    asked = []
    for _ in range(2):
        for _ in range(5):
            make.job()
        db.session.commit()
        with queries_counted(db) as said:
            assert recruiter.get(PATH).status_code == 200
        asked.append(len(said))
    assert asked[0] == asked[1]


# --- what it makes --------------------------------------------------------------------------------


@stopped
@pytest.mark.parametrize("text", ["", "Dear all,\nmay I come on Tuesday?"])
@pytest.mark.parametrize("source", ["", "Job fair"])
def test_it_equals_the_import_of_the_same_row(recruiter, text, source):
    job = make.job("Developer")
    answer = enter(recruiter, job, text=text, source=source)
    assert (answer.status_code, answer.location) == (303, f"/applications/{only().id}")
    assert only().turn is Turn.US
    by_hand, addresses = files.world(), kept()
    files.clear()
    make.job("Developer")
    files.take(same_row(text, source))
    assert files.world() == by_hand
    assert kept() == addresses


@stopped
def test_an_import_of_the_same_row_finds_it_known(recruiter):
    enter(recruiter, make.job("Developer"), text="Hello", source="Job fair")
    before = files.world()
    summary = files.take(same_row("Hello", "Job fair"))
    assert (summary.added, count(Event)) == (0, 1)
    assert files.world() == before


def same_row(text: str, source: str) -> dict[str, str]:
    return files.row(
        candidate_name="Ada Lovelace",
        stage="Applied",
        source=source,
        recruiter="grace@example.org",
        at="2026-03-02T07:30:00Z",
        body=text,
    )


def kept() -> list[tuple]:
    one = select(Address.kind, Address.value, Address.key, Address.is_primary, Address.state)
    return [tuple(found) for found in db.session.execute(one)]


@stopped
def test_somebody_who_is_known_by_their_address_gets_a_further_application(recruiter):
    known = make.candidate("Ada L.", "Ada@Example.org", phone="+49 30 1234567")
    make.application(known, make.job(), at=MONDAY - DAY)
    known.name_at = MONDAY - DAY
    enter(recruiter, make.job(), phone="+49 30 7654321", language="de")
    assert (count(Candidate), count(Application)) == (1, 2)
    assert (known.name, known.language) == ("Ada Lovelace", "de")
    phones = [one for one in known.addresses if one.kind is AddressKind.PHONE]
    assert [(one.value, one.is_primary) for one in phones] == [
        ("+49 30 1234567", False),
        ("+49 30 7654321", True),
    ]


@stopped
def test_a_name_that_was_told_later_stays(recruiter):
    known = make.candidate("Ada King", "ada@example.org")
    known.name_at = MONDAY
    enter(recruiter, make.job(), at="2026-01-05T09:00")
    assert known.name == "Ada King"


@stopped
def test_an_objection_is_kept_with_a_note_and_never_lifted_by_an_empty_box(recruiter):
    enter(recruiter, make.job(), objects="y")
    candidate = db.session.scalars(select(Candidate)).one()
    assert candidate.objected_at == MONDAY
    assert [one.kind for one in only().events] == [Kind.MESSAGE, Kind.NOTE]
    assert only().turn is Turn.US
    enter(recruiter, make.job())
    assert candidate.objected_at == MONDAY


# --- what it refuses, without losing what was typed -----------------------------------------------


@stopped
def test_an_active_application_for_this_job_is_no_place_for_a_second(recruiter):
    before = make.application(make.candidate(email="ada@example.org"))
    answer = enter(recruiter, before.job, mail="ADA@example.org", text="Typed at length")
    assert answer.status_code == 422
    assert "They have an active application for this job." in answer.text
    assert f'href="/applications/{before.id}"' in answer.text
    assert "Typed at length" in answer.text
    assert (count(Application), count(Event)) == (1, 1)


@stopped
@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.REJECTED, "that application can be reopened"),
        (Outcome.HIRED, "They were hired for this job."),
    ],
)
def test_an_application_that_has_ended_is_shown_instead(recruiter, outcome, said):
    before = make.application(make.candidate(email="ada@example.org"), at=MONDAY - DAY)
    make.services.close(before, outcome, note="x", by="x@y.z", now=MONDAY - HOUR, office=OFFICE)
    answer = enter(recruiter, before.job)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="/applications/{before.id}"' in answer.text


@stopped
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Please fill this in."),
        ("name", "A" * 301, "longer than 300"),
        ("name", "Ada\x07", "cannot be stored"),
        ("source", "Fair\x1b[0m", "cannot be stored"),
        ("mail", "", "Please fill this in."),
        ("mail", "ada at home", "This is no mail address"),
        ("mail", "ada@x\x07.org", "This is no mail address"),
        ("phone", "call me", "This is no telephone number"),
        ("phone", "12", "This is no telephone number"),
        ("language", "", "Please choose one."),
        ("language", "fr", "Not a valid choice"),
        ("at", "2026-03-02T10:01", "lies in the future"),
        ("at", "2025-03-01T10:00", "more than a year ago"),
        ("at", "yesterday", "Not a valid datetime"),
        ("job", "", "Please choose one."),
        ("job", "4711", "closed or gone"),
        ("job", "x", "closed or gone"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(recruiter, field, value, said):
    answer = enter(recruiter, make.job(), **{"text": "Typed at length", field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert "ada@example.org" in answer.text or field == "mail"
    assert "Typed at length" in answer.text or field == "text"
    assert count(Application) == 0


@stopped
@pytest.mark.parametrize("field", ["name", "mail", "phone", "source", "text", "at", "job"])
def test_what_no_database_takes_is_refused(recruiter, field):
    assert enter(recruiter, make.job(), **{field: "a\0b"}).status_code == 422
    assert count(Candidate) == 0


@stopped
def test_a_job_that_was_closed_meanwhile_is_refused(recruiter):
    job = make.job()
    job.closed_at = MONDAY
    answer = enter(recruiter, job)
    assert "closed or gone" in answer.text
    assert "ada@example.org" in answer.text
    assert count(Candidate) == 0


@stopped
def test_markup_that_was_typed_stays_text(recruiter):
    answer = enter(recruiter, make.job(), name='<script>alert("x")</script>', phone="x")
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


# --- once -----------------------------------------------------------------------------------------


@stopped
def test_a_second_click_leads_to_what_the_first_has_made(recruiter):
    job = make.job()
    first, second = (enter(recruiter, job, submission=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count(Event) == 1


@stopped
def test_a_form_that_was_refused_can_be_sent_again(recruiter):
    before = make.application(make.candidate(email="ada@example.org"))
    assert enter(recruiter, before.job, submission=KEY).status_code == 422
    assert enter(recruiter, make.job(), submission=KEY).status_code == 303


@pytest.mark.usefixtures("loopback")
@pytest.mark.parametrize("is_one_form", [True, False])
def test_of_twelve_at_once_one_application_comes(app: Flask, signed_in, is_one_form: bool):
    user, job = make.user(Role.RECRUITER), make.job()
    clients = [signed_in(user) for _ in range(AT_ONCE)]
    at = OFFICE.local(clock.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    form = {"job": str(job.id), **ADA, "at": at}
    db.session.commit()
    forms = [
        form | {"submission": KEY if is_one_form else f"{KEY}-{number:02d}"}
        for number in range(AT_ONCE)
    ]
    late = 303 if is_one_form else 422
    assert at_once(clients, PATH, forms) == [303] + [late] * (AT_ONCE - 1)
    assert (count(Candidate), count(Address), count(Application), count(Event)) == (1, 1, 1, 1)
    db.session.rollback()
