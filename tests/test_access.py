"""Every endpoint names who may use it, and nobody else gets anywhere.

The tables below walk the whole map of addresses, so that a page added tomorrow is tested today.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

from config import BadSetting
from recruiting import access
from recruiting.accounts.models import LoginFailure
from recruiting.accounts.rules import ROLE_PERMISSIONS, Permission, Role
from recruiting.db import db as handle
from recruiting.errors import BadLink
from recruiting.links import read, sign
from tests import make
from tests.clients import Client

ROLES = list(Role)
WRITES = ("insert", "update", "delete", "replace")


@dataclass(frozen=True)
class Door:
    """One endpoint with one method, at an address that leads to nothing."""

    endpoint: str
    method: str
    path: str
    rule: object


def nobody(converter: BaseConverter) -> object:
    """What an address may hold in this place without naming anything that exists."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 987654 if isinstance(converter, IntegerConverter) else "x"


def doors(app: Flask, *methods: str) -> Iterator[Door]:
    """Every endpoint and method of the map; ids in addresses are those of nobody."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: nobody(rule._converters[name]) for name in rule.arguments}
            built = rule.build(values, append_unknown=False)
            assert built
            path = built[1]
            for method in sorted(rule.methods or ()):
                if not methods or method in methods:
                    yield Door(rule.endpoint, method, path, access.rule_of(rule.endpoint))


def send(client: Client, door: Door):
    """Ask as a page of ours would: with the token, but without any field."""
    if door.method in access.SAFE_METHODS:
        return client.open(door.path, method=door.method)
    return client.open(door.path, method=door.method, data={"csrf_token": client.csrf_token()})


# --- the table -----------------------------------------------------------------------------------


def test_every_endpoint_names_its_rule(app):
    without = {door.endpoint for door in doors(app) if door.rule is None}
    assert not without, f"no rule for {sorted(without)}"


def test_a_rule_is_a_permission_or_public(app):
    assert all(
        door.rule == access.PUBLIC or isinstance(door.rule, Permission) for door in doors(app)
    )


def test_few_endpoints_are_public(app):
    public = {door.endpoint for door in doors(app) if door.rule == access.PUBLIC}
    expected = {
        "static",
        "web.index",
        "web.healthz",
        "web.readyz",
        "web.set_language",
        "accounts.sign_in",
        "accounts.begin",
        "messages.inbound",
    }
    behind_a_link = ("feedback.", "answers.", "dialogues.")
    assert {name for name in public if not name.startswith(behind_a_link)} == expected


def test_no_address_takes_more_methods_than_get_and_post(app):
    methods = {door.method for door in doors(app)}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_exactly_where_its_permissions_lead(app, signed_in, role):
    user = make.user(role)
    wrong = []
    for door in doors(app, "GET", "POST"):
        answer = send(signed_in(user), door)  # a new session each time: some doors end it
        is_open = door.rule == access.PUBLIC or door.rule in ROLE_PERMISSIONS[role]
        refused = answer.status_code == 403
        lost = (answer.location or "").startswith("/sign-in?")
        broken = answer.status_code >= 500 and door.endpoint != "web.readyz"  # no worker runs here
        if refused is is_open or lost or broken:
            wrong.append((door.endpoint, door.method, answer.status_code))
        answer.close()
    assert not wrong


def test_a_stranger_gets_to_the_sign_in_page_and_nowhere_else(app, client):
    for door in doors(app, "GET", "POST"):
        if door.rule == access.PUBLIC:
            continue
        answer = send(client, door)
        assert answer.status_code in {302, 303}, door
        assert answer.location.split("?")[0] == "/sign-in", door


def test_the_wrong_role_is_told_so_before_anything_is_looked_at(app, signed_in):
    """403, never 404 or 422: a stranger to a page learns nothing about what is behind it."""
    user = make.user(Role.HIRING_MANAGER)
    closed = [
        door
        for door in doors(app, "POST")
        if isinstance(door.rule, Permission)
        and door.rule not in ROLE_PERMISSIONS[Role.HIRING_MANAGER]
    ]
    for door in closed:
        there = signed_in(user)
        assert send(there, door).status_code == 403, door
        assert there.post(door.path, data={"nonsense": "\0"}).status_code == 403, door


def test_a_refusal_is_a_designed_page(signed_in):
    answer = signed_in(Role.HIRING_MANAGER).get("/desk")
    assert answer.status_code == 403
    assert "Your role does not include this" in answer.text
    assert "<h1>" in answer.text


# --- nothing slips by ----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
def test_a_view_without_a_rule_is_no_page_for_anybody(app, client, signed_in, method):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret", methods=["GET", "POST"])
    for there in (client, signed_in(Role.ADMIN)):
        door = Door("forgotten", method, "/forgotten", None)
        answer = send(there, door)
        assert answer.status_code == 404
        assert "secret" not in answer.text


def test_a_rule_put_on_the_wrong_side_of_the_route_does_not_count(app, client):
    @access.public
    def outer():
        return registered()

    def registered():
        return "secret"

    app.add_url_rule("/inside-out", "inside_out", registered)
    assert client.get("/inside-out").status_code == 404


def test_what_is_not_there_is_not_there_for_strangers_either(client, signed_in):
    assert client.get("/no-such-page").status_code == 404
    assert signed_in(Role.ADMIN).get("/no-such-page").status_code == 404


def test_a_number_beyond_every_column_is_no_page(app, signed_in):
    for door in doors(app, "GET", "POST"):
        if "987654" not in door.path:
            continue
        there = signed_in(Role.ADMIN)
        for number in (2**31, 2**63, 10**30):
            far = Door(door.endpoint, door.method, door.path.replace("987654", str(number)), None)
            assert send(there, far).status_code == 404, far


# --- no GET acts ---------------------------------------------------------------------------------


@pytest.fixture
def written(app) -> Iterator[list[str]]:
    """Every statement that changes a row, but for the count of wrong tries: a log, no act."""
    found: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        is_count = LoginFailure.__tablename__ in statement
        if statement.lstrip().lower().startswith(WRITES) and not is_count:
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("role", ROLES)
def test_no_get_changes_a_row(app, signed_in, written, frozen, role):
    there = signed_in(role)
    handle.session.commit()
    written.clear()
    for door in doors(app, "GET", "HEAD"):
        send(there, door).close()
        assert not written, door


def test_no_get_of_a_stranger_changes_a_row(app, client, written):
    for door in doors(app, "GET", "HEAD", "OPTIONS"):
        send(client, door).close()
    assert not written


@pytest.mark.sqlite
def test_a_reader_waits_for_no_writer(app, signed_in, frozen):
    there = signed_in(Role.ADMIN)
    handle.session.commit()
    frozen(make.MONDAY + timedelta(minutes=10))  # the sign of life would be due as well
    with handle.engine.connect() as writer:
        writer.exec_driver_sql("DELETE FROM submission")
        for path in ("/account", "/sign-in", "/", "/no-such-page", "/design"):
            began = datetime.now(UTC)
            assert there.get(path).status_code < 500
            assert datetime.now(UTC) - began < timedelta(seconds=4)
        writer.rollback()


# --- the start -----------------------------------------------------------------------------------


def test_production_refuses_demo_users_by_name(another, db):
    make.user(email="admin@heardback.test")
    make.user(email="manager@heardback.test")
    make.user(email="someone@example.org")
    db.session.commit()
    with pytest.raises(BadSetting) as refused:
        access.refuse_demo_users(another(env="production"))
    assert "admin@heardback.test, manager@heardback.test" in str(refused.value)
    assert "someone@example.org" not in str(refused.value)
    assert refused.value.code not in {0, None}


def test_production_starts_without_demo_users_and_development_with_them(another, db):
    access.refuse_demo_users(another(env="production"))
    make.user(email="admin@heardback.test")
    db.session.commit()
    access.refuse_demo_users(another())


def test_links_outlive_a_change_of_key_until_the_old_key_is_gone():
    old, new, until = "o" * 40, "n" * 40, make.MONDAY
    link = sign([old], "feedback", "an id", expires_at=until)
    assert read([new, old], "feedback", link, now=until).id == "an id"
    with pytest.raises(BadLink):
        read([new], "feedback", link, now=until)
    fresh = sign([new, old], "feedback", "an id", expires_at=until)
    assert read([new], "feedback", fresh, now=until).id == "an id"
