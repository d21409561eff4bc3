"""Enter an application that came by hand: it equals what an import of its row would make."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.errors import Refused
from recruiting.jobs.models import Job, Stage
from recruiting.pipeline import facts, services
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Direction, Kind, may_become
from recruiting.pipeline.timelines import first_of_all
from recruiting.workdays import Office


class AppliedBefore(Refused):
    """The candidate has an application for this job: it is `application`, active or ended."""

    def __init__(self, application: Application) -> None:
        if application.outcome is None:
            said = _("They have an active application for this job.")
        elif may_become(application.outcome, None):
            said = _("They have applied for this job before; that application can be reopened.")
        else:
            said = _("They were hired for this job.")
        super().__init__(said)
        self.application = application


def application_of(candidate: Candidate | None, job: Job) -> Application | None:
    """A candidate's application for a job; there is one at most."""
    if candidate is None:
        return None
    question = select(Application).where(
        Application.candidate_id == candidate.id, Application.job_id == job.id
    )
    return db.session.scalar(question)


def enter(
    candidate: Candidate,
    job: Job,
    *,
    at: datetime,
    source: str,
    text: str,
    by: str,
    now: datetime,
    office: Office,
) -> Application:
    """Begin an application with the candidate's first touch; `by` looks after it.

    `text` is what they wrote and may be empty. The caller has locked the candidate. Raises
    `AppliedBefore` where there is one for this job, whatever became of it.
    """
    if job.closed_at is not None:
        raise Refused(_("This job is closed; nobody applies for it any more."))
    stage = db.session.scalar(
        select(Stage).where(Stage.job_id == job.id).order_by(*first_of_all(Stage)).limit(1)
    )
    if stage is None:
        raise Refused(_("This job has no stage in which an application could begin."))
    if (before := application_of(candidate, job)) is not None:
        raise AppliedBefore(before)
    application = Application(candidate=candidate, job=job)
    for name, value in facts.blank(stage_id=stage.id, at=at).items():
        setattr(application, name, value)
    if source:
        application.source, application.source_at = source, at
    try:
        with db.session.begin_nested():
            db.session.add(application)
    except IntegrityError:  # an import does not wait for the candidate's row
        if (before := application_of(candidate, job)) is None:
            raise
        raise AppliedBefore(before) from None
    services.record(
        application,
        Kind.MESSAGE,
        at=at,
        now=now,
        office=office,
        direction=Direction.IN,
        channel=Channel.EMAIL,  # as in a row that names no way
        by=by,
        stage=stage,
        body=text,
    )
    return application
