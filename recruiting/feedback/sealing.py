"""Make bytes unreadable for whoever has the database without the key of this installation (pure).

What is sealed twice looks different each time, and shows its length alone. The key stream is
SHAKE-256 over key and nonce, the tag HMAC-SHA-256 over all of it (encrypt, then authenticate);
the standard library has no cipher, and this needs no more than a stream and a tag. Keys rotate as
with links: the first seals, all of them open.

References: FIPS 202, section 6.2 (SHAKE); Bellare and Namprempre (2000), ASIACRYPT (the order).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

NONCE, TAG = 32, 32  # bytes
PURPOSE = b"heardback.held-answers"


def seal(keys: list[str], plain: bytes) -> bytes:
    """Seal with the first key."""
    nonce = secrets.token_bytes(NONCE)
    hidden = _mixed(_key(keys[0], b"stream"), nonce, plain)
    return nonce + hidden + _tag(keys[0], nonce + hidden)


def unseal(keys: list[str], sealed: bytes) -> bytes:
    """Open with whichever key fits; raise `ValueError` if none does, or a byte was changed."""
    body, tag = sealed[:-TAG], sealed[-TAG:]
    for key in keys:
        if len(body) >= NONCE and hmac.compare_digest(_tag(key, body), tag):
            return _mixed(_key(key, b"stream"), body[:NONCE], body[NONCE:])
    raise ValueError("no key of this installation opens what was sealed")


def _key(key: str, part: bytes) -> bytes:
    return hmac.digest(key.encode(), PURPOSE + b"." + part, "sha256")


def _tag(key: str, body: bytes) -> bytes:
    return hmac.digest(_key(key, b"tag"), body, "sha256")


def _mixed(key: bytes, nonce: bytes, text: bytes) -> bytes:
    stream = hashlib.shake_256(key + nonce).digest(len(text))
    mixed = int.from_bytes(text, "big") ^ int.from_bytes(stream, "big")
    return mixed.to_bytes(len(text), "big")
