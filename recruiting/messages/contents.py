"""What a mail holds, apart from how it travelled: a mark by which it is known again (pure).

Relays add to the head, wrap the parts in other boundaries, encode them otherwise and change line
ends. Whoever compares two mails compares what is left of that: subject, date, and each part,
decoded. The mark is keyed, so that a list of marks tells nobody who has handed in a file that they
hold.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from email.message import Message

from recruiting.messages import envelope, texts

PURPOSE = b"heardback.mail-contents:"


def mark(raw: bytes, key: str) -> str:
    """The mark of a raw mail; raises only if its parts nest too deeply."""
    found = hmac.new(key.encode(), PURPOSE, hashlib.sha256)
    message = envelope.parse(raw)
    head = envelope.read(message)
    said = f"{head.subject} {head.sent_at}"  # two may say the same under other subjects
    for kind, octets in (("said", _squeezed(said)), *_held(message)):
        found.update(b"%s:%d:" % (kind.encode("utf-8", "replace"), len(octets)))
        found.update(octets)
    return found.hexdigest()


def _held(message: Message) -> Iterator[tuple[str, bytes]]:
    """(type, octets) of every part, also of mails and reports within, in their order."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart():
            within = envelope.within(part)
            waiting += reversed(within)
            if part.get_content_maintype() != "multipart":
                yield from (("head", _squeezed(_head(one))) for one in within)
        elif part.get_content_maintype() == "text":
            yield "text", _squeezed(texts.decoded(part))
        else:
            yield part.get_content_type(), texts.octets_of(part)


def _head(message: Message) -> str:
    return "\n".join(f"{name}: {value}" for name, value in message.items())


def _squeezed(text: str) -> bytes:
    """A text in which line ends, folds and blanks do not count."""
    return " ".join(text.split()).encode("utf-8", "replace")
