"""The forms of the application page: each one act, each with the version that was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Self, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from recruiting.accounts.models import User
from recruiting.candidates.models import Address
from recruiting.candidates.rules import (
    LONGEST_EMAIL,
    AddressState,
    read_email,
)
from recruiting.forms import Day, Moment, VersionedForm
from recruiting.jobs.models import Stage
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome, Result
from recruiting.pipeline.wording import (
    CHANNEL_CHOICES,
    OUTCOMES,
    RESULTS,
    day_words,
    moment_words,
)
from recruiting.telephone import read_phone

NEEDED = _l("Please fill this in.")
CHOOSE = _l("Please choose one.")
WANTS_MAIL = _l("They have told us that they want mail again")
EXAMPLE = "name@example.org"
CALLS = frozenset({Channel.PHONE, Channel.VIDEO})
# What a person may say alone; silence is confirmed on a page of its own.
ENDS = (Outcome.REJECTED, Outcome.WITHDRAWN, Outcome.HIRED)


class ActForm(VersionedForm):
    """One act on one application; `slug` keeps its fields apart from those of other forms."""

    slug: ClassVar[str] = "act"

    def __init__(self, application: Application, **named: Any) -> None:
        super().__init__(**named)
        self.application = application
        if not self.is_bound:
            self.version.data = str(application.version)
        for field in self:
            field.id = f"{self.slug}-{field.short_name}"

    @classmethod
    def blank(cls, application: Application, **named: Any) -> Self:
        """The form as a page first shows it, whatever the request holds."""
        return cls(application, formdata=None, **named)

    @property
    def is_bound(self) -> bool:
        """Whether the form holds what somebody sent."""
        return self.version.raw_data is not None

    def mine(self) -> str:
        """What the person wanted, in words: shown when somebody else was first."""
        return ""


class MoveForm(ActForm):
    """Another stage of the same job."""

    slug = "move"
    stage = SelectField(_l("Stage"), [InputRequired(CHOOSE)], coerce=str)

    def __init__(self, application: Application, **named: Any) -> None:
        super().__init__(application, **named)
        self.stage.choices = [SelectChoice(str(one.id), one.name) for one in application.job.stages]
        if not self.is_bound:
            self.stage.data = str(application.stage_id)

    @property
    def chosen(self) -> Stage:
        """The stage that was chosen."""
        return next(one for one in self.application.job.stages if str(one.id) == self.stage.data)

    def mine(self) -> str:
        """The stage, by name."""
        return self.chosen.name


class LogForm(ActForm):
    """A touch that took place outside of the house."""

    slug = "log"
    direction = RadioField(
        _l("Who got in touch?"),
        [InputRequired(CHOOSE)],
        choices=[
            SelectChoice(Direction.OUT.value, _l("We did")),
            SelectChoice(Direction.IN.value, _l("The candidate did")),
        ],
        default=Direction.OUT.value,
    )
    channel = SelectField(
        _l("How?"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice(one.value, words) for one, words in CHANNEL_CHOICES.items()],
        default=Channel.EMAIL.value,
    )
    result = SelectField(
        _l("If it was a call"),
        choices=[
            SelectChoice("", _l("it was no call")),
            *(SelectChoice(one.value, words) for one, words in RESULTS.items()),
        ],
        default="",
    )
    at = Moment(_l("When?"), [InputRequired(NEEDED)])
    text = TextAreaField(
        _l("What was said?"), description=_l("In your words or theirs; only a call can do without.")
    )
    awaits_reply = BooleanField(
        _l("An answer is expected"),
        default=True,
        description=_l("It is then the other side's turn."),
    )
    offers_no = BooleanField(
        _l("It offers an easy no"), description=_l("For instance: a short no is fine too.")
    )
    answers_question = BooleanField(_l("It answers their open question"), default=True)

    def validate_text(self, field: Field) -> None:
        """Only a call can do without words."""
        if not field.data and not self.result.data:
            raise ValidationError(_("Please write what was said; one sentence is enough."))

    def validate_result(self, field: Field) -> None:
        """A mail has nobody who answers the phone."""
        if field.data and self.channel.data not in {call.value for call in CALLS}:
            raise ValidationError(_("Only a call can have this result; please choose how."))

    def touch(self) -> dict[str, Any]:
        """What the service needs."""
        return {
            "direction": Direction(self.direction.data),
            "channel": Channel(self.channel.data),
            "result": Result(self.result.data) if self.result.data else None,
            "at": self.at.data,
            "text": self.text.data or "",
            "awaits_reply": self.awaits_reply.data,
            "offers_no": True if self.offers_no.data else None,  # unticked proves nothing
            "answers_question": self.answers_question.data
            or not self.application.has_open_question,
        }

    def mine(self) -> str:
        """The words that were typed."""
        return self.text.data or str(RESULTS.get(self.result.data, ""))


class AgreeForm(ActForm):
    """The next step, with its date."""

    slug = "agree"
    who = RadioField(
        _l("What comes next?"),
        [InputRequired(CHOOSE)],
        choices=[
            SelectChoice("meeting", _l("We meet or talk")),
            SelectChoice("candidate", _l("The candidate comes back to us")),
            SelectChoice("us", _l("We come back to the candidate")),
        ],
        default="candidate",
    )
    due = Moment(_l("When, or by when?"), [InputRequired(NEEDED)])
    channel = SelectField(
        _l("How was it agreed, or how do we meet?"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice(one.value, words) for one, words in CHANNEL_CHOICES.items()],
        default=Channel.EMAIL.value,
    )
    text = TextAreaField(_l("What was agreed?"), [DataRequired(NEEDED)])

    def step(self) -> dict[str, Any]:
        """What the service needs."""
        meets = self.who.data == "meeting"
        return {
            "kind": Kind.INTERVIEW if meets else Kind.MESSAGE,
            "awaits_reply": self.who.data != "us",
            "due_at": self.due.data,
            "channel": Channel(self.channel.data),
            "text": self.text.data or "",
        }

    def mine(self) -> str:
        """What was agreed, and for when."""
        when = moment_words(self.due.data) if self.due.data else ""
        return f"{self.text.data} ({when})"


class EndForm(ActForm):
    """An outcome that a person decides or was told."""

    slug = "end"
    outcome = RadioField(
        _l("How does it end?"),
        [InputRequired(CHOOSE)],
        choices=[
            SelectChoice(Outcome.REJECTED.value, _l("We decline")),
            SelectChoice(Outcome.WITHDRAWN.value, _l("The candidate withdrew")),
            SelectChoice(Outcome.HIRED.value, _l("Hired; this one cannot be undone")),
        ],
        description=_l("Nothing is sent by this; telling the candidate is a step of its own."),
    )
    note = TextAreaField(_l("Note"), [DataRequired(_l("Please write a short note: why?"))])

    def mine(self) -> str:
        """The outcome and the note."""
        return f"{OUTCOMES[Outcome(self.outcome.data)]}: {self.note.data}"


class PauseForm(ActForm):
    """A day until which the candidate asked for time."""

    slug = "pause"
    until = Day(_l("Until which day?"), [InputRequired(NEEDED)])
    note = TextAreaField(_l("Note"))

    @property
    def day(self) -> date:
        """The day on which patience runs on."""
        return cast("date", self.until.data)

    def mine(self) -> str:
        """The day, and the note if there is one."""
        return ": ".join(filter(None, (day_words(self.day), self.note.data)))


class ResumeForm(ActForm):
    """The end of a pause or an absence."""

    slug = "resume"


class ReopenForm(ActForm):
    """An ended application is taken up again."""

    slug = "reopen"
    note = TextAreaField(_l("Note"))

    def mine(self) -> str:
        """The note."""
        return self.note.data or ""


class TakeOverForm(ActForm):
    """I look after this application from now on."""

    slug = "take-over"


class GiveForm(ActForm):
    """A colleague looks after this application from now on."""

    slug = "give-to"
    owner = SelectField(_l("Who looks after it?"), [InputRequired(CHOOSE)], coerce=str)

    def __init__(self, application: Application, colleagues: Sequence[User], **named: Any) -> None:
        super().__init__(application, **named)
        # Whose it is already is no choice.
        self.colleagues = [one for one in colleagues if one.email != application.owner]
        self.owner.choices = [SelectChoice(str(one.id), one.name) for one in self.colleagues]

    @property
    def chosen(self) -> User:
        """The colleague who was chosen."""
        return next(one for one in self.colleagues if str(one.id) == self.owner.data)

    def mine(self) -> str:
        """The colleague, by name."""
        return self.chosen.name


class HandOverForm(ActForm):
    """A hiring manager who may see and judge the application, and what they should look at."""

    slug = "hand-over"
    manager = SelectField(_l("To whom?"), [InputRequired(CHOOSE)], coerce=str)
    note = TextAreaField(
        _l("What should they look at?"), [DataRequired(NEEDED)], description=_l("They read this.")
    )

    def __init__(self, application: Application, managers: Sequence[User], **named: Any) -> None:
        super().__init__(application, **named)
        self.managers = managers
        self.manager.choices = [SelectChoice(str(one.id), one.name) for one in managers]

    @property
    def chosen(self) -> User:
        """The manager who was chosen."""
        return next(one for one in self.managers if str(one.id) == self.manager.data)

    def mine(self) -> str:
        """The manager and the note."""
        return f"{self.chosen.name}: {self.note.data}"


class AddressForm(ActForm):
    """A way to reach the candidate that is new, or put right."""

    @property
    def asks_for_wish(self) -> bool:
        """Whether the candidate asked us to stop, so that somebody must say that this is over."""
        stopped = AddressState.STOPPED
        return any(one.state is stopped for one in self.application.candidate.addresses)


def looks_like_mail(_form: PlainForm, field: Field) -> None:
    """Refuse what the import would refuse."""
    if field.data and read_email(field.data) is None:
        raise ValidationError(
            _("This is no mail address; one looks like %(example)s.", example=EXAMPLE)
        )


def can_be_dialled(_form: PlainForm, field: Field) -> None:
    """Refuse what is no telephone number."""
    if field.data and read_phone(field.data) is None:
        raise ValidationError(
            _("This is no telephone number; it has digits, and a + before the country.")
        )


class MailAddressForm(AddressForm):
    """The mail address that is written to from now on."""

    slug = "address"
    mail = StringField(
        _l("Mail address"),
        [DataRequired(NEEDED), Length(max=LONGEST_EMAIL), looks_like_mail],
        description=_l("New, or put right; mails go there from now on. The old one stays known."),
    )
    wants_mail = BooleanField(WANTS_MAIL)

    def mine(self) -> str:
        """The address, as it was typed."""
        return self.mail.data or ""


class NumberForm(AddressForm):
    """The telephone number that is called from now on."""

    slug = "number"
    number = StringField(
        _l("Telephone number"),
        [DataRequired(NEEDED), Length(max=40), can_be_dialled],
        description=_l("New, or put right; this number is called from now on."),
    )

    def mine(self) -> str:
        """The number, as it was typed."""
        return self.number.data or ""


class WorksForm(AddressForm):
    """An address that was bad works again."""

    slug = "works"
    which = RadioField(_l("Which one works again?"), [InputRequired(CHOOSE)], coerce=str)
    wants_mail = BooleanField(WANTS_MAIL)

    def __init__(self, application: Application, **named: Any) -> None:
        super().__init__(application, **named)
        self.bad = [
            one for one in application.candidate.addresses if one.state is not AddressState.GOOD
        ]
        self.which.choices = [SelectChoice(str(one.id), one.value) for one in self.bad]
        if len(self.bad) == 1 and not self.is_bound:
            self.which.data = str(self.bad[0].id)

    @property
    def chosen(self) -> Address:
        """The address that was chosen."""
        return next(one for one in self.bad if str(one.id) == self.which.data)

    def mine(self) -> str:
        """The address."""
        return self.chosen.value
