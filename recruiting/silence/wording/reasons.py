"""What moved the chance of one silence away from its stage's average, in words about facts."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from recruiting.pipeline.wording import clock_words, day_name
from recruiting.silence.curves import Asking, Move, Why
from recruiting.silence.wording import percent_of
from recruiting.stats.facts import Fact
from recruiting.workdays import DAY, HOUR


def average_sentence(why: Why) -> str:
    """The stage's average, before the facts that moved this silence away from it."""
    percent = percent_of(why.in_stage)
    if not why.moves:
        return _(
            "That is like the average of this stage (%(percent)s%%): nothing known of this"
            " conversation moves it by a point or more.",
            percent=percent,
        )
    return _("The average of this stage would be %(percent)s%%. What differs:", percent=percent)


def reasons(why: Why) -> list[str]:
    """Each fact with the points by which it moves the chance."""
    return [
        _("%(fact)s: %(points)s", fact=_fact(move.fact, why.asking), points=_points(move))
        for move in why.moves
    ]


def _points(move: Move) -> str:
    points = round(abs(move.by) * 100)
    if move.by > 0:
        return ngettext("%(num)s point more likely", "%(num)s points more likely", points)
    return ngettext("%(num)s point less likely", "%(num)s points less likely", points)


def _fact(fact: Fact, asking: Asking) -> str:
    match fact:
        case Fact.DEPTH:
            return _depth(asking.depth)
        case Fact.DELAY:
            if asking.delay is None:
                return _("nothing of theirs came before our question")
            return _("our answer took %(span)s", span=_span(asking.delay))
        case Fact.PACE:
            if asking.pace is None:
                return _("no earlier answer to go by")
            return _("answers here took about %(span)s so far", span=_span(asking.pace))
        case Fact.MOMENT:
            day, clock = day_name(asking.since), clock_words(asking.since)
            return _("asked on a %(day)s at %(clock)s", day=day, clock=clock)
        case Fact.CHANNEL:
            return _channel(asking)
        case Fact.ATTEMPTS:
            if not asking.follow_ups:
                return _("no follow-up so far")
            return ngettext("one follow-up", "%(num)s follow-ups", asking.follow_ups)


def _depth(depth: int) -> str:
    if not depth:
        return _("no touch of theirs before")
    return ngettext("%(num)s touch of theirs before", "%(num)s touches of theirs before", depth)


def _channel(asking: Asking) -> str:
    if asking.is_spoken:
        return _("asked in a conversation or by phone")
    return _("asked by a short message or in a portal") if asking.is_chat else _("asked by mail")


def _span(span: timedelta) -> str:
    """A span in the largest unit that says enough."""
    if span < HOUR:
        return _("less than an hour")
    if span < 2 * DAY:
        return ngettext("%(num)s hour", "%(num)s hours", round(span / HOUR))
    return ngettext("%(num)s day", "%(num)s days", round(span / DAY))
