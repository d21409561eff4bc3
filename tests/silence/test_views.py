"""The desk, and the page on which a person confirms, asked over HTTP."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.feedback.models import Invitation
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome, Turn
from recruiting.pipeline.timelines import timeline
from recruiting.silence import chances
from recruiting.silence.commands import _cell
from recruiting.silence.rules import Rule
from recruiting.silence.wording import percent_of
from tests import make
from tests.make import DAY, EVER, HOUR, MONDAY
from tests.pipeline.staff import Staff, queries_counted, text_of

pytestmark = pytest.mark.usefixtures("frozen")
LATER = MONDAY + 30 * DAY
NOTE = "Read all of it; two attempts on two ways, nothing open on our side."


@pytest.fixture
def recruiter(app: Flask) -> Staff:
    return Staff(app, make.user(Role.RECRUITER, email="recruiter@heardback.test"))


def form(application: Application, **fields: str) -> dict[str, str]:
    key = secrets.token_urlsafe(16)
    whole = {"version": str(application.version), "submission": key, "outcome": "ghosted"}
    return {**whole, "note": NOTE, **fields}


def confirm(client: Staff, application: Application, **fields: str) -> Any:
    answer = client.act(f"/applications/{application.id}/confirm", form(application, **fields))
    db.session.expire_all()
    return answer


def unsure_application() -> Application:
    """Quiet like `make.quiet_application`, but what was asked and answered needs a reader."""
    made = make.application(make.candidate(phone="+49 30 1"))
    make.event(made, at=MONDAY + HOUR)
    make.reply(made, at=MONDAY + 2 * HOUR, body="Gladly. Is the task paid?")
    make.event(made, at=MONDAY + DAY, body="It is. Do you still want it?")
    make.event(made, at=MONDAY + 8 * DAY, channel=Channel.PHONE)
    return made


# The desk.


def section(page: str, key: str) -> str:
    return page.partition(f'<section id="{key}">')[2].partition("</section>")[0]


def test_the_desk_puts_our_own_debts_first(recruiter, frozen):
    make.application(make.candidate("Hannah Vogel"))
    due = make.application(make.candidate("Tobias Kern"))
    make.event(due, at=MONDAY + HOUR)
    make.quiet_application().candidate.name = "Priya Raman"
    wrote = make.application(make.candidate("Amira Haddad"))
    make.event(wrote, Kind.REJECTION, at=MONDAY + HOUR)
    make.reply(wrote, at=MONDAY + 12 * DAY)
    frozen(MONDAY + 20 * DAY)
    page = text_of(recruiter, "/desk")
    assert "<h1>Sunday 22 March</h1>" in page
    found = {key: section(page, key) for key in ("ours", "due", "quiet", "person")}
    assert [page.index(f'id="{key}"') for key in found] == sorted(
        page.index(f'id="{key}"') for key in found
    )
    for key, name, act in (
        ("ours", "Hannah Vogel", "Answer"),
        ("due", "Tobias Kern", "Follow up"),
        ("quiet", "Priya Raman", "Follow up"),
        ("person", "Amira Haddad", "Read what they wrote"),
    ):
        assert name in found[key]
        assert found[key].count("btn--do") == 1
        assert f">{act}</a>" in found[key]
    assert "1 answer we owe, 1 follow-up in order, 1 gone quiet" in page


def test_what_ends_at_midnight_is_due_on_the_day_before(recruiter, frozen):
    make.application(make.candidate("Sami Saturday"), at=MONDAY + 5 * DAY)  # due on Thursday, 0:00
    frozen(MONDAY + 8 * DAY)
    assert "Sami Saturday" not in text_of(recruiter, "/desk")
    frozen(MONDAY + 9 * DAY)
    ours = section(text_of(recruiter, "/desk"), "ours")
    assert "Sami Saturday" in ours
    assert "Our answer due today" in ours
    frozen(MONDAY + 10 * DAY)
    assert "We are 1 day late" in section(text_of(recruiter, "/desk"), "ours")


def test_after_the_whole_ladder_a_person_reads_the_evidence(recruiter, frozen):
    application = make.quiet_application()
    make.event(application, at=MONDAY + 15 * DAY)
    frozen(MONDAY + 40 * DAY)
    page = section(text_of(recruiter, "/desk"), "person")
    assert f'href="/applications/{application.id}/confirm"' in page
    assert "2 follow-ups" in page


def test_above_one_follow_up_stands_that_there_was_one(recruiter, frozen):
    make.quiet_application()
    frozen(MONDAY + 20 * DAY)
    page = section(text_of(recruiter, "/desk"), "quiet")
    assert "no answer to our question and one follow-up" in page
    assert ", one follow-up" in page


def test_without_a_number_the_next_thing_is_another_mail(recruiter, frozen):
    application = make.application()
    make.reply(application, at=MONDAY + HOUR)
    make.event(application, at=MONDAY + DAY)
    make.event(application, at=MONDAY + 8 * DAY)
    frozen(MONDAY + 20 * DAY)
    assert "Follow up</a>" in section(text_of(recruiter, "/desk"), "quiet")


def test_an_empty_desk_is_a_good_day(recruiter):
    assert "Nothing waits today" in text_of(recruiter, "/desk")


def test_my_desk_holds_only_what_i_look_after(recruiter, frozen):
    for owner, name in (("recruiter@heardback.test", "Mine"), ("other@heardback.test", "Theirs")):
        application = make.application(make.candidate(name))
        make.event(application, at=MONDAY + HOUR, by=owner)
    frozen(MONDAY + 20 * DAY)
    assert "Theirs" in text_of(recruiter, "/desk")
    mine = text_of(recruiter, "/desk?who=mine")
    assert "Mine" in mine
    assert "Theirs" not in mine


def test_for_a_row_or_two_more_nobody_has_to_ask(recruiter, frozen):
    job = make.job()
    for number in range(10):
        make.application(make.candidate(f"Person {number}"), job)
    frozen(MONDAY + 20 * DAY)
    page = text_of(recruiter, "/desk")
    assert page.count('class="task ') == 10
    assert "Show all" not in page


def test_a_long_section_shows_its_first_rows_and_all_on_request(recruiter, frozen):
    job = make.job()
    for number in range(60):
        make.application(make.candidate(f"Person {number:02}"), job, at=MONDAY + number * HOUR / 60)
    frozen(MONDAY + 20 * DAY)
    page = text_of(recruiter, "/desk")
    assert page.count('class="task ') == 8
    assert "Show all 60" in page
    first, second = (text_of(recruiter, f"/desk?section=ours&page={n}") for n in (1, 2))
    assert (first.count('class="task '), second.count('class="task ')) == (50, 10)
    assert "51 to 60 of 60" in second
    for odd in ("0", "-1", "x", "9" * 20, "99"):
        assert recruiter.get(f"/desk?section=ours&page={odd}").status_code == 200
    assert recruiter.get("/desk?section=%27&who=%27").status_code == 200


# The evidence.


def test_the_evidence_is_read_before_anything_is_confirmed(recruiter, frozen):
    application = make.quiet_application()
    frozen(LATER)
    page = text_of(recruiter, f"/applications/{application.id}/confirm")
    assert "Confirm: no answer" in page
    assert page.count('class="met"') == 10
    assert "2 attempts" in page
    assert "Asked by mail, by phone" in page
    db.session.expire_all()
    assert application.outcome is None


def test_a_person_confirms_with_a_note_and_finds_the_feedback_link(recruiter, frozen):
    application = make.quiet_application()
    frozen(LATER)
    answer = confirm(recruiter, application)
    assert (answer.status_code, answer.location) == (303, f"/applications/{application.id}")
    last = timeline(application, EVER)[-1]
    assert (last.kind, last.by, last.body) == (Kind.GHOSTED, "recruiter@heardback.test", NOTE)
    assert application.outcome is Outcome.GHOSTED
    page = text_of(recruiter, f"/applications/{application.id}")
    assert "/feedback/" in page
    assert "No answer, confirmed on 1 April 2026" in page
    assert f'action="/applications/{application.id}/reopen"' in page


def test_what_held_when_it_was_confirmed_stays_readable_whatever_comes_later(recruiter, frozen):
    application = make.quiet_application()
    frozen(LATER)
    confirm(recruiter, application)
    url = f"/applications/{application.id}"

    def shown() -> str:
        page = text_of(recruiter, url)
        return page.partition('id="confirmed"')[2].partition("</section>")[0]

    before = shown()
    assert NOTE in before
    assert "on 1 April 2026, 11:00." in before
    assert before.count('class="met"') == len(Rule)
    assert "not-met" not in before
    assert "attest" not in before
    # Written down later: a mail of theirs that nobody knew of then, and a word of ours after.
    make.event(application, Kind.NOTE, at=LATER + HOUR, body="a note")
    late = {"direction": Direction.IN, "awaits_reply": False, "due_at": None}
    make.event(application, Kind.AUTO_REPLY, at=LATER - HOUR, now=LATER + HOUR, **late)
    assert application.outcome is Outcome.GHOSTED
    assert shown() == before


def test_what_a_person_attested_is_told_with_their_name(recruiter, frozen):
    application = unsure_application()
    frozen(LATER)
    confirm(recruiter, application, plain_question="1", our_side="1")
    assert application.outcome is Outcome.GHOSTED
    page = text_of(recruiter, f"/applications/{application.id}")
    shown = page.partition('id="confirmed"')[2].partition("</section>")[0]
    assert shown.count('class="met"') == len(Rule)
    assert "Confirmed by Colleague" in shown
    assert "read both. They asked: “Is the task paid?”, 2 Mar" in shown


@pytest.mark.parametrize(
    ("share", "words", "cell"),
    [
        (0.0, "0", "0.00"),
        (0.0001, "less than 1", "< 0.01"),
        (0.0049, "less than 1", "< 0.01"),
        (0.006, "1", "0.01"),
        (0.994, "99", "0.99"),
        (0.997, "more than 99", "> 0.99"),
        (1 - 1e-12, "more than 99", "> 0.99"),
        (1.0, "100", "1.00"),
    ],
)
def test_only_what_is_certain_is_called_none_or_all(app, share, words, cell):
    with app.test_request_context():
        assert percent_of(share) == words
    assert _cell(share) == cell


def test_a_confirmed_silence_is_reopened_with_one_click(recruiter, frozen):
    application = make.quiet_application()
    frozen(LATER)
    confirm(recruiter, application)
    hidden = {"version": str(application.version), "submission": secrets.token_urlsafe(16)}
    recruiter.act(f"/applications/{application.id}/reopen", hidden)
    db.session.expire_all()
    assert (application.outcome, application.turn) == (None, Turn.US)


def test_while_a_condition_is_not_met_there_is_no_button_and_a_sent_form_is_refused(
    recruiter, frozen
):
    application = make.application()
    make.reply(application, at=MONDAY + HOUR)
    make.event(application, at=MONDAY + DAY, offers_no=True)
    frozen(LATER)
    page = text_of(recruiter, f"/applications/{application.id}/confirm")
    assert "Confirm: no answer" not in page
    assert "This cannot be confirmed yet." in page
    assert "<li>Only 1 attempt arrived; 2 are needed</li>" in page
    assert "A second attempt is missing, at least 3 working days after the first" in page
    assert "between the attempts" not in page  # of one attempt that would be odd
    answer = confirm(recruiter, application)
    assert answer.status_code == 422
    assert "Not every condition is met yet" in answer.text
    assert application.outcome is None


def test_what_only_a_reader_can_know_is_attested(recruiter, frozen):
    application = unsure_application()
    frozen(LATER)
    page = text_of(recruiter, f"/applications/{application.id}/confirm")
    assert "“Is the task paid?”, 2 Mar" in page
    assert "“It is. Do you still want it?”, 3 Mar" in page
    both = {"plain_question": "1", "our_side": "1"}
    for ticked in ({}, {"plain_question": "1"}, {"our_side": "1"}):
        answer = confirm(recruiter, application, **ticked)
        assert answer.status_code == 422
        assert NOTE in answer.text
        assert answer.text.count("checked") == len(ticked)
        assert application.outcome is None
    assert confirm(recruiter, application, **both).status_code == 303
    assert application.outcome is Outcome.GHOSTED


def test_a_box_that_was_not_ticked_is_named_and_marked(recruiter, frozen):
    application = unsure_application()
    frozen(LATER)
    page = confirm(recruiter, application, plain_question="1").text
    named = "Please read this and tick it: “Our reply answered their question”"
    assert f'<a href="#confirm-our_side">{named}</a>' in page
    assert (
        '<span class="wrong" id="confirm-our_side-error">Please read this and tick it.</span>'
        in page
    )
    box = page.partition('id="confirm-our_side"')[2].partition(">")[0]
    assert 'aria-invalid="true" aria-describedby="confirm-our_side-error"' in box
    assert page.count('aria-invalid="true"') == 1
    assert "Not every condition is met yet" not in page


@pytest.mark.parametrize("fields", [{"note": " "}, {"outcome": "rejected"}, {"outcome": ""}])
def test_a_confirmation_needs_its_note_and_its_outcome(recruiter, frozen, fields):
    application = make.quiet_application()
    frozen(LATER)
    assert confirm(recruiter, application, **fields).status_code == 422
    assert application.outcome is None


def test_an_answer_that_came_meanwhile_wins(recruiter, frozen):
    application = make.quiet_application()
    frozen(LATER)
    sent = form(application)
    make.reply(application, at=LATER - HOUR, body="Sorry, I was ill.")
    answer = recruiter.act(f"/applications/{application.id}/confirm", sent)
    assert answer.status_code == 409
    assert NOTE in answer.text
    assert "Sorry, I was ill." in answer.text
    db.session.expire_all()
    assert (application.outcome, application.turn) == (None, Turn.US)
    page = text_of(recruiter, f"/applications/{application.id}/confirm")
    assert "There is nothing to confirm" in page


def test_who_never_wrote_is_counted_apart(recruiter, frozen):
    application = make.application()
    for day in (1, 6, 12):
        make.event(application, at=MONDAY + day * DAY)
    frozen(MONDAY + 40 * DAY)
    page = text_of(recruiter, f"/applications/{application.id}/confirm")
    assert "Confirm: never responded" in page
    assert confirm(recruiter, application).status_code == 422
    assert confirm(recruiter, application, outcome="never_responded").status_code == 303
    assert application.outcome is Outcome.NEVER_RESPONDED
    assert db.session.scalars(select(Invitation)).all() == []


def test_whom_our_words_do_not_reach_is_unreachable_and_not_silent(recruiter, frozen):
    application = make.application()
    make.event(application, at=MONDAY + HOUR)
    make.event(application, Kind.BOUNCE, at=MONDAY + 2 * HOUR, direction=Direction.IN)
    frozen(LATER)
    page = text_of(recruiter, f"/applications/{application.id}/confirm")
    assert "Confirm: unreachable" in page
    assert confirm(recruiter, application, outcome="ghosted").status_code == 422
    assert confirm(recruiter, application, outcome="unreachable").status_code == 303
    assert application.outcome is Outcome.UNREACHABLE


def test_a_second_click_confirms_once(recruiter, frozen):
    application = make.quiet_application()
    frozen(LATER)
    sent, url = form(application), f"/applications/{application.id}/confirm"
    assert [recruiter.act(url, sent).status_code for _ in range(2)] == [303, 303]
    db.session.expire_all()
    kinds = [event.kind for event in timeline(application, EVER)]
    assert kinds.count(Kind.GHOSTED) == 1


def test_nothing_acts_by_looking(recruiter, frozen):
    application = make.quiet_application()
    frozen(LATER)
    version = application.version
    for _ in range(3):
        for url in ("", "/confirm"):
            recruiter.get(f"/applications/{application.id}{url}?outcome=ghosted&note=x")
    db.session.expire_all()
    assert (application.version, application.outcome) == (version, None)


def test_the_evidence_page_asks_the_database_a_fixed_number_of_times(recruiter, db, frozen):
    application = make.quiet_application()
    frozen(LATER)
    chances.forget()
    with queries_counted(db) as said:
        assert recruiter.get(f"/applications/{application.id}/confirm").status_code == 200
    assert len(said) <= 17


def test_frozen_time_is_what_the_page_reads(recruiter, frozen):
    frozen(datetime.fromisoformat("2026-12-24T23:30:00+00:00"))
    assert "<h1>Friday 25 December</h1>" in text_of(recruiter, "/desk")
