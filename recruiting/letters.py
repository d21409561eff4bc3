"""The mails that the ladder writes, in words: to candidates in their language, to colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from babel.dates import format_date
from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from config import Settings
from recruiting.accounts import queries as accounts
from recruiting.accounts.models import User
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.errors import Refused
from recruiting.feedback import queries as feedback
from recruiting.feedback.rules import language_of
from recruiting.messages import wordings
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.pipeline.wording import FORMATS, date_words, name_of
from recruiting.silence.attending import Letter
from recruiting.silence.ladder import Next, Reminder, Step
from recruiting.silence.reminding import Owed

HERE = "localhost"


def of_step(application: Application, step: Next) -> Letter:
    """The follow-up or closing notice that a step of the ladder asks for."""
    name = "closing" if step.step is Step.CLOSE else f"follow_up_{step.number}"
    return _letter(application, name, {})


def delay(application: Application, promised_on: date) -> Letter:
    """The notice that our answer takes until a day."""
    language = language_of(application.candidate.language)
    said = format_date(promised_on, "long", locale=FORMATS.get(language, language))
    return _letter(application, "delay", {"promised_on": said})


def _letter(application: Application, name: str, more: dict[str, str]) -> Letter:
    language = language_of(application.candidate.language)
    subject, body = wordings.text(name, language, _fields(application, language) | more)
    to_address = address_of(application)
    if to_address is None:
        raise Refused(_("No mail address of this candidate works."))
    return Letter(to_address.value, language, subject, body, application.owner, domain())


def address_of(application: Application) -> Address | None:
    """Where a mail to a candidate goes: the first address that works, the primary one before."""
    good = [
        one
        for one in application.candidate.addresses
        if one.kind is AddressKind.EMAIL and one.state is AddressState.GOOD
    ]
    return min(good, key=lambda one: (not one.is_primary, one.id), default=None)


def _fields(application: Application, language: str) -> dict[str, str]:
    settings: Settings = current_app.extensions["settings"]
    owner = accounts.user_with_email(application.owner) if application.owner else None
    invitation = feedback.invitation_of(application)
    return {
        "first_name": application.candidate.name.split(" ")[0],
        "job": application.job.title,
        "stage": application.stage.name,
        "asked_on": _day(application.since, language),
        "employer": settings.employer,
        "sender": owner.name if owner else settings.employer,
        "feedback_link": feedback.link_for(invitation) if invitation else "",
    }


def _day(moment: datetime, language: str) -> str:
    return format_date(office().day_of(moment), "long", locale=FORMATS.get(language, language))


def domain() -> str:
    """What stands behind the @ of a mail's own id."""
    settings: Settings = current_app.extensions["settings"]
    return urlsplit(settings.public_url).hostname or HERE


# --- to colleagues -------------------------------------------------------------------------------


def reminder(user: User, owed: Sequence[Owed]) -> Letter:
    """One mail with every application whose candidate waits for a word of ours."""
    language = user.language or "en"
    with force_locale(language):
        subject = ngettext(
            "%(num)s candidate waits for our answer",
            "%(num)s candidates wait for our answer",
            len(owed),
        )
        lines = [_line(row) for row in owed]
        body = "\n\n".join(
            (
                _("Good morning %(name)s,", name=user.name),
                _("these candidates wait for a word of ours, those that wait longest first:"),
                "\n".join(lines),
                _("If it takes longer, tell them until when: each page has a button for it."),
            )
        )
    return Letter(user.email, language, subject, body, None, domain())


def _line(row: Owed) -> str:
    application = row.application
    day = date_words(office().last_day(row.due_at))
    said = {
        Reminder.DUE: _("due today"),
        Reminder.LATE: _("was due on %(day)s", day=day),
        Reminder.LATER: _("was due on %(day)s", day=day),
        Reminder.LEAD: _(
            "was due on %(day)s; %(owner)s was reminded three times",
            day=day,
            owner=application.owner or _("nobody"),
        ),
    }[row.reminder]
    where = f"{application.job.title}, {application.stage.name}"
    return f"- {name_of(application)} ({where}): {said}\n  {_link(application)}"


def _link(application: Application) -> str:
    settings: Settings = current_app.extensions["settings"]
    home = settings.public_url or f"http://localhost:{settings.port}"
    return f"{home.rstrip('/')}/applications/{application.id}"
