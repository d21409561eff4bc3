"""A mail as it leaves: whatever stands in a name, a subject or a text, it says what was meant."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.messages import composing
from recruiting.messages.composing import Sheet, Unwritable, clean, compose
from tests.make import MONDAY

PLAIN = Sheet(
    message_id="0123@nordwind.example",
    sender_name="Nordwind GmbH",
    sender="jobs@nordwind.example",
    reply_to="jobs+token@nordwind.example",
    to_address="mina@example.org",
    subject="When would you like to come?",
    body="Good morning,\n\nwhen would you like to come?\n",
    language="en",
    references=(),
    is_automatic=True,
    stop_link="https://jobs.nordwind.example/stop/abc",
    at=MONDAY,
)
HEADERS = {
    "MIME-Version", "Content-Type", "From", "To", "Subject", "Date", "Message-ID", "Reply-To",
    "Content-Language", "Auto-Submitted", "List-Unsubscribe",
    "List-Unsubscribe-Post",
}  # fmt: skip
INJECTIONS = [
    "=?utf-8?q?a=0D=0AReply-To=3A_x=40evil.test=0D=0A=0D=0Atext?=",
    "=?UTF-8?B?YQ0KQmNjOiB4QGV2aWwudGVzdA0KDQp0ZXh0?=",
    "a\r\nBcc: x@evil.test",
    "a\nBcc: x@evil.test\n\ntext",
    "a\rBcc: x@evil.test",
    "a\x0bBcc: x@evil.test\x0c",
    "a\u2028Bcc: x@evil.test\u2029",
    "a\x85Bcc: x@evil.test",
    "a\x00b",
    "= ?utf-8?q?a=0D=0ABcc:_x?=",
    "==??utf-8?q?a=0D=0ABcc:_x?=",
    "=\x00?utf-8?q?a=0D=0ABcc:_x?=",
    "=\n?utf-8?q?a=0D=0ABcc:_x?\n=",
    '"; Bcc: x@evil.test',
    "x@evil.test, ",
    "<x@evil.test>",
    "\ud800",
]


def read(octets: bytes):
    return message_from_bytes(octets, policy=policy.default)


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("field", ["subject", "sender_name", "language", "body"])
def test_nothing_that_a_person_writes_becomes_a_header(field, text):
    mail = read(compose(replace(PLAIN, **{field: text})))
    assert set(mail.keys()) == HEADERS
    assert len(mail.keys()) == len(HEADERS)
    assert [one.addr_spec for one in mail["To"].addresses] == ["mina@example.org"]
    assert [one.addr_spec for one in mail["From"].addresses] == ["jobs@nordwind.example"]
    assert mail.get_body(("html",)) is not None


@given(subject=st.text(max_size=120), name=st.text(max_size=80), body=st.text(max_size=400))
def test_any_words_leave_as_they_were_meant_or_not_at_all(subject, name, body):
    octets = compose(replace(PLAIN, subject=subject, sender_name=name, body=body))
    mail = read(octets)
    assert set(mail.keys()) == HEADERS
    assert mail["Subject"] == clean(subject)


@pytest.mark.parametrize(
    "address", ["mina@example.org\r\nBcc: x@evil.test", "a b@example.org", "müller@example.org",
                "mina@", "", "a@b@c", "mina@exa\x00mple.org"],
)  # fmt: skip
def test_an_address_that_no_mail_can_go_to_is_refused(address):
    with pytest.raises(Unwritable):
        compose(replace(PLAIN, to_address=address))


def test_an_odd_id_of_theirs_is_left_out_of_the_thread():
    odd = ("\ufffd\ufffd@e.org", "a b@e.org", "<x@e.org>", "=?utf-8?q?a?=@e.org", "fine@e.org")
    mail = read(compose(replace(PLAIN, references=odd)))
    assert (mail["In-Reply-To"], mail["References"]) == ("<fine@e.org>", "<fine@e.org>")
    assert read(compose(replace(PLAIN, references=odd[:1])))["References"] is None


def test_a_domain_in_letters_of_its_own_is_encoded():
    mail = read(compose(replace(PLAIN, to_address="mina@bücher.example")))
    assert mail["To"] == "mina@xn--bcher-kva.example"


@pytest.mark.parametrize("text", INJECTIONS[:4])
def test_what_would_say_something_else_is_not_sent(monkeypatch, text):
    monkeypatch.setattr(composing, "clean", lambda words: words)
    monkeypatch.setattr(composing, "_encoded", lambda words: words)
    with pytest.raises(Unwritable):
        compose(replace(PLAIN, subject=text))


@pytest.mark.parametrize("field", ["sender", "to_address", "reply_to"])
def test_an_address_that_would_name_somebody_else_is_not_sent(monkeypatch, field):
    monkeypatch.setattr(composing, "_checked", lambda address: f"{address}, x@evil.test")
    monkeypatch.setattr(composing, "written", lambda address: address)
    with pytest.raises(Unwritable):
        compose(replace(PLAIN, **{field: "mina@example.org"}))


def test_the_html_part_says_the_same_and_holds_no_markup_of_others():
    body = "Dear <b>Mina</b> & all,\n\nsee https://nordwind.example/a?b=1&c=2.\nAnna"
    html = read(compose(replace(PLAIN, body=body))).get_body(("html",)).get_content()
    assert "&lt;b&gt;Mina&lt;/b&gt; &amp; all" in html
    link = "https://nordwind.example/a?b=1&amp;c=2"
    assert f'<a href="{link}">{link}</a>.<br>' in html


def test_an_automatic_mail_can_be_stopped_with_one_click():
    mail = read(compose(PLAIN))
    assert mail["List-Unsubscribe"] == "<https://jobs.nordwind.example/stop/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_an_absence_may_be_told_wherever_somebody_reads_it():
    """A candidate's out-of-office reply stops the clock; that to a reminder is nobody's to read."""
    assert read(compose(PLAIN))["X-Auto-Response-Suppress"] is None
    to_colleague = read(compose(replace(PLAIN, reply_to=None)))
    assert to_colleague["X-Auto-Response-Suppress"] == "OOF, AutoReply"


@pytest.mark.parametrize(
    "text",
    [
        "ß" * 300,
        "a" * 998,
        "名前 " * 100,
        "a " * 400,
        'Jörg Müller-Lüdenscheid, Nordwind Gesellschaft für Größe, "Ä" <x@y.z>',
    ],
)
def test_long_words_are_folded_and_read_back_whole(text):
    octets = compose(replace(PLAIN, subject=text, sender_name=text, body=text))
    mail = read(octets)
    assert mail["Subject"] == clean(text)
    # Read as RFC 2047 says; the newer reader of 3.11 adds a space between two encoded words.
    name = make_header(decode_header(message_from_bytes(octets)["From"].partition("<jobs@")[0]))
    assert str(name).strip().strip('"') == clean(text)[:200].strip()
    assert max(map(len, octets.split(b"\r\n"))) <= 998
