"""The mails that the ladder writes, in words: to candidates in their language, to colleagues."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from babel.dates import format_date
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from config import Settings
from recruiting.accounts import queries as accounts
from recruiting.accounts.models import User
from recruiting.answers import inviting, links
from recruiting.answers.rules import Purpose
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind, AddressState, first_name, greeted
from recruiting.db import db
from recruiting.errors import Refused
from recruiting.feedback import queries as feedback
from recruiting.feedback.rules import language_of
from recruiting.messages import cutting, wordings
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.pipeline.wording import FORMATS, date_words, name_of
from recruiting.silence.attending import Letter
from recruiting.silence.ladder import Next, Reminder, Step
from recruiting.silence.reminding import Owed

HERE = "localhost"
FEEDBACK = "feedback"
LINK_OF = {  # of an application
    Purpose.ANSWER: links.answer_link,
    Purpose.REOPEN: links.reopen_link,
    Purpose.STATUS: links.status_link,
}
UNSIGNED = re.compile(rf"https?://[^\s/]+/({'|'.join((*Purpose, FEEDBACK))})/…")


def of_step(application: Application, step: Next) -> Letter:
    """The follow-up or closing notice that a step of the ladder asks for."""
    name = "closing" if step.step is Step.CLOSE else f"follow_up_{step.number}"
    return _letter(application, name, {})


def delay(application: Application, promised_on: date) -> Letter:
    """The notice that our answer takes until a day."""
    language = language_of(application.candidate.language)
    said = format_date(promised_on, "long", locale=FORMATS.get(language, language))
    return _letter(application, "delay", {"promised_on": said})


def own(application: Application, subject: str, body: str) -> Letter:
    """A mail in a colleague's own words."""
    address = address_of(application)
    if address is None:
        raise Refused(_("No mail address of this candidate works."))
    language = language_of(application.candidate.language)
    return Letter(address.value, language, subject, body, None, domain())


def blank(application: Application, sender: str) -> tuple[str, str]:
    """(subject, body) with which a colleague's own mail begins, in the candidate's language."""
    language, name = language_of(application.candidate.language), application.candidate.name
    with force_locale(language):
        greeting = _("Hello %(name)s,", name=greeted(name, language))
        greeting = greeting.replace(" ,", ",")  # to somebody without a name
        ending = _("Kind regards")
        subject = _("Your application: %(job)s", job=application.job.title)
    return subject, f"{greeting}\n\n\n\n{ending}\n{sender}\n{_settings().employer}"


def fresh_link(application: Application, purpose: Purpose) -> Letter | None:
    """The new link that somebody asks for, also where they want no other mail; none if no address.

    It goes to an address on record, whoever asks.
    """
    address = address_of(application, {AddressState.GOOD, AddressState.STOPPED})
    if address is None:
        return None
    link = _links(application)[f"{purpose}_link"]
    return _letter(application, "fresh_link", {"answer_link": link}, address)


def _letter(
    application: Application, name: str, more: dict[str, str], address: Address | None = None
) -> Letter:
    address = address or address_of(application)
    if address is None:
        raise Refused(_("No mail address of this candidate works."))
    language = language_of(application.candidate.language)
    fields = _fields(application, language) | _links(application) | more
    subject, body = wordings.text(name, language, fields)
    return Letter(address.value, language, subject, body, application.owner, domain())


def address_of(
    application: Application, states: Collection[AddressState] = frozenset({AddressState.GOOD})
) -> Address | None:
    """Where a mail to a candidate goes: the first address that works, the primary one before."""
    good = [
        one
        for one in application.candidate.addresses
        if one.kind is AddressKind.EMAIL and one.state in states
    ]
    return min(good, key=lambda one: (not one.is_primary, one.id), default=None)


def _fields(application: Application, language: str) -> dict[str, str]:
    owner = accounts.user_with_email(application.owner) if application.owner else None
    employer = _settings().employer
    return {
        "first_name": first_name(application.candidate.name),
        "name": " ".join(application.candidate.name.split()),
        "job": application.job.title,
        "stage": _stage(application, language),
        "asked_on": _day(application.since, language),
        "employer": employer,
        "sender": owner.name if owner else employer,
    }


def _stage(application: Application, language: str) -> str:
    """The stage as candidates know it; of one that they do not see, the one before it.

    Before the first that they see the mail speaks of their application, and names none.
    """
    seen = [
        one
        for one in application.job.stages
        if one.is_shown and one.position <= application.stage.position
    ]
    stage = max(seen, key=lambda one: one.position, default=None)
    if stage is None:
        with force_locale(language):
            return _("your application")
    return stage.outside.name(language, stage.name)


def _links(application: Application) -> dict[str, str]:
    """What can be tapped in a mail, without what signs it: that is put in when the mail leaves.

    So no page, no row and no timeline holds a link that works, and each lives from that moment on.
    """
    kinds = [*Purpose, *([FEEDBACK] if feedback.may_be_asked(application) else [])]
    return {f"{kind}_link": f"{_settings().home}/{kind}/…" for kind in kinds}


def signed(body: str, application_id: int | None, address_id: int | None, now: datetime) -> str:
    """The text of a mail with links that work, as only its receiver gets it.

    What asks for feedback falls away where it may not be asked any more. In a mail to a colleague
    nothing is signed.
    """
    if application_id is None:
        return body
    asks = _feedback_link(application_id, now) if FEEDBACK in UNSIGNED.findall(body) else None
    if asks is None:
        body = _without_asking(body)

    def link(match: re.Match[str]) -> str:
        kind = match[1]
        if kind == FEEDBACK:
            return asks or match[0]
        if kind == Purpose.STOP:
            return stop_link(address_id, now) if address_id else match[0]
        ends = links.expiry(Purpose(kind), now)
        make = LINK_OF[Purpose(kind)]
        return make(
            application_id, keys=_settings().keys, base_url=_settings().home, expires_at=ends
        )

    return UNSIGNED.sub(link, body)


def _feedback_link(application_id: int, now: datetime) -> str | None:
    application = db.session.get(Application, application_id)
    return inviting.link_to(application, now=now, office=office()) if application else None


def _without_asking(body: str) -> str:
    """A text without the sentences that ask for feedback."""
    return cutting.without(body, UNSIGNED, lambda match: match[1] == FEEDBACK)


def stop_link(address_id: int, now: datetime) -> str:
    """The page on which the owner of an address stops our mails."""
    ends = links.expiry(Purpose.STOP, now)
    return links.stop_link(
        address_id, keys=_settings().keys, base_url=_settings().home, expires_at=ends
    )


def _day(moment: datetime, language: str) -> str:
    return format_date(office().day_of(moment), "long", locale=FORMATS.get(language, language))


def domain() -> str:
    """What stands behind the @ of a mail's own id."""
    settings = _settings()
    sender = settings.mail_from.rpartition("@")[2]
    return urlsplit(settings.public_url).hostname or sender or HERE


def _settings() -> Settings:
    return current_app.extensions["settings"]


# --- to colleagues -------------------------------------------------------------------------------


def reminder(user: User, owed: Sequence[Owed]) -> Letter:
    """One mail with every application whose candidate waits for a word of ours."""
    language = user.language or "en"
    with force_locale(language):
        waiting = "\n".join(_line(row) for row in owed)
    fields = {
        "first_name": first_name(user.name),
        "name": user.name,
        "employer": _settings().employer,
        "waiting": waiting,
    }
    subject, body = wordings.text("reminder", language, fields)
    return Letter(user.email, language, subject, body, None, domain())


def confided(user: User) -> Letter:
    """A mail that says that there is something to read here, and nothing of it."""
    language = user.language or "en"
    fields = {
        "first_name": first_name(user.name),
        "name": user.name,
        "employer": _settings().employer,
        "home": _settings().home,
    }
    subject, body = wordings.text("confided", language, fields)
    return Letter(user.email, language, subject, body, None, domain())


def _line(row: Owed) -> str:
    application = row.application
    day = date_words(office().last_day(row.due_at))
    said = {
        Reminder.DUE: _("due today"),
        Reminder.LATE: _("was due on %(day)s", day=day),
        Reminder.LATER: _("was due on %(day)s", day=day),
        Reminder.LEAD: _(
            "was due on %(day)s; %(owner)s looks after it",
            day=day,
            owner=_owner_of(application),
        ),
    }[row.reminder]
    where = f"{application.job.title}, {application.stage.name}"
    return f"- {name_of(application)} ({where}): {said}\n  {_link(application)}"


def _owner_of(application: Application) -> str:
    """Who looks after an application, by name; what was written to them, the outbox alone tells."""
    owner = accounts.user_with_email(application.owner) if application.owner else None
    return owner.name if owner else application.owner or _("nobody")


def _link(application: Application) -> str:
    return f"{_settings().home}/applications/{application.id}"
