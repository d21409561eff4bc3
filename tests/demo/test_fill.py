"""`flask demo`: what it writes, for whom it refuses."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from config import Settings
from recruiting.accounts.models import User
from recruiting.accounts.rules import Actor, Role
from recruiting.accounts.services import is_password
from recruiting.app import create_app
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressState
from recruiting.db import db as handle
from recruiting.demo import commands, talk
from recruiting.demo.employer import JOBS, MANAGER
from recruiting.demo.fill import fill, tell_all
from recruiting.dialogues import queries as dialogues
from recruiting.feedback import keys
from recruiting.feedback.models import AnonymousAnswer, Answer, Invitation
from recruiting.feedback.rules import INVITED, unpack
from recruiting.jobs.models import Job, Stage
from recruiting.pipeline import facts as pipeline_facts
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline.models import Application, Event, Spell
from recruiting.pipeline.reading import Facts
from recruiting.pipeline.rules import Kind, Outcome
from recruiting.pipeline.timelines import timeline
from recruiting.silence import queries, services
from recruiting.silence.rules import Rule, State, standing_at
from recruiting.workdays import Office
from tests import make
from tests.make import MONDAY

OFFICE = Office()
PASSWORD = "correct horse battery staple"
SECRET = "a key for tests, long enough for anybody"


@pytest.fixture(scope="module")
def filled(sqlite_template, tmp_path_factory) -> Iterator[Flask]:
    """A database as `flask demo` leaves it, for tests that only read; filled once for all."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(
        Settings(
            secret_key=SECRET,
            database_url=sqlite_template.copy(folder),
            instance=folder,
            testing=True,
        )
    )
    with app.app_context():
        kept = keys.hashes([SECRET], talk.key(SECRET))[0]
        fill(MONDAY, OFFICE, PASSWORD, key_hash=kept)
        handle.session.commit()
    yield app
    with app.app_context():
        for engine in handle.engines.values():
            engine.dispose()


@pytest.fixture
def read(filled) -> Iterator[scoped_session]:
    """The session of the filled database; what a test changes in it is undone."""
    with filled.app_context():
        yield handle.session
        handle.session.rollback()
        handle.session.remove()


def actor(role: Role) -> Actor:
    found = handle.session.scalars(select(User).where(User.role == role).order_by(User.id)).first()
    assert found is not None
    return Actor(found.id, found.email, found.name, found.role, found.language)


def test_the_command_fills_an_empty_database_and_says_what_is_in_it(runner, db, settings, frozen):
    result = runner.invoke(args=["demo"])
    assert result.exit_code == 0, result.output
    for word in ("quiet", "ghosted", "never_responded", settings.demo_password):
        assert word in result.output
    for name in ("admin", "recruiter", "hr", "manager"):
        assert f"{name}@heardback.test" in result.output
    users = db.session.scalars(select(User)).all()
    assert len(users) == 6
    assert {user.role for user in users} == set(Role)
    assert all(is_password(user.password_hash, settings.demo_password) for user in users[:1])
    assert db.session.scalar(select(func.count(Application.id))) == len(tell_all(MONDAY, OFFICE))
    assert set(db.session.scalars(select(Job.title))) == {job.title for job in JOBS.values()}

    again = runner.invoke(args=["demo"])
    assert again.exit_code == 1
    assert "not empty" in again.output
    assert db.session.scalar(select(func.count(User.id))) == 6


def test_the_command_says_where_one_is_a_candidate(runner, client, settings, frozen):

    said = runner.invoke(args=["demo"]).output
    (link,) = re.findall(r"http://localhost:\d+(/status/\S+)", said)
    page = client.get(link)
    assert page.status_code == 200
    assert "Nordwind" in page.text


def test_the_journal_of_the_database_is_the_one_that_was_told(read):
    stored = [
        tuple(row)
        for row in read.execute(
            select(Candidate.name, Event.at, Event.kind, Event.by, Event.body)
            .join(Application, Application.id == Event.application_id)
            .join(Candidate)
        )
    ]
    told = [
        (one.story.person.name, row["at"], row["kind"], row["by"], row["body"])
        for one in tell_all(MONDAY, OFFICE)
        for row in one.events
    ]
    assert sorted(stored, key=str) == sorted(told, key=str)


@pytest.mark.parametrize("what", [make.user, make.job, make.candidate])
def test_a_database_with_anything_in_it_is_left_alone(what, runner, db):
    what()
    db.session.commit()
    result = runner.invoke(args=["demo"])
    assert result.exit_code == 1
    assert "not empty" in result.output
    assert not db.session.scalar(select(func.count(Application.id)))


class TestInProduction:
    @pytest.fixture
    def settings(self, settings):
        return type(settings)(**vars(settings) | {"env": "production"})

    def test_the_command_refuses(self, runner, db):
        result = runner.invoke(args=["demo"])
        assert result.exit_code == 1
        assert "production" in result.output
        assert not db.session.scalar(select(func.count(User.id)))


def test_a_password_that_is_too_short_is_refused_before_anything_is_written(app, db, monkeypatch):
    monkeypatch.setattr(commands, "password", lambda: "short")
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "characters" in result.output
    assert not db.session.scalar(select(func.count(Job.id)))


def test_without_a_setting_the_password_is_the_one_that_is_printed(app, db):
    app.extensions["settings"] = type(app.extensions["settings"])(demo_password="")
    assert commands.password() == commands.USUAL_PASSWORD


def test_candidates_read_every_stage_in_their_language(read):
    stages = read.scalars(select(Stage)).all()
    assert stages
    for stage in stages:
        assert stage.outside.name("en", stage.name) == stage.name
        assert stage.outside.name("de", stage.name) not in {"", stage.name}


def test_the_desk_is_alive(read):
    desk = queries.desk(actor(Role.RECRUITER), MONDAY, OFFICE)
    sizes = {name: len(getattr(desk, name)) for name in ("ours", "due", "quiet", "person")}
    assert 4 <= sizes["ours"] <= 8, sizes
    assert 6 <= sizes["due"] <= 10, sizes
    assert 6 <= sizes["quiet"] <= 10, sizes
    assert 4 <= sizes["person"] <= 8, sizes


def test_some_quiet_candidates_can_be_confirmed_and_some_not_because_of_us(read):
    ready, ours_first = [], []
    for application in read.scalars(select(Application).where(Application.outcome.is_(None))):
        state = standing_at(application, MONDAY).state
        if state not in {State.QUIET, State.MUTUAL_FADE}:
            continue
        events = timeline(application, MONDAY)
        evidence = queries.evidence(application, events, MONDAY, OFFICE)
        unmet = {one.rule for one in evidence.unmet}
        if not unmet:
            ready.append(application)
        if Rule.OUR_SIDE in unmet:
            ours_first.append(application)
    assert len(ready) >= 3
    assert len(ours_first) >= 2
    assert sum(one.owner == "recruiter@heardback.test" for one in ready) >= 3

    services.confirm(
        ready[0],
        Outcome.GHOSTED,
        note="Read the whole timeline.",
        attested=set(Rule),
        by="recruiter@heardback.test",
        now=MONDAY,
        office=OFFICE,
    )
    assert ready[0].outcome is Outcome.GHOSTED
    with pytest.raises(services.NotYet):
        services.confirm(
            ours_first[0],
            Outcome.GHOSTED,
            note="Read the whole timeline.",
            attested=set(Rule),
            by="recruiter@heardback.test",
            now=MONDAY,
            office=OFFICE,
        )


def test_a_hiring_manager_has_something_to_read(read):
    manager = actor(Role.HIRING_MANAGER)
    seen = pipeline.handed_over_to(manager, now=MONDAY, office=OFFICE)
    assert manager.email == MANAGER.email
    assert 8 <= len(seen) <= 20
    events = read.scalars(select(Event).where(Event.kind == Kind.HANDED_OVER)).all()
    assert {event.application_id for event in events} == {one.id for one in seen}
    assert {event.subject for event in events} == {manager.name}


def test_the_facts_are_those_that_a_rebuild_would_write(read):
    def facts() -> list[tuple]:
        columns = [getattr(Application, name) for name in Facts._fields]
        return [tuple(row) for row in read.execute(select(Application.id, *columns))]

    before, spells = facts(), read.scalar(select(func.count(Spell.id)))
    pipeline_facts.refresh(None, OFFICE, now=MONDAY)
    assert facts() == before
    assert read.scalar(select(func.count(Spell.id))) == spells


def test_addresses_that_bounced_are_marked(read):
    bounced = read.scalars(
        select(Application.outcome)
        .join(Candidate)
        .join(Address)
        .where(Address.state == AddressState.BOUNCED)
    ).all()
    assert set(bounced) == {None, Outcome.UNREACHABLE}


def test_exit_feedback_was_asked_for_and_given(read):
    invitations = read.scalars(select(Invitation)).all()
    answers = read.scalars(select(Answer)).all()
    assert len(answers) >= 14
    without = read.scalars(select(AnonymousAnswer)).all()
    used = {one.id for one in invitations if one.is_used}
    named = {one.invitation_id for one in answers}
    assert named < used
    assert len(used - named) == len(without) >= 10
    assert sum(not one.is_used and one.expires_at > MONDAY for one in invitations) >= 3
    for one in invitations:
        assert one.application.outcome in INVITED
        assert one.created_at >= one.application.ended_at - timedelta(seconds=1)
    for answer in answers:
        assert answer.submitted_at <= MONDAY
        assert 1 <= len(unpack(answer.reasons)) <= 2
        assert answer.choice is not None
    assert len(Counter(answer.wish for answer in answers if answer.wish)) >= 5


@pytest.mark.usefixtures("frozen")
def test_one_conversation_without_a_name_waits_for_an_answer_of_ours(filled: Flask, read):
    with filled.test_client() as client:
        page = client.post("/dialogue", data={"key": talk.key(SECRET).upper()})
    assert page.status_code == 200
    for words in (talk.WISH, talk.ASKED, talk.TOLD):
        assert words in html.unescape(page.text)
    (answer,) = read.scalars(select(AnonymousAnswer).where(AnonymousAnswer.key_hash.is_not(None)))
    assert dialogues.dialogue(answer.id).waits_for_us
    assert talk.key(SECRET) != talk.key(SECRET + "!")
