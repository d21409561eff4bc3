"""Verbs on applications: an event each, and the facts that follow from it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from recruiting.accounts.rules import Role
from recruiting.errors import Refused
from recruiting.pipeline import facts as pipeline_facts
from recruiting.pipeline import services
from recruiting.pipeline.models import Application, Spell
from recruiting.pipeline.reading import Facts
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome, Result, SpellEnd, Turn
from recruiting.pipeline.timelines import timeline
from tests import make
from tests.make import DAY, EVER, HOUR, MONDAY, OFFICE

pytestmark = pytest.mark.usefixtures("app")
WHO: dict[str, Any] = {
    "by": "recruiter@heardback.test",
    "now": MONDAY + 9 * DAY,
    "office": OFFICE,
}


def stored_facts(application: Application) -> dict:
    return {name: getattr(application, name) for name in Facts._fields}


def spells(application: Application) -> list[tuple]:
    rows = select(Spell).where(Spell.application_id == application.id).order_by(Spell.since)
    return [(s.whose, s.since, s.until, s.end) for s in services.db.session.scalars(rows)]


def test_a_recorded_event_brings_the_facts_up_to_date():
    application = make.application()
    assert (application.turn, application.since) == (Turn.US, MONDAY)
    make.event(application, at=MONDAY + DAY)
    assert (application.turn, application.since) == (Turn.CANDIDATE, MONDAY + DAY)
    assert spells(application) == [
        (Turn.US, MONDAY, MONDAY + DAY, SpellEnd.ANSWERED),
        (Turn.CANDIDATE, MONDAY + DAY, None, None),
    ]


def test_what_has_not_happened_cannot_be_recorded():
    application = make.application()
    with pytest.raises(Refused):
        make.event(application, at=MONDAY + DAY, now=MONDAY)


def test_facts_rebuilt_from_the_journal_equal_those_written_with_each_event():
    applications = [make.quiet_application() for _ in range(3)]
    make.event(applications[0], Kind.GHOSTED, at=MONDAY + 30 * DAY)
    make.reply(applications[0], at=MONDAY + 40 * DAY)
    make.event(applications[1], Kind.INTERVIEW, at=MONDAY + 9 * DAY, due_at=MONDAY + 20 * DAY)
    before = [(stored_facts(one), spells(one)) for one in applications]
    services.db.session.commit()

    assert pipeline_facts.refresh(None, OFFICE, now=MONDAY + 40 * DAY) == len(applications)

    services.db.session.expire_all()
    assert [(stored_facts(one), spells(one)) for one in applications] == before


def test_a_move_is_an_event_with_its_author():
    application = make.application()
    stage = application.job.stages[1]
    assert services.move(application, stage, **WHO)
    event = timeline(application, EVER)[-1]
    assert (event.kind, event.by, event.stage) == (Kind.MOVED, WHO["by"], stage)
    assert (application.stage_id, application.stage_since) == (stage.id, WHO["now"])


def test_a_move_to_where_it_stands_is_nothing():
    application = make.application()
    assert not services.move(application, application.job.stages[0], **WHO)
    assert len(timeline(application, EVER)) == 1


def test_a_stage_of_another_job_is_refused():
    with pytest.raises(Refused):
        services.move(make.application(), make.job().stages[0], **WHO)


@pytest.mark.parametrize("outcome", [Outcome.HIRED, Outcome.REJECTED, Outcome.WITHDRAWN])
def test_an_end_has_an_author_and_a_note(outcome: Outcome):
    application = make.application()
    services.close(application, outcome, note="As agreed on the phone", **WHO)
    event = timeline(application, EVER)[-1]
    assert (event.by, event.body) == (WHO["by"], "As agreed on the phone")
    assert (application.outcome, application.ended_at) == (outcome, WHO["now"])
    assert application.turn is Turn.NOBODY


def test_an_end_without_a_note_is_refused():
    with pytest.raises(Refused):
        services.close(make.application(), Outcome.REJECTED, note="  ", **WHO)


def test_who_was_hired_stays_hired():
    application = make.application()
    services.close(application, Outcome.HIRED, note="Welcome", **WHO)
    for attempt in (
        lambda: services.close(application, Outcome.REJECTED, note="no", **WHO),
        lambda: services.reopen(application, note="why", **WHO),
    ):
        with pytest.raises(Refused):
            attempt()


def test_a_reopened_application_is_ours_to_answer():
    application = make.application()
    services.close(application, Outcome.REJECTED, note="no", **WHO)
    later: dict[str, Any] = {**WHO, "now": MONDAY + 10 * DAY}
    services.reopen(application, note="a second look", **later)
    assert (application.outcome, application.turn) == (None, Turn.US)
    assert application.since == MONDAY + 10 * DAY


def test_a_pause_lies_in_the_future():
    application = make.application()
    with pytest.raises(Refused):
        services.pause(application, until=MONDAY, note="", **WHO)
    services.pause(application, until=MONDAY + 20 * DAY, note="moving house", **WHO)
    assert application.paused_until is not None


def test_a_handover_names_the_manager_who_may_see_it():
    manager = make.user(Role.HIRING_MANAGER)
    application = make.application()
    services.hand_over(application, manager, note="ready", **WHO)
    assert application.manager_id == manager.id
    assert timeline(application, EVER)[-1].subject == manager.name


def test_an_ended_application_takes_no_pause_and_no_handover():
    application = make.application()
    services.close(application, Outcome.REJECTED, note="no", **WHO)
    with pytest.raises(Refused):
        services.pause(application, until=MONDAY + 20 * DAY, note="", **WHO)
    with pytest.raises(Refused):
        services.resume(application, **WHO)


def test_a_late_reply_reopens_by_itself():
    application = make.quiet_application()
    make.event(application, Kind.GHOSTED, at=MONDAY + 30 * DAY, body="no word")
    assert application.outcome is Outcome.GHOSTED
    make.reply(application, at=MONDAY + 31 * DAY)
    assert (application.outcome, application.turn) == (None, Turn.US)


def test_a_question_of_theirs_is_seen_when_it_is_recorded():
    application = make.application()
    make.reply(application, at=MONDAY + HOUR, body="Thanks!\n> Is it far?\nIs the task paid?")
    event = timeline(application, EVER)[-1]
    assert event.asks
    assert event.direction is Direction.IN
    assert application.has_open_question


def test_every_event_makes_a_page_that_was_opened_before_it_out_of_date():
    application = make.application()
    seen = application.version
    make.event(application, Kind.NOTE, at=MONDAY, body="nothing that changes the turn")
    assert application.version > seen


@pytest.mark.parametrize(
    ("at", "due_at"), [(MONDAY - 400 * DAY, None), (MONDAY, MONDAY + 900 * DAY)]
)
def test_a_slip_of_years_is_refused(at, due_at):
    application = make.application()
    with pytest.raises(Refused):
        make.event(application, at=at, now=MONDAY + DAY, due_at=due_at)


def test_a_call_that_nobody_answered_is_no_answer_of_ours():
    application = make.application()
    make.reply(application, at=MONDAY + HOUR, body="Is the task paid?")
    nobody: dict[str, Any] = {"at": MONDAY + DAY, "text": "", "result": Result.NO_ANSWER, **WHO}
    services.log_touch(application, Direction.OUT, Channel.PHONE, **nobody)
    assert (application.turn, application.since) == (Turn.US, MONDAY)
    assert application.has_open_question


def test_a_colleague_who_logs_moves_or_ends_takes_the_application_from_nobody():
    application = make.application()
    make.event(application, at=MONDAY + DAY, by="ann@x.test")
    ben: dict[str, Any] = {**WHO, "by": "ben@x.test"}
    touch: dict[str, Any] = {"at": MONDAY + 2 * DAY, "text": "Hello?", **ben}
    services.log_touch(application, Direction.OUT, Channel.PHONE, **touch)
    services.agree(
        application,
        Kind.INTERVIEW,
        due_at=MONDAY + 20 * DAY,
        awaits_reply=True,
        text="Tea",
        **ben,
    )
    services.move(application, application.job.stages[1], **ben)
    services.close(application, Outcome.REJECTED, note="no", **ben)
    assert application.owner == "ann@x.test"
    kept = [e for e in timeline(application, EVER) if e.kind is Kind.OWNER_CHANGED]
    assert [(e.subject, e.by) for e in kept] == [("ann@x.test", None)]
    before = stored_facts(application)
    pipeline_facts.refresh(None, OFFICE, now=MONDAY + 40 * DAY)
    services.db.session.expire_all()
    assert stored_facts(application) == before


def test_a_touch_of_long_ago_takes_the_application_from_nobody_either():
    application = make.application()
    make.event(application, at=MONDAY + 3 * DAY, by="ann@x.test")
    make.event(application, at=MONDAY + DAY, now=MONDAY + 4 * DAY, by="ben@x.test")
    assert application.owner == "ann@x.test"


def test_the_owner_changes_when_somebody_says_so():
    application = make.application()
    make.event(application, at=MONDAY + DAY, by="ann@x.test")
    services.give_to(application, "ben@x.test", **WHO)
    assert application.owner == "ben@x.test"
    assert timeline(application, EVER)[-1].by == WHO["by"]
    with pytest.raises(Refused):
        services.give_to(application, "ben@x.test", **WHO)
