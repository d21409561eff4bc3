"""A mail as it leaves, from what its row says; read again before anybody may send it (pure).

Older Pythons write an encoded word out as what it encodes, line breaks included, so that a name
could add headers and a body of its own (CVE-2024-6923). So every value is cleaned, and the
finished bytes are parsed and compared with what was meant.
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address, HeaderRegistry
from email.message import Message
from email.utils import format_datetime
from html import escape
from typing import Any

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
PLAIN_NAME = re.compile(r"[\w .,&()'+-]{1,60}", re.ASCII)
ID = re.compile(r"(?!.*=\?)[!-;=?-~]{1,300}")  # printable, no angle brackets
PLAIN_ID = re.compile(r"<[\w.+-]{1,120}@[\w.-]{1,120}>", re.ASCII)
PLAIN_ADDRESS = re.compile(r"\w[\w+-]*(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)*", re.ASCII)
PLAIN_WORDS = re.compile(r"(?!.*=\?)[ -~]{0,66}")  # nor anything that reads as encoded
LONGEST_NAME = 200
MOST_REFERENCES = 10
STRAY = re.compile(rb"(?<!\r)\n|\r(?!\n)|\x00")
FOLD = re.compile(r"\r\n?|\n")
ENDS = b"=_part"  # "=_" never occurs in what is quoted-printable (RFC 2045, section 6.7)
WHOLE = (
    b'Content-Type: multipart/alternative; boundary="%(ends)b"\r\nMIME-Version: 1.0\r\n\r\n'
    b"%%b--%(ends)b--\r\n" % {b"ends": ENDS}
)
PART = (
    b'--%(ends)b\r\nContent-Type: text/%%b; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n%%b\r\n" % {b"ends": ENDS}
)
HEADERS = HeaderRegistry()


class Unwritable(ValueError):
    """A mail that would not say what was meant; `part` names where, and quotes nothing."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True)
class Sheet:
    """All that a mail says; ids without angle brackets."""

    message_id: str
    sender_name: str
    sender: str  # an address
    reply_to: str | None
    to_address: str
    subject: str
    body: str
    language: str
    references: tuple[str, ...]  # of the thread, oldest first; the last is what it answers
    is_automatic: bool
    stop_link: str | None
    at: datetime


def clean(text: str) -> str:
    """A value for one line of a head: no control characters, nothing that reads as encoded."""
    plain = CONTROL.sub(" ", text).replace("=?", "= ?").replace("?=", "? =")
    return " ".join(plain.split())


def compose(sheet: Sheet) -> bytes:
    """The bytes of a mail, with plain text and the same as HTML; `Unwritable` if they differ."""
    try:
        head = _head(sheet)
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        octets = lines.encode("ascii") + _parts(sheet)
        _compare(octets, sheet, head)
    except Unwritable:
        raise
    except (ValueError, IndexError, LookupError, MessageError) as error:
        raise Unwritable(type(error).__name__) from error
    return octets


def _parts(sheet: Sheet) -> bytes:
    """The text twice, quoted-printable, which can hold no line that ends a part."""
    texts = {b"plain": _text(sheet.body), b"html": _html(sheet.body, clean(sheet.language))}
    parts = b"".join(
        PART % (kind, b2a_qp(text.encode()).replace(b"\n", b"\r\n")) for kind, text in texts.items()
    )
    return WHOLE % parts


def _head(sheet: Sheet) -> dict[str, str]:
    """The lines of the head, written by hand: `email` loses spaces and quotes of long words."""
    name, subject = clean(sheet.sender_name)[:LONGEST_NAME], clean(sheet.subject)
    shown = f'"{name}"' if PLAIN_NAME.fullmatch(name) else _encoded(name)
    head = {
        "From": f"{shown}\r\n <{_checked(sheet.sender)}>",
        "Subject": subject if PLAIN_WORDS.fullmatch(subject) else _encoded(subject),
        "To": _checked(written(sheet.to_address)),
        "Date": format_datetime(sheet.at),
        "Message-ID": f"<{clean(sheet.message_id)}>",
        "Content-Language": clean(sheet.language),
    }
    if sheet.reply_to:
        head["Reply-To"] = _checked(sheet.reply_to)
    # Theirs may be odd; a thread that lacks one of them is better than no mail.
    if references := [one for one in sheet.references if ID.fullmatch(one)][-MOST_REFERENCES:]:
        head["In-Reply-To"] = f"<{references[-1]}>"
        head["References"] = "\r\n ".join(f"<{one}>" for one in references)
    if sheet.is_automatic:
        head["Auto-Submitted"] = "auto-generated"
        if not sheet.reply_to:  # where answers are read, an absence is told by one
            head["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if sheet.stop_link:
        head["List-Unsubscribe"] = f"<{clean(sheet.stop_link)}>"
        head["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return head


def _checked(address: str) -> str:
    """An address as it stands in a head; `ValueError` if it is none."""
    if PLAIN_ADDRESS.fullmatch(address):
        return address
    return Address(addr_spec=address).addr_spec


def _encoded(words: str) -> str:
    return Header(words, "utf-8", maxlinelen=72, header_name="Subject").encode(linesep="\r\n")


def written(address: str) -> str:
    """An address as every server takes it: a domain in letters of its own is encoded."""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        raise Unwritable("address")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise Unwritable("address") from error


def _text(body: str) -> str:
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(CONTROL.sub(" ", line).rstrip() for line in lines).strip("\n") + "\n"


def _html(body: str, language: str) -> str:
    parts = (part.strip("\n") for part in _text(body).split("\n\n"))
    shown = "\n".join(f"<p>{_linked(part)}</p>" for part in parts if part)
    head = f'<html lang="{escape(language)}"><head><meta charset="utf-8"></head>'
    return f"<!doctype html>\n{head}\n<body>\n{shown}\n</body></html>\n"


def _linked(part: str) -> str:
    """Text as HTML: what looks like a link is one, and nothing else is markup."""
    said, end = [], 0
    for found in LINK.finditer(part):
        url = escape(found[0])
        said += [escape(part[end : found.start()]), f'<a href="{url}">{url}</a>']
        end = found.end()
    said.append(escape(part[end:]))
    return "".join(said).replace("\n", "<br>\n")


def _compare(octets: bytes, sheet: Sheet, head: Mapping[str, str]) -> None:
    """Read the finished mail as its receiver will, and refuse one that says anything else."""
    lines = octets.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = [line.partition(b":")[0] for line in lines if line[:1] not in {b" ", b"\t"}]
    meant = [name.encode() for name in (*head, "Content-Type", "MIME-Version")]
    if sorted(names) != sorted(meant) or STRAY.search(octets):
        raise Unwritable("head")
    found = message_from_bytes(octets)
    if not _says(found, "Subject", clean(sheet.subject), PLAIN_WORDS):
        raise Unwritable("subject")
    if not _says(found, "Message-ID", f"<{sheet.message_id}>", PLAIN_ID):
        raise Unwritable("message-id")
    addresses = {"From": sheet.sender, "To": written(sheet.to_address), "Reply-To": sheet.reply_to}
    for name, address in addresses.items():
        if not _goes_to(found, name, address):
            raise Unwritable(name.lower())
    if _bodies(found) != [("text/plain", _text(sheet.body)),
                          ("text/html", _html(sheet.body, clean(sheet.language)))]:  # fmt: skip
        raise Unwritable("text")


def _says(found: Message, name: str, meant: str, plain: re.Pattern[str]) -> bool:
    """Whether a header reads as meant; what is plain can be read in one way only."""
    if plain.fullmatch(meant) and found[name] == meant:
        return True
    return str(_read(found, name)) == meant


def _goes_to(found: Message, name: str, meant: str | None) -> bool:
    """Whether a header names this address and no other."""
    if meant is None or found[name] is None:
        return meant is None and found[name] is None
    if PLAIN_ADDRESS.fullmatch(meant) and found[name] == meant:
        return True
    return [one.addr_spec for one in _read(found, name).addresses] == [meant]


def _read(found: Message, name: str) -> Any:
    """One header, read by today's rules, which cost much: so only those that need it."""
    return HEADERS(name, FOLD.sub("", str(found[name])))


def _bodies(found: Message) -> list[tuple[str, str]]:
    """Type and text of each part below the whole."""
    said = [(part.get_content_type(), part.get_payload(decode=True)) for part in found.walk()][1:]
    return [
        (kind, octets.decode("utf-8").replace("\r\n", "\n") if isinstance(octets, bytes) else "")
        for kind, octets in said
    ]
