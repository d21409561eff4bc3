"""The ladder in words: why a mail does not leave, when it would, what to say on the phone."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.feedback.rules import language_of
from recruiting.messages.models import Message
from recruiting.messages.rules import Hours, MessageState, Purpose
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.pipeline.wording import moment_words, weekday_words
from recruiting.silence.ladder import Why

WHY = {
    Why.ENDED: _l("the application has ended"),
    Why.REOPENED: _l("the application was reopened"),
    Why.JOB_CLOSED: _l("the job is closed"),
    Why.OUR_TURN: _l("they have answered; the next word is ours"),
    Why.ANSWERED: _l("they have answered"),
    Why.PAUSED: _l("they asked for time"),
    Why.AWAY: _l("they are away"),
    Why.BOUNCED: _l("our words do not arrive"),
    Why.OPEN_QUESTION: _l("a question of theirs is open"),
    Why.NOT_DUE: _l("their time is not over"),
    Why.MEETING: _l("a meeting is agreed"),
    Why.ASKED_MEANWHILE: _l("a colleague has asked in the meantime"),
    Why.LADDER_THROUGH: _l("three messages are enough"),
    Why.SWITCHED_OFF: _l("this stage writes no follow-ups"),
    Why.STOPPED: _l("they asked us to stop"),
    Why.NO_WAY: _l("no address is known that works"),
    Why.REPLACED: _l("another mail took its place"),
    Why.LONG_AGO: _l("it is too long ago"),
    Why.UNREAD: _l("it has waited so long that a person reads it first"),
}
PURPOSES = {
    Purpose.FOLLOW_UP: _l("Follow-up"),
    Purpose.CLOSING: _l("Closing notice"),
    Purpose.DELAY: _l("Notice of delay"),
    Purpose.WRITTEN: _l("Written by a person"),
}


def leaves_words(message: Message, hours: Hours, now: datetime) -> str:
    """When a mail leaves that waits, or a drafted one if it were approved now."""
    moment = hours.leave(message.purpose, message.send_after, now, office())
    if moment <= now:
        return _("leaves at once")
    return _("leaves on %(moment)s", moment=moment_words(moment))


def approved_words(message: Message, hours: Hours, now: datetime) -> str:
    """That a mail waits, and when it leaves: approved by a person, or let go by its stage."""
    leaves = leaves_words(message, hours, now)
    if message.approved_by is None:
        return _("A mail %(leaves)s.", leaves=leaves)
    return _("Approved, %(leaves)s.", leaves=leaves)


def waiting_words(message: Message, hours: Hours, now: datetime) -> str:
    """Where a mail of ours stands that has not left."""
    what = PURPOSES[message.purpose]
    if message.state is MessageState.DRAFTED and message.send_after > now:
        return _("%(what)s, held until %(day)s", what=what, day=weekday_words(message.send_after))
    if message.state is MessageState.DRAFTED:
        return _("%(what)s, drafted: a person reads it before it leaves", what=what)
    leaves = leaves_words(message, hours, now)
    if message.approved_by is not None:
        return _("%(what)s, approved, %(leaves)s", what=what, leaves=leaves)
    return _("%(what)s, %(leaves)s", what=what, leaves=leaves)


def script(application: Application, sender: str, employer: str, *, is_wished: bool = False) -> str:
    """What to say on the phone, in the candidate's language; a call they wished asks nothing."""
    with force_locale(language_of(application.candidate.language)):
        if is_wished:
            return _(
                "Hello, this is %(sender)s of %(employer)s. You asked for a call about your "
                "application for %(job)s.",
                sender=sender,
                employer=employer,
                job=application.job.title,
            )
        return _(
            "Hello, this is %(sender)s of %(employer)s about your application for %(job)s. Would "
            "you like to go on? A short no is fine, too.",
            sender=sender,
            employer=employer,
            job=application.job.title,
        )
