"""What every answer carries, good or bad, and how long it may be kept."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from recruiting import web
from recruiting.accounts.rules import Role
from recruiting.web.static import static_url
from tests.clients import Client
from tests.test_access import doors, send

ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def check(answer, door=None):
    for name, value in ALWAYS.items():
        assert answer.headers.getlist(name) == [value], (door, name)
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, door
    assert "X-Powered-By" not in answer.headers
    assert "Server" not in answer.headers


def test_every_address_answers_everybody_with_all_headers(app, client, signed_in):
    for door in doors(app):
        for there in (client, signed_in(Role.ADMIN)):
            answer = send(there, door)
            check(answer, door)
            if door.endpoint != "static":
                assert answer.headers["Cache-Control"] == "no-store", door
            answer.close()


@pytest.fixture
def broken(app):
    """Pages that go wrong in every way there is."""

    def fail():
        raise ZeroDivisionError

    for status in (400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503):
        app.add_url_rule(
            f"/broken/{status}",
            f"broken_{status}",
            web.without_session(lambda status=status: ("", status)),
        )
    app.add_url_rule("/broken/view", "broken_view", web.without_session(fail))
    return app


@pytest.mark.parametrize(
    "path",
    [
        *(f"/broken/{n}" for n in (400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)),
        "/broken/view",
        "/no-such-page",
        "/static/no-such-file.css",
        "/sign-in?q=%ff",
    ],
)
def test_error_pages_carry_all_headers(broken, client, path):
    answer = client.get(path)
    assert answer.status_code >= 400
    check(answer)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_carry_all_headers(client, method):
    answer = client.open("/sign-in", method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"]
    check(answer)


def test_even_a_fault_behind_the_view_leaves_with_all_headers(app, client):
    @app.after_request
    def fail(_response):
        raise ZeroDivisionError

    answer = client.get("/sign-in")
    assert answer.status_code == 500
    check(answer)


def test_https_is_remembered_for_a_year_and_http_is_not(client):
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    answer = client.get("/sign-in", base_url="https://jobs.example.org")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_view_may_be_stricter(app, client):
    def file():
        return "x", 200, {"Content-Security-Policy": "sandbox", "Referrer-Policy": "no-referrer"}

    app.add_url_rule("/file", "file", web.without_session(file))
    answer = client.get("/file")
    assert answer.headers.getlist("Content-Security-Policy") == ["sandbox"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_signed_link_opens_tells_no_other_page_and_sets_no_cookie(app, client):
    def letter():
        return "a letter", 200, {"Set-Cookie": "stray=1"}

    app.add_url_rule("/letter", "letter", web.without_session(letter))
    answer = client.get("/letter")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


# --- files ---------------------------------------------------------------------------------------


def static(app, name):
    with app.test_request_context():
        return static_url(name)


def test_a_static_file_is_kept_a_year_under_the_hash_of_its_content(app, client):
    url = static(app, "css/base.css")
    assert "?v=" in url
    with client.get(url) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
def test_under_any_other_hash_it_is_asked_for_again(client, query):
    with client.get("/static/css/base.css" + query) as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["css/base.css", "app.js", "favicon.svg"])
def test_texts_travel_packed_to_who_can_unpack_them(app, client, name):
    url, plain = static(app, name), (Path(app.static_folder) / name).read_bytes()
    with client.get(url) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data == plain
        assert "Accept-Encoding" in answer.headers["Vary"]
    with client.get(url, headers={"Accept-Encoding": "gzip, br"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert len(answer.data) < len(plain)
        assert gzip.decompress(answer.data) == plain
        known = {"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}
    with client.get(url, headers=known) as answer:
        assert answer.status_code == 304


def test_who_refuses_packed_texts_gets_them_as_they_are_and_a_head_has_no_body(app, client):
    url = static(app, "css/base.css")
    with client.get(url, headers={"Accept-Encoding": "gzip;q=0, *"}) as answer:
        assert "Content-Encoding" not in answer.headers
    with client.head(url, headers={"Accept-Encoding": "gzip"}) as answer:
        assert (answer.status_code, answer.data) == (200, b"")
        assert answer.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("name", ["nothing.css", f"{'a' * 5000}.css", "..%2fconfig.css", "css"])
def test_what_is_not_there_is_missed_by_who_takes_packed_texts_as_well(client, name):
    assert client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_pages_and_fonts_are_never_packed(app, client):
    for url in ("/sign-in", static(app, "fonts/inter-5.3.0-letter-1.woff2")):
        with client.get(url, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.status_code == 200
            assert "Content-Encoding" not in answer.headers


def test_what_is_named_by_its_version_needs_no_hash(app, client):
    url = static(app, "fonts/inter-5.3.0-latin.woff2")
    assert "?" not in url  # so that the page and the style sheet ask for the same
    with client.get(url) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_no_way_round_makes_a_style_sheet_immutable(client):
    with client.get("/static/fonts/..%2fcss/work.css") as answer:
        assert answer.headers["Cache-Control"] in {"no-cache", "no-store"}


def test_the_hash_follows_the_content(app, tmp_path):
    app.static_folder = str(tmp_path)
    file = tmp_path / "a.css"
    file.write_text("one")
    first = static(app, "a.css")
    file.write_text("other")
    assert static(app, "a.css") != first


def test_a_file_that_is_not_there_has_no_hash(app):
    assert static(app, "nothing.css") == "/static/nothing.css"
    assert static(app, "../config.py") == "/static/../config.py"


def test_no_page_names_a_static_file_without_its_hash(client):
    page = client.get("/sign-in").text
    assert page.count("/static/css/") == page.count("css?v=") > 0
    assert "app.js?v=" in page


def test_no_path_leads_out_of_the_static_folder(client):
    for path in (
        "../config.py",
        "%2e%2e/config.py",
        "..%2fconfig.py",
        "..%2f..%2f..%2fetc%2fpasswd",
        "css/",
    ):
        assert client.get(f"/static/{path}").status_code == 404


def test_pages_hold_no_inline_script_or_style(app, signed_in):
    there = signed_in(Role.ADMIN)
    assert isinstance(there, Client)
    for door in doors(app, "GET"):
        answer = there.get(door.path)
        if answer.mimetype == "text/html":
            assert "<style" not in answer.text, door
            assert " style=" not in answer.text, door
            assert "<script>" not in answer.text, door
            assert " onclick=" not in answer.text, door
        answer.close()


def test_errors_come_in_small_fonts_to_whom_is_not_signed_in(client, signed_in):
    assert "-letter-1.woff2" in client.get("/nothing").text
    assert "-latin.woff2" in signed_in(Role.RECRUITER).get("/nothing").text
