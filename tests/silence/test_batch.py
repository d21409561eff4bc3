"""Drafted mails, notices of delay, calls, terms and what was set aside, asked over HTTP."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from recruiting import letters
from recruiting.accounts.rules import Role
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.jobs.rules import Ladder, Terms
from recruiting.messages import services as messages
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Direction, Outcome, Result
from recruiting.pipeline.timelines import timeline
from recruiting.privacy import services as privacy
from recruiting.privacy.rules import Decision
from recruiting.silence import attending, chances, setbacks
from recruiting.silence.models import Setback
from tests import make
from tests.make import DAY, EVER, HOUR, MONDAY, OFFICE
from tests.pipeline.staff import Staff, queries_counted, text_of
from tests.silence.test_attending import asked, outbox

pytestmark = pytest.mark.usefixtures("frozen")
NOW = MONDAY + 9 * DAY
BOSS = "recruiter@heardback.test"


@pytest.fixture
def recruiter(app: Flask) -> Staff:
    return Staff(app, make.user(Role.RECRUITER, email=BOSS, name="Rita Recruiter"))


def drafted(name: str = "Hannah Vogel") -> Message:
    application = asked()
    application.candidate.name = name
    attending.attend(application, write=letters.of_step, now=NOW, office=OFFICE)
    db.session.commit()
    return outbox(application)[0]


def send(client: Staff, *messages: Message, **fields: Any) -> Any:
    chosen = [f"{one.id}.{one.version}" for one in messages]
    key = secrets.token_urlsafe(16)
    answer = client.act("/follow-ups/approve", {"submission": key, "chosen": chosen, **fields})
    db.session.expire_all()
    return answer


def on(client: Staff, message: Message, act: str, **fields: str) -> Any:
    whole = {"version": str(message.version), "submission": secrets.token_urlsafe(16), **fields}
    answer = client.act(f"/follow-ups/{message.id}/{act}", whole)
    db.session.expire_all()
    return answer


# The batch.


def test_each_draft_is_shown_as_it_will_leave_with_evidence_and_moment(recruiter, frozen):
    message = drafted()
    frozen(NOW)
    page = text_of(recruiter, "/follow-ups")
    assert f'<h3 lang="en">{message.subject}</h3>' in page
    for row in message.body.split("\n"):
        assert row in page
    assert "No answer for 8 days" in page
    assert "leaves at once" in page
    assert message.to_address in page
    frozen(MONDAY + 12 * DAY)  # Saturday
    saturday = text_of(recruiter, "/follow-ups").replace("\u00a0", " ")
    assert "leaves on Mon 16 Mar, 08:00" in saturday
    frozen(MONDAY + 9 * DAY + 9 * HOUR)  # Wednesday, 19:00 in the office
    evening = text_of(recruiter, "/follow-ups").replace("\u00a0", " ")
    assert "leaves on Thu 12 Mar, 08:00" in evening


def test_the_list_can_be_begun_with_nothing_ticked_and_says_how_many_leave(recruiter, frozen):
    drafted("A B")
    drafted("C D")
    frozen(NOW)
    page = recruiter.get("/follow-ups").text
    assert page.count(" checked>") == 2
    assert ">Approve 2 follow-ups</button>" in page
    bare = recruiter.get("/follow-ups?ticked=none").text
    assert " checked>" not in bare
    assert ">Approve the ticked ones</button>" in bare


def test_what_is_approved_while_all_mail_is_stopped_says_so(recruiter, frozen):
    message = drafted()
    frozen(NOW)
    messages.stop_all(BOSS, NOW)
    db.session.commit()
    send(recruiter, message)
    page = text_of(recruiter, "/follow-ups")
    assert "1 mail is approved. All mail is stopped (Rita Recruiter, 11 March 2026" in page
    assert "will leave" not in page


def test_an_approved_mail_says_on_the_desk_and_on_its_page_when_it_leaves(recruiter, frozen):
    message = drafted()
    evening = NOW + 9 * HOUR
    frozen(evening)
    send(recruiter, message)
    for path in ("/desk", f"/applications/{message.application_id}"):
        page = text_of(recruiter, path).replace("\u00a0", " ").lower()
        assert "approved, leaves on thu 12 mar, 08:00" in page, path


def test_more_drafts_do_not_ask_the_database_more_often(recruiter, frozen):
    asked_before = []
    for more in (2, 28):
        for _one in range(more):
            drafted()
        frozen(NOW)
        chances.forget()
        db.session.expire_all()
        with queries_counted(db) as said:
            page = text_of(recruiter, "/follow-ups")
        asked_before.append((page.count('class="draft"'), len(said)))
    (few, seldom), (many, often) = asked_before
    assert (few, many) == (2, 30)
    assert seldom == often
    assert often <= 25


def erasure_asked(application: Application) -> None:
    privacy.ask_erasure(application, "", now=NOW, office=OFFICE)
    db.session.commit()


def test_whoever_asked_to_be_deleted_gets_nothing_and_whoever_approves_is_told(recruiter, frozen):
    first, second = drafted("A B"), drafted("C D")
    erasure_asked(first.application)
    frozen(NOW)
    page = text_of(recruiter, "/follow-ups")
    said = "They asked us to delete their data, and nobody has decided yet."
    assert page.count(f"<strong>It does not leave.</strong> {said}") == 1
    assert "Send to A B" not in page
    assert "Approve 1 follow-up<" in page
    send(recruiter, first, second)
    assert [first.state, second.state] == [MessageState.DRAFTED, MessageState.QUEUED]
    assert f"Nothing is sent to A B. {said}" in text_of(recruiter, "/follow-ups")


def test_whoever_was_deleted_gets_nothing_and_the_draft_is_taken_back(recruiter, frozen):
    message = drafted("A B")
    erasure_asked(message.application)
    named = {"by": BOSS, "now": NOW, "office": OFFICE}
    privacy.decide_erasure(message.application, Decision.DONE, "The name stays.", **named)
    db.session.commit()
    frozen(NOW)
    send(recruiter, message)
    assert (message.state, message.why) == (MessageState.CANCELLED, "erased")
    page = text_of(recruiter, "/follow-ups")
    assert "Nothing is sent to A B. They asked us to delete their data, and that is done." in page


def test_all_or_some_are_approved_with_one_click(recruiter, frozen):
    first, second, third = drafted("A B"), drafted("C D"), drafted("E F")
    frozen(NOW)
    assert send(recruiter, first, third).status_code == 303
    assert [one.state for one in (first, second, third)] == [
        MessageState.QUEUED, MessageState.DRAFTED, MessageState.QUEUED,
    ]  # fmt: skip
    assert first.approved_by == BOSS
    assert not first.is_automatic
    page = text_of(recruiter, "/follow-ups")
    assert "2 mails are approved; the first one leaves at once." in page
    assert "A B" not in page
    assert "C D" in page


def test_whoever_answered_meanwhile_gets_nothing_and_is_named(recruiter, frozen):
    first, second = drafted("Hannah Vogel"), drafted("Tobias Kern")
    frozen(NOW + HOUR)
    make.reply(first.application, at=NOW + HOUR)
    db.session.commit()
    assert "Hannah Vogel" not in text_of(recruiter, "/follow-ups")
    send(recruiter, first, second)
    assert [one.state for one in (first, second)] == [MessageState.CANCELLED, MessageState.QUEUED]
    page = text_of(recruiter, "/follow-ups")
    assert "Nothing is sent to Hannah Vogel: they have answered; the next word is ours." in page


def test_one_that_was_changed_since_is_not_sent_unread(recruiter, frozen):
    message = drafted()
    frozen(NOW)
    version = message.version
    on(recruiter, message, "edit", subject="Another word", body="Another text")
    assert (message.subject, message.body) == ("Another word", "Another text")
    send(recruiter, chosen=[f"{message.id}.{version}"])
    assert message.state is MessageState.DRAFTED
    assert "please look again" in text_of(recruiter, "/follow-ups")
    answer = on(recruiter, message, "edit", subject="x", body="Late words", version=str(version))
    assert answer.status_code == 409
    assert "Late words" in answer.text
    assert message.body == "Another text"


def test_a_second_click_changes_nothing(recruiter, frozen):
    message = drafted()
    frozen(NOW)
    key = secrets.token_urlsafe(16)
    for _click in range(2):
        assert send(recruiter, message, submission=key).status_code == 303
    assert message.state is MessageState.QUEUED


def test_to_skip_needs_a_reason_and_holds_for_good(recruiter, frozen):
    message = drafted()
    frozen(NOW)
    assert on(recruiter, message, "skip", reason="").status_code == 422
    assert message.state is MessageState.DRAFTED
    on(recruiter, message, "skip", reason="answered")  # a word that a machine uses as well
    assert message.state is MessageState.CANCELLED
    assert message.why.endswith("answered")
    attending.attend(message.application, write=letters.of_step, now=NOW + DAY, office=OFFICE)
    assert len(outbox(message.application)) == 1


def test_one_that_is_held_comes_back_on_its_day(recruiter, frozen):
    message = drafted()
    frozen(NOW)
    assert on(recruiter, message, "hold", until="2026-03-10").status_code == 422
    on(recruiter, message, "hold", until="2026-03-13")
    page = text_of(recruiter, "/follow-ups")
    assert "Held for later" in page
    assert message.subject not in page
    frozen(NOW + 2 * DAY)
    assert message.subject in text_of(recruiter, "/follow-ups")


@pytest.mark.parametrize("chosen", [[], ["x"], ["1"], ["1.1.1"], ["99999999999.1"], ["0.1"]])
def test_without_a_tick_that_a_page_of_ours_made_nothing_is_sent(recruiter, frozen, chosen):
    frozen(NOW)
    drafted("A B")
    answer = send(recruiter, chosen=chosen)
    assert answer.status_code == 422
    assert "Please tick at least one mail." in answer.text
    assert " checked>" not in answer.text


@pytest.mark.parametrize("role", [Role.HR, Role.HIRING_MANAGER])
def test_only_recruiters_and_admins_let_mails_leave(app, frozen, role):
    message = drafted()
    frozen(NOW)
    client = Staff(app, make.user(role))
    assert client.get("/follow-ups").status_code == 403
    assert send(client, message).status_code == 403
    assert message.state is MessageState.DRAFTED


def test_the_desk_and_the_application_lead_to_the_draft(recruiter, frozen):
    message = drafted()
    frozen(NOW)
    link = f'href="/follow-ups#mail-{message.id}"'
    desk = text_of(recruiter, "/desk")
    assert "1 mail is drafted and waits for somebody to read it." in desk
    assert link in desk
    assert "Read the follow-up" in desk
    page = text_of(recruiter, f"/applications/{message.application_id}")
    assert link in page
    assert "Follow-up, drafted: a person reads it before it leaves" in page


def test_a_word_logged_by_hand_takes_the_draft_back_at_once(recruiter, frozen):
    message = drafted()
    frozen(NOW)
    application = message.application
    form = {"version": str(application.version), "submission": secrets.token_urlsafe(16)}
    form |= {"until": "2026-04-01", "note": ""}
    recruiter.act(f"/applications/{application.id}/pause", form)
    db.session.expire_all()
    assert (message.state, message.why) == (MessageState.CANCELLED, "paused")


# After a confirmation.


def test_a_closing_notice_lies_ready_and_a_person_sends_it(recruiter, frozen):
    application = make.quiet_application()
    application.candidate.name = "Priya Raman"
    frozen(MONDAY + 30 * DAY)
    form = {"version": str(application.version), "submission": secrets.token_urlsafe(16)}
    form |= {"outcome": "ghosted", "note": "Read all of it."}
    recruiter.act(f"/applications/{application.id}/confirm", form)
    (message,) = outbox(application)
    assert (message.purpose, message.state) == (Purpose.CLOSING, MessageState.DRAFTED)
    assert "/feedback/" in message.body
    assert "Closing notice, drafted" in text_of(recruiter, f"/applications/{application.id}")
    assert "Closing notices" in text_of(recruiter, "/follow-ups")
    send(recruiter, message)
    assert message.state is MessageState.QUEUED
    assert application.outcome is Outcome.GHOSTED


# Our own delay.


def delay(client: Staff, application: Application, until: str) -> Any:
    form = {"version": str(application.version), "submission": secrets.token_urlsafe(16)}
    answer = client.act(f"/applications/{application.id}/delay", {**form, "until": until})
    db.session.expire_all()
    return answer


def test_a_candidate_is_told_with_one_click_until_when_it_takes(recruiter, frozen):
    application = make.application(make.candidate("Hannah Vogel", language="de"))
    frozen(NOW)
    assert "Tell them that it takes longer" in text_of(recruiter, f"/applications/{application.id}")
    assert delay(recruiter, application, "2026-03-20").status_code == 303
    (message,) = outbox(application)
    assert (message.purpose, message.state) == (Purpose.DELAY, MessageState.QUEUED)
    assert "20. März 2026" in message.body
    assert message.promised_at == OFFICE.start_of((MONDAY + 19 * DAY).date())
    assert (message.asks, message.is_automatic, message.by) == (False, False, BOSS)
    assert delay(recruiter, application, "2026-03-20").status_code == 422  # told already
    assert delay(recruiter, application, "2026-03-01").status_code == 422


def test_no_notice_of_delay_on_their_turn_or_to_whom_it_cannot_reach(recruiter, frozen):
    application = asked()
    frozen(MONDAY + 2 * DAY)
    assert "takes longer" not in text_of(recruiter, f"/applications/{application.id}")
    assert delay(recruiter, application, "2026-03-20").status_code == 422
    stopped = make.application()
    stopped.candidate.addresses[0].state = AddressState.STOPPED
    assert delay(recruiter, stopped, "2026-03-20").status_code == 422
    assert db.session.scalars(select(Message)).all() == []


# Calls.


def test_a_call_is_a_task_with_number_and_words_and_is_logged_with_one_click(recruiter, frozen):
    application = asked()
    application.candidate.addresses += make.candidate(phone="+49 30 23125 001").addresses[1:]
    make.event(application, at=MONDAY + 8 * DAY, by=BOSS)
    frozen(MONDAY + 20 * DAY)
    page = text_of(recruiter, "/desk")
    assert 'href="tel:+493023125001"' in page
    assert "Hello, this is Rita Recruiter of Nordwind GmbH" in page
    form = page.partition("/log?back=desk")[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert fields["result"] == "reached"
    answer = recruiter.act(f"/applications/{application.id}/log?back=desk", fields)
    assert (answer.status_code, answer.location) == (303, "/desk")
    db.session.expire_all()
    theirs, ours = timeline(application, EVER)[-2:]
    assert (theirs.direction, ours.direction) == (Direction.IN, Direction.OUT)
    assert (ours.channel, ours.result, ours.by) == (Channel.PHONE, Result.REACHED, BOSS)


# Terms.


def save(client: Staff, stage: Any, **fields: str) -> Any:
    page = text_of(client, f"/jobs/{stage.job_id}/stages/{stage.id}")
    form = page.partition("/terms")[2].partition("</form>")[0]
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version
    whole = {"patience": "3", "grace": "2", "second_gap": "4", "closing_gap": "5", "promise": "3"}
    whole |= {"decision": "10", "ladder": "batch", "version": version[1]}
    whole |= {"submission": secrets.token_urlsafe(16), **fields}
    answer = client.act(f"/jobs/{stage.job_id}/stages/{stage.id}/terms", whole)
    db.session.expire_all()
    return answer


def test_the_terms_of_a_stage_can_be_changed_and_what_is_due_follows(app, frozen):
    application = asked()
    frozen(NOW)
    stage, client = application.stage, Staff(app, make.user(Role.HR))
    assert save(client, stage, patience="9", ladder="first_automatic").status_code == 303
    assert (stage.terms, stage.ladder) == (Terms(patience=9), Ladder.FIRST_AUTOMATIC)
    assert application.due_at == OFFICE.add(MONDAY + DAY, 9)
    assert "send the first by itself" in text_of(client, f"/jobs/{stage.job_id}/stages/{stage.id}")


@pytest.mark.parametrize(
    "fields", [{"patience": "0"}, {"patience": "x"}, {"decision": "61"}, {"ladder": "always"}]
)
def test_terms_that_make_no_sense_are_refused(app, frozen, fields):
    stage = make.job().stages[0]
    frozen(NOW)
    assert save(Staff(app, make.user(Role.ADMIN)), stage, **fields).status_code == 422
    assert (stage.terms, stage.ladder) == (Terms(), Ladder.BATCH)


def test_of_two_who_change_the_terms_the_later_is_told(app, frozen):
    stage = make.job().stages[0]
    frozen(NOW)
    client = Staff(app, make.user(Role.HR))
    assert save(client, stage, patience="4", version="1").status_code == 409
    assert stage.patience == 3


def test_who_may_not_set_terms_sees_how_follow_ups_leave_and_no_form(recruiter, frozen):
    stage = make.job().stages[0]
    frozen(NOW)
    page = text_of(recruiter, f"/jobs/{stage.job_id}/stages/{stage.id}")
    assert "Follow-ups at this stage: draft them" in page
    assert "/terms" not in page


# What was set aside.


def test_an_admin_sees_what_was_set_aside_and_lets_the_worker_try_again(app, frozen):
    for _try in range(3):
        try:
            raise ValueError("hannah@example.org")
        except ValueError as error:
            setbacks.note("application 7", error, now=MONDAY)
    frozen(NOW)
    client = Staff(app, make.user(Role.ADMIN))
    assert "The worker has set 1 item aside." in text_of(client, "/desk")
    page = text_of(client, "/set-aside")
    assert "application 7" in page
    assert "ValueError" in page
    assert "hannah" not in page
    form = {"item": "application 7", "submission": secrets.token_urlsafe(16)}
    assert client.act("/set-aside/again", form).status_code == 303
    db.session.expire_all()
    assert db.session.get(Setback, "application 7") is None
    assert client.act("/set-aside/again", {**form, "submission": "x" * 22}).status_code == 404


def test_nobody_else_sees_what_was_set_aside(recruiter):
    assert recruiter.get("/set-aside").status_code == 403


def test_who_sends_no_mail_is_led_from_the_desk_to_whom_it_is_for(signed_in, frozen):
    message = drafted("Hannah Vogel")
    frozen(NOW)
    page = text_of(signed_in(Role.HR), "/desk")
    assert "Hannah Vogel" in page
    link = f'href="/applications/{message.application_id}" aria-label="Have a look: Hannah Vogel"'
    assert link in page
