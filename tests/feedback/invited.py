"""Applications that ended, with their invitation, for the tests of this room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from recruiting.feedback import services
from recruiting.feedback.models import Invitation
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from tests import make

DAYS = 30
ENDED = make.MONDAY  # `frozen` stands there
BEGUN = ENDED - timedelta(days=40)
RECRUITER = "recruiter@heardback.test"


def ended_application(outcome: Outcome = Outcome.GHOSTED, **candidate: Any) -> Application:
    """An application that was answered once and then closed on Monday."""
    application = make.application(make.candidate(**candidate), at=BEGUN)
    make.event(application, at=BEGUN + timedelta(days=1))
    end(application, outcome)
    return application


def end(
    application: Application, outcome: Outcome = Outcome.GHOSTED, *, at: datetime = ENDED
) -> None:
    pipeline.close(application, outcome, note="as seen", by=RECRUITER, now=at, office=make.OFFICE)


def reopen(application: Application, *, at: datetime) -> None:
    pipeline.reopen(application, note="wrote", by=RECRUITER, now=at, office=make.OFFICE)


def invitation(**more: Any) -> Invitation:
    """An open invitation to somebody whose application ended on Monday."""
    made = services.invite(ended_application(**more), now=ENDED, days=DAYS)
    assert made is not None
    return made
