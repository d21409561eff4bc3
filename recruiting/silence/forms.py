"""The forms with which a person confirms a silence, lets mails leave, cuts the journal in two."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar, Self, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from recruiting.forms import BaseForm, Day, PublicForm, VersionedForm, whole_number
from recruiting.messages.models import Message
from recruiting.pipeline.forms import ActForm
from recruiting.pipeline.rules import Outcome
from recruiting.silence.drafts import MOST_AT_ONCE
from recruiting.silence.rules import Rule
from recruiting.silence.services import ASKED_FOR, NotYet

CHOSEN = re.compile("[0-9]{1,10}[.][0-9]{1,10}")


class ConfirmForm(ActForm):
    """What was read and is confirmed, with a note; the checkboxes bear the names of the rules."""

    slug: ClassVar[str] = "confirm"
    outcome = HiddenField(validators=[AnyOf([one.value for one in ASKED_FOR])])
    plain_question = BooleanField(_l("The question was plain and offered an easy no"))
    our_side = BooleanField(_l("Our reply answered their question"))
    note = TextAreaField(
        _l("Note"),
        [DataRequired(_l("Please write a short note: what did you read and conclude?"))],
        description=_l("What you read and why it is fair to stop waiting. Colleagues read it."),
    )

    @property
    def chosen(self) -> Outcome:
        """The outcome that is confirmed."""
        return Outcome(self.outcome.data)

    @property
    def attested(self) -> set[Rule]:
        """The conditions whose evidence the person has read and found met."""
        return {rule for rule, box in self._boxes.items() if box.data}

    @property
    def missing(self) -> set[Rule]:
        """The conditions at whose box something is wrong: it was not ticked."""
        return {rule for rule, box in self._boxes.items() if box.errors}

    def refuse(self, sentence: object, field: Field | None = None) -> None:
        """Say it at each box that is still to be ticked, where nothing else is missing."""
        if not (isinstance(sentence, NotYet) and sentence.waits_for_reader):
            super().refuse(sentence, field)
            return
        for box in (self._boxes[rule] for rule in sentence.rules):
            text = _("Please read this and tick it: “%(condition)s”", condition=box.label.text)
            super().refuse(text, box)

    @property
    def _boxes(self) -> dict[Rule, BooleanField]:
        return {Rule.PLAIN_QUESTION: self.plain_question, Rule.OUR_SIDE: self.our_side}

    def mine(self) -> str:
        """The note."""
        return self.note.data or ""


class CutForm(PublicForm):
    """Until which day the silence clock may learn; changes nothing and so needs no token."""

    until = Day(_l("Learn from everything before this day"))


class ApproveForm(BaseForm):
    """The drafted mails that a person has read and ticked, each with the version that was read."""

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for one mail at least."""
        if not super().validate(extra_validators):
            return False
        if not self.chosen:
            self.refuse(_("Please tick at least one mail."))
        return bool(self.chosen)

    @property
    def chosen(self) -> dict[int, int]:
        """Versions by the ids of messages; what no page of ours wrote is left out."""
        found: dict[int, int] = {}
        for text in request.form.getlist("chosen")[:MOST_AT_ONCE]:
            if CHOSEN.fullmatch(text):
                number, _dot, version = text.partition(".")
                message_id = whole_number(number, low=1)
                if message_id is not None:
                    found[message_id] = whole_number(version) or 0
        return found


class DraftForm(VersionedForm):
    """One act on one drafted mail; `slug` keeps its fields apart from those of other forms."""

    slug: ClassVar[str] = "draft"

    @classmethod
    def blank(cls, message: Message, **named: object) -> Self:
        """The form as the page first shows it."""
        form = cls(formdata=None, **named)
        form.version.data = str(message.version)
        return form.named(message)

    def named(self, message: Message) -> Self:
        """Give each field an id of its own on a page with many mails."""
        for field in self:
            field.id = f"{self.slug}-{message.id}-{field.short_name}"
        return self


class EditForm(DraftForm):
    """The words of a mail, changed before it leaves."""

    slug = "edit"
    subject = StringField(
        _l("Subject"), [DataRequired(_l("Please write a subject.")), Length(max=300)]
    )
    body = TextAreaField(_l("Text"), [DataRequired(_l("Please write a text."))])


class SkipForm(DraftForm):
    """Why a mail does not leave."""

    slug = "skip"
    reason = StringField(
        _l("Why not?"),
        [DataRequired(_l("Please say in a word why: colleagues read it.")), Length(max=200)],
    )


class HoldForm(DraftForm):
    """The day until which a mail rests on its pile."""

    slug = "hold"
    until = Day(_l("Until which day?"), [InputRequired(_l("Please choose a day."))])

    @property
    def day(self) -> date:
        """The day on which it is proposed again."""
        return cast("date", self.until.data)


class DelayForm(ActForm):
    """The day by which we promise our answer."""

    slug = "delay"
    until = Day(
        _l("By which day will they hear from us?"), [InputRequired(_l("Please choose a day."))]
    )

    @property
    def day(self) -> date:
        """The day that is promised."""
        return cast("date", self.until.data)

    def mine(self) -> str:
        """The day, as it was chosen."""
        return self.day.isoformat()


class AgainForm(BaseForm):
    """The item that the worker may take up again."""

    item = HiddenField(validators=[DataRequired(), Length(max=80)])
