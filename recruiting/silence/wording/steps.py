"""The one next thing to do about an application, as a link to the form that does it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from recruiting.answers.wishes import Wish, wish_of
from recruiting.jobs.rules import Ladder
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Turn
from recruiting.pipeline.wording import weekday_words
from recruiting.silence.ladder import Case, Next, Step, Why, next_step
from recruiting.silence.queries import Card
from recruiting.silence.rules import Rule, State
from recruiting.workdays import Office

# Time or a mail that is under way brings what comes next; whatever else stands still, one reads.
RESTS = frozenset({Why.NOT_DUE, Why.PAUSED, Why.AWAY, Why.MEETING, Why.WRITTEN, Why.MAIL_WAITS})


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, and where."""

    text: str
    href: str
    is_call: bool = False
    wished_by: str = ""  # of a call that they asked for: the day by whose end


def step_words(
    application: Application,
    card: Card,
    case: Case | None,
    now: datetime,
    office: Office,
    *,
    wanted: Event | None = None,
) -> NextStep | None:
    """The next thing that is ours to do; none while there is nothing but to wait.

    On our turn it is what they asked for in their word that is `wanted`, if any. On the candidate's
    it follows from the ladder's step, which reads `case`.
    """
    standing = card.standing
    if standing.turn is Turn.US and wanted and wish_of(wanted.external_id) is Wish.CALL:
        return _wished_call(application, wanted, office)
    match standing.state:
        case State.OUR_TURN | State.DELAYED if standing.turn is Turn.US:
            return NextStep(_("Answer"), _form(application, "answer", "log"))
        case State.OUR_TURN | State.DELAYED:
            return NextStep(_("Decide"), _form(application, None, "acts"))
        case State.ENDED if application.wrote_after_end:
            return NextStep(_("Read what they wrote"), _form(application, None, "timeline"))
    if case is None or standing.turn is not Turn.CANDIDATE:
        return None
    return _on_their_turn(application, case, _for_a_person(case, now, office))


def _wished_call(application: Application, wanted: Event, office: Office) -> NextStep:
    day = weekday_words(office.last_day(wanted.due_at or wanted.at))
    href = _form(application, "call", "log")
    return NextStep(_("Call by %(day)s", day=day), href, is_call=True, wished_by=day)


def _for_a_person(case: Case, now: datetime, office: Office) -> Next:
    """The ladder's step; where a stage writes no follow-ups, the one that is left to a person."""
    if case.mode is Ladder.OFF:
        case = replace(case, mode=Ladder.BATCH)
    return next_step(case, now, office)


def _on_their_turn(application: Application, case: Case, step: Next) -> NextStep | None:
    match step.step, step.why:
        case Step.CALL, _why:
            return NextStep(_("Log a call"), _form(application, "call", "log"), is_call=True)
        case Step.FOLLOW_UP, _why:
            return NextStep(_("Follow up"), _form(application, "follow-up", "log"))
        case Step.WAIT, Why.OPEN_QUESTION if not case.reach.stopped:
            return NextStep(_("Answer their question"), _form(application, "answer", "log"))
        case Step.WAIT, Why.NOTHING_ASKED if not case.reach.stopped:
            return NextStep(_("Follow up"), _form(application, "follow-up", "log"))
        case Step.WAIT, Why.JOB_CLOSED:
            return NextStep(_("Decide"), _form(application, None, "acts"))
        case Step.WAIT, why if why in RESTS:
            return None
    href = url_for("silence.confirm", application_id=application.id)
    return NextStep(_("Read the evidence"), href)


def remedies(application: Application, case: Case | None) -> dict[Rule, NextStep]:
    """What meets a condition that is not met, where a touch of ours can.

    Nothing does once they asked us to stop.
    """
    if case is not None and case.reach.stopped:
        return {}
    answer = NextStep(_("Answer it first"), _form(application, "answer", "log"))
    follow_up = NextStep(_("Follow up"), _form(application, "follow-up", "log"))
    call = NextStep(_("Log a call"), _form(application, "call", "log"))
    return {
        Rule.OUR_SIDE: answer,
        Rule.PLAIN_QUESTION: follow_up,
        Rule.ATTEMPTS: follow_up,
        Rule.CHANNELS: call,
    }


def _form(application: Application, do: str | None, anchor: str) -> str:
    """The application page with one form open."""
    return url_for("pipeline.show", application_id=application.id, do=do, _anchor=anchor)
