"""The five items as a form, all optional; and the form for what a colleague assumes."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from recruiting.feedback import wording
from recruiting.feedback.items import Item, filled, known
from recruiting.feedback.rules import (
    LONGEST_OTHER,
    LONGEST_WISH,
    Answers,
    Choice,
    Fault,
    How,
    Reason,
    clean,
    completed,
    shuffled,
)
from recruiting.forms import KEY, LONGEST_TEXT, Day, PublicForm
from recruiting.pipeline.forms import CHOOSE, ActForm

UNOFFERED = _l("This answer is not among those offered. Please choose again.")
ORDER_BYTES = 8
NUMBER_BYTES = 16
NONE = ""  # "cannot say", "no answer"
ANY_LENGTH = Length(max=LONGEST_TEXT)  # how long a text may be says `rules.faults`


class OneOf(RadioField):
    """One of the choices offered, or none."""

    def pre_validate(self, form: Any) -> None:
        """Refuse a code that this version does not know."""
        if self.data not in {None, NONE} | {choice.value for choice in self.choices}:
            raise ValidationError(UNOFFERED)


class SomeOf(SelectMultipleField):
    """Any of the choices offered."""

    def pre_validate(self, form: Any) -> None:
        """Refuse codes that this version does not know."""
        if not {*(self.data or [])} <= {choice.value for choice in self.choices}:
            raise ValidationError(UNOFFERED)


def new_number() -> str:
    """A number for one page, by which its key is made."""
    return secrets.token_urlsafe(NUMBER_BYTES)


def new_order() -> str:
    """What the order of the reasons on one page follows from."""
    return secrets.token_hex(ORDER_BYTES)


class FeedbackForm(PublicForm):
    """What a candidate answers on one page; first of all, whether with their name."""

    how = OneOf(
        _l("With your name, or anonymous?"),
        choices=[SelectChoice(how.value, text) for how, text in wording.HOWS.items()],
    )
    choice = OneOf(
        _l("What describes it best?"),
        choices=[SelectChoice(code.value, text) for code, text in wording.CHOICES.items()],
        description=_l(
            "With your name this is done at once: “I decided against it” closes your application. "
            "You can change it for seven days."
        ),
    )
    until = Day(
        _l("More time until"), description=_l("Only if you need more time, and with your name.")
    )
    reasons = SomeOf(_l("What weighed most?"), description=_l("Up to two."))
    other_reason = StringField(
        _l("Something else, in your words"),
        [ANY_LENGTH],
        description=_l("Up to %(most)d characters.", most=LONGEST_OTHER),
    )
    knew_next = OneOf(
        _l("“I always knew what would happen next and when.”"),
        choices=[
            *(SelectChoice(str(point), text) for point, text in wording.KNEW_NEXT.items()),
            SelectChoice(NONE, _l("I cannot say")),
        ],
    )
    again = OneOf(
        _l("How likely are you to apply to us again?"),
        choices=[
            *(SelectChoice(str(point), text) for point, text in wording.AGAIN.items()),
            SelectChoice(NONE, _l("No answer")),
        ],
    )
    wish = TextAreaField(
        _l("One thing that we should have done differently"),
        [ANY_LENGTH],
        description=_l("Up to %(most)d characters; please no names.", most=LONGEST_WISH),
    )
    may_contact = BooleanField(
        _l("Somebody outside the hiring team may contact me about this."),
        description=_l("Only with your name."),
    )

    wants_reply = BooleanField(
        _l("I would like to be able to read an answer."),
        description=_l(
            "Only without your name: the next page then shows you a key of six words, once."
        ),
    )
    number = HiddenField(default=new_number)  # see `keys.made`
    shown = HiddenField()  # the items of which the page showed something; only these are emptied
    order = HiddenField(default=new_order)  # of the reasons

    def __init__(self) -> None:
        super().__init__()
        seed = self.order.data or ""
        self.reasons.choices = [
            SelectChoice(code.value, wording.REASONS[code]) for code in shuffled(seed)
        ]

    @classmethod
    def of(cls, held: Answers) -> FeedbackForm:
        """The form as the page shows what is kept with a name, to be completed or changed."""
        form = cls()
        form.how.data = How.NAMED.value
        form.choice.data, form.until.data = held.choice, held.until
        form.reasons.data = [one.value for one in held.reasons]
        form.other_reason.data, form.wish.data = held.other_reason, held.wish
        form.knew_next.data = str(held.knew_next) if held.knew_next else None
        form.again.data = str(held.again) if held.again else None
        form.may_contact.data = held.may_contact
        form.shown.data = " ".join(sorted(filled(held)))
        return form

    def said(self) -> frozenset[Item]:
        """The items that a whole form says something of: filled in now, or when it was shown."""
        return filled(self.answers()) | known(self.shown.data or "")

    def validate_number(self, field: HiddenField) -> None:
        """Refuse a number that no page of ours made: a key must be one that nobody knows."""
        if not KEY.fullmatch(field.data or ""):
            raise ValidationError(_("Please load this page again and send the form once more."))

    @property
    def chosen_how(self) -> How | None:
        """With a name or without, once it was said."""
        return How(self.how.data) if self.how.data in set(How) else None

    def answers(self) -> Answers:
        """What was filled in; call after `validate`."""
        return completed(
            Answers(
                choice=Choice(self.choice.data) if self.choice.data else None,
                until=self.until.data,
                reasons=tuple(Reason(code) for code in self.reasons.data or []),
                other_reason=clean(self.other_reason.data or ""),
                knew_next=int(self.knew_next.data) if self.knew_next.data else None,
                again=int(self.again.data) if self.again.data else None,
                wish=clean(self.wish.data or "", lines=True),
                may_contact=bool(self.may_contact.data),
                wants_reply=bool(self.wants_reply.data),
            )
        )

    def tell(self, fault: Fault, answers: Answers) -> None:
        """Put what a rule found wrong where it belongs."""
        name = wording.FIELD_OF.get(fault)
        self.refuse(wording.sentence(fault, answers), self[name] if name else None)


class AssumeForm(ActForm):
    """What a colleague thinks weighed most, by the codes that candidates choose from."""

    slug = "assume"
    reason = SelectField(
        _l("What do you think weighed most?"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice(code.value, words) for code, words in wording.REASONS.items()],
    )

    def mine(self) -> str:
        """The reason, in words."""
        return str(wording.REASONS[Reason(self.reason.data)])


class ObjectForm(ActForm):
    """A candidate has told us that they do not want to be asked for feedback."""

    slug = "objection"


class AllowForm(ActForm):
    """They have told us since that we may ask."""

    slug = "objection"
    told_us = BooleanField(
        _l("They have told us that we may ask"),
        [InputRequired(_l("Please tick this only if they have told us so."))],
    )
