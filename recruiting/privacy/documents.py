"""Documents by name while we hold them, and how they go: out of the mail they came with.

A mail keeps its head and its words, or they stand on a timeline. Each verb is one transaction of
the caller's, of one mail, since a large one takes long to write anew; who dies between two goes on
at the next round.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import delete

from recruiting.db import db, overwrite_freed
from recruiting.deadline import at_most
from recruiting.messages import envelope, files, prose, texts, twins
from recruiting.messages.models import Received
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel
from recruiting.privacy import queries
from recruiting.privacy.models import Document, Inventory
from recruiting.privacy.rules import FURTHER, Fact, deletion_day
from recruiting.privacy.services import note
from recruiting.workdays import Office

LONGEST_READING = 20.0  # seconds for one mail
TRY_AGAIN_AFTER = timedelta(days=1)

log = structlog.get_logger()


def list_next(*, now: datetime) -> bool:
    """List the documents of one more mail that was filed; false if all are listed."""
    received = queries.next_unlisted()
    if received is None:
        return False
    inventory_of(received, now=now)
    return True


def inventory_of(received: Received, *, now: datetime) -> Inventory:
    """What a mail holds, listed now if nobody has listed it yet; the caller holds it locked.

    What nobody can read in time holds nothing with a name.
    """
    known = db.session.get(Inventory, received.id, populate_existing=True)
    if known is not None:
        return known
    raw, found = received.raw, files.Attached([], 0, 0)
    with suppress(Exception), at_most(LONGEST_READING):
        found = files.told(texts.parts(envelope.parse(raw)))
    inventory = Inventory(received_id=received.id, listed_at=now)
    inventory.documents = [Document(name=one.name, size=one.size, number=1) for one in found.files]
    if found.further:
        rest = Document(name=FURTHER, size=found.size, number=found.further)
        inventory.documents.append(rest)
    db.session.add(inventory)
    db.session.flush()
    return inventory


def delete_due(
    application: Application,
    ended_on: date,
    *,
    days: int,
    now: datetime,
    office: Office,
    keys: Sequence[str],
) -> bool:
    """Delete the documents of the next mail whose day has come, `days` after the end.

    Says whether there was one. `ended_on` is the day on which the candidate learned of the end.
    The caller holds the application locked.
    """
    today = office.day_of(now)
    due = [
        one
        for one in queries.with_files(application)
        if deletion_day(office.day_of(one.received_at), ended_on, days) <= today
    ]
    return _delete_next(application, due, now=now, office=office, keys=keys)


def delete_erased(
    application: Application, *, now: datetime, office: Office, keys: Sequence[str]
) -> bool:
    """Delete the documents of the next mail that was here when a person decided so, or when the
    candidate asked for it, if nobody has placed it.

    Says whether there was one. What comes later stays. The caller holds the application locked.
    """
    found = queries.erased_with_files(application)
    return _delete_next(application, found, now=now, office=office, keys=keys)


def _delete_next(
    application: Application,
    found: Sequence[Received],
    *,
    now: datetime,
    office: Office,
    keys: Sequence[str],
) -> bool:
    """Take the files out of one of these mails; with the last one the names of all go, and the
    timeline tells how many they were."""
    overwrite_freed()
    ids = [one.id for one in found]
    gone, put_off = queries.without_files(ids), queries.put_off(ids, now - TRY_AGAIN_AFTER)
    left = [one for one in found if one.id not in gone | put_off]
    for received in left[:1]:
        inventory = inventory_of(received, now=now)
        if _strip(received, keys):
            inventory.deleted_at = now  # also of one that held none: it is not written anew again
            gone.add(received.id)
        else:
            inventory.listed_at = now
            log.warning("files stay: a mail on no timeline cannot be read", received_id=received.id)
        db.session.flush()
        db.session.expire(received, ["raw"])  # may be large
    if gone and len(left) <= 1:
        _forget(application, gone, now=now, office=office)
    return bool(gone or left)


def _forget(
    application: Application, gone: Collection[int], *, now: datetime, office: Office
) -> None:
    names = delete(Document).where(Document.inventory_id.in_(gone))
    number = sum(db.session.scalars(names.returning(Document.number)))
    if number:
        note(
            application,
            Fact.DOCUMENTS_DELETED,
            now=now,
            office=office,
            channel=Channel.OTHER,
            subject=str(number),
        )


def _strip(received: Received, keys: Sequence[str]) -> bool:
    """Leave the words of a mail, and know it if it is fetched or handed in once more. Of one that
    nobody can write anew in time nothing is left: its words stand on the timeline. Where it stands
    on none, all of it stays, and this is false: it waits for a person, who may read it otherwise.
    """
    raw, left = received.raw, b""
    with suppress(Exception), at_most(LONGEST_READING):
        left = files.without_files(raw)
    event = received.event
    if event is None and not _has_words_of(raw, left):
        return False
    with suppress(Exception), at_most(LONGEST_READING):
        twins.note_contents(received, keys)
    received.raw = left
    if event is not None and (words := prose.words_alone(event.body)) != event.body:
        event.body = words  # of a mail that was filed before files in words were known
    return True


def _has_words_of(raw: bytes, left: bytes) -> bool:
    """Whether a mail can be read in time, and what was left of it says something if it did."""
    with suppress(Exception), at_most(LONGEST_READING):
        words, kept = (texts.body(envelope.parse(one))[0].strip() for one in (raw, left))
        return bool(left) and (bool(kept) or not words)
    return False
