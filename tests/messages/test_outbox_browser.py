"""The list of drafted mails, outbox and inbox in a real browser: what is ticked is counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from recruiting import clock, letters
from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.messages import services
from recruiting.messages.leases import LEASE
from recruiting.messages.models import Message
from recruiting.messages.rules import UNREACHABLE, MessageState, Purpose
from recruiting.privacy import services as privacy
from recruiting.silence import attending
from tests import make
from tests.browsers import LANGUAGES, Look
from tests.make import DAY, OFFICE
from tests.messages import mails
from tests.messages.outbox import waiting
from tests.silence.test_attending import outbox

LONG = "When would you like to come to the interview, and is there anything that we should know?"


def drafted(number: int) -> list[Message]:
    """So many follow-ups that a person has to read."""
    now, made = clock.now(), []
    for place in range(number):
        begun = now - 12 * DAY
        one = make.application(make.candidate(f"Hannah Vogel {place}"), at=begun)
        make.event(one, at=begun + DAY, subject="When would you like to come?", now=begun + DAY)
        attending.attend(one, write=letters.of_step, now=now, office=OFFICE)
        made += outbox(one)
    db.session.commit()
    return made


@pytest.mark.parametrize("with_script", [True, False])
def test_what_is_ticked_is_counted_on_the_button(
    live_server: str, page_for: Callable[..., Page], with_script: bool
):
    first, _second, _third = [one.id for one in drafted(3)]
    db.session.rollback()  # what was read holds nobody up
    page = page_for(Role.RECRUITER, java_script_enabled=with_script)
    page.goto("/follow-ups")
    expect(page.get_by_role("button", name="Approve 3 follow-ups")).to_be_visible()
    page.get_by_role("link", name="Tick none").click()
    button = page.locator(".draft__send button")
    expect(button).to_have_text("Approve the ticked ones")
    page.locator(f"#mail-{first} input[name=chosen]").check()
    expect(button).to_have_text("Approve 1 follow-up" if with_script else "Approve the ticked ones")
    button.click()
    expect(page.get_by_role("status")).to_contain_text("1 mail is approved")
    assert db.session.get_one(Message, first).state is MessageState.QUEUED


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_mails_in_doubt_is_readable(
    live_server: str,
    page_for: Callable[..., Page],
    look_at: Callable[[Page, str], list[str]],
    lang: str,
):
    now = clock.now()
    privacy.ask_erasure(drafted(2)[0].application, "", now=now, office=OFFICE)
    to_anna = waiting(purpose=Purpose.REMINDER, to_address="anna@nordwind.example", now=now).id
    held, taken, away = (waiting(subject=LONG, now=now) for _ in range(3))
    taken.state, taken.lease_until = MessageState.LEASED, now + LEASE
    away.why = f"{UNREACHABLE}ConnectionRefusedError"
    held.state = MessageState.UNKNOWN
    services.stop_all("anna@nordwind.example", now)
    mina = mails.asked()
    forged = mails.OURS.replace("@", f"+{'a' * 24}@")
    for to in (forged, mails.token_address(mina)):
        octets = mails.raw(
            sender="Mina Okafor <m@private.example>", to=to, message_id=None, at=None
        )
        number = mails.come(octets, now=now).id
    part = "--b\nContent-Type: application/pdf; name=cv%d.pdf\n\n%%PDF-\n"
    many = "".join(part % place for place in range(203)) + "--b--"
    kind = {"Content_Type": "multipart/mixed; boundary=b"}
    files = mails.come(mails.raw(many, message_id=None, at=None, **kind), now=now).id
    db.session.commit()
    page = page_for(Role.ADMIN, Look(lang))
    for path, name in (
        ("/follow-ups", "batch-stopped"),
        ("/outbox", "outbox-doubts"),
        ("/inbox", "inbox-forged"),
        (f"/inbox/{number}", "mail-new-address"),
        (f"/inbox/{files}#files", "mail-many-files"),
        (f"/outbox/{to_anna}", "outbox-colleague"),
    ):
        page.goto(path)
        assert look_at(page, name) == []
