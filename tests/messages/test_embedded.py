"""Files in the words of a mail are files: listed, handed out, and no words."""

from __future__ import annotations

import base64
from binascii import b2a_uu

import pytest
from flask import Flask

from recruiting.accounts.rules import Role
from recruiting.messages import embedded, envelope, files, prose, texts
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
    "said",
    [
        "=ybegin line=128 size=9 name=cv.pdf\nDear }}\n=yend size=9",
        f"(This file must be converted with BinHex 4.0)\n\n:{'#' * 63}\n{'$' * 64}\n1f:",
        "data:text/html,%3Cp%3EHello",
        f"data:application/pdf,{'a' * 40}",
        f"begin-base64 644 cv.pdf\n{BASE64.rstrip()}",
        "begin 644 a.txt\n#86)C\n`\nend",
        f"begin 644 cv.pdf\n{chr(10).join(line.rstrip() for line in UU.splitlines())}",
    ],
)
def test_a_file_of_any_kind_ends_with_its_end(said: str):
    words, found = embedded.parted(f"Hello\n{said}\nKind regards:")
    assert words == "Hello\n[…]\nKind regards:"
    assert len(found) == 1


@pytest.mark.parametrize(
    "words",
    [
        "begin 644 on Monday\nwith what we said",
        "Data: 5,6 and data:none,\n=ybegin",
        "https://example.org/" + "a" * 300,
        "-" * 76 + "\nA table\n" + "_" * 76,
        "May or\nbegin 2027 if that suits you.\n\n+49 170 1234567",
        "begin 2027 if that suits you.\nMFG\nANNA",
        "Big Data:ci/cd,docker,kubernetes",
        "Data:Python/pandas,SQL,Spark",
        "Data:text/csv,audio/wav,image/png/jpeg/tiff/webp,video/mp4",
        "=ybegin a=1\nDear Sirs,\nI withdraw my application.\n=ybegin a=2\nBye",
        "(This file must be converted with BinHex 4.0)\n\nHello\nDear:\nSirs",
        " ".join(["a" * 40] * 5) + "\n" + " ".join(["Aa1" * 14] * 3),
        "THE FIRST LINE\nTHE SECOND LINE\nTHE THIRD LINE\nTHE FOURTH LINE\nTHE FIFTH",
    ],
)
def test_words_stay_words(words: str):
    assert embedded.parted(words) == (words, [])
    assert prose.words_alone(words) == words


def test_what_calls_itself_a_text_and_is_none_is_a_file():
    coded = base64.encodebytes(PDF).decode()
    kind = {"Content_Type": "text/plain; charset=utf-8", "Content_Transfer_Encoding": "base64"}
    message = envelope.parse(raw(coded, **kind))
    assert [one.size for one in files.told(texts.parts(message)).files] == [len(PDF)]
    assert b"%PDF" not in files.without_files(raw(coded, **kind))


HTML = {"Content_Type": "text/html; charset=utf-8"}


def test_a_file_between_tags_that_keep_lines_is_listed_and_goes():
    code = WAYS["uuencode"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    mail = raw(f"<p>My CV:</p><pre>\n{code}\n</pre><p>Mina</p>", **HTML)
    listed = [(one.name, one.size) for one in files.told(texts.parts(envelope.parse(mail))).files]
    assert listed == [("cv.pdf", len(PDF))]
    assert files.without_files(mail).split(b"\r\n\r\n", 1)[1].split() == [
        *b"My CV:".split(),
        "[…]".encode(),
        b"Mina",
    ]


def test_a_file_in_a_tag_without_an_end_is_listed_once():
    mail = raw(f'<p>My CV</p><a href="{WAYS["an address"]}<p>Mina</p>', **HTML)
    assert [one.size for one in files.told(texts.parts(envelope.parse(mail))).files] == [len(PDF)]


@pytest.mark.parametrize("tag", ["pre", "p"])
def test_code_between_tags_goes_whether_or_not_they_keep_lines(tag: str):
    left = files.without_files(raw(f"<{tag}>My CV:\n{BASE64}</{tag}><p>Mina</p>", **HTML))
    assert left.split(b"\r\n\r\n", 1)[1].decode().split() == ["My", "CV:", "[…]", "Mina"]


def test_lines_that_tags_keep_stay_lines():
    said = "<p>a\nb<pre>c\n  d &amp;\n</pre>e\nf"
    assert texts.from_html(said).split("\n") == ["a b", "c", "d &", "", "e f"]


def test_of_very_many_addresses_the_first_are_read_and_the_others_counted():
    said = "data:text/csv;base64,eHg= " * 1_000
    assert len(embedded.parted(said)[1]) == embedded.MOST_NAMED + 1
    found = files.told(texts.parts(envelope.parse(raw(said))))
    assert (len(found.files), found.further) == (files.MOST_LISTED, 1_000 - files.MOST_LISTED)


@pytest.mark.parametrize("unit", ["data:a/b,", "data:a/b, ", "data:a/b;base64,eHg= ", "data:,\n"])
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_of_very_many_addresses_no_more_are_looked_at_however_long_a_mail_is(
    unit: str, kind: str, monkeypatch: pytest.MonkeyPatch
):
    looked = list[object]()
    is_file = embedded._is_file
    monkeypatch.setattr(embedded, "_is_file", lambda one: looked.append(one) or is_file(one))
    message = envelope.parse(raw(unit * 100_000, Content_Type=f"text/{kind}"))
    found = files.told(texts.parts(message))
    assert len(looked) <= 2 * embedded.MOST_LOOKED
    assert len(found.files) + found.further <= embedded.MOST_LOOKED + 1


def test_what_follows_very_many_addresses_is_one_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded, "MOST_LOOKED", 3)
    said = "Big Data:ci/cd, " * 3 + "data:text/csv;base64,eHg= and more"
    words, found = embedded.parted(said)
    assert words == "Big Data:ci/cd, " * 3 + "[…]"
    assert [(one.further, one.size) for one in found] == [(1, 34)]


def test_lines_beyond_all_measure_are_not_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded, "MOST_LINES", 5)
    said = "a\n" * 4 + WAYS["uuencode"] + "\nb"
    assert embedded.parted(said) == (said, [])


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_the_page_of_a_mail_reads_its_words_once(
    app: Flask, kind: str, monkeypatch: pytest.MonkeyPatch
):
    asked()
    recruiter = Staff(app, make.user(Role.RECRUITER))
    received = come(raw("Hello", Content_Type=f"text/{kind}"))
    read = list[str]()
    parted = embedded.parted
    monkeypatch.setattr(embedded, "parted", lambda text: read.append(text) or parted(text))
    assert "Hello" in recruiter.get(f"/inbox/{received.id}").text
    assert [one.strip() for one in read] == ["Hello"]


def test_of_all_parts_of_a_mail_together_no_more_is_read_than_of_one(
    monkeypatch: pytest.MonkeyPatch,
):
    read = list[int]()
    parted = embedded.parted

    def counting(text: str):
        read.append(len(text))
        return parted(text)

    monkeypatch.setattr(embedded, "MOST_READ", 1_000)
    monkeypatch.setattr(embedded, "parted", counting)
    part = "--b\nContent-Type: text/plain\n\n" + "data:a/b;base64,eHg= " * 40 + "\n"
    message = envelope.parse(raw(part * 6 + "--b--", Content_Type="multipart/mixed; boundary=b"))
    texts.body(message)
    assert sum(read) == 1_000
    read.clear()
    found = files.told(texts.parts(message))
    assert sum(read) == 1_000
    assert found.further == 5  # what was left unread of five parts


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
