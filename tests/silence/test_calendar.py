"""Reminders of our own promise, through summer time, a leap day and Christmas."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.messages.models import Message
from recruiting.messages.rules import Purpose
from recruiting.pipeline import services as pipeline
from recruiting.silence.ladder import REMINDERS, Step, next_step, reminder_days
from recruiting.sweep import Sweep
from tests import make
from tests.pipeline.timelines import HOUR, OFFICE, come
from tests.silence.test_ladder import case

BOSS = "recruiter@heardback.test"
STEP = timedelta.resolution


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


# When a candidate wrote, the days of the reminders, and when a worker looks for the first two.
PROMISES = [
    # The clocks go forward on 29 March 2026; Easter follows.
    (
        "2026-03-24T09:00+00:00",
        ["2026-03-27", "2026-03-30", "2026-04-01", "2026-04-07"],
        ("2026-03-26T23:00+00:00", "2026-03-29T22:00+00:00"),
    ),
    # And back on 25 October.
    (
        "2026-10-20T08:00+00:00",
        ["2026-10-23", "2026-10-26", "2026-10-28", "2026-10-30"],
        ("2026-10-22T22:00+00:00", "2026-10-25T23:00+00:00"),
    ),
    # 29 February, a Tuesday.
    (
        "2028-02-23T09:00+00:00",
        ["2028-02-28", "2028-02-29", "2028-03-02", "2028-03-06"],
        ("2028-02-27T23:00+00:00", "2028-02-28T23:00+00:00"),
    ),
    # Christmas on a Friday, and New Year.
    (
        "2026-12-21T09:00+00:00",
        ["2026-12-24", "2026-12-28", "2026-12-30", "2027-01-04"],
        ("2026-12-23T23:00+00:00", "2026-12-27T23:00+00:00"),
    ),
]


@pytest.mark.parametrize(("wrote", "days", "looks"), PROMISES)
def test_reminders_come_on_working_days_from_their_first_moment_in_the_office(wrote, days, looks):
    one, first, second = case(come(at(wrote))), *map(at, looks)
    due = OFFICE.add(at(wrote), 3)
    assert [day.isoformat() for day, _which in reminder_days(due, OFFICE)] == days
    before = next_step(one, at(wrote) + HOUR, OFFICE)
    assert (before.step, before.check_at) == (Step.WAIT, first)
    assert next_step(one, first - STEP, OFFICE).step is Step.WAIT
    on_the_day = next_step(one, first, OFFICE)
    assert (on_the_day.step, on_the_day.check_at) == (Step.REMIND, second)
    said = {}
    for hours in range(24 * 20):
        now = at(wrote) + hours * HOUR
        step = next_step(one, now, OFFICE)
        if step.step is Step.REMIND:
            said.setdefault(OFFICE.day_of(now).isoformat(), set()).add(step.reminder)
    assert said == {day: {which} for day, which in zip(days, REMINDERS, strict=True)}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("place", "morning"),
    [
        (0, "2026-03-30T05:00+00:00"),  # 7:00 in summer
        (1, "2026-10-26T06:00+00:00"),  # 7:00 in winter
        (2, "2028-02-29T06:00+00:00"),
        (3, "2026-12-28T06:00+00:00"),
    ],
)
def test_a_colleague_reads_it_from_seven_in_the_morning_of_the_office(
    app: Flask, place: int, morning: str
):
    wrote = at(PROMISES[place][0])
    make.user(Role.RECRUITER, email=BOSS)
    one = make.application(at=wrote)
    pipeline.give_to(one, BOSS, by=BOSS, now=wrote, office=OFFICE)
    db.session.commit()
    sweep = Sweep(lambda: False)
    assert sweep.remind(at(morning) - STEP) == 0
    assert sweep.remind(at(morning)) == 1
    assert sweep.remind(at(morning) + HOUR) == 0
    (message,) = db.session.scalars(select(Message)).all()
    assert (message.purpose, message.queued_at) == (Purpose.REMINDER, at(morning))
