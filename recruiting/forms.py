"""What all forms share: tidy text, strict numbers and days, one act per form, no lost update."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, IntegerField, PasswordField, StringField
from wtforms import Form as PlainForm
from wtforms.fields import DateTimeLocalField, TextAreaField
from wtforms.i18n import messages_path
from wtforms.validators import Length, ValidationError

from recruiting.errors import Conflict
from recruiting.moments import EARLIEST_YEAR, LATEST_YEAR
from recruiting.office import office

LONGEST_LINE = 500  # characters, where a field names no limit of its own
LONGEST_TEXT = 20_000
LARGEST_NUMBER = 2**31 - 1  # what a column of whole numbers holds on every database
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")
ODD = re.compile("[\x00\ud800-\udfff]")  # no database and no file takes these
UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Zs"}  # control and format characters, and space


def is_odd(text: str) -> bool:
    """Whether a text holds what cannot be stored: NUL, or half of a character."""
    return ODD.search(text) is not None


def whole_number(text: str | None, *, low: int = 0, high: int = LARGEST_NUMBER) -> int | None:
    """A plain whole number from `low` to `high`; none for everything else that `int` would take."""
    if text is None or not re.fullmatch(r"-?[0-9]{1,10}", text):
        return None
    return number if low <= (number := int(text)) <= high else None


def tidy(value: Any) -> Any:
    """Text without space around it and with plain line ends; nothing if nothing of it is seen."""
    if not isinstance(value, str):
        return value
    text = value.strip().replace("\r\n", "\n")
    is_seen = is_odd(text) or any(unicodedata.category(sign) not in UNSEEN for sign in text)
    return text if is_seen else ""


def no_odd_text(_form: PlainForm, field: Field) -> None:
    """Refuse text that cannot be stored."""
    if isinstance(field.data, str) and is_odd(field.data):
        raise ValidationError(_("This holds a character that cannot be stored."))


def one_line(value: Any) -> Any:
    """A text of one line: white space within it is folded, as the import does."""
    return " ".join(value.split()) if isinstance(value, str) else value


def no_control_signs(_form: PlainForm, field: Field) -> None:
    """Refuse, where one line is wanted, signs that print nothing but steer what shows it."""
    if any(unicodedata.category(sign) == "Cc" for sign in field.data or ""):
        raise ValidationError(_("This holds a character that cannot be stored."))


class TidyForm(FlaskForm):
    """A form with CSRF, trimmed text and a limit on every field; passwords stay as they are."""

    class Meta(FlaskForm.Meta):
        """Gives each field of text what it must not lack."""

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            """Add trimming and limits to a field."""
            field = super().bind_field(form, unbound_field, options)
            if not isinstance(field, StringField):
                return field
            if not isinstance(field, PasswordField):
                field.filters = [tidy, *field.filters]
            limits = [v.max for v in field.validators if isinstance(v, Length) and v.max > 0]
            if not limits:
                most = LONGEST_TEXT if isinstance(field, TextAreaField) else LONGEST_LINE
                field.validators = [*field.validators, Length(max=most)]
                field.flags.maxlength = most
            field.validators = [no_odd_text, *field.validators]
            return field

        def get_translations(self, form: Any) -> Any:
            """What WTForms itself says, in the language of this answer; read once for all."""
            return _said_by_wtforms(str(get_locale() or "en"))

    def refuse(self, sentence: object, field: Field | None = None) -> None:
        """Say what a service found wrong, at its field or above the whole form."""
        if field is None:
            self.form_errors.append(str(sentence))
        else:
            field.errors = [*field.errors, str(sentence)]  # ty: ignore[invalid-assignment]

    def summary(self) -> list[tuple[str | None, str]]:
        """What is wrong, for the top of the page: (id of the field or none, sentence)."""
        said: list[tuple[str | None, str]] = [(None, text) for text in self.form_errors]
        for field in self:
            hidden = isinstance(field, HiddenField)
            said += [(None if hidden else field.id, text) for text in field.errors[:1]]
        return said


@cache
def _said_by_wtforms(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")


class BaseForm(TidyForm):
    """A form that acts: carries a key, made at each rendering, under which it acts once.

    The view claims the key in the transaction of its act:
    `if not accounts.services.claim_submission(form.submission.data, now): …`
    """

    submission = HiddenField(default=lambda: secrets.token_urlsafe(16))

    def validate_submission(self, field: HiddenField) -> None:
        """Refuse a key that no page of ours made."""
        if not field.raw_data or not KEY.fullmatch(field.data or ""):  # a default is no key
            raise ValidationError(_("Please load this page again and send the form once more."))


class VersionedForm(BaseForm):
    """A form that changes something two people may have open: the second one is told."""

    version = HiddenField()

    def validate_version(self, field: HiddenField) -> None:
        """Refuse a version that is no number."""
        if not field.raw_data or whole_number(field.data) is None:
            raise ValidationError(_("Please load this page again and send the form once more."))

    def is_late(self, current: int) -> bool:
        """Whether the thing was changed since the page was made."""
        return whole_number(self.version.data) != current


def conflict(*, mine: str, theirs: str, back: str) -> Conflict:
    """Another act was faster: both values, and the path of the page that shows the thing."""
    sentence = _("Nothing was overwritten. Compare what you sent with what was done since.")
    return Conflict(sentence, mine=mine, theirs=theirs, back=back)


class PublicForm(TidyForm):
    """A form behind a signed link: no cookie and so no CSRF token, the link itself is the key."""

    class Meta(TidyForm.Meta):
        """The same without CSRF."""

        csrf = False


class WholeNumber(IntegerField):
    """A whole number in plain digits; what a column cannot hold is refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the digits."""
        if not valuelist or not (text := valuelist[0].strip()):
            return
        self.data = whole_number(text, low=-LARGEST_NUMBER)
        if self.data is None:
            raise ValueError(_("Please write a whole number."))


class Day(DateField):
    """A day of our time, as browsers send it: 2026-03-02."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day."""
        self.data = None
        if not valuelist or not (text := valuelist[0].strip()):
            return
        try:
            day = date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise ValueError(_("Please write a day such as 2026-03-02."))
        self.data = day


class Moment(DateTimeLocalField):
    """A moment on the office's wall clock; its data are aware and in UTC."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        named.setdefault("format", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
        super().__init__(*arguments, **named)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return office().local(self.data).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the moment, and refuse one that the change to summer time skips."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        super().process_formdata(valuelist)
        wall: datetime = self.data  # ty: ignore[invalid-assignment]
        self.data = None
        if not EARLIEST_YEAR <= wall.year <= LATEST_YEAR:
            raise ValueError(_("Please write a day of our time."))
        moment = wall.replace(tzinfo=office().tz).astimezone(UTC)
        if office().local(moment).replace(tzinfo=None) != wall:
            raise ValueError(_("The clocks skip this hour; please choose another time."))
        self.data = moment
