"""Mail on its way out, to a real server that misbehaves in every way we know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from recruiting import outgoing
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.messages import delivery, mailbox, queries, results, services, tokens
from recruiting.messages.models import Message, Stop
from recruiting.messages.rules import (
    ASK_AGAIN_AFTER,
    BACK_OFF,
    ERASED,
    ERASURE,
    MOST_TRIES,
    MessageState,
    Purpose,
)
from recruiting.pipeline.models import Event
from recruiting.pipeline.rules import Direction, Kind, Turn
from recruiting.privacy import services as privacy
from recruiting.privacy.models import Erasure
from recruiting.privacy.rules import Decision
from tests import make, smtpserver
from tests.make import DAY, HOUR, MONDAY
from tests.messages.mails import KEY
from tests.messages.outbox import FROM, deliver, only, waiting, with_server
from tests.smtpserver import DROP, HANG, Post

MINUTE = timedelta(minutes=1)
NOW = MONDAY + HOUR


@pytest.fixture
def post(app, loopback) -> Iterator[Post]:
    with smtpserver.running() as (post, port):
        with_server(app, port)
        yield post


@pytest.fixture
def hasty(monkeypatch):
    """A server has little time."""
    monkeypatch.setattr(mailbox.Smtp, "connect_seconds", 0.5)
    monkeypatch.setattr(mailbox.Smtp, "mail_seconds", 0.5)


def events() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).order_by(Event.id)))


# --- what arrives --------------------------------------------------------------------------------


def test_a_mail_goes_all_the_way_to_the_server_and_the_timeline(post):
    anna = make.user(name="Anna Weber")
    message = waiting(by=anna.email)
    assert deliver() == 1
    ((sender, recipient, _octets),) = post.mails
    (mail,) = post.read
    token = tokens.sign([KEY], message.application_id)
    assert sender == f"jobs+{token}@nordwind.example" == mail["Reply-To"]
    assert recipient == mail["To"] == message.to_address
    assert mail["From"].addresses[0].addr_spec == FROM
    assert mail["From"].addresses[0].display_name == "Anna Weber, Nordwind GmbH"
    assert mail["Message-ID"] == f"<{message.message_id}>"
    assert mail["Auto-Submitted"] is None
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain.get_content().replace("\r\n", "\n") == message.body + "\n"
    assert "<p>when would you like to come?</p>" in html.get_content()
    assert (message.state, message.why) == (MessageState.SENT, "")
    touch = events()[-1]
    assert (touch.kind, touch.direction, touch.by) == (Kind.MESSAGE, Direction.OUT, anna.email)
    assert touch.external_id == message.message_id
    assert message.event_id == touch.id
    assert message.application.turn is Turn.CANDIDATE


def test_a_follow_up_that_a_person_approved_is_no_automatic_mail(post, monkeypatch):
    monkeypatch.setattr(outgoing.attending, "still_wanted", lambda *_: None)
    message = waiting(purpose=Purpose.FOLLOW_UP, is_automatic=False, drafted=True)
    services.approve(message, by="anna@nordwind.example", now=MONDAY)
    db.session.commit()
    deliver()
    assert post.read[0]["Auto-Submitted"] is None
    assert post.read[0]["X-Auto-Response-Suppress"] is None


@pytest.fixture
def is_wanted(monkeypatch):
    """The ladder has nothing against any follow-up."""
    monkeypatch.setattr(outgoing.attending, "still_wanted", lambda *_: None)


def asked_to_erase() -> tuple[Message, Message, Message]:
    """A follow-up to somebody who asked in another application to be deleted, and other mails."""
    application = make.application(at=MONDAY - 5 * DAY)
    follow_up = waiting(application, purpose=Purpose.FOLLOW_UP)
    written = waiting(application, occurrence="2")
    link = waiting(application, purpose=Purpose.FRESH_LINK)
    other = make.application(candidate=application.candidate, at=MONDAY - 4 * DAY)
    privacy.ask_erasure(other, "", now=MONDAY, office=make.OFFICE)
    db.session.commit()
    return follow_up, written, link


def decide(decision: Decision) -> None:
    erasure = db.session.scalars(select(Erasure)).one()
    given = {"by": "hr@example.org", "now": NOW + HOUR, "office": make.OFFICE}
    assert privacy.decide_erasure(erasure.application, decision, "papers only", **given)
    db.session.commit()


def test_what_a_machine_has_worded_waits_while_it_is_to_be_decided_whether_data_go(post, is_wanted):
    follow_up, written, link = asked_to_erase()
    deliver()
    assert (written.state, link.state) == (MessageState.SENT, MessageState.SENT)
    assert (follow_up.state, follow_up.why) == (MessageState.QUEUED, ERASURE)


@pytest.mark.parametrize(
    ("decision", "state", "why"),
    [
        (Decision.DONE, MessageState.CANCELLED, ERASED),
        (Decision.REFUSED, MessageState.SENT, ""),
    ],
)
def test_what_is_decided_lets_it_leave_or_takes_it_back(post, is_wanted, decision, state, why):
    follow_up, *_others = asked_to_erase()
    deliver()
    decide(decision)
    deliver(NOW + DAY)
    assert (follow_up.state, follow_up.why) == (state, why)


def test_an_automatic_mail_says_so(post):
    waiting(purpose=Purpose.FRESH_LINK)
    deliver()
    assert post.read[0]["Auto-Submitted"] == "auto-generated"


def test_an_automatic_mail_can_be_stopped_with_one_click_where_that_is_safe(app, post):
    """RFC 8058, section 3.1: the address must be an https one."""
    waiting(purpose=Purpose.FRESH_LINK)
    deliver()
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, public_url="https://jobs.nordwind.example")
    waiting(purpose=Purpose.FRESH_LINK)
    waiting()
    waiting(purpose=Purpose.REMINDER, to_address="anna@nordwind.example")
    deliver()
    plain, automatic, *others = post.read
    assert [one["List-Unsubscribe"] for one in (plain, *others)] == [None] * 3
    assert automatic["List-Unsubscribe"].startswith("<https://jobs.nordwind.example/stop/")
    assert automatic["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = automatic["List-Unsubscribe"].strip("<>").removeprefix("https://jobs.nordwind.example")
    one_click = {"List-Unsubscribe": "One-Click"}
    assert app.test_client().post(link, data=one_click).status_code == 200
    db.session.rollback()
    states = db.session.scalars(select(Address.state).order_by(Address.id)).all()
    assert states == [AddressState.GOOD, AddressState.STOPPED, AddressState.GOOD]


def test_the_mails_of_an_application_are_one_thread(post):
    mina = make.application()
    first = waiting(mina)
    deliver()
    second = waiting(mina, occurrence="2")
    deliver(NOW + HOUR)
    third = waiting(mina, occurrence="3")
    deliver(NOW + 2 * HOUR)
    answers = [mail["In-Reply-To"] for mail in post.read]
    assert answers == [None, f"<{first.message_id}>", f"<{second.message_id}>"]
    assert post.read[2]["References"] == f"<{first.message_id}> <{second.message_id}>"
    assert third.state is MessageState.SENT


def test_a_line_that_begins_with_a_dot_arrives_as_it_was_written(post):
    waiting(body="one\n.two\n..three\n.\nfour")
    deliver()
    text = post.read[0].get_body(("plain",)).get_content()
    assert text.replace("\r\n", "\n") == "one\n.two\n..three\n.\nfour\n"


def test_a_reminder_goes_to_a_colleague_and_is_no_touch(post):
    make.application(at=MONDAY - 5 * DAY)
    waiting(purpose=Purpose.REMINDER, to_address="anna@nordwind.example", asks=False)
    deliver()
    assert only().state is MessageState.SENT
    assert [one.kind for one in events()] == [Kind.MESSAGE]  # the application itself
    assert post.mails[0][0] == FROM
    assert post.read[0]["Reply-To"] is None


def test_many_mails_go_over_a_few_connections(post, monkeypatch):
    monkeypatch.setattr(outgoing, "MAILS_PER_TALK", 3)
    for _ in range(8):
        waiting()
    assert deliver() == 8
    assert len({mail["Message-ID"] for mail in post.read}) == 8


def test_without_a_server_nothing_leaves(app):
    waiting()
    assert deliver() == 0
    assert only().state is MessageState.QUEUED


# --- no ------------------------------------------------------------------------------------------


def test_a_passing_no_is_tried_again_later_and_later_and_given_up(post):
    message = waiting()
    now, waits = NOW, []
    post.will("RCPT", *["451 4.3.0 later"] * MOST_TRIES)
    for number in range(1, MOST_TRIES + 1):
        assert deliver(now) == 1
        assert message.tries == number
        if number < MOST_TRIES:
            assert (message.state, message.why) == (MessageState.QUEUED, "451 4.3.0")
            assert deliver(now) == 0
            waits.append((message.send_after - now) / MINUTE)
            now = message.send_after + MINUTE / 60
    wanted = [*(one / MINUTE for one in BACK_OFF), 240, 240]
    assert waits == pytest.approx(wanted, rel=0.12)
    assert message.state is MessageState.FAILED
    assert message.application.candidate.addresses[0].state is AddressState.GOOD
    assert post.mails == []


@pytest.mark.parametrize("command", ["MAIL", "DATA", "END"])
def test_a_passing_no_at_any_step_is_tried_again(post, command):
    waiting()
    post.will(command, "451 4.3.0 later")
    deliver()
    assert only().state is MessageState.QUEUED
    deliver(NOW + 2 * MINUTE)
    assert only().state is MessageState.SENT
    assert len(post.mails) == 1


def test_an_address_at_which_nothing_arrives_is_marked_and_the_attempt_voided(post):
    message = waiting()
    post.will("RCPT", "550 5.1.1 no such user here")
    deliver()
    assert (message.state, message.why) == (MessageState.FAILED, "550 5.1.1")
    assert message.application.candidate.addresses[0].state is AddressState.BOUNCED
    assert [one.kind for one in events()][-2:] == [Kind.MESSAGE, Kind.BOUNCE]
    assert message.application.is_bounced


@pytest.mark.parametrize(
    ("command", "answer"),
    [("RCPT", "550 5.7.1 relaying denied"), ("END", "554 5.7.1 looks like spam"),
     ("DATA", "554 no")],
)  # fmt: skip
def test_a_no_to_us_or_to_the_text_does_not_blame_the_address(post, command, answer):
    message = waiting()
    post.will(command, answer)
    deliver()
    assert message.state is MessageState.FAILED
    assert message.application.candidate.addresses[0].state is AddressState.GOOD
    assert len(events()) == 1


def test_a_full_mailbox_is_a_passing_no(post):
    waiting()
    post.will("RCPT", "552 5.2.2 mailbox full")
    deliver()
    assert only().state is MessageState.QUEUED


def test_a_mail_that_failed_goes_out_when_a_person_sends_it_again(post):
    message = waiting()
    post.will("END", "554 5.6.0 no")
    deliver()
    services.send_again(message, by="anna@example.org", now=NOW)
    db.session.commit()
    deliver()
    assert message.state is MessageState.SENT
    assert message.approved_by == "anna@example.org"


# --- no answer -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [DROP, HANG])
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_talk_that_ends_before_the_mail_was_whole_is_tried_again(post, hasty, command, how):
    waiting()
    post.will(command, how)
    deliver()
    assert (only().state, only().why) == (MessageState.QUEUED, "421")
    deliver(NOW + 2 * MINUTE)
    assert only().state is MessageState.SENT
    assert len(post.mails) == 1


@pytest.mark.parametrize("how", [DROP, HANG])
def test_a_mail_without_an_answer_waits_for_a_person(post, hasty, how):
    message = waiting()
    post.will("END", how)
    deliver()
    assert (message.state, message.why) == (MessageState.UNKNOWN, "unanswered")
    assert deliver(NOW + 30 * DAY) == 0
    assert len(post.mails) == 1  # it had arrived, as it happens


def test_a_link_that_was_just_asked_for_is_sent_once_more_by_itself(post, hasty):
    message = waiting(purpose=Purpose.FRESH_LINK)
    post.will("END", DROP, DROP)
    deliver()
    assert message.state is MessageState.QUEUED
    assert message.send_after >= NOW + ASK_AGAIN_AFTER
    assert deliver(NOW + ASK_AGAIN_AFTER / 2) == 0
    assert deliver(NOW + ASK_AGAIN_AFTER + MINUTE) == 1
    assert message.state is MessageState.UNKNOWN
    assert deliver(NOW + DAY) == 0
    assert len(post.mails) == 2
    assert len({mail["Message-ID"] for mail in post.read}) == 1


def test_a_person_marks_an_unknown_mail_as_sent_and_it_is_a_touch(post, hasty):
    message = waiting()
    post.will("END", DROP)
    deliver()
    services.mark_sent(message, by="anna@example.org", now=NOW + DAY, office=make.OFFICE)
    db.session.commit()
    assert message.state is MessageState.SENT
    assert events()[-1].external_id == message.message_id
    assert message.application.turn is Turn.CANDIDATE


def test_a_person_sends_an_unknown_mail_again_under_the_same_id(post, hasty):
    message = waiting()
    post.will("END", DROP)
    deliver()
    services.send_again(message, by="anna@example.org", now=NOW)
    db.session.commit()
    deliver()
    assert message.state is MessageState.SENT
    assert len({mail["Message-ID"] for mail in post.read}) == 1


def test_a_server_that_hung_up_between_two_mails_is_called_again(post):
    waiting()
    waiting()
    post.will("MAIL", "", DROP)
    assert deliver() == 2
    assert len({mail["Message-ID"] for mail in post.read}) == 2


# --- no server -----------------------------------------------------------------------------------


def test_a_server_that_is_away_costs_no_try_and_shows_after_a_while(app, loopback):
    with smtpserver.running() as (_post, port):
        pass
    with_server(app, port)
    message = waiting()
    for minute in (0, 5, 14):
        assert deliver(NOW + minute * MINUTE) == 1
        assert (message.state, message.tries) == (MessageState.QUEUED, 0)
        assert queries.troubles(NOW + minute * MINUTE).waiting == 0
    found = queries.troubles(NOW + 16 * MINUTE)
    assert found.waiting == 1
    assert found.waiting_since == message.send_after
    with smtpserver.running(port=port) as (post, _port):
        deliver(NOW + 20 * MINUTE)
    assert len(post.mails) == 1
    assert queries.troubles(NOW + HOUR).waiting == 0


def test_a_server_that_refuses_us_as_a_sender_blames_no_mail(post):
    waiting()
    post.will("MAIL", "530 5.7.0 sign in first")
    deliver()
    assert (only().state, only().why) == (MessageState.QUEUED, "unreachable: sender refused: 530")


def test_a_worker_leaves_a_server_alone_that_was_away(app, loopback):
    with_server(app, 1)
    waiting()
    waiting()
    round_ = outgoing.Deliveries("one")
    round_.begin_round(NOW)
    assert round_.next()
    assert not round_.next()
    round_.begin_round(NOW + 2 * MINUTE)
    assert round_.next()


# --- safely --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["tls", "starttls"])
def test_mail_leaves_safely_and_signed_in(app, loopback, tmp_path, monkeypatch, how):
    cert, context = smtpserver.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with smtpserver.running(**{how: context}, login=True) as (post, port):
        scheme, query = ("smtps", "") if how == "tls" else ("smtp", "?starttls")
        url = f"{scheme}://{smtpserver.USER}:{smtpserver.PASSWORD}@localhost:{port}{query}"
        with_server(app, port)
        app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=url)
        waiting()
        deliver()
    assert len(post.mails) == 1
    assert only().state is MessageState.SENT


@pytest.mark.parametrize("how", ["tls", "starttls"])
def test_nothing_leaves_to_a_server_that_nobody_vouches_for(app, loopback, tmp_path, how):
    _cert, context = smtpserver.certificate(tmp_path)
    with smtpserver.running(**{how: context}) as (post, port):
        url = f"smtps://localhost:{port}" if how == "tls" else f"smtp://localhost:{port}?starttls"
        with_server(app, port)
        app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=url)
        waiting()
        deliver()
    assert post.mails == []
    assert re.match("unreachable: SSLCert", only().why)


def test_a_wrong_password_blames_no_mail(app, loopback):
    with smtpserver.running(login=True) as (post, port):
        with_server(app, port)
        url = f"smtp://jobs:wrong@localhost:{port}"
        app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=url)
        waiting()
        deliver()
    assert only().why == "unreachable: login refused"
    assert post.mails == []


# --- of our own ----------------------------------------------------------------------------------


def test_a_mail_that_cannot_be_written_is_given_up_and_stops_no_other(post):
    bad = waiting(to_address="müller@example.org")
    good = waiting()
    for minute in (0, 10, 30):
        deliver(NOW + minute * MINUTE)
    db.session.rollback()
    assert (bad.state, bad.why) == (MessageState.FAILED, "fault: address")
    assert good.state is MessageState.SENT
    assert len(post.mails) == 1


def test_a_late_worker_changes_nothing(post):
    message = waiting()
    lease = delivery.claim("slow", outgoing.limits(), now=NOW, office=make.OFFICE)
    db.session.commit()
    assert deliver(NOW + 10 * MINUTE, "quick") == 1
    begun = delivery.begin(
        lease, outgoing.limits(), lambda _: None, now=NOW + 11 * MINUTE, office=make.OFFICE
    )
    assert not begun
    assert not results.sent(lease, now=NOW, office=make.OFFICE)
    assert not results.unanswered(lease, now=NOW)
    db.session.commit()
    assert message.state is MessageState.SENT
    assert len(post.mails) == 1


def test_the_stop_holds_everything_and_letting_go_sends_it(post):
    waiting()
    services.stop_all("anna@example.org", MONDAY)
    services.stop_all("ben@example.org", MONDAY)
    db.session.commit()
    assert db.session.scalars(select(Stop)).one().by == "anna@example.org"
    assert deliver() == 0
    assert services.let_go()
    db.session.commit()
    assert deliver() == 1
    assert db.session.scalars(select(Message.state)).all() == [MessageState.SENT]
