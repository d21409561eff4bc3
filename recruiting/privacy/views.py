"""What a colleague does about what candidates asked and allowed."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _

from recruiting.access import needs
from recruiting.accounts.rules import Permission
from recruiting.errors import Refused
from recruiting.pipeline.models import Application
from recruiting.pipeline.views.acts import Answer, Who, act
from recruiting.privacy import services
from recruiting.privacy.forms import DecideForm, SettleForm

bp = Blueprint("privacy", __name__)


@bp.post("/applications/<int:application_id>/erasure")
@needs(Permission.DECIDE_ERASURES)
def decide(application_id: int) -> Answer:
    """Say that a candidate's documents are deleted, or why not, and what stays."""

    def verb(application: Application, form: DecideForm, who: Who) -> None:
        reason = form.reason.data or ""
        if not services.decide_erasure(application, form.chosen, reason, **who.named):
            raise Refused(_("There is nothing to decide any more."))

    said = _("Decided. The candidate reads it on their page; no mail was sent.")
    return act(application_id, DecideForm, verb, said)


@bp.post("/applications/<int:application_id>/ask-again")
@needs(Permission.WORK_APPLICATIONS)
def settle(application_id: int) -> Answer:
    """Say that somebody was asked again, or that nobody will ask."""

    def verb(application: Application, _form: SettleForm, who: Who) -> None:
        if not services.settle_consent(application, **who.named):
            raise Refused(_("There is nobody to ask again here, or the day has not come."))

    return act(application_id, SettleForm, verb, _("Settled. Nothing was sent."))
