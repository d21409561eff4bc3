"""Sign and read a mailed link: one purpose, one thing, an expiry; `now` from outside.

The signature covers the purpose twice, in the salt and in the payload, so that a link of one
purpose opens nothing else. Keys rotate: the first signs, all of them read. What is wrong with a
link (forged, cut, expired) is never told apart to the outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from recruiting.errors import BadLink


@dataclass(frozen=True)
class Link:
    """What a readable link says: which thing of its purpose, and until when."""

    id: str
    expires_at: datetime


def sign(keys: list[str], purpose: str, thing_id: str, *, expires_at: datetime) -> str:
    """Make the token of a link that serves `purpose` for one thing until `expires_at`."""
    payload = [purpose, thing_id, int(expires_at.timestamp())]
    return _serializer(keys, purpose).dumps(payload)


def read(keys: list[str], purpose: str, token: str, *, now: datetime) -> Link:
    """Check a token and say what it names; raise `BadLink` without a reason otherwise."""
    link = read_whenever(keys, purpose, token)
    if now > link.expires_at:
        raise BadLink
    return link


def read_whenever(keys: list[str], purpose: str, token: str) -> Link:
    """The same for a token whose time may be over: it opens nothing, and says who held it."""
    try:
        said, thing_id, expires = _serializer(keys, purpose).loads(token)
        link = Link(str(thing_id), datetime.fromtimestamp(int(expires), UTC))
        signature = token.rpartition(".")[2].encode()
        as_written = base64_encode(base64_decode(signature)) == signature
    except (BadData, ValueError, TypeError, OverflowError, OSError, UnicodeError) as error:
        raise BadLink from error
    # Base64 can be written in several ways that read the same; only ours is taken.
    if said != purpose or not as_written:
        raise BadLink
    return link


def _serializer(keys: list[str], purpose: str) -> URLSafeSerializer:
    # itsdangerous signs with the last key of the list and reads with all of them.
    return URLSafeSerializer(list(reversed(keys)), salt=f"heardback.link.{purpose}")
