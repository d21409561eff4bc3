"""What templates may call: days, moments and spans in words, shares, the menu, who is reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel import Locale
from flask import Flask, current_app, g, request, url_for
from flask_babel import format_percent, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from config import Settings
from recruiting import access, clock
from recruiting.accounts.rules import Permission
from recruiting.pipeline.wording import clock_words, date_words, full_moment_words
from recruiting.web import guard, language, static

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTH = timedelta(days=30.44)
LONG = 100  # days, after which months are easier to read

# Label, endpoint, who sees it. A page lights up the item of its own room.
MENU = (
    (_l("Desk"), "silence.desk", {Permission.SEE_APPLICATIONS}),
    (_l("Jobs"), "pipeline.jobs", {Permission.SEE_APPLICATIONS}),
    (_l("Inbox"), "messages.inbox", {Permission.SORT_MAIL}),
    (_l("Outbox"), "messages.outbox", {Permission.APPROVE_MAIL}),
    (_l("Wording"), "messages.wordings_list", {Permission.EDIT_WORDING}),
    (_l("Journal"), "journal.start", {Permission.IMPORT_JOURNAL, Permission.EXPORT_JOURNAL}),
    (_l("Reports"), "reports.ghosting", {Permission.SEE_REPORTS}),
)
CONFIDED = "reports.confided_words"  # for the person of trust, whatever their role
BESIDE = {"silence.how_good", "silence.how_we_read"}  # pages of no item: what the clock rests on
IN_ROOM = {"dialogues": "reports"}  # whose pages are found there
MANAGERS_MENU = ((_l("Handed over to you"), "pipeline.handed_over", {Permission.SEE_HANDED_OVER}),)


@dataclass(frozen=True)
class MenuItem:
    """One link of the main menu."""

    label: str
    url: str
    is_current: bool


def init(app: Flask) -> None:
    """Make the words known to every template."""
    app.add_template_global(static.static_url)
    app.url_defaults(static.add_version)
    for word in (day, moment, span, during, ago, percent, paragraphs):
        app.add_template_filter(word)
    app.context_processor(surroundings)


def paragraphs(text: str) -> list[list[str]]:
    """The lines of each paragraph of a mail, for reading."""
    return [part.split("\n") for part in text.strip("\n").split("\n\n")]


def surroundings() -> dict[str, Any]:
    """What the shells of all pages read; nothing here asks the database."""
    settings: Settings = current_app.extensions["settings"]
    found: dict[str, Any] = {
        "locale": str(get_locale() or language.FIRST),
        "languages": list(language.LANGUAGES.items()),
        "employer": settings.employer,
        "is_refresh": access.is_refresh(),
        "read_at": clock_words(clock.now()),
        "here": request.full_path.removesuffix("?") if request.method == "GET" else "",
    }
    if not guard.is_without_session() and "user_id" in g and current_user.is_authenticated:
        found |= {
            "home_url": "/",
            "navigation": list(navigation()),
            "find_url": url_for("pipeline.find"),
            "user_name": current_user.name,
            "account_url": url_for("accounts.account"),
            "sign_out_url": url_for("accounts.sign_out"),
            "rules_url": url_for("silence.how_we_read"),
        }
    return found


def navigation() -> Iterator[MenuItem]:
    """The main menu of the signed-in person."""
    sees_all = current_user.can(Permission.SEE_APPLICATIONS)
    for label, endpoint, permissions in MENU if sees_all else MANAGERS_MENU:
        if any(current_user.can(permission) for permission in permissions):
            yield MenuItem(str(label), url_for(endpoint), _is_current(endpoint))
    settings: Settings = current_app.extensions["settings"]
    if current_user.email == settings.trusted:
        is_current = request.endpoint == CONFIDED
        yield MenuItem(_("Confided"), url_for(CONFIDED), is_current)


def _is_current(endpoint: str) -> bool:
    """Whether an item leads to the page shown, or to the room it belongs to.

    A room may have two items: the second one is lit by the pages under its own address.
    """
    if request.endpoint in BESIDE:
        return False
    room = endpoint.partition(".")[0]
    if IN_ROOM.get(request.blueprint or "", request.blueprint) != room:
        return False
    first, *others = [one for _label, one, _who in MENU if one.partition(".")[0] == room] or [
        endpoint
    ]
    lit = next((one for one in others if request.path.startswith(url_for(one))), first)
    return endpoint == lit


def first_page() -> str:
    """Where the signed-in person begins."""
    sees_all = current_user.can(Permission.SEE_APPLICATIONS)
    return url_for("silence.desk" if sees_all else "pipeline.handed_over")


def day(value: date | datetime | None) -> str:
    """A day, as the office's calendar has it: "2 March 2026"."""
    return "" if value is None else date_words(value)


def moment(value: datetime | None) -> str:
    """A day and a time on the office's wall clock: "2 March 2026, 14:05"."""
    return "" if value is None else full_moment_words(value)


def span(value: timedelta | None) -> str:
    """How long, in the largest unit that says enough: "6 days", "3 hours"."""
    unit, number = _measure(value or timedelta(0))
    match unit:
        case "moment":
            return _("less than a minute")
        case "minute":
            return ngettext("%(num)d minute", "%(num)d minutes", number)
        case "hour":
            return ngettext("%(num)d hour", "%(num)d hours", number)
        case "day":
            return ngettext("%(num)d day", "%(num)d days", number)
    return ngettext("%(num)d month", "%(num)d months", number)


def during(value: timedelta | None) -> str:
    """How long already, to stand in a sentence: "for 6 days"."""
    unit, number = _measure(value or timedelta(0))
    match unit:
        case "moment":
            return _("for less than a minute")
        case "minute":
            return ngettext("for %(num)d minute", "for %(num)d minutes", number)
        case "hour":
            return ngettext("for %(num)d hour", "for %(num)d hours", number)
        case "day":
            return ngettext("for %(num)d day", "for %(num)d days", number)
    return ngettext("for %(num)d month", "for %(num)d months", number)


def ago(value: datetime | None) -> str:
    """How long since: "6 days ago"."""
    if value is None:
        return ""
    unit, number = _measure(clock.now() - value)
    match unit:
        case "moment":
            return _("just now")
        case "minute":
            return ngettext("%(num)d minute ago", "%(num)d minutes ago", number)
        case "hour":
            return ngettext("%(num)d hour ago", "%(num)d hours ago", number)
        case "day":
            return ngettext("%(num)d day ago", "%(num)d days ago", number)
    return ngettext("%(num)d month ago", "%(num)d months ago", number)


def _measure(value: timedelta) -> tuple[str, int]:
    length = max(value, timedelta(0))
    if length < MINUTE:
        return "moment", 0
    if length < HOUR:
        return "minute", length // MINUTE
    if length < 2 * DAY:
        return "hour", length // HOUR
    if length < LONG * DAY:
        return "day", length // DAY
    return "month", length // MONTH


def percent(share: float | None, digits: int = 0) -> str:
    """A share of one: 0.124 is "12 %" in German and "12%" in English."""
    if share is None:
        return "–"
    locale = get_locale() or Locale(language.FIRST)
    pattern = locale.percent_formats[None].pattern
    return format_percent(share, pattern.replace("0", f"0.{'0' * digits}") if digits else pattern)
