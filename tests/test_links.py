"""What mail programs do to a link: what can be read still, and what is told where it cannot."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from recruiting import links
from recruiting.db import db
from recruiting.errors import BadLink
from recruiting.feedback.models import Invitation
from tests.answers.asked import answer_path, asked_application, reopen_path, status_path, stop_path
from tests.answers.asked import told_application as told
from tests.feedback.invited import invitation
from tests.feedback.test_views import body, state
from tests.feedback.test_views import path_of as feedback_path
from tests.make import DAY, MONDAY

pytestmark = pytest.mark.usefixtures("frozen")
KEYS = ["a key that is long enough for everybody"]
PURPOSE = "answer"
WHOLE = links.sign(KEYS, PURPOSE, "a thing with a number", expires_at=MONDAY)

GLUED = (
    ".", ",", ";", ":", "!", ")", "]", ">", ">.", ").", '"', "\u201c", "\u00bb", "*", "~", "'", "/",
)  # fmt: skip
LINES = ("\n", "\r\n", " ", "\t", "=\n", "=\r\n", "= ", "=", "\u200b", "\u00ad", "\n ")
QUOTED = ("=", "=3D", "=3D=3D", "=2E", "=3E", "=\n=3D", "=22", "=20")


def named(token: str) -> str:
    return links.read_whenever(KEYS, PURPOSE, token).id


@pytest.mark.parametrize("glued", [*GLUED, *QUOTED, *(mark * 3000 for mark in (".", "=", " "))])
def test_what_a_mail_program_glues_on_is_not_read(glued: str):
    assert named(WHOLE + glued) == "a thing with a number"
    assert links.is_whole(WHOLE + glued)


@pytest.mark.parametrize("line", LINES)
def test_a_line_may_break_between_any_two_letters(line: str):
    for place in range(1, len(WHOLE)):
        assert named(WHOLE[:place] + line + WHOLE[place:]) == "a thing with a number", place


def test_a_full_stop_at_the_beginning_of_a_line_may_have_been_quoted():
    payload, _dot, signature = WHOLE.rpartition(".")
    for line in ("=2E", "=\r\n=2E", "=\n.", "=2e"):
        assert named(payload + line + signature) == "a thing with a number"


def test_two_digits_behind_a_broken_line_are_no_quoted_letter():
    token, number = WHOLE, 0
    while "3D" not in token[1:-1]:
        number += 1
        token = links.sign(KEYS, PURPOSE, f"{number}", expires_at=MONDAY)
    place = token.index("3D", 1)
    assert named(f"{token[:place]}={token[place:]}") == named(token)


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_link_that_was_cut_anywhere_is_not_whole(length: int):
    for more in ("", ".", "=", ">", "\n"):
        assert not links.is_whole(WHOLE[:length] + more)
        with pytest.raises(BadLink):
            named(WHOLE[:length] + more)


def test_what_was_repaired_still_needs_its_signature():
    payload, _dot, signature = WHOLE.rpartition(".")
    for changed in (
        WHOLE.replace("=", "").swapcase() + ".",
        f"{payload}.{signature[:-1]}=",
        f"{payload}.{signature[:-1]}=41",
        f"{payload}.{signature}=41",
        "".join(reversed(WHOLE)) + ">",
    ):
        with pytest.raises(BadLink):
            named(changed)


def paths() -> dict[str, str]:
    """A link of each kind that works."""
    found = {
        "answer": answer_path(asked_application()),
        "reopen": reopen_path(told()),
        "status": status_path(asked_application()),
        "stop": stop_path(asked_application()),
        "feedback": feedback_path(invitation()),
    }
    db.session.commit()
    return found


def test_every_door_reads_past_what_was_glued_on_and_asks_for_no_other_address(client: FlaskClient):
    for path in paths().values():
        shown = client.get(path)
        for glued in (".", ">", "=3D", "=0D=0A", "\u201d", ")."):
            page = client.get(path + quote(glued))
            assert page.status_code == shown.status_code == 200
            assert "Location" not in page.headers
            assert page.text.count("<h1") == 1
            assert page.text.split("</h1>")[0].split("<h1")[1] in shown.text


def test_an_answer_through_a_link_with_something_glued_on_counts_once(client: FlaskClient):
    path = feedback_path(invitation())
    db.session.commit()
    for glued in ("=3D", "", "."):
        sent = client.post(path + glued, data={"how": "named", "again": "3"})
        assert sent.status_code == 200
    assert db.session.scalars(db.select(Invitation)).one().is_used


CUTS = (lambda token: token[:-1], lambda token: token[:12], lambda token: token[:-9] + "=",
        lambda _token: "x", lambda token: token + "A", lambda _token: "a/b/c")  # fmt: skip


@pytest.mark.usefixtures("patient")
def test_a_link_that_is_not_whole_is_told_by_its_shape_and_nothing_is_looked_up(
    client: FlaskClient,
):
    good = paths()
    before, asked = state(), []
    engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    for kind, path in good.items():
        home, _slash, token = path.rpartition("/")
        pages = set()
        for cut in CUTS:
            for ask in (client.get, client.post):
                answer = ask(f"{home}/{cut(token)}")
                assert answer.status_code == 404, kind
                pages.add(body(answer))
        (page,) = pages
        assert "This link seems to be incomplete" in page
        assert "copy the whole link" in page
        assert "Send me a new link" not in page
    begun = ("BEGIN", "SELECT pg_advisory_xact_lock", "SELECT set_config")
    looked = [one for one in asked if not one.startswith(begun) and "login_failure" not in one]
    assert looked == []  # but for the count of bad links
    assert state() == before


def test_a_whole_link_that_opens_nothing_has_another_page_wherever_it_leads(client: FlaskClient):
    over = links.sign(KEYS, PURPOSE, "1", expires_at=MONDAY - DAY)
    for kind in ("answer", "status", "reopen", "stop", "feedback"):
        page = client.get(f"/{kind}/{over}.")
        assert page.status_code == 404
        assert "This link does not work" in page.text
