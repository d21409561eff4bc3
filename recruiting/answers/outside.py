"""An application as its candidate may know it: its timeline without what was not told.

All pages of candidates read this and never the application's row, so that two applications of
which one was decided in silence are the same to them: in words, buttons, days, and in how much is
asked of the database. A stage that candidates do not see is left out in the same way: for them
the application stays in the stage before it, with its promise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from recruiting.answers.telling import Fact, Known, Mailed, known
from recruiting.answers.wishes import Wish, wish_of
from recruiting.db import db
from recruiting.jobs.models import Stage
from recruiting.jobs.rules import FIRST_STAGE, Terms, title_key
from recruiting.messages.models import Message
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.reading import Moment, Reading, beginning
from recruiting.pipeline.rules import (
    KIND_OF_OUTCOME,
    OUTBOUND_TOUCHES,
    Direction,
    Kind,
    Outcome,
    Turn,
)
from recruiting.pipeline.turns import read
from recruiting.silence.rules import Standing, standing_at
from recruiting.workdays import Office


@dataclass(frozen=True, slots=True)
class Outside:
    """What a candidate may know at a moment."""

    now: datetime
    reading: Reading
    standing: Standing
    events: tuple[Event, ...]  # oldest first
    stages: tuple[Stage, ...]  # that candidates see, in their order
    stage: Stage | None  # where it stands; none: candidates see no stage that it has been in
    terms: Terms  # how long each side may take there
    ended_at: datetime | None  # when they learned of the end, or said it

    @property
    def outcome(self) -> Outcome | None:
        """How it ended, as far as that was told."""
        return self.reading.outcome

    @property
    def turn(self) -> Turn:
        """Who owes the next word."""
        return self.standing.turn

    @property
    def to_come(self) -> tuple[Stage, ...]:
        """The stages after the one where it stands; none once it has ended."""
        if self.outcome is not None or self.stage is None:
            return ()
        return tuple(one for one in self.stages if one.position > self.stage.position)

    @property
    def asked(self) -> Event | None:
        """What we asked last and they have not answered; none while it is not their turn."""
        if self.turn is not Turn.CANDIDATE:
            return None
        return self._last(lambda one: one.awaits_reply and one.at >= self.reading.since)

    @property
    def meeting(self) -> Event | None:
        """The appointment that lies ahead."""
        meets_at = self.reading.meets_at
        if meets_at is None or meets_at <= self.now:
            return None
        return self._last(lambda one: one.kind is Kind.INTERVIEW)

    def _last(self, fits: Callable[[Event], bool]) -> Event | None:
        touches = (one for one in reversed(self.events) if _is_touch(one))
        return next((one for one in touches if fits(one)), None)

    @property
    def wishes(self) -> dict[Wish, Event]:
        """What they asked of us since our last word, the latest of each."""
        found: dict[Wish, Event] = {}
        for event in self.events:
            if _is_touch(event):
                found = {}
            elif event.kind is Kind.MESSAGE and (wish := wish_of(event.external_id)) is not None:
                found[wish] = event
        return found

    @property
    def theirs(self) -> tuple[Event, ...]:
        """What they wrote to us."""
        return tuple(
            one
            for one in self.events
            if one.direction is Direction.IN and one.kind is Kind.MESSAGE and one.result is None
        )


def outside(application: Application, now: datetime, office: Office) -> Outside:
    """Read an application as its candidate may know it at `now`; asks three questions, always."""
    timeline = timelines.timeline(application, now)
    mails = _mails(application)
    all_stages = _stages(application)
    found = known([Fact(timelines.moment(one), mails.get(one.id)) for one in timeline])
    events = tuple(timeline[place] for place in found.places)
    reading = _reading(events, all_stages, office)
    seen = tuple(one for one in all_stages if one.is_shown)
    return Outside(
        now,
        reading,
        standing_at(reading, now),
        events,
        seen,
        next((one for one in seen if one.id == reading.stage_id), None),
        next(one.terms for one in all_stages if one.id == reading.stage_id),
        _ended_at(reading, timeline, found),
    )


def _is_touch(event: Event) -> bool:
    return event.direction is Direction.OUT and event.kind in OUTBOUND_TOUCHES


def _mails(application: Application) -> dict[int, Mailed]:
    """The mails of the outbox that became events, by event."""
    question = select(Message.event_id, Message.purpose, Message.queued_at).where(
        Message.application_id == application.id, Message.event_id.is_not(None)
    )
    rows = db.session.execute(question)
    return {key: Mailed(purpose, at) for key, purpose, at in rows if key is not None}


def _stages(application: Application) -> Sequence[Stage]:
    question = select(Stage).where(Stage.job_id == application.job_id)
    return db.session.scalars(question.order_by(Stage.position, Stage.id)).all()


def _reading(events: Sequence[Event], stages: Sequence[Stage], office: Office) -> Reading:
    unseen = {one.id for one in stages if not one.is_shown}
    moments = [_without(timelines.moment(one), unseen) for one in events]
    first = min(stages, key=lambda one: (one.name_key != title_key(FIRST_STAGE), one.position))
    terms = {one.id: one.terms for one in stages}
    return read(moments, terms, beginning(moments, first.id), office)


def _without(moment: Moment, unseen: set[int]) -> Moment:
    return moment._replace(stage_id=None) if moment.stage_id in unseen else moment


def _ended_at(reading: Reading, timeline: Sequence[Event], found: Known) -> datetime | None:
    """The moment of the end that holds, as the candidate knows it."""
    if reading.outcome is None or reading.outcome is Outcome.WITHDRAWN:
        return reading.ended_at
    kind = KIND_OF_OUTCOME[reading.outcome]
    places = (
        place
        for place in found.told_at
        if timeline[place].kind is kind and timeline[place].at == reading.ended_at
    )
    return found.told_at[next(places)]
