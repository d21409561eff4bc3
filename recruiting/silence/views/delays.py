"""Tell a candidate until when our answer takes, with one click."""

from __future__ import annotations

from flask_babel import gettext as _

from recruiting import letters
from recruiting.access import needs
from recruiting.accounts.rules import Permission
from recruiting.pipeline.models import Application
from recruiting.pipeline.views.acts import Answer, Who, act
from recruiting.silence import drafts
from recruiting.silence.forms import DelayForm
from recruiting.silence.views.door import bp
from recruiting.workdays import DAY


@bp.post("/applications/<int:application_id>/delay")
@needs(Permission.APPROVE_MAIL)
def delay(application_id: int) -> Answer:
    """Write the notice; it leaves as soon as mails do, and then counts as our promise."""

    def verb(application: Application, form: DelayForm, who: Who) -> None:
        promised_at = who.office.start_of(form.day + DAY)  # by the end of that day
        letter = letters.delay(application, form.day)
        drafts.tell_delay(application, letter, promised_at, **who.named)

    return act(application_id, DelayForm, verb, _("They will be told by mail."))
