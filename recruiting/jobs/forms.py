"""The forms of a stage: accept the patience that is proposed, say what its terms are."""

from __future__ import annotations

import zlib
from dataclasses import asdict

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from recruiting.forms import VersionedForm, WholeNumber, whole_number
from recruiting.jobs.models import Stage
from recruiting.jobs.rules import Ladder, Outside, Terms


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


MOST_DAYS = 60  # working days
LADDERS = {
    Ladder.OFF: _l("write none"),
    Ladder.BATCH: _l("draft them; a person sends a day's list"),
    Ladder.FIRST_AUTOMATIC: _l("send the first by itself, draft the second"),
}


def days(label: str, hint: str, low: int = 1) -> WholeNumber:
    """A field for some working days."""
    said = _l("Please write a whole number of working days, %(most)s at most.", most=MOST_DAYS)
    return WholeNumber(
        label, [InputRequired(said), NumberRange(low, MOST_DAYS, said)], description=hint
    )


class TermsForm(VersionedForm):
    """How long each side may take in a stage, and how its follow-ups leave."""

    ladder = RadioField(
        _l("Follow-ups"),
        [InputRequired(_l("Please choose one."))],
        choices=[SelectChoice(one.value, words) for one, words in LADDERS.items()],
    )
    patience = days(_l("Patience"), _l("Working days until an answer to a question is due."))
    grace = days(_l("Grace"), _l("Working days after a day that was agreed."), low=0)
    second_gap = days(_l("After the first follow-up"), _l("Working days until the second."))
    closing_gap = days(
        _l("After the last message"), _l("Working days until a person may conclude.")
    )
    promise = days(_l("Our promise"), _l("Working days until our answer."))
    decision = days(_l("Our decision"), _l("Working days until our decision."))

    @classmethod
    def blank(cls, stage: Stage) -> TermsForm:
        """The form as the page first shows it."""
        form = cls(formdata=None, ladder=stage.ladder.value, **asdict(stage.terms))
        form.version.data = str(cls.seen(stage))
        return form

    @staticmethod
    def seen(stage: Stage) -> int:
        """What tells these very terms from others: of two who change them, one saw other ones."""
        return zlib.crc32(f"{stage.terms} {stage.ladder}".encode()) & 0x7FFFFFFF

    @property
    def terms(self) -> Terms:
        """The terms that were chosen."""
        return Terms(**{name: getattr(self, name).data for name in asdict(Terms())})

    @property
    def mode(self) -> Ladder:
        """How follow-ups leave."""
        return Ladder(self.ladder.data)


LONGEST_NAME = 200


class OutsideForm(VersionedForm):
    """How a stage is called in front of candidates, and whether they see it at all."""

    is_shown = BooleanField(_l("Candidates see this stage"))
    en = StringField(
        _l("Its name in English"),
        [Length(max=LONGEST_NAME)],
        description=_l("Left empty, candidates read the name that the stage has here."),
    )
    de = StringField(_l("Its name in German"), [Length(max=LONGEST_NAME)])

    @classmethod
    def blank(cls, stage: Stage) -> OutsideForm:
        """The form as the page first shows it."""
        form = cls(formdata=None, **asdict(stage.outside))
        form.version.data = str(cls.seen(stage))
        return form

    @staticmethod
    def seen(stage: Stage) -> int:
        """What tells this very setting from others: of two who change it, one saw another."""
        return zlib.crc32(repr(stage.outside).encode()) & 0x7FFFFFFF

    @property
    def outside(self) -> Outside:
        """What was chosen."""
        one_line = (" ".join((field.data or "").split()) for field in (self.en, self.de))
        return Outside(bool(self.is_shown.data), *one_line)


class InvitesForm(VersionedForm):
    """Whether who leaves in a stage is asked for feedback."""

    invites = BooleanField(_l("Ask for feedback after the end"))

    @classmethod
    def blank(cls, stage: Stage) -> InvitesForm:
        """The form as the page first shows it."""
        form = cls(formdata=None, invites=stage.invites)
        form.version.data = str(cls.seen(stage))
        return form

    @staticmethod
    def seen(stage: Stage) -> int:
        """What tells this very setting from the other."""
        return int(stage.invites)
