"""What a file brings into the house, and what it leaves as it was."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select, text
from sqlalchemy.exc import OperationalError

from recruiting import tables
from recruiting.candidates.models import Address, Candidate
from recruiting.db import db as handle
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import StageKind
from recruiting.journal import queries, services
from recruiting.journal.models import JournalImport
from recruiting.journal.rules import DIRECTIONS, Fault
from recruiting.pipeline import facts as pipeline_facts
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Kind, Outcome, Turn
from tests import make
from tests.journal import files
from tests.journal.files import EXAMPLES, clear, row, take, world

pytestmark = pytest.mark.usefixtures("app")


def at(day: int, hour: int = 9) -> str:
    return f"2026-03-{day:02}T{hour:02}:00:00Z"


def names() -> dict[str, str]:
    found = handle.session.execute(select(Address.key, Candidate.name).join(Candidate))
    return {one.key: one.name for one in found}


def bodies() -> list[str]:
    return list(handle.session.scalars(select(Event.body).order_by(Event.body)))


def stages(title_key: str = "developer") -> list[str]:
    return list(
        handle.session.scalars(
            select(Stage.name).join(Job).where(Job.title_key == title_key).order_by(Stage.position)
        )
    )


def count(model: type) -> int:
    return handle.session.scalar(select(func.count()).select_from(model)) or 0


# --- what comes in -------------------------------------------------------------------------------


def test_a_file_brings_candidates_jobs_stages_applications_and_events():
    summary = take(
        row(stage="Phone screen", candidate_name="Ada L."),
        row(at=at(3), direction="out", stage="Interview", candidate_name="Ada"),
        row(candidate_email="bob@example.org", job="Tester"),
    )
    assert summary.took_effect
    assert (summary.rows, summary.added, summary.candidates, summary.jobs) == (3, 3, 2, 2)
    assert (summary.stages, summary.applications) == (3, 2)
    assert (count(Event), count(Candidate), count(Job)) == (3, 2, 2)
    assert (count(Stage), count(Application)) == (3, 2)


def test_the_facts_of_the_turn_are_read_at_once():
    take(row(), row(at=at(3), direction="out", recruiter="grace@example.org", stage="Interview"))
    application = handle.session.scalars(select(Application)).one()
    assert application.turn is Turn.CANDIDATE
    assert application.since == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert application.applied_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert application.owner == "grace@example.org"
    assert application.stage.name == "Interview"


def test_what_was_cached_equals_what_is_read_anew():
    take(*(row(at=at(day), direction=("in", "out")[day % 2]) for day in range(2, 9)))
    before = world()
    pipeline_facts.refresh(None, files.OFFICE, now=files.NOW)
    assert world() == before


def test_an_outcome_in_the_file_ends_the_application():
    take(row(), row(at=at(4), kind="withdrawal"))
    assert handle.session.scalars(select(Application.outcome)).one() is Outcome.WITHDRAWN


def test_a_question_in_their_own_words_is_noticed():
    take(
        row(body="When do we start?"),
        row(at=at(3), body="Fine.\n> When do we start?"),
        row(at=at(4), body="Shall we?", direction="out"),
        row(at=at(5), body="Back on Monday?", kind="auto_reply"),
    )
    asks = handle.session.scalars(select(Event.asks).order_by(Event.at)).all()
    assert asks == [True, False, False, False]


def test_an_import_is_written_down():
    take(row(), row(at=at(3)), row(at="?"), skip_bad=True)
    noted = handle.session.scalars(select(JournalImport)).one()
    assert (noted.rows, noted.added, noted.known, noted.skipped) == (3, 2, 0, 1)
    assert noted.by == "me@example.org"
    assert noted.at == files.NOW


def test_an_empty_file_and_a_header_alone_bring_nothing():
    assert not files.take_text("").took_effect
    summary = files.take_text(files.text([]))
    assert summary.took_effect
    assert (summary.rows, summary.added) == (0, 0)


# --- who and where -------------------------------------------------------------------------------


def test_a_person_is_known_by_the_address_whatever_its_capitals():
    take(row(candidate_email="Ada@Example.org"))
    summary = take(row(candidate_email="ADA@example.ORG", at=at(3)))
    assert summary.candidates == 0
    assert handle.session.scalars(select(Address.value)).all() == ["Ada@Example.org"]


def test_a_candidate_who_was_here_before_is_found():
    known = make.candidate("Ada", "ada@example.org")
    job = make.job("developer  ")
    application = make.application(known, job, applied=False)
    handle.session.commit()
    summary = take(row(job="Developer"))
    assert (summary.candidates, summary.jobs, summary.applications) == (0, 0, 0)
    assert handle.session.scalars(select(Event.application_id)).all() == [application.id]


def test_the_last_name_by_time_wins_not_the_last_line():
    take(
        row(at=at(9), candidate_name="Ada King"),
        row(at=at(2), candidate_name="Ada Byron"),
        row(at=at(10), candidate_name=""),
    )
    assert names() == {"ada@example.org": "Ada King"}


def test_an_older_name_from_a_later_file_does_not_win():
    take(row(at=at(9), candidate_name="Ada King"))
    take(row(at=at(3), candidate_name="Ada Byron"))
    assert names() == {"ada@example.org": "Ada King"}
    take(row(at=at(11), candidate_name="Ada Lovelace"))
    assert names() == {"ada@example.org": "Ada Lovelace"}


def test_a_name_typed_here_yields_only_to_a_later_one():
    make.candidate("Ada Byron", "ada@example.org")  # on Monday, 2 March
    handle.session.commit()
    take(row(at="2026-03-01T09:00:00Z", candidate_name="A."))
    assert names() == {"ada@example.org": "Ada Byron"}
    take(row(at=at(3), candidate_name="Ada King"))
    assert names() == {"ada@example.org": "Ada King"}


def test_of_an_applications_sources_the_first_one_holds():
    take(row(at=at(5), source="job board"), row(at=at(3), source="referral"), row(at=at(2)))
    assert handle.session.scalars(select(Application.source)).all() == ["referral"]
    take(row(at=at(4), source="sourced"))
    assert handle.session.scalars(select(Application.source)).all() == ["referral"]
    take(row(at=at(2, 8), source="career site"))
    assert handle.session.scalars(select(Application.source)).all() == ["career site"]


def test_stages_stand_in_the_order_of_their_first_event():
    take(
        row(at=at(9), stage="Offer"),
        row(at=at(2), stage="Phone screen"),
        row(at=at(5), stage="Take-home test"),
        row(candidate_email="bob@example.org", at=at(7), stage="phone  SCREEN"),
    )
    assert stages() == ["Phone screen", "Take-home test", "Offer"]
    kinds = handle.session.scalars(select(Stage.kind).order_by(Stage.position)).all()
    assert kinds == [StageKind.SCREEN, StageKind.ASSESSMENT, StageKind.OFFER]


def test_new_stages_stand_behind_those_of_the_job():
    make.job("Developer", ("Applied", "Interview"))
    handle.session.commit()
    take(row(stage="Trial day"), row(at=at(3), stage="INTERVIEW"))
    assert stages() == ["Applied", "Interview", "Trial day"]


def test_a_job_whose_file_names_no_stage_begins_with_the_first_one():
    assert take(row()).stages == 1
    assert stages() == ["Applied"]


def test_the_first_spelling_of_a_job_stays():
    take(row(job="Developer"))
    take(row(job="DEVELOPER", at=at(3)))
    assert handle.session.scalars(select(Job.title)).all() == ["Developer"]


# --- the same again ------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing():
    rows = [row(external_id="1"), row(at=at(3)), row(at=at(3), channel="phone", body="x")]
    take(*rows)
    before = world()
    again = take(*rows)
    assert (again.added, again.known, again.differing) == (0, 3, 0)
    assert (again.candidates, again.jobs, again.stages, again.applications) == (0, 0, 0, 0)
    assert world() == before


def test_an_overlapping_newer_file_adds_only_what_is_new():
    take(*(row(at=at(day)) for day in (2, 3, 4)))
    newer = take(*(row(at=at(day)) for day in (3, 4, 5, 6)))
    assert (newer.added, newer.known) == (2, 2)
    assert count(Event) == 5


def test_a_known_id_changes_nothing_even_with_other_content():
    take(row(external_id="1", body="first"))
    again = take(
        row(
            external_id="1",
            body="second",
            candidate_email="bob@example.org",
            candidate_name="Bob",
            job="Tester",
        )
    )
    assert (again.added, again.known, again.differing, again.candidates) == (0, 1, 1, 0)
    assert bodies() == ["first"]
    assert list(names()) == ["ada@example.org"]


def test_a_known_row_without_id_keeps_its_words():
    take(row(body="first"))
    again = take(row(body="second"))
    assert (again.added, again.known, again.differing) == (0, 1, 1)
    assert bodies() == ["first"]


def test_a_row_without_id_is_the_same_as_a_stored_one_with_an_id():
    take(row(external_id="1"))
    assert take(row()).added == 0


def test_a_stored_event_without_id_learns_the_id_of_the_same_row():
    take(row(body="hello"))
    assert take(row(external_id="1", body="hello")).added == 0
    assert handle.session.scalars(select(Event.external_id)).all() == ["1"]
    later = take(row(external_id="1", channel="phone"))
    assert (later.added, later.differing) == (0, 1)


def test_equal_rows_with_different_ids_are_different_events():
    assert take(row(external_id="1"), row(external_id="2")).added == 2
    assert take(row(external_id="3"), row(external_id="2"), row()).added == 1


def test_of_equal_rows_the_one_with_an_id_stays():
    summary = take(row(body="a long text without id"), row(external_id="1", body="x"))
    assert (summary.added, summary.repeated) == (1, 1)
    assert bodies() == ["x"]


def test_of_equal_rows_the_fuller_one_stays():
    take(row(body="short"), row(body="a longer text"), row(body=""))
    assert bodies() == ["a longer text"]


def test_of_rows_with_one_id_the_fuller_one_stays():
    summary = take(
        row(external_id="1", body="short"),
        row(external_id="1", body="a longer text"),
        row(external_id="1", body="longest by far, by phone", channel="phone"),
    )
    assert (summary.added, summary.repeated) == (1, 2)
    assert bodies() == ["longest by far, by phone"]


def test_another_channel_is_another_event():
    assert take(row(), row(channel="phone")).added == 2


# --- problems ------------------------------------------------------------------------------------


def test_a_bad_row_stops_the_whole_file():
    summary = take(row(), row(at="yesterday"))
    assert not summary.took_effect
    assert summary.problem_rows == 1
    assert not world()


def test_bad_rows_can_be_skipped_and_are_counted():
    summary = take(row(), row(at="yesterday", kind="?"), row(at=at(3)), skip_bad=True)
    assert summary.took_effect
    assert (summary.rows, summary.added, summary.problem_rows) == (3, 2, 1)
    assert count(Event) == 2


def test_a_file_that_ends_in_the_middle_cannot_be_skipped():
    content = files.text([row()]) + '"an open quote'
    summary = files.take_text(content, skip_bad=True)
    assert summary.is_unreadable
    assert not summary.took_effect
    assert not world()


def test_one_id_for_two_facts_is_a_problem_of_both_rows():
    rows = [row(external_id="7"), row(external_id="8"), row(external_id="7", at=at(5))]
    files.look(*rows)
    found = list(services.listed_problems())
    assert [(one.line, one.column, one.fault, one.wanted) for one in found] == [
        (2, "external_id", Fault.ID_TWICE, "4"),
        (4, "external_id", Fault.ID_TWICE, "2"),
    ]
    assert not take(*rows).took_effect
    summary = take(*rows, skip_bad=True)
    assert (summary.added, summary.problem_rows) == (1, 2)


def test_problems_come_in_the_order_of_the_file():
    bad = [row(at="?") for _ in range(5000)]
    files.look(*bad, row())
    lines = [problem.line for problem in services.listed_problems()]
    assert lines == list(range(2, 5002))
    assert len(list(services.listed_problems(10))) == 10


@pytest.mark.parametrize("column", ["candidate_name", "job", "stage", "source", "subject", "body"])
@pytest.mark.parametrize(
    "canary",
    ["=1+1", "+49 30 1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.test")', "<script>x</script>"],
)
def test_formulas_and_markup_stay_text(column, canary):
    take(row(**{column: canary}))
    exported = files.export()
    assert canary.replace('"', '""') in exported
    before = world()
    assert files.take_text(exported).added == 0
    assert world() == before


# --- looking first -------------------------------------------------------------------------------


def test_looking_counts_exactly_what_an_import_then_brings():
    take(row(), row(job="Tester", stage="Trial"))
    rows = [
        row(),
        row(at=at(4), stage="Interview"),
        row(candidate_email="bob@example.org", job="Tester", stage="TRIAL"),
        row(candidate_email="BOB@example.org", job="Designer"),
        row(candidate_email="BOB@example.org", job="Designer"),
        row(candidate_email="eve@example.org", at="?"),
    ]
    would = files.look(*rows)
    handle.session.rollback()
    before = {model: count(model) for model in (Event, Candidate, Job, Stage, Application)}
    did = take(*rows, skip_bad=True)
    brought = {model: count(model) - number for model, number in before.items()}
    assert (would.added, would.candidates, would.jobs) == (3, 1, 1)
    assert (would.stages, would.applications) == (2, 2)
    assert (would.known, would.repeated, would.problem_rows) == (1, 1, 1)
    assert brought == {Event: 3, Candidate: 1, Job: 1, Stage: 2, Application: 2}
    assert did.added == would.added


def test_looking_leaves_no_trace():
    take(row())
    before = world()
    files.look(row(at=at(4)), row(at="?"))
    services.put_away()
    handle.session.commit()
    assert world() == before


@pytest.mark.sqlite
def test_looking_waits_for_nobody_and_keeps_nobody_waiting(app):
    with handle.engine.connect() as writer:
        writer.execute(delete(JournalImport))  # holds the lock
        files.look(row())
        writer.commit()
        writer.execute(text("PRAGMA busy_timeout = 0"))
        writer.execute(delete(JournalImport))
        writer.commit()


@pytest.mark.sqlite
def test_a_writer_between_reading_and_writing_does_not_spoil_the_import(app):
    class Slow:
        """A stream at whose end somebody else writes."""

        def __init__(self) -> None:
            self.stream = files.stream(files.text([row()]))

        def readline(self, limit: int, /) -> bytes:
            line = self.stream.readline(limit)
            if not line:
                with handle.engine.begin() as other:
                    other.execute(delete(JournalImport))
            return line

    handle.session.rollback()
    summary = services.take_in(Slow(), now=files.NOW, office=files.OFFICE, by=None)
    handle.session.commit()
    assert summary.took_effect


def test_two_imports_at_once_bring_everything_once(app):
    rows = [row(candidate_email=f"c{n}@example.org", at=at(2 + n % 20)) for n in range(400)]
    halves = [rows[:300], rows[100:]]
    failures: list[BaseException] = []

    def run(part):
        with app.app_context():
            try:
                take(*part)
            except BaseException as error:  # noqa: BLE001 - told by the test's own thread
                failures.append(error)

    handle.session.rollback()
    threads = [threading.Thread(target=run, args=(part,)) for part in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert (count(Event), count(Candidate), count(Application)) == (400, 400, 400)
    assert (count(Job), count(Stage)) == (1, 1)


def test_an_import_that_breaks_leaves_nothing_behind(app):
    def break_down(_connection, _cursor, statement, *_rest):
        if "INSERT INTO spell" in statement:
            raise OperationalError(statement, {}, RuntimeError("the disk is full"))

    event.listen(handle.engine, "before_cursor_execute", break_down)
    try:
        with suppress(OperationalError):
            take(row(), row(at=at(3), direction="out"))
    finally:
        event.remove(handle.engine, "before_cursor_execute", break_down)
    handle.session.rollback()
    for table in tables.ALL:
        assert not handle.session.scalar(select(func.count()).select_from(table)), table.name


def test_the_temporary_tables_are_gone_afterwards():
    take(row())
    with pytest.raises(Exception, match="journal_row"):
        handle.session.execute(text("SELECT * FROM journal_row"))
    handle.session.rollback()


# --- properties ----------------------------------------------------------------------------------


START = datetime(2026, 3, 2, 9, tzinfo=UTC)
KINDS = sorted((kind, side) for kind, sides in DIRECTIONS.items() for side in sides)


@st.composite
def cells(draw: st.DrawFn) -> dict[str, str]:
    kind, direction = draw(st.sampled_from(KINDS))
    moment = START + timedelta(hours=draw(st.integers(0, 6)))
    due_at = draw(st.sampled_from(["", "2026-03-05T09:00:00Z", "2026-03-20T09:00:00Z"]))
    return row(
        candidate_email=draw(st.sampled_from(["ada@example.org", "Ada@example.org", "b@c.de"])),
        candidate_name=draw(st.sampled_from(["", "Ada", "Ada B.", "ada"])),
        job=draw(st.sampled_from(["Developer", "developer ", "Tester"])),
        stage=draw(st.sampled_from(["", "Applied", "Interview", "applied", "Offer"])),
        source=draw(st.sampled_from(["", "referral", "job board"])),
        recruiter=draw(st.sampled_from(["", "grace@example.org", "Alan@example.org"])),
        at=moment.isoformat(),
        direction=direction.value,
        channel=draw(st.sampled_from(["", "phone"])),
        kind=kind.value,
        awaits_reply=draw(st.sampled_from(["", "yes", "no"])),
        due_at=due_at,
        minutes=draw(st.sampled_from(["", "0", "45"])),
        subject=draw(st.sampled_from(["", "Re: Ä", "=1+1"])),
        body=draw(st.sampled_from(["", "Ok?", "> Ok?\nyes", 'a "b", c;\r\n', "Ok!"])),
        external_id=draw(st.sampled_from(["", "", "", "1", "2", "3", "4"])),
    )


FILES = st.lists(cells(), max_size=12)


@EXAMPLES
@given(rows=FILES, seed=st.integers())
def test_rows_in_any_order_give_the_same(app, rows, seed):
    shuffled = rows.copy()
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - no secret
    clear()
    first = take(*rows, skip_bad=True)
    one = (world(), stages(), stages("tester"))
    clear()
    second = take(*shuffled, skip_bad=True)
    assert (world(), stages(), stages("tester")) == one
    assert _counts(first) == _counts(second)


def _counts(summary) -> tuple:
    return summary.added, summary.repeated, summary.problem_rows, summary.stages, summary.jobs


@EXAMPLES
@given(rows=FILES)
def test_the_same_file_again_adds_nothing(app, rows):
    clear()
    take(*rows, skip_bad=True)
    before = world()
    again = take(*rows, skip_bad=True)
    assert again.added == 0
    assert again.differing == 0
    assert world() == before


@EXAMPLES
@given(rows=FILES)
def test_what_is_exported_makes_the_same_timelines_elsewhere(app, rows):
    clear()
    take(*rows, skip_bad=True)
    before, exported = world(), files.export()
    assert files.take_text(exported).added == 0
    clear()
    files.take_text(exported)
    assert _timelines(world()) == _timelines(before)
    assert files.export() == exported


def _timelines(lines: list[tuple]) -> list[tuple]:
    """Without the moments at which a name and a source were told: every row tells them again."""
    return sorted((line[:2] + line[3:5] + line[6:] for line in lines), key=repr)


@EXAMPLES
@given(old=FILES, new=FILES)
def test_a_newer_file_never_changes_what_is_stored(app, old, new):
    clear()
    take(*old, skip_bad=True)
    stored = _events()
    take(*new, skip_bad=True)
    assert stored <= _events()


def _events() -> set[tuple]:
    """Events without their ids from elsewhere, which an event may learn later."""
    columns = (Event.id, Event.at, Event.kind, Event.direction, Event.body, Event.stage_id)
    return {tuple(found) for found in handle.session.execute(select(*columns))}


# --- out -----------------------------------------------------------------------------------------


def test_a_move_in_the_house_is_told_by_the_stage_of_the_next_event():
    take(row(stage="Applied"), row(at=at(3), stage="Interview"))
    application = handle.session.scalars(select(Application)).one()
    offer = Stage(
        job_id=application.job_id, name="Offer", name_key="offer", kind="offer", position=9
    )
    handle.session.add(offer)
    handle.session.flush()
    now = datetime(2026, 3, 10, 9, tzinfo=UTC)
    pipeline.move(application, offer, by="me@example.org", now=now, office=files.OFFICE)
    make.event(application, Kind.OFFER, at=now + timedelta(hours=1))
    handle.session.commit()
    lines = files.export().splitlines()
    assert [line.split(",")[3] for line in lines] == ["stage", "Applied", "Interview", "Offer"]


def test_events_of_the_house_alone_are_not_exported():
    application = make.application()
    now = make.MONDAY + make.DAY
    pipeline.pause(
        application,
        until=now + make.DAY,
        note="asked for time",
        by="me@example.org",
        now=now,
        office=files.OFFICE,
    )
    handle.session.commit()
    assert len(files.export().splitlines()) == 2
    assert queries.untold() == 1


def test_an_export_goes_in_elsewhere_though_it_was_never_imported(app):
    application = make.quiet_application()
    pipeline.close(
        application,
        Outcome.WITHDRAWN,
        note="by phone",
        by="me@example.org",
        now=make.MONDAY + 20 * make.DAY,
        office=files.OFFICE,
    )
    handle.session.commit()
    facts = [tuple(found) for found in handle.session.execute(select(*files.facts()))]
    exported = files.export()
    clear()
    files.take_text(exported)
    again = [tuple(found) for found in handle.session.execute(select(*files.facts()))]
    assert again == facts
