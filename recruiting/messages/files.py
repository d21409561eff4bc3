"""What hangs on a mail or stands in its words: each file by name, type and size, and which of them
we hand on (pure).

The type is told by the bytes, never by what the mail says: a program that calls itself a CV is no
CV. Nothing is unpacked.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from email.message import Message
from io import BytesIO
from itertools import count
from typing import NamedTuple

from recruiting.messages import envelope, prose, texts
from recruiting.messages.embedded import Embedded
from recruiting.messages.texts import Part

LARGEST_FILE = 25 * 1024 * 1024  # bytes
LONGEST_NAME = 120
LONGEST_FIELD = envelope.LONGEST_FIELD
MOST_LISTED = 200  # files of one mail that are told by name
FIRST_INSIDE = 1_000_000  # number of a file in the words; a mail has fewer parts
MOST_IN_ARCHIVE = 5_000  # entries of a document that are looked through
TURNED = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # would show a name backwards
PDF, PNG, JPEG, TEXT = "application/pdf", "image/png", "image/jpeg", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
# What we read of a head, and programs that look at a mail that somebody takes out of here.
OF_ADDRESSES = frozenset(
    (b"from", b"to", b"cc", b"reply-to", b"sender", b"return-path", b"resent-to", b"references")
)
OF_HEAD = OF_ADDRESSES | {
    *(b"subject", b"date", b"message-id", b"in-reply-to", b"delivered-to", b"x-original-to"),
    *(b"envelope-to", b"auto-submitted", b"precedence", b"x-failed-recipients", b"x-autoreply"),
    *(b"x-autorespond", b"x-autoreply-from", b"x-vacation"),
}
LONGEST_OF = (4_000, 8_000)  # bytes of a field: of any other, of one that names many
_OF_HEAD = re.compile(rb"From |[!-9;-~]*:|[ \t]")
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_PLAIN_BODY = (
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n"
)
ENDINGS = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    DOCX: (".docx",),
    ODT: (".odt",),
    TEXT: (".txt", ".md", ".csv"),
}


@dataclass(frozen=True)
class File:
    """One attached file; `kind` is the type that its name and its bytes agree on, none if not."""

    number: int  # its place among the parts of the mail, or among the files in its words
    name: str
    size: int
    kind: str | None

    @property
    def is_offered(self) -> bool:
        """Whether it may be downloaded."""
        return self.kind is not None and self.size <= LARGEST_FILE


class Attached(NamedTuple):
    """The files of a mail; of very many the first by name, of the others number and size."""

    files: list[File]
    further: int
    size: int  # bytes, of the others


def told(parts: Iterable[Part]) -> Attached:
    """The files of a mail: by name, and how many further ones of how many bytes there are."""
    found, further, size = list[File](), 0, 0
    for number, one in _files(parts):
        if len(found) < MOST_LISTED and not one.further:
            found.append(_file(number, one))
        else:
            further, size = further + (one.further or 1), size + one.size
    return Attached(found, further, size)


def octets_of(message: Message, number: int) -> tuple[File, bytes] | None:
    """One file with its bytes; none if there is none that is offered under this number."""
    for found, one in _files(texts.parts(message)):
        if found == number:
            file = _file(number, one)
            return (file, one.octets) if file.is_offered else None
    return None


def _file(number: int, one: Embedded) -> File:
    is_read = len(one.octets) == one.size
    return File(number, one.name, one.size, kind_of(one.name, one.octets) if is_read else None)


def without_files(raw: bytes) -> bytes:
    """A raw mail without what hangs on it: what we read of its head, and its words as plain text.

    Whatever a stranger sent can be written anew like this; what else a mail holds (HTML, pictures
    in it, mails that were passed on) goes with the files.
    """
    ends = envelope.HEAD_ENDS.search(raw)
    head = raw[: ends.start()] if ends else raw
    words = ""
    with suppress(Exception):
        words = prose.words_alone(texts.body(envelope.parse(raw))[0])
    kept = b"".join(_fields(head))
    return kept + _PLAIN_BODY + words.encode("utf-8", "replace").replace(b"\n", b"\r\n") + b"\r\n"


def _fields(head: bytes) -> Iterator[bytes]:
    """The fields of a head that we read, each with the lines that go on with it.

    A line that is none begins the words, as readers of mail have it. What others wrote into fields
    of their own may be anything; of a file that fills these, no more stays than of one field.
    """
    left = LONGEST_FIELD
    for field in _any_fields(head):
        name = field.partition(b":")[0].strip().lower()
        longest = min(left, LONGEST_OF[name in OF_ADDRESSES])
        if name in OF_HEAD and len(field) <= longest and _is_words(field):
            left -= len(field)
            yield field


def _is_words(field: bytes) -> bool:
    said = envelope.decoded_line(field.partition(b":")[2].decode("latin-1"))
    return prose.words_alone(said) == said


def _any_fields(head: bytes) -> Iterator[bytes]:
    field = list[bytes]()
    for line in _LINE_ENDS.split(head):
        if not _OF_HEAD.match(line):
            break
        if field and not line.startswith((b" ", b"\t")):
            yield b"".join(field)
            field = []
        field += [line, b"\r\n"]
    yield b"".join(field)


def _files(parts: Iterable[Part]) -> Iterator[tuple[int, Embedded]]:
    """(number, file) of every file: those beside the words, and those within them."""
    inside = count(FIRST_INSIDE)
    for part in parts:
        for one in part.files:
            yield next(inside), replace(one, name=tidy_name(one.name))
        if part.unread:  # words are never as long, so it counts as a file
            yield next(inside), Embedded("", part.unread, b"", further=1)
        # What a report returns is told by its own words.
        if not part.is_words and not part.message.get_content_type().startswith("message/"):
            octets = texts.octets_of(part.message)
            yield part.number, Embedded(_name(part.message), len(octets), octets)


def _name(part: Message) -> str:
    said = ""
    with suppress(Exception):  # RFC 2231 can be broken in many ways
        said = envelope.decoded_line(part.get_filename() or "")
    return tidy_name(said)


def tidy_name(said: str) -> str:
    """A file's name without a way to it, and without what would show it backwards."""
    plain = TURNED.sub("", said).replace("\\", "/").rpartition("/")[2].strip(" .")
    return plain[-LONGEST_NAME:] or "file"


def kind_of(name: str, octets: bytes) -> str | None:
    """The type of a file whose name and bytes agree; none for what we do not hand on."""
    ending = "." + name.rpartition(".")[2].lower()
    wanted = next((kind for kind, endings in ENDINGS.items() if ending in endings), None)
    return wanted if wanted is not None and _holds(wanted, octets) else None


def _holds(kind: str, octets: bytes) -> bool:
    """Whether bytes are what they should be."""
    if kind == PDF:
        return b"%PDF-" in octets[:1024]
    if kind == PNG:
        return octets.startswith(b"\x89PNG\r\n\x1a\n")
    if kind == JPEG:
        return octets.startswith(b"\xff\xd8\xff")
    if kind == TEXT:
        with suppress(UnicodeDecodeError):
            return "\0" not in octets.decode()
        return False
    return _is_document(kind, octets)


def _is_document(kind: str, octets: bytes) -> bool:
    with suppress(zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        with zipfile.ZipFile(BytesIO(octets)) as archive:
            entries = archive.infolist()[:MOST_IN_ARCHIVE]
        names = {entry.filename for entry in entries}
        # The type of an ODT stands unpacked at its very beginning.
        return "word/document.xml" in names if kind == DOCX else ODT.encode() in octets[:200]
    return False
