"""Take a journal file in, look at it first, write it out; keep the files that wait.

A file takes effect as a whole or not at all: the caller commits. The file is read into temporary
tables without any lock; the lock is asked for when there is something to write. So these verbs
begin the session's transaction themselves, and the caller ends whatever ran before.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TextIO

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, false, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from recruiting.db import WAIT_FOR_LOCK_MS, db, read_only
from recruiting.errors import Missing, Refused
from recruiting.journal import beside, fates, findings, queries, taking
from recruiting.journal.beside import Progress
from recruiting.journal.csvfile import JournalFile, Lines, write_rows
from recruiting.journal.models import JournalImport, Upload
from recruiting.journal.queries import Summary
from recruiting.journal.rules import RowProblem
from recruiting.pipeline import facts
from recruiting.workdays import Office

WAIT_FOR_OTHERS_MS = 60_000  # another import, on SQLite any long writing
IMPORT_LOCK = 0x6A6F75726E  # of PostgreSQL's advisory locks: "journ"
KEEP_UPLOADS = timedelta(days=1)
LONGEST_NAME = 200
COPY_BYTES = 1 << 16
_ID = re.compile(r"[A-Za-z0-9_-]{43}")


def look(stream: Lines, *, now: datetime, progress: Progress | None = None) -> Summary:
    """Say what a file would bring; writes to temporary tables only and waits for nobody."""
    read_only()
    return _look(stream, now=now, progress=progress)


def _look(stream: Lines, *, now: datetime, progress: Progress | None = None) -> Summary:
    file = beside.lay(stream, now=now, progress=progress)
    fates.compare()
    return queries.summary(file, now)


def take_in(
    stream: Lines,
    *,
    now: datetime,
    office: Office,
    by: str | None,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Bring what is new in a file into the house; with problems only if told to skip them.

    A file that is refused leaves everything as it was: `took_effect` is false, and the caller
    rolls back. The problems can be read with `listed_problems` until `put_away`.
    """
    read_only()  # a promise kept until the lock: on SQLite nothing else may be read before it
    file = beside.lay(stream, now=now, progress=progress)
    if skip_bad or not beside.has_problems():  # else nothing will be written
        _lock()
    return _take(file, now=now, office=office, by=by, skip_bad=skip_bad, progress=progress)


def take_upload(
    upload_id: str, user_id: int, *, now: datetime, office: Office, by: str, skip_bad: bool
) -> Summary:
    """Bring a file in that somebody sent and has looked at; of two clicks the second is refused."""
    read_only()
    with _open(upload_id) as stream:
        file = beside.lay(stream, now=now)
    _lock()
    mine = delete(Upload).where(Upload.id == upload_id, Upload.user_id == user_id)
    if not db.session.scalars(mine.returning(Upload.id)).all():
        raise Refused(_("This file was imported or discarded already."))
    return _take(file, now=now, office=office, by=by, skip_bad=skip_bad)


def listed_problems(limit: int | None = None) -> Iterator[RowProblem]:
    """What is wrong with the file that was read last, in the order of its lines."""
    return beside.listed(limit)


def put_away() -> None:
    """Drop the temporary tables; call it before committing."""
    beside.clear()


def write_out(stream: TextIO) -> int:
    """Write every event that the format can carry; says how many."""
    return write_rows(queries.told(), stream)


def _take(
    file: JournalFile,
    *,
    now: datetime,
    office: Office,
    by: str | None,
    skip_bad: bool,
    progress: Progress | None = None,
) -> Summary:
    fates.compare()
    found = queries.summary(file, now)
    if found.is_unreadable or (found.problem_rows and not skip_bad):
        return found
    try:
        taking.take(now=now)
    except IntegrityError as error:  # somebody who does not import added one of the same
        raise Refused(
            _("The same candidates or jobs were just added. Please try again.")
        ) from error
    facts.refresh(taking.touched(progress), office, now=now)
    db.session.execute(
        insert(JournalImport).values(
            at=now,
            by=by,
            digest=found.digest,
            rows=found.rows,
            added=found.added,
            known=found.known + found.repeated,
            skipped=found.problem_rows,
        )
    )
    return replace(found, took_effect=True)


def _lock() -> None:
    """Wait until no other import runs; on SQLite until nobody writes."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))
        return
    connection.execute(text(f"PRAGMA busy_timeout = {WAIT_FOR_OTHERS_MS}"))
    connection.execute(delete(JournalImport).where(false()))  # the first write takes the lock
    connection.execute(text(f"PRAGMA busy_timeout = {WAIT_FOR_LOCK_MS}"))


# --- files that wait for their confirmation ------------------------------------------------------


def keep(stream: IO[bytes], name: str, *, user_id: int, now: datetime) -> Upload:
    """Store a file that was sent, under a random name that its row tells."""
    upload_id = secrets.token_urlsafe(32)
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(_path(upload_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    size = 0
    with os.fdopen(handle, "wb") as file:
        while block := stream.read(COPY_BYTES):
            size += file.write(block)
    upload = Upload(
        id=upload_id, user_id=user_id, name=name[:LONGEST_NAME], size=size, created_at=now
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def look_at_upload(upload_id: str, *, now: datetime) -> None:
    """Find out what a waiting file would bring, and keep that beside it for `found_in_upload`."""
    read_only()
    after = queries.last_import_id()
    with _open(upload_id) as stream:
        summary = _look(stream, now=now)
    findings.write(_found(upload_id), summary, listed_problems(), after)


def found_in_upload(
    upload_id: str, *, now: datetime, limit: int | None = None
) -> tuple[Summary, Iterator[RowProblem]]:
    """What a waiting file would bring, and (at most `limit`) problems; writes nothing.

    Where nothing was kept, or another import came since, the file is read anew.
    """
    read_only()
    path = _found(upload_id)
    with _open(upload_id) as stream:
        if (summary := findings.read_summary(path, queries.last_import_id())) is not None:
            return summary, findings.read_problems(path, limit)
        return _look(stream, now=now), listed_problems(limit)


def discard(upload: Upload) -> None:
    """Forget a waiting file; its caller removes it with `remove_file` once that is committed."""
    db.session.delete(upload)
    db.session.flush()


def remove_file(upload_id: str) -> None:
    """Delete the stored file of an upload that is no more, and what was found in it."""
    _path(upload_id).unlink(missing_ok=True)
    _found(upload_id).unlink(missing_ok=True)


def purge_uploads(*, now: datetime) -> int:
    """Forget files that nobody confirmed for a day, and those that no row tells of."""
    old = Upload.created_at < now - KEEP_UPLOADS
    gone = db.session.scalars(delete(Upload).where(old).returning(Upload.id)).all()
    kept = set(db.session.scalars(select(Upload.id)))
    for path in _folder().glob("*"):
        age = now.timestamp() - path.stat().st_mtime
        if path.name.partition(".")[0] not in kept and age > KEEP_UPLOADS.total_seconds():
            path.unlink(missing_ok=True)
    return len(gone)


def _open(upload_id: str) -> IO[bytes]:
    try:
        return _path(upload_id).open("rb")
    except FileNotFoundError:
        raise Refused(_("This file was imported or discarded already.")) from None


def _path(upload_id: str) -> Path:
    if not _ID.fullmatch(upload_id):
        raise Missing
    return _folder() / upload_id


def _found(upload_id: str) -> Path:
    path = _path(upload_id)
    return path.with_name(path.name + ".found")


def _folder() -> Path:
    return Path(current_app.instance_path) / "uploads"
