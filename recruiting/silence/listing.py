"""Every application that is not ended, with turn and chance: now, or as known at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind
from recruiting.db import db
from recruiting.errors import Refused
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import title_key
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Outcome, Turn
from recruiting.silence import chances
from recruiting.silence.rules import Standing, State, standing_at
from recruiting.workdays import Office

HOUR = timedelta(hours=1)


class Listed(NamedTuple):
    """One line of `flask silence list`; times in UTC, shares in 0..1."""

    candidate_email: str
    job: str
    stage: str
    turn: str  # candidate or us
    state: str
    since: str
    silent_hours: float
    due_at: str | None
    attempts: int
    depth: int
    p_no_return: float | None
    comparable: int | None
    answered_after: int | None
    channel: str
    recruiter: str | None

    def as_dict(self) -> dict[str, Any]:
        """The line as JSON writes it."""
        return self._asdict()


class _Row(NamedTuple):
    """What a line needs of an application's row: the facts that `standing_at` asks for."""

    id: int
    stage_id: int
    owner: str | None
    channel: Channel
    depth: int
    outcome: Outcome | None
    turn: Turn
    since: datetime
    due_at: datetime | None
    attempts: int
    replies: int
    away_until: datetime | None
    paused_until: datetime | None
    meets_at: datetime | None
    met_due_at: datetime | None
    is_bounced: bool
    has_open_question: bool


def listed(
    now: datetime,
    office: Office,
    *,
    as_of: datetime | None = None,
    turn: Turn | None = None,
    job: str | None = None,
    state: State | None = None,
) -> list[Listed]:
    """The lines that fit, those that wait longest first.

    With `as_of` the world is read as it was known then: later events do not exist, and the reply
    curves are fitted on what was known. Raises `Refused` for a job that does not exist.
    """
    moment = as_of or now
    rows, known = _world(moment, office) if as_of else (_rows(), chances.current(now))
    names = _names(_job_id(job))
    told = [(row, standing_at(row, moment)) for row in rows if row.id in names]
    told = [
        (row, standing)
        for row, standing in told
        if standing.state is not State.ENDED
        and turn in {None, _side(standing)}
        and state in {None, standing.state}
    ]
    told.sort(key=lambda pair: (pair[1].since, pair[0].id))
    return list(_lines(told, names, known, moment))


def _rows() -> list[_Row]:
    # Plain columns of the table: a hundred thousand rows need no objects.
    table = Application.__table__.c
    question = select(*(table[name] for name in _Row._fields)).where(table.outcome.is_(None))
    return [_Row._make(row) for row in db.session.connection().execute(question)]


def _world(moment: datetime, office: Office) -> tuple[list[_Row], chances.Chances]:
    """The world as known at a moment, read from the journal alone."""
    rows: list[_Row] = []
    silences: list[chances.Spoken] = []
    for application_id, reading in pipeline.readings(office, as_of=moment):
        facts = [getattr(reading, name) for name in _Row._fields[1:]]
        rows.append(_Row(application_id, *facts))
        silences.extend(
            chances.spoken(
                stretch.stage_id,
                stretch.since,
                stretch.until,
                stretch.end,
                meets_at=reading.meets_at,
                now=moment,
            )
            for stretch in reading.stretches
            if stretch.whose is Turn.CANDIDATE
        )
    return rows, chances.fit_chances(silences)


def _job_id(title: str | None) -> int | None:
    if title is None:
        return None
    found = db.session.scalar(select(Job.id).where(Job.title_key == title_key(title)))
    if found is None:
        raise Refused(f"There is no job called {title!r}.")
    return found


def _names(job_id: int | None) -> dict[int, tuple[str, str]]:
    """Mail address and job title of each application."""
    question: Select = (
        select(Application.id, Address.value, Job.title)
        .join(Job, Job.id == Application.job_id)
        .join(
            Address,
            (Address.candidate_id == Application.candidate_id)
            & (Address.kind == AddressKind.EMAIL)
            & Address.is_primary,
        )
    )
    if job_id is not None:
        question = question.where(Application.job_id == job_id)
    return {key: (email, title) for key, email, title in db.session.execute(question)}


def _side(standing: Standing) -> Turn:
    """Whose move is next: where nobody owes an answer, the process is ours to go on with."""
    return Turn.CANDIDATE if standing.turn is Turn.CANDIDATE else Turn.US


def _lines(
    told: list[tuple[_Row, Standing]],
    names: dict[int, tuple[str, str]],
    known: chances.Chances,
    moment: datetime,
) -> Iterator[Listed]:
    stages = {key: name for key, name in db.session.execute(select(Stage.id, Stage.name))}  # noqa: C416 - rows are no pairs
    silent = [(row.stage_id, (moment - s.since) / HOUR) for row, s in told if _is_silence(s)]
    found = iter(known.of(silent))
    for row, standing in told:
        chance = next(found) if _is_silence(standing) else None
        email, title = names[row.id]
        yield Listed(
            candidate_email=email,
            job=title,
            stage=stages[row.stage_id],
            turn=_side(standing).value,
            state=standing.state.value,
            since=stamp(standing.since),
            silent_hours=round(max(0.0, (moment - standing.since) / HOUR), 4),
            due_at=stamp(standing.due_at) if standing.due_at else None,
            attempts=standing.attempts,
            depth=row.depth,
            p_no_return=round(chance.no_return, 6) if chance else None,
            comparable=chance.comparable if chance else None,
            answered_after=chance.answered_after if chance else None,
            channel=row.channel.value,
            recruiter=row.owner,
        )


def _is_silence(standing: Standing) -> bool:
    return standing.turn is Turn.CANDIDATE


def stamp(moment: datetime) -> str:
    """A moment as files write it: ISO 8601 in UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
