"""What a turn means at a moment: its state, and the conditions before anybody is called silent.

Pure: `state_at` reads the facts that stand on an application's row; `conditions` reads a whole
timeline. `now` alone moves a state only forward, in the order of `FORWARD`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from recruiting.pipeline.reading import Reading
from recruiting.pipeline.rules import Channel, Outcome, Turn
from recruiting.workdays import Office

LADDER = 3  # the question and two follow-ups: never more than three messages
FEWEST_ATTEMPTS = 2
DAYS_APART = 3  # working days between the first and the last attempt
# By these somebody can be asked; who came through a portal cannot be reached there.
REACHING = frozenset({Channel.EMAIL, Channel.PHONE, Channel.SMS, Channel.LINKEDIN})
INK = (0.9, 0.6, 0.25, 0.06)  # from which chance of hearing back the ink has its 1st … 4th step


class State(StrEnum):
    """The state of an application's turn; see the table in the README."""

    PAUSED = "paused"
    AWAY = "away"
    UNREACHABLE = "unreachable"
    WAITING = "waiting"
    DUE = "due"
    QUIET = "quiet"
    NEVER_RESPONDED = "never_responded"
    MUTUAL_FADE = "mutual_fade"
    OUR_TURN = "our_turn"
    DELAYED = "delayed"
    ENDED = "ended"


FORWARD = {state: place for place, state in enumerate(State)}


class Turning(Protocol):
    """What is asked of a timeline that was read: of a `Reading`, or of an application's row."""

    @property
    def outcome(self) -> Outcome | None: ...
    @property
    def turn(self) -> Turn: ...
    @property
    def since(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def attempts(self) -> int: ...
    @property
    def replies(self) -> int: ...
    @property
    def away_until(self) -> datetime | None: ...
    @property
    def paused_until(self) -> datetime | None: ...
    @property
    def meets_at(self) -> datetime | None: ...
    @property
    def met_due_at(self) -> datetime | None: ...
    @property
    def is_bounced(self) -> bool: ...
    @property
    def has_open_question(self) -> bool: ...


ASKED = tuple(name for name, value in vars(Turning).items() if isinstance(value, property))


class Standing(NamedTuple):
    """Whose turn it is at a moment, since when, until when, and what that means."""

    turn: Turn
    state: State
    since: datetime
    due_at: datetime | None
    attempts: int


def standing_at(facts: Turning, now: datetime) -> Standing:
    """Read the facts of a turn at `now`.

    An agreed meeting that lies behind `now` took place (a no-show would be on the timeline), so
    from then on the next word is ours.
    """
    if facts.outcome is not None:
        return Standing(Turn.NOBODY, State.ENDED, facts.since, None, 0)
    turn, since, due_at, attempts = facts.turn, facts.since, facts.due_at, facts.attempts
    if facts.meets_at is not None and facts.meets_at <= now:
        turn, since, due_at, attempts = Turn.US, facts.meets_at, facts.met_due_at, 0
    is_over = due_at is not None and now > due_at
    if turn is not Turn.CANDIDATE:
        return Standing(turn, State.DELAYED if is_over else State.OUR_TURN, since, due_at, 0)
    return Standing(turn, _silent_state(facts, now, is_over=is_over), since, due_at, attempts)


def _silent_state(facts: Turning, now: datetime, *, is_over: bool) -> State:
    if facts.paused_until is not None and now < facts.paused_until:
        return State.PAUSED
    if facts.away_until is not None and now < facts.away_until:
        return State.AWAY
    if facts.is_bounced:
        return State.UNREACHABLE
    if not is_over:
        return State.WAITING
    if facts.has_open_question:
        return State.MUTUAL_FADE
    if facts.attempts >= LADDER and facts.replies == 0:
        return State.NEVER_RESPONDED
    return State.QUIET if facts.attempts >= FEWEST_ATTEMPTS else State.DUE


def ink(chance: float | None) -> int:
    """The step of ink, 1 (solid) to 5 (faded), for a chance of hearing back; 1 if none is asked."""
    if chance is None:
        return 1
    for step, least in enumerate(INK, start=1):
        if chance >= least:
            return step
    return len(INK) + 1


class Rule(StrEnum):
    """One condition that must hold before a person may say ghosted."""

    THEIR_TURN = "their_turn"
    CONTACT = "contact"
    PLAIN_QUESTION = "plain_question"
    DELIVERED = "delivered"
    ATTEMPTS = "attempts"
    CHANNELS = "channels"
    APART = "apart"
    PATIENCE = "patience"
    PRESENT = "present"
    OUR_SIDE = "our_side"


class Met(StrEnum):
    """Whether a condition holds; what only a reader of the mails can know, a person attests."""

    YES = "yes"
    NO = "no"
    ATTEST = "attest"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition with its answer and the figures the sentence beside it needs."""

    rule: Rule
    met: Met
    figures: dict[str, object]


def conditions(
    reading: Reading, now: datetime, office: Office, *, known_channels: frozenset[Channel]
) -> list[Condition]:
    """Everything that must hold before a person may confirm `ghosted`, met or not and why.

    `known_channels` are the ways of reaching the candidate that addresses or touches tell of.
    """
    standing = standing_at(reading, now)
    delivered = [attempt for attempt in reading.asked if attempt.delivered]
    used = {attempt.channel for attempt in delivered}
    known = known_channels | used | (reading.channels & REACHING)
    wanted = min(2, len(known)) or 1
    apart = office.between(delivered[0].at, delivered[-1].at) if delivered else 0
    is_absent = standing.state in {State.AWAY, State.PAUSED}
    is_over = standing.due_at is not None and now > standing.due_at
    undelivered = len(reading.asked) - len(delivered)
    return [
        _condition(Rule.THEIR_TURN, standing.turn is Turn.CANDIDATE, since=standing.since),
        _condition(Rule.CONTACT, reading.replies > 0, replies=reading.replies),
        Condition(Rule.PLAIN_QUESTION, _plain(reading), {"attempts": len(reading.asked)}),
        _condition(Rule.DELIVERED, _is_delivered(reading), undelivered=undelivered),
        _condition(Rule.ATTEMPTS, len(delivered) >= FEWEST_ATTEMPTS, attempts=len(delivered)),
        _condition(Rule.CHANNELS, len(used) >= wanted, used=sorted(used), known=sorted(known)),
        _condition(
            Rule.APART,
            apart >= DAYS_APART,
            days=apart,
            wanted=DAYS_APART,
            attempts=len(delivered),
        ),
        _condition(Rule.PATIENCE, is_over and not is_absent, due_at=standing.due_at),
        _condition(
            Rule.PRESENT,
            not is_absent,
            until=reading.paused_until if standing.state is State.PAUSED else reading.away_until,
        ),
        Condition(Rule.OUR_SIDE, _our_side(reading), {"asked_at": _asked_at(reading)}),
    ]


def _is_delivered(reading: Reading) -> bool:
    """Nothing came back, or enough arrived after what did."""
    delivered = [attempt.delivered for attempt in reading.asked]
    return all(delivered) or (sum(delivered) >= FEWEST_ATTEMPTS and delivered[-1])


def _condition(rule: Rule, holds: bool, **figures: object) -> Condition:
    return Condition(rule, Met.YES if holds else Met.NO, figures)


def _plain(reading: Reading) -> Met:
    """One question in this silence must have been plain and have offered an easy no."""
    said = {attempt.offers_no for attempt in reading.asked if attempt.delivered}
    if True in said:
        return Met.YES
    return Met.ATTEST if None in said else Met.NO


def _our_side(reading: Reading) -> Met:
    """A question of theirs known to be open is our debt; whether our reply answered, one reads."""
    if reading.has_open_question:
        return Met.NO
    return Met.ATTEST if reading.last_question is not None else Met.YES


def _asked_at(reading: Reading) -> datetime | None:
    asked = reading.open_question or reading.last_question
    return asked.at if asked is not None else None
