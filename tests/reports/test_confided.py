"""Words that raise an alarm reach one reader, and nobody who has to do with the application."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from recruiting.accounts.models import User
from recruiting.accounts.rules import Actor, Role
from recruiting.db import db
from recruiting.feedback import services as feedback
from recruiting.feedback.models import AnonymousAnswer
from recruiting.feedback.rules import Answers, Reason, may_read_alarms, raises_alarm
from recruiting.pipeline.models import Application
from tests import make
from tests.feedback.invited import ENDED, invitation

pytestmark = pytest.mark.usefixtures("app", "frozen")
PAGE = "/reports/confided"
WORDS = "There was harassment in the interview."
TRUSTED = "trusted@heardback.test"


def trust(app: Flask, address: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], person_of_trust=address)


def confide(*, owner: User | None = None, manager: User | None = None) -> Application:
    made = invitation(name="Oliver Brandt")
    application = made.application
    application.owner = owner.email if owner else None
    application.manager_id = manager.id if manager else None
    answers = Answers(reasons=(Reason.PEOPLE,), wish=WORDS, may_contact=True)
    assert feedback.submit(made, answers, now=ENDED, alarm_words=("harass",))
    db.session.commit()
    return application


LONG_S = "hara\N{LATIN SMALL LETTER LONG S}s"


@pytest.mark.parametrize("said", ["HARASSMENT!", f"It was {LONG_S}ment", "They harassed me"])
def test_a_word_is_found_in_any_writing(said: str):
    assert raises_alarm(Answers(wish=said), ("harass",))
    assert raises_alarm(Answers(other_reason=said), ("Harass",))


def test_umlauts_are_found_however_they_are_composed_and_other_words_are_not():
    assert raises_alarm(Answers(wish="sexuelle Bela\N{COMBINING DIAERESIS}stigung"), ("belästig",))
    assert not raises_alarm(Answers(wish="A quiet word."), ("harass", ""))
    assert not raises_alarm(Answers(), ("harass",))


def test_the_words_of_the_settings_know_both_languages(app: Flask):
    words = app.extensions["settings"].alarms
    for said in ("harassment", "Belästigung", "discriminated", "Diskriminierung", "Mobbing"):
        assert raises_alarm(Answers(wish=said), words)


def reader(role: Role, email: str) -> Actor:
    return Actor(1, email, "Somebody", role)


@pytest.mark.parametrize(
    ("role", "email", "trusted", "concerned", "may"),
    [
        (Role.RECRUITER, TRUSTED, TRUSTED, (), True),
        (Role.ADMIN, "admin@x.test", TRUSTED, (), False),
        (Role.HR, "hr@x.test", TRUSTED, (), False),
        (Role.ADMIN, "admin@x.test", "", (), True),
        (Role.HR, "hr@x.test", "", (), False),
        (Role.RECRUITER, TRUSTED, TRUSTED, (TRUSTED,), False),
        (Role.ADMIN, "admin@x.test", TRUSTED, (TRUSTED,), True),
        (Role.ADMIN, "admin@x.test", "", ("admin@x.test",), False),
    ],
)
def test_who_reads_them(role: Role, email: str, trusted: str, concerned: tuple, may: bool):
    assert may_read_alarms(reader(role, email), trusted, concerned) is may


def test_the_person_of_trust_reads_them_and_finds_the_way(app: Flask, signed_in):
    trust(app, TRUSTED.upper())
    confide()
    client = signed_in(make.user(Role.HIRING_MANAGER, email=TRUSTED))
    assert PAGE in client.get("/handed-over").text
    page = client.get(PAGE).text
    assert WORDS in page
    assert "Oliver Brandt" in page


@pytest.mark.parametrize("role", list(Role))
def test_while_one_is_set_there_is_nothing_here_for_anybody_else(app: Flask, signed_in, role: Role):
    trust(app, TRUSTED)
    application = confide()
    client = signed_in(role)
    assert client.get(PAGE).status_code == 404
    for path in (f"/applications/{application.id}", "/reports/ghosting", "/desk"):
        assert WORDS not in client.get(path).text


def test_while_none_is_set_admins_read_them_unless_it_is_about_them(signed_in):
    owner, manager = make.user(Role.ADMIN), make.user(Role.ADMIN)
    confide(owner=owner, manager=manager)
    assert WORDS in signed_in(Role.ADMIN).get(PAGE).text
    for concerned in (owner, manager):
        assert WORDS not in signed_in(concerned).get(PAGE).text
    assert signed_in(Role.HR).get(PAGE).status_code == 404


def test_if_it_is_about_the_person_of_trust_admins_read_it(app: Flask, signed_in):
    trust(app, TRUSTED)
    trusted = make.user(Role.HR, email=TRUSTED)
    confide(owner=trusted)
    assert WORDS not in signed_in(trusted).get(PAGE).text
    assert WORDS in signed_in(Role.ADMIN).get(PAGE).text


def test_without_a_name_the_words_stand_alone(app: Flask, signed_in):
    db.session.add(
        AnonymousAnswer(
            id="a" * 32, week_on=ENDED.date(), reasons="people", other_reason="",
            wish=WORDS, raises_alarm=True,
        )
    )  # fmt: skip
    db.session.commit()
    page = signed_in(Role.ADMIN).get(PAGE).text
    assert WORDS in page
    assert "Without a name" in page


def test_what_was_ticked_is_still_seen_on_the_application_and_no_alarm_is_told(signed_in):
    application = confide()
    for role in (Role.HR, Role.RECRUITER):
        page = signed_in(role).get(f"/applications/{application.id}").text
        assert "The people and the interview" in page
        assert "harass" not in page
        assert "alarm" not in page
