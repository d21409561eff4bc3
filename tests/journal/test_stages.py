"""The stage of a row that names none follows from its own timeline, however files were cut."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from recruiting.db import db as handle
from recruiting.jobs.models import Stage
from recruiting.journal import queries
from recruiting.pipeline import services
from recruiting.pipeline.models import Application, Spell
from recruiting.silence import chances, listing
from tests import make
from tests.journal import files
from tests.journal.files import EXAMPLES, NOW, OFFICE, clear, look, row, take

pytestmark = pytest.mark.usefixtures("app")


def at(day: int, hour: int = 9) -> str:
    return f"2026-03-{day:02}T{hour:02}:00:00Z"


def listed() -> list[listing.Listed]:
    handle.session.expire_all()
    chances.forget()
    return sorted(listing.lines(NOW, OFFICE))


def spell_stages() -> list[str]:
    question = select(Stage.name).join(Spell, Spell.stage_id == Stage.id).order_by(Spell.since)
    return list(handle.session.scalars(question))


def test_before_the_first_named_stage_it_is_that_one_already():
    take(row(at=at(2)), row(at=at(3), direction="out"), row(at=at(4), stage="Interview"))
    assert spell_stages() == ["Interview"] * 3


def test_after_a_named_stage_it_is_the_last_one_named():
    take(row(at=at(2), stage="Screen"), row(at=at(3), stage="Interview"), row(at=at(4)))
    (line,) = listed()
    assert line.stage == "Interview"


def test_an_application_that_names_none_begins_at_the_beginning_not_at_others_first_stage():
    take(row(at=at(2), stage="Screen"), row(at=at(3), candidate_email="bob@example.org"))
    assert {line.candidate_email: line.stage for line in listed()} == {
        "ada@example.org": "Screen",
        "bob@example.org": "Applied",
    }


def test_the_first_stage_stands_before_the_others_and_is_counted_in_the_preview():
    take(row(at=at(2), stage="Screen"))
    bare = row(at=at(3), candidate_email="bob@example.org")
    assert look(bare).stages == 1
    assert take(bare).stages == 1
    names = handle.session.scalars(select(Stage.name).order_by(Stage.position)).all()
    assert names == ["Applied", "Screen"]
    assert look(row(at=at(4), candidate_email="cleo@example.org")).stages == 0


def test_a_job_whose_applications_all_begin_in_a_named_stage_gets_no_other():
    assert take(row(at=at(3)), row(at=at(2), stage="Screen")).stages == 1


def test_who_was_moved_here_was_elsewhere_before_and_an_export_says_so():
    job = make.job()
    application = make.application(job=job)
    make.event(application, at=make.MONDAY + make.HOUR)
    now = make.MONDAY + make.DAY
    services.move(application, job.stages[1], by="x@y.z", now=now, office=OFFICE)
    make.reply(application, at=make.MONDAY + 2 * make.DAY)
    handle.session.commit()
    assert spell_stages() == ["Applied", "Applied", "Interview"]
    exported = files.export()
    clear()
    files.take_text(exported)
    assert spell_stages() == ["Applied", "Applied", "Interview"]
    assert handle.session.scalars(select(Application)).one().stage.name == "Interview"


# --- the law -------------------------------------------------------------------------------------


@st.composite
def cells(draw: st.DrawFn) -> dict[str, str]:
    kind, direction = draw(
        st.sampled_from(
            [("message", "in"), ("message", "out"), ("interview", "out"), ("withdrawal", "in")]
        )
    )
    return row(
        candidate_email=draw(st.sampled_from(["ada@example.org", "bob@example.org"])),
        job=draw(st.sampled_from(["Developer", "Tester"])),
        stage=draw(st.sampled_from(["", "", "Applied", "Screen", "Interview"])),
        at=at(draw(st.integers(2, 28)), draw(st.integers(0, 23))),
        direction=direction,
        kind=kind,
    )


def told() -> tuple[list, list]:
    """The listing, and the exported timelines."""
    rows = csv.DictReader(io.StringIO(files.export()))
    return listed(), [sorted(one.items()) for one in rows]


@EXAMPLES
@given(
    a=st.lists(cells(), max_size=6),
    b=st.lists(cells(), max_size=6),
)
def test_one_file_or_two_in_any_order_say_the_same(app, a, b):
    told_before = {one["at"] for one in a}  # of two rows of one event the fuller one may be dropped
    b = [one for one in b if one["at"] not in told_before]
    results = []
    for cut in ([a + b], [a, b], [b, a]):
        clear()
        for file in cut:
            take(*file)
        results.append(told())
    assert results[0] == results[1] == results[2]


def test_an_export_names_the_first_stage_that_an_import_could_not_guess():
    application = make.application(job=make.job(stages=("Eingang", "Gespräch")))
    make.event(application, at=make.MONDAY + make.DAY)
    handle.session.flush()
    assert {row.stage for row in queries.told()} == {"Eingang"}
