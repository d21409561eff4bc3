"""The outbox on its page, on the desk and at a terminal; what holds mail back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from recruiting import outgoing
from recruiting.accounts.rules import Role
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.messages import delivery, queries, receiving, services
from recruiting.messages.leases import LEASE
from recruiting.messages.models import Message
from recruiting.messages.rules import UNANSWERED, Hours, MessageState, Purpose
from recruiting.messages.standings import leaves_at
from recruiting.workdays import Office
from tests import make, smtpserver
from tests.make import DAY, HOUR, MONDAY
from tests.messages import mails
from tests.messages.outbox import deliver, only, waiting, with_server
from tests.pipeline.staff import queries_counted
from tests.smtpserver import DROP, Post

NOW = MONDAY + HOUR


@pytest.fixture
def post(app, loopback) -> Iterator[Post]:
    with smtpserver.running() as (post, port):
        with_server(app, port)
        yield post


def unknown(post: Post, **more: object) -> Message:
    """A mail of which nobody knows whether it has left."""
    message = waiting(**more)  # type: ignore[arg-type]
    post.will("END", DROP)
    deliver()
    assert message.state is MessageState.UNKNOWN
    return message


# --- what holds mail back ------------------------------------------------------------------------


BERLIN = Office()


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-03-02T06:59", "2026-03-02T07:00"),  # Monday, 7:59 in Berlin
        ("2026-03-02T07:00", "2026-03-02T07:00"),
        ("2026-03-02T17:59", "2026-03-02T17:59"),
        ("2026-03-02T18:00", "2026-03-03T07:00"),
        ("2026-03-06T18:00", "2026-03-09T07:00"),  # Friday evening
        ("2026-03-27T18:00", "2026-03-30T06:00"),  # over the change to summer time
        ("2026-12-24T20:00", "2026-12-28T07:00"),  # Christmas, then a weekend
        ("2028-02-28T20:00", "2028-02-29T07:00"),
        ("2026-10-24T12:00", "2026-10-26T07:00"),  # over the change back
    ],
)
def test_mail_that_nobody_waits_for_leaves_in_office_hours(now, leaves):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    wanted = datetime.fromisoformat(leaves).replace(tzinfo=UTC)
    assert Hours(8, 19).next_open(moment, BERLIN) == wanted


def test_a_closing_notice_waits_for_the_morning_and_a_persons_mail_does_not(post, monkeypatch):
    monkeypatch.setattr(outgoing.attending, "still_wanted", lambda *_: None)
    evening = datetime(2026, 3, 6, 20, tzinfo=UTC)
    notice = waiting(purpose=Purpose.CLOSING)
    letter = waiting(purpose=Purpose.WRITTEN)
    link = waiting(purpose=Purpose.FRESH_LINK)
    assert leaves_at(notice, Hours(), evening, BERLIN) == datetime(2026, 3, 9, 7, tzinfo=UTC)
    assert deliver(evening) == 2
    states = [one.state for one in (notice, letter, link)]
    assert states == [MessageState.QUEUED, MessageState.SENT, MessageState.SENT]
    deliver(evening + 2.5 * DAY)
    assert notice.state is MessageState.SENT


def test_a_candidate_gets_one_such_mail_a_day_whatever_the_application(post, monkeypatch):
    monkeypatch.setattr(outgoing.attending, "still_wanted", lambda *_: None)
    mina = make.candidate()
    rows = [
        waiting(make.application(mina, at=MONDAY - 5 * DAY), purpose=Purpose.DELAY)
        for _ in range(3)
    ]
    for day in range(3):
        deliver(NOW + day * DAY)
        db.session.rollback()
        assert [one.state for one in rows].count(MessageState.SENT) == day + 1
        assert deliver(NOW + day * DAY + HOUR) == 0
    assert len(post.mails) == 3


def test_no_more_leave_in_an_hour_than_may(app, post, monkeypatch):
    monkeypatch.setattr(outgoing.attending, "still_wanted", lambda *_: None)
    with_server(app, app.extensions["settings"].mail_server.port, mail_per_hour=5)
    for _ in range(12):
        waiting(purpose=Purpose.DELAY)
    waiting(purpose=Purpose.WRITTEN)
    assert deliver() == 6
    assert deliver(NOW + HOUR / 2) == 0
    assert deliver(NOW + HOUR * 1.1) == 5
    assert deliver(NOW + HOUR * 2.2) == 2


@pytest.mark.parametrize("state", [AddressState.STOPPED, AddressState.BOUNCED])
def test_nothing_goes_to_an_address_that_is_stopped_or_bad(post, state):
    message = waiting()
    message.application.candidate.addresses[0].state = state
    db.session.commit()
    deliver()
    assert (message.state, message.why) == (MessageState.CANCELLED, state.value)
    assert post.mails == []


def test_who_has_stopped_us_still_gets_the_link_they_ask_for(post):
    message = waiting(purpose=Purpose.FRESH_LINK)
    message.application.candidate.addresses[0].state = AddressState.STOPPED
    db.session.commit()
    deliver()
    assert message.state is MessageState.SENT


def test_a_follow_up_is_taken_back_when_they_have_answered(post):
    mina = mails.asked()
    message = waiting(mina, Purpose.FOLLOW_UP, now=MONDAY)
    make.event(mina, at=NOW, direction="in", now=NOW)
    db.session.commit()
    deliver(NOW + HOUR)
    assert message.state is MessageState.CANCELLED
    assert post.mails == []


def test_nothing_of_the_ladder_leaves_while_a_mail_lies_unread(post, monkeypatch):
    monkeypatch.setattr(outgoing.attending, "still_wanted", lambda *_: None)
    message = waiting(purpose=Purpose.DELAY)
    receiving.store(mails.raw(), source="test", arrived_at=NOW, now=NOW)
    db.session.commit()
    assert deliver() == 0
    mails.file_all(NOW)
    deliver()
    assert message.state is MessageState.SENT


# --- the page ------------------------------------------------------------------------------------


def test_the_page_says_that_nothing_leaves_without_a_server(signed_in, frozen):
    waiting(subject="When would you like to come?")
    page = signed_in().get("/outbox").text
    assert "No mail server is set (SMTP_URL), so nothing leaves." in page
    assert "When would you like to come?" in page


def test_a_drafted_mail_is_read_at_its_own_place(signed_in, frozen):
    message = waiting()
    message.state = MessageState.DRAFTED
    page = signed_in().get("/outbox").text
    assert f'href="/follow-ups#mail-{message.id}"' in page


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMIN, 200), (Role.RECRUITER, 200), (Role.HR, 403), (Role.HIRING_MANAGER, 403)],
)
def test_recruiters_and_admins_alone_see_the_outbox(signed_in, frozen, role, status):
    message = waiting()
    visitor = signed_in(role)
    assert visitor.get("/outbox").status_code == status
    assert visitor.get(f"/outbox/{message.id}").status_code == status


def test_a_person_changes_the_words_before_a_mail_leaves(signed_in, frozen):
    message = waiting()
    client = signed_in()
    path = f"/outbox/{message.id}"
    words = {"subject": "Better", "body": "Kinder words.", "version": message.version}
    done = client.act(f"{path}/edit", words)
    assert done.status_code == 303
    assert (only().subject, only().body) == ("Better", "Kinder words.")


def test_the_second_of_two_people_is_told(signed_in, frozen):
    message = waiting()
    client = signed_in()
    path = f"/outbox/{message.id}"
    fields = {"version": message.version}
    services.edit(
        message, subject="A", body="B", by="b@example.org", now=NOW, version=message.version
    )
    db.session.commit()
    assert client.act(f"{path}/cancel", fields).status_code == 409
    assert only().state is MessageState.QUEUED


def test_a_person_takes_a_mail_back(signed_in, frozen, post):
    message = waiting()
    client = signed_in()
    path = f"/outbox/{message.id}"
    client.act(f"{path}/cancel", {"version": message.version})
    assert only().state is MessageState.CANCELLED
    assert deliver() == 0


@pytest.mark.parametrize(
    ("act", "state"), [("sent", MessageState.SENT), ("again", MessageState.QUEUED)]
)
def test_what_may_have_left_stands_on_the_desk_until_a_person_decides(
    signed_in, frozen, post, act, state
):
    message = unknown(post)
    frozen(NOW + HOUR)
    client = signed_in()
    assert "1 mail of ours may have left" in client.get("/desk").text
    client.act(f"/outbox/{message.id}/{act}", {"version": message.version})
    assert only().state is state
    assert "may have left" not in client.get("/desk").text


def test_a_server_that_is_away_stands_on_the_desk_after_a_while(app, signed_in, frozen):
    message = waiting()
    message.why, message.send_after = "unreachable: ConnectionRefusedError", MONDAY
    db.session.commit()
    client = signed_in()
    assert "No server has taken our mail" not in client.get("/desk").text
    frozen(MONDAY + HOUR / 3)
    assert "No server has taken our mail for 20 minutes." in client.get("/desk").text
    assert "All mail is stopped." not in client.get("/desk").text
    services.stop_all("a@example.org", MONDAY)
    assert "All mail is stopped." in client.get("/desk").text


def test_plain_words_are_for_recruiters_and_the_cause_is_for_administrators(signed_in, frozen):
    message = waiting()
    message.why = "unreachable: ConnectionRefusedError"
    db.session.commit()
    for role, is_told in ((Role.RECRUITER, False), (Role.ADMIN, True)):
        for path in ("/outbox", f"/outbox/{message.id}"):
            page = signed_in(role).get(path).text
            assert "Our mail server cannot be reached; we keep trying." in page
            assert ("ConnectionRefusedError" in page) is is_told


def test_a_mail_that_a_worker_has_taken_says_since_when_and_what_follows(signed_in, frozen):
    message = waiting()
    client = signed_in()
    for state, said in (
        (MessageState.LEASED, "goes out by itself after 10:05"),
        (MessageState.BEGUN, "if nothing is known by 10:05, a person decides"),
    ):
        message.state, message.lease_until = state, MONDAY + LEASE
        db.session.commit()
        page = client.get("/outbox").text
        assert "at 10:00" in page
        assert said in page


def test_who_failed_at_a_mail_that_may_have_left_is_told_apart(signed_in, frozen):
    died, silent = waiting(), waiting()
    died.state, died.lease_until = MessageState.BEGUN, MONDAY + LEASE
    silent.state, silent.why = MessageState.UNKNOWN, UNANSWERED
    db.session.commit()
    delivery.settle(NOW)
    db.session.commit()
    client = signed_in()
    assert "The worker ended while it sent this mail" in client.get(f"/outbox/{died.id}").text
    said = "The server took its text and gave no answer."
    assert said not in client.get(f"/outbox/{died.id}").text
    assert said in client.get(f"/outbox/{silent.id}").text


def test_links_that_lead_nowhere_are_told_to_administrators(app, signed_in, frozen, post):
    said = "HEARDBACK_PUBLIC_URL is not set, so links in our mails lead to http://localhost:8000"
    assert said in signed_in(Role.ADMIN).get("/outbox").text
    assert said not in signed_in(Role.RECRUITER).get("/outbox").text
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, public_url="https://jobs.nordwind.example")
    assert said not in signed_in(Role.ADMIN).get("/outbox").text


def test_a_reminder_names_the_colleague_it_is_for(signed_in, frozen):
    anna = make.user(name="Anna Weber")
    waiting(purpose=Purpose.REMINDER, to_address=anna.email)
    assert "Anna Weber · Reminder to a colleague" in signed_in().get("/outbox").text


def test_more_mails_in_the_outbox_do_not_ask_the_database_more_often(signed_in, frozen):
    client, asked_before = signed_in(), []
    for more in (2, 18):
        for _one in range(more):
            waiting()
            to = make.user().email
            waiting(purpose=Purpose.REMINDER, occurrence=to, to_address=to)
        db.session.expire_all()
        with queries_counted(db) as said:
            page = client.get("/outbox").text
        asked_before.append((page.count("· Reminder to a colleague"), len(said)))
    (few, seldom), (many, often) = asked_before
    assert few == 2
    assert many > 10
    assert seldom == often == 13


def test_mail_is_stopped_and_let_go_with_a_button(signed_in, frozen, post):
    waiting()
    client = signed_in()
    client.act("/outbox/stop")
    page = client.get("/outbox").text
    assert "All mail is stopped (" in page
    assert "waits until mail may leave again" in page
    assert deliver() == 0
    client.act("/outbox/go")
    assert queries.stop() is None
    assert deliver() == 1


# --- the terminal --------------------------------------------------------------------------------


def test_the_outbox_is_listed_at_a_terminal(runner, frozen):
    message = waiting()
    done = runner.invoke(args=["outbox", "list"])
    assert "SMTP_URL is not set: nothing leaves" in done.stderr
    assert message.to_address in done.stdout
    done = runner.invoke(args=["outbox", "list", "--format", "json"])
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["state"] == "queued"
    assert json.loads(line)["send_after"] == "2026-03-02T10:00:00+01:00"
    assert "times are those of Europe/Berlin" in runner.invoke(args=["outbox", "list"]).stderr
    done = runner.invoke(args=["outbox", "show", str(message.id)])
    assert message.body in done.stdout
    assert runner.invoke(args=["outbox", "show", "999"]).exit_code == 1


def test_a_mail_is_taken_back_and_all_are_stopped_at_a_terminal(runner, frozen):
    message = waiting()
    done = runner.invoke(args=["outbox", "cancel", str(message.id), "--why", "a slip"])
    assert done.exit_code == 0
    assert (only().state, only().why) == (MessageState.CANCELLED, "a slip")
    assert runner.invoke(args=["outbox", "cancel", str(message.id)]).exit_code == 1
    assert runner.invoke(args=["outbox", "stop"]).exit_code == 0
    db.session.rollback()
    assert queries.stop() is not None
    db.session.rollback()
    assert "within a minute" in runner.invoke(args=["outbox", "go"]).stdout
    db.session.rollback()
    assert queries.stop() is None
