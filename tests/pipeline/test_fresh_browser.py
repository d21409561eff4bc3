"""A board or a desk that stands open keeps up with what happens elsewhere, and disturbs nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from recruiting import clock
from recruiting.access import REFRESH
from recruiting.accounts.models import UserSession
from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.jobs.models import Stage
from recruiting.office import office
from recruiting.pipeline import services
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from tests import make
from tests.make import DAY

Opener = Callable[..., Any]
HALF_A_MINUTE = 31_000  # ms: a little more than lies between two fetches
WATCH = """
() => {
  window.changes = [];
  const all = { subtree: true, childList: true, characterData: true, attributes: true };
  const note = (found) => window.changes.push(...found.map((one) => one.attributeName ?? one.type));
  new MutationObserver(note).observe(document.querySelector(".board"), all);
}
"""
UNSEEN = {"value", "draggable"}  # of hidden fields; set anew to what it was


class Place(NamedTuple):
    """The ids of what a test looks at; an object would ask the database, and hold it."""

    leyla: int
    marek: int
    job: int


@pytest.fixture
def place(app: object) -> Place:
    """Two cards on a board of two stages."""
    job = make.job("Engineer", ("Applied", "Interview"))
    now = clock.now()
    leyla = make.application(make.candidate("Leyla Öztürk"), job, at=now - 9 * DAY)
    marek = make.application(make.candidate("Marek Nowak"), job, at=now - 8 * DAY)
    found = Place(leyla.id, marek.id, job.id)
    db.session.commit()
    return found


@pytest.fixture
def opened(page_for: Opener, place: Place) -> Page:
    """The board, with a clock that the test moves on."""
    page = page_for(Role.RECRUITER)
    page.clock.install()
    page.goto(f"/jobs/{place.job}")
    return page


def card(page: Page, number: int) -> Any:
    return page.locator(f"#card-{number}")


def column(page: Page, name: str) -> Any:
    return page.get_by_role("region", name=name, exact=True)


def refreshed(page: Page) -> None:
    """Let half a minute pass; the page fetches itself and changes."""
    with page.expect_response(lambda answer: "x-refresh" in answer.request.headers) as waited:
        page.clock.run_for(HALF_A_MINUTE)
    waited.value.finished()
    page.evaluate("() => new Promise((go) => { queueMicrotask(go); })")


def not_refreshed(page: Page) -> None:
    """Let minutes pass; the page asks nothing."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(4 * HALF_A_MINUTE)
    page.evaluate("() => 0")
    assert asked == []


def move(place: Place) -> None:
    """Somebody else moves Leyla to the interview."""
    application = db.session.get_one(Application, place.leyla)
    goal = db.session.scalars(select(Stage).where(Stage.name == "Interview")).one()
    services.move(application, goal, by="b@example.org", now=clock.now(), office=office())
    db.session.commit()


def withdraw(place: Place) -> None:
    """Somebody else notes that Leyla has withdrawn."""
    who = {"by": "b@example.org", "now": clock.now(), "office": office()}
    application = db.session.get_one(Application, place.leyla)
    services.close(application, Outcome.WITHDRAWN, note="Told us by phone.", **who)
    db.session.commit()


def test_a_board_that_stands_open_shows_what_others_did(opened: Page, place: Place):
    expect(column(opened, "Applied").locator(".card")).to_have_count(2)
    card(opened, place.marek).evaluate("(node) => { node.seen = true; }")
    move(place)
    refreshed(opened)
    expect(column(opened, "Interview").locator(".card")).to_have_count(1)
    expect(column(opened, "Applied").locator(".card")).to_have_count(1)
    # What did not change is the very same element, and what came can be dragged.
    assert card(opened, place.marek).evaluate("(node) => node.seen")
    expect(card(opened, place.leyla)).to_have_attribute("draggable", "true")
    assert card(opened, place.leyla).count() == 1


def test_a_moved_card_keeps_the_focus_of_who_stood_on_it(opened: Page, place: Place):
    opened.get_by_role("link", name="Leyla Öztürk").focus()
    move(place)
    refreshed(opened)
    expect(column(opened, "Interview").locator(".card")).to_have_count(1)
    expect(card(opened, place.leyla)).to_be_focused()


def test_the_focus_on_what_stays_is_not_touched(opened: Page, place: Place):
    link = opened.get_by_role("link", name="Marek Nowak")
    link.focus()
    move(place)
    refreshed(opened)
    expect(column(opened, "Interview").locator(".card")).to_have_count(1)
    expect(link).to_be_focused()


def test_who_stood_on_what_is_gone_is_led_to_the_page(opened: Page, place: Place):
    opened.get_by_role("link", name="Leyla Öztürk").focus()
    withdraw(place)
    refreshed(opened)
    expect(card(opened, place.leyla)).to_have_count(0)
    expect(opened.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize(
    "work",
    [
        lambda page: page.get_by_label("Owner").focus(),
        lambda page: page.locator("details.card__move").first.evaluate(
            "(one) => { one.open = true; }"
        ),
        lambda page: page.locator("h1").select_text(),
        lambda page: page.locator(".card").first.evaluate("(one) => { one.dataset.lifted = ''; }"),
    ],
    ids=["a filter has the focus", "a menu is open", "text is selected", "a card is dragged"],
)
def test_nothing_changes_while_somebody_is_at_work(opened: Page, place: Place, work: Callable):
    move(place)
    work(opened)
    not_refreshed(opened)
    expect(column(opened, "Applied").locator(".card")).to_have_count(2)


def test_updates_can_be_paused_and_go_on(opened: Page, place: Place, axe: Callable):
    opened.get_by_role("button", name="Pause updates").click()
    move(place)
    not_refreshed(opened)
    opened.clock.resume()
    assert axe(opened) == []
    expect(column(opened, "Applied").locator(".card")).to_have_count(2)
    opened.get_by_role("button", name="Updates are paused: go on").click()
    expect(column(opened, "Interview").locator(".card")).to_have_count(1)
    expect(opened.get_by_role("button", name="Pause updates")).to_be_visible()


def test_a_pause_lasts_until_it_is_ended(opened: Page):
    opened.get_by_role("button", name="Pause updates").click()
    opened.reload()
    expect(opened.get_by_role("button", name="Updates are paused: go on")).to_be_visible()
    not_refreshed(opened)


def test_a_window_that_comes_back_is_up_to_date_at_once(opened: Page, place: Place):
    move(place)
    opened.clock.run_for(5_000)
    opened.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(column(opened, "Interview").locator(".card")).to_have_count(1)


def test_where_nothing_happened_nothing_changes(opened: Page, place: Place):
    opened.evaluate(WATCH)
    refreshed(opened)
    opened.wait_for_function("() => window.changes.length > 0")
    assert set(opened.evaluate("() => window.changes")) <= UNSEEN


def test_a_page_that_cannot_be_kept_up_stays_and_says_so(
    opened: Page, axe: Callable[[Page], list[str]], shoot: Callable
):
    shown = opened.locator(".card").all_inner_texts()
    opened.route("**/jobs/*", lambda route: route.abort())
    opened.clock.run_for(4 * 60_000)
    line = opened.get_by_text("Not up to date since")
    expect(line).to_be_hidden()
    opened.clock.run_for(2 * 60_000)
    expect(line).to_be_visible()
    assert opened.locator(".card").all_inner_texts() == shown
    opened.clock.resume()
    shoot(opened, "board-not-up-to-date")
    assert axe(opened) == []
    opened.unroute("**/jobs/*")
    refreshed(opened)
    expect(line).to_be_hidden()


def test_a_sign_in_that_ended_leaves_the_page_as_it_is(opened: Page, place: Place):
    db.session.execute(update(UserSession).values(ended_at=clock.now()))
    db.session.commit()
    opened.clock.run_for(6 * 60_000)
    expect(opened.get_by_text("Not up to date since")).to_be_visible()
    expect(column(opened, "Applied").locator(".card")).to_have_count(2)
    assert opened.url.endswith(f"/jobs/{place.job}")


def test_a_page_that_asks_by_itself_keeps_no_sign_in_alive(opened: Page, place: Place):
    long_ago = clock.now() - timedelta(minutes=20)
    db.session.execute(update(UserSession).values(seen_at=long_ago))
    db.session.commit()
    refreshed(opened)
    assert seen_at() == long_ago
    opened.reload()
    assert seen_at() > long_ago


def seen_at() -> datetime:
    with db.engine.connect() as connection:
        return connection.scalars(select(UserSession.seen_at)).one()


def test_a_message_for_the_person_is_not_read_away(signed_in: Callable, place: Place):
    client = signed_in(Role.RECRUITER)
    with client.session_transaction() as session:
        session["_flashes"] = [("said", "Moved.")]
    assert "Moved." not in client.get(f"/jobs/{place.job}", headers={REFRESH: "1"}).text
    assert "Moved." in client.get(f"/jobs/{place.job}").text


def test_the_desk_keeps_up_as_well(page_for: Opener, place: Place):
    page = page_for(Role.RECRUITER)
    page.clock.install()
    page.goto("/desk")
    row = page.locator(f"#task-{place.leyla}")
    expect(row).to_be_visible()
    withdraw(place)
    refreshed(page)
    expect(row).to_have_count(0)
    expect(page.locator(f"#task-{place.marek}")).to_be_visible()
