"""Whose turn it is, since when and what that means, in words; neutral ones, without blame.

`conditions.py` the evidence; `reasons.py` why a chance is what it is; `waiting.py` how a stage
waits; `steps.py` the one next thing to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome, Turn
from recruiting.pipeline.wording import (
    OUTCOMES,
    date_words,
    day_words,
    moment_words,
    weekday_words,
)
from recruiting.silence.curves import Why
from recruiting.silence.queries import Card, is_repair
from recruiting.silence.rules import State
from recruiting.workdays import DAY, Office

STATES = {
    State.WAITING: _l("waiting"),
    State.DUE: _l("due"),
    State.QUIET: _l("quiet"),
    State.NEVER_RESPONDED: _l("never responded"),
    State.MUTUAL_FADE: _l("both sides quiet"),
    State.OUR_TURN: _l("our turn"),
    State.DELAYED: _l("we are late"),
    State.AWAY: _l("away"),
    State.PAUSED: _l("paused"),
    State.UNREACHABLE: _l("unreachable"),
}
CONFIRMED = {
    Outcome.GHOSTED: _l("Confirm: no answer"),
    Outcome.NEVER_RESPONDED: _l("Confirm: never responded"),
    Outcome.UNREACHABLE: _l("Confirm: unreachable"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A turn in words: what we owe, said in our colour, and then the facts."""

    owed: str
    facts: tuple[str, ...]

    @property
    def short(self) -> str:
        """The facts in one line, as a card shows them."""
        return " · ".join(self.facts)

    @property
    def sentences(self) -> str:
        """The facts as sentences, as the desk says them."""
        return " ".join(_sentence(fact) for fact in self.facts)

    @property
    def first_sentence(self) -> str:
        """The first fact, where counts are told beside it in full."""
        return _sentence(self.facts[0]) if self.facts else ""

    @property
    def owed_sentence(self) -> str:
        """What we owe, as a sentence."""
        return _sentence(self.owed) if self.owed else ""


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def line(application: Application, card: Card, now: datetime, office: Office) -> Line:
    """An application's turn at `now`, in words."""
    standing = card.standing
    if standing.state is State.ENDED:
        return _ended_line(application)
    meets_at = application.meets_at
    if meets_at is not None and meets_at > now:
        agreed = _("meeting agreed for %(moment)s", moment=moment_words(meets_at))
        if standing.turn is Turn.US and standing.due_at and standing.due_at <= meets_at:
            ours = _our_line(application, card, now, office)
            return Line(ours.owed, (*ours.facts, agreed))
        return Line("", (agreed,))
    if standing.turn is Turn.CANDIDATE:
        return _their_line(application, card, now, office)
    return _our_line(application, card, now, office)


def _ended_line(application: Application) -> Line:
    owed = _("wrote after the end") if application.wrote_after_end else ""
    if application.outcome is None or application.ended_at is None:
        return Line(owed, ())
    outcome, day = OUTCOMES[application.outcome], date_words(application.ended_at)
    return Line(owed, (_("%(outcome)s on %(day)s", outcome=outcome, day=day),))


def _their_line(application: Application, card: Card, now: datetime, office: Office) -> Line:
    state = card.standing.state
    if state is State.PAUSED and application.paused_until:
        return Line(
            "", (_("paused at their wish until %(day)s", day=day_words(application.paused_until)),)
        )
    if state is State.AWAY and application.away_until:
        day = day_words(application.away_until)
        said = _("away (auto-reply); their time runs on from %(day)s", day=day)
        return Line("", (said,))
    if state is State.UNREACHABLE:
        return Line(_("our words did not arrive"), (_("the address needs a look"),))
    silent = max(0, _days(card.standing.since, now, office))
    if state is State.WAITING:
        facts = (_silent_words(silent), *_typical_words(card, silent))
        return Line("", facts)
    facts = (_quiet_words(state, silent, card.standing.attempts), *answered_words(card))
    if state is State.MUTUAL_FADE:
        return Line(_("a question of theirs is open"), facts)
    return Line("", facts)


def _our_line(application: Application, card: Card, now: datetime, office: Office) -> Line:
    standing = card.standing
    begun = _begun_words(application, card, when_words(_days(standing.since, now, office)))
    if is_repair(application, standing):
        return Line(_("our mail or a link does not work for them, they say"), (begun,))
    if standing.due_at is None:
        return Line("", (begun,))
    decides = standing.turn is Turn.NOBODY
    promised = application.promised_at
    promise = (_promise_words(promised, office),) if promised else ()
    if standing.state is State.DELAYED:
        return Line(late_words(standing.due_at, now, office, decides=decides), promise or (begun,))
    last_day = office.last_day(standing.due_at)
    if last_day == office.day_of(now):
        owed = _("our decision due today") if decides else _("our answer due today")
        return Line(owed, (begun,))
    day = weekday_words(last_day)
    due = (
        _("our decision due %(day)s", day=day) if decides else _("our answer due %(day)s", day=day)
    )
    return Line("", (begun, due))


def _promise_words(promised: datetime, office: Office) -> str:
    return _("promised for %(day)s", day=weekday_words(office.last_day(promised)))


def late_words(due_at: datetime, now: datetime, office: Office, *, decides: bool = False) -> str:
    """How late we are, in working days."""
    today, last_day = office.start_of(office.day_of(now)), office.last_day(due_at)
    late = office.between(office.start_of(last_day), today)
    if late == 0:
        day = weekday_words(last_day)
        if decides:
            return _("our decision was due %(day)s", day=day)
        return _("our answer was due %(day)s", day=day)
    if decides:
        return ngettext(
            "our decision is %(num)s day late", "our decision is %(num)s days late", late
        )
    return ngettext("we are %(num)s day late", "we are %(num)s days late", late)


def when_words(days: int) -> str:
    """A day of the past, as people say it."""
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    return ngettext("%(num)s day ago", "%(num)s days ago", days)


def _begun_words(application: Application, card: Card, when: str) -> str:
    since = card.standing.since
    if application.meets_at == since:
        return _("met %(when)s", when=when)
    if application.applied_at == since and application.depth:
        return _("applied %(when)s", when=when)
    if application.last_touch_at == since and application.depth:
        return _("wrote %(when)s", when=when)
    if card.standing.turn is Turn.US:
        return _("our turn since %(when)s", when=day_words(since))
    return _("nothing asked since %(when)s", when=day_words(since))


def _silent_words(days: int) -> str:
    if days == 0:
        return _("asked today")
    return ngettext("no answer for %(num)s day", "no answer for %(num)s days", days)


def _quiet_words(state: State, days: int, attempts: int) -> str:
    if state in {State.DUE, State.MUTUAL_FADE}:
        return _silent_words(days)
    quiet = ngettext("quiet for %(num)s day", "quiet for %(num)s days", days)
    if state is State.NEVER_RESPONDED:
        asked = ngettext("%(num)s message", "%(num)s messages", attempts)
    else:
        asked = ngettext("one follow-up", "%(num)s follow-ups", attempts - 1)
    return f"{quiet}, {asked}"


def _typical_words(card: Card, silent: int) -> tuple[str, ...]:
    """When half of the answers come; nothing once the silence is older, since it says no more."""
    if card.typical is None:
        return ()
    days = max(1, ceil(card.typical / DAY))
    if silent > days:
        return ()
    words = ngettext(
        "half of the answers come within %(num)s day",
        "half of the answers come within %(num)s days",
        days,
    )
    return (words,)


def answered_words(card: Card) -> tuple[str, ...]:
    """How many of the comparable silences were still answered; nothing where there are none."""
    if not card.comparable:
        return ()
    return (
        _(
            "%(answered)s of %(comparable)s still did",
            answered=card.answered_after,
            comparable=card.comparable,
        ),
    )


def hairline(card: Card) -> float | None:
    """The chance that a hairline draws; none where our words did not even arrive."""
    return None if card.standing.state is State.UNREACHABLE else card.chance


def chance_words(card: Card) -> str:
    """What the hairline says, for the ear."""
    if card.chance is None:
        return ""
    return _("chance of hearing back %(percent)s%%", percent=percent_of(card.chance))


def percent_of(share: float) -> str:
    """A share as a whole percentage; only what never or always happens is called 0 or 100."""
    if 0 < share < 0.005:
        return _("less than 1")
    if 0.995 <= share < 1:
        return _("more than 99")
    return f"{share * 100:.0f}"


def outlook(
    application: Application, card: Card, now: datetime, office: Office, why: Why | None = None
) -> list[str]:
    """Sentences on whether we will hear back, the finding first; with `why` also the bounds."""
    if card.standing.state is State.ENDED:
        return [_("This application has ended; nobody owes a word.")]
    if card.standing.state in {State.AWAY, State.PAUSED}:
        return [_("They have said when they will be back; until then nobody is silent.")]
    if card.standing.state is State.UNREACHABLE:
        return [_("What we sent did not arrive, so there is no silence to read.")]
    if card.chance is None:
        return [_("The next word is ours, so there is nothing to wait for.")]
    days = _days(card.standing.since, now, office)
    said = [_comparable_sentence(card, days)]
    if card.chance > 0:  # after 30 days the question has answered itself
        said.append(_chance_sentence(card.chance, why))
    if card.typical is not None:
        typical = max(1, ceil(card.typical / DAY))
        said.append(
            ngettext(
                "Half of those who answer at this stage have done so within %(num)s day.",
                "Half of those who answer at this stage have done so within %(num)s days.",
                typical,
            )
        )
    return said


def _chance_sentence(chance: float, why: Why | None) -> str:
    percent = percent_of(chance)
    if why is None:
        return _(
            "The chance of an answer within 30 days of our question is now %(percent)s%%.",
            percent=percent,
        )
    return _(
        "The chance of an answer within 30 days of our question is now %(percent)s%%"
        " (95%% interval %(low)s to %(high)s%%).",
        percent=percent,
        low=percent_of(why.low),
        high=percent_of(why.high),
    )


def _comparable_sentence(card: Card, days: int) -> str:
    if not card.comparable:
        return _("No comparable silence at this stage has lasted this long yet.")
    silence = ngettext("After %(num)s day of silence", "After %(num)s days of silence", days)
    return _(
        "%(silence)s at this stage, %(answered)s of %(comparable)s still answered.",
        silence=silence,
        answered=card.answered_after,
        comparable=card.comparable,
    )


def _days(since: datetime, now: datetime, office: Office) -> int:
    """Days of the calendar between two moments, as people count them."""
    return (office.day_of(now) - office.day_of(since)) // timedelta(days=1)
