"""A mail that came in: kept raw, placed, and what follows from it in the same transaction."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import db
from recruiting.messages import reading, receiving
from recruiting.messages.models import Received
from recruiting.messages.rules import KEPT_OF_TOO_LARGE, MessageState, Purpose, ReceivedState
from recruiting.office import office
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.rules import Direction, Kind, Outcome, Turn
from recruiting.silence.rules import State, standing_at
from tests import make
from tests.make import DAY, HOUR, MONDAY
from tests.messages import mails
from tests.messages.mails import QUESTION_ID, TUESDAY, asked, come, raw, told

MINUTE = timedelta(minutes=1)


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Received)) or 0


@pytest.fixture
def mina(app):
    return asked()


# --- a person's answer ---------------------------------------------------------------------------


def test_an_answer_ends_the_silence_at_its_date_and_takes_back_what_has_not_left(mina):
    waiting = [mails.follow_up(mina, 1), mails.follow_up(mina, 2, state=MessageState.DRAFTED)]
    sent = mails.follow_up(mina, 3, state=MessageState.SENT)
    own = mails.follow_up(mina, 4, purpose=Purpose.WRITTEN)
    received = come(raw(In_Reply_To=f"<{QUESTION_ID}>"), now=TUESDAY + 3 * HOUR)
    assert (received.state, received.mail_class) == (ReceivedState.FILED, "human_reply")
    event = told(mina)[-1]
    assert received.event_id == event.id
    assert (event.kind, event.direction, event.at) == (Kind.MESSAGE, Direction.IN, TUESDAY)
    assert (event.external_id, event.body) == ("reply.1@example.org", "I am glad to come.")
    assert (mina.turn, mina.since) == (Turn.US, TUESDAY)
    assert [one.state for one in waiting] == [MessageState.CANCELLED] * 2
    assert waiting[0].why == "answered"
    assert [sent.state, own.state] == [MessageState.SENT, MessageState.QUEUED]


@pytest.mark.parametrize(
    ("date", "counts_at"),
    [
        (TUESDAY, TUESDAY),
        (None, TUESDAY + HOUR),
        (TUESDAY + HOUR + 2 * MINUTE, TUESDAY + HOUR),  # their clock goes a little fast
        (TUESDAY + 3 * HOUR, TUESDAY + HOUR),
        (MONDAY - HOUR, TUESDAY + HOUR),  # before the question that it answers
        (TUESDAY - 400 * DAY, TUESDAY + HOUR),
    ],
)
def test_a_mail_counts_at_its_date_only_if_that_can_be(mina, date, counts_at):
    come(raw(at=date, In_Reply_To=f"<{QUESTION_ID}>"))
    assert told(mina)[-1].at == counts_at
    assert mina.turn is Turn.US


def test_a_late_answer_reopens_what_was_called_silent(mina):
    pipeline.close(
        mina, Outcome.GHOSTED, note="n", by="r@example.org", now=TUESDAY, office=make.OFFICE
    )
    come(raw(at=TUESDAY + DAY, In_Reply_To=f"<{QUESTION_ID}>"), now=TUESDAY + DAY)
    assert told(mina)
    assert (mina.outcome, mina.turn) == (None, Turn.US)


def test_an_answer_after_a_rejection_changes_no_outcome(mina):
    pipeline.close(
        mina, Outcome.REJECTED, note="n", by="r@example.org", now=TUESDAY, office=make.OFFICE
    )
    come(raw(at=TUESDAY + DAY, In_Reply_To=f"<{QUESTION_ID}>"), now=TUESDAY + DAY)
    assert told(mina)[-1].kind is Kind.MESSAGE
    assert mina.outcome is Outcome.REJECTED
    assert mina.wrote_after_end


def test_quoted_words_are_no_words_of_theirs(mina):
    text = "Yes, gladly.\n\nOn Mon, 2 Mar 2026, Nordwind wrote:\n> When would you like to come?"
    come(raw(text, In_Reply_To=f"<{QUESTION_ID}>"))
    event = told(mina)[-1]
    assert (event.body, event.asks) == ("Yes, gladly.", False)


def test_a_mail_that_seems_to_withdraw_ends_nothing(mina):
    received = come(raw("I withdraw my application.", In_Reply_To=f"<{QUESTION_ID}>"))
    assert received.mail_class == "withdrawal_hint"
    assert [one.kind for one in told(mina)] == [Kind.MESSAGE] * 3
    assert (mina.outcome, mina.turn) == (None, Turn.US)


# --- machines ------------------------------------------------------------------------------------


def test_an_automatic_answer_is_no_answer_and_lets_patience_stand_still(mina):
    follow_up = mails.follow_up(mina)
    text = "Ich bin nicht im Büro und ab 9. März 2026 wieder da."
    received = come(raw(text, subject="Abwesenheitsnotiz", Auto_Submitted="auto-replied"))
    event = told(mina)[-1]
    assert (event.kind, event.direction) == (Kind.AUTO_REPLY, Direction.IN)
    assert event.due_at == make.OFFICE.start_of(received.returns_on)
    assert received.returns_on.isoformat() == "2026-03-09"
    assert (mina.turn, mina.since, mina.attempts) == (Turn.CANDIDATE, MONDAY, 1)
    assert standing_at(mina, TUESDAY + HOUR).state is State.AWAY
    assert follow_up.state is MessageState.QUEUED


def test_a_hard_bounce_spoils_the_address_and_voids_the_touch(mina):
    received = come(mails.bounce())
    assert (received.state, received.mail_class) == (ReceivedState.FILED, "bounce")
    assert told(mina)[-1].kind is Kind.BOUNCE
    assert mina.candidate.addresses[0].state is AddressState.BOUNCED
    assert standing_at(mina, TUESDAY + HOUR).state is State.UNREACHABLE


def test_of_several_addresses_only_the_one_that_failed_is_spoilt(mina):
    other = Address(
        kind=AddressKind.EMAIL,
        value="mina@work.example",
        key="mina@work.example",
        is_primary=False,
        state=AddressState.GOOD,
    )
    mina.candidate.addresses.append(other)
    come(mails.bounce("mina@work.example"))
    states = [one.state for one in mina.candidate.addresses]
    assert states == [AddressState.GOOD, AddressState.BOUNCED]


def test_a_bounce_does_not_lift_somebodys_wish_to_be_left_alone(mina):
    mina.candidate.addresses[0].state = AddressState.STOPPED
    come(mails.bounce())
    assert mina.candidate.addresses[0].state is AddressState.STOPPED


def test_a_delay_is_noted_and_nothing_follows(mina):
    follow_up = mails.follow_up(mina)
    received = come(mails.bounce(status="4.4.1"))
    assert (received.state, received.mail_class) == (ReceivedState.FILED, "soft_bounce")
    assert told(mina)[-1].kind is Kind.NOTE
    assert mina.candidate.addresses[0].state is AddressState.GOOD
    assert standing_at(mina, TUESDAY + HOUR).state is State.WAITING
    assert follow_up.state is MessageState.QUEUED


# --- whose it is ---------------------------------------------------------------------------------


def test_the_token_of_the_address_wins_over_everything(mina):
    other = asked("mina.other@example.org", external_id="question.2@nordwind.example")
    to = mails.token_address(other)
    received = come(
        raw(to=to.upper(), sender="mina.other@example.org", References=f"<{QUESTION_ID}>")
    )
    assert (received.application_id, received.sender_differs) == (other.id, False)


def test_a_foreign_sender_with_a_valid_token_is_marked(mina):
    received = come(raw(to=mails.token_address(mina), sender="somebody@else.example"))
    assert (received.application_id, received.sender_differs) == (mina.id, True)
    assert received.state is ReceivedState.FILED


def test_a_forged_token_counts_for_nothing_and_is_marked(mina):
    forged = mails.OURS.replace("@", "+aaaaaaaaaaaaaaaaaaaaaaaa@")
    received = come(raw(to=forged))
    assert (received.application_id, received.sender_differs) == (mina.id, True)
    stranger = come(raw(to=forged, sender="x@else.example", message_id="other@else.example"))
    assert (stranger.application_id, stranger.state) == (None, ReceivedState.UNMATCHED)


def test_a_subaddress_of_ours_is_no_forged_token(mina):
    received = come(raw(to="jobs+berlin@nordwind.example"))
    assert (received.application_id, received.sender_differs) == (mina.id, False)


def test_the_nearest_mail_that_is_known_tells_the_application(mina):
    other = asked("mina.other@example.org", external_id="question.2@nordwind.example")
    message = mails.follow_up(other, state=MessageState.SENT)
    references = f"<{QUESTION_ID}> <{message.message_id}> <unknown@example.org>"
    received = come(raw(sender="mina.other@example.org", References=references))
    assert received.application_id == other.id


def test_what_is_held_tells_nobody_whose_an_answer_to_it_is(mina):
    for number in range(6):
        octets = raw(message_id=f"m{number}@example.org", In_Reply_To=f"<{QUESTION_ID}>")
        held = come(octets)
    assert (held.state, held.application_id) == (ReceivedState.HELD, mina.id)
    answer = raw(sender="s@else.example", message_id="s@e.org", In_Reply_To=f"<{held.message_id}>")
    assert come(answer).state is ReceivedState.UNMATCHED


def test_a_sender_with_one_active_application_is_known(mina):
    received = come(raw(sender="MINA@example.org"))
    assert (received.application_id, received.sender_differs) == (mina.id, False)


def test_a_sender_with_two_active_applications_waits_for_a_person(mina):
    make.application(mina.candidate)
    assert come(raw()).state is ReceivedState.UNMATCHED
    assert len(told(mina)) == 2


def test_a_sender_nobody_knows_waits_for_a_person(mina):
    received = come(raw(sender="who@else.example"))
    assert (received.state, received.event_id) == (ReceivedState.UNMATCHED, None)


# --- nothing twice, nothing lost -----------------------------------------------------------------


def test_the_same_bytes_are_one_mail_from_wherever_they_come(mina):
    come(raw(), source="imap:a:1:1")
    assert not receiving.store(raw(), source="hook:2", arrived_at=TUESDAY, now=TUESDAY + DAY)
    assert rows() == 1
    assert receiving.known_sources(["hook:2"]) == {"hook:2"}  # it need not be fetched again
    assert len(told(mina)) == 3


def test_a_place_whose_bytes_have_changed_holds_another_mail(mina):
    come(raw(), source="imap:a:1:1")
    come(raw("Another.", message_id="reply.2@example.org"), source="imap:a:1:1")
    assert rows() == 2
    assert len(told(mina)) == 4


def test_a_mail_that_came_on_two_ways_is_one_event(mina):
    first = come(raw())
    second = come(raw(X_Delivered_By="another way"))
    assert (second.state, second.why) == (ReceivedState.FILED, receiving.TWICE)
    assert second.event_id == first.event_id
    assert len(told(mina)) == 3


def test_two_mails_that_share_an_id_are_both_told(mina):
    come(raw("One."))
    come(raw("Two, of the same careless program."))
    assert [one.body for one in told(mina)[2:]] == ["One.", "Two, of the same careless program."]


def test_mails_without_an_id_are_told_once_each(mina):
    come(raw("One.", message_id=None))
    come(raw("Two.", message_id=None))
    assert len({one.external_id for one in told(mina)}) == 4


def test_a_mail_that_a_journal_told_of_is_not_told_again(mina):
    make.reply(mina, at=TUESDAY, external_id="reply.1@example.org")
    follow_up = mails.follow_up(mina)
    received = come(raw())
    assert received.event_id == told(mina)[-1].id
    assert len(told(mina)) == 3
    assert follow_up.state is MessageState.CANCELLED


def test_a_mail_that_cannot_be_read_is_parked_after_three_tries_and_stops_no_other(
    mina, monkeypatch
):
    read = reading.read

    def fail(octets: bytes):
        if b"poison" in octets:
            raise RecursionError("quotes the poison")
        return read(octets)

    monkeypatch.setattr(receiving.reading, "read", fail)
    receiving.store(b"poison", source="a", arrived_at=MONDAY, now=TUESDAY)
    come(raw(), source="b")
    poison, good = db.session.scalars(select(Received).order_by(Received.id))
    assert (poison.state, poison.tries, poison.why) == (
        ReceivedState.PARKED, 3, "RecursionError",
    )  # fmt: skip
    assert poison.raw == b"poison"
    assert good.state is ReceivedState.FILED


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\0\0\0",
        b'From: "\r\nMessage-ID: <[>\r\nDate: never\r\nSubject: =?x?q?=00?=\r\n\r\n\xff\xfe\0',
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain; charset=no-such\r\n\r\n\xe4\xf6",
        b"Subject: \xff\xfe\r\nFrom: \xff@\xfe\r\nTo: ,,,;<>\r\n\r\n",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Received: x\r\n" * 20_000,
    ],
)
def test_broken_mails_are_kept_and_wait_for_a_person(mina, octets):
    received = come(octets)
    assert received.state is ReceivedState.UNMATCHED
    assert received.raw == octets


def test_deeply_nested_parts_do_not_stop_anything(mina):
    parts = [f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(3000)]
    receiving.store("".join(parts).encode(), source="deep", arrived_at=MONDAY, now=TUESDAY)
    received = come(raw())
    assert received.state is ReceivedState.FILED
    deep = db.session.scalars(select(Received).order_by(Received.id)).first()
    assert deep.state in {ReceivedState.PARKED, ReceivedState.UNMATCHED}


def test_a_mail_beyond_all_measure_is_parked_with_its_beginning(mina, monkeypatch):
    monkeypatch.setattr(receiving, "LARGEST_MAIL", 100)
    received = come(raw("x" * 200_000))
    assert (received.state, received.why) == (ReceivedState.PARKED, receiving.TOO_LARGE)
    assert len(received.raw) == KEPT_OF_TOO_LARGE


# --- no loops ------------------------------------------------------------------------------------


def test_the_sixth_mail_from_one_address_in_ten_minutes_is_held(mina):
    states = []
    for number in range(8):
        at = TUESDAY + number * MINUTE
        octets = raw(f"Mail {number}.", message_id=f"m{number}@example.org", at=at)
        states.append(come(octets, now=at).state)
    assert states == [ReceivedState.FILED] * 5 + [ReceivedState.HELD] * 3
    later = TUESDAY + 30 * MINUTE
    assert come(raw("Later.", message_id="l@example.org", at=later), now=later).state is (
        ReceivedState.FILED
    )
    assert len(told(mina)) == 2 + 5 + 1


def test_what_is_held_belongs_to_an_application_and_stands_on_no_timeline(mina):
    for number in range(6):
        octets = raw(message_id=f"m{number}@example.org", In_Reply_To=f"<{QUESTION_ID}>")
        received = come(octets)
    assert received.state is ReceivedState.HELD
    assert (received.application_id, received.event_id) == (mina.id, None)
    assert received.filed_with is None
    receiving.set_aside(received, by="r@example.org", now=TUESDAY)
    assert received.application_id is None


def test_held_are_only_those_of_one_address(mina):
    for number in range(6):
        come(raw(f"{number}", sender=f"x{number}@else.example", message_id=f"{number}@e.example"))
    assert come(raw()).state is ReceivedState.FILED


def test_many_bounces_of_one_mail_system_are_not_held(app):
    people = [asked(f"p{n}@example.org", external_id=f"q{n}@nordwind.example") for n in range(8)]
    for number in range(8):
        come(mails.bounce(f"p{number}@example.org", message_id=f"b{number}@mx.example.org"))
    assert all(one.candidate.addresses[0].state is AddressState.BOUNCED for one in people)


# --- a person's word -----------------------------------------------------------------------------


def place(received, application) -> None:
    desk = receiving.Desk([mails.KEY], office(), TUESDAY + 2 * HOUR)
    receiving.assign(received, application, by="r@example.org", desk=desk)
    db.session.commit()


def test_a_person_assigns_a_mail_and_it_has_its_effect(mina):
    follow_up = mails.follow_up(mina)
    received = come(raw(sender="Mina privately <m@private.example>"))
    place(received, mina)
    assert (received.state, received.sender_differs) == (ReceivedState.FILED, True)
    assert received.why == "person: r@example.org"
    assert mina.turn is Turn.US
    assert follow_up.state is MessageState.CANCELLED


def test_copies_of_what_a_person_assigns_go_along_and_other_mails_of_the_same_id_do_not(mina):
    first, other = (come(raw(words, sender="m@private.example")) for words in ("One.", "Two."))
    copies = [
        come(raw(words, sender="m@private.example", X_Delivered_By="another way"))
        for words in ("One.", "Two.")
    ]
    assert {one.state for one in copies} == {ReceivedState.NOT_OURS}
    place(first, mina)
    known = [(one.state, one.application_id, one.event_id) for one in (first, *copies, other)]
    filed = (ReceivedState.FILED, mina.id, told(mina)[-1].id)
    left = (ReceivedState.NOT_OURS, None, None)
    assert known == [filed, filed, left, (ReceivedState.UNMATCHED, None, None)]
    assert copies[0].sender_differs
    assert len(told(mina)) == 3


def test_of_two_people_the_second_is_told(mina):
    received = come(raw(sender="m@private.example"))
    place(received, mina)
    with pytest.raises(receiving.Refused):
        place(received, mina)
    assert len(told(mina)) == 3


def test_a_mail_that_is_not_ours_is_kept_and_may_be_assigned_after_all(mina):
    received = come(raw(sender="m@private.example"))
    receiving.set_aside(received, by="r@example.org", now=TUESDAY)
    assert received.state is ReceivedState.NOT_OURS
    place(received, mina)
    assert received.state is ReceivedState.FILED


def test_a_parked_mail_can_be_assigned_by_what_its_head_says(mina, monkeypatch):
    def fail(_octets: bytes):
        raise RecursionError

    monkeypatch.setattr(receiving.reading, "read", fail)
    received = come(raw())
    assert received.state is ReceivedState.PARKED
    place(received, mina)
    event = told(mina)[-1]
    assert (event.at, event.subject, event.body) == (TUESDAY, "Re: Your application", "")


def test_a_parked_mail_can_be_tried_again(mina, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(receiving.reading, "read", lambda _octets: 1 / 0)
        received = come(raw())
    receiving.try_again(received)
    mails.file_all()
    assert received.state is ReceivedState.FILED
