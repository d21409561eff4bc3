"""What a tap sends: which answer, and what goes along with it."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, TextAreaField
from wtforms.validators import AnyOf, Optional

from recruiting.answers import wording
from recruiting.answers.rules import LONGEST_TEXT, TAPPED, Answer, Choice, When, faults, long_text
from recruiting.answers.wishes import Revocable, Wish, Wished
from recruiting.feedback.forms import UNOFFERED
from recruiting.feedback.rules import clean
from recruiting.feedback.wording import too_long
from recruiting.forms import Day, PublicForm


class AnswerForm(PublicForm):
    """One of the answers; each stands on the page as a small form of its own."""

    choice = HiddenField(validators=[AnyOf([one.value for one in TAPPED], message=UNOFFERED)])
    until = Day(_l("More time until"))
    when = HiddenField(
        validators=[Optional(), AnyOf([one.value for one in When], message=UNOFFERED)]
    )
    may_ask = BooleanField()
    text = TextAreaField()  # how long it may be says `rules.faults`

    @property
    def chosen(self) -> Choice | None:
        """Which answer was sent, if it is one."""
        return Choice(self.choice.data) if self.choice.data in set(TAPPED) else None

    def answer(self) -> Answer:
        """What was sent; call after `validate`."""
        choice = Choice(self.choice.data)
        is_time, is_later = choice is Choice.MORE_TIME, choice is Choice.LATER
        return Answer(
            choice,
            "" if is_time or is_later else clean(self.text.data or "", lines=True),
            self.until.data if is_time else None,
            When(self.when.data) if is_later and self.when.data else None,
            may_ask=is_later and bool(self.may_ask.data),
        )

    def tell(self, answer: Answer, today: date) -> bool:
        """Say what a rule finds wrong; whether there is anything."""
        wrong = faults(answer, today)
        for fault in wrong:
            about = wording.field_of(fault, answer.choice)
            said = wording.sentence(fault, answer)
            self.refuse(said, self._control(about))
        return bool(wrong)

    def _control(self, about: str | None) -> Field | None:
        if about is None:
            return None
        return {"until": self.until, "may_ask": self.may_ask}.get(about, self.text)

    def problems(self) -> list[tuple[str | None, str]]:
        """What is wrong, for the top of the page: (id of the control or none, sentence)."""
        return [
            (f"{self.choice.data}-text" if about == "text" else about, said)
            for about, said in self.summary()
        ]


class GoOnForm(PublicForm):
    """The line that may go along with "this is wrong"."""

    text = TextAreaField()

    def answer(self) -> Answer:
        """What was sent."""
        return Answer(Choice.GO_ON, clean(self.text.data or "", lines=True))

    def tell(self, answer: Answer, today: date) -> bool:
        """Say what a rule finds wrong; whether there is anything."""
        wrong = faults(answer, today)
        for fault in wrong:
            self.refuse(wording.sentence(fault, answer), self.text)
        return bool(wrong)


class WishForm(PublicForm):
    """One of the wishes, with the line that may go along."""

    wish = HiddenField(validators=[AnyOf([one.value for one in Wish], message=UNOFFERED)])
    text = TextAreaField()

    @property
    def chosen(self) -> Wish | None:
        """Which wish was sent, if it is one."""
        return Wish(self.wish.data) if self.wish.data in set(Wish) else None

    def wished(self) -> Wished:
        """What was sent; call after `validate`."""
        return Wished(Wish(self.wish.data), clean(self.text.data or "", lines=True))

    def tell(self, wished: Wished) -> bool:
        """Say what a rule finds wrong; whether there is anything."""
        if not long_text(wished.text):
            return False
        self.refuse(too_long(len(wished.text), LONGEST_TEXT), self.text)
        return True

    def problems(self) -> list[tuple[str | None, str]]:
        """What is wrong, for the top of the page: (id of the control or none, sentence)."""
        return [
            (f"{self.wish.data}-text" if about == "text" else about, said)
            for about, said in self.summary()
        ]


class TakeBackForm(PublicForm):
    """Take back what was asked or allowed before."""

    take_back = HiddenField(validators=[AnyOf([one.value for one in Revocable], message=UNOFFERED)])

    def chosen(self) -> Revocable:
        """What was taken back; call after `validate`."""
        return Revocable(self.take_back.data)

    def problems(self) -> list[tuple[str | None, str]]:
        """What is wrong, for the top of the page."""
        return self.summary()
