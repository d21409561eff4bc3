"""A conversation: a follow-up leaves, the candidate answers by mail, and an open board hears of it.

Everything between is real: the mail goes through a server on this machine, a script answers it as
a mail program does, the answer lies in a maildir as a mail server lays it there, and a worker
process carries both. (No IMAP server: those refuse to have received a mail in days to come.)
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from mailbox import Maildir, MaildirMessage
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from config import ROOT, Settings
from recruiting import clock
from recruiting.db import db
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState, Purpose
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.silence import queries as silence
from recruiting.workdays import Office
from tests import smtpserver

FROM = "jobs@nordwind.example"
WORDS = "Sorry for the silence, I was ill. Yes, I am still interested!"
A_MINUTE = 60_000  # ms
SHOWN = 25  # mails of a state that the outbox shows at once
FULL_INK = re.compile(r"\bink-1\b")
Traveller = time_machine.Traveller


@pytest.fixture
def post(loopback: None) -> Iterator[tuple[smtpserver.Post, int]]:
    """Who takes our mails, and its port."""
    with smtpserver.running() as running:
        yield running


@pytest.fixture
def inbox(tmp_path: Path) -> Maildir:
    """Where answers come in."""
    return Maildir(tmp_path / "inbox", create=True)


@pytest.fixture
def settings(
    settings: Settings, post: tuple[smtpserver.Post, int], inbox: Maildir, tmp_path: Path
) -> Settings:
    """An installation that sends to the one server and fetches from the other."""
    return replace(
        settings,
        smtp_url=f"smtp://localhost:{post[1]}",
        inbox_url=f"maildir:{tmp_path}/inbox",
        mail_from=FROM,
    )


@pytest.fixture
def time(app: Flask) -> Iterator[Traveller]:
    """It is ten o'clock on the next working day, and time goes on from there."""
    with time_machine.travel(working_day(clock.now(), office()), tick=True) as traveller:
        yield traveller


def working_day(now: datetime, place: Office) -> datetime:
    """Ten o'clock of the first working day from tomorrow."""
    day = place.day_of(now) + timedelta(days=1)
    while not place.is_open(day):
        day += timedelta(days=1)
    return place.start_of(day) + timedelta(hours=10)


@pytest.fixture
def work(settings: Settings, time: Traveller) -> Callable[[], None]:
    """One tick of a worker in a process of its own."""
    environ = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "HEARDBACK_INSTANCE": str(settings.instance),
        "SMTP_URL": settings.smtp_url,
        "INBOX_URL": settings.inbox_url,
        "HEARDBACK_MAIL_FROM": settings.mail_from,
    }

    def tick() -> None:
        db.session.rollback()
        command = [sys.executable, "-m", "tests.stories.at", clock.now().isoformat()]
        subprocess.run([*command, "worker", "--once"], cwd=ROOT, env=environ, check=True)

    return tick


class Asked(NamedTuple):
    """Somebody whom we asked twice: the second follow-up is drafted, the first one has left."""

    application: int
    job: int
    name: str
    first: str  # Message-ID
    second: int


def follow_ups(state: MessageState) -> list[Any]:
    """The follow-ups in a state; no transaction stays open behind them."""
    columns = (Message.id, Message.application_id, Message.occurrence, Message.message_id)
    question = select(*columns).where(Message.state == state, Message.purpose == Purpose.FOLLOW_UP)
    with db.engine.connect() as connection:
        return list(connection.execute(question.order_by(Message.send_after, Message.id)))


def answer(mail: EmailMessage) -> bytes:
    """What a mail program sends when its owner taps "reply"."""
    reply = EmailMessage()
    reply["From"] = mail["To"]
    reply["To"] = mail["Reply-To"]
    reply["Subject"] = f"Re: {mail['Subject']}"
    reply["Date"] = format_datetime(clock.now())
    reply["Message-ID"] = make_msgid(domain="candidate.example")
    reply["In-Reply-To"] = mail["Message-ID"]
    reply["References"] = f"{mail['References'] or ''} {mail['Message-ID']}".strip()
    body = mail.get_body(("plain",))
    assert body is not None
    quoted = "".join(f"> {line}\n" for line in body.get_content().splitlines())
    reply.set_content(f"{WORDS}\n\nOn Monday you wrote:\n{quoted}")
    return reply.as_bytes()


def put(octets: bytes, inbox: Maildir) -> None:
    """Lay a mail into the inbox, as of now."""
    mail = MaildirMessage(octets)
    mail.set_date(clock.now().timestamp())
    inbox.add(mail)


def asked_twice() -> Asked:
    """Of those whose first follow-up has left and whose second is drafted, the one most faded."""
    first = {one.application_id: one for one in follow_ups(MessageState.SENT)}
    drafted = follow_ups(MessageState.DRAFTED)[:SHOWN]
    second = {one.application_id: one for one in drafted}
    both = [key for key in first.keys() & second.keys() if "/1/" in first[key].occurrence]
    found = list(db.session.scalars(select(Application).where(Application.id.in_(both))))
    cards = silence.cards(found, clock.now(), office())
    one = max(found, key=lambda application: (cards[application.id].ink, application.id))
    asked = Asked(
        one.id, one.job_id, one.candidate.name, first[one.id].message_id, second[one.id].id
    )
    db.session.rollback()
    return asked


@pytest.fixture
def asked(page: Page, sign_in: Callable, time: Traveller, work: Callable[[], None]) -> Asked:
    """Follow-ups were read and sent; a week and a half later the second ones are drafted."""
    work()
    sign_in(page, "recruiter")
    page.goto("/follow-ups")
    page.locator("#follow-ups").get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_be_visible()
    work()
    time.move_to(office().add(clock.now(), 8))
    work()
    sign_in(page, "recruiter")
    return asked_twice()


def mail_to(asked: Asked, post: smtpserver.Post) -> EmailMessage:
    """The first follow-up, as the candidate reads it."""
    (mail,) = (one for one in post.read if one["Message-ID"] == f"<{asked.first}>")
    return mail


def ink(card: Locator) -> int:
    """How faded a name is: 1 to 5."""
    found = re.search(r"\bink-(\d)", card.get_attribute("class") or "")
    assert found
    return int(found[1])


def test_an_answer_gives_an_open_card_its_ink_back_and_stops_the_next_follow_up(
    asked: Asked,
    post: tuple[smtpserver.Post, int],
    inbox: Maildir,
    page: Page,
    time: Traveller,
    work: Callable[[], None],
):
    page.goto(f"/jobs/{asked.job}")
    card = page.locator(f"#card-{asked.application}")
    expect(card).to_contain_text(asked.name)
    assert ink(card) > 1
    page.evaluate("() => { window.isTheSamePage = true; }")
    beside = page.context.new_page()
    drafted = beside.locator(f"#mail-{asked.second}")
    waiting = beside.locator(f"#drafted a[href='/outbox/{asked.second}']")
    beside.goto("/follow-ups")
    expect(drafted).to_be_visible()
    beside.goto("/outbox")
    expect(waiting).to_be_visible()

    put(answer(mail_to(asked, post[0])), inbox)
    work()

    expect(card).to_have_class(FULL_INK, timeout=A_MINUTE)
    assert page.evaluate("() => window.isTheSamePage")
    beside.goto("/follow-ups")
    expect(drafted).to_have_count(0)
    beside.goto("/outbox")
    expect(waiting).to_have_count(0)
    assert asked.second in {one.id for one in follow_ups(MessageState.CANCELLED)}
    beside.goto(f"/applications/{asked.application}")
    expect(beside.get_by_text(WORDS).first).to_be_visible()

    # And nobody asks somebody who has answered.
    address = mail_to(asked, post[0])["To"]
    before = [one["To"] for one in post[0].read].count(address)
    time.move_to(office().add(clock.now(), 5))
    work()
    assert [one["To"] for one in post[0].read].count(address) == before
    assert asked.second in {one.id for one in follow_ups(MessageState.CANCELLED)}
