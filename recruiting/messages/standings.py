"""Where mails of ours stand, in words: what each is, when it leaves, what went wrong."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from config import Settings
from recruiting.accounts import queries as staff
from recruiting.messages.leases import LEASE
from recruiting.messages.models import Message, Stop
from recruiting.messages.rules import (
    ERASED,
    ERASURE,
    FAULT,
    ONE_TODAY,
    UNANSWERED,
    UNREACHABLE,
    UNREAD,
    WORKER_ENDED,
    Hours,
    MessageState,
    Purpose,
)
from recruiting.pipeline.wording import clock_words, full_moment_words
from recruiting.silence.ladder import Why
from recruiting.silence.wording.ladder import WHY
from recruiting.workdays import Office

KINDS = {
    Purpose.FOLLOW_UP: _l("Follow-up"),
    Purpose.CLOSING: _l("Closing notice"),
    Purpose.DELAY: _l("Notice of delay"),
    Purpose.FRESH_LINK: _l("Fresh link"),
    Purpose.REMINDER: _l("Reminder to a colleague"),
    Purpose.WRITTEN: _l("Written by a person"),
}
STATES = {
    MessageState.DRAFTED: _l("drafted: a person reads it first"),
    MessageState.QUEUED: _l("waits"),
    MessageState.LEASED: _l("is about to leave"),
    MessageState.BEGUN: _l("is leaving"),
    MessageState.SENT: _l("sent"),
    MessageState.FAILED: _l("did not leave"),
    MessageState.UNKNOWN: _l("may have left"),
    MessageState.CANCELLED: _l("taken back"),
}

PLAINLY = {  # what happened to a mail last
    UNANSWERED: _l("The server took its text and gave no answer."),
    WORKER_ENDED: _l("The worker ended while it sent this mail, so nobody knows whether it left."),
    ONE_TODAY: _l("This candidate has had a mail of ours today."),
    UNREAD: _l("A mail of theirs waits in the inbox for somebody to place it."),
    ERASURE: _l("They asked us to delete their data, and nobody has decided yet."),
    ERASED: _l("They asked us to delete their data, and that is done."),
}


def leaves_at(message: Message, hours: Hours, now: datetime, office: Office) -> datetime:
    """The first moment at which a mail that waits may leave."""
    return hours.leave(message.purpose, message.send_after, now, office)


def state_words(
    message: Message, hours: Hours, now: datetime, office: Office, *, is_stopped: bool
) -> str:
    """Where a mail stands; `is_stopped` says that somebody has stopped all mail."""
    if message.lease_until is not None:
        return _taken_words(message.state, message.lease_until)
    if message.state is not MessageState.QUEUED:
        return str(STATES[message.state])
    if is_stopped:
        return _("waits until mail may leave again")
    moment = leaves_at(message, hours, now, office)
    if moment <= now:
        return _("leaves next")
    return _("leaves from %(moment)s on", moment=full_moment_words(moment))


def _taken_words(state: MessageState, until: datetime) -> str:
    """Where a mail stands that a worker has taken, and what follows if nothing comes of it."""
    taken, ends = clock_words(until - LEASE), clock_words(until)
    if state is MessageState.LEASED:
        return _(
            "a worker took it at %(taken)s; if nothing comes of it, it goes out by itself after"
            " %(ends)s",
            taken=taken,
            ends=ends,
        )
    return _(
        "a worker began to send it at %(taken)s; if nothing is known by %(ends)s, a person decides",
        taken=taken,
        ends=ends,
    )


def why_words(message: Message, *, technical: bool = False) -> str:
    """What happened to a mail last, empty if nothing did; `technical` also names the error."""
    why = message.why
    if why in PLAINLY:
        return str(PLAINLY[why])
    if why.startswith(UNREACHABLE):
        said = _("Our mail server cannot be reached; we keep trying.")
        return _with_cause(said, why.removeprefix(UNREACHABLE), shown=technical)
    if why.startswith(FAULT):
        said = _("We failed at writing it; an administrator has to have a look.")
        return _with_cause(said, why.removeprefix(FAULT), shown=technical)
    if why in WHY:
        return _("Because %(why)s.", why=WHY[Why(why)])
    if why[:1].isdigit():
        return _("The server answered %(answer)s.", answer=why)
    return why


def _with_cause(said: str, kind: str, *, shown: bool) -> str:
    """A sentence, and for whoever mends it what the program calls the trouble."""
    return f"{said} ({kind})" if shown else said


def lacks_address(settings: Settings) -> str:
    """That links in our mails lead nowhere from outside, while mails can leave; else empty."""
    if settings.mail_server is None or settings.public_url:
        return ""
    return _(
        "HEARDBACK_PUBLIC_URL is not set, so links in our mails lead to %(home)s, which works on"
        " this machine alone.",
        home=settings.home,
    )


def stop_words(stop: Stop | None) -> str:
    """That all mail is stopped, and who lets it go; empty while it flows."""
    if stop is None:
        return ""
    who = staff.user_with_email(stop.by)
    return _(
        "All mail is stopped (%(who)s, %(moment)s). Nothing leaves until a recruiter or an"
        " administrator lets it leave again, on the page of the outbox.",
        who=who.name if who else stop.by,
        moment=full_moment_words(stop.at),
    )
