"""Who withdraws before we told them what we had decided sees what everybody sees who withdraws."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import zip_longest
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from recruiting.db import db
from recruiting.feedback import forms
from recruiting.feedback.models import Answer, Invitation
from recruiting.messages.models import Message
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Kind, Outcome
from recruiting.worker import Worker
from tests import make
from tests.answers.asked import NOW, Purpose, answer_path, path_of, status_path, tell
from tests.answers.test_status import SCENES, neutral, say, two
from tests.feedback.test_views import body
from tests.make import DAY, HOUR
from tests.pipeline.staff import queries_counted

pytestmark = pytest.mark.usefixtures("frozen")
DECIDED = [Kind.HIRE, Kind.REJECTION]
WITHDRAW = {"choice": "withdraw"}
LATER = {"choice": "later", "when": "half_year", "may_ask": "y"}
LINK = re.compile(r'href="[^"]*(/feedback/[\w.-]{20,})"')
TOKEN = re.compile(r"/(feedback|status|answer)/[\w.-]{20,}")
Both = tuple[Application, Application]


@pytest.fixture(autouse=True)
def drawn_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each form be drawn with the same numbers, and so with the same order of reasons."""
    same = SimpleNamespace(
        token_hex=lambda size: "0" * size, token_urlsafe=lambda size: "n" * 2 * size
    )
    monkeypatch.setattr(forms, "secrets", same)


def seen(client: FlaskClient, application: Application, path: str, **data: str) -> tuple:
    """What an address answers, by GET or with `data`, and what was asked of the database for it."""
    db.session.rollback()
    with queries_counted(db) as asked:
        answer = client.post(path, data=data) if data else client.get(path)
    heads = {k: v for k, v in answer.headers if k not in {"Content-Length", "Location"}}
    page = TOKEN.sub("", neutral(body(answer), application)).rstrip()  # filled up behind its end
    return answer.status_code, heads, page, [one.split("WHERE")[0] for one in asked]


def assert_seen_alike(client: FlaskClient, both: Both, paths: list[str], **data: str) -> tuple:
    one, other = (
        seen(client, application, path, **data)
        for application, path in zip(both, paths, strict=True)
    )
    assert one[:2] == other[:2]
    assert differing(one[2], other[2]) == []
    if not data:  # what is written inside may differ
        assert one[3] == other[3]
    return one


def differing(page: str, other: str) -> list[tuple[str, str]]:
    """The lines in which two pages differ, told quickly."""
    pairs = zip_longest(page.splitlines(), other.splitlines(), fillvalue="")
    return [(one, two) for one, two in pairs if one != two][:3]


def assert_pages_alike(client: FlaskClient, both: Both) -> None:
    """Every page that the links of our mails open, in both languages."""
    for lang in ("en", "de"):
        for path_for in (status_path, answer_path):
            assert_seen_alike(client, both, [f"{path_for(one)}?lang={lang}" for one in both])


def feedback_paths(client: FlaskClient, both: Both, path_for: Callable) -> list[str]:
    """The feedback link that such a page shows, of each."""
    db.session.commit()
    pages = [body(client.get(path_for(one))) for one in both]
    return [LINK.findall(page)[0] for page in pages]


def decided_and_not(client: FlaskClient, kind: Kind, scene: Callable = SCENES[0]) -> Both:
    """Two who withdraw, of whom one had been decided about an hour before and was not told."""
    both = two(scene, kind)
    for one in both:
        say(client, one, **WITHDRAW)
    return both


@pytest.mark.parametrize("sent", [WITHDRAW, LATER], ids=["withdraw", "later"])
@pytest.mark.parametrize("kind", DECIDED)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_whatever_was_decided_the_pages_and_the_feedback_link_are_the_same(
    client: FlaskClient, frozen: Callable, scene: Callable, kind: Kind, sent: dict
):
    both = two(scene, kind)
    for one in both:
        assert say(client, one, **sent).status_code == 303
    for days in (0, 3, 9):
        frozen(NOW + days * DAY)
        assert_pages_alike(client, both)
        for path_for in (status_path, answer_path):
            paths = feedback_paths(client, both, path_for)
            assert assert_seen_alike(client, both, paths)[0] == 200


@pytest.mark.parametrize("kind", DECIDED)
@pytest.mark.parametrize(
    "choice", ["interested", "more_time", "decided_against", "not_reached", "not_said", ""]
)
def test_feedback_with_a_name_its_thanks_and_what_follows_are_the_same(
    client: FlaskClient, frozen: Callable, kind: Kind, choice: str
):
    both = decided_and_not(client, kind)
    paths = feedback_paths(client, both, status_path)
    frozen(NOW + HOUR)
    given = {"how": "named", "again": "3", "choice": choice}
    assert "we have your answers" in assert_seen_alike(client, both, paths, **given)[2]
    assert len(db.session.scalars(select(Answer)).all()) == 2
    for path in ("", "?change=1"):
        assert_seen_alike(client, both, [one + path for one in paths])
    assert_pages_alike(client, both)
    frozen(NOW + 3 * DAY)
    assert_pages_alike(client, both)


@pytest.mark.parametrize("kind", DECIDED)
def test_so_are_feedback_without_a_name_and_an_objection(client: FlaskClient, kind: Kind):
    both = decided_and_not(client, kind)
    paths = feedback_paths(client, both, status_path)
    wrong = {"how": "anonymous", "again": "3", "until": "2026-03-20"}
    assert assert_seen_alike(client, both, paths, **wrong)[0] == 422
    for said in ("object", "allow"):
        assert assert_seen_alike(client, both, paths, objection=said)[0] == 303
        assert assert_seen_alike(client, both, paths)[0] == 200
        assert_pages_alike(client, both)
    thanked = assert_seen_alike(client, both, paths, how="anonymous", again="3")
    assert "we have your answers" in thanked[2]
    assert_seen_alike(client, both, paths)
    assert_pages_alike(client, both)


@pytest.mark.parametrize("kind", DECIDED)
@pytest.mark.parametrize("objects", [False, True], ids=["", "objects"])
def test_who_takes_it_back_and_withdraws_again_sees_the_same_each_time(
    client: FlaskClient, frozen: Callable, kind: Kind, objects: bool
):
    both = decided_and_not(client, kind)
    old = feedback_paths(client, both, status_path)
    for one in both if objects else ():
        say(client, one, objection="object")
    frozen(NOW + HOUR)
    for one in both:
        say(client, one, choice="interested")
    assert_pages_alike(client, both)
    assert assert_seen_alike(client, both, old)[0] == 404
    frozen(NOW + 2 * HOUR)
    for one in both:
        say(client, one, **WITHDRAW)
        say(client, one, objection="allow")
    assert_pages_alike(client, both)
    if not objects:
        new = feedback_paths(client, both, answer_path)
        assert assert_seen_alike(client, both, new)[0] == 200
        assert assert_seen_alike(client, both, old)[0] == 404


@pytest.mark.parametrize("kind", DECIDED)
def test_a_meeting_that_we_agree_on_afterwards_kills_the_link_of_both(
    client: FlaskClient, frozen: Callable, kind: Kind
):
    both = decided_and_not(client, kind)
    paths = feedback_paths(client, both, status_path)
    frozen(NOW + HOUR)
    for one in both:
        make.event(one, Kind.INTERVIEW, at=NOW + HOUR, due_at=NOW + 3 * DAY)
    db.session.commit()
    assert assert_seen_alike(client, both, paths)[0] == 404
    assert_pages_alike(client, both)


@pytest.mark.parametrize("kind", DECIDED)
def test_the_mails_that_they_get_are_the_same(
    client: FlaskClient, frozen: Callable, kind: Kind, app
):
    both = decided_and_not(client, kind)
    dead = [path_of(Purpose.STATUS, one.id, expires_at=NOW - HOUR) for one in both]
    assert assert_seen_alike(client, both, dead, fresh="1")[0] == 303
    db.session.rollback()  # or the worker waits for this session
    for days in (1, 8, 20):
        frozen(NOW + days * DAY)
        Worker(app).tick(NOW + days * DAY)
    db.session.rollback()
    mails = [
        [
            (mail.purpose, mail.state, mail.send_after, mail.subject, mail.body)
            for mail in db.session.scalars(
                select(Message).where(Message.application_id == one.id).order_by(Message.id)
            )
        ]
        for one in both
    ]
    told = [neutral(repr(mail), one) for mail, one in zip(mails, both, strict=True)]
    assert told[0] == told[1]
    assert len(mails[0]) == 1


def test_told_of_the_hire_later_they_read_no_link_and_the_old_one_ends_nothing(
    client: FlaskClient, frozen: Callable
):
    hired, _other = both = decided_and_not(client, Kind.HIRE)
    path = feedback_paths(client, both, status_path)[0]
    frozen(NOW + DAY)
    tell(hired, at=NOW + DAY)
    db.session.commit()
    assert client.get(status_path(hired)).status_code == 404
    assert "/feedback/" not in body(client.get(answer_path(hired)))
    frozen(NOW + 2 * DAY)
    given = {"how": "named", "choice": "interested", "again": "3"}
    assert client.post(path, data=given).status_code == 200
    db.session.refresh(hired)
    assert (hired.outcome, hired.wrote_after_end) == (Outcome.HIRED, True)
    assert len(db.session.scalars(select(Invitation)).all()) == 2


def test_a_hire_is_told_also_after_they_took_their_withdrawal_back(
    client: FlaskClient, frozen: Callable
):
    hired, _other = decided_and_not(client, Kind.HIRE)
    frozen(NOW + HOUR)
    say(client, hired, choice="interested")
    assert hired.outcome is Outcome.HIRED
    assert client.get(status_path(hired)).status_code == 200
    tell(hired, at=NOW + 2 * HOUR)
    db.session.commit()
    frozen(NOW + 3 * HOUR)
    assert client.get(status_path(hired)).status_code == 404


def test_an_old_link_does_not_come_to_life_by_a_hire(client: FlaskClient, frozen: Callable):
    """They had withdrawn and were taken up again; that one is hired, their dead link tells not."""
    both = decided_and_not(client, Kind.GHOSTED)
    paths = feedback_paths(client, both, status_path)
    frozen(NOW + HOUR)
    for one in both:
        make.event(one, Kind.REOPENED, at=NOW + HOUR / 2)
    make.event(both[0], Kind.HIRE, at=NOW + HOUR / 2)
    db.session.commit()
    for path in paths:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("kind", DECIDED)
@pytest.mark.parametrize("then", ["interested", "more_time", "not_reached", "decided_against"])
@pytest.mark.parametrize("first", ["interested", "decided_against"])
@pytest.mark.parametrize("until", ["", "2026-03-20"], ids=["", "until"])
def test_so_are_feedback_that_is_changed_and_what_follows(
    client: FlaskClient, frozen: Callable, kind: Kind, first: str, then: str, until: str
):
    both = decided_and_not(client, kind)
    paths = feedback_paths(client, both, status_path)
    for hour, choice in enumerate((first, then), 1):
        frozen(NOW + hour * HOUR)
        day = until if choice == "more_time" else ""
        given = {"how": "named", "item": "choice", "choice": choice, "until": day}
        assert assert_seen_alike(client, both, paths, **given)[0] == 204
        assert_seen_alike(client, both, [f"{one}?change=1" for one in paths])
        assert_pages_alike(client, both)
    frozen(NOW + 3 * DAY)
    assert_pages_alike(client, both)


@pytest.mark.parametrize("kind", [*DECIDED, Kind.GHOSTED])
@pytest.mark.parametrize("then", ["more_time", "not_reached", "decided_against"])
@pytest.mark.parametrize("wrote", [False, True], ids=["", "wrote"])
def test_a_decision_between_two_answers_shows_in_neither(
    client: FlaskClient, frozen: Callable, kind: Kind, then: str, wrote: bool
):
    both = decided_and_not(client, Kind.REJECTION)
    paths = feedback_paths(client, both, status_path)
    frozen(NOW + HOUR)
    for path in paths:
        client.post(path, data={"how": "named", "item": "choice", "choice": "interested"})
    for one in both if wrote else ():
        make.event(one, at=NOW + HOUR * 1.5, now=NOW + HOUR * 1.5, by="asks@heardback.test")
    make.event(both[0], kind, at=NOW + 2 * HOUR, now=NOW + 2 * HOUR, by="decides@heardback.test")
    db.session.commit()
    frozen(NOW + 3 * HOUR)
    assert_seen_alike(client, both, [f"{one}?change=1" for one in paths])
    given = {"how": "named", "item": "choice", "choice": then}
    assert assert_seen_alike(client, both, paths, **given)[0] == 204
    assert_seen_alike(client, both, [f"{one}?change=1" for one in paths])
    assert_pages_alike(client, both)
