"""The inbox and the page of a mail, as colleagues and as attackers see them."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from recruiting.accounts.rules import Role
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.messages import files, receiving, texts
from recruiting.messages.models import Received
from recruiting.messages.rules import ReceivedState
from recruiting.pipeline.rules import Kind, Turn
from tests import make
from tests.messages import mails
from tests.messages.mails import TUESDAY, asked, come, raw, told

EVIL = """<p onclick="alert(1)">Hello <b>there</b></p><script>alert(1)</script>
<img src="https://tracker.example/open.gif"><style>@import url(https://evil.example)</style>
<a href="javascript:alert(1)">x</a> <a href="https://ok.example">y</a>
<form action="https://evil.example"><input name="p"></form><iframe src="https://e.example"></iframe>
<svg onload="alert(1)"></svg><meta http-equiv="refresh" content="0;url=https://evil.example">"""


def with_files(*attached: tuple[str, str, bytes]) -> bytes:
    """A mail with files: (name, type, bytes)."""
    parts = ["--=-f\nContent-Type: text/plain; charset=utf-8\n\nHere is my CV.\n"]
    for name, kind, octets in attached:
        parts.append(
            f"--=-f\nContent-Type: {kind}\n"
            f"Content-Disposition: attachment; filename*=utf-8''{name}\n"
            "Content-Transfer-Encoding: base64\n\n"
            f"{base64.b64encode(octets).decode()}\n"
        )
    return raw("".join(parts) + "--=-f--", Content_Type='multipart/mixed; boundary="=-f"')


def docx() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return held.getvalue()


@pytest.fixture
def mina(app, frozen):
    frozen(TUESDAY + 2 * make.HOUR)
    return asked()


@pytest.fixture
def recruiter(app, frozen, signed_in):
    frozen(TUESDAY + 2 * make.HOUR)
    return signed_in(Role.RECRUITER)


# --- the inbox -----------------------------------------------------------------------------------


def test_the_inbox_shows_what_waits_with_whose_it_may_be(mina, recruiter):
    come(raw(sender="Mina Okafor <m@private.example>", subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?="))
    page = recruiter.get("/inbox").text
    assert "Grüße" in page
    assert "Assign to Mina Okafor" in page
    assert "1 mail waits to be placed." in recruiter.get("/desk").text


def test_the_inbox_shows_with_what_a_mail_begins(mina, recruiter):
    come(raw("\nI would rather come on Friday.\nMina", sender="m@private.example"))
    assert "I would rather come on Friday." in recruiter.get("/inbox").text


def test_a_mail_to_an_address_that_we_cannot_verify_is_marked(mina, recruiter):
    forged = mails.OURS.replace("@", f"+{'a' * 24}@")
    said = "annot verify the reply address"
    received = come(raw(sender="who@else.example", to=forged))
    assert said in recruiter.get("/inbox").text
    assert said in recruiter.get(f"/inbox/{received.id}").text
    own = come(raw(sender="m@e.example", to=mails.token_address(mina), message_id="b@e.example"))
    assert said not in recruiter.get(f"/inbox/{own.id}").text


def test_a_new_address_is_added_by_a_tick_and_mails_go_where_they_went(mina, recruiter):
    received = come(raw(sender="Mina Okafor <m@private.example>"))
    assert "and add m@private.example to their addresses" in recruiter.get("/inbox").text
    fields = {"application": str(mina.id), "adds": "y"}
    recruiter.act(f"/inbox/{received.id}/assign", fields)
    db.session.expire_all()
    found = {one.value: one.is_primary for one in mina.candidate.addresses}
    assert found == {"mina@example.org": True, "m@private.example": False}
    assert told(mina)[-1].body == "A new mail address."


def test_the_address_of_a_mail_that_was_placed_is_added_with_a_button_once(mina, recruiter):
    mina.candidate.addresses[0].state = AddressState.STOPPED
    received = come(raw(sender="m@private.example", to=mails.token_address(mina)))
    path = f"/inbox/{received.id}"
    assert "Add m@private.example to their addresses" in recruiter.get(path).text
    assert len(mina.candidate.addresses) == 1
    assert recruiter.act(f"{path}/address").status_code == 303
    assert recruiter.act(f"{path}/address").status_code == 422
    db.session.expire_all()
    assert [one.state for one in mina.candidate.addresses] == [AddressState.STOPPED] * 2
    assert "to their addresses" not in recruiter.get(path).text


def test_one_click_assigns_a_mail_with_all_that_follows(mina, recruiter):
    received = come(raw(sender="Mina Okafor <m@private.example>"))
    follow_up = mails.follow_up(mina)
    answer = recruiter.act(f"/inbox/{received.id}/assign", {"application": str(mina.id)})
    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert told(mina)[-1].kind is Kind.MESSAGE
    assert (mina.turn, received.state) == (Turn.US, ReceivedState.FILED)
    assert follow_up.state == "cancelled"
    page = recruiter.get(f"/applications/{mina.id}").text
    assert f"/inbox/{received.id}" in page
    assert "written from another address: m@private.example" in page


def test_a_reply_address_that_we_cannot_verify_is_called_what_it_is(mina, recruiter):
    forged = mails.OURS.replace("@", "+aaaaaaaaaaaaaaaaaaaaaaaa@")
    come(raw(to=forged))
    page = recruiter.get(f"/applications/{mina.id}").text
    assert "written from mina@example.org, with a reply address that we cannot verify" in page
    assert "another address" not in page


def test_a_retired_key_makes_no_address_of_ours_a_forged_one(app, mina, recruiter):
    received = come(raw(sender="m@private.example", to=mails.token_address(mina)))
    paths = (f"/applications/{mina.id}", f"/inbox/{received.id}")
    assert "written from another address: m@private.example" in recruiter.get(paths[0]).text
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, secret_key="another key " * 4)
    for path in paths:
        page = recruiter.get(path).text
        assert "reply address that we cannot verify" in page
        assert "did not make" not in page
        assert "not made by us" not in page


def test_a_second_click_and_a_second_person_change_nothing(mina, recruiter, signed_in):
    received = come(raw(sender="m@private.example"))
    form = {"application": str(mina.id), "submission": "one-submission-key-0001"}
    assert recruiter.act(f"/inbox/{received.id}/assign", form).status_code == 303
    assert recruiter.act(f"/inbox/{received.id}/assign", form).status_code == 303
    other = signed_in(Role.ADMIN)
    again = other.act(f"/inbox/{received.id}/assign", {"application": str(mina.id)})
    assert again.status_code == 422
    assert other.act(f"/inbox/{received.id}/not-ours").status_code == 422
    assert len(told(mina)) == 3


def test_what_is_not_ours_is_kept_in_its_own_list(mina, recruiter):
    received = come(raw(sender="shop@else.example", subject="Our offers"))
    recruiter.act(f"/inbox/{received.id}/not-ours")
    assert "Our offers" not in recruiter.get("/inbox").text
    assert "Our offers" in recruiter.get("/inbox?show=not-ours").text


def test_an_application_that_is_not_there_takes_no_mail(mina, recruiter):
    received = come(raw(sender="m@private.example"))
    for wrong in ("987654", "x", ""):
        answer = recruiter.act(f"/inbox/{received.id}/assign", {"application": wrong})
        assert answer.status_code in {404, 422}
    db.session.refresh(received)
    assert received.state is ReceivedState.UNMATCHED


def test_a_mail_can_be_placed_by_looking_for_the_person(mina, recruiter):
    received = come(raw(sender="who@else.example"))
    assert "Assign to" not in recruiter.get(f"/inbox/{received.id}").text
    assert "Assign to Mina Okafor" in recruiter.get(f"/inbox/{received.id}?q=Okaf").text


def test_a_parked_mail_is_shown_and_can_be_read_anew(mina, recruiter, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(receiving.reading, "read", lambda _octets: 1 / 0)
        received = come(raw(subject="Hello"))
    page = recruiter.get("/inbox").text
    assert "Could not be read" in page
    assert "ZeroDivisionError" in page
    recruiter.act(f"/inbox/{received.id}/again")
    assert mails.file_all() == 1
    assert told(mina)[-1].kind is Kind.MESSAGE


@pytest.mark.parametrize("role", [Role.HR, Role.HIRING_MANAGER])
def test_who_does_not_sort_mail_does_not_see_what_is_not_placed(mina, signed_in, role):
    received = come(raw("A secret word.", sender="who@else.example"))
    client = signed_in(role)
    assert client.get("/inbox").status_code == 403
    assert client.get(f"/inbox/{received.id}").status_code in {403, 404}
    assert client.act(f"/inbox/{received.id}/not-ours").status_code == 403


def test_a_hiring_manager_reads_no_mail_even_of_their_own_application(mina, signed_in):
    manager = make.user(Role.HIRING_MANAGER)
    mina.manager_id = manager.id
    received = come(raw("The words.", Content_Type="text/html"))
    client = signed_in(manager)
    for path in ("", "/html", "/files/0"):
        assert client.get(f"/inbox/{received.id}{path}").status_code == 403
    assert "/inbox/" not in client.get(f"/applications/{mina.id}").text


# --- proposals -----------------------------------------------------------------------------------


def test_a_word_of_withdrawal_is_a_proposal_until_somebody_acts(mina, recruiter):
    come(raw("I withdraw my application."))
    assert "Do they withdraw?" in recruiter.get(f"/applications/{mina.id}").text
    assert "Seems to withdraw" in recruiter.get("/inbox").text
    assert "1 mail sounds like a withdrawal." in recruiter.get("/desk").text
    assert told(mina)[-1].kind is Kind.MESSAGE
    assert mina.outcome is None
    make.event(mina, at=TUESDAY + 2 * make.HOUR, by="r@example.org")
    db.session.commit()
    assert "Do they withdraw?" not in recruiter.get(f"/applications/{mina.id}").text
    assert "Seems to withdraw" not in recruiter.get("/inbox").text


def test_where_every_address_is_bad_unreachable_is_proposed_and_not_set(mina, recruiter):
    come(mails.bounce())
    page = recruiter.get(f"/applications/{mina.id}").text
    assert "Unreachable?" in page
    assert mina.outcome is None
    assert "needs a person" in recruiter.get("/desk").text


# --- one mail ------------------------------------------------------------------------------------


def test_a_mail_shows_what_is_new_and_folds_what_is_quoted(mina, recruiter):
    text = "Yes, gladly.\n\nOn Mon, 2 Mar 2026, Nordwind wrote:\n> When would you come?\n-- \nMina"
    received = come(raw(text))
    page = recruiter.get(f"/inbox/{received.id}").text
    assert "<h1>Re: Your application</h1>" in page
    assert "Mina Okafor<small>mina@example.org</small>" in page
    folded = page[page.index("What it quotes") :]
    assert "When would you come?" in folded
    assert "Yes, gladly." not in folded


def test_html_is_cleaned_and_caged(mina, recruiter):
    received = come(raw(EVIL, Content_Type="text/html; charset=utf-8"))
    page = recruiter.get(f"/inbox/{received.id}")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'sandbox=""' in page.text
    assert "alert(1)</script>" not in page.text
    caged = recruiter.get(f"/inbox/{received.id}/html")
    policy = caged.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert caged.headers["Cache-Control"] == "no-store"
    assert caged.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "<b>there</b>" in caged.text
    for bad in ("script", "onclick", "tracker", "evil", "javascript", "<form", "<iframe", "svg"):
        assert bad not in caged.text, bad
    assert 'rel="noopener noreferrer nofollow"' in caged.text


def test_a_subject_can_hold_no_markup(mina, recruiter):
    come(raw(subject="<script>alert(1)</script>", sender="<x@else.example>"))
    assert "<script>alert" not in recruiter.get("/inbox").text


PDF = b"%PDF-1.7 hello"


def test_files_are_listed_and_only_what_they_are_is_handed_out(mina, recruiter):
    received = come(
        with_files(
            ("cv.pdf", "application/pdf", PDF),
            ("letter.docx", "application/octet-stream", docx()),
            ("cv2.pdf", "application/pdf", b"MZ a program"),
            ("page.html", "text/html", b"<script>alert(1)</script>"),
            ("..%2F..%2Fetc%2Fpass%E2%80%AEfdp.txt", "text/plain", b"hello"),
        )
    )
    page = recruiter.get(f"/inbox/{received.id}").text
    for name in ("cv.pdf", "letter.docx", "cv2.pdf", "page.html", "passfdp.txt"):
        assert name in page
    assert page.count("not offered") == 2
    told_names = [one.name for one in files.told(texts.parts(_message(received))).files]
    assert told_names[-1] == "passfdp.txt"
    answer = recruiter.get(f"/inbox/{received.id}/files/1")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Cache-Control"] == "no-store"
    assert recruiter.get(f"/inbox/{received.id}/files/2").status_code == 200
    for number in (0, 3, 4, 6, 99):
        assert recruiter.get(f"/inbox/{received.id}/files/{number}").status_code == 404


def _message(received: Received):
    return files.envelope.parse(received.raw)


def test_a_file_beyond_measure_is_listed_and_not_offered(mina, recruiter, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    received = come(with_files(("cv.pdf", "application/pdf", PDF)))
    assert "cv.pdf" in recruiter.get(f"/inbox/{received.id}").text
    assert recruiter.get(f"/inbox/{received.id}/files/1").status_code == 404


def test_a_broken_mail_has_a_page(mina, recruiter, monkeypatch):
    received = come(b'From: "\r\nSubject: =?x?q?=00?=\r\n\r\n\xff\xfe\0')
    assert recruiter.get(f"/inbox/{received.id}").status_code == 200
    assert recruiter.get("/inbox").status_code == 200
    assert recruiter.get(f"/inbox/{received.id}/html").status_code == 404
    monkeypatch.setattr("recruiting.messages.reading.read", lambda _octets: 1 / 0)
    page = recruiter.get(f"/inbox/{received.id}")
    assert "cannot be read" in page.text


def test_reading_a_mail_changes_nothing(mina, recruiter):
    received = come(raw(sender="m@private.example", Content_Type="text/html"))
    before = db.session.scalar(select(func.max(Received.worked_at)))
    for _ in range(3):
        for path in ("", "/html"):
            recruiter.get(f"/inbox/{received.id}{path}")
    db.session.expire_all()
    assert received.state is ReceivedState.UNMATCHED
    assert db.session.scalar(select(func.max(Received.worked_at))) == before
