"""How channels, outcomes, days and candidates are called in front of people."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Outcome, Result

CHANNELS = {
    Channel.EMAIL: _l("by mail"),
    Channel.PHONE: _l("by phone"),
    Channel.SMS: _l("by text message"),
    Channel.VIDEO: _l("by video"),
    Channel.IN_PERSON: _l("in person"),
    Channel.LINKEDIN: _l("on LinkedIn"),
    Channel.PORTAL: _l("in the portal"),
    Channel.OTHER: _l("another way"),
}
CHANNEL_CHOICES = {
    Channel.EMAIL: _l("Mail"),
    Channel.PHONE: _l("Phone"),
    Channel.SMS: _l("Text message"),
    Channel.VIDEO: _l("Video call"),
    Channel.IN_PERSON: _l("In person"),
    Channel.LINKEDIN: _l("LinkedIn"),
    Channel.PORTAL: _l("Portal"),
    Channel.OTHER: _l("Another way"),
}
RESULTS = {
    Result.REACHED: _l("reached"),
    Result.VOICEMAIL: _l("voicemail"),
    Result.NO_ANSWER: _l("nobody answered"),
}
OUTCOMES = {
    Outcome.HIRED: _l("hired"),
    Outcome.REJECTED: _l("declined by us"),
    Outcome.WITHDRAWN: _l("withdrawn"),
    Outcome.GHOSTED: _l("no answer, confirmed"),
    Outcome.UNREACHABLE: _l("unreachable"),
    Outcome.NEVER_RESPONDED: _l("never responded"),
}
NO_BREAK = "\u00a0"  # a short day stays in one piece, however narrow its card
# Days as people write them in the office's part of the world, by language.
FORMATS = {"en": "en_GB"}


def day_words(moment: date | datetime) -> str:
    """A day of these months: "24 Nov"."""
    return _formatted("MMMd", _day(moment))


def number_words(number: int) -> str:
    """A whole number, as the language groups it: "1,252", in German "1.252"."""
    return format_decimal(number, locale=_locale())


def date_words(moment: date | datetime) -> str:
    """A day of any year: "24 November 2025"."""
    return format_date(_day(moment), "long", locale=_locale())


def weekday_words(moment: date | datetime) -> str:
    """A day near by: "Tue 24 Nov"."""
    return _formatted("MMMEd", _day(moment))


def day_name(moment: date | datetime) -> str:
    """The day of the week: "Tuesday"."""
    return format_date(_day(moment), "EEEE", locale=_locale())


def long_day_words(moment: date | datetime) -> str:
    """A day in full: "Tuesday 24 November"."""
    return _formatted("MMMMEEEEd", _day(moment)).replace(NO_BREAK, " ")


def full_day_words(moment: date | datetime) -> str:
    """A day that nobody can mistake: "Tuesday, 24 November 2026"."""
    return format_date(_day(moment), "full", locale=_locale())


def last_day(deadline: datetime) -> date:
    """The day by whose end a deadline is over."""
    return office().last_day(deadline)


def moment_words(moment: datetime) -> str:
    """A moment near by: "Tue 24 Nov, 10:00"."""
    return _at(weekday_words(moment), moment)


def full_moment_words(moment: datetime) -> str:
    """A moment of any year: "24 November 2025, 10:00"."""
    return _at(date_words(moment), moment)


def _at(day: str, moment: datetime) -> str:
    return _("%(day)s, %(clock)s", day=day, clock=clock_words(moment))


def clock_words(moment: datetime) -> str:
    """The time of day on the office's wall clock."""
    return office().local(moment).strftime("%H:%M")


def _day(moment: date | datetime) -> date:
    return office().day_of(moment) if isinstance(moment, datetime) else moment


def _formatted(skeleton: str, day: date) -> str:
    return _in_language(skeleton, day, _locale())


def _locale() -> str:
    language = str(get_locale() or "en")
    return FORMATS.get(language, language)


@lru_cache(maxsize=4096)
def _in_language(skeleton: str, day: date, language: str) -> str:
    return format_skeleton(skeleton, day, locale=language).replace(" ", NO_BREAK)


def name_of(application: Application) -> str:
    """How a page calls a candidate: by name, else by address."""
    candidate = application.candidate
    if candidate.name:
        return candidate.name
    return candidate.addresses[0].value if candidate.addresses else _("No name")
