"""One line for each request, with ids and without people."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from recruiting import logs, web
from recruiting.accounts.rules import Role
from tests import make
from tests.clients import Client

CANARY = "Hannah-Canary-Vogel"


@pytest.fixture
def lines(app, capsys):
    """What came out on the error stream, parsed: a line that is no JSON fails."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_request_is_one_line_with_its_facts(lines, signed_in):
    user = make.user(Role.HR)
    signed_in(user).get("/account?x=1")
    (line,) = lines()
    assert line["event"] == "request"
    assert (line["method"], line["endpoint"], line["rule"]) == (
        "GET",
        "accounts.account",
        "/account",
    )
    assert (line["status"], line["user"], line["level"]) == (200, user.id, "info")
    assert line["ms"] >= 0
    assert len(line["request_id"]) == 16


def test_each_request_has_a_number_of_its_own_which_no_header_chooses(lines, client):
    for _n in range(2):
        client.get("/sign-in", headers={"X-Request-Id": "chosen", "X-Correlation-Id": "chosen"})
    first, second = lines()
    assert first["request_id"] != second["request_id"]
    assert "chosen" not in str(first)


def test_a_proxy_that_is_not_trusted_is_told_once(lines, client, another):
    for _n in range(3):
        client.get("/sign-in", headers={"X-Forwarded-For": "203.0.113.7"})
    warnings = [line for line in lines() if line["level"] == "warning"]
    assert [(line["event"], line["setting"]) for line in warnings] == [
        ("a proxy is not trusted", "HEARDBACK_TRUSTED_PROXIES")
    ]
    assert "203.0.113" not in str(warnings)
    behind = another(trusted_proxies=1)
    behind.test_client().get("/sign-in", headers={"X-Forwarded-For": "203.0.113.7"})
    client.get("/sign-in")
    assert [line["level"] for line in lines()] == ["info", "info"]


def test_neither_addresses_nor_bodies_nor_cookies_are_written(app, lines, client, signed_in):
    app.add_url_rule("/link/<token>", "link", web.without_session(lambda token: token))
    client.get(f"/link/{CANARY}?{CANARY}", headers={"Referer": CANARY, "User-Agent": CANARY})
    client.get(f"/{CANARY}")
    client.get(f"/sign-in?next=/{CANARY}")
    client.act("/sign-in", {"email": f"{CANARY}@example.org", "password": CANARY})
    client.post("/sign-in", data={"email": CANARY})
    signed_in(make.user(name=CANARY, email=f"{CANARY}@example.org".lower())).get("/account")
    written = lines()
    assert len(written) == 6
    assert CANARY.lower() not in str(written).lower()
    assert written[0]["rule"] == "/link/<token>"


def test_the_signs_of_health_and_the_static_files_make_no_noise(lines, client):
    client.get("/healthz")
    client.get("/static/css/base.css").close()
    assert lines() == []


def test_a_fault_tells_its_type_and_its_places_but_not_what_it_says(app, lines, client):
    def fail():
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise ValueError(f"bad value {CANARY}") from error

    app.add_url_rule("/fault", "fault", web.without_session(fail))
    client.get("/fault")
    fault, request = lines()
    assert (fault["event"], fault["level"]) == ("fault", "error")
    assert (fault["error"], fault["cause"]) == ("ValueError", "KeyError")
    assert any("test_logs.py" in place and place.endswith(" fail") for place in fault["places"])
    assert fault["request_id"] == request["request_id"]
    assert request["status"] == 500
    assert CANARY not in str(fault)


ODD = "a\r\nb\x1b[31mc\0d\x7fe\u2028f\x85g"


def test_no_value_forges_a_line_or_drives_a_terminal(lines):
    structlog.get_logger().info(ODD, name=ODD)
    logging.getLogger("somebody").warning("said %s", ODD)
    own, foreign = lines()
    assert own["event"] == own["name"] == "a\\x0d\\x0ab\\x1b[31mc\\x00d\\x7fe\\x2028f\\x85g"
    assert foreign["event"].startswith("said a\\x0d\\x0ab")


def test_what_libraries_say_comes_out_in_the_same_form(lines):
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("library").exception("it failed")
    (line,) = lines()
    assert (line["event"], line["level"], line["error"]) == ("it failed", "error", "ValueError")
    assert CANARY not in str(line)


def test_the_access_log_of_the_server_is_not_written_twice(lines):
    logging.getLogger("werkzeug").info('127.0.0.1 "GET /link/secret HTTP/1.1" 200')
    assert lines() == []


def test_a_second_application_does_not_double_the_lines(lines, another):
    app = another()
    Client(app, app.response_class).get("/sign-in")
    assert len(lines()) == 1


def test_on_a_developers_terminal_a_line_is_for_people(another, db, capsys):
    another(testing=False)
    structlog.get_logger("heardback").info("said", name=ODD)
    another()
    (line,) = capsys.readouterr().err.splitlines()
    assert "said" in line
    assert "\x1b[31mc" not in line


def test_production_writes_json(another, db, capsys):
    another(testing=False, env="production")
    structlog.get_logger("heardback").info("said")
    another()
    assert json.loads(capsys.readouterr().err)["event"] == "said"


def test_there_is_a_number_even_where_nothing_was_begun(app):
    with app.test_request_context():
        assert logs.request_id() == logs.request_id()
