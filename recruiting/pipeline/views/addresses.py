"""Mend the addresses of a candidate: a new one, one put right, one that works again.

What came back stays on the timeline, and so does the silence that it voided: only a word that is
sent to the mended address is one. A note tells who has changed what, without the address.
"""

from __future__ import annotations

from flask_babel import gettext as _

from recruiting.access import needs
from recruiting.accounts.rules import Permission
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Address
from recruiting.pipeline import services
from recruiting.pipeline.forms import MailAddressForm, NumberForm, WorksForm
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Kind
from recruiting.pipeline.views.acts import Answer, Who, act
from recruiting.pipeline.views.door import bp
from recruiting.pipeline.wording.addresses import note_words


@bp.post("/applications/<int:application_id>/address")
@needs(Permission.WORK_APPLICATIONS)
def mend_mail(application_id: int) -> Answer:
    """Write to a candidate at another mail address from now on."""

    def verb(application: Application, form: MailAddressForm, who: Who) -> None:
        known = _known(application)
        wants_mail = form.asks_for_wish and form.wants_mail.data
        mended = candidates.mend_mail(
            application.candidate, form.mail.data or "", wants_mail=wants_mail
        )
        _note(application, mended, who, was_known=mended.id in known, wants_mail=wants_mail)

    return act(application_id, MailAddressForm, verb, _("Mails go to this address from now on."))


@bp.post("/applications/<int:application_id>/number")
@needs(Permission.WORK_APPLICATIONS)
def mend_phone(application_id: int) -> Answer:
    """Call a candidate at another number from now on."""

    def verb(application: Application, form: NumberForm, who: Who) -> None:
        known = _known(application)
        mended = candidates.mend_phone(application.candidate, form.number.data or "")
        _note(application, mended, who, was_known=mended.id in known)

    return act(application_id, NumberForm, verb, _("This number is called from now on."))


@bp.post("/applications/<int:application_id>/works-again")
@needs(Permission.WORK_APPLICATIONS)
def works_again(application_id: int) -> Answer:
    """Say that words arrive again at an address that was bad."""

    def verb(application: Application, form: WorksForm, who: Who) -> None:
        wants_mail = form.asks_for_wish and form.wants_mail.data
        mended = candidates.works_again(
            application.candidate, form.chosen.id, wants_mail=wants_mail
        )
        _note(application, mended, who, was_known=True, wants_mail=wants_mail)

    return act(application_id, WorksForm, verb, _("This address works again."))


def _known(application: Application) -> set[int]:
    return {one.id for one in application.candidate.addresses}


def _note(
    application: Application,
    mended: Address,
    who: Who,
    *,
    was_known: bool,
    wants_mail: bool = False,
) -> None:
    """Tell colleagues what was changed; a note is no touch, so no turn changes."""
    said = note_words(mended, was_known=was_known, wants_mail=wants_mail)
    services.record(application, Kind.NOTE, at=who.now, body=said, **who.named)
