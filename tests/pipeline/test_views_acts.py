"""What is done with an application, over HTTP: effects, refusals, conflicts, second clicks."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.feedback.models import Invitation
from recruiting.pipeline import services, timelines
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome, Result, Turn
from tests import make
from tests.make import DAY, EVER, HOUR, MONDAY, OFFICE
from tests.pipeline.staff import Staff, text_of

pytestmark = pytest.mark.usefixtures("frozen")
NOW = "2026-03-02T10:00"  # Monday 9:00 UTC on the office's wall clock
WHO: dict[str, Any] = {"by": "recruiter@heardback.test", "now": MONDAY, "office": OFFICE}

# One good form for each act on a fresh application: what it adds to the timeline.
LOG = {"direction": "out", "channel": "email", "at": NOW, "text": "Hello.", "awaits_reply": "y"}
AGREE = {"who": "candidate", "due": "2026-03-09T12:00", "channel": "phone", "text": "The task."}
ACTS: dict[str, tuple[dict[str, str], Kind]] = {
    "log": (LOG, Kind.MESSAGE),
    "agree": (AGREE, Kind.MESSAGE),
    "end": ({"outcome": "rejected", "note": "Not this time."}, Kind.REJECTION),
    "pause": ({"until": "2026-03-20", "note": "Holidays"}, Kind.PAUSED),
    "resume": ({}, Kind.RESUMED),
    "take-over": ({}, Kind.OWNER_CHANGED),
}


@pytest.fixture
def recruiter(app: Flask) -> Staff:
    return Staff(app, make.user(Role.RECRUITER, email="recruiter@heardback.test"))


def filled(application: Application, **fields: str) -> dict[str, str]:
    """A form as the page of this application would send it."""
    key = secrets.token_urlsafe(16)
    return {"version": str(application.version), "submission": key, **fields}


def do(client: Staff, application: Application, act: str, **fields: str) -> Any:
    """Send a form; the test then sees what was stored."""
    answer = client.act(f"/applications/{application.id}/{act}", filled(application, **fields))
    db.session.expire_all()
    return answer


def events(application: Application) -> list[Event]:
    return timelines.timeline(application, EVER)


def state(application: Application) -> tuple[int, int]:
    """What must not change when an act is refused."""
    db.session.expire_all()
    count = len(db.session.scalars(select(Event.id)).all())
    return count, application.version


# What each act does.


@pytest.mark.parametrize("act", ACTS)
def test_an_act_adds_its_event_with_its_author_and_leads_back(recruiter, act):
    application, (fields, kind) = make.application(), ACTS[act]
    answer = do(recruiter, application, act, **fields)
    assert (answer.status_code, answer.location) == (303, f"/applications/{application.id}")
    added = events(application)[-1]
    assert (added.kind, added.by, len(events(application))) == (kind, "recruiter@heardback.test", 2)


def test_a_logged_question_makes_it_the_candidates_turn(recruiter):
    application = make.application()
    do(recruiter, application, "log", **LOG, offers_no="y")
    added = events(application)[-1]
    assert (added.body, added.offers_no, added.at) == ("Hello.", True, MONDAY)
    assert (application.turn, application.since) == (Turn.CANDIDATE, MONDAY)


def test_a_logged_touch_without_the_easy_no_leaves_it_to_who_reads_it(recruiter):
    application = make.application()
    do(recruiter, application, "log", **LOG)
    assert events(application)[-1].offers_no is None


def test_a_touch_of_theirs_that_is_logged_makes_it_our_turn(recruiter, frozen):
    application = make.quiet_application()
    frozen(MONDAY + 20 * DAY)
    fields = LOG | {"direction": "in", "channel": "phone", "at": "2026-03-20T11:00"}
    do(recruiter, application, "log", **fields)
    assert application.turn is Turn.US
    added = events(application)[-1]
    assert (added.direction, added.channel) == (Direction.IN, Channel.PHONE)


def test_a_call_that_reached_nobody_is_one_more_attempt(recruiter, frozen):
    application = make.quiet_application()
    attempts = application.attempts
    frozen(MONDAY + 20 * DAY)
    fields = LOG | {"channel": "phone", "result": "no_answer", "text": "", "at": "2026-03-20T11:00"}
    do(recruiter, application, "log", **fields, offers_no="y")
    added = events(application)[-1]
    assert (application.turn, application.attempts) == (Turn.CANDIDATE, attempts + 1)
    assert (added.result, added.offers_no) == (Result.NO_ANSWER, None)


def test_a_call_that_reached_them_ends_the_silence(recruiter, frozen):
    application = make.quiet_application()
    depth = application.depth
    frozen(MONDAY + 20 * DAY)
    fields = LOG | {"channel": "phone", "result": "reached", "at": "2026-03-20T11:00"}
    do(recruiter, application, "log", **fields)
    called_at = MONDAY.replace(day=20, hour=10)
    assert (application.turn, application.since) == (Turn.CANDIDATE, called_at)
    assert (application.depth, application.attempts) == (depth + 1, 1)


def test_a_logged_answer_closes_their_question_unless_it_is_said_to_leave_it_open(recruiter):
    answered, left = make.application(), make.application()
    for application, more in ((answered, {"answers_question": "y"}), (left, {})):
        make.reply(application, at=MONDAY, body="Is it paid?")
        do(recruiter, application, "log", **LOG, **more)
    assert not answered.has_open_question
    assert left.has_open_question


def test_an_agreed_step_of_theirs_is_awaited_until_its_day(recruiter):
    application = make.application()
    do(recruiter, application, "agree", **AGREE)
    added = events(application)[-1]
    agreed = MONDAY.replace(day=9, hour=11)
    assert (added.awaits_reply, added.due_at) == (True, agreed)
    assert application.turn is Turn.CANDIDATE
    assert application.due_at == OFFICE.add(agreed, 2)  # the stage's grace


def test_an_agreed_step_of_ours_is_our_dated_promise(recruiter):
    application = make.application()
    do(recruiter, application, "agree", **AGREE | {"who": "us"})
    assert not events(application)[-1].awaits_reply
    promised = MONDAY.replace(day=9, hour=11)
    assert (application.turn, application.promised_at) == (Turn.US, promised)
    assert application.due_at == promised


def test_an_agreed_meeting_stands_on_the_card(recruiter):
    application = make.application()
    do(recruiter, application, "agree", **AGREE | {"who": "meeting", "channel": "video"})
    assert events(application)[-1].kind is Kind.INTERVIEW
    assert application.meets_at == MONDAY.replace(day=9, hour=11)
    board = text_of(recruiter, f"/jobs/{application.job_id}")
    assert "meeting agreed for Mon 9 Mar, 12:00" in board


def test_a_move_from_the_board_leads_back_to_the_same_board(recruiter):
    application = make.application(source="referral")
    goal = application.job.stages[1]
    fields = filled(application, stage=str(goal.id))
    url = f"/applications/{application.id}/move?back=board&source=referral&next=//evil.test"
    answer = recruiter.act(url, fields)
    board = f"/jobs/{application.job_id}?source=referral#card-{application.id}"
    assert (answer.status_code, answer.location) == (303, board)
    db.session.expire_all()
    assert application.stage_id == goal.id


def test_the_form_on_a_card_moves_it(recruiter):
    application = make.application()
    goal = application.job.stages[1]
    page = text_of(recruiter, f"/jobs/{application.job_id}")
    form = page.partition("data-move>")[2].partition("</form>")[0]
    hidden = {
        part.partition('"')[0]: part.partition('value="')[2].partition('"')[0]
        for part in form.split('type="hidden" name="')[1:]
    }
    assert set(hidden) == {"csrf_token", "version", "submission"}
    recruiter.act(f"/applications/{application.id}/move", hidden | {"stage": str(goal.id)})
    db.session.expire_all()
    assert application.stage_id == goal.id


def test_a_withdrawal_prepares_the_feedback_link_and_a_decline_does_not(recruiter):
    for outcome, count in (("rejected", 0), ("withdrawn", 1)):
        application = make.application()
        do(recruiter, application, "end", outcome=outcome, note="They said so.")
        assert application.outcome == Outcome(outcome)
        found = db.session.scalars(select(Invitation)).all()
        assert len(found) == count
    assert "/feedback/" in text_of(recruiter, f"/applications/{application.id}")


def test_one_click_reopens_and_the_feedback_link_dies(recruiter):
    application = make.application()
    do(recruiter, application, "end", outcome="withdrawn", note="By phone.")
    page = text_of(recruiter, f"/applications/{application.id}")
    assert f'action="/applications/{application.id}/reopen"' in page
    assert do(recruiter, application, "reopen").status_code == 303
    assert (application.outcome, application.turn) == (None, Turn.US)
    assert db.session.scalars(select(Invitation)).one().revoked_at == MONDAY


def test_a_pause_ends_on_its_day_or_by_hand(recruiter):
    application = make.application()
    do(recruiter, application, "pause", until="2026-03-20")
    assert application.paused_until == OFFICE.start_of(OFFICE.day_of(MONDAY.replace(day=20)))
    assert "End the pause now" in text_of(recruiter, f"/applications/{application.id}")
    do(recruiter, application, "resume")
    assert application.paused_until is None


def test_taking_over_changes_the_owner_and_not_the_turn(recruiter):
    application = make.application()
    before = (application.turn, application.since)
    do(recruiter, application, "take-over")
    assert application.owner == "recruiter@heardback.test"
    assert (application.turn, application.since) == before


def test_the_owner_stays_until_the_application_is_given_to_a_colleague(recruiter):
    application = make.application()
    make.event(application, at=MONDAY, by="ann@heardback.test")
    do(recruiter, application, "log", **LOG)
    assert application.owner == "ann@heardback.test"
    ben = make.user(Role.RECRUITER, name="Ben Brook")
    page = text_of(recruiter, f"/applications/{application.id}")
    assert f'action="/applications/{application.id}/give-to"' in page
    assert do(recruiter, application, "give-to", owner=str(ben.id)).status_code == 303
    assert (application.owner, events(application)[-1].by) == (
        ben.email,
        "recruiter@heardback.test",
    )
    page = text_of(recruiter, f"/applications/{application.id}")
    assert "Ben Brook looks after this application now" in page
    assert page.count("looks after this application now") == 1


def test_a_manager_and_a_stranger_look_after_nothing(recruiter):
    application = make.application()
    manager = make.user(Role.HIRING_MANAGER)
    before = state(application)
    for owner in (str(manager.id), "4711", "x@y.test", ""):
        assert do(recruiter, application, "give-to", owner=owner).status_code == 422
    assert state(application) == before


def test_a_handover_lets_the_manager_in(recruiter, app):
    manager = make.user(Role.HIRING_MANAGER)
    application = make.application()
    other = Staff(app, manager)
    assert other.get(f"/applications/{application.id}").status_code == 404
    do(recruiter, application, "hand-over", manager=str(manager.id), note="What do you think?")
    assert "What do you think?" in text_of(other, f"/applications/{application.id}")


# What is refused, and how.


BAD: list[tuple[str, dict[str, str]]] = [
    ("log", LOG | {"text": ""}),
    ("log", LOG | {"text": "x" * 20_001}),
    ("log", LOG | {"at": "2026-02-30T10:00"}),
    ("log", LOG | {"at": "10000-01-01T10:00"}),
    ("log", LOG | {"at": "2026-03-29T02:30"}),  # the clocks skip it
    ("log", LOG | {"at": "2026-03-09T10:00"}),  # to come
    ("log", LOG | {"at": ""}),
    ("log", LOG | {"direction": "sideways"}),
    ("log", LOG | {"channel": "pigeon"}),
    ("log", LOG | {"result": "reached"}),  # of a mail
    ("agree", AGREE | {"due": "2026-03-01T10:00"}),
    ("agree", AGREE | {"who": "nobody"}),
    ("agree", AGREE | {"text": " "}),
    ("move", {"stage": "4711"}),
    ("move", {"stage": "-1"}),
    ("move", {"stage": "١٢"}),
    ("move", {}),
    ("end", {"outcome": "rejected", "note": "  "}),
    ("end", {"outcome": "ghosted", "note": "I think so."}),
    ("end", {"outcome": "never_responded", "note": "I think so."}),
    ("end", {"outcome": "", "note": "x"}),
    ("pause", {"until": "2026-03-01"}),
    ("pause", {"until": "2026-02-30"}),
    ("pause", {"until": "soon"}),
    ("reopen", {"note": "It was never ended."}),
    ("hand-over", {"manager": "4711", "note": "x"}),
    ("give-to", {"owner": "4711"}),
    ("give-to", {}),
]


def test_a_bad_value_is_said_and_nothing_is_stored(recruiter):
    application = make.application()
    before = state(application)
    for act, fields in BAD:
        answer = do(recruiter, application, act, **fields)
        assert answer.status_code == 422, (act, fields)
        assert 'id="errors"' in answer.text, (act, fields)
        assert state(application) == before, (act, fields)


def test_what_was_typed_stands_in_the_refused_form(recruiter):
    application = make.application()
    answer = do(recruiter, application, "log", **LOG | {"text": "A long story", "at": "never"})
    assert answer.status_code == 422
    assert "A long story" in answer.text
    assert 'value="never"' in answer.text


def test_an_ended_application_is_neither_moved_nor_paused(recruiter):
    application = make.application()
    do(recruiter, application, "end", outcome="hired", note="Welcome!")
    before = state(application)
    for act, fields in (
        ("move", {"stage": str(application.job.stages[1].id)}),
        ("pause", {"until": "2026-03-20"}),
        ("agree", AGREE),
        ("reopen", {}),
    ):
        assert do(recruiter, application, act, **fields).status_code == 422
    assert state(application) == before


@pytest.mark.parametrize("act", ["log", "agree", "move", "end", "pause"])
def test_text_that_cannot_be_stored_is_refused(recruiter, act):
    application = make.application()
    before = state(application)
    for odd in ("a\0b", "a\ud800b"):
        fields = filled(application, text=odd, note=odd)
        data = {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}
        answer = recruiter.act(f"/applications/{application.id}/{act}", data)
        assert answer.status_code == 422
    assert state(application) == before


# Two people, two clicks.


@pytest.mark.parametrize(
    ("act", "fields", "mine"),
    [
        ("log", LOG, "Hello."),
        ("agree", AGREE, "The task."),
        ("end", {"outcome": "rejected", "note": "Not this time."}, "Not this time."),
        ("pause", {"until": "2026-03-20", "note": "A long story"}, "20 Mar: A long story"),
        ("take-over", {}, ""),
    ],
)
def test_the_later_of_two_is_told_and_overwrites_nothing(recruiter, act, fields, mine):
    application = make.application()
    stale = filled(application, **fields)
    goal = application.job.stages[1]
    services.move(application, goal, **WHO)
    before = state(application)
    answer = recruiter.act(f"/applications/{application.id}/{act}", stale)
    assert answer.status_code == 409
    assert mine in " ".join(answer.text.split())
    assert "This was changed meanwhile" in answer.text  # maybe by oneself, in another tab
    assert "Somebody" not in answer.text
    assert "Moved: Applied → Interview · Colleague" in answer.text
    assert f'href="/applications/{application.id}"' in answer.text
    assert ("You sent" in answer.text) == bool(mine)
    assert state(application) == before


def test_of_two_moves_from_one_board_the_first_stands(recruiter):
    job = make.job(stages=("Applied", "Screen", "Offer"))
    application = make.application(job=job)
    forms = [filled(application, stage=str(stage.id)) for stage in job.stages[1:]]
    answers = [recruiter.act(f"/applications/{application.id}/move", form) for form in forms]
    db.session.expire_all()
    assert [answer.status_code for answer in answers] == [303, 409]
    assert "Offer" in answers[1].text
    assert "Moved: Applied → Screen" in answers[1].text
    assert application.stage.name == "Screen"
    assert len(events(application)) == 2


@pytest.mark.parametrize("act", ACTS)
def test_a_second_click_acts_once(recruiter, act):
    application, (fields, _kind) = make.application(), ACTS[act]
    form = filled(application, **fields)
    url = f"/applications/{application.id}/{act}"
    answers = [recruiter.act(url, form) for _ in range(3)]
    db.session.expire_all()
    assert [(one.status_code, one.location) for one in answers] == [
        (303, url.rpartition("/")[0])
    ] * 3
    assert len(events(application)) == 2


def test_a_refused_form_can_be_sent_again_when_it_is_mended(recruiter):
    application = make.application()
    form = filled(application, **LOG)
    url = f"/applications/{application.id}/log"
    assert recruiter.act(url, form | {"at": "2026-03-09T10:00"}).status_code == 422
    assert recruiter.act(url, form).status_code == 303
    assert len(events(application)) == 2


@pytest.mark.parametrize("field", ["version", "submission", "csrf_token"])
def test_without_version_key_or_token_nothing_acts(recruiter, field):
    application = make.application()
    before = state(application)
    for value in ("", "0", "-1", "9" * 90, "x"):
        form = filled(application, **LOG) | {field: value}
        answer = recruiter.act(f"/applications/{application.id}/log", form)
        assert answer.status_code in {400, 409, 422}
    assert state(application) == before


def test_only_listed_fields_change(recruiter):
    application, manager = make.application(), make.user(Role.HIRING_MANAGER)
    more = {
        "id": "99",
        "outcome": "hired",
        "owner": "x@y.test",
        "manager_id": str(manager.id),
        "stage_id": str(application.job.stages[1].id),
        "by": "x@y.test",
        "kind": "hire",
        "recorded_at": "2020-01-01",
        "due_at": "2020-01-01",
        "subject": "x",
        "external_id": "x",
    }
    do(recruiter, application, "log", **LOG, **more)
    added = events(application)[-1]
    assert (application.outcome, application.manager_id) == (None, None)
    assert application.stage_id == application.job.stages[0].id
    assert application.owner == "recruiter@heardback.test"
    assert (added.kind, added.by, added.external_id) == (Kind.MESSAGE, application.owner, None)
    assert (added.due_at, added.subject, added.recorded_at) == (None, "", MONDAY)


# Who may.


@pytest.mark.parametrize("act", [*ACTS, "move", "reopen", "hand-over", "give-to", "confirm"])
def test_a_manager_acts_on_nothing_whatever_the_form_holds(app, act):
    manager = make.user(Role.HIRING_MANAGER)
    application = make.application()
    services.hand_over(application, manager, note="Look.", **WHO)
    before = state(application)
    client = Staff(app, manager)
    good = filled(application, **ACTS.get(act, ({}, None))[0])
    for form in (good, {}):
        assert client.act(f"/applications/{application.id}/{act}", form).status_code == 403
    assert client.act(f"/applications/4711/{act}", good).status_code == 403
    assert state(application) == before


def test_an_application_that_is_not_there_is_missing(recruiter):
    application = make.application()
    for act in (*ACTS, "move", "reopen", "hand-over", "give-to", "confirm"):
        form = filled(application)
        assert recruiter.act(f"/applications/4711/{act}", form).status_code == 404


def test_a_history_of_hours_is_told_in_the_offices_time(recruiter):
    application = make.application()
    do(recruiter, application, "log", **LOG | {"at": "2026-03-02T09:30"})
    assert events(application)[0].at == MONDAY - HOUR / 2


# At the same moment.


def at_once(client: Staff, url: str, forms: list[dict[str, str]]) -> list[int]:
    """Send forms of one signed-in person from as many threads; the status of each answer."""
    app, name = client.application, client.application.config["SESSION_COOKIE_NAME"]
    client.get("/account")
    token = client.csrf_token()
    cookie = client.get_cookie(name)
    assert cookie is not None

    def send(form: dict[str, str]) -> int:
        browser = FlaskClient(app, app.response_class)
        browser.set_cookie(name, cookie.value)
        return browser.post(url, data={"csrf_token": token, **form}).status_code

    with ThreadPoolExecutor(len(forms)) as pool:
        return sorted(pool.map(send, forms))


def test_of_twelve_moves_at_once_from_one_version_one_wins(recruiter):
    application = make.application()
    goal = application.job.stages[1]
    forms = [filled(application, stage=str(goal.id)) for _ in range(12)]
    found = at_once(recruiter, f"/applications/{application.id}/move", forms)
    db.session.expire_all()
    assert found == [303] + [409] * 11
    assert len(events(application)) == 2


def test_of_twelve_equal_forms_at_once_one_acts(recruiter):
    application = make.application()
    form = filled(application, **LOG)
    found = at_once(recruiter, f"/applications/{application.id}/log", [form] * 12)
    db.session.expire_all()
    assert found == [303] * 12
    assert len(events(application)) == 2
