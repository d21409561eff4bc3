"""The one next thing to do about an application, as a link to the form that does it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Turn
from recruiting.silence.queries import Card
from recruiting.silence.rules import LADDER, Rule, State


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, and where."""

    text: str
    href: str
    is_call: bool = False


def next_step(application: Application, card: Card, *, has_phone: bool) -> NextStep | None:
    """The next thing that is ours to do; none while there is nothing but to wait."""
    match card.standing.state:
        case State.OUR_TURN | State.DELAYED if card.standing.turn is Turn.US:
            return NextStep(_("Answer"), _form(application, "answer", "log"))
        case State.OUR_TURN | State.DELAYED:
            return NextStep(_("Decide"), _form(application, None, "acts"))
        case State.QUIET if card.standing.attempts < LADDER and has_phone:
            return NextStep(_("Log a call"), _form(application, "call", "log"), is_call=True)
        case State.DUE | State.QUIET if card.standing.attempts < LADDER:
            return NextStep(_("Follow up"), _form(application, "follow-up", "log"))
        case State.MUTUAL_FADE:
            return NextStep(_("Answer their question"), _form(application, "answer", "log"))
        case State.QUIET | State.NEVER_RESPONDED | State.UNREACHABLE:
            href = url_for("silence.confirm", application_id=application.id)
            return NextStep(_("Read the evidence"), href)
        case State.ENDED if application.wrote_after_end:
            return NextStep(_("Read what they wrote"), _form(application, None, "timeline"))
    return None


def remedies(application: Application) -> dict[Rule, NextStep]:
    """What meets a condition that is not met, where a touch of ours can."""
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
