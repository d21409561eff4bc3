"""The form with which an application is entered that came by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from recruiting.candidates.rules import LONGEST_EMAIL
from recruiting.forms import BaseForm, Moment, no_control_signs, one_line
from recruiting.jobs.models import Job
from recruiting.messages.wording import LANGUAGES
from recruiting.pipeline.forms import CHOOSE, NEEDED, can_be_dialled, looks_like_mail

LONGEST_NAME = 300  # characters, as the column has them
LONGEST_SOURCE = 200
OLDEST = timedelta(days=365)


class EnterForm(BaseForm):
    """Who applied for which job, when, and what they wrote."""

    job = SelectField(_l("Job"), [InputRequired(CHOOSE)], coerce=str, validate_choice=False)
    name = StringField(
        _l("Name"),
        [DataRequired(NEEDED), Length(max=LONGEST_NAME), no_control_signs],
        filters=[one_line],
    )
    mail = EmailField(
        _l("Mail address"),
        [DataRequired(NEEDED), Length(max=LONGEST_EMAIL), looks_like_mail],
        description=_l("Who is known by it gets a further application, not a second record."),
    )
    phone = TelField(_l("Telephone number"), [Length(max=40), can_be_dialled])
    language = RadioField(
        _l("Language of our mails"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )
    source = StringField(
        _l("Where they came from"),
        [Length(max=LONGEST_SOURCE), no_control_signs],
        filters=[one_line],
        description=_l("In your words, for instance: careers page, referral, job fair."),
    )
    at = Moment(_l("When did they apply?"), [InputRequired(NEEDED)])
    text = TextAreaField(
        _l("What they wrote"), description=_l("The first entry of their timeline.")
    )
    objects = BooleanField(_l("They object to being asked"))

    def __init__(self, jobs: Sequence[Job], *, now: datetime, **named: Any) -> None:
        super().__init__(**named)
        self.now = now
        self.jobs = {str(one.id): one for one in jobs}
        self.job.choices = [
            SelectChoice("", _("Please choose")),
            *(SelectChoice(key, one.title) for key, one in self.jobs.items()),
        ]

    @classmethod
    def blank(cls, jobs: Sequence[Job], job_id: str | None, *, now: datetime) -> EnterForm:
        """The form as a page first shows it, whatever the request holds."""
        return cls(jobs, now=now, formdata=None, at=now, job=job_id)

    @property
    def chosen(self) -> Job:
        """The job that was chosen."""
        return self.jobs[self.job.data or ""]

    @property
    def applied_at(self) -> datetime:
        """When they applied."""
        return cast("datetime", self.at.data)

    def validate_job(self, field: Field) -> None:
        """Refuse a job that is not open; it may have been when the page was made."""
        if field.data and field.data not in self.jobs:
            raise ValidationError(_("This job is closed or gone; please choose another one."))

    def validate_at(self, field: Field) -> None:
        """Nobody applies tomorrow, and what is older than a year is for a journal file."""
        if field.data is None:
            return
        if field.data > self.now:
            raise ValidationError(_("This moment lies in the future."))
        if field.data < self.now - OLDEST:
            raise ValidationError(
                _("This is more than a year ago; older applications come by a journal file.")
            )
