"""The links of our mails: to answer, to open again, to see where one stands, to stop (pure).

Each names one thing for one purpose; what it opens says `queries.py`. `keys` are those of the
installation, newest first; `base_url` is its public address.
"""

from __future__ import annotations

from datetime import datetime

from recruiting import links
from recruiting.answers.rules import LIVES, Purpose


def answer_link(
    application_id: int, *, keys: list[str], base_url: str, expires_at: datetime
) -> str:
    """The page with the answers of one tap, for one application."""
    return _link(Purpose.ANSWER, application_id, keys, base_url, expires_at)


def reopen_link(
    application_id: int, *, keys: list[str], base_url: str, expires_at: datetime
) -> str:
    """The page of a closing notice on which one says: this is wrong, I would like to go on."""
    return _link(Purpose.REOPEN, application_id, keys, base_url, expires_at)


def status_link(
    application_id: int, *, keys: list[str], base_url: str, expires_at: datetime
) -> str:
    """The page that says where one application stands."""
    return _link(Purpose.STATUS, application_id, keys, base_url, expires_at)


def stop_link(address_id: int, *, keys: list[str], base_url: str, expires_at: datetime) -> str:
    """The page that stops our mails to one address; takes a one-click POST (RFC 8058) as well."""
    return _link(Purpose.STOP, address_id, keys, base_url, expires_at)


def expiry(purpose: Purpose, now: datetime) -> datetime:
    """Until when a link that is made at `now` lives."""
    return now.replace(microsecond=0) + LIVES[purpose]


def _link(
    purpose: Purpose, thing_id: int, keys: list[str], base_url: str, expires_at: datetime
) -> str:
    token = links.sign(keys, purpose.value, str(thing_id), expires_at=expires_at)
    return f"{base_url.rstrip('/')}/{purpose.value}/{token}"
