"""The forms with which a person confirms a silence, and cuts the journal in two."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import AnyOf, DataRequired

from recruiting.forms import Day, PublicForm
from recruiting.pipeline.forms import ActForm
from recruiting.pipeline.rules import Outcome
from recruiting.silence.rules import Rule
from recruiting.silence.services import ASKED_FOR


class ConfirmForm(ActForm):
    """What was read and is confirmed, with a note; the checkboxes bear the names of the rules."""

    slug: ClassVar[str] = "confirm"
    outcome = HiddenField(validators=[AnyOf([one.value for one in ASKED_FOR])])
    plain_question = BooleanField()
    our_side = BooleanField()
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
        boxes = {Rule.PLAIN_QUESTION: self.plain_question, Rule.OUR_SIDE: self.our_side}
        return {rule for rule, box in boxes.items() if box.data}

    def mine(self) -> str:
        """The note."""
        return self.note.data or ""


class CutForm(PublicForm):
    """Until which day the silence clock may learn; changes nothing and so needs no token."""

    until = Day(_l("Learn from everything before this day"))
