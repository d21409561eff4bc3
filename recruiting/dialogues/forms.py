"""What a candidate types to open and answer a dialogue, and what we answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from recruiting.dialogues import wording
from recruiting.dialogues.rules import LONGEST, Draft, Fault, RemarkKind
from recruiting.feedback.keys import LONGEST as LONGEST_KEY
from recruiting.feedback.rules import clean
from recruiting.forms import LONGEST_TEXT, PublicForm, TidyForm, whole_number

CHOOSE = _l("Please choose one.")
ANY_LENGTH = Length(max=LONGEST_TEXT)  # how long a text may be says `rules.faults`
SAY, END = "say", "end"  # the acts of the candidate's page


class _Remark(TidyForm):
    """A text and the number of the remark that it would be, under which it is stored once."""

    text = TextAreaField(
        _l("Your answer"),
        [ANY_LENGTH],
        description=_l("Up to %(most)d characters; please no names.", most=LONGEST),
    )
    number = HiddenField()

    @property
    def place(self) -> int:
        """The number as sent; none that any remark has if it is not one."""
        return whole_number(self.number.data) or 0

    def tell(self, fault: Fault, draft: Draft) -> None:
        """Put what a rule found wrong where it belongs."""
        at_text = fault in {Fault.NO_WORDS, Fault.NO_CAUSE, Fault.NO_CHANGE, Fault.LONG}
        self.refuse(wording.sentence(fault, draft), self.text if at_text else None)


class KeyForm(_Remark, PublicForm):
    """The key, which travels in the body alone, and what to do with what it opens."""

    key = StringField(
        _l("Your six words"),
        [InputRequired(_l("Please fill this in.")), Length(max=LONGEST_KEY)],
        description=_l("Capitals, hyphens and commas do not matter."),
    )
    act = HiddenField()

    def draft(self) -> Draft | None:
        """What the candidate says; none if they only look."""
        if self.act.data not in {SAY, END}:
            return None
        is_end = self.act.data == END
        kind = RemarkKind.ENDED if is_end else RemarkKind.SAID
        return Draft(kind, "" if is_end else clean(self.text.data or "", lines=True))


class RemarkForm(_Remark):
    """What we answer, and what became of it."""

    kind = RadioField(
        _l("What it is"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice(kind.value, text) for kind, text in wording.KINDS.items()],
        default=RemarkKind.SAID.value,
    )

    def draft(self, by: str) -> Draft:
        """The remark; call after `validate`."""
        return Draft(RemarkKind(self.kind.data), clean(self.text.data or "", lines=True), by)


class EndForm(TidyForm):
    """The number of the remark that ends a dialogue."""

    number = HiddenField()
