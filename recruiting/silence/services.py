"""A person's word: on a silence, once every condition holds; on how long a stage waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from recruiting.db import db
from recruiting.errors import Refused
from recruiting.jobs.models import Stage
from recruiting.jobs.rules import Ladder, Outside, Terms
from recruiting.pipeline import facts, timelines
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline import services as pipeline_services
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Outcome
from recruiting.silence import stages, watches
from recruiting.silence.models import Heartbeat
from recruiting.silence.rules import Met, Rule, State, conditions, standing_at
from recruiting.workdays import Office

GONE_AFTER = timedelta(days=1)

# What must hold before a person may confirm each outcome; ghosted asks for every rule.
ASKED_FOR: dict[Outcome, frozenset[Rule]] = {
    Outcome.GHOSTED: frozenset(Rule),
    Outcome.NEVER_RESPONDED: frozenset(
        {Rule.THEIR_TURN, Rule.DELIVERED, Rule.ATTEMPTS, Rule.PATIENCE, Rule.PRESENT}
    ),
    Outcome.UNREACHABLE: frozenset(),
}
STATE_OF: dict[Outcome, State] = {
    Outcome.NEVER_RESPONDED: State.NEVER_RESPONDED,
    Outcome.UNREACHABLE: State.UNREACHABLE,
}


class NotYet(Refused):
    """A condition does not hold; `rules` names each.

    `waits_for_reader` says that nothing is missing but that a person attests what they have read.
    """

    def __init__(
        self, message: object, rules: list[Rule], *, waits_for_reader: bool = False
    ) -> None:
        super().__init__(message)
        self.rules = rules
        self.waits_for_reader = waits_for_reader


def confirm(
    application: Application,
    outcome: Outcome,
    *,
    note: str,
    attested: Collection[Rule],
    by: str,
    now: datetime,
    office: Office,
) -> Event:
    """Let a person say that no answer came, after reading the evidence.

    `attested` are the conditions that only a reader of the mails can judge and has judged.
    Raises `NotYet` while a condition does not hold, and says which.
    """
    reading = timelines.reading_of(application, office, now)
    state = standing_at(reading, now).state
    if (wanted := STATE_OF.get(outcome)) is not None and state is not wanted:
        raise NotYet(_("This does not fit where the application stands now."), [])
    judged = conditions(
        reading, now, office, known_channels=pipeline.known_channels(application.candidate)
    )
    still_open = [
        one
        for one in judged
        if one.rule in ASKED_FOR[outcome]
        and (one.met is Met.NO or (one.met is Met.ATTEST and one.rule not in attested))
    ]
    if still_open:
        raise NotYet(
            _("Not every condition is met yet, so nothing was confirmed."),
            [one.rule for one in still_open],
            waits_for_reader=all(one.met is Met.ATTEST for one in still_open),
        )
    return pipeline_services.close(application, outcome, note=note, by=by, now=now, office=office)


def accept_patience(stage: Stage, days: int, *, now: datetime, office: Office) -> int:
    """Let a stage wait as long as is proposed for it, and say how many applications follow.

    Applications of the stage's job are read anew, since what is due depends on patience. Raises
    `Refused` unless `days` is what its silences speak for at `now`.
    """
    if days != stages.figures(stage, now, office).proposed:
        raise Refused(_("The figures have changed since this page was made; please look again."))
    stage.patience = days
    return _read_job_anew(stage, now, office)


def set_terms(stage: Stage, terms: Terms, mode: Ladder, *, now: datetime, office: Office) -> int:
    """Say how long each side may take in a stage and how its follow-ups leave.

    Applications of the stage's job are read anew, and the worker looks at them again.
    """
    for name, days in asdict(terms).items():
        setattr(stage, name, days)
    stage.ladder = mode
    return _read_job_anew(stage, now, office)


def set_outside(stage: Stage, chosen: Outside) -> None:
    """Say what candidates see of a stage; nothing of it follows for any turn."""
    stage.is_shown, stage.shown_en, stage.shown_de = chosen.is_shown, chosen.en, chosen.de
    db.session.flush()


def _read_job_anew(stage: Stage, now: datetime, office: Office) -> int:
    db.session.flush()
    # Locked, so that nobody adds an event between our reading and our writing.
    of_job = select(Application.id).where(Application.job_id == stage.job_id)
    ids = db.session.scalars(of_job.order_by(Application.id).with_for_update()).all()
    done = facts.refresh(ids, office, now=now)
    watches.look_soon(ids)
    return done


def beat(worker: str, *, now: datetime) -> None:
    """Leave a worker's sign of life."""
    found = db.session.get(Heartbeat, worker)
    if found is None:
        db.session.add(Heartbeat(worker=worker, seen_at=now))
    else:
        found.seen_at = now
    db.session.flush()


def forget_workers(*, now: datetime) -> None:
    """Drop the signs of life of workers that are gone for good."""
    db.session.execute(delete(Heartbeat).where(Heartbeat.seen_at < now - GONE_AFTER))
