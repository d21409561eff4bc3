"""What a candidate has told us about being asked for feedback: noted, and lifted, by a person.

A note tells who has written down what; it is no touch, so no turn changes.
"""

from __future__ import annotations

from flask_babel import gettext as _

from recruiting.access import needs
from recruiting.accounts.rules import Permission
from recruiting.errors import Refused
from recruiting.feedback import services as feedback
from recruiting.feedback.forms import AllowForm, ObjectForm
from recruiting.pipeline import services
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Kind
from recruiting.pipeline.views.acts import Answer, Who, act
from recruiting.pipeline.views.door import bp


@bp.post("/applications/<int:application_id>/objection")
@needs(Permission.WORK_APPLICATIONS)
def objects(application_id: int) -> Answer:
    """Ask this candidate for feedback no more, in any of their applications."""

    def verb(application: Application, _form: ObjectForm, who: Who) -> None:
        if not feedback.objects(application.candidate, now=who.now):
            raise Refused(_("That was noted before."))
        note_objection(application, who)

    return act(application_id, ObjectForm, verb, _("Noted. They are not asked for feedback."))


@bp.post("/applications/<int:application_id>/objection/lift")
@needs(Permission.WORK_APPLICATIONS)
def allows(application_id: int) -> Answer:
    """Lift an objection, as they have told us."""

    def verb(application: Application, _form: AllowForm, who: Who) -> None:
        if not feedback.allows(application.candidate):
            raise Refused(_("There is no objection any more."))
        _note(application, _("They have told us that we may ask for feedback."), who)

    return act(application_id, AllowForm, verb, _("Noted. We may ask them for feedback again."))


def note_objection(application: Application, who: Who) -> None:
    """Write down who has told us that somebody does not want to be asked."""
    _note(application, _("They do not want to be asked for feedback."), who)


def _note(application: Application, said: str, who: Who) -> None:
    services.record(application, Kind.NOTE, at=who.now, body=said, **who.named)
