"""What candidates asked and allowed, in words for colleagues: on the timeline, the desk, a form."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from recruiting.pipeline.models import Event
from recruiting.pipeline.wording import date_words
from recruiting.privacy.models import Consent, Erasure
from recruiting.privacy.rules import Decision, Fact

DECISIONS = {
    Decision.DONE: _l("Done: we delete the documents of this application, and ask no more"),
    Decision.REFUSED: _l("Refused: we keep them, for a reason"),
}
PRESSING = timedelta(days=7)
_PLAIN = {
    Fact.ERASURE_TAKEN_BACK: _l("Wants their data kept after all"),
    Fact.ERASURE_DONE: _l("Decided: the documents of this application are deleted, as they asked"),
    Fact.ERASURE_REFUSED: _l("Their data are kept, against their wish"),
    Fact.CONSENT_WITHDRAWN: _l("May not be asked again any more"),
    Fact.CONSENT_SETTLED: _l("To be asked again: settled"),
}


def fact_title(fact: Fact, event: Event) -> str:
    """What happened, as the timeline heads it."""
    if fact is Fact.DOCUMENTS_DELETED:
        number = int(event.subject or 0)
        return ngettext("%(num)s document was deleted", "%(num)s documents were deleted", number)
    day = date_words(event.due_at) if event.due_at else ""
    if fact is Fact.ERASURE_ASKED:
        return _("Asks us to delete their data; to be decided by %(day)s", day=day)
    if fact is Fact.CONSENT_GIVEN:
        return _("Allows us to ask again from %(day)s", day=day)
    return str(_PLAIN[fact])


def is_pressing(erasure: Erasure, today: date) -> bool:
    """Whether the legal day is near, or has passed."""
    return erasure.due_on <= today + PRESSING


def erasure_words(erasure: Erasure, today: date) -> tuple[str, str]:
    """(by when we owe a decision, what was asked) of an erasure that is open."""
    asked = _("Asked on %(day)s that their data be deleted.", day=date_words(erasure.asked_at))
    day = date_words(erasure.due_on)
    if erasure.due_on < today:
        return _("The law gave us until %(day)s.", day=day), asked
    return _("The law gives us until %(day)s.", day=day), asked


def consent_words(consent: Consent) -> str:
    """That somebody may be asked again, as a page says it."""
    return _(
        "May be asked again from %(day)s, consented on %(given)s.",
        day=date_words(consent.ask_on),
        given=date_words(consent.given_at),
    )


def due_words(consent: Consent, today: date) -> str:
    """The same on the desk, once the day has come."""
    given = date_words(consent.given_at)
    if consent.ask_on == today:
        return _("Asked to be asked again from today, consented on %(given)s.", given=given)
    return _(
        "Asked to be asked again from %(day)s, consented on %(given)s.",
        day=date_words(consent.ask_on),
        given=given,
    )
