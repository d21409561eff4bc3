"""A mail as it leaves, from what its row says; read again before anybody may send it (pure).

Older Pythons write an encoded word out as what it encodes, line breaks included, so that a name
could add headers and a body of its own (CVE-2024-6923). So every value is cleaned, and the
finished bytes are parsed and compared with what was meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime
from html import escape

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
PLAIN_NAME = re.compile(r"[\w .,&()'+-]{1,60}", re.ASCII)
PLAIN_WORDS = re.compile("[ -~]{0,66}")
LONGEST_NAME = 200
MOST_REFERENCES = 10
POLICY = policy.SMTP.clone(max_line_length=78)


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
    mail = EmailMessage(POLICY)
    try:
        mail.set_content(_text(sheet.body), charset="utf-8", cte="quoted-printable")
        mail.add_alternative(
            _html(sheet.body, clean(sheet.language)),
            "html",
            charset="utf-8",
            cte="quoted-printable",
        )
        for name, value in _head(sheet).items():
            mail[name] = value
        octets = _by_hand(sheet) + mail.as_bytes()
    except Unwritable:
        raise
    except (ValueError, IndexError, LookupError, MessageError) as error:
        raise Unwritable(type(error).__name__) from error
    _compare(octets, sheet)
    return octets


def _head(sheet: Sheet) -> dict[str, object]:
    head: dict[str, object] = {
        "To": Address(addr_spec=written(sheet.to_address)),
        "Date": format_datetime(sheet.at),
        "Message-ID": f"<{sheet.message_id}>",
        "Content-Language": clean(sheet.language),
    }
    if sheet.reply_to:
        head["Reply-To"] = Address(addr_spec=sheet.reply_to)
    if references := sheet.references[-MOST_REFERENCES:]:
        head["In-Reply-To"] = f"<{clean(references[-1])}>"
        head["References"] = " ".join(f"<{clean(one)}>" for one in references)
    if sheet.is_automatic:
        head["Auto-Submitted"] = "auto-generated"
        head["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if sheet.stop_link:
        head["List-Unsubscribe"] = f"<{clean(sheet.stop_link)}>"
        head["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return head


def _by_hand(sheet: Sheet) -> bytes:
    """The lines that hold people's words: `EmailMessage` loses spaces and quotes of long ones."""
    name, subject = clean(sheet.sender_name)[:LONGEST_NAME], clean(sheet.subject)
    shown = f'"{name}"' if PLAIN_NAME.fullmatch(name) else _encoded(name)
    said = subject if PLAIN_WORDS.fullmatch(subject) else _encoded(subject)
    sender = f"<{Address(addr_spec=sheet.sender).addr_spec}>"
    return f"From: {shown}\r\n {sender}\r\nSubject: {said}\r\n".encode("ascii")


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


def _compare(octets: bytes, sheet: Sheet) -> None:
    """Read the finished mail as its receiver will, and refuse one that says anything else."""
    parts = octets.partition(b"\r\n\r\n")
    lines = [line for line in parts[0].split(b"\r\n") if line[:1] not in {b" ", b"\t"}]
    names = [line.partition(b":")[0].decode("ascii", "replace") for line in lines]
    meant = [*_head(sheet), "From", "Subject", "MIME-Version", "Content-Type"]
    if sorted(names) != sorted(meant) or re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", octets):
        raise Unwritable("head")
    found = BytesParser(policy=policy.default).parsebytes(octets)
    said = str(found["Subject"]), str(found["Message-ID"])
    if said != (clean(sheet.subject), f"<{sheet.message_id}>"):
        raise Unwritable("subject")
    addresses = {
        "From": sheet.sender,
        "To": written(sheet.to_address),
        "Reply-To": sheet.reply_to,
    }
    for name, address in addresses.items():
        read = [one.addr_spec for one in found[name].addresses] if found[name] else []
        if read != ([address] if address else []):
            raise Unwritable(name.lower())
    plain = found.get_body(("plain",))
    if plain is None or plain.get_content().replace("\r\n", "\n") != _text(sheet.body):
        raise Unwritable("text")
