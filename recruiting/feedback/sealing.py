"""Make bytes unreadable for whoever has the database without the key of this installation (pure).

What is sealed twice looks different each time, and shows its length alone; a changed byte opens
nothing. Keys rotate as with links: the first seals, all of them open.

References: NIST SP 800-38D (AES-GCM, with a nonce drawn anew each time); RFC 5869 (HKDF).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE, TAG = 12, 16  # bytes
KEY = 32
PURPOSE = b"heardback.held-answers"


def seal(keys: list[str], plain: bytes) -> bytes:
    """Seal with the first key."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(keys[0]).encrypt(nonce, plain, None)


def unseal(keys: list[str], sealed: bytes) -> bytes:
    """Open with whichever key fits; raise `ValueError` if none does, or a byte was changed."""
    nonce, hidden = sealed[:NONCE], sealed[NONCE:]
    for key in keys:
        if len(hidden) < TAG:
            break
        try:
            return _cipher(key).decrypt(nonce, hidden, None)
        except InvalidTag:
            continue
    raise ValueError("no key of this installation opens what was sealed")


def _cipher(key: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=KEY, salt=None, info=PURPOSE)
    return AESGCM(derived.derive(key.encode()))
