"""The token in a reply address, `jobs+TOKEN@example.org`: which application it belongs to (pure).

Mail servers may change the case of an address, so a token is written in lower-case base32: five
bytes of the application's number and ten of its signature, 24 characters. It says where a mail
belongs and opens nothing. Keys rotate: the first signs, all of them read.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Sequence

ID_BYTES = 5
SIGNATURE_BYTES = 10  # 80 bits: nobody can try that many mails
SHAPE = re.compile("[a-z2-7]{24}")
PURPOSE = b"heardback.reply-address:"


def sign(keys: Sequence[str], application_id: int) -> str:
    """The token of an application."""
    number = application_id.to_bytes(ID_BYTES, "big")
    return b32encode(number + _signature(keys[0], number)).decode("ascii").lower()


def read(keys: Sequence[str], token: str) -> int | None:
    """The application that a token names; none if no key of ours has signed it."""
    if not looks_like_one(token):
        return None
    said = b32decode(token.upper())
    number, signature = said[:ID_BYTES], said[ID_BYTES:]
    if any(hmac.compare_digest(_signature(key, number), signature) for key in keys):
        return int.from_bytes(number, "big")
    return None


def looks_like_one(text: str) -> bool:
    """Whether a text has the shape of a token, whoever made it."""
    return SHAPE.fullmatch(text) is not None


def _signature(key: str, number: bytes) -> bytes:
    return hmac.new(key.encode(), PURPOSE + number, hashlib.sha256).digest()[:SIGNATURE_BYTES]
