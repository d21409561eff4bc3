"""What stands on a mail's envelope and in its head, read so that nothing in it can stop us (pure).

`email` raises on many a broken header (an address that is a lone quote, a date without a day), so
every field is read by itself, and what cannot be read is as if it were not there.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

LONGEST_FIELD = 16_000  # characters of one header that are looked at
LONGEST_ID = 300
LONGEST_SUBJECT = 500
MOST_ADDRESSES = 100
MOST_IDS = 50
HEAD_BYTES = 256 * 1024
RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Resent-To")
ODD = re.compile("[\x00\ud800-\udfff]")  # no database takes these
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
ID = re.compile(r"<([^<>\s]{1,300})>")
HEAD_ENDS = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Envelope:
    """Who wrote to whom, when, about what, in answer to what; ids without angle brackets."""

    sender: str | None  # key of the address
    sender_name: str
    recipients: tuple[str, ...]  # in lower case, the innermost delivery first
    subject: str
    message_id: str | None
    in_reply_to: tuple[str, ...]  # the nearest first
    sent_at: datetime | None  # as the sender's clock says


def parse(raw: bytes) -> Message:
    """The parts of a raw mail; takes any bytes."""
    return message_from_bytes(raw)


def within(part: Message) -> list[Message]:
    """The parts of a part, or the mail in it. It is not decoded for that: a charset may be slow, or
    none."""
    inner = part.get_payload() if part.is_multipart() else []
    return [one for one in inner if isinstance(one, Message)]


def parse_head(raw: bytes) -> Message:
    """The head of a raw mail alone: quick, however large it is."""
    ends = HEAD_ENDS.search(raw, 0, HEAD_BYTES)
    return message_from_bytes(raw[: ends.end() if ends else HEAD_BYTES])


def read(message: Message) -> Envelope:
    """Read the head of a parsed mail."""
    name, sender = _sender(message)
    return Envelope(
        sender=sender,
        sender_name=name,
        recipients=_recipients(message),
        subject=field(message, "Subject")[:LONGEST_SUBJECT],
        message_id=next(iter(_ids(message, "Message-ID")), None),
        in_reply_to=_answers(message),
        sent_at=_date(message),
    )


def plain(text: str) -> str:
    """A text without what no database takes."""
    return ODD.sub("\ufffd", text)


def field(message: Message, name: str) -> str:
    """One header, decoded, on one line; empty if there is none."""
    return decoded_line(_bare(message, name))


def fields(message: Message, name: str) -> list[str]:
    """Every header of a name, as they were written."""
    return [_text(value) for value in message.get_all(name, [])]


def _bare(message: Message, name: str) -> str:
    return _text(message.get(name, ""))


def _text(value: object) -> str:
    """A header as text; of one that holds raw bytes, what can be read of it."""
    with suppress(LookupError, ValueError):
        return ODD.sub("\ufffd", str(value))[:LONGEST_FIELD]
    return ""


def decoded_line(text: str) -> str:
    """Decode encoded words, and leave nothing that could begin a line of its own."""
    decoded = text
    with suppress(Exception):  # of many kinds; then it stays as it was written
        decoded = "".join(
            part if isinstance(part, str) else _decoded(part, charset)
            for part, charset in decode_header(text)
        )
    return plain(CONTROL.sub(" ", decoded)).strip()


def _decoded(part: bytes, charset: str | None) -> str:
    with suppress(LookupError, ValueError):
        return part.decode(charset or "utf-8")
    return part.decode("latin-1")


def _addresses(texts: list[str]) -> list[tuple[str, str]]:
    """(name, address) of each address in some headers."""
    found: list[tuple[str, str]] = []
    for text in texts:
        with suppress(Exception):  # it raises IndexError and more on broken ones
            found += getaddresses([text])
    return [(decoded_line(name), key(address)) for name, address in found if "@" in address][
        :MOST_ADDRESSES
    ]


def key(address: str) -> str:
    """How an address is compared."""
    return plain(address).strip().strip("<>").casefold()[:254]


def _sender(message: Message) -> tuple[str, str | None]:
    for name in ("From", "Sender", "Return-Path"):
        for shown, address in _addresses([_bare(message, name)]):
            return shown, address
    return "", None


def _recipients(message: Message) -> tuple[str, ...]:
    found = [
        address
        for name in RECIPIENTS
        for _name, address in _addresses([_text(v) for v in message.get_all(name, [])[:20]])
    ]
    return tuple(dict.fromkeys(found))[:MOST_ADDRESSES]


def _ids(message: Message, name: str) -> list[str]:
    text = " ".join(fields(message, name)[:3])
    found = ID.findall(text)
    if not found and name == "Message-ID" and (bare := text.strip().strip("<>")):
        found = [bare] if not re.search(r"\s", bare) else []
    return [plain(one)[:LONGEST_ID] for one in found]


def _answers(message: Message) -> tuple[str, ...]:
    """The mails that this one answers: the one before it, then those further back."""
    nearest = _ids(message, "In-Reply-To")
    further = _ids(message, "References")[::-1]
    return tuple(dict.fromkeys([*nearest, *further]))[:MOST_IDS]


def _date(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_bare(message, "Date"))
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
