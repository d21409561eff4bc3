"""One mail as a person reads it: its words, what it quotes, its HTML in a cage, its files."""

from __future__ import annotations

import secrets
from contextlib import suppress
from io import BytesIO

import nh3
from flask import Response, make_response, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from recruiting import clock
from recruiting.access import needs
from recruiting.accounts.rules import Permission
from recruiting.errors import Missing
from recruiting.messages import arrivals, envelope, files, reading, texts
from recruiting.messages.models import Received
from recruiting.messages.reading import Mail
from recruiting.messages.receiving import TOO_LARGE
from recruiting.messages.rules import FOR_A_PERSON, ReceivedState
from recruiting.messages.views.door import bp
from recruiting.messages.views.inbox import head_of, is_forged, new_address, proposed
from recruiting.messages.wording import class_words, why_words
from recruiting.office import office
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline.models import Application
from recruiting.pipeline.views.door import me
from recruiting.pipeline.views.lists import LONGEST_SEARCH, SHORTEST_SEARCH
from recruiting.pipeline.wording import name_of
from recruiting.web.headers import POLICY

LARGEST_SHOWN = 500_000  # characters of HTML
MOST_FOUND = 10
# Nothing is fetched, run or sent from within; looks may be set, since they reach nowhere.
CAGE = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"} | {"font"}
PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>Mail</title>'
    "<style>body{{font:16px/1.5 sans-serif;margin:12px;color:#222;background:#fff;"
    "overflow-wrap:anywhere}}</style></head><body>{body}</body></html>"
)


@bp.get("/inbox/<int:received_id>")
@needs(Permission.SEE_APPLICATIONS)
def mail(received_id: int) -> Response:
    """Show one mail, with whose it may be where nobody knows yet."""
    received = arrivals.mail_for(me(), received_id)
    read = _read(received)
    may_sort = me().can(Permission.SORT_MAIL) and received.state in {
        *FOR_A_PERSON,
        ReceivedState.NOT_OURS,
    }
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    reply, quoted = texts.fold(read.full_text) if read else ("", "")
    head = read.envelope if read else head_of(received.raw)
    theirs = received.filed_with
    page = render_template(
        "messages/mail.html",
        received=received,
        is_forged=is_forged(head),
        new_address=new_address(theirs, received.sender) if theirs and _may_work() else "",
        mail=read,
        envelope=head,
        reply=reply,
        quoted=quoted,
        attached=files.told(read.parts) if read else None,
        name=name_of(theirs) if theirs else "",
        kind=class_words(received),
        why=why_words(received),
        may_sort=may_sort,
        proposals=proposed(_proposals(received, read, words), received.sender) if may_sort else [],
        words=words,
        submission=secrets.token_urlsafe(16),
        may_try=received.state is ReceivedState.PARKED and received.why != TOO_LARGE,
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = POLICY + "; frame-src 'self'"
    return answer


def _may_work() -> bool:
    return me().can(Permission.WORK_APPLICATIONS)


def _proposals(received: Received, read: Mail | None, words: str) -> list[Application]:
    """Whose it may be: what was searched for, else by the sender's address and name."""
    if len(words) >= SHORTEST_SEARCH:
        now = clock.now()
        found, _number = pipeline.find(me(), words, now=now, office=office(), limit=MOST_FOUND)
        return list(found)
    person = received.sender, read.envelope.sender_name if read else ""
    return arrivals.proposals(me(), [person])[person]


@bp.get("/inbox/<int:received_id>/html")
@needs(Permission.SEE_APPLICATIONS)
def html(received_id: int) -> Response:
    """The HTML of a mail, cleaned, for the frame on its page; nothing in it reaches out."""
    received = arrivals.mail_for(me(), received_id)
    read = _read(received)
    if read is None or not read.html:
        raise Missing
    answer = make_response(PAGE.format(language="und", body=clean(read.html[:LARGEST_SHOWN])))
    answer.headers["Content-Security-Policy"] = CAGE
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def clean(text: str) -> str:
    """HTML without scripts, styles, pictures, forms, or anything that is fetched.

    Nothing of HTML so deep that reading it would take long; its words stand above as text.
    """
    if texts.is_deep(text):
        return ""
    return nh3.clean(
        text,
        tags=TAGS,
        attributes={"a": {"href", "title"}, "td": {"colspan"}, "th": {"colspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


@bp.get("/inbox/<int:received_id>/files/<int:number>")
@needs(Permission.SEE_APPLICATIONS)
def file(received_id: int, number: int) -> AnyResponse:
    """Hand out one attached file whose type is known and checked, to be saved, never shown."""
    received = arrivals.mail_for(me(), received_id)
    found = None
    with suppress(Exception):  # as in `_read`
        found = files.octets_of(envelope.parse(received.raw), number)
    if found is None:
        raise Missing
    told, octets = found
    answer = send_file(
        BytesIO(octets),
        mimetype=told.kind,
        as_attachment=True,
        download_name=told.name,
        etag=False,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _read(received: Received) -> Mail | None:
    """What a mail says; none where it cannot be read."""
    with suppress(Exception):
        return reading.read(received.raw)
    return None
