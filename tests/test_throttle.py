"""Who tries many links is asked to wait; whoever holds a good one is not."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from recruiting.accounts import tries
from recruiting.accounts.models import LoginFailure
from recruiting.accounts.rules import TryLimits
from recruiting.db import db
from tests.answers.asked import answer_path, asked_application
from tests.feedback.invited import invitation
from tests.feedback.test_views import path_of as feedback_path
from tests.feedback.test_views import state
from tests.make import MONDAY

SECOND = timedelta(seconds=1)
LIMITS = TryLimits(10, timedelta(minutes=15), b"a secret")
ZERO = timedelta(0)
Frozen = Callable[[datetime], None]


def count(network: str = "192.0.2.1", *, now: datetime = MONDAY) -> timedelta:
    return tries.count_link(network, limits=LIMITS, now=now)


def counted() -> int:
    return len(hashes())


def hashes() -> list[str]:
    with db.engine.connect() as connection:  # the session would hold the database
        return [*connection.scalars(select(LoginFailure.key))]


def test_so_many_are_few_and_one_more_waits_until_the_first_is_a_minute_old(app: Flask):
    assert {count(now=MONDAY + n * SECOND) for n in range(30)} == {ZERO}
    assert count(now=MONDAY + 40 * SECOND) == 20 * SECOND
    assert count("192.0.2.2", now=MONDAY + 40 * SECOND) == ZERO
    assert count(now=MONDAY + 60 * SECOND) == ZERO
    assert count(now=MONDAY + 60 * SECOND) == SECOND


def test_who_waits_already_writes_nothing_more_and_old_ones_are_forgotten(app: Flask):
    for _number in range(80):
        count()
    assert counted() == 30
    count("192.0.2.2", now=MONDAY + timedelta(minutes=14))
    assert counted() == 31
    count("192.0.2.2", now=MONDAY + timedelta(minutes=15))
    assert counted() == 2


def test_wrong_passwords_are_not_forgotten_sooner_for_a_bad_link(app: Flask):
    tries.count_password("anna@example.org", "192.0.2.1", limits=LIMITS, now=MONDAY)
    count(now=MONDAY + timedelta(minutes=10))
    assert counted() == 3


def test_no_network_is_named_where_they_are_counted(app: Flask):
    count()
    (key,) = hashes()
    assert re.fullmatch("[0-9a-f]{64}", key)
    other = TryLimits(10, timedelta(minutes=15), b"another secret")
    tries.count_link("192.0.2.1", limits=other, now=MONDAY)
    assert len({*hashes()}) == 2


@pytest.mark.postgres
def test_many_at_once_find_no_gap(app: Flask):
    waits = []

    def try_often() -> None:
        with app.app_context():
            waits.extend(count() for _number in range(10))

    threads = [threading.Thread(target=try_often) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waits.count(ZERO) == 30
    assert counted() == 30


def test_a_bad_link_does_not_wait_for_somebodys_import(client: FlaskClient):
    with db.engine.begin() as somebody:
        somebody.execute(text("UPDATE stage SET name = name"))
        assert client.get("/answer/wrong").status_code == 404
    lets_two_write = db.engine.dialect.name == "postgresql"
    assert counted() == lets_two_write  # where it would have to wait it is not counted
    assert client.get("/answer/wrong").status_code == 404
    assert counted() == 1 + lets_two_write


@pytest.mark.postgres
def test_a_count_that_somebody_holds_is_not_waited_for(app: Flask):
    count(now=MONDAY - timedelta(minutes=30))
    with db.engine.begin() as somebody:
        somebody.execute(text("SELECT id FROM login_failure FOR UPDATE"))
        assert count() == ZERO  # it would delete that row, and is not counted instead
    assert counted() == 1
    count()
    assert counted() == 1  # the old one was forgotten


@pytest.mark.parametrize("kind", ["answer", "reopen", "status", "stop", "feedback"])
def test_sixty_wrong_links_meet_429_and_good_ones_still_open(
    client: FlaskClient, frozen: Frozen, kind: str
):
    good = [answer_path(asked_application()), feedback_path(invitation())]
    db.session.commit()
    before = state()
    asks = (client.get, client.post)
    codes = [asks[number % 2](f"/{kind}/wrong{number}").status_code for number in range(60)]
    assert codes == [404] * 30 + [429] * 30
    refused = client.post(f"/{kind}/wrong")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert [client.get(path).status_code for path in good] == [200, 200]
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.get(f"/{kind}/wrong", environ_base=elsewhere).status_code == 404
    assert state() == before
    frozen(MONDAY + timedelta(minutes=2))
    assert client.get(f"/{kind}/wrong").status_code == 404


def test_a_good_link_is_opened_without_looking_who_tried_bad_ones(client: FlaskClient, frozen):
    path = answer_path(asked_application())
    db.session.commit()
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert client.get(path).status_code == 200
    assert not [one for one in asked if "login_failure" in one]
