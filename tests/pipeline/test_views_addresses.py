"""A candidate's addresses are mended on the application's page, and the silence stays a silence."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from recruiting.accounts.rules import Role
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Direction, Kind, Turn
from recruiting.silence.rules import State, standing_at
from tests import make
from tests.make import EVER, HOUR, MONDAY
from tests.pipeline.staff import Staff, text_of

pytestmark = pytest.mark.usefixtures("frozen")
NEW = "mina.okafor@example.org"
OPEN = '<details class="fold" open> <summary>Addresses'


@pytest.fixture
def recruiter(app: Flask) -> Staff:
    return Staff(app, make.user(Role.RECRUITER, email="recruiter@heardback.test"))


@pytest.fixture
def mina(app: Flask) -> Application:
    """An application whose one question came back undelivered."""
    made = make.application(make.candidate("Mina Okafor", "mina@example.org"), at=MONDAY - 3 * HOUR)
    make.event(made, at=MONDAY - 2 * HOUR)
    make.event(made, Kind.BOUNCE, at=MONDAY - HOUR, direction=Direction.IN)
    return spoilt(made, AddressState.BOUNCED)


def spoilt(application: Application, state: AddressState) -> Application:
    application.candidate.addresses[0].state = state
    db.session.flush()
    return application


def do(client: Staff, application: Application, act: str, **fields: str) -> Any:
    """Send a form of the page; the test then sees what was stored."""
    sent = {"version": str(application.version), "submission": secrets.token_urlsafe(16)} | fields
    answer = client.act(f"/applications/{application.id}/{act}", sent)
    db.session.expire_all()
    return answer


def states(application: Application) -> dict[str, AddressState]:
    db.session.expire_all()
    return {one.value: one.state for one in application.candidate.addresses}


def last(application: Application) -> Event:
    return timelines.timeline(application, EVER)[-1]


def test_a_mended_address_leaves_the_silence_as_it_was_and_a_note_tells_who(mina, recruiter):
    before = (mina.turn, mina.since, mina.attempts, mina.last_touch_at)
    answer = do(recruiter, mina, "address", mail=NEW)
    assert (answer.status_code, answer.location) == (303, f"/applications/{mina.id}")
    assert states(mina) == {"mina@example.org": AddressState.BOUNCED, NEW: AddressState.GOOD}
    assert (mina.turn, mina.since, mina.attempts, mina.last_touch_at) == before
    assert mina.turn is Turn.CANDIDATE
    assert standing_at(mina, MONDAY).state is State.UNREACHABLE
    note = last(mina)
    assert (note.kind, note.by, note.body) == (
        Kind.NOTE,
        "recruiter@heardback.test",
        "A new mail address.",
    )
    assert [one.kind for one in timelines.timeline(mina, EVER)].count(Kind.BOUNCE) == 1


def test_the_page_leads_to_the_fold_and_then_to_another_mail(mina, recruiter):
    page = text_of(recruiter, f"/applications/{mina.id}")
    assert f'href="/applications/{mina.id}?do=address#address">Mend the address' in page
    assert OPEN not in page
    assert OPEN in text_of(recruiter, f"/applications/{mina.id}?do=address")
    do(recruiter, mina, "address", mail=NEW)
    page = text_of(recruiter, f"/applications/{mina.id}")
    assert f'href="/applications/{mina.id}?do=follow-up#acts">Write again' in page
    assert "Mend the address" not in page
    written = {"subject": "Again", "body": "Hello Mina", "awaits_reply": "y"}
    assert do(recruiter, mina, "write", **written).status_code == 303


@pytest.mark.parametrize("place", ["/desk", "/jobs/{job}", "/applications/{id}/confirm"])
def test_what_asks_for_a_repair_leads_there(mina, recruiter, place):
    page = text_of(recruiter, place.format(job=mina.job_id, id=mina.id))
    assert f"/applications/{mina.id}?do=address#address" in page


def test_an_address_that_bounced_works_again(mina, recruiter):
    (address,) = mina.candidate.addresses
    assert do(recruiter, mina, "works-again", which=str(address.id)).status_code == 303
    assert states(mina) == {"mina@example.org": AddressState.GOOD}
    assert last(mina).body == "The mail address works again."
    assert "Which one works again?" not in text_of(recruiter, f"/applications/{mina.id}")


@pytest.mark.parametrize("act", ["address", "works-again"])
def test_who_wants_no_mail_gets_none_before_they_say_so(mina, recruiter, act):
    spoilt(mina, AddressState.STOPPED)
    fields = {"mail": NEW, "which": str(mina.candidate.addresses[0].id)}
    refused = do(recruiter, mina, act, **fields)
    assert refused.status_code == 422
    assert "They asked us to send no more mail." in refused.text
    assert OPEN in " ".join(refused.text.split())
    assert states(mina) == {"mina@example.org": AddressState.STOPPED}
    assert do(recruiter, mina, act, wants_mail="y", **fields).status_code == 303
    assert states(mina)["mina@example.org"] is AddressState.GOOD
    assert last(mina).body.endswith("They have told us that they want mail again.")


def test_nobody_is_asked_for_a_wish_that_was_never_uttered(mina, recruiter):
    assert "want mail again" not in text_of(recruiter, f"/applications/{mina.id}")
    do(recruiter, mina, "address", mail=NEW, wants_mail="y")
    assert last(mina).body == "A new mail address."


def test_an_address_of_somebody_else_is_refused_with_what_was_typed(mina, recruiter):
    make.candidate("Ben", "ben@example.org")
    refused = do(recruiter, mina, "address", mail="Ben@example.org")
    assert refused.status_code == 422
    assert "This mail address belongs to another candidate" in refused.text
    assert 'value="Ben@example.org"' in refused.text
    assert states(mina) == {"mina@example.org": AddressState.BOUNCED}
    assert last(mina).kind is Kind.BOUNCE


@pytest.mark.parametrize(
    ("act", "fields", "sentence"),
    [
        ("address", {"mail": "mina"}, "This is no mail address"),
        ("address", {"mail": ""}, "Please fill this in."),
        ("number", {"number": "call me"}, "This is no telephone number"),
        ("works-again", {"which": "987654"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_refused(mina, recruiter, act, fields, sentence):
    refused = do(recruiter, mina, act, **fields)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert last(mina).kind is Kind.BOUNCE


def test_a_number_is_called_from_now_on(mina, recruiter):
    assert do(recruiter, mina, "number", number="+49 30 23125 001").status_code == 303
    assert last(mina).body == "A new telephone number."
    page = text_of(recruiter, f"/applications/{mina.id}")
    assert '<a href="tel:+493023125001">+49 30 23125 001</a>' in page


def test_who_comes_second_is_told_and_a_second_click_does_nothing(mina, recruiter):
    late = str(mina.version)
    key = secrets.token_urlsafe(16)
    assert do(recruiter, mina, "address", mail=NEW, submission=key).status_code == 303
    assert do(recruiter, mina, "address", mail=NEW, submission=key).status_code == 303
    assert [one.kind for one in timelines.timeline(mina, EVER)].count(Kind.NOTE) == 1
    answer = do(recruiter, mina, "address", mail="other@example.org", version=late)
    assert answer.status_code == 409
    assert "other@example.org" not in states(mina)


def test_a_hiring_manager_neither_sees_nor_mends_addresses(app, mina):
    manager = make.user(Role.HIRING_MANAGER)
    mina.manager_id = manager.id
    client = Staff(app, manager)
    page = text_of(client, f"/applications/{mina.id}?do=address")
    assert "Addresses" not in page
    assert "mina@example.org" not in page
    assert "#address" not in page
    for act, fields in (("address", {"mail": NEW}), ("number", {"number": "030 123456"})):
        assert do(client, mina, act, **fields).status_code == 403
    which = str(db.session.scalars(select(Address.id)).one())
    assert do(client, mina, "works-again", which=which).status_code == 403
    assert states(mina) == {"mina@example.org": AddressState.BOUNCED}
