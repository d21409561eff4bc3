"""The curve of a stage as pages draw it, and why a chance is what it is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from recruiting.jobs.models import Job
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel
from recruiting.silence import chances, curves
from recruiting.silence.curves import Asking, Move, Why
from recruiting.silence.wording.reasons import average_sentence, reasons
from recruiting.stats.facts import Fact
from recruiting.stats.survival import still_silent
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE

pytestmark = pytest.mark.usefixtures("app")
LATER = MONDAY + 40 * DAY


def waited(job: Job, hours: float | None, *, asked: datetime = MONDAY) -> Application:
    """Asked a day after applying; answered so many hours later, or never."""
    made = make.application(job=job, at=asked - DAY)
    make.event(made, at=asked)
    if hours is not None:
        make.reply(made, at=asked + hours * HOUR)
    return made


def current(now: datetime = LATER) -> chances.Chances:
    chances.forget()
    return chances.current(now, OFFICE)


def test_the_curve_is_that_of_the_chances_with_bounds_from_the_stage_alone():
    job, other = make.job(), make.job(stages=("Elsewhere",))
    hours = [3, 5, 30, 30, 50, 200, None, None]
    for one in hours:
        waited(job, one)
    waited(other, 1)
    known, stage = current(), job.stages[0]
    found = curves.stage_curve(known, stage.id)
    group = known.group_of[stage.id]
    silent = 40 * 24.0
    own = still_silent([one or silent for one in hours], [one is not None for one in hours])
    for step in found.steps:
        at = step.day * 24
        assert step.share == known.curves.still_silent(group, at)
        low, high = own.bounds_at([at])
        assert (step.low, step.high) == (low[0], high[0])
        assert step.lasted == sum((one or silent) >= at for one in hours)
        assert step.answered == sum(one is not None and one >= at for one in hours)
    assert found.at(0.3).day == 0.25
    assert found.at(9.99).day == 9.5
    assert found.at(99).day == 30
    assert found.median < found.ninety


def test_a_stage_without_a_silence_has_the_curve_of_all_and_no_band():
    waited(make.job(), 5)
    empty = make.job(stages=("Never used",)).stages[0]
    found = curves.stage_curve(current(), empty.id)
    assert {(step.low, step.high) for step in found.steps} == {(None, None)}
    assert found.steps[0].share == 1
    assert found.steps[-1].share < 0.5


def test_beyond_the_longest_silence_there_is_no_band():
    job = make.job()
    waited(job, 24)
    waited(job, None, asked=LATER - 3 * DAY)
    found = curves.stage_curve(current(), job.stages[0].id)
    assert found.at(2).low is not None
    assert found.at(4).low is None


def test_what_moved_a_chance_is_what_the_fit_says_largest_first():
    job = make.job()
    for number in range(12):
        waited(job, 4 + number)
        made = make.application(job=job, at=MONDAY - 9 * DAY)
        make.event(made, at=MONDAY, channel=Channel.PORTAL)
    one = make.application(job=job, at=LATER - 10 * DAY)
    since = LATER - 3 * HOUR
    make.event(one, at=since, channel=Channel.PORTAL)
    known = current()
    asked = chances.running([one.id], LATER, OFFICE).asked([(one.id, one.stage_id, 3.0)])
    expected = known.explain(asked)[0]
    found = curves.why(known, one, since, LATER, OFFICE)
    assert found is not None
    assert found.hearing == 1 - expected.no_return == 1 - known.of(asked)[0].no_return
    assert (found.low, found.high) == (1 - expected.high, 1 - expected.low)
    assert found.low <= found.hearing <= found.high
    assert found.in_stage == 1 - expected.in_stage
    large = {fact: -by for fact, by in expected.moved_by.items() if abs(by) >= 0.01}
    assert large
    assert len(found.moves) == min(len(large), 3)
    assert dict(found.moves).items() <= large.items()
    sizes = [abs(move.by) for move in found.moves]
    assert sizes == sorted(sizes, reverse=True)
    assert found.asking == Asking(since, 1, 10 * DAY - 3 * HOUR, None, False, True, 0)


def test_after_thirty_days_there_is_nothing_to_explain():
    one = waited(make.job(), None, asked=LATER - 30 * DAY)
    assert curves.why(current(), one, LATER - 30 * DAY, LATER, OFFICE) is None
    later = LATER - 30 * DAY + timedelta(seconds=1)
    assert curves.why(current(), one, later, LATER, OFFICE) is not None


def test_a_silence_that_is_not_on_record_is_not_explained_by_what_is_not_known():
    job = make.job()
    waited(job, 5)
    one = make.application(job=job)
    assert curves.why(current(), one, MONDAY, MONDAY + DAY, OFFICE) is None


ASKING = Asking(MONDAY, 2, 6 * DAY, 5 * HOUR, False, False, 1)


def because(*moves: tuple[Fact, float], asking: Asking = ASKING) -> Why:
    return Why(0.4, 0.3, 0.5, 0.5, [Move(*move) for move in moves], asking)


def test_each_fact_is_said_in_points_and_never_about_the_person(app):
    with app.test_request_context():
        said = reasons(because(*((fact, -0.08) for fact in Fact)))
        assert said == [
            "2 touches of theirs before: 8 points less likely",
            "our answer took 6 days: 8 points less likely",
            "answers here took about 5 hours so far: 8 points less likely",
            "asked on a Monday at 10:00: 8 points less likely",
            "asked by mail: 8 points less likely",
            "one follow-up: 8 points less likely",
        ]
        unknown = Asking(MONDAY, 0, None, None, True, False, 0)
        said = reasons(because(*((fact, 0.01) for fact in Fact), asking=unknown))
        assert said == [
            "no touch of theirs before: 1 point more likely",
            "nothing of theirs came before our question: 1 point more likely",
            "no earlier answer to go by: 1 point more likely",
            "asked on a Monday at 10:00: 1 point more likely",
            "asked in a conversation or by phone: 1 point more likely",
            "no follow-up so far: 1 point more likely",
        ]


def test_without_a_fact_that_matters_it_is_like_the_average(app):
    with app.test_request_context():
        assert average_sentence(because()).startswith("That is like the average of this stage (50")
        moved = because((Fact.DELAY, -0.1))
        assert average_sentence(moved).startswith("The average of this stage would be 50")
