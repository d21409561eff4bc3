from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recruiting.feedback.obstacles import Case, Obstacle, obstacle, rested
from recruiting.feedback.rules import INVITED
from recruiting.pipeline.rules import Outcome

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
moments = some.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=some.just(UTC))
cases = some.builds(
    Case,
    outcome=some.none() | some.sampled_from(Outcome),
    has_objected=some.booleans(),
    stage_invites=some.booleans(),
    runs_elsewhere=some.booleans(),
    invited_at=some.lists(moments, max_size=3),
)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (Case(Outcome.GHOSTED), None),
        (Case(Outcome.WITHDRAWN), None),
        (Case(None), Obstacle.OUTCOME),
        (Case(Outcome.HIRED), Obstacle.OUTCOME),
        (Case(Outcome.REJECTED), Obstacle.OUTCOME),
        (Case(Outcome.UNREACHABLE), Obstacle.OUTCOME),
        (Case(Outcome.NEVER_RESPONDED), Obstacle.OUTCOME),
        (Case(Outcome.GHOSTED, has_objected=True), Obstacle.OBJECTED),
        (Case(Outcome.GHOSTED, stage_invites=False), Obstacle.STAGE),
        (Case(Outcome.GHOSTED, runs_elsewhere=True), Obstacle.ACTIVE),
        (Case(Outcome.GHOSTED, invited_at=[NOW]), Obstacle.RECENT),
        (Case(Outcome.GHOSTED, invited_at=[NOW - timedelta(days=180)]), Obstacle.RECENT),
        (Case(Outcome.GHOSTED, invited_at=[NOW - timedelta(days=182)]), None),
        (Case(Outcome.GHOSTED, invited_at=[NOW + timedelta(days=1)]), None),
        (Case(Outcome.GHOSTED, has_objected=True, runs_elsewhere=True), Obstacle.OBJECTED),
    ],
)
def test_each_obstacle_stands_in_the_way_by_itself(case: Case, expected: Obstacle | None):
    assert obstacle(case, NOW) is expected


@given(cases, moments)
def test_nobody_is_asked_against_any_of_the_rules(case: Case, at: datetime):
    if obstacle(case, at) is None:
        assert case.outcome in INVITED
        assert not case.has_objected
        assert case.stage_invites
        assert not case.runs_elsewhere
        assert all(at < one or rested(one) <= at for one in case.invited_at)


@given(cases, moments)
def test_what_is_added_to_a_case_never_lifts_an_obstacle(case: Case, at: datetime):
    worse = Case(case.outcome, True, False, True, [*case.invited_at, at])
    assert obstacle(worse, at) is not None
    if obstacle(case, at) is not None:
        assert obstacle(Case(case.outcome, case.has_objected, case.stage_invites,
                             case.runs_elsewhere, [*case.invited_at, at]), at)  # fmt: skip


@pytest.mark.parametrize(
    ("invited", "again"),
    [
        ("2026-03-02", "2026-09-02"),
        ("2026-08-31", "2027-02-28"),
        ("2027-08-31", "2028-02-29"),
        ("2026-12-31", "2027-06-30"),
        ("2026-07-01", "2027-01-01"),
    ],
)
def test_six_months_end_on_the_same_day_or_the_last_of_a_shorter_month(invited: str, again: str):
    moment = datetime.fromisoformat(f"{invited}T09:00+00:00")
    assert rested(moment) == datetime.fromisoformat(f"{again}T09:00+00:00")


@given(moments)
def test_six_months_are_never_less_than_181_days(moment: datetime):
    assert timedelta(days=181) <= rested(moment) - moment <= timedelta(days=184)
