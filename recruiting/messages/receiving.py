"""Take mails in: store each raw before anybody reads it, then file it where it belongs.

A mail is one row, however often and from wherever it is handed in. What cannot be read is parked
and shown, what comes too fast from one address is held, what nobody can place waits for a person;
nothing is thrown away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from recruiting.db import db
from recruiting.errors import Missing, Refused
from recruiting.failpoints import failpoint
from recruiting.messages import consequences, envelope, matching, reading, twins
from recruiting.messages.consequences import Arrival
from recruiting.messages.matching import How, Match
from recruiting.messages.models import Received
from recruiting.messages.reading import BOUNCES, Mail
from recruiting.messages.rules import FOR_A_PERSON, KEPT_OF_TOO_LARGE, TWICE, ReceivedState
from recruiting.pipeline.models import Application
from recruiting.workdays import Office

LARGEST_MAIL = 50 * 1024 * 1024  # bytes
MOST_TRIES = 3
MOST_AT_ONCE = 5  # mails from one address within
CROWD = timedelta(minutes=10)
SOURCES_AT_ONCE = 500
LONGEST_SOURCE = 400
LONGEST_WHY = 300
TOO_LARGE = "too_large"


@dataclass(frozen=True)
class Desk:
    """What filing needs to know of the house: its keys, its calendar, the hour."""

    keys: Sequence[str]
    office: Office
    now: datetime


# --- storing -------------------------------------------------------------------------------------


def store(
    raw: bytes, *, source: str, arrived_at: datetime, now: datetime, is_whole: bool = True
) -> bool:
    """Keep a raw mail; false if it was kept before, from wherever it came then.

    `source` says where it lay. Of one that is too large only the beginning is kept, and parked:
    whoever fetched it brings no more than that (`is_whole` is false) and leaves the rest there.
    """
    digest = hashlib.sha256(raw).hexdigest()
    source = _short(source)
    is_large = not is_whole or len(raw) > LARGEST_MAIL
    places = dict(
        db.session.execute(
            select(Received.digest, Received.source).where(
                or_(Received.digest == digest, Received.source == source)
            )
        ).all()
    )
    if digest in places:
        if source not in places.values():
            _lies_now(digest, source)
        return False
    if source in places.values():
        source = _short(f"{source}#{digest[:12]}")  # the place is known, these bytes are not
    row = {
        "source": source,
        "digest": digest,
        "raw": raw[:KEPT_OF_TOO_LARGE] if is_large else raw,
        "received_at": min(arrived_at, now),
        "state": ReceivedState.PARKED if is_large else ReceivedState.STORED,
        "sender": _sender(raw),
        "why": TOO_LARGE if is_large else "",
        "sender_differs": False,
        "tries": 0,
    }
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Received).values(row))
    except IntegrityError:  # another worker was faster
        return False
    failpoint("mail stored")
    return True


def _lies_now(digest: str, source: str) -> None:
    """Note where a mail lies now, so that nobody fetches it again."""
    db.session.execute(
        update(Received)
        .where(Received.digest == digest)
        .values(source=source)
        .execution_options(synchronize_session=False)
    )


def _short(source: str) -> str:
    source = envelope.plain(source)
    if len(source) <= LONGEST_SOURCE:
        return source
    return source[:300] + hashlib.sha256(source.encode()).hexdigest()


def _sender(raw: bytes) -> str | None:
    """Who wrote, as far as the head can be read; the mail is kept whatever it says."""
    with suppress(Exception):
        return envelope.read(envelope.parse_head(raw)).sender
    return None


def known_sources(sources: Collection[str]) -> set[str]:
    """Which places mails were taken from already."""
    wanted, found = [*map(_short, sources)], set[str]()
    for start in range(0, len(wanted), SOURCES_AT_ONCE):
        some = wanted[start : start + SOURCES_AT_ONCE]
        found |= set(db.session.scalars(select(Received.source).where(Received.source.in_(some))))
    return found


# --- filing --------------------------------------------------------------------------------------


def claim() -> Received | None:
    """The next mail to be filed, locked until the caller's transaction ends; none if none waits.

    One that failed before comes after those that did not.
    """
    return _claim(Received.tries == 0) or _claim(Received.tries > 0)


def _claim(which: ColumnElement[bool]) -> Received | None:
    return db.session.scalar(
        select(Received)
        .where(Received.state == ReceivedState.STORED, which)
        .order_by(Received.received_at, Received.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def file(received: Received, desk: Desk) -> bool:
    """Read a mail, find out whose it is, and let it have its effect.

    Says whether its files were deleted, as those of the same mail had been before.
    """
    failpoint("mail claimed")
    mail = reading.read(received.raw)
    failpoint("mail read")
    why = _place(received, mail, desk)
    _note(received, mail, why, desk.now)  # last, so that the row is written once
    db.session.flush()
    failpoint("mail filed")
    return received.contents is not None


def _place(received: Received, mail: Mail, desk: Desk) -> str:
    """Put a mail where it belongs, and say why."""
    sender = mail.envelope.sender
    twin = twins.twin_of(received, mail.envelope.message_id, sender, desk.keys)
    if twin is not None:  # has no effect, so one of a crowd may as well
        twins.join(received, twin, desk.keys)
        return TWICE
    if _is_crowded(received, mail):
        received.state = ReceivedState.HELD
        _hold_for(received, matching.match(mail, desk.keys))
    elif (found := matching.match(mail, desk.keys)) is None:
        received.state = ReceivedState.UNMATCHED
    else:
        _take(received, mail, found, desk)
    return mail.why


def _hold_for(received: Received, meant: Match | None) -> None:
    """Note which application a mail was meant for, if it says so: it has no effect there, yet its
    files go when those of that application go.

    Its sender alone does not say so: an agency writes for many, and its crowd of mails is what is
    held. Such a mail is one that nobody could place.
    """
    if meant is not None and meant.how is not How.SENDER:
        received.application_id = meant.application_id
        received.sender_differs = meant.sender_differs


def set_back(received_id: int, error: BaseException, *, now: datetime) -> bool:
    """Note that a mail could not be filed; after three times it is parked for a person.

    What is kept of the error is its kind: its words may quote the mail. Says whether it is parked.
    """
    received = db.session.get(Received, received_id, with_for_update=True)
    if received is None or received.state is not ReceivedState.STORED:
        return False
    received.tries += 1
    received.why = type(error).__name__[:LONGEST_WHY]
    if received.tries < MOST_TRIES:
        return False
    received.state, received.worked_at = ReceivedState.PARKED, now
    return True


def _note(received: Received, mail: Mail, why: str, now: datetime) -> None:
    received.message_id = mail.envelope.message_id
    received.sender = mail.envelope.sender
    received.mail_class = mail.mail_class.value
    received.why = why[:LONGEST_WHY]
    received.returns_on = mail.returns_on
    received.worked_at = now


def _is_crowded(received: Received, mail: Mail) -> bool:
    """Whether too many came from one address just before: two machines may be answering each other.

    Reports of delivery are not counted: one mail system may send many, and nobody answers them.
    """
    if received.sender is None or mail.mail_class in BOUNCES:
        return False
    before = select(func.count()).where(
        Received.sender == received.sender,
        Received.received_at > received.received_at - CROWD,
        Received.received_at <= received.received_at,
        Received.id < received.id,
    )
    return (db.session.scalar(before) or 0) >= MOST_AT_ONCE


def _take(received: Received, mail: Mail, found: Match, desk: Desk) -> None:
    told = consequences.told_of(received, mail)
    # A journal that told of this mail has said whose it is.
    application_id = told.event.application_id if told.event else found.application_id
    application = _locked(application_id)
    failpoint("mail matched")
    event = consequences.take(Arrival(received, mail, application, told, desk.now, desk.office))
    received.state = ReceivedState.FILED
    received.application_id, received.event_id = application.id, event.id
    received.sender_differs = found.sender_differs
    failpoint("mail recorded")


def _locked(application_id: int) -> Application:
    """An application that nobody else changes until the caller's transaction ends."""
    found = db.session.scalar(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    return found


# --- a person's word -----------------------------------------------------------------------------


def assign(received: Received, application: Application, *, by: str, desk: Desk) -> None:
    """Let a person say whose mail it is; it has its effect as if it had been matched.

    Of one that cannot be read its head is taken, as a person's words. Its copies go with it.
    """
    _still_open(received)
    mail = _readable(received)
    differs = mail.envelope.sender not in {one.key for one in application.candidate.addresses}
    _take(received, mail, Match(application.id, How.PERSON, differs), desk)
    _note(received, mail, f"{How.PERSON}: {by}", desk.now)
    for copy in twins.copies_of(received, received.message_id, received.sender, desk.keys):
        twins.join(copy, received, desk.keys)
    db.session.flush()


def set_aside(received: Received, *, by: str, now: datetime) -> None:
    """Let a person say that a mail belongs to no application; it stays as it came, with its files,
    whatever is deleted of whoever wrote it."""
    _still_open(received)
    received.state, received.worked_at = ReceivedState.NOT_OURS, now
    received.application_id, received.sender_differs = None, False
    received.why = f"{How.PERSON}: {by}"[:LONGEST_WHY]
    db.session.flush()


def try_again(received: Received) -> None:
    """Let the worker have another look at a mail that was parked."""
    _still_open(received)
    if received.state is not ReceivedState.PARKED or received.why == TOO_LARGE:
        raise Refused(_("This mail cannot be read anew."))
    received.state, received.tries = ReceivedState.STORED, 0
    db.session.flush()


def _still_open(received: Received) -> None:
    db.session.refresh(received, ["state", "why", "application_id"], with_for_update=True)
    if received.state not in FOR_A_PERSON | {ReceivedState.NOT_OURS}:
        raise Refused(_("Somebody has dealt with this mail already."))


def _readable(received: Received) -> Mail:
    with suppress(Exception):
        return reading.read(received.raw)
    return reading.bare(received.raw)
