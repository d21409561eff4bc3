"""The tools of the tests do what the tests rely on."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from flask import g
from sqlalchemy import func, select, text

from recruiting import clock
from recruiting.accounts.models import User
from recruiting.accounts.rules import Role
from tests import conftest, make

FORBIDDEN = """<!doctype html><html lang="en"><title>x</title>
<h1 style="color: red">a style of its own</h1><img src="/x.png"></html>"""


def test_no_test_reaches_the_network():
    with pytest.raises(AssertionError, match="opened a socket"):
        socket.create_connection(("192.0.2.1", 25), timeout=1)


def test_no_test_asks_for_a_name_on_the_network(loopback):
    with pytest.raises(AssertionError, match="opened a socket"):
        socket.create_connection(("mail.example", 25), timeout=1)


def test_with_loopback_this_machine_can_be_reached(loopback):
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=1) as connection,
    ):
        assert connection.getpeername() == server.getsockname()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_a_database_of_its_own(db, turn):
    db.session.execute(text("CREATE TABLE left_behind (id INTEGER)"))
    db.session.commit()


@pytest.mark.parametrize("turn", ["first", "second", "third"])
def test_each_test_begins_with_nothing_and_counts_from_one(db, turn):
    assert make.user(Role.HR).id == 1
    assert db.session.scalar(select(func.count()).select_from(User)) == 1
    db.session.commit()


def test_a_request_shares_no_context_with_the_test(app, client):
    g.mark = "of the test"
    seen = []
    app.before_request(lambda: seen.append(g.get("mark")))
    client.get("/healthz")
    assert seen == [None]


def test_a_request_does_not_wait_for_the_test(db, client):
    db.session.execute(text("SELECT 1"))  # on SQLite this transaction would hold the one lock
    assert client.get("/healthz").status_code == 200


def test_the_clock_stands_still_and_can_be_moved(frozen):
    assert clock.now() == clock.now() == conftest.MONDAY
    later = datetime(2026, 3, 29, 1, tzinfo=UTC)
    frozen(later)
    assert clock.now() == later


def test_where_all_is_required_a_skip_is_a_failure(monkeypatch):
    monkeypatch.setattr(conftest, "STRICT", True)
    report = SimpleNamespace(skipped=True, outcome="skipped", longrepr="no browser")
    assert conftest.refuse_skip(report).outcome == "failed"
    assert "no browser" in report.longrepr


@pytest.mark.postgres
def test_the_server_sits_in_another_zone_than_anybody(db):
    assert db.session.scalar(text("SHOW timezone")) == "Asia/Kathmandu"


def test_what_the_security_policy_stops_is_noticed(page, stopped):
    page.route(
        "**/forbidden",
        lambda route: route.fulfill(
            body=FORBIDDEN,
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'none'"},
        ),
    )
    page.goto("/forbidden")
    page.wait_for_timeout(100)
    assert any("style" in problem for problem in stopped)
    assert any("img-src" in problem for problem in stopped)
    stopped.clear()


def test_a_script_error_is_noticed(page, stopped):
    page.goto("/healthz")
    page.evaluate("() => { setTimeout(() => { throw new Error('broken') }) }")
    page.wait_for_timeout(100)
    assert any("broken" in problem for problem in stopped)
    stopped.clear()


def test_axe_finds_what_is_wrong(page, axe):
    page.goto("/healthz")
    page.set_content('<!doctype html><html lang="en"><title>x</title><img src="data:,">')
    assert any(finding.startswith("image-alt") for finding in axe(page))


@pytest.mark.parametrize("role", list(Role))
def test_a_member_of_staff_is_signed_in(signed_in, role):
    assert signed_in(role).get("/account").status_code == 200


def test_only_what_a_page_of_ours_sends_brings_its_token(signed_in):
    assert signed_in().post("/account/sessions/end").status_code == 400
    assert signed_in().act("/account/sessions/end").status_code == 303


def test_a_page_of_a_member_of_staff_is_signed_in(page_for):
    page = page_for(Role.HR)
    page.goto("/account")
    assert page.url.endswith("/account")
