"""The forms in which mails are worded: our wording, and a colleague's own mail to a candidate."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from recruiting.forms import VersionedForm
from recruiting.messages import wording
from recruiting.messages.fields import LONGEST_BODY, LONGEST_SUBJECT, Wrong
from recruiting.messages.wordings import Words
from recruiting.pipeline.forms import ActForm


class WordingForm(VersionedForm):
    """Subject and body; its version is that of the words that were shown."""

    subject = StringField(
        _l("Subject"),
        [DataRequired(_l("Please write a subject.")), Length(max=LONGEST_SUBJECT)],
    )
    body = TextAreaField(
        _l("Text"), [DataRequired(_l("Please write a text.")), Length(max=LONGEST_BODY)]
    )

    @classmethod
    def blank(cls, words: Words) -> WordingForm:
        """The form as the page first shows it."""
        form = cls(formdata=None, subject=words.subject, body=words.body)
        form.version.data = str(words.seen)
        return form

    @property
    def said(self) -> tuple[str, str]:
        """(subject, body) as typed; the subject is one line."""
        return " ".join((self.subject.data or "").split()), self.body.data or ""

    def tell(self, name: str, wrong: Wrong) -> None:
        """Put what is wrong with a field where it belongs."""
        self.refuse(wording.fault_words(name, wrong), self[wrong.part])


class RestoreForm(VersionedForm):
    """The way back to our own words."""

    @classmethod
    def blank(cls, words: Words) -> RestoreForm:
        """The form as the page first shows it."""
        form = cls(formdata=None)
        form.version.data = str(words.seen)
        return form


class WriteForm(ActForm):
    """A mail to a candidate, in a colleague's own words."""

    slug = "write"
    subject = StringField(
        _l("Subject"),
        [DataRequired(_l("Please write a subject.")), Length(max=LONGEST_SUBJECT)],
    )
    body = TextAreaField(
        _l("Text"), [DataRequired(_l("Please write a text.")), Length(max=LONGEST_BODY)]
    )
    awaits_reply = BooleanField(
        _l("An answer is expected"),
        default=True,
        description=_l("It is then the other side's turn."),
    )

    @property
    def said(self) -> tuple[str, str]:
        """(subject, body) as typed; the subject is one line."""
        return " ".join((self.subject.data or "").split()), self.body.data or ""

    def mine(self) -> str:
        """The mail, as it was typed."""
        return "\n\n".join(self.said)
