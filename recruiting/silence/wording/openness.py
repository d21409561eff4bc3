"""How silence is read here, in words for a works council, an auditor, and everybody who works here.

What the code may use, what it asks for and how long it keeps things is read from the code itself,
so that the page cannot say anything else.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from recruiting.accounts.services import KEEP_SESSIONS, KEEP_SUBMISSIONS
from recruiting.feedback.box import AT_LEAST, BATCH
from recruiting.jobs.rules import Terms
from recruiting.journal.services import KEEP_UPLOADS
from recruiting.pipeline.wording import full_moment_words, number_words
from recruiting.silence.chances import KEPT_FOR
from recruiting.silence.judged import KEPT_FOR as JUDGED_FOR
from recruiting.silence.judged import Judged
from recruiting.silence.rules import DAYS_APART, LADDER, Rule, State
from recruiting.silence.wording import STATES
from recruiting.silence.wording.judged import decimal, findings, percent
from recruiting.stats.facts import Fact
from recruiting.stats.replies import PRIOR_WEIGHT, WEIGHT, prior_share
from recruiting.stats.shifts import LEVEL, SHAPE
from recruiting.workdays import DAY

HOURS = 24.0
ASSUMED_DAYS = (1, 7, 30)

FACTS = {
    Fact.DEPTH: _l("how often they have spoken in this conversation so far"),
    Fact.DELAY: _l("how long we had let them wait before our question"),
    Fact.PACE: _l("how fast they have answered so far in this conversation"),
    Fact.MOMENT: _l("hour and weekday of our question"),
    Fact.CHANNEL: _l("its channel: mail, a call or meeting, another written way"),
    Fact.ATTEMPTS: _l("how often we have asked again, and whether lately"),
}
NEVER = (
    _l("name, address, photo, and anything that describes a person: age, sex, origin, health"),
    _l("the text of any message, by either side"),
    _l("where somebody came from: the source of an application"),
    _l("other applications of the same person, here or elsewhere"),
    _l("who looks after the application, and what colleagues noted or judged"),
    _l("opened mails, followed links, visits to a page"),
)
MEANINGS = {
    State.WAITING: _l("Their turn, and our patience is not over."),
    State.DUE: _l("Patience is over: a follow-up is in order."),
    State.QUIET: _l("A follow-up was sent, and its patience is over too. A person looks."),
    State.NEVER_RESPONDED: _l(
        "All messages were sent, and no word ever came after the application. That is no contact "
        "broken off, and it is counted apart."
    ),
    State.MUTUAL_FADE: _l(
        "They are silent over a question that we left open. It counts on our side first."
    ),
    State.OUR_TURN: _l("The next word is ours, within our promise."),
    State.DELAYED: _l("The next word is ours, and our promise is over."),
    State.AWAY: _l("An auto-reply told of an absence: patience stands still."),
    State.PAUSED: _l("They asked for time: patience stands still."),
    State.UNREACHABLE: _l("Our words came back undelivered. That is ours to repair, no silence."),
    State.ENDED: _l("Hired, rejected, withdrawn, or confirmed by a person. Nobody owes a word."),
}
ENDED = _l("ended")
CONDITIONS = {
    Rule.THEIR_TURN: _l("It is the candidate's turn."),
    Rule.CONTACT: _l("There was contact: at least one answer came after the application."),
    Rule.PLAIN_QUESTION: _l(
        "The question was plain and offered an easy no. Where that is not known, a person reads "
        "it and says so."
    ),
    Rule.DELIVERED: _l("Nothing came back undelivered, or two later messages arrived."),
    Rule.ATTEMPTS: _l("At least two attempts arrived."),
    Rule.CHANNELS: _l("They went by two channels, where two are known."),
    Rule.APART: _l("The first and the last attempt lie %(days)s working days apart."),
    Rule.PATIENCE: _l("Our patience is over."),
    Rule.PRESENT: _l("No absence and no pause is running."),
    Rule.OUR_SIDE: _l(
        "No question of theirs is open. Whether our reply answered it, a person reads."
    ),
}


def states() -> list[tuple[str, str]]:
    """Every state of a turn with what it means."""
    return [(str(STATES.get(one, ENDED)), str(MEANINGS[one])) for one in State]


def conditions() -> list[str]:
    """What must hold before a person may confirm that a contact broke off."""
    return [str(CONDITIONS[one]) % {"days": DAYS_APART} for one in Rule]


def used() -> list[str]:
    """The facts of a conversation that a chance rests on: those of the code, and no others."""
    return [
        _("the stage of the job, by its name"),
        _("how long the silence has lasted"),
        *(str(FACTS[one]) for one in Fact),
    ]


def never() -> list[str]:
    """What no chance rests on."""
    return [str(one) for one in NEVER]


def ladder() -> list[str]:
    """The steps of one silence with the usual waits; each stage of a job may set its own."""
    terms = Terms()
    return [
        ngettext(
            "Our question. An answer is due after %(num)s working day; where a day was agreed, "
            "%(grace)s more are added to it.",
            "Our question. An answer is due after %(num)s working days; where a day was agreed, "
            "%(grace)s more are added to it.",
            terms.patience,
            grace=terms.grace,
        ),
        ngettext(
            "A first follow-up. We wait %(num)s working day.",
            "A first follow-up. We wait %(num)s working days.",
            terms.second_gap,
        ),
        ngettext(
            "A second one, by another channel where one is known. We wait %(num)s working day.",
            "A second one, by another channel where one is known. We wait %(num)s working days.",
            terms.closing_gap,
        ),
        _("Then a person asks whether it is our fault, and decides."),
    ]


def most() -> str:
    """How many messages one silence may hold."""
    return _("There are never more than %(num)s messages in one silence.", num=LADDER)


def assumed() -> list[tuple[str, str]]:
    """The assumed curve: how many are still silent after some days."""
    return [
        (
            ngettext("after %(num)s day", "after %(num)s days", days),
            percent(float(prior_share(days * HOURS))),
        )
        for days in ASSUMED_DAYS
    ]


def leaning() -> dict[str, str]:
    """The weights with which small groups lean on larger ones."""
    weights = {"stage": WEIGHT, "assumed": PRIOR_WEIGHT, "fact": LEVEL, "shape": SHAPE}
    return {name: decimal(weight, "0") for name, weight in weights.items()}


def judged(found: Judged) -> list[str]:
    """What the last back-test found, in sentences; none if there are no figures."""
    if found.figures is None:
        return []
    tested = _(
        "Last judged on %(moment)s, by %(tested)s silences that the clock had not seen.",
        moment=full_moment_words(found.at),
        tested=number_words(found.figures.tested),
    )
    return [tested, *findings(found.figures)]


def kept(feedback_days: int, documents_days: int) -> list[tuple[str, str]]:
    """What is kept for how long, as far as the product knows."""
    minutes = KEPT_FOR.seconds // 60, JUDGED_FOR.seconds // 60
    return [
        (
            _("Applications, their events and mails, answers to the exit feedback"),
            _("without an end: this version deletes none of it by itself"),
        ),
        (
            _("Documents that candidates sent"),
            _(
                "%(span)s after the end, from the day on which its candidate knows of it; an end "
                "that was told to nobody keeps them",
                span=_days(documents_days),
            ),
        ),
        (_("Chances of hearing back"), _("not at all: each is worked out when a page shows it")),
        (
            _("Curves, and figures of the back-test"),
            _(
                "in memory alone, for %(curves)s and %(judged)s minutes until they are worked out "
                "anew; no conversation can be read from the figures",
                curves=minutes[0],
                judged=minutes[1],
            ),
        ),
        (
            _("What held when a silence was confirmed"),
            _("as long as the application, with the note, the name and the moment"),
        ),
        (_("Links to the exit feedback"), _days(feedback_days)),
        (
            _("Answers without a name"),
            _(
                "sealed for %(days)s days at least, until %(number)s or more leave together; from "
                "then on without person, moment or order, as long as the installation stands",
                days=AT_LEAST // DAY,
                number=BATCH,
            ),
        ),
        (
            _("Sign-ins of colleagues"),
            _("%(span)s after the last use", span=_days(KEEP_SESSIONS // DAY)),
        ),
        (_("Journal files that wait for a confirmation"), _days(KEEP_UPLOADS // DAY)),
        (_("Keys of sent forms, against double sending"), _days(KEEP_SUBMISSIONS // DAY)),
    ]


def _days(number: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", number)


def asked() -> list[tuple[str, str, str]]:
    """What the laws ask for in plain words, and where this page answers: article, words, place."""
    return [
        (
            _("EU AI Act, art. 13"),
            _(
                "Those who use such a system should understand what it does, what it rests on, how "
                "accurate it is and where its limits are."
            ),
            _("The sections on what is used, how the curve is computed, and how good it is."),
        ),
        (
            _("EU AI Act, art. 14"),
            _(
                "People should be able to watch over it: know its limits, not trust it blindly, "
                "overrule it, leave it unused, stop it."
            ),
            _("The section on who decides. The chance is shown beside the counts it rests on."),
        ),
        (
            _("GDPR, art. 22"),
            _(
                "Nobody should be subject to a decision with grave effects that a machine makes "
                "alone; a person must be able to step in, and the one concerned to object."
            ),
            _("The sections on what must hold and on who decides. No outcome is set by itself."),
        ),
    ]
