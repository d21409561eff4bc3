"""Sign and read a mailed link: one purpose, one thing, an expiry; `now` from outside.

The signature covers the purpose twice, in the salt and in the payload, so that a link of one
purpose opens nothing else. Keys rotate: the first signs, all of them read. What is wrong with a
link (forged, expired, of a thing that is gone) is never told apart to the outside. That it is not
whole is: its shape alone shows that, and nothing is looked up for it.

Mail programs glue on the full stop of a sentence or the bracket around an address, and break
lines with an equals sign (quoted-printable, RFC 2045 section 6.7). No letter of a token is any of
these, so a token is read without them; the signature still decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from recruiting.errors import BadLink

WHOLE = re.compile(r"\.?[\w-]+\.[\w-]{27}", re.ASCII)  # a payload and the letters of its signature
UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")  # spaces, and what has no width
UP_TO_LETTER = re.compile(r".*[\w-]", re.ASCII | re.DOTALL)  # the last one
QUOTED = re.compile(r"=([0-9A-Fa-f]{2})")


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
    for whole in readings(token):
        try:
            return _read(keys, purpose, whole)
        except BadLink:
            continue
    raise BadLink


def readings(token: str) -> list[str]:
    """How a token may have been sent, given how it arrived; none if it is not whole.

    An equals sign is either the end of a broken line or begins a letter in two digits.
    """
    said = UNSEEN.sub("", token)
    broken = said.replace("=", "")
    quoted = QUOTED.sub(lambda found: chr(int(found[1], 16)), said).replace("=", "")
    tidy = (UP_TO_LETTER.match(one) for one in dict.fromkeys((broken, quoted)))
    return [one[0] for one in tidy if one and WHOLE.fullmatch(one[0])]


def is_whole(token: str) -> bool:
    """Whether a token has the shape of ours, whatever it opens."""
    return bool(readings(token))


def _read(keys: list[str], purpose: str, token: str) -> Link:
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
