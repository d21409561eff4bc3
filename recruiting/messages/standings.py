"""Where mails of ours stand, in words: what each is, when it leaves, what went wrong."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.messages.models import Message
from recruiting.messages.rules import (
    AT_ONCE,
    FAULT,
    ONE_TODAY,
    UNANSWERED,
    UNREACHABLE,
    UNREAD,
    Hours,
    MessageState,
    Purpose,
)
from recruiting.pipeline.wording import full_moment_words
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


def leaves_at(message: Message, hours: Hours, now: datetime, office: Office) -> datetime:
    """The first moment at which a mail that waits may leave."""
    moment = max(message.send_after, now)
    return moment if message.purpose in AT_ONCE else hours.next_open(moment, office)


def state_words(message: Message, hours: Hours, now: datetime, office: Office) -> str:
    """Where a mail stands."""
    if message.state is not MessageState.QUEUED:
        return str(STATES[message.state])
    moment = leaves_at(message, hours, now, office)
    if moment <= now:
        return _("leaves next")
    return _("leaves from %(moment)s on", moment=full_moment_words(moment))


def why_words(message: Message) -> str:
    """What happened to a mail last, empty if nothing did."""
    why = message.why
    if why == UNANSWERED:
        return _("The server took its text and gave no answer.")
    if why == ONE_TODAY:
        return _("This candidate has had a mail of ours today.")
    if why == UNREAD:
        return _("A mail of theirs waits in the inbox for somebody to place it.")
    if why.startswith(UNREACHABLE):
        return _("No server takes it (%(kind)s).", kind=why.removeprefix(UNREACHABLE))
    if why.startswith(FAULT):
        return _("It cannot be written as it is (%(kind)s).", kind=why.removeprefix(FAULT))
    if why in WHY:
        return _("Because %(why)s.", why=WHY[Why(why)])
    if why[:1].isdigit():
        return _("The server answered %(answer)s.", answer=why)
    return why
