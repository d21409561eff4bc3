"""Verbs on candidates: one gets to know us, an address is new, or one works again.

Nothing here forgets an address: a mail that is still on its way to the old one, or comes from it,
is known as theirs. Who mends an address has locked an application of the candidate before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import (
    AddressKind,
    AddressState,
    email_key,
    read_email,
)
from recruiting.db import db, lock
from recruiting.errors import Refused
from recruiting.telephone import phone_key, read_phone


def with_mail(text: str) -> Candidate | None:
    """The candidate to whom a mail address belongs, whatever its spelling; none if it is new."""
    question = select(Candidate).join(Candidate.addresses)
    theirs = question.where(Address.kind == AddressKind.EMAIL, Address.key == email_key(text))
    return db.session.scalar(theirs)


def introduce(text: str, name: str, *, told_at: datetime, now: datetime) -> Candidate:
    """The candidate with a mail address, locked; a new one where nobody has it.

    `name` is what they were called at `told_at`. Of two names the later one holds, and of two of
    the same moment the one that an import would keep.
    """
    value = read_email(text)
    if value is None:
        raise Refused(_("This is no mail address."))
    found = with_mail(value) or _newcomer(value, now)
    lock(found)
    known_at = found.name_at or found.created_at
    if not found.name or known_at < told_at or (known_at == told_at and found.name < name):
        found.name, found.name_at = name, told_at
    db.session.flush()
    return found


def _newcomer(value: str, now: datetime) -> Candidate:
    """A candidate of whom the mail address alone is known, or whoever got it a moment before."""
    address = Address(value=value, key=email_key(value), kind=AddressKind.EMAIL)
    address.is_primary, address.state = True, AddressState.GOOD
    made = Candidate(name="", created_at=now, addresses=[address])
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        if (found := with_mail(value)) is None:
            raise
        return found
    return made


def call_at(candidate: Candidate, text: str) -> None:
    """Call a candidate at this number from now on; nothing changes where we do so already."""
    numbers = {
        one.key
        for one in candidate.addresses
        if one.kind is AddressKind.PHONE and one.is_primary and one.state is AddressState.GOOD
    }
    if phone_key(text) not in numbers:
        mend_phone(candidate, text)


def mend_mail(candidate: Candidate, text: str, *, wants_mail: bool = False) -> Address:
    """Write to a candidate at this mail address from now on.

    Where they asked us to stop, another address is no way around that: only `wants_mail`, what
    they have told us since, lets mail flow again, to all of their addresses.
    """
    value = read_email(text)
    if value is None:
        raise Refused(_("This is no mail address."))
    known = _locked(candidate, AddressKind.EMAIL)
    _heed(known, wants_mail=wants_mail)
    return _use(
        candidate, known, Address(value=value, key=email_key(value), kind=AddressKind.EMAIL)
    )


def add_mail(candidate: Candidate, text: str) -> Address:
    """Know a further mail address of a candidate; where our mails go does not change.

    A wish to stop holds for it as well.
    """
    value = read_email(text)
    if value is None:
        raise Refused(_("This is no mail address."))
    known = _locked(candidate, AddressKind.EMAIL)
    if any(one.key == email_key(value) for one in known):
        raise Refused(_("This address is known already."))
    added = _added(candidate, Address(value=value, key=email_key(value), kind=AddressKind.EMAIL))
    added.is_primary = not known
    if any(one.state is AddressState.STOPPED for one in known):
        added.state = AddressState.STOPPED
    db.session.flush()
    return added


def mend_phone(candidate: Candidate, text: str) -> Address:
    """Call a candidate at this number from now on; two candidates may share one."""
    value = read_phone(text)
    if value is None:
        raise Refused(_("This is no telephone number."))
    known = _locked(candidate, AddressKind.PHONE)
    return _use(
        candidate, known, Address(value=value, key=phone_key(value), kind=AddressKind.PHONE)
    )


def works_again(candidate: Candidate, address_id: int, *, wants_mail: bool = False) -> Address:
    """Let words go to an address that was bad; where they asked us to stop, they must want it."""
    known = _locked(candidate)
    found = next((one for one in known if one.id == address_id), None)
    if found is None:
        raise Refused(_("This candidate has no such address."))
    if found.state is AddressState.GOOD:
        raise Refused(_("This address works already."))
    if found.kind is AddressKind.EMAIL:
        _heed(known, wants_mail=wants_mail)
    found.state = AddressState.GOOD
    db.session.flush()
    return found


def _heed(known: Sequence[Address], *, wants_mail: bool) -> None:
    """Keep to a wish to stop, which holds for every address, until they have said otherwise."""
    stopped = [one for one in known if one.state is AddressState.STOPPED]
    if stopped and not wants_mail:
        raise Refused(
            _(
                "They asked us to send no more mail. Only if they have told us that they want"
                " mail again, tick so; another address does not change their wish."
            )
        )
    for one in stopped:
        one.state = AddressState.GOOD


def _locked(candidate: Candidate, kind: AddressKind | None = None) -> Sequence[Address]:
    """A candidate's addresses as they are now; nobody else changes them until we commit."""
    question = select(Address).where(Address.candidate_id == candidate.id).order_by(Address.id)
    db.session.execute(question.with_only_columns(Address.id).with_for_update())
    # Asked once more: what was added while we waited is seen as well.
    now_known = db.session.scalars(question.execution_options(populate_existing=True)).all()
    return [one for one in now_known if kind in {None, one.kind}]


def _use(candidate: Candidate, known: Sequence[Address], wanted: Address) -> Address:
    """Make an address the primary one of its kind; one that is known is taken up, not doubled."""
    found = next((one for one in known if one.key == wanted.key), None)
    if found is None:
        found = _added(candidate, wanted)
    elif found.is_primary and found.state is AddressState.GOOD and found.value == wanted.value:
        raise Refused(_("This address is known, and it is used already."))
    for one in known:
        one.is_primary = False
    found.value, found.is_primary, found.state = wanted.value, True, AddressState.GOOD
    db.session.flush()
    return found


def _added(candidate: Candidate, wanted: Address) -> Address:
    wanted.candidate_id, wanted.is_primary, wanted.state = candidate.id, True, AddressState.GOOD
    try:
        with db.session.begin_nested():
            db.session.add(wanted)
    except IntegrityError as taken:
        raise Refused(
            _("This mail address belongs to another candidate; search for it to find them.")
        ) from taken
    db.session.expire(candidate, ["addresses"])
    return wanted
