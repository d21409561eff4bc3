"""`POST /inbound/mail`: a provider's hook, signed, safe against replay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event, func, select, text

from recruiting.db import db
from recruiting.messages.models import Received
from recruiting.messages.views.inbound import CLOCKS_DIFFER, KIND, MOMENT, SIGNATURE, signature
from tests.clients import Client
from tests.messages import mails
from tests.messages.mails import TUESDAY, raw

KEY = "a shared key of at least thirty-two bytes"
MAIL = raw()


@pytest.fixture
def settings(settings):
    return replace(settings, inbound_key=KEY)


@pytest.fixture
def provider(app, frozen) -> Client:
    frozen(TUESDAY)
    return Client(app, app.response_class)


def hand_in(client: Client, octets: bytes = MAIL, *, at=TUESDAY, key: str = KEY, **changes):
    seconds = str(int(at.timestamp()))
    headers = {MOMENT: seconds, SIGNATURE: signature(key, seconds, octets)} | changes
    return client.post("/inbound/mail", data=octets, content_type=KIND, headers=headers)


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Received)) or 0


def test_a_signed_mail_is_kept_and_filed(provider):
    application = mails.asked()
    answer = hand_in(provider)
    assert (answer.status_code, answer.text) == (202, "stored\n")
    assert mails.file_all(TUESDAY) == 1
    assert len(mails.told(application)) == 3


def test_a_request_that_is_sent_again_is_the_same_mail(provider):
    assert hand_in(provider).text == "stored\n"
    assert hand_in(provider).text == "known\n"
    assert rows() == 1


def test_a_request_that_was_kept_for_later_is_refused(provider, frozen):
    frozen(TUESDAY + CLOCKS_DIFFER * 2)
    assert hand_in(provider).status_code == 403
    frozen(TUESDAY - CLOCKS_DIFFER * 2)
    assert hand_in(provider).status_code == 403
    assert rows() == 0


def test_what_is_not_signed_with_the_key_is_refused(provider):
    octets = raw("Other words.")
    seconds = str(int(TUESDAY.timestamp()))
    other_bytes = signature(KEY, seconds, octets)
    other_moment = signature(KEY, str(int(seconds) + 1), MAIL)
    for changes in (
        {SIGNATURE: ""},
        {SIGNATURE: other_bytes},
        {SIGNATURE: other_moment},
        {SIGNATURE: "sha256=ä"},
        {MOMENT: ""},
        {MOMENT: "soon"},
        {MOMENT: "-1"},
        {MOMENT: "9" * 40},
    ):
        assert hand_in(provider, **changes).status_code == 403, changes
    assert hand_in(provider, key="another key of at least thirty-two b").status_code == 403
    assert rows() == 0


@pytest.mark.sqlite
def test_a_full_disk_asks_the_provider_to_come_again_in_plain_words(provider):
    pages = db.session.scalar(text("PRAGMA page_count"))
    db.session.rollback()

    def fill(connection, *_more):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    octets = raw("A long letter. " * 50_000)
    event.listen(db.engine, "checkout", fill)
    answer = hand_in(provider, octets)
    event.remove(db.engine, "checkout", fill)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "60")
    assert answer.text == "it could not be kept; hand it in again later\n"
    db.engine.dispose()
    assert rows() == 0
    assert hand_in(provider, octets).status_code == 202


def test_only_a_raw_mail_is_taken(provider):
    answer = provider.post("/inbound/mail", data={"a": "b"})
    assert answer.status_code == 415
    assert rows() == 0


def test_a_mail_beyond_measure_is_refused_before_it_is_read(provider, monkeypatch):
    monkeypatch.setattr("recruiting.web.guard.LARGEST_MAIL", 100)
    assert hand_in(provider, raw("x" * 1000)).status_code == 413
    assert rows() == 0


def test_a_large_mail_is_taken(provider):
    assert hand_in(provider, raw("x" * 30_000_000)).status_code == 202


def test_no_cookie_is_set_and_no_foreign_page_may_send(provider):
    answer = hand_in(provider)
    assert "Set-Cookie" not in answer.headers
    assert hand_in(provider, Origin="https://evil.example").status_code == 403


def test_without_a_key_there_is_no_such_address(another):
    app = another(inbound_key="")
    assert hand_in(Client(app, app.response_class)).status_code == 404
