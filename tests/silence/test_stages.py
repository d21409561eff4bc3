"""The silences of a stage in working days, and what they speak for."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.jobs.models import Job
from recruiting.pipeline.rules import Kind
from recruiting.silence import stages
from recruiting.stats.followups import follow_ups
from recruiting.stats.patience import patience, waiting
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE

NOW = MONDAY + 60 * DAY
FOLLOWED_UP = (2, 6)  # of ten silences those answered after 3 and 7 days
AFTER = 30  # hours
moments = st.integers(0, 60 * 24).map(lambda hours: MONDAY + hours * HOUR)


@pytest.mark.parametrize(
    ("lasted", "answered", "days"),
    [
        (DAY, True, 1),
        (DAY + timedelta(seconds=1), True, 2),
        (5 * DAY, True, 5),  # Saturday at nine: Friday's term is over, Monday's is not
        (7 * DAY, True, 5),  # Monday at nine
        (DAY, False, 1),
        (DAY + 23 * HOUR, False, 1),
        (HOUR, False, 0),
        (timedelta(0), True, 0),
    ],
)
def test_a_reply_counts_in_the_first_term_with_room_and_an_open_one_for_those_outlasted(
    lasted, answered, days
):
    found, ends = stages.in_working_days([MONDAY], [lasted / HOUR], [answered], OFFICE)
    assert (found.tolist(), ends.tolist()) == ([days], [answered])


def test_after_thirty_days_nobody_answers():
    found, ends = stages.in_working_days([MONDAY] * 2, [720.0, 721.0], [True, True], OFFICE)
    assert ends.tolist() == [True, False]
    assert found.tolist() == [23, 22]  # the clocks go forward: an hour into the 23rd term


@given(moments, st.booleans())
def test_no_silence_is_longer_than_the_most_working_days(since, answered):
    found, _ends = stages.in_working_days([since], [720.0], [answered], OFFICE)
    assert found[0] <= stages.MOST_DAYS


@given(moments, st.integers(0, 30 * 24 * 60), st.integers(0, 22), st.booleans())
def test_answered_within_n_means_before_a_patience_of_n_was_over(since, minutes, patient, answered):
    lasted = timedelta(minutes=minutes)
    days, _ends = stages.in_working_days([since], [lasted / HOUR], [answered], OFFICE)
    due_at = OFFICE.add(since, patient)
    if answered:
        assert (days[0] <= patient) == (since + lasted <= due_at)
    elif patient:
        assert (days[0] >= patient) == (since + lasted >= due_at)


def history(job: Job, count: int, *, open_ones: int = 0, follow_up: bool = False) -> None:
    """Silences that began on Monday: answered after 1, 2, 3 … 10 hours and days in turn."""
    for number in range(count + open_ones):
        made = make.application(job=job, at=MONDAY)
        make.event(made, at=MONDAY + HOUR)
        wait = (1 + number % 10) * (HOUR if number % 2 else DAY)
        if follow_up and number % 10 in FOLLOWED_UP:
            make.event(made, at=MONDAY + HOUR + AFTER * HOUR)
        if number < count:
            make.reply(made, at=MONDAY + HOUR + wait)


def measured(job: Job, now=NOW) -> stages.Figures:
    return stages.figures(job.stages[0], now, OFFICE)


@pytest.mark.usefixtures("app")
class TestFigures:
    """Asked of the database."""

    def test_thirty_that_ended_propose_what_the_statistics_say(self):
        job = make.job()
        history(job, 30, open_ones=3)
        found = measured(job)
        assert (found.silences, found.answered, found.running) == (33, 30, 3)
        assert (found.completed, found.missing) == (30, 0)
        waits = [(1 + n % 10) * (1 if n % 2 else 24) for n in range(30)]
        days, ends = stages.in_working_days(
            [MONDAY + HOUR] * 33, [*waits, 1e4, 1e4, 1e4], [True] * 30 + [False] * 3, OFFICE
        )
        assert found.proposal == patience(days, ends, stages.MOST_DAYS)
        assert found.proposed == found.proposal.time == 5
        expected = waiting(days, ends, stages.MOST_DAYS)
        assert found.waiting is not None
        for name in ("elapsed", "chance", "low", "high", "left", "at_risk"):
            np.testing.assert_array_equal(getattr(found.waiting, name), getattr(expected, name))

    def test_stages_of_the_same_name_count_together_and_others_do_not(self):
        history(make.job(), 16)
        history(make.job(stages=("Elsewhere",)), 5)
        job = make.job(stages=("APPLIED",))
        history(job, 14)
        assert measured(job).silences == 30
        assert measured(job).proposed

    def test_twenty_nine_propose_nothing_and_say_that_one_is_missing(self):
        job = make.job()
        history(job, 29, open_ones=5)
        found = measured(job)
        assert (found.proposal, found.proposed, found.waiting) == (None, None, None)
        assert found.missing == 1

    def test_silences_that_nobody_answered_propose_nothing(self):
        job = make.job()
        for _number in range(30):
            made = make.application(job=job)
            make.event(made, at=MONDAY + HOUR)
            make.event(made, Kind.REJECTION, at=MONDAY + DAY)
        found = measured(job)
        assert (found.completed, found.missing, found.proposed) == (30, 0, None)

    def test_a_stage_without_a_silence_has_no_figures(self):
        found = measured(make.job())
        assert (found.silences, found.missing, found.follow_ups) == (0, 30, None)

    def test_answers_within_an_hour_still_propose_one_day(self):
        job = make.job()
        for _number in range(30):
            made = make.application(job=job, at=MONDAY)
            make.event(made, at=MONDAY + HOUR)
            make.reply(made, at=MONDAY + HOUR + timedelta(minutes=1))
        assert measured(job).proposed == 1

    def test_what_follow_ups_bring_needs_answers_on_both_sides(self):
        job = make.job()
        history(job, 60, follow_up=True)
        found = measured(job).follow_ups
        assert found is not None
        waits = [(1 + n % 10) * (1 if n % 2 else 24) for n in range(60)]
        asked = [row for row in range(60) if row % 10 in FOLLOWED_UP]
        expected = follow_ups(
            waits, [True] * 60, asked, [AFTER] * 12, edges=stages.SPANS, window=stages.SOON
        )
        assert found.pooled == expected.pooled
        assert found.replies_after.sum() == 12

    def test_few_answers_after_follow_ups_tell_nothing(self):
        job = make.job()
        history(job, 40, follow_up=True)
        assert measured(job).follow_ups is None
