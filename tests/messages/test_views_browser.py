"""The inbox and a mail in a real browser: placed in one click, caged, readable everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from recruiting import clock
from recruiting.accounts.rules import Role
from recruiting.db import db
from tests.browsers import LANGUAGES, Look
from tests.messages import mails
from tests.messages.mails import asked, raw, told
from tests.messages.test_views import EVIL, PDF, with_files

HOUR = timedelta(hours=1)


def fill() -> int:
    """What an inbox may hold; the number of a mail with everything."""
    now = clock.now()
    asked()
    withdrawing = asked("jo@example.org", external_id="q.2@nordwind.example")
    withdrawing.candidate.name = "Jo Berg"
    mails.come(raw("I withdraw my application.", sender="jo@example.org", at=None), now=now)
    for number in range(7):
        text, about = f"Offer {number}", f"Our offer no. {number}"
        octets = raw(text, sender="shop@else.example", subject=about, message_id=None, at=None)
        mails.come(octets, now=now)
    attached = with_files(
        ("cv.pdf", "application/pdf", PDF), ("cv.exe", "application/pdf", b"MZ")
    ).replace(b"Mina Okafor <mina@example.org>", b"Mina Okafor <m@private.example>")
    number = mails.come(attached, now=now).id
    db.session.commit()
    return number


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_mail_is_readable(
    live_server: str,
    page_for: Callable[..., Page],
    look_at: Callable[[Page, str], list[str]],
    lang: str,
):
    number = fill()
    html = raw(EVIL, sender="Mina Okafor <m@private.example>", Content_Type="text/html", at=None)
    caged = mails.come(html.replace(b"reply.1", b"reply.9"), now=clock.now()).id
    page = page_for(Role.RECRUITER, Look(lang))
    for path, name in (
        ("/inbox", "inbox"),
        (f"/inbox/{number}", "mail"),
        (f"/inbox/{caged}", "mail-html"),
        ("/desk", "desk-mail"),
        ("/applications/2", "application-mail"),
    ):
        page.goto(path)
        if name.startswith("mail"):
            page.evaluate("document.querySelectorAll('.fold').forEach((one) => (one.open = true))")
        assert look_at(page, name) == []


@pytest.mark.parametrize("with_script", [True, False])
def test_a_mail_is_placed_in_one_click(
    live_server: str, page_for: Callable[..., Page], with_script: bool
):
    mina = asked()
    mails.come(raw(sender="Mina Okafor <m@private.example>", at=None), now=clock.now())
    page = page_for(Role.RECRUITER, java_script_enabled=with_script)
    page.goto("/desk")
    page.get_by_role("link", name="Open the inbox").click()
    page.get_by_role("button", name="Assign to Mina Okafor").click()
    expect(page.get_by_role("status")).to_have_text("Assigned to Mina Okafor.")
    assert len(told(mina)) == 3


def test_html_of_a_mail_runs_and_fetches_nothing(live_server: str, page_for: Callable[..., Page]):
    received = mails.come(raw(EVIL, Content_Type="text/html", at=None), now=clock.now())
    page = page_for(Role.RECRUITER)
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"/inbox/{received.id}")
    page.get_by_text("As it was laid out").click()
    expect(page.frame_locator("iframe").get_by_text("there")).to_be_visible()
    assert all(url.startswith(live_server) for url in asked_for)
