"""The form with which a person accepts the patience that is proposed for a stage."""

from __future__ import annotations

from flask_babel import gettext as _
from wtforms import HiddenField
from wtforms.validators import ValidationError

from recruiting.forms import VersionedForm, whole_number
from recruiting.jobs.models import Stage


class PatienceForm(VersionedForm):
    """The patience that was shown as proposed; its version is the one that held then."""

    days = HiddenField()

    def validate_days(self, field: HiddenField) -> None:
        """Refuse what is no patience."""
        if not whole_number(field.data, low=1):
            raise ValidationError(_("Please load this page again and send the form once more."))

    @classmethod
    def blank(cls, stage: Stage, days: int) -> PatienceForm:
        """The form as the page first shows it."""
        form = cls(formdata=None, days=str(days))
        form.version.data = str(stage.patience)
        return form

    @property
    def chosen(self) -> int:
        """The patience in working days."""
        return int(self.days.data or 0)
