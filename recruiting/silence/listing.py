"""Every application that is not ended, with turn and chance: now, or as known at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind
from recruiting.db import db
from recruiting.errors import Refused
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import title_key
from recruiting.pipeline import timelines
from recruiting.pipeline.models import Application
from recruiting.pipeline.reading import Reading
from recruiting.pipeline.rules import Channel, Outcome, Turn
from recruiting.silence import chances
from recruiting.silence.rules import Standing, State, standing_at
from recruiting.workdays import HOUR, Office


class Listed(NamedTuple):
    """One line of `flask silence list`; shares in 0..1."""

    candidate_email: str | None  # none: no mail address is known
    job: str
    stage: str
    turn: Turn  # candidate or us
    state: State
    since: datetime
    silent_hours: float
    due_at: datetime | None
    attempts: int
    depth: int
    p_no_return: float | None
    comparable: int | None
    answered_after: int | None
    channel: Channel
    recruiter: str | None

    def as_dict(self) -> dict[str, Any]:
        """The line as JSON writes it."""
        return self._asdict()


class _Row(NamedTuple):
    """What the list reads of an application, by the columns of its table."""

    id: int
    stage_id: int
    owner: str | None
    outcome: Outcome | None
    turn: Turn
    since: datetime
    due_at: datetime | None
    attempts: int
    depth: int
    replies: int
    channel: Channel
    away_until: datetime | None
    paused_until: datetime | None
    meets_at: datetime | None
    met_due_at: datetime | None
    is_bounced: bool
    has_open_question: bool

    @classmethod
    def of(cls, application_id: int, reading: Reading) -> _Row:
        """The same from a timeline."""
        return cls(application_id, *(getattr(reading, name) for name in cls._fields[1:]))


class _Told(NamedTuple):
    """One application at the moment of the list."""

    row: _Row
    standing: Standing


def lines(
    now: datetime,
    office: Office,
    *,
    as_of: datetime | None = None,
    turn: Turn | None = None,
    job: str | None = None,
    state: State | None = None,
) -> Iterator[Listed]:
    """The lines that fit, those that wait longest first, one by one: they are many.

    With `as_of` the world is read as it was known then: later events do not exist, and the reply
    curves are fitted on what was known. Raises `Refused` for a job that does not exist.
    """
    moment = as_of or now
    rows, silences = _world(moment, office) if as_of else _today(now, office)
    names = _names(_job_id(job))
    told = [_Told(row, standing_at(row, moment)) for row in rows if row.id in names]
    told = [
        one
        for one in told
        if (standing := one.standing).state is not State.ENDED
        and (turn is None or turn is _side(standing))
        and (state is None or state is standing.state)
    ]
    told.sort(key=lambda one: (one.standing.since, one.row.id))
    return _lines(told, names, silences, moment)


def _today(now: datetime, office: Office) -> tuple[list[_Row], chances.Silences]:
    """What the rows say, and the timelines of those that are behind."""
    # Plain columns of the table: a hundred thousand rows need no objects.
    table = Application.__table__.c
    question = select(*(table[name] for name in _Row._fields)).where(
        table.outcome.is_(None), timelines.holds(now)
    )
    told = list(map(_Row._make, db.session.connection().execute(question).all()))
    told += (_Row.of(key, reading) for key, reading in timelines.late_readings(office, now))
    return told, chances.recorded(now, office)


def _world(moment: datetime, office: Office) -> tuple[list[_Row], chances.Silences]:
    """The world as known at a moment, read from the journal alone."""
    rows: list[_Row] = []
    turns: list[chances.TurnRow] = []
    for application_id, reading in timelines.readings(office, as_of=moment):
        rows.append(_Row.of(application_id, reading))
        turns.extend(chances.turns_of(application_id, reading))
    return rows, chances.Silences.of(turns, moment, office)


def _job_id(title: str | None) -> int | None:
    if title is None:
        return None
    found = db.session.scalar(select(Job.id).where(Job.title_key == title_key(title)))
    if found is None:
        raise Refused(f"There is no job called {title!r}.")
    return found


def _names(job_id: int | None) -> dict[int, tuple[str | None, str]]:
    """Mail address (the primary one, if there is one) and job title of each application."""
    titles = {key: title for key, title in db.session.execute(select(Job.id, Job.title))}  # noqa: C416 - rows are no pairs
    question: Select = (
        select(Application.id, Application.job_id, Address.value)
        .outerjoin(
            Address,
            (Address.candidate_id == Application.candidate_id)
            & (Address.kind == AddressKind.EMAIL),
        )
        .order_by(Address.is_primary)  # the last one stays
    )
    if job_id is not None:
        question = question.where(Application.job_id == job_id)
    rows = db.session.connection().execute(question).all()
    return {key: (email, titles[job]) for key, job, email in rows}


def _side(standing: Standing) -> Turn:
    """Whose move is next: where nobody owes an answer, the process is ours to go on with."""
    return Turn.CANDIDATE if standing.turn is Turn.CANDIDATE else Turn.US


def _lines(
    told: list[_Told],
    names: dict[int, tuple[str | None, str]],
    silences: chances.Silences,
    moment: datetime,
) -> Iterator[Listed]:
    stages = {key: name for key, name in db.session.execute(select(Stage.id, Stage.name))}  # noqa: C416 - rows are no pairs
    silent = [
        (row.id, row.stage_id, (moment - standing.since) / HOUR)
        for row, standing in told
        if _is_silence(standing)
    ]
    figures = chances.fit_chances(silences).figures(silences.asked(silent))
    found = zip(*figures, strict=True)
    for row, standing in told:
        no_return = comparable = answered_after = None
        if _is_silence(standing):
            no_return, comparable, answered_after = next(found)
        email, title = names[row.id]
        # By position: a hundred thousand lines of fifteen names each take their time.
        yield Listed(
            email,
            title,
            stages[row.stage_id],
            _side(standing),
            standing.state,
            standing.since,
            round(max(0.0, (moment - standing.since) / HOUR), 4),
            standing.due_at,
            standing.attempts,
            row.depth,
            None if no_return is None else round(no_return, 6),
            comparable,
            answered_after,
            row.channel,
            row.owner,
        )


def _is_silence(standing: Standing) -> bool:
    return standing.turn is Turn.CANDIDATE


def stamp(moment: datetime) -> str:
    """A moment as files write it: ISO 8601 in UTC, ending in Z."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat()[: -len("+00:00")] + "Z"
