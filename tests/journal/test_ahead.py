"""What lies ahead does not exist until its moment comes, whatever a file holds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from recruiting.accounts.rules import Actor, Permission, Role
from recruiting.db import db as handle
from recruiting.journal.rules import DIRECTIONS
from recruiting.pipeline import facts, services
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Direction, Outcome, Turn
from recruiting.reports.queries import whole_ledger
from recruiting.reports.tables import tables
from recruiting.silence import chances, listing, queries
from recruiting.worker import Worker
from tests.journal.files import EXAMPLES, NOW, OFFICE, clear, row, take

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)
KINDS = sorted((kind, side) for kind, sides in DIRECTIONS.items() for side in sides)


class Somebody:
    """A recruiter, as queries take one."""

    id = 1
    email = "recruiter@example.org"
    role = Role.RECRUITER

    def can(self, permission: Permission) -> bool:
        return permission is not Permission.SEE_HANDED_OVER


ME: Actor = Somebody()


def after(days: float) -> datetime:
    return NOW + days * DAY


def at(days: float) -> str:
    return after(days).isoformat()


def listed(now: datetime, **more) -> list[listing.Listed]:
    handle.session.expire_all()
    chances.forget()
    return list(listing.lines(now, OFFICE, **more))


def test_an_event_that_lies_ahead_changes_nothing_yet_and_everything_from_its_moment_on():
    summary = take(row(at=at(-5)), row(at=at(2), direction="out"), row(at=at(4), kind="withdrawal"))
    assert (summary.ahead, summary.added) == (2, 3)
    said = [[line.turn for line in listed(after(days))] for days in (0, 1.9, 2, 3, 4, 5)]
    assert said == [["us"], ["us"], ["candidate"], ["candidate"], [], []]


def test_an_application_of_which_all_lies_ahead_does_not_exist_yet():
    take(row(at=at(3)), row(at=at(2), candidate_email="bob@example.org"))
    assert listed(NOW) == []
    assert [line.candidate_email for line in listed(after(2))] == ["bob@example.org"]
    assert len(listed(after(3))) == 2


def test_an_earlier_row_of_a_later_file_lets_an_application_begin_earlier():
    take(row(at=at(9)))
    take(row(at=at(3), direction="out"))
    assert listed(after(2)) == []
    assert len(listed(after(3))) == 1


def pages(now: datetime) -> dict[str, list]:
    """Who stands where on every page that shows applications; looking writes nothing."""
    chances.forget()
    job_id = pipeline.jobs()[0].id
    board = pipeline.board(ME, job_id, now=now, office=OFFICE)
    cards = queries.cards(board, now, OFFICE)
    desk = queries.desk(ME, now, OFFICE)
    tally = queries.tallies(ME, now, OFFICE).get(job_id)
    found = {
        "board": [(one.id, one.stage.name, cards[one.id]) for one in board],
        "desk": [
            (pile, row.application.id, row.card)
            for pile in ("ours", "due", "quiet", "person")
            for row in getattr(desk, pile)
        ],
        "jobs": [tally and (tally.active, tally.ours, tally.quiet)],
        "find": sorted(
            (one.id, one.outcome, one.stage_id)
            for one in pipeline.find(ME, "e", now=now, office=OFFICE)[0]
        ),
        "report": [tables(whole_ledger(now, OFFICE), 5)],
    }
    handle.session.flush()
    assert not handle.session.dirty
    handle.session.rollback()
    return found


def test_pages_show_the_same_whether_or_not_a_worker_runs(app):
    take(
        row(at=at(-9)),
        row(at=at(1), direction="out", stage="Interview"),
        row(at=at(-20), candidate_email="bob@example.org", direction="out"),
        row(at=at(1.5), candidate_email="bob@example.org", kind="rejection", direction="out"),
        row(at=at(-3), candidate_email="cleo@example.org", kind="withdrawal"),
        row(at=at(2), candidate_email="cleo@example.org", direction="out", kind="offer"),
        row(at=at(2), candidate_email="dora@example.org"),
    )
    for days in (0.5, 1, 1.5, 2, 12):
        before = pages(after(days))
        tick(app, days)
        assert pages(after(days)) == before, days


def tick(app, days: float) -> None:
    handle.session.rollback()  # on SQLite the session would hold the database
    Worker(app).tick(after(days))
    handle.session.expire_all()


def test_the_worker_writes_what_has_come_to_pass(app):
    take(row(at=at(-5)), row(at=at(2), direction="out"), row(at=at(4), kind="withdrawal"))
    one = handle.session.scalars(select(Application)).one()
    assert (one.turn, one.next_event_at) == (Turn.US, after(2))
    for days, turn, then in ((1, Turn.US, after(2)), (2, Turn.CANDIDATE, after(4))):
        tick(app, days)
        assert (one.turn, one.next_event_at) == (turn, then)
    tick(app, 5)
    assert (one.outcome, one.next_event_at) == (Outcome.WITHDRAWN, None)


def test_an_act_on_a_row_that_is_behind_writes_all_that_holds():
    take(row(at=at(-5)), row(at=at(2), direction="out", stage="Interview"))
    handle.session.expire_all()
    key = handle.session.scalars(select(Application.id)).one()
    one = pipeline.application_for(ME, key, now=after(3), office=OFFICE)
    assert (one.turn, one.stage.name) == (Turn.CANDIDATE, "Interview")
    services.give_to(one, "grace@example.org", by="x@y.z", now=after(3), office=OFFICE)
    handle.session.commit()
    handle.session.expire_all()
    assert (one.turn, one.stage.name, one.next_event_at) == (Turn.CANDIDATE, "Interview", None)


def test_what_a_person_logs_with_a_fast_clock_counts_at_once():
    take(row(at=at(-5)))
    one = handle.session.scalars(select(Application)).one()
    services.log_touch(
        one,
        Direction.OUT,
        Channel.PHONE,
        at=NOW + timedelta(minutes=2),
        text="",
        by="x@y.z",
        now=NOW,
        office=OFFICE,
    )
    assert one.turn is Turn.CANDIDATE


# --- the law -------------------------------------------------------------------------------------


@st.composite
def cells(draw: st.DrawFn) -> dict[str, str]:
    kind, direction = draw(st.sampled_from(KINDS))
    return row(
        candidate_email=draw(st.sampled_from(["ada@example.org", "bob@example.org", "c@d.org"])),
        stage=draw(st.sampled_from(["", "", "Screen", "Interview"])),
        recruiter=draw(st.sampled_from(["", "grace@example.org"])),
        at=at(draw(st.integers(-20, 20)) / 2),
        direction=direction.value,
        channel=draw(st.sampled_from(["", "phone"])),
        kind=kind.value,
        awaits_reply=draw(st.sampled_from(["", "yes", "no"])),
        due_at=draw(st.sampled_from(["", at(-3), at(3), at(8)])),
    )


@EXAMPLES
@given(
    first=st.lists(cells(), min_size=1, max_size=10),
    second=st.lists(cells(), max_size=4),
    looks=st.lists(st.tuples(st.integers(0, 24), st.booleans()), min_size=1, max_size=4),
)
def test_now_is_what_is_known_as_of_now(app, first, second, looks):
    clear()
    take(*first)
    take(*second)
    for half_days, with_worker in sorted(looks):
        now = after(half_days / 2)
        if with_worker:
            facts.arrive(OFFICE, now=now)
            handle.session.commit()
        assert listed(now) == listed(now, as_of=now)
        handle.session.expire_all()
        seen = tables(whole_ledger(now, OFFICE), 5)
        assert seen == tables(whole_ledger(now, OFFICE, as_of=now), 5)
