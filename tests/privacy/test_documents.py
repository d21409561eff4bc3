"""Documents by name while we hold them; how and when they go, and what never goes."""

from __future__ import annotations

import base64
import re
import sqlite3
import textwrap
from binascii import b2a_uu
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from recruiting import forgetting
from recruiting.answers.holding import hold
from recruiting.answers.outside import outside
from recruiting.candidates import services as candidates
from recruiting.db import db
from recruiting.messages import contents, envelope, files, reading, receiving, texts
from recruiting.messages.models import Received
from recruiting.messages.rules import ReceivedState
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Direction, Kind, Outcome
from recruiting.privacy import documents, queries, services
from recruiting.privacy.models import Document, Inventory
from recruiting.privacy.rules import FURTHER, Decision, Fact, fact_of
from recruiting.worker import Worker
from tests import make, processes
from tests.answers.asked import (
    NOW,
    asked_application,
    closed_application,
    told_application,
)
from tests.make import DAY, HOUR, OFFICE
from tests.messages.mails import KEY, come, raw
from tests.messages.test_kill import environ
from tests.privacy.papers import CANARY, PDF, handed_in, with_file

pytestmark = pytest.mark.usefixtures("app", "frozen")
DAYS = timedelta(days=180)
FORWARDED = b"""Content-Type: multipart/mixed; boundary=b

--b

Hi
--b
Content-Type: message/rfc822

Subject: y
Content-Type: application/pdf

%PDF CANARY
--b--"""


def held(application: Application) -> list[str]:
    return [one.name for one in queries.documents(application)]


def due(at) -> list[int]:
    """What the worker would look through at a moment."""
    db.session.commit()
    return list(forgetting.due(at))


def sweep(at, *, tick: bool = False) -> int:
    """What the worker's step does at a moment; says how many mails lost their files."""
    db.session.commit()
    if tick:
        Worker(current_app._get_current_object()).tick(at)
        return 0
    return sum(mails_deleted(one, at) for one in due(at))


def mails_deleted(application_id: int, at) -> int:
    """Each mail in a transaction of its own, as the worker does."""
    number = 0
    while forgetting.delete_documents(application_id, now=at):
        db.session.commit()
        number += 1
    db.session.commit()
    return number


# --- the words that stay -------------------------------------------------------------------------


def test_a_mail_without_its_files_keeps_its_head_and_its_words():
    whole = with_file(octets=CANARY, at=NOW)
    left = files.without_files(whole)
    assert base64.b64encode(CANARY)[:16] in whole
    assert base64.b64encode(CANARY)[:16] not in left
    before, after = reading.read(whole), reading.read(left)
    assert after.full_text == before.full_text
    assert after.envelope == before.envelope
    assert files.told(texts.parts(envelope.parse(left))).files == []
    assert files.without_files(left) == left


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"no head at all",
        b"Content-Type: application/pdf\r\n\r\n%PDF-1.7 CANARY",
        FORWARDED,
        b"\xff\xfe: \x00\r\n\r\n" + bytes(range(256)),
        b"Subject: y\nno field\nbegin 644 cv.pdf\n0CANARYCANARYCANARY\n\n",
        b"Content-Type: text/plain\n\n%PDF-1.7 CANARY",
        b"X-Cv: " + b"CANARY" * 9_000 + b"\r\n\r\nHello",
        b"".join(b"X-Cv-%d: " % n + b"CANARY" * 2_000 + b"\r\n" for n in range(9)) + b"\r\nHello",
        b"Subject: " + b"CANARYcanary0123456789" * 30 + b"\r\n\r\nHello",
        b"References: "
        + (b"CANARYcanary" + b"0123456789ABCDefgh" * 3 + b"\r\n ") * 9
        + b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 500,
    ],
)
def test_whatever_a_stranger_sent_is_written_anew_without_its_files(odd: bytes):
    left = files.without_files(odd)
    assert b"CANARY" not in left
    assert files.told(texts.parts(envelope.parse(left))).files == []


CODED = base64.b64encode(CANARY * 40).decode()
UU = "".join(b2a_uu((CANARY * 40)[at : at + 45]).decode() for at in range(0, 40 * len(CANARY), 45))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("html", f'<p>Hello</p><a href="data:application/pdf;base64,{CODED}">CV</a><p>Bye</p>'),
        ("html", f'<p>Hello</p><a href="data:application/pdf;base64,{CODED * 700}">CV</a><p>Bye'),
        ("html", f'<p>Hello</p><a href="data:application/pdf;base64,{CODED}<p>Bye</p>'),
        ("plain", f"Hello\nbegin 644 cv.pdf\n{UU}`\nend\nBye"),
        ("plain", f"Hello\n{UU}Bye"),
        ("plain", "Hello\n" + "\n".join(textwrap.wrap(CODED, 76)) + "\nBye"),
        ("plain", f"Hello\n{CODED}\nBye"),
        ("plain", f"Hello\nbegin-base64 644 cv.pdf\n{CODED}\n====\nBye"),
        ("plain", "Hello\n=ybegin line=128 size=9 name=cv.pdf\n\u00ff\u00fe\n=yend size=9\nBye"),
        ("plain", f"Hello\ndata:application/pdf;base64,{CODED}\nBye"),
    ],
)
def test_a_file_in_the_words_goes_and_the_words_around_it_stay(kind: str, said: str):
    whole = raw(said, at=NOW, Content_Type=f"text/{kind}; charset=utf-8")
    left = files.without_files(whole)
    words = reading.read(left).full_text
    assert words.startswith("Hello")
    assert words.endswith("Bye")
    assert len(words) < 25
    assert files.told(texts.parts(envelope.parse(left))).files == []
    assert files.without_files(left) == left


# --- listing -------------------------------------------------------------------------------------


def test_what_a_candidate_sent_is_listed_once_and_by_their_name_for_it():
    application = asked_application()
    handed_in(application, at=NOW - 3 * DAY, name="Über mich.pdf")
    assert [(one.name, one.size, one.received_at) for one in queries.documents(application)] == [
        ("Über mich.pdf", len(PDF), NOW - 3 * DAY)
    ]
    assert not documents.list_next(now=NOW)


def test_a_mail_that_another_worker_has_listed_meanwhile_is_not_listed_again():
    """PostgreSQL may hand out a mail that was unlisted when its question began."""
    received = handed_in(asked_application(), at=NOW - DAY, is_listed=False)
    first, second = (documents.inventory_of(received, now=NOW) for _worker in range(2))
    assert first is second
    assert db.session.scalar(select(func.count(Document.id))) == 1


def test_what_others_sent_is_not_shown():
    application = asked_application()
    handed_in(application, at=NOW - DAY, sender_differs=True)
    handed_in(application, at=NOW - DAY, direction=Direction.OUT)
    handed_in(application, at=NOW - DAY, kind=Kind.BOUNCE)
    assert held(application) == []


def test_what_came_from_an_address_that_became_theirs_is_shown_from_then_on():
    application = asked_application()
    handed_in(application, at=NOW - DAY, sender="mina@home.example", sender_differs=True)
    assert held(application) == []
    candidates.add_mail(application.candidate, "Mina@home.example")
    assert held(application) == ["Lebenslauf.pdf"]


def test_a_mail_that_comes_in_is_listed_by_the_worker(frozen):
    application = make.application(make.candidate(email="mina@example.org"), at=NOW - DAY)
    db.session.commit()
    receiving.store(with_file(at=NOW), source="hook:1", arrived_at=NOW, now=NOW)
    sweep(NOW + HOUR, tick=True)
    assert held(application) == ["Lebenslauf.pdf"]


def test_of_very_many_documents_the_first_are_named_and_the_others_told_of():
    application = asked_application()
    part = b"--b\r\nContent-Type: application/pdf; name=cv%d.pdf\r\n\r\n%%PDF-\r\n"
    parts = b"".join(part % number for number in range(205))
    mail = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--"
    handed_in(application, at=NOW - DAY, mail=mail)
    names = held(application)
    assert names == [*(f"cv{number}.pdf" for number in range(200)), FURTHER]
    seen = outside(application, NOW, OFFICE)
    told = hold(seen, queries.documents(application), None, None, days=180, office=OFFICE)
    assert told.documents[-1][0] == "further files"
    decide(application, NOW)
    sweep(NOW, tick=True)
    assert [one.subject for one in db.session.scalars(DELETIONS)] == ["205"]


# --- deleting ------------------------------------------------------------------------------------


def test_documents_go_on_the_day_that_was_promised_and_not_before():
    application = told_application(Outcome.REJECTED)
    received = handed_in(application, at=NOW - 5 * DAY)
    assert sweep(NOW + DAYS - DAY) == 0
    assert held(application) == ["Lebenslauf.pdf"]
    assert sweep(NOW + DAYS) == 1
    assert held(application) == []
    db.session.expire_all()
    assert base64.b64encode(PDF) not in received.raw
    assert "Here is my CV, with Grüßen." in reading.read(received.raw).full_text
    assert db.session.scalar(select(func.count(Document.id))) == 0


def test_a_second_sweep_does_nothing_and_the_timeline_tells_of_the_first():
    application = told_application(Outcome.REJECTED)
    handed_in(application, at=NOW - 5 * DAY)
    handed_in(application, at=NOW - 4 * DAY, name="Zeugnis.pdf")
    assert [sweep(NOW + DAYS + hour * HOUR) for hour in (0, 1, 200)] == [2, 0, 0]
    notes = [
        (fact_of(one.external_id), one.subject)
        for one in db.session.scalars(select(Event).where(Event.kind == Kind.NOTE))
    ]
    assert notes == [(Fact.DOCUMENTS_DELETED, "2")]


def test_a_document_that_came_after_the_end_stays_as_long_as_one_that_came_before():
    application = told_application(Outcome.REJECTED)
    handed_in(application, at=NOW - DAY, name="before.pdf")
    handed_in(application, at=NOW + 30 * DAY, name="after.pdf")
    assert sweep(NOW + DAYS) == 1
    assert held(application) == ["after.pdf"]
    assert sweep(NOW + DAYS + 30 * DAY) == 1


def test_while_nobody_knows_of_the_end_nothing_goes():
    """Were they gone from the page of an application that nobody closed, that would tell it."""
    untold, open_one = closed_application(Outcome.REJECTED), asked_application()
    for application in (untold, open_one):
        handed_in(application, at=NOW - 5 * DAY)
    assert sweep(NOW + 5 * DAYS) == 0
    assert held(untold) == held(open_one) == ["Lebenslauf.pdf"]


def test_files_of_our_own_mails_stay_and_those_of_strangers_go():
    application = told_application(Outcome.REJECTED)
    ours = handed_in(application, at=NOW - DAY, direction=Direction.OUT)
    handed_in(application, at=NOW - DAY, sender_differs=True)
    assert sweep(NOW + DAYS) == 1
    assert files.told(texts.parts(envelope.parse(ours.raw))).files


def test_a_mail_that_nobody_has_listed_yet_goes_with_the_others():
    application = asked_application()
    received = handed_in(application, at=NOW - DAY, octets=CANARY, is_listed=False)
    decide(application, NOW)
    assert documents.delete_erased(application, now=NOW, office=OFFICE, keys=[KEY]) == 1
    assert base64.b64encode(CANARY)[:16] not in received.raw
    assert not documents.list_next(now=NOW)


def test_files_that_no_list_names_go_all_the_same():
    """What hangs on a mail that was passed on is no document of its own; nobody lists it."""
    application = told_application(Outcome.REJECTED)
    received = handed_in(application, at=NOW - DAY, mail=FORWARDED)
    assert held(application) == []
    assert sweep(NOW + DAYS) == 1
    assert b"CANARY" not in received.raw


def test_what_takes_too_long_to_read_goes_all_the_same(monkeypatch: pytest.MonkeyPatch):
    application = told_application(Outcome.REJECTED)
    monkeypatch.setattr(documents, "LONGEST_READING", 0.05)
    endless = b"Subject: y\r\n" + b" y\r\n" * 200_000
    received = handed_in(application, at=NOW - DAY, mail=endless + with_file(at=NOW))
    assert held(application) == []
    sweep(NOW + DAYS)
    assert base64.b64encode(PDF) not in received.raw
    assert due(NOW + DAYS) == []


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.BOUNCE])
def test_files_of_what_a_machine_wrote_go_too_and_are_looked_for_once(kind: Kind):
    application = told_application(Outcome.REJECTED)
    received = handed_in(application, at=NOW - DAY, kind=kind, octets=CANARY)
    assert due(NOW + DAYS) == [application.id]
    assert sweep(NOW + DAYS) == 1
    assert base64.b64encode(CANARY)[:16] not in received.raw
    assert due(NOW + DAYS) == []


def test_a_mail_is_written_anew_once_whether_or_not_it_held_a_file():
    application = told_application(Outcome.REJECTED)
    handed_in(application, at=NOW - DAY, mail=b"Subject: a word\r\n\r\nThank you.")
    assert due(NOW + DAYS) == [application.id]
    sweep(NOW + DAYS)
    assert due(NOW + DAYS + HOUR) == []


def test_the_same_mail_handed_in_again_brings_nothing_back():
    application = make.application(make.candidate(email="mina@example.org"), at=NOW - DAY)
    db.session.commit()
    mail = with_file(at=NOW - HOUR)
    receiving.store(mail, source="hook:1", arrived_at=NOW, now=NOW)
    sweep(NOW, tick=True)
    decide(application, NOW)
    sweep(NOW, tick=True)
    assert held(application) == []
    assert not receiving.store(mail, source="hook:2", arrived_at=NOW, now=NOW)
    assert db.session.scalar(select(func.count(Received.id))) == 1


def otherwise(mail: bytes) -> list[bytes]:
    """The same mail as other ways deliver it."""
    head, _, body = mail.partition(b"\r\n\r\n")
    coded = base64.encodebytes("Here is my CV, with Grüßen.".encode())
    packed = body.replace(
        b"charset=utf-8\r\n\r\nHere is my CV, with Gr\xc3\xbc\xc3\x9fen.\r\n",
        b"charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + coded,
    )
    assert packed != body
    return [
        b"Received: from mx.example.org\r\n" + mail,
        mail.replace(b"=-b", b"=-another"),
        mail.replace(b"\r\n", b"\n"),
        head + b"\r\n\r\n" + packed,
    ]


def stripped(frozen_at: datetime, mail: bytes) -> Application:
    """Somebody whose mail came in, and who asked us to delete its files, which is done."""
    application = make.application(make.candidate(email="mina@example.org"), at=NOW - DAY)
    come(mail, now=frozen_at, source="imap:a:1:1")
    decide(application, frozen_at)
    sweep(frozen_at, tick=True)
    assert held(application) == []
    return application


@pytest.mark.parametrize("way", range(4))
@pytest.mark.parametrize("is_noted", [True, False])
def test_the_same_mail_on_another_way_brings_nothing_back(way: int, *, is_noted: bool):
    mail = with_file(octets=CANARY, at=NOW - HOUR)
    application = stripped(NOW, mail)
    if not is_noted:  # deleted before it was noted what mails held
        db.session.scalars(select(Received)).one().contents = None
    copy = come(otherwise(mail)[way], now=NOW + DAY, source="hook:2")
    assert (copy.state, copy.why) == (ReceivedState.FILED, receiving.TWICE)
    assert copy.event_id == db.session.scalars(select(Received.event_id)).first()
    assert not is_here(copy)
    assert "Here is my CV" in reading.read(copy.raw).full_text
    further = come(b"X-Way: 3\r\n" + mail, now=NOW + 2 * DAY, source="hook:3")
    assert not is_here(further)
    sweep(NOW + 3 * DAY, tick=True)
    assert held(application) == []


@pytest.mark.parametrize(
    "differs",
    [
        lambda mail: mail.replace(b"Here is my CV", b"I shall come on Monday"),
        lambda mail: re.sub(rb"(?m)^Subject: .*?$", b"Subject: No, I withdraw", mail, count=1),
        lambda mail: mail.replace(base64.b64encode(CANARY), base64.b64encode(PDF)),
    ],
)
def test_another_mail_of_the_same_id_is_kept_and_told_though_the_files_of_the_first_are_gone(
    differs,
):
    mail = with_file(octets=CANARY, at=NOW - HOUR)
    application = stripped(NOW, mail)
    another = come(differs(mail), now=NOW + DAY, source="hook:2")
    assert another.raw == differs(mail)
    events = db.session.scalars(select(Received.event_id)).all()
    assert (another.state, len({*events} - {None})) == (ReceivedState.FILED, 2)
    sweep(NOW + DAY, tick=True)
    assert held(application) == ["Lebenslauf.pdf"]


def test_other_words_under_the_id_of_a_mail_of_which_nothing_was_noted_are_another_mail():
    mail = with_file(octets=CANARY, at=NOW - HOUR)
    stripped(NOW, mail)
    db.session.scalars(select(Received)).one().contents = None
    other = mail.replace(b"Here is my CV", b"I shall come on Monday")
    another = come(other, now=NOW + DAY, source="hook:2")
    assert (another.raw, another.state) == (other, ReceivedState.FILED)
    assert another.why != receiving.TWICE


def test_the_same_mail_on_another_way_is_known_by_an_older_key(app):
    mail = with_file(octets=CANARY, at=NOW - HOUR)
    stripped(NOW, mail)
    receiving.store(b"X-Way: 2\r\n" + mail, source="hook:2", arrived_at=NOW, now=NOW)
    received = receiving.claim()
    assert received is not None
    receiving.file(received, receiving.Desk(["a new key", KEY], OFFICE, NOW + HOUR))
    assert not is_here(received)


def test_where_there_is_no_time_to_compare_a_mail_waits_rather_than_come_back(monkeypatch):
    mail = with_file(octets=CANARY, at=NOW - HOUR)
    stripped(NOW, mail)

    def too_slow(_raw: bytes, _key: str) -> str:
        raise TimeoutError

    receiving.store(b"X-Way: 2\r\n" + mail, source="hook:2", arrived_at=NOW, now=NOW)
    received = receiving.claim()
    assert received is not None
    monkeypatch.setattr(contents, "mark", too_slow)
    with pytest.raises(TimeoutError):
        receiving.file(received, receiving.Desk([KEY], OFFICE, NOW + HOUR))
    monkeypatch.undo()
    receiving.file(received, receiving.Desk([KEY], OFFICE, NOW + HOUR))
    assert not is_here(received)


def test_a_copy_in_a_crowd_brings_nothing_back_either():
    mail = with_file(octets=CANARY, at=NOW - HOUR)
    stripped(NOW, mail)
    for number in range(5):
        come(raw(f"{number}", message_id=f"m{number}@example.org"), now=NOW + DAY)
    copy = come(b"X-Way: 2\r\n" + mail, now=NOW + DAY, source="hook:2")
    assert (copy.why, is_here(copy)) == (receiving.TWICE, False)


@pytest.mark.sqlite
def test_what_came_back_is_left_nowhere_in_the_file_of_the_database(database_url: str):
    worker = Worker(current_app._get_current_object())
    octets = CANARY * 4000
    coded = base64.b64encode(octets)
    marks = [coded[at : at + 60] for at in range(0, 16_000, 1_000)]  # pages begin anywhere
    mail = with_file(octets=octets, at=NOW - HOUR)
    stripped(NOW, mail)
    db.session.commit()
    worker.tick(NOW)
    assert not worker.log_holds_deleted
    db.session.remove()
    db.engine.dispose()  # whoever overwrites what is freed says so anew
    receiving.store(b"X-Way: 2\r\n" + mail, source="hook:2", arrived_at=NOW, now=NOW)
    db.session.commit()
    assert any(mark in left_in(database_url) for mark in marks)
    worker.tick(NOW + HOUR)
    assert not any(mark in left_in(database_url) for mark in marks)


def test_a_crowd_from_one_address_waits_for_a_person_whoever_else_writes_from_there():
    """An agency writes for many; for whom each mail is, its address does not say."""
    application = make.application(make.candidate(email="mina@example.org"), at=NOW - DAY)
    for number in range(6):
        mail = with_file(octets=CANARY, at=NOW, message_id=f"m{number}@example.org")
        held_back = come(mail, now=NOW)
    assert (held_back.state, held_back.application_id) == (ReceivedState.HELD, None)
    named = {"by": "hr@example.org", "now": NOW, "office": OFFICE}
    pipeline.close(application, Outcome.REJECTED, note="n", **named)
    sweep(NOW + DAYS + DAY)
    assert is_here(held_back)


def test_what_a_person_decided_the_worker_does_at_its_next_beat_and_once():
    application = asked_application()
    received = handed_in(application, at=NOW - DAY, octets=CANARY)
    other = handed_in(asked_application(), at=NOW - DAY)
    decide(application, NOW)
    assert base64.b64encode(CANARY)[:16] in received.raw
    assert queries.is_being_erased(application)
    for hours in (0, 1):
        sweep(NOW + hours * HOUR, tick=True)
    assert base64.b64encode(CANARY)[:16] not in received.raw
    assert base64.b64encode(PDF) in other.raw
    assert not queries.is_being_erased(application)
    assert facts() == [Fact.ERASURE_ASKED, Fact.ERASURE_DONE, Fact.DOCUMENTS_DELETED]


def test_what_comes_after_the_decision_stays():
    application = asked_application()
    decide(application, NOW)
    handed_in(application, at=NOW + DAY)
    sweep(NOW + 2 * DAY, tick=True)
    assert held(application) == ["Lebenslauf.pdf"]


def test_a_file_that_the_timeline_kept_in_its_words_goes_from_there_too():
    """Until files in words were known, they were taken for words."""
    application = told_application(Outcome.REJECTED)
    received = handed_in(application, at=NOW - DAY)
    assert received.event is not None
    received.event.body = f"Hello\nbegin 644 cv.pdf\n{UU}`\nend\nBye"
    sweep(NOW + DAYS)
    db.session.expire_all()
    assert received.event.body == "Hello\n[…]\nBye"


def unplaced(sender: str, state: ReceivedState, at: datetime, *, why: str = "", **more) -> Received:
    number = db.session.scalar(select(func.count(Received.id)))
    received = Received(
        source=f"hook:unplaced{number}",
        digest=f"unplaced{number}",
        raw=with_file(octets=CANARY, at=at),
        received_at=at,
        state=state,
        sender=sender,
        why=why,
        sender_differs=False,
        tries=0,
        **more,
    )
    db.session.add(received)
    db.session.flush()
    return received


DELETIONS = (
    select(Event)
    .where(Event.external_id.startswith("privacy:documents_deleted"))
    .order_by(Event.id)
)


def is_here(received: Received) -> bool:
    db.session.expire_all()
    return base64.b64encode(CANARY)[:16] in received.raw


WAITING = [ReceivedState.HELD, ReceivedState.PARKED, ReceivedState.UNMATCHED]


@pytest.mark.parametrize("state", WAITING)
def test_what_they_wrote_and_nobody_could_place_goes_with_what_they_asked_us_to_delete(
    state: ReceivedState,
):
    application = told_application(Outcome.REJECTED)
    sender = application.candidate.addresses[0].key
    theirs = unplaced(sender, state, NOW - DAY)
    others = unplaced("somebody@else.example", state, NOW - DAY)
    decide(application, NOW)
    assert queries.is_being_erased(application)
    sweep(NOW, tick=True)
    assert not queries.is_being_erased(application)
    assert not is_here(theirs)
    assert theirs.state is state
    assert "Here is my CV" in reading.read(theirs.raw).full_text
    assert is_here(others)


def test_what_a_colleague_handed_on_stays_when_their_own_application_is_erased():
    application = told_application(Outcome.REJECTED)
    sender = application.candidate.addresses[0].key
    make.user(email=sender)
    others = unplaced(sender, ReceivedState.UNMATCHED, NOW - DAY)
    decide(application, NOW)
    sweep(NOW, tick=True)
    assert is_here(others)


@pytest.mark.parametrize("state", WAITING)
def test_what_nobody_could_place_goes_with_no_day_since_others_may_share_the_address(
    state: ReceivedState,
):
    application = told_application(Outcome.REJECTED)
    candidates.add_mail(application.candidate, "agency@example.org")
    theirs = unplaced("agency@example.org", state, NOW - DAY)
    assert due(NOW + DAYS) == []
    sweep(NOW + DAYS, tick=True)
    assert is_here(theirs)


def test_what_came_for_another_job_after_the_wish_and_before_the_decision_waits_for_a_person():
    application = told_application(Outcome.REJECTED)
    services.ask_erasure(application, "", now=NOW - 3 * DAY, office=OFFICE)
    sender = application.candidate.addresses[0].key
    theirs = unplaced(sender, ReceivedState.UNMATCHED, NOW - HOUR)
    filed = handed_in(application, at=NOW - HOUR, octets=CANARY)
    decide(application, NOW)
    sweep(NOW, tick=True)
    assert is_here(theirs)
    assert not is_here(filed)
    assert not queries.is_being_erased(application)


def test_what_a_person_set_aside_stays_with_its_copies_and_a_copy_goes_with_what_waits():
    application = told_application(Outcome.REJECTED)
    sender = application.candidate.addresses[0].key
    aside, waiting = (
        unplaced(sender, ReceivedState.UNMATCHED, NOW - DAY, message_id=f"{name}@example.org")
        for name in ("aside", "waiting")
    )
    copies = [
        unplaced(sender, ReceivedState.NOT_OURS, NOW - DAY, why="twice", message_id=one.message_id)
        for one in (aside, waiting)
    ]
    namesake = unplaced(sender, ReceivedState.UNMATCHED, NOW - DAY, message_id=waiting.message_id)
    for one in (aside, namesake):
        receiving.set_aside(one, by="r@example.org", now=NOW)
    decide(application, NOW)
    sweep(NOW, tick=True)
    assert [is_here(one) for one in (aside, waiting, *copies)] == [True, False, True, False]
    assert is_here(namesake)
    assert not queries.is_being_erased(application)


def test_what_nobody_could_place_stays_while_it_may_be_meant_for_another_application():
    application = told_application(Outcome.REJECTED)
    candidate = application.candidate
    other = make.application(candidate, at=NOW - 2 * DAY)
    theirs = unplaced(candidate.addresses[0].key, ReceivedState.UNMATCHED, NOW - DAY)
    decide(application, NOW)
    sweep(NOW, tick=True)
    assert is_here(theirs)
    named = {"by": "hr@example.org", "now": NOW, "office": OFFICE}
    pipeline.close(other, Outcome.REJECTED, note="n", **named)
    sweep(NOW, tick=True)
    assert not is_here(theirs)


@pytest.mark.parametrize("is_slow", [True, False])
def test_a_mail_on_no_timeline_that_nobody_can_read_stays_and_is_tried_once_a_day(
    monkeypatch: pytest.MonkeyPatch, *, is_slow: bool
):
    application = told_application(Outcome.REJECTED)
    sender = application.candidate.addresses[0].key
    theirs = unplaced(sender, ReceivedState.PARKED, NOW - DAY)
    readable = unplaced(sender, ReceivedState.UNMATCHED, NOW - DAY)
    cause = TimeoutError if is_slow else RecursionError
    tries, body = list[bytes](), texts.body

    def odd(message):
        if envelope.parse(raw).as_bytes() != message.as_bytes():
            return body(message)
        tries.append(raw)
        raise cause

    raw = theirs.raw = theirs.raw.replace(b"Here is", b"Is here")
    decide(application, NOW)
    monkeypatch.setattr(texts, "body", odd)
    with capture_logs() as said:
        for hours in (0, 1, 23):
            sweep(NOW + hours * HOUR, tick=True)
    assert [one["received_id"] for one in said if "received_id" in one] == [theirs.id]
    assert (is_here(theirs), is_here(readable)) == (True, False)
    assert (len(tries), queries.is_being_erased(application)) == (2, True)
    monkeypatch.undo()
    assert forgetting.erase_documents(application.id, now=NOW + 25 * HOUR)
    assert not forgetting.erase_documents(application.id, now=NOW + 25 * HOUR)
    db.session.commit()
    assert not is_here(theirs)
    assert "Is here my CV" in reading.read(theirs.raw).full_text
    assert [one.subject for one in db.session.scalars(DELETIONS)] == ["1", "1"]


@pytest.mark.postgres
def test_nobody_waits_for_a_mail_that_a_person_places_meanwhile():
    """They have the mail and wait for the application; the worker has that."""
    application = told_application(Outcome.REJECTED)
    sender = application.candidate.addresses[0].key
    known = {"application_id": application.id}
    unplaced(sender, ReceivedState.UNMATCHED, NOW - DAY)
    held_back = unplaced(sender, ReceivedState.HELD, NOW - DAY, **known)
    filed = handed_in(application, at=NOW - DAY)
    decide(application, NOW)
    everything = (queries.erased_with_files, queries.with_files)
    with db.engine.begin() as person:
        person.execute(select(Received.id).where(Received.event_id.is_(None)).with_for_update())
        db.session.execute(text("SET LOCAL lock_timeout = '200ms'"))
        assert [ask(application) for ask in everything] == [[filed], [filed]]
    assert [len(ask(application)) for ask in everything] == [3, 2]
    assert held_back in queries.with_files(application)


def test_what_was_held_for_an_application_goes_with_it_whoever_sent_it():
    application = told_application(Outcome.REJECTED)
    known = {"application_id": application.id}
    held_back = unplaced("friend@else.example", ReceivedState.HELD, NOW - DAY, **known)
    sweep(NOW + DAYS)
    assert not is_here(held_back)


def test_each_mail_is_a_transaction_and_who_dies_between_two_tells_the_whole_in_the_end():
    application = told_application(Outcome.REJECTED)
    first, second = (handed_in(application, at=NOW - days * DAY, octets=CANARY) for days in (5, 4))
    db.session.commit()
    later = NOW + DAYS
    assert forgetting.delete_documents(application.id, now=later)
    db.session.commit()
    assert [is_here(first), is_here(second)] == [False, True]
    assert held(application) == ["Lebenslauf.pdf"]
    assert facts() == []
    assert forgetting.delete_documents(application.id, now=later)
    db.session.rollback()  # the worker died
    assert [is_here(first), is_here(second)] == [False, True]
    assert due(later) == [application.id]
    assert sweep(later) == 1
    assert [is_here(first), is_here(second)] == [False, False]
    notes = db.session.scalars(select(Event).where(Event.kind == Kind.NOTE)).all()
    assert [one.subject for one in notes] == ["2"]
    assert db.session.scalar(select(func.count(Document.id))) == 0


def test_names_go_also_where_the_last_mail_was_dealt_with_otherwise():
    application = told_application(Outcome.REJECTED)
    handed_in(application, at=NOW - 5 * DAY)
    second = handed_in(application, at=NOW - 4 * DAY)
    assert forgetting.delete_documents(application.id, now=NOW + DAYS)
    second.state = ReceivedState.NOT_OURS
    assert sweep(NOW + DAYS) == 1
    assert db.session.scalar(select(func.count(Document.id))) == 1


def decide(application: Application, at: datetime) -> None:
    services.ask_erasure(application, "", now=at, office=OFFICE)
    named = {"by": "hr@example.org", "now": at, "office": OFFICE}
    assert services.decide_erasure(application, Decision.DONE, "The name stays.", **named)
    db.session.commit()


def facts() -> list[Fact | None]:
    notes = select(Event).where(Event.kind == Kind.NOTE).order_by(Event.id)
    return [fact_of(one.external_id) for one in db.session.scalars(notes)]


@pytest.mark.sqlite
def test_nothing_of_it_is_left_in_the_file_of_the_database(database_url: str):
    application = told_application(Outcome.REJECTED)
    octets = CANARY * 4000
    mark = base64.b64encode(octets)[4000:4060]
    handed_in(application, at=NOW - 5 * DAY, octets=octets)
    db.session.commit()
    assert mark in left_in(database_url)
    Worker(current_app._get_current_object()).tick(NOW + DAYS)
    assert held(application) == []
    assert mark not in left_in(database_url)


@pytest.mark.sqlite
def test_the_log_is_emptied_after_deletions_alone_and_again_where_somebody_was_in_the_way(
    database_url: str,
):
    worker = Worker(current_app._get_current_object())
    path = database_url.removeprefix("sqlite:///")
    db.session.commit()
    with closing(sqlite3.connect(path, isolation_level=None)) as reader, capture_logs() as said:
        reader.execute("SELECT count(*) FROM received").fetchone()  # opened, so the log stays
        worker.tick(NOW - DAY)  # the first time in any case: the worker before may have been killed
        assert not worker.log_holds_deleted
        application = told_application(Outcome.REJECTED)
        handed_in(application, at=NOW - 5 * DAY)
        db.session.commit()
        worker.tick(NOW)
        assert Path(f"{path}-wal").stat().st_size > 0  # nothing was deleted
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM received").fetchone()
        assert "not emptied yet" not in str(said)
        worker.tick(NOW + DAYS)
        assert "not emptied yet" in str(said)
        assert worker.log_holds_deleted
        reader.execute("COMMIT")
        worker.tick(NOW + DAYS + 2 * HOUR)
        assert not worker.log_holds_deleted
        assert Path(f"{path}-wal").stat().st_size < 200_000


def left_in(database_url: str) -> bytes:
    """Every byte of the database and of its log."""
    path = Path(database_url.removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


@pytest.mark.usefixtures("loopback")
def test_a_worker_that_is_killed_before_it_commits_leaves_all_as_it_was_and_the_next_does_it(
    database_url: str, tmp_path: Path
):
    """The processes read the real clock, to which the documents of spring 2026 are overdue."""
    application = told_application(Outcome.REJECTED)
    received = handed_in(application, at=NOW - 5 * DAY)
    raw = received.raw
    db.session.commit()
    environment = environ(database_url, tmp_path)
    killed = environment | {"HEARDBACK_FAILPOINT": "documents deleted"}
    assert work(killed) == -9
    db.session.expire_all()
    assert (received.raw, held(application)) == (raw, ["Lebenslauf.pdf"])
    assert work(environment) == 0
    db.session.expire_all()
    assert held(application) == []
    assert db.session.scalar(select(Inventory.deleted_at)) is not None


def work(environment: dict[str, str]) -> int:
    db.session.commit()
    return processes.ended(processes.flask("worker", "--once", environment=environment))
