"""A candidate's addresses in words: how each one stands, and what was changed about it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind, AddressState

STATES = {
    AddressState.BOUNCED: _l("does not arrive"),
    AddressState.STOPPED: _l("asked us to stop"),
}
WORKS = {
    AddressKind.EMAIL: _l("mails go here"),
    AddressKind.PHONE: _l("is called"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One address: where it leads, and how it stands; `is_bad` where no word goes there."""

    kind: str
    value: str
    href: str
    words: str
    is_bad: bool


def ways(candidate: Candidate) -> list[Way]:
    """The addresses of a candidate, those in use first."""
    by_use = sorted(candidate.addresses, key=lambda one: (not one.is_primary, one.id))
    return [_way(one) for one in by_use]


def _way(address: Address) -> Way:
    is_phone = address.kind is AddressKind.PHONE
    bad = STATES.get(address.state)
    good = WORKS[address.kind] if address.is_primary else _l("works, another one is used")
    return Way(
        _("Phone") if is_phone else _("Mail"),
        address.value,
        f"tel:{address.key}" if is_phone else f"mailto:{address.value}",
        str(bad or good),
        bad is not None,
    )


def note_words(address: Address, *, was_known: bool, wants_mail: bool = False) -> str:
    """What the timeline tells of a changed address, which does not stand in it."""
    if address.kind is AddressKind.PHONE:
        said = _("The telephone number works again.") if was_known else _("A new telephone number.")
    else:
        said = _("The mail address works again.") if was_known else _("A new mail address.")
    again = _("They have told us that they want mail again.")
    return f"{said} {again}" if wants_mail else said
