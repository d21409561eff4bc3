"""What we hold of a candidate, what they allow and what they asked to be deleted, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from recruiting.answers.outside import Outside
from recruiting.answers.queries import came_at
from recruiting.pipeline.wording import date_words, full_day_words
from recruiting.privacy.models import Consent, Erasure
from recruiting.privacy.queries import Held
from recruiting.privacy.rules import Decision, deletion_day, legal_day
from recruiting.workdays import Office

KILO, MEGA = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Holding:
    """What the page says of it."""

    documents: list[tuple[str, str]]  # (name as they gave it, what there is to say)
    rule: str  # when documents are deleted, where the day is not known yet
    asked: str  # that they asked us to delete all; empty: nothing to decide
    decided: list[str]  # what a person decided about it
    may_take_back: bool
    may_ask: bool  # that all be deleted
    would: str  # what is deleted if a person agrees, and what stays; empty: nothing to agree to
    legal_day: str  # by when a wish of today is decided
    consent: str  # that we may ask them again; empty: we may not


def hold(
    seen: Outside,
    documents: Sequence[Held],
    erasure: Erasure | None,
    consent: Consent | None,
    *,
    days: int,
    office: Office,
    is_being_erased: bool = False,
) -> Holding:
    """Say what we hold; `days` is how long documents stay after an end that is known.

    `is_being_erased` says that some are here still that a person decided to delete.
    """
    ended_on = office.day_of(seen.ended_at) if seen.ended_at else None
    is_asked = erasure is not None and erasure.is_open
    may_ask = erasure is None or not erasure.bars_another(came_at(seen, documents))
    return Holding(
        [
            (one.name or _("further files"), _document(one, ended_on, days, office))
            for one in documents
        ],
        _rule(days) if documents and ended_on is None else "",
        _asked(erasure) if erasure and is_asked else "",
        _decided(erasure, is_being_erased=is_being_erased) if erasure and erasure.decision else [],
        is_asked,
        may_ask,
        _would() if is_asked or may_ask else "",
        full_day_words(legal_day(office.day_of(seen.now), office)),
        allowed(consent),
    )


def _document(one: Held, ended_on: date | None, days: int, office: Office) -> str:
    received_on = office.day_of(one.received_at)
    day, size = date_words(received_on), size_words(one.size)
    if ended_on is None:
        return _("received on %(day)s, %(size)s", day=day, size=size)
    return _(
        "received on %(day)s, %(size)s. We delete it on %(last)s.",
        day=day,
        size=size,
        last=date_words(deletion_day(received_on, ended_on, days)),
    )


def size_words(size: int) -> str:
    """How large a file is, as people say it."""
    if size < MEGA:
        return _("%(number)s kB", number=format_decimal(max(1, round(size / KILO))))
    return _("%(number)s MB", number=format_decimal(round(size / MEGA, 1)))


def _rule(days: int) -> str:
    return ngettext(
        "We delete them %(num)d day after your application has ended.",
        "We delete them %(num)d days after your application has ended.",
        days,
    )


def _asked(erasure: Erasure) -> str:
    return _(
        "On %(asked)s you asked us to delete your data. A person decides, and you read it here by "
        "%(day)s at the latest.",
        asked=full_day_words(erasure.asked_at),
        day=full_day_words(erasure.due_on),
    )


def _would() -> str:
    return _(
        "If a person agrees, the documents of this application are deleted, and we do not ask you "
        "again. Your name, your messages and what happened stay: you then read here why, and until "
        "when."
    )


def _decided(erasure: Erasure, *, is_being_erased: bool) -> list[str]:
    day = full_day_words(erasure.decided_at) if erasure.decided_at else ""
    if erasure.decision is Decision.DONE:
        said = _going(day) if is_being_erased else _gone(day)
        stays = _("What stays, why, and until when: %(reason)s", reason=erasure.reason)
        return [said, stays, _remedy()] if erasure.reason else [said]
    return [
        _("You asked us to delete your data. On %(day)s we decided that we keep them:", day=day),
        erasure.reason,
        _remedy(),
    ]


def _remedy() -> str:
    """What is owed to whoever is refused, also where only some of it stays: GDPR art. 12(4)."""
    return _("If you disagree, you can complain to a data protection authority, or go to court.")


def _going(day: str) -> str:
    return _(
        "You asked us to delete your data. On %(day)s we decided to delete the documents of this "
        "application; they are being deleted. If you had allowed us to ask you again, that has "
        "ended.",
        day=day,
    )


def _gone(day: str) -> str:
    return _(
        "As you asked, we deleted the documents of this application that had come by %(day)s. If "
        "you had allowed us to ask you again, that ended then.",
        day=day,
    )


def allowed(consent: Consent | None) -> str:
    """That we may ask somebody again, and from when; empty if we may not."""
    if consent is None or not consent.holds:
        return ""
    return _(
        "On %(given)s you allowed us to ask you again from %(day)s.",
        given=full_day_words(consent.given_at),
        day=full_day_words(consent.ask_on),
    )
