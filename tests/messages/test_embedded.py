"""Files in the words of a mail are files: listed, handed out, and no words."""

from __future__ import annotations

import base64
from binascii import b2a_uu

import pytest
from flask import Flask

from recruiting.accounts.rules import Role
from recruiting.messages import embedded, envelope, files
from tests import make
from tests.messages.mails import asked, come, raw, told
from tests.pipeline.staff import Staff

PDF = b"%PDF-1.7 " + bytes(range(256)) * 4
UU = "".join(b2a_uu(PDF[at : at + 45]).decode() for at in range(0, len(PDF), 45))
BASE64 = base64.encodebytes(PDF).decode()
WAYS = {
    "uuencode": f"begin 644 cv.pdf\n{UU}`\nend",
    "uuencode in base64": f"begin-base64 644 cv.pdf\n{BASE64}====",
    "an address": f"data:application/pdf;base64,{''.join(BASE64.split())}",
    "an address in lines": f"data:application/pdf;base64,{BASE64.rstrip()}",
}


@pytest.mark.parametrize("said", WAYS.values(), ids=WAYS)
def test_a_file_in_a_text_is_read_back_and_leaves_a_sign(said: str):
    words, found = embedded.parted(f"Hello\n{said}\nBye")
    assert words == "Hello\n[…]\nBye"
    assert [one.octets for one in found] == [PDF]


def test_a_file_that_somebody_quotes_is_found_as_well():
    quoted = "\n".join(f"> {line}" for line in WAYS["uuencode"].split("\n"))
    words, found = embedded.parted(f"Yes.\n{quoted}\n> Bye")
    assert words == "Yes.\n> […]\n> Bye"
    assert found[0].octets == PDF


def test_a_file_whose_end_is_missing_ends_where_words_begin():
    assert embedded.parted(f"begin 644 cv.pdf\n{UU}Kind regards")[0] == "[…]\nKind regards"


@pytest.mark.parametrize(
    "words",
    [
        "begin 644 on Monday\nwith what we said",
        "Data: 5,6 and data:none,\n=ybegin",
        "https://example.org/" + "a" * 300,
        "-" * 76 + "\nA table\n" + "_" * 76,
        "THE FIRST LINE\nTHE SECOND LINE\nTHE THIRD LINE\nTHE FOURTH LINE\nTHE FIFTH",
    ],
)
def test_words_stay_words(words: str):
    assert embedded.parted(words) == (words, [])
    assert embedded.words_alone(words) == words


def test_what_calls_itself_a_text_and_is_none_is_a_file():
    coded = base64.encodebytes(PDF).decode()
    kind = {"Content_Type": "text/plain; charset=utf-8", "Content_Transfer_Encoding": "base64"}
    message = envelope.parse(raw(coded, **kind))
    assert [one.size for one in files.attached(message)] == [len(PDF)]
    assert b"%PDF" not in files.without_files(raw(coded, **kind))


@pytest.mark.usefixtures("frozen")
def test_the_page_of_a_mail_hands_out_what_stood_in_its_words(app: Flask):
    mina, recruiter = asked(), Staff(app, make.user(Role.RECRUITER))
    received = come(raw(f"Hello,\nmy CV:\n{WAYS['uuencode']}\nMina"))
    assert told(mina)[-1].body == "Hello,\nmy CV:\n[…]\nMina"
    assert "cv.pdf" in recruiter.get(f"/inbox/{received.id}").text
    answer = recruiter.get(f"/inbox/{received.id}/files/{files.FIRST_INSIDE}")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")


@pytest.mark.usefixtures("frozen")
def test_the_page_of_a_mail_says_that_there_are_more_files(app: Flask):
    asked()
    recruiter = Staff(app, make.user(Role.RECRUITER))
    part = "--b\nContent-Type: application/pdf; name=cv%d.pdf\n\n%%PDF-\n"
    said = "".join(part % number for number in range(203)) + "--b--"
    received = come(raw(said, Content_Type="multipart/mixed; boundary=b"))
    page = recruiter.get(f"/inbox/{received.id}").text
    assert "cv199.pdf" in page
    assert "cv200.pdf" not in page
    assert "3 further files" in page
