"""`flask silence list`: the fields, the filters, and the world as it was known at a moment."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from recruiting.pipeline.rules import Kind, Turn
from recruiting.silence import chances, listing
from recruiting.silence.rules import State
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE

pytestmark = pytest.mark.usefixtures("app")

FIELDS = [
    "candidate_email",
    "job",
    "stage",
    "turn",
    "state",
    "since",
    "silent_hours",
    "due_at",
    "attempts",
    "depth",
    "p_no_return",
    "comparable",
    "answered_after",
    "channel",
    "recruiter",
]


def lines(now: datetime, **more) -> list[listing.Listed]:
    chances.forget()
    return list(listing.lines(now, OFFICE, **more))


def test_a_line_says_exactly_what_was_agreed():
    make.quiet_application()
    (line,) = lines(MONDAY + 10 * DAY)
    assert list(line.as_dict()) == FIELDS
    assert (line.turn, line.state, line.attempts, line.depth) == ("candidate", "waiting", 2, 2)
    assert line.since == MONDAY + DAY
    assert line.silent_hours == 9 * 24
    assert line.recruiter == "recruiter@heardback.test"


def test_on_our_turn_there_is_no_chance_to_tell():
    make.application()
    (line,) = lines(MONDAY + DAY)
    assert (line.turn, line.p_no_return, line.comparable) == ("us", None, None)
    assert line.attempts == 0


def test_a_silence_of_thirty_days_will_not_be_heard_back_within_them():
    make.quiet_application()
    (line,) = lines(MONDAY + 60 * DAY)
    assert line.p_no_return == 1.0


def test_comparable_silences_are_those_of_the_stage_that_lasted_as_long():
    job = make.job()
    for days in (1, 3, 5, 20):
        answered = make.application(job=job)
        make.event(answered, at=MONDAY + DAY)
        make.reply(answered, at=MONDAY + DAY + days * DAY)
    still = make.application(job=job, at=MONDAY)
    make.event(still, at=MONDAY + 30 * DAY)
    (line,) = lines(MONDAY + 34 * DAY, turn=Turn.CANDIDATE)
    assert (line.comparable, line.answered_after) == (2, 2)  # 5 and 20 days; not itself


def test_an_ended_application_is_not_listed():
    application = make.application()
    make.event(application, Kind.REJECTION, at=MONDAY + DAY)
    assert lines(MONDAY + 2 * DAY) == []


def test_as_of_a_moment_later_events_do_not_exist():
    application = make.quiet_application()
    make.event(application, Kind.GHOSTED, at=MONDAY + 30 * DAY)
    assert lines(MONDAY + 40 * DAY) == []
    (line,) = lines(MONDAY + 40 * DAY, as_of=MONDAY + DAY + HOUR)
    assert (line.turn, line.attempts, line.silent_hours) == ("candidate", 1, 1.0)


def test_as_of_now_says_the_same_as_now():
    for _ in range(3):
        make.quiet_application()
    make.application()
    met = make.application()
    make.event(met, Kind.INTERVIEW, at=MONDAY + HOUR, due_at=MONDAY + 5 * DAY)
    now = MONDAY + 12 * DAY
    assert lines(now) == lines(now, as_of=now)
    assert lines(now)


def test_the_filters_keep_what_fits():
    quiet = make.quiet_application()
    ours = make.application()
    now = MONDAY + 30 * DAY
    assert [line.turn for line in lines(now, turn=Turn.US)] == ["us"]
    assert [line.job for line in lines(now, job=quiet.job.title.upper())] == [quiet.job.title]
    assert [line.job for line in lines(now, state=State.DELAYED)] == [ours.job.title]


def test_where_nobody_owes_an_answer_the_next_step_is_ours():
    application = make.application()
    make.event(application, at=MONDAY + HOUR)
    make.reply(application, at=MONDAY + 2 * HOUR, awaits_reply=False)
    (line,) = lines(MONDAY + DAY)
    assert (application.turn, line.turn) == (Turn.NOBODY, "us")


def test_the_command_writes_one_object_a_line(runner):
    make.quiet_application()
    make.application()
    done = runner.invoke(
        args=["silence", "list", "--format", "json", "--as-of", "2026-04-01T09:00:00Z"]
    )
    assert done.exit_code == 0
    told = [json.loads(line) for line in done.output.splitlines()]
    assert [list(line) for line in told] == [FIELDS, FIELDS]


@pytest.mark.parametrize(
    "moment", ["2026-04-01T09:00", "yesterday", "20226-01-01T00:00:00Z", "2026-02-30T00:00:00Z"]
)
def test_a_moment_that_is_none_is_refused_and_quoted(runner, moment):
    done = runner.invoke(args=["silence", "list", "--as-of", moment])
    assert done.exit_code == 2
    assert moment in done.output


def test_an_unknown_job_is_named(runner):
    done = runner.invoke(args=["silence", "list", "--job", "No such job"])
    assert done.exit_code == 1
    assert "No such job" in done.output


def test_rebuild_says_how_many_it_read(runner):
    make.quiet_application()
    done = runner.invoke(args=["silence", "rebuild"])
    assert (done.exit_code, done.output.strip()) == (0, "1 applications read anew, 1 watched")


def test_the_table_shows_each_application_on_a_line_of_its_own(runner):
    make.quiet_application()
    make.quiet_application()
    done = runner.invoke(args=["silence", "list"])
    told = [line for line in done.output.splitlines() if "@example.org" in line]
    assert len(set(told)) == len(told) == 2
    assert done.output.splitlines()[-1] == "2 applications"


def test_a_candidate_without_a_mail_address_is_listed_all_the_same(db):
    application = make.quiet_application()
    for address in application.candidate.addresses:
        db.session.delete(address)
    db.session.flush()
    (line,) = listing.lines(MONDAY + 30 * DAY, OFFICE)
    assert line.candidate_email is None
