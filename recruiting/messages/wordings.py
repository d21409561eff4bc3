"""The words of our mails: an administrator's where there are any, else ours."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from recruiting.db import db
from recruiting.errors import Missing, Refused
from recruiting.messages.defaults import DEFAULTS
from recruiting.messages.fields import Wrong, check, fill
from recruiting.messages.models import Wording


@dataclass(frozen=True, slots=True)
class Words:
    """The wording of one mail in one language as it holds now."""

    name: str
    language: str
    subject: str
    body: str
    changed_by: str = ""  # mail address of the colleague; empty: these are our own words
    changed_at: datetime | None = None

    @property
    def is_ours(self) -> bool:
        """Whether nobody has changed it."""
        return not self.changed_by

    @property
    def seen(self) -> int:
        """What tells these very words from others: of two who change them, one saw other ones."""
        return zlib.crc32(f"{self.subject}\0{self.body}".encode()) & 0x7FFFFFFF


class WrongFields(Refused):
    """A wording that cannot be filled in; `found` says everything that is wrong with it."""

    def __init__(self, message: object, found: list[Wrong]) -> None:
        super().__init__(message)
        self.found = found


def text(name: str, language: str, fields: Mapping[str, str]) -> tuple[str, str]:
    """(subject, body) of a mail with its fields filled in; cannot fail on a known name."""
    found = words(name, language)
    return fill(found.subject, found.body, fields)


def words(name: str, language: str) -> Words:
    """The wording of a mail that holds now; `Missing` if there is no such mail or language."""
    return _words(name, language, db.session.get(Wording, (name, language)))


def all_words() -> list[Words]:
    """The wording of every mail in every language, in their order."""
    changed = {(one.name, one.language): one for one in db.session.scalars(select(Wording))}
    return [
        _words(name, language, changed.get((name, language)))
        for name, languages in DEFAULTS.items()
        for language in languages
    ]


def change(
    name: str, language: str, *, subject: str, body: str, seen: int, by: str, now: datetime
) -> bool:
    """Let a mail say something else; false if somebody changed it since `seen`.

    Raises `WrongFields` for a wording that cannot be filled in.
    """
    if found := check(name, subject, body):
        raise WrongFields(_("The fields of this wording do not fit."), found)
    row = _locked(name, language)
    if _words(name, language, row).seen != seen:
        return False
    if row is None:
        row = Wording(name=name, language=language)
    row.subject, row.body, row.changed_by, row.changed_at = subject, body, by, now
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # somebody else was the first to change it, at the same moment
        return False
    return True


def restore(name: str, language: str, *, seen: int) -> bool:
    """Go back to our own words; false if somebody changed them since `seen`."""
    row = _locked(name, language)
    if _words(name, language, row).seen != seen:
        return False
    if row is not None:
        db.session.delete(row)
        db.session.flush()
    return True


def _locked(name: str, language: str) -> Wording | None:
    return db.session.get(Wording, (name, language), with_for_update=True, populate_existing=True)


def _words(name: str, language: str, row: Wording | None) -> Words:
    if name not in DEFAULTS or language not in DEFAULTS[name]:
        raise Missing
    if row is not None:
        said = (row.subject, row.body, row.changed_by, row.changed_at)
        return Words(name, language, *said)
    return Words(name, language, *DEFAULTS[name][language])
