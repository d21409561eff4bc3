"""Write to a candidate, in one's own name and words."""

from __future__ import annotations

from flask_babel import gettext as _

from recruiting import letters
from recruiting.access import needs
from recruiting.accounts.rules import Permission
from recruiting.errors import Refused
from recruiting.messages import queries, services
from recruiting.messages.forms import WriteForm
from recruiting.messages.rules import Purpose
from recruiting.messages.standings import stop_words
from recruiting.messages.views.door import bp
from recruiting.pipeline.models import Application
from recruiting.pipeline.views.acts import Answer, Who, act


@bp.post("/applications/<int:application_id>/write")
@needs(Permission.APPROVE_MAIL)
def write(application_id: int) -> Answer:
    """Put one mail into the outbox; it leaves at once, and becomes a touch when it has left."""

    def verb(application: Application, form: WriteForm, who: Who) -> None:
        letter = letters.own(application, *form.said)
        message = services.queue(
            application,
            Purpose.WRITTEN,
            occurrence=form.submission.data or "",
            by=who.by,
            asks=form.awaits_reply.data,
            is_automatic=False,
            now=who.now,
            **letter.named,
        )
        if message is None:
            raise Refused(_("This mail was written already."))

    said = _("Written. It stands in the outbox until it left.")
    stopped = stop_words(queries.stop())
    return act(application_id, WriteForm, verb, f"{said} {stopped}" if stopped else said)
