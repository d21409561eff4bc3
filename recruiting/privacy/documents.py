"""Documents by name while we hold them, and how they go: out of the mail they came with.

A mail keeps its head and its words. Each verb is one transaction of the caller's and does nothing
the second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import delete

from recruiting.db import db, overwrite_freed
from recruiting.deadline import at_most
from recruiting.messages import envelope, files
from recruiting.messages.models import Received
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel
from recruiting.privacy import queries
from recruiting.privacy.models import Document, Inventory
from recruiting.privacy.rules import Fact, deletion_day
from recruiting.privacy.services import note
from recruiting.workdays import Office

LONGEST_READING = 20.0  # seconds for one mail


def list_next(*, now: datetime) -> bool:
    """List the documents of one more mail that was filed; false if all are listed."""
    received = queries.next_unlisted()
    if received is None:
        return False
    inventory_of(received, now=now)
    return True


def inventory_of(received: Received, *, now: datetime) -> Inventory:
    """What a mail holds, listed now if nobody has listed it yet; the caller holds it locked.

    What nobody can read in time holds nothing with a name, and is deleted like all others.
    """
    known = db.session.get(Inventory, received.id, populate_existing=True)
    if known is not None:
        return known
    raw, found = received.raw, list[files.File]()
    with suppress(Exception), at_most(LONGEST_READING):
        found = files.attached(envelope.parse(raw))
    inventory = Inventory(received_id=received.id, listed_at=now)
    inventory.documents = [Document(name=one.name, size=one.size) for one in found]
    db.session.add(inventory)
    db.session.flush()
    return inventory


def delete_due(
    application: Application, ended_on: date, *, days: int, now: datetime, office: Office
) -> int:
    """Delete the documents whose day has come, `days` after the end; says of how many mails.

    `ended_on` is the day on which the candidate learned of the end. The caller holds the
    application locked.
    """
    today = office.day_of(now)
    due = [
        one
        for one in queries.with_files(application)
        if deletion_day(office.day_of(one.received_at), ended_on, days) <= today
    ]
    return _delete(application, due, now=now, office=office)


def delete_erased(application: Application, *, now: datetime, office: Office) -> int:
    """Delete the documents that were here when a person decided so; says of how many mails.

    What comes after the decision stays. The caller holds the application locked.
    """
    until = queries.erased_until(application)
    if until is None:
        return 0
    found = [one for one in queries.with_files(application) if one.received_at <= until]
    return _delete(application, found, now=now, office=office)


def _delete(
    application: Application, found: Iterable[Received], *, now: datetime, office: Office
) -> int:
    number = mails = 0
    overwrite_freed()
    for received in found:
        inventory = inventory_of(received, now=now)
        _strip(received)
        gone = delete(Document).where(Document.inventory_id == received.id)
        number += len(db.session.scalars(gone.returning(Document.id)).all())
        mails += 1
        inventory.deleted_at = now  # also of a mail that held none: it is not written anew again
        db.session.flush()
        db.session.expire(received, ["raw"])  # may be large
    if number:
        note(
            application,
            Fact.DOCUMENTS_DELETED,
            now=now,
            office=office,
            channel=Channel.OTHER,
            subject=str(number),
        )
    return mails


def _strip(received: Received) -> None:
    """Leave the words of a mail; its digest stays that of the mail that came.

    So the same mail, fetched or handed in once more, is known and not kept again. Of one that
    nobody can write anew in time nothing is left; its words stand on the timeline.
    """
    raw, left = received.raw, b""
    with suppress(Exception), at_most(LONGEST_READING):
        left = files.without_files(raw)
    received.raw = left
