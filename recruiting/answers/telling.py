"""Which ends of an application its candidate has been told of (pure).

Ending an application sends nothing by itself, so between a decision of ours and the mail that
tells it, nothing outside may differ from what was before: no word, no button, no day. Told counts
an end of ours as soon as a mail has left after it that a person has sent: the closing notice, one
in somebody's own words, or one that was written elsewhere and logged under a name. What a machine
sends by itself tells nothing (a fresh link, a follow-up, a notice of delay), nor does a mail that
was written before the decision and left after it, nor one that came back. A call tells nothing
either: nobody writes down what was said in it, and to show a decision too early cannot be mended.
That the candidate withdrew, they know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recruiting.answers.wishes import wish_of
from recruiting.messages.rules import Purpose
from recruiting.pipeline.reading import Moment
from recruiting.pipeline.rules import (
    OUTBOUND_TOUCHES,
    OUTCOME_OF_KIND,
    SILENT_OUTCOMES,
    Channel,
    Direction,
    Kind,
    Outcome,
)

OURS = frozenset(OUTCOME_OF_KIND) - {Kind.WITHDRAWAL}
TELLING = frozenset({Purpose.CLOSING, Purpose.WRITTEN})


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail of the outbox that became an event."""

    purpose: Purpose
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One event, with the mail that it was if it left through the outbox."""

    moment: Moment
    mail: Mailed | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What of a timeline is known outside: the places of its facts, and when an end was told."""

    places: tuple[int, ...]
    told_at: dict[int, datetime]  # by the place of the end


def known(facts: Sequence[Fact]) -> Known:
    """Leave out what was decided and not told, and the taking back of what nobody knew.

    `facts` are in the order of their timeline.
    """
    hidden: set[int] = set()
    told: dict[int, datetime] = {}
    ends: list[int] = []  # since the application was last active by a word of ours
    for place, fact in enumerate(facts):
        kind = fact.moment.kind
        if kind is Kind.REOPENED:
            if ends and hidden.issuperset(ends):
                hidden.add(place)
            ends = []
        elif kind in OUTCOME_OF_KIND:
            ends.append(place)
            if kind not in OURS:
                continue
            if (at := _told_at(facts, place)) is None:
                hidden.add(place)
            else:
                told[place] = at
    return Known(tuple(place for place in range(len(facts)) if place not in hidden), told)


def _told_at(facts: Sequence[Fact], end: int) -> datetime | None:
    """When the end at a place was told, none if it was not, or was undone before."""
    outcome, ended_at = OUTCOME_OF_KIND[facts[end].moment.kind], facts[end].moment.at
    told_at = last_at = None
    for fact in facts[end + 1 :]:
        moment = fact.moment
        if _undoes(moment, outcome):
            break
        if _is_mail(moment):
            last_at = moment.at
            if told_at is None and _tells(fact, ended_at):
                told_at = moment.at
        elif _came_back(moment) and last_at == told_at:
            told_at = None
    return told_at


def _undoes(moment: Moment, outcome: Outcome) -> bool:
    """Whether an event makes an ended application active again."""
    if moment.kind is Kind.REOPENED:
        return outcome is not Outcome.HIRED  # a withdrawal was taken back, and the hire stands
    if moment.direction is Direction.IN:
        return outcome in SILENT_OUTCOMES and moment.kind in {Kind.MESSAGE, Kind.WITHDRAWAL}
    is_invited = moment.kind in OUTBOUND_TOUCHES and moment.kind is not Kind.MESSAGE
    return is_invited and outcome is not Outcome.HIRED


def _is_mail(moment: Moment) -> bool:
    is_ours = moment.direction is Direction.OUT and moment.kind is Kind.MESSAGE
    return is_ours and moment.channel is Channel.EMAIL


def _came_back(moment: Moment) -> bool:
    """Whether a mail system says so; what a candidate says is about mails before this page."""
    is_bounce = moment.kind is Kind.BOUNCE and moment.channel is Channel.EMAIL
    return is_bounce and wish_of(moment.external_id) is None


def _tells(fact: Fact, ended_at: datetime) -> bool:
    if fact.mail is None:  # written elsewhere; what no person has written is none of ours
        return fact.moment.by is not None
    return fact.mail.purpose in TELLING and fact.mail.queued_at >= ended_at
