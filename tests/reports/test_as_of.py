"""The report as known at a moment says what the report said at that moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from recruiting.db import db
from recruiting.errors import Refused
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Direction, Kind
from recruiting.reports.queries import whole_ledger
from recruiting.reports.rules import By
from recruiting.reports.tables import tables
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE

pytestmark = pytest.mark.usefixtures("app")
SMALLEST = 5
OURS = (Kind.MESSAGE, Kind.ASSIGNMENT, Kind.OFFER)
ENDS = (Kind.GHOSTED, Kind.NEVER_RESPONDED, Kind.REJECTION)


def step(application: Application, at: datetime, dice: Random) -> None:
    """Let something happen, as it does in life: mostly mails, sometimes more."""
    throw = dice.random()
    channel = dice.choice((Channel.EMAIL, Channel.PHONE))
    if throw < 0.4:
        make.event(application, dice.choice(OURS), at=at, channel=channel)
    elif throw < 0.65:
        make.reply(application, at=at, channel=channel)
    elif throw < 0.75:
        make.event(application, Kind.INTERVIEW, at=at, due_at=at + dice.randrange(1, 9) * DAY)
    elif throw < 0.8:
        make.event(application, Kind.NO_SHOW, at=at, direction=Direction.IN)
    elif throw < 0.88:
        stage = dice.choice(application.job.stages)
        make.event(application, Kind.MOVED, at=at, stage=stage)
    elif throw < 0.92:
        make.event(application, Kind.WITHDRAWAL, at=at, direction=Direction.IN)
    elif throw < 0.96:
        make.event(application, Kind.PAUSED, at=at, due_at=at + 6 * DAY)
    else:
        make.event(application, dice.choice(ENDS), at=at)


def figures(now: datetime, as_of: datetime | None = None) -> dict:
    db.session.flush()
    return tables(whole_ledger(now, OFFICE, as_of=as_of), SMALLEST)


@pytest.mark.parametrize("seed", range(3))
def test_what_happened_later_does_not_exist_then(seed: int):
    dice = Random(seed)  # noqa: S311 - the same throws in every run
    jobs = [make.job(), make.job()]
    applications = [
        make.application(
            job=dice.choice(jobs),
            at=MONDAY + dice.randrange(24) * HOUR,
            source=dice.choice(("Fair", "referral", None)),
        )
        for _ in range(60)
    ]
    said: dict[datetime, dict] = {}
    at = MONDAY + DAY
    for day in range(1, 41):
        at = MONDAY + day * DAY + timedelta(minutes=dice.randrange(600))
        for application in dice.sample(applications, 12):
            try:
                step(application, at, dice)
            except Refused:
                continue
        if day % 10 == 0:
            said[at] = figures(at)
    later = at + 30 * DAY
    assert figures(later) == figures(later, as_of=later)
    for moment, then in said.items():
        assert figures(later, as_of=moment) == then
    totals = [then[By.STAGE].total for then in said.values()]
    assert totals[0] != totals[-1]
    assert any(row.ghosting.n for row in said[at][By.CHANNEL].rows)
    assert totals[-1].delay.k
