"""What we hold no longer: documents that a person decided to delete, or whose end is known.

An end that was decided and not told keeps them: were they gone from the candidate's page, that
would tell it. So the days count from the moment that the page itself names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from flask import current_app

from config import Settings
from recruiting.answers.outside import outside
from recruiting.db import db, lock, read_only
from recruiting.failpoints import failpoint
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.pipeline.timelines import catch_up
from recruiting.privacy import documents, queries

log = structlog.get_logger()


def due(now: datetime) -> Sequence[int]:
    """The ids of applications that have mails whose files may be due."""
    read_only()
    place = office()
    last = place.day_of(now) - timedelta(days=_settings().documents_days)
    return queries.ended_with_files(place.start_of(last + timedelta(days=1)))


def delete_documents(application_id: int, *, now: datetime) -> bool:
    """Delete what is due of one mail of an application; whether there was one."""
    place, application = office(), _locked(application_id)
    catch_up([application], place, now)
    ended_at = outside(application, now, place).ended_at
    if ended_at is None:
        return False
    gone = documents.delete_due(
        application,
        place.day_of(ended_at),
        days=_settings().documents_days,
        now=now,
        office=place,
        keys=_settings().keys,
    )
    failpoint("documents deleted")
    return gone


def erased() -> Sequence[int]:
    """The ids of applications whose documents a person decided to delete, and that have some."""
    read_only()
    return queries.being_erased()


def erase_documents(application_id: int, *, now: datetime) -> bool:
    """Delete of one mail of an application what a person decided to delete; whether there was
    one."""
    application = _locked(application_id)
    gone = documents.delete_erased(application, now=now, office=office(), keys=_settings().keys)
    failpoint("documents deleted")
    return gone


def empty_log() -> bool:
    """Leave nothing of what was deleted in SQLite's log beside the database.

    False where somebody reads or writes at this moment: it is to be tried again.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    db.session.rollback()
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
    finally:
        connection.close()
    is_busy = bool(row and row[0])
    if is_busy:
        log.warning("the log of the database is in use and not emptied yet")
    return not is_busy


def _locked(application_id: int) -> Application:
    """An application that was found a moment ago; none is ever deleted."""
    application = db.session.get_one(Application, application_id)
    lock(application)
    return application


def _settings() -> Settings:
    return current_app.extensions["settings"]
