"""Where a request comes from, what it brings, in which language and with which words we answer."""

from __future__ import annotations

import html
import re
import threading
import time
from datetime import UTC, date, timedelta

import pytest
from flask import abort, render_template
from flask_babel import force_locale
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from recruiting import db as db_module
from recruiting import web
from recruiting.accounts.models import Submission, User
from recruiting.accounts.rules import Role
from recruiting.db import db as handle
from recruiting.errors import BadLink, Conflict, Missing, NotAllowed, Refused, TooMany
from recruiting.silence.models import Heartbeat
from recruiting.web import faults, words
from tests import make
from tests.make import DAY, HOUR, MONDAY
from tests.test_access import doors

MINUTE = timedelta(minutes=1)


@pytest.fixture
def page_of(app):
    """Let a page do something: `page_of(view)` answers its address."""

    def add(view, methods=("GET",)):
        name = f"made_{len(app.view_functions)}"
        app.add_url_rule(f"/{name}", name, web.without_session(view), methods=list(methods))
        return f"/{name}"

    return add


def found(pattern, answer):
    """What the first group of a pattern finds on a page."""
    match = re.search(pattern, answer.text, re.DOTALL)
    assert match, pattern
    return match.group(1)


# --- whose form is it ----------------------------------------------------------------------------


def test_no_form_acts_without_the_token_of_its_session(app, signed_in, client):
    stranger_token = client.csrf_token()
    user = make.user(Role.ADMIN)
    for door in doors(app, "POST"):
        if getattr(app.view_functions[door.endpoint], "is_without_session", False):
            continue
        there = signed_in(user)
        there.csrf_token()
        for token in ({}, {"csrf_token": "wrong"}, {"csrf_token": stranger_token}):
            answer = there.post(door.path, data=token)
            assert answer.status_code == 400, door
            assert "expired or came from elsewhere" in answer.text
        assert there.get("/account").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/language"])
def test_strangers_forms_need_their_token_too(client, db, path):
    assert client.post(path, data={"language": "de"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Referer": "https://evil.example/page"},
        {"Referer": "https://evil.example/page"},
        {"Referer": "http://localhost.evil.example/"},
        {"Referer": "http://[odd"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": ""},
    ],
)
def test_no_form_of_another_site_acts_even_with_the_token(app, signed_in, headers):
    user = make.user(Role.ADMIN)
    for door in doors(app, "POST"):
        there = signed_in(user)
        behind_a_link = door.endpoint.startswith(("feedback.", "answers."))
        if headers == {"Origin": "null"} and behind_a_link:
            continue  # such pages write "null", and the link in the address guards them
        if headers == {"Origin": "null"} and door.endpoint == "dialogues.talk":
            continue  # such a page as well, and the key in the form guards it
        if headers == {"Origin": "null"} and door.endpoint == "messages.inbound":
            continue  # no page sends there, and a signature guards it
        answer = there.act(door.path, headers=headers)
        assert answer.status_code == 403, door
        assert "came from elsewhere" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "http://localhost/sign-in"},
    ],
)
def test_forms_of_our_own_pages_act(client, headers):
    answer = client.act("/language", {"language": "de"}, headers=headers)
    assert answer.status_code == 303


def test_the_address_in_the_settings_is_ours_too(app, client, settings):
    object.__setattr__(settings, "public_url", "https://jobs.example.org/hr")
    mine = {"Origin": "https://jobs.example.org"}
    assert client.act("/language", {"language": "de"}, headers=mine).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "null"}, 200),  # as browsers write behind "no-referrer"
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Referer": "https://evil.example/"}, 403),  # ours write no Referer
        ({"Origin": "null", "Referer": "http://localhost/taken"}, 200),  # written without asking us
        ({"Referer": "https://evil.example/"}, 403),
    ],
)
def test_a_signed_link_is_sent_from_its_own_page_only(client, page_of, headers, status):
    path = page_of(lambda: "taken", ["POST"])
    answer = client.post(path, data={"choice": "x"}, headers=headers)
    assert answer.status_code == status
    assert "Set-Cookie" not in answer.headers


# --- odd text ------------------------------------------------------------------------------------

ODD_BODIES = [
    b"email=a%00b",
    b"email=\x00",
    b"email=%ff",
    b"email=\xff\xfe",
    b"email=%ed%a0%80",  # half of a character, as UTF-8 forbids it
    b"email=%c0%af",
    b"email=%f5%80%80%80",
    b"%00=1",
    b"%ff=1",
]


def test_a_form_that_is_no_text_is_refused_in_words(client, db):
    token = client.csrf_token().encode()
    for body in ODD_BODIES:
        answer = client.post(
            "/sign-in",
            data=body + b"&password=x&csrf_token=" + token,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 422, body
        assert "no readable text" in answer.text, body


@pytest.mark.parametrize("value", [b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80"])
def test_a_form_in_parts_that_is_no_text_is_refused_in_words(client, db, value):
    token = client.csrf_token().encode()
    parts = {b"email": value, b"password": b"x", b"csrf_token": token}
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part
        for part in parts.items()
    )
    answer = client.post(
        "/sign-in", data=body + b"--b--\r\n", content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code == 422
    assert "no readable text" in answer.text


def test_an_address_that_is_no_text_is_refused_in_words(client, signed_in):
    for there in (client, signed_in()):
        for path in ("/sign-in", "/account", "/", "/no-such-page"):
            for query in ("q=%00", "q=%ff", "q=%ed%a0%80", "%ff", "next=/%00", "lang=%ff"):
                assert there.get(f"{path}?{query}").status_code == 422, (path, query)


def test_a_path_that_is_no_text_is_no_page(client):
    for path in ("/%00", "/%ff", "/account%00", "/static/%00", "/static/%ff.css"):
        assert client.get(path).status_code == 404, path


WELL = [
    "Żółć & <b>Ünï</b> \"quoted\" 'single'",
    "İstanbul ß ﬀ ǅ",
    "日本語 한국어 العربية עברית",
    "👩‍👩‍👧‍👦 🏳️‍🌈",
    "a\u202eb\u200d\ufeff",
    "e\u0301 é",
    "\U0010ffff \ufffe",
    "tab\there\rthere\nnl\x1b[31m\x7f",
    "{{7*7}} {{config}} %(x)s {x.__class__} ${7*7}",
    "=1+1 +1 -1 @x",
]


def test_any_other_text_comes_out_as_it_went_in(client, db):
    for value in WELL:
        answer = client.act("/sign-in", {"email": value, "password": "x"})
        assert answer.status_code == 422, value
        shown = found(r'name="email"[^>]* value="([^"]*)"', answer)
        assert html.unescape(shown) == value.strip()
        assert "<b>" not in shown


def test_a_form_larger_than_any_form_is_refused(client, db):
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        answer = client.post("/sign-in", data=b"x" * 2_000_000, content_type=content_type)
        assert answer.status_code == 413


def test_a_form_of_a_thousand_fields_is_refused(client, db):
    parts = {f"field{n}": "x" for n in range(1000)}
    answer = client.act("/sign-in", parts, content_type="multipart/form-data")
    assert answer.status_code == 413


# --- what went wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "status", "said"),
    [
        (Refused("Patience must be a number."), 422, "Patience must be a number."),
        (Missing("a secret reason"), 404, "There is nothing here"),
        (BadLink("a secret reason"), 404, "There is nothing here"),
        (NotAllowed(), 403, "Your role does not include this"),
        (TooMany("Please wait.", wait_seconds=42), 429, "Please wait."),
        (Conflict("Changed."), 409, "Changed."),
        (StaleDataError(), 409, "Nothing was overwritten"),
        (OverflowError(), 422, "larger than can be stored"),
    ],
)
def test_a_refusal_becomes_a_page_that_says_why(client, page_of, problem, status, said):
    def fail():
        raise problem

    answer = client.get(page_of(fail))
    assert answer.status_code == status
    assert said in answer.text
    assert "a secret reason" not in answer.text


def test_too_often_says_when_to_come_back(client, page_of):
    def fail():
        raise TooMany("Please wait.", wait_seconds=42)

    assert client.get(page_of(fail)).headers["Retry-After"] == "42"


def test_a_missing_thing_and_a_bad_link_look_the_same(client, page_of):
    def missing():
        raise Missing("one")

    def bad():
        raise BadLink("two")

    one, other = page_of(missing), page_of(bad)
    assert client.get(one).text == client.get(other).text


def test_a_conflict_shows_both_values_and_loses_neither(client, page_of):
    def fail():
        raise Conflict(
            "Somebody was faster.", mine="<Interview>", theirs="Offer", back="/applications/7"
        )

    answer = client.get(page_of(fail))
    assert answer.status_code == 409
    assert "&lt;Interview&gt;" in answer.text
    assert "Offer" in answer.text
    assert 'href="/applications/7"' in answer.text


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 408, 410, 413, 415, 429, 500, 501, 503]
)
def test_every_status_is_a_designed_page(client, page_of, status):
    answer = client.get(page_of(lambda: abort(status)))
    assert answer.status_code == status
    assert answer.text.count("<h1>") == 1
    assert 'lang="en"' in answer.text


def in_view():
    raise ZeroDivisionError("a secret message with Hannah Vogel")


def in_template():
    return render_template("accounts/account.html")  # nothing that it needs is given


@pytest.mark.parametrize("view", [in_view, in_template])
def test_a_fault_becomes_one_page_with_a_reference_and_no_trace(client, page_of, view, caplog):
    path = page_of(view)
    answer = client.get(path)
    assert answer.status_code == 500
    reference = found(r"<code>([0-9a-f]{16})</code>", answer)
    for secret in ("Traceback", "ZeroDivisionError", "Hannah", "jinja", ".py", "Werkzeug", path):
        assert secret not in answer.text
    faults_logged = [r for r in caplog.records if r.levelname == "ERROR"]
    assert len(faults_logged) == 1
    assert faults_logged[0].msg["request_id"] == reference


def test_a_fault_behind_the_view_becomes_the_same_page(app, client, caplog):
    @app.after_request
    def fail(_response):
        raise ZeroDivisionError

    answer = client.get("/sign-in")
    assert answer.status_code == 500
    assert re.search(r"<code>[0-9a-f]{16}</code>", answer.text)
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1


def test_even_without_templates_there_is_a_page_with_the_reference(
    app, client, page_of, monkeypatch
):
    monkeypatch.setattr(faults, "render_template", in_view)
    answer = client.get(page_of(in_view))
    assert answer.status_code == 500
    assert re.search(r"Reference: [0-9a-f]{16}", answer.text)
    assert "Hannah" not in answer.text


def test_a_fault_undoes_what_the_request_had_begun(client, page_of, db):
    def fail():
        handle.session.add(Submission(key="half done", at=MONDAY))
        handle.session.flush()
        raise ZeroDivisionError

    client.post(page_of(fail, ["POST"]))
    assert db.session.get(Submission, "half done") is None


def test_a_fault_of_ours_in_the_database_is_no_passing_trouble(client, page_of):
    def fail():
        handle.session.execute(text("SELECT * FROM no_such_table"))

    def twice():
        for _n in range(2):
            handle.session.execute(text("INSERT INTO submission VALUES ('k', '2026-03-02')"))

    wrong, double = page_of(fail), page_of(twice, ["POST"])
    assert client.get(wrong).status_code == 500
    assert client.post(double).status_code == 500


def test_a_value_that_no_column_holds_is_refused(client, page_of):
    def fail():
        handle.session.get(User, 2**80)
        handle.session.add(Submission(key="k" * 100, at=MONDAY))
        handle.session.flush()

    assert client.get(page_of(fail)).status_code == 422


@pytest.mark.sqlite
def test_a_writer_waits_for_another_and_then_is_told_so(client, db, monkeypatch):
    writer = db.engine.connect()
    writer.exec_driver_sql("DELETE FROM submission")  # takes the one lock and keeps it
    try:
        began = time.monotonic()
        answer = client.act("/sign-in", {"email": "a@example.org", "password": "x"})
        waited = time.monotonic() - began
    finally:
        writer.rollback()
        writer.close()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Nothing was saved" in answer.text
    assert waited >= 0.9 * db_module.WAIT_FOR_LOCK_MS / 1000


@pytest.mark.sqlite
def test_a_writer_that_waits_long_enough_gets_through(client, db):
    writer = db.engine.connect()
    writer.exec_driver_sql("DELETE FROM submission")
    timer = threading.Timer(1.5, lambda: (writer.rollback(), writer.close()))
    timer.start()
    answer = client.act("/sign-in", {"email": "a@example.org", "password": "x"})
    timer.join()
    assert answer.status_code == 422


@pytest.mark.postgres
def test_a_lost_connection_is_a_busy_page_and_the_next_request_works(app, client, page_of, db):
    def cut():
        handle.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    assert client.get(page_of(cut)).status_code == 503
    assert client.get("/sign-in").status_code == 200


def test_what_passes_and_what_does_not_is_told_apart():
    class Driver(Exception):
        sqlite_errorcode = 5  # busy

    class Other(Driver):
        sqlite_errorcode = 1  # a mistake of ours

    operational = faults.OperationalError
    assert faults.is_passing(operational("", {}, Driver()))
    assert not faults.is_passing(operational("", {}, Other()))
    assert not faults.is_passing(IntegrityError("", {}, Driver()))
    assert faults.is_passing(DBAPIError("", {}, Driver(), connection_invalidated=True))


# --- language ------------------------------------------------------------------------------------


def language_of(answer):
    return found(r'<html lang="(\w+)"', answer)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en-GB,de;q=0.5", "en"),
        ("fr,pl;q=0.9", "en"),
        ("fr,de;q=0.1", "de"),
        ("", "en"),
        ("*", "en"),
        ("xx;q=nonsense,,;;", "en"),
    ],
)
def test_the_first_choice_is_the_browsers(client, header, language):
    assert language_of(client.get("/sign-in", headers={"Accept-Language": header})) == language


def test_a_choice_is_remembered_by_the_browser_and_leads_back(client):
    answer = client.act("/language", {"language": "de", "next": "/sign-in?next=/account"})
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account")
    held = next(h for h in answer.headers.getlist("Set-Cookie") if h.startswith("locale="))
    assert "HttpOnly" in held
    assert "SameSite=Lax" in held
    assert "Max-Age=31536000" in held
    assert language_of(client.get("/sign-in", headers={"Accept-Language": "en"})) == "de"


def test_a_choice_goes_with_the_person_to_the_next_browser(signed_in, frozen):
    anna = make.user()
    here = signed_in(anna)
    here.act("/language", {"language": "de"})
    assert language_of(signed_in(anna).get("/account")) == "de"


def test_what_the_address_asks_for_comes_first(client, signed_in):
    client.set_cookie("locale", "de")
    assert language_of(client.get("/sign-in?lang=en")) == "en"
    assert language_of(client.get("/sign-in?lang=fr")) == "de"


@pytest.mark.parametrize("language", ["fr", "", "de_DE", "../de", "<b>"])
def test_a_language_that_we_do_not_speak_is_refused(client, language):
    answer = client.act("/language", {"language": language})
    assert answer.status_code == 422
    assert "locale=" not in str(answer.headers)


def test_a_stray_language_cookie_is_passed_over(client):
    client.set_cookie("locale", "klingon")
    assert language_of(client.get("/sign-in")) == "en"


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "english"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (MINUTE, "1 minute"),
        (59 * MINUTE, "59 minutes"),
        (HOUR, "1 hour"),
        (47 * HOUR, "47 hours"),
        (2 * DAY, "2 days"),
        (6 * DAY + 5 * HOUR, "6 days"),
        (99 * DAY, "99 days"),
        (100 * DAY, "3 months"),
        (400 * DAY, "13 months"),
        (None, "less than a minute"),
    ],
)
def test_a_span_is_told_in_the_largest_unit_that_says_enough(app, value, english):
    with app.test_request_context():
        assert words.span(value) == english
        assert words.during(value) == f"for {english}"


def test_a_moment_of_the_past_is_told_from_now(app, frozen):
    with app.test_request_context():
        assert words.ago(MONDAY) == "just now"
        assert words.ago(MONDAY - 5 * MINUTE) == "5 minutes ago"
        assert words.ago(MONDAY - 6 * DAY) == "6 days ago"
        assert words.ago(None) == ""


def test_days_and_moments_are_those_of_the_office(app):
    late = MONDAY.replace(hour=23, minute=30, tzinfo=UTC)
    with app.test_request_context():
        assert words.day(late) == "3 March 2026"
        assert words.moment(late) == "3 March 2026, 00:30"
        assert words.day(date(2026, 3, 2)) == "2 March 2026"
        assert words.day(None) == words.moment(None) == ""
        with force_locale("de"):
            assert words.day(late) == "3. März 2026"
            assert words.moment(late) == "3. März 2026, 00:30 Uhr"


def test_a_share_is_written_as_the_language_does(app):
    with app.test_request_context():
        assert words.percent(0.124) == "12%"
        assert words.percent(0.1249, 1) == "12.5%"
        assert words.percent(1) == "100%"
        assert words.percent(None) == "–"
        with force_locale("de"):
            assert words.percent(0.1249, 1) == "12,5\u00a0%"


def test_the_menu_shows_what_a_role_may_open(signed_in, app):
    def menu(role):
        page = signed_in(role).get("/account").text
        return re.findall(r'<li><a href="([^"]+)"', page.split('<nav aria-label="Main">')[1])

    assert menu(Role.ADMIN) == [
        "/desk",
        "/jobs",
        "/inbox",
        "/outbox",
        "/wordings",
        "/journal",
        "/reports/ghosting",
    ]
    assert menu(Role.HR) == ["/desk", "/jobs", "/journal", "/reports/ghosting"]
    assert menu(Role.RECRUITER) == ["/desk", "/jobs", "/inbox", "/outbox", "/journal"]
    assert menu(Role.HIRING_MANAGER) == ["/handed-over"]


def test_a_stranger_sees_no_menu(client):
    page = client.get("/sign-in").text
    assert 'aria-label="Main"' not in page
    assert "Sign out" not in page


# --- health --------------------------------------------------------------------------------------


def test_the_process_answers_even_without_a_database(client, db, monkeypatch):
    monkeypatch.setattr(db_module, "read_only", in_view)
    handle.engine.dispose()
    assert client.get("/healthz").json == {"alive": True}


def test_ready_means_database_schema_and_worker(client, db, frozen):
    db.session.add(Heartbeat(worker="one", seen_at=MONDAY - 2 * MINUTE))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    parts = {"database": True, "migrations": True, "worker": True}
    assert answer.json == {"ready": True, "parts": parts}


def test_a_worker_that_was_not_seen_for_two_minutes_is_missed(client, db, frozen):
    assert client.get("/readyz").json["parts"]["worker"] is False
    db.session.add(Heartbeat(worker="one", seen_at=MONDAY - 121 * timedelta(seconds=1)))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    parts = {"database": True, "migrations": True, "worker": False}
    assert answer.json == {"ready": False, "parts": parts}


def test_an_old_schema_is_not_ready(client, db, frozen):
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["parts"]["migrations"] is False


@pytest.mark.sqlite
def test_a_database_that_does_not_answer_is_not_ready(client, app, monkeypatch):
    handle.engine.dispose()
    monkeypatch.setattr(web.pages.queries, "reading", raising)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["parts"] == {"database": False, "migrations": False, "worker": False}


def raising():
    raise faults.OperationalError("", {}, Exception())


def test_the_design_page_is_for_staff(client, signed_in):
    assert client.get("/design").status_code == 302
    assert signed_in(Role.HIRING_MANAGER).get("/design").status_code == 200
