"""Questions about silence: cards, the desk, the evidence on one application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from recruiting.accounts.rules import Actor
from recruiting.db import db
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.reading import Reading
from recruiting.pipeline.rules import (
    KIND_OF_OUTCOME,
    OUTBOUND_TOUCHES,
    OUTCOME_OF_KIND,
    SILENT_OUTCOMES,
    Direction,
    Kind,
    Turn,
)
from recruiting.silence import chances
from recruiting.silence.rules import (
    ASKED,
    LADDER,
    Condition,
    Standing,
    State,
    conditions,
    ink,
    standing_at,
)
from recruiting.workdays import DAY, HOUR, Office

MOST_ON_THE_DESK = 500
RESTING = frozenset({State.PAUSED, State.AWAY, State.UNREACHABLE})
GONE_QUIET = frozenset({State.QUIET, State.NEVER_RESPONDED})
HEARD_AFTER_END = timedelta(days=30)  # how long a word after the end stays on the desk
WANTED_WITHIN = timedelta(days=14)  # a word is asked for by a day; what is due sooner stands there


@dataclass(frozen=True, slots=True)
class Card:
    """One application at a moment: its standing, and the chance of hearing back if they are due."""

    standing: Standing
    chance: float | None  # of hearing back within 30 days of the silence's beginning
    comparable: int | None
    answered_after: int | None
    typical: timedelta | None  # by then half of the answers in this stage have come
    ink: int  # 1 solid … 5 faded


def cards(applications: Sequence[Application], now: datetime, office: Office) -> dict[int, Card]:
    """The card of each application (none may be behind), by its id."""
    standings = {one.id: standing_at(one, now) for one in applications}
    silent = [one for one in applications if _is_silence(standings[one.id])]
    if not silent:
        return {key: _card(standing, None) for key, standing in standings.items()}
    found = chances.current(now, office).of(_asked(silent, standings, now, office))
    known = dict(zip((one.id for one in silent), found, strict=True))
    return {key: _card(standing, known.get(key)) for key, standing in standings.items()}


def _is_silence(standing: Standing) -> bool:
    """Whether a chance says anything; nobody pales who told us when they are back."""
    return standing.turn is Turn.CANDIDATE and standing.state not in RESTING


def _asked(
    silent: Sequence[Application], standings: dict[int, Standing], now: datetime, office: Office
) -> chances.Asked:
    """The running silences of applications, with the facts of their conversations."""
    running = chances.running([one.id for one in silent], now, office)
    return running.asked(
        [(one.id, one.stage_id, (now - standings[one.id].since) / HOUR) for one in silent]
    )


def _card(standing: Standing, chance: chances.Chance | None) -> Card:
    if chance is None:
        return Card(standing, None, None, None, None, ink(None))
    hearing = 1 - chance.no_return
    return Card(
        standing,
        hearing,
        chance.comparable,
        chance.answered_after,
        chance.typical,
        ink(hearing),
    )


@dataclass(slots=True)
class Tally:
    """How many applications are active, wait for us, and have gone quiet."""

    active: int = 0
    ours: int = 0
    quiet: int = 0

    def add(self, standing: Standing) -> None:
        """Count one active application."""
        self.active += 1
        self.ours += standing.turn is Turn.US
        self.quiet += standing.state in GONE_QUIET


def tallies(actor: Actor, now: datetime, office: Office) -> dict[int, Tally]:
    """The tally of each job that has active applications an actor may see, by the job's id."""
    columns = [getattr(Application, name) for name in ASKED]
    question = select(Application.job_id, *columns).where(
        pipeline.scope(actor), Application.outcome.is_(None), timelines.holds(now)
    )
    found: defaultdict[int, Tally] = defaultdict(Tally)
    for row in db.session.execute(question):
        found[row.job_id].add(standing_at(row, now))
    late = select(Application).where(pipeline.scope(actor), timelines.is_behind(now))
    for application in _caught_up(late, office, now):
        if application.outcome is None:
            found[application.job_id].add(standing_at(application, now))
    return dict(found)


def _caught_up(
    question: Select[Application], office: Office, now: datetime
) -> Sequence[Application]:
    found = db.session.scalars(question).all()
    timelines.catch_up(found, office, now)
    return found


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One line of the desk."""

    application: Application
    card: Card
    wanted: Event | None = None  # their word that asks for one of ours by a day


@dataclass(slots=True)
class Desk:
    """Today's list, in the order of what hurts most: our own debts first."""

    ours: list[DeskRow] = field(default_factory=list)
    due: list[DeskRow] = field(default_factory=list)
    quiet: list[DeskRow] = field(default_factory=list)
    person: list[DeskRow] = field(default_factory=list)


def desk(actor: Actor, now: datetime, office: Office, *, owner: str | None = None) -> Desk:
    """What an actor has to do today; with `owner` only what that colleague is answerable for."""
    applications = _on_the_desk(actor, now, office, owner)
    result, by_id = Desk(), cards(applications, now, office)
    wanted = wanted_of(applications, now)
    today_ends = office.start_of(office.day_of(now) + DAY)
    for application in applications:
        row = DeskRow(application, by_id[application.id], wanted.get(application.id))
        if (pile := _pile(row, today_ends, now)) is not None:
            getattr(result, pile).append(row)
    return result


def _on_the_desk(
    actor: Actor, now: datetime, office: Office, owner: str | None
) -> list[Application]:
    """Whatever may belong there: our own debts first, so that a long list never cuts them off."""
    today_ends = office.start_of(office.day_of(now) + DAY)
    waits = or_(
        Application.due_at <= today_ends,
        Application.meets_at <= now,
        Application.is_bounced,
        and_(
            Application.turn == Turn.US,
            Application.last_touch_at > now - WANTED_WITHIN,
            _wanted(now).where(_WORD.application_id == Application.id).exists(),
        ),
    )
    wrote = and_(Application.wrote_after_end, Application.last_touch_at > now - HEARD_AFTER_END)
    seen = (
        select(Application)
        .where(pipeline.scope(actor))
        .options(
            joinedload(Application.candidate),
            joinedload(Application.job),
            joinedload(Application.stage),
        )
    )
    question = (
        seen.where(or_(and_(Application.outcome.is_(None), waits), wrote), timelines.holds(now))
        .order_by(
            case((Application.turn == Turn.CANDIDATE, 1), else_=0),
            Application.due_at.nulls_last(),
            Application.id,
        )
        .limit(MOST_ON_THE_DESK)
    )
    if owner:
        question = question.where(Application.owner == owner)
    late = _caught_up(seen.where(timelines.is_behind(now)), office, now)
    found = [*db.session.scalars(question), *(one for one in late if owner in {None, one.owner})]
    return sorted(found, key=_urgency)[:MOST_ON_THE_DESK]


_WORD, _OURS, _END, _SINCE = (aliased(Event) for _number in range(4))


def _wanted(now: datetime) -> Select[int]:
    """Words of these days that nobody may overlook, and that were not answered yet.

    They ask for one of ours by a day, or are the first after an end and reopened it.
    """
    is_answered = exists().where(
        _OURS.application_id == _WORD.application_id,
        _OURS.at >= _WORD.at,  # of the same second, theirs was first
        _OURS.at <= now,
        _OURS.direction == Direction.OUT,
        _OURS.kind.in_(OUTBOUND_TOUCHES),
        _OURS.leaves_open.is_(False),
    )
    return select(_WORD.id).where(
        _WORD.at > now - WANTED_WITHIN,
        _WORD.at <= now,
        _WORD.direction == Direction.IN,
        _WORD.kind == Kind.MESSAGE,
        or_(and_(_WORD.awaits_reply, _WORD.due_at > _WORD.at), _is_first_after_end()),
        ~is_answered,
    )


def _is_first_after_end() -> ColumnElement[bool]:
    """Whether nothing of theirs, and no colleague who reopened it, came between an end and it."""
    has_gone_on = (
        exists()
        .where(
            _SINCE.application_id == _WORD.application_id,
            _SINCE.at > _END.at,
            _SINCE.at < _WORD.at,
            or_(
                and_(_SINCE.direction == Direction.IN, _SINCE.kind == Kind.MESSAGE),
                and_(_SINCE.direction == Direction.OUT, _SINCE.kind == Kind.REOPENED),
            ),
        )
        .correlate(_WORD, _END)
    )
    return exists().where(
        _END.application_id == _WORD.application_id,
        _END.at <= _WORD.at,
        _END.kind.in_(OUTCOME_OF_KIND),
        ~has_gone_on,
    )


def wanted_of(applications: Iterable[Application], now: datetime) -> dict[int, Event]:
    """The latest such word of each application on whose turn we are, by the application's id."""
    ids = [one.id for one in applications if one.turn is Turn.US]
    if not ids:
        return {}
    words = _wanted(now).where(_WORD.application_id.in_(ids))
    question = select(Event).where(Event.id.in_(words)).order_by(Event.at, Event.id)
    return {one.application_id: one for one in db.session.scalars(question)}


def _urgency(application: Application) -> tuple[bool, bool, datetime, int]:
    """The order of the desk, as the question sorts."""
    due_at = application.due_at
    is_theirs = application.turn is Turn.CANDIDATE
    return is_theirs, due_at is None, due_at or application.since, application.id


def is_repair(application: Application, standing: Standing) -> bool:
    """Whether they told us, on our turn, that what we wrote does not reach them."""
    return application.is_bounced and standing.turn is Turn.US


def _pile(row: DeskRow, today_ends: datetime, now: datetime) -> str | None:
    """The section of the desk that a row belongs to; none if nothing is to be done today."""
    standing, application = row.card.standing, row.application
    if is_repair(application, standing):
        return "person"
    if standing.state in {State.OUR_TURN, State.DELAYED}:
        is_today = standing.due_at is not None and standing.due_at <= today_ends
        return "ours" if is_today or row.wanted is not None else None
    if standing.state is State.DUE:
        return "due"
    if standing.state is State.QUIET:
        return "person" if application.attempts >= LADDER else "quiet"
    if standing.state in {State.UNREACHABLE, State.MUTUAL_FADE, State.NEVER_RESPONDED}:
        return "person"
    heard = application.wrote_after_end and application.last_touch_at > now - HEARD_AFTER_END
    return "person" if heard else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that speaks for and against calling a silence one, on both sides."""

    reading: Reading
    card: Card
    conditions: list[Condition]
    question: Event | None  # theirs: open, or the last one before ours
    reply: Event | None  # our first touch after that question
    asked: list[Event]  # our touches within the running silence

    @property
    def unmet(self) -> list[Condition]:
        """The conditions that do not hold."""
        return [one for one in self.conditions if one.met == "no"]


def evidence(
    application: Application, events: Iterable[Event], now: datetime, office: Office
) -> Evidence:
    """Read one application's timeline and judge every condition at `now`."""
    reading = timelines.reading_of(application, office, now)
    known = pipeline.known_channels(application.candidate)
    judged = conditions(reading, now, office, known_channels=known)
    card = cards([application], now, office)[application.id]
    return _evidence(card, reading, judged, list(events))


def confirmation(
    application: Application, events: Sequence[Event], office: Office
) -> tuple[Event, Evidence] | None:
    """A person's word that no answer came, and the evidence as it stood at that moment.

    Only what had been recorded by then speaks. None if the application did not end that way.
    """
    if application.outcome not in SILENT_OUTCOMES:
        return None
    kind, at = KIND_OF_OUTCOME[application.outcome], application.ended_at
    said = next(event for event in events if event.kind is kind and event.at == at)
    known = [
        event
        for event in events
        if event is not said and event.at <= said.at and event.recorded_at <= said.recorded_at
    ]
    reading = timelines.reading_from(application, known, office)
    # An address that was added since was not known then; the channels that were used were.
    judged = conditions(reading, said.at, office, known_channels=frozenset())
    card = cards([application], said.at, office)[application.id]
    return said, _evidence(card, reading, judged, known)


def _evidence(
    card: Card, reading: Reading, judged: list[Condition], timeline: list[Event]
) -> Evidence:
    asked_at = next((one.figures["asked_at"] for one in judged if "asked_at" in one.figures), None)
    moments = {attempt.at for attempt in reading.asked}
    question = [e for e in timeline if e.at == asked_at and e.direction is Direction.IN and e.asks]
    return Evidence(
        reading,
        card,
        judged,
        question[0] if question else None,
        _reply_to(question[0], timeline) if question else None,
        [e for e in timeline if e.at in moments and e.direction is Direction.OUT],
    )


def _reply_to(question: Event, timeline: list[Event]) -> Event | None:
    """Our first words after a question of theirs."""
    after = timeline[timeline.index(question) + 1 :]
    ours = (e for e in after if e.direction is Direction.OUT and e.kind in OUTBOUND_TOUCHES)
    return next(ours, None)
