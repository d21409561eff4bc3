"""How mails that came in are called in front of people, and what is said about our own wording."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.messages.fields import FIELDS, Fault, Wrong
from recruiting.messages.matching import How
from recruiting.messages.models import Received
from recruiting.messages.reading import MailClass
from recruiting.messages.receiving import TOO_LARGE
from recruiting.messages.rules import TWICE, ReceivedState
from recruiting.messages.tone import Tone, hints, pressing

# What waits for a person: title, and why.
PILES = {
    ReceivedState.UNMATCHED: (_l("Whose mail is it?"), _l("we could not tell by ourselves")),
    ReceivedState.HELD: (_l("Held"), _l("many mails from one address within ten minutes")),
    ReceivedState.PARKED: (_l("Could not be read"), _l("kept as they came")),
}
CLASSES = {
    MailClass.HUMAN_REPLY: _l("written by a person"),
    MailClass.AUTO_REPLY: _l("automatic answer"),
    MailClass.BOUNCE: _l("came back undelivered"),
    MailClass.SOFT_BOUNCE: _l("delivery is delayed"),
    MailClass.WITHDRAWAL_HINT: _l("seems to withdraw"),
}


def class_words(received: Received) -> str:
    """What a mail is."""
    known = {kind.value: words for kind, words in CLASSES.items()}
    return str(known.get(received.mail_class or "", ""))


def why_words(received: Received) -> str:
    """Why a mail is where it is."""
    if received.why == TOO_LARGE:
        return _("It is too large: only its beginning was kept, the rest lies in its mailbox.")
    if received.why == TWICE:
        return _("It came a second time.")
    if received.state is ReceivedState.PARKED:
        return _("The worker failed at it (%(kind)s).", kind=received.why)
    if received.why.startswith(f"{How.PERSON}: "):
        return _("So said %(who)s.", who=received.why.partition(": ")[2])
    return class_words(received)


# --- what our own mails say ----------------------------------------------------------------------

MAILS = {
    "follow_up_1": _l("First follow-up"),
    "follow_up_2": _l("Second follow-up"),
    "closing": _l("Closing notice"),
    "delay": _l("Our answer is late"),
    "fresh_link": _l("A new link, as asked for"),
    "reminder": _l("Reminder to a colleague"),
    "confided": _l("Something was confided"),
}
OCCASIONS = {
    "follow_up_1": _l("when a question has no answer yet and patience is over"),
    "follow_up_2": _l("when the first one has no answer either; from a named person"),
    "closing": _l("when a person has confirmed the silence and sends it"),
    "delay": _l("when we need longer than we promised"),
    "fresh_link": _l("when a candidate asks for a link that still works"),
    "reminder": _l("when our own promise is due; goes to staff"),
    "confided": _l("when there is something for the person of trust; says nothing of it"),
}
LANGUAGES = {"en": "English", "de": "Deutsch"}
FIELD_WORDS = {
    "first_name": _l("first name of the reader"),
    "name": _l("whole name of the reader"),
    "job": _l("title of the job"),
    "stage": _l("name of the stage"),
    "employer": _l("name of the employer"),
    "sender": _l("name of the colleague who looks after the application"),
    "asked_on": _l("day of our question"),
    "promised_on": _l("day by which we answer"),
    "answer_link": _l("page with the answers of one tap"),
    "stop_link": _l("page to stop these mails"),
    "reopen_link": _l("page to open the application again"),
    "status_link": _l("page that says where the application stands"),
    "feedback_link": _l("page of the exit feedback"),
    "waiting": _l("list of those who wait"),
    "home": _l("address of this installation"),
}
TONES = {
    Tone.LONG: _l("It has 120 words or more; shorter mails are answered more often."),
    Tone.QUESTIONS: _l("It asks more than one question."),
    Tone.NO_THANKS: _l("It thanks for nothing."),
    Tone.NO_EASY_NO: _l("It offers no easy way to say no."),
}
# What the fields hold in a preview; all made up, and each in the language of the mail.
EXAMPLES: dict[str, dict[str, str]] = {
    "en": {
        "first_name": "Hannah",
        "name": "Hannah Vogel",
        "job": "Backend developer",
        "stage": "Interview",
        "sender": "Robin Weber",
        "asked_on": "2 March 2026",
        "promised_on": "16 March 2026",
        "waiting": "- Hannah Vogel (Backend developer, Interview): due today",
        "home": "https://jobs.example.org",
    },
    "de": {
        "first_name": "Hannah",
        "name": "Hannah Vogel",
        "job": "Backend-Entwicklung",
        "stage": "Gespräch",
        "sender": "Robin Weber",
        "asked_on": "2. März 2026",
        "promised_on": "16. März 2026",
        "waiting": "- Hannah Vogel (Backend-Entwicklung, Gespräch): heute fällig",
        "home": "https://jobs.example.org",
    },
}


def fault_words(name: str, wrong: Wrong) -> str:
    """What is wrong with a wording, and what to do."""
    match wrong.fault:
        case Fault.UNKNOWN:
            known = ", ".join(f"{{{field}}}" for field in sorted(FIELDS[name].may))
            return _(
                "This mail has no field {%(field)s}. It has these: %(known)s.",
                field=wrong.about,
                known=known,
            )
        case Fault.MISSING:
            return _(
                "The text must hold the field {%(field)s} (%(meaning)s).",
                field=wrong.about,
                meaning=FIELD_WORDS[wrong.about],
            )
        case Fault.BRACE:
            return _(
                "“%(brace)s” begins or ends no field. A field is written like {first_name}.",
                brace=wrong.about,
            )
        case Fault.NOT_IN_SUBJECT:
            return _("The field {%(field)s} belongs into the text.", field=wrong.about)
        case Fault.NOT_ALONE:
            return _(
                "The field {%(field)s} needs a paragraph without another link: where nobody is "
                "asked for feedback, it falls away.",
                field=wrong.about,
            )


def tone_words(subject: str, body: str, language: str) -> list[str]:
    """What about the tone of a mail deserves a second look."""
    found = [str(TONES[tone]) for tone in hints(subject, body, language) if tone in TONES]
    if words := pressing(f"{subject}\n{body}", language):
        said = ", ".join(words)
        found.append(_("These words may sound like blame or pressure: %(words)s.", words=said))
    return found
