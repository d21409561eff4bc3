"""`POST /inbound/mail`: a provider hands in one raw mail, signed with a key that both know.

The signature covers the moment and the bytes, so that a request can be neither made up nor kept
for later; one that is sent again within minutes brings the same bytes, which are one mail.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import structlog
from flask import current_app, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from config import Settings
from recruiting import clock
from recruiting.db import db
from recruiting.errors import Missing
from recruiting.failpoints import failpoint
from recruiting.forms import whole_number
from recruiting.messages import receiving
from recruiting.messages.views.door import bp
from recruiting.web import takes_mail, without_session

CLOCKS_DIFFER = timedelta(minutes=5)
MOMENT = "X-Heardback-Timestamp"  # seconds since 1970
SIGNATURE = "X-Heardback-Signature"  # sha256=…, of the moment, a full stop and the body
KIND = "message/rfc822"
TRY_AGAIN = {"Retry-After": "60"}  # seconds; providers keep a mail and hand it in once more
Answer = tuple[str, int] | tuple[str, int, dict[str, str]]
log = structlog.get_logger()


@bp.post("/inbound/mail")
@without_session
@takes_mail
def inbound() -> Answer:
    """Keep a mail that is handed in; the worker reads it."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.inbound_key:
        raise Missing
    now = clock.now()
    if request.mimetype != KIND:
        return f"send {KIND}\n", 415
    seconds = whole_number(request.headers.get(MOMENT))
    if seconds is None or abs(seconds - now.timestamp()) > CLOCKS_DIFFER.total_seconds():
        return f"{MOMENT} is missing or too far from now\n", 403
    octets = request.get_data(cache=False)
    wanted = signature(settings.inbound_key, str(seconds), octets)
    if not hmac.compare_digest(wanted.encode(), request.headers.get(SIGNATURE, "").encode()):
        return f"{SIGNATURE} does not fit\n", 403
    digest = hashlib.sha256(octets).hexdigest()
    try:
        is_new = receiving.store(octets, source=f"inbound:{digest}", arrived_at=now, now=now)
        db.session.commit()
    except (DBAPIError, PoolTimeout, OSError) as error:  # whatever it is, the mail is not lost
        db.session.rollback()
        log.warning("mail not kept", error=type(error).__name__)
        return "it could not be kept; hand it in again later\n", 503, TRY_AGAIN
    failpoint("mail handed in")
    return ("stored\n" if is_new else "known\n"), 202


def signature(key: str, seconds: str, octets: bytes) -> str:
    """How a request must be signed."""
    signed = seconds.encode() + b"." + octets
    return "sha256=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
