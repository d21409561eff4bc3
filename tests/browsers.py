"""A real browser before the running application: pages, pictures, and what axe finds wrong.

Every page is watched: a script error, or anything that the content security policy had to stop,
fails the test that opened it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server

import bootstrap
from recruiting.accounts.models import User
from recruiting.accounts.rules import Role
from recruiting.db import db
from tests.clients import Client

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "instance" / "screenshots"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PATIENCE_MS = 10_000
MOST = 60_000  # bytes over the wire of a page that candidates read
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    (
        "--host-resolver-rules="
        "MAP plain.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    ),
]
# The same server under a name that no browser trusts, as one on plain HTTP in an office has.
UNTRUSTED = "plain.example"
REPORT_STOPPED = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
RUN_AXE = """
async () => (await axe.run()).violations.flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.html}`))
"""
# What a drawing writes beyond its edge makes no page wider: it is asked for by itself.
FITS = """
() => document.documentElement.scrollWidth <= innerWidth
  && [...document.querySelectorAll("svg text, svg p")].every((text) => {
    const place = text.getBoundingClientRect();
    return place.left >= 0 && place.right <= innerWidth;
  })
"""
ASK_LOOK = """
() => [document.documentElement.lang,
       matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
       innerWidth]
"""


@dataclass(frozen=True)
class Look:
    """How somebody sees a page: language, colour scheme and width in CSS pixels."""

    lang: str = "en"
    scheme: Literal["light", "dark"] = "light"
    width: int = 1440

    def __str__(self) -> str:
        return f"{self.lang}-{self.scheme}-{self.width}"

    @property
    def viewport(self) -> ViewportSize:
        """Width and height in CSS pixels."""
        return {"width": self.width, "height": 800 if self.width < 600 else 900}

    @property
    def options(self) -> dict[str, Any]:
        """The same in the words of playwright."""
        return {
            "locale": {"de": "de-DE", "en": "en-GB"}[self.lang],
            "color_scheme": self.scheme,
            "viewport": self.viewport,
        }

    def change(self, page: Page) -> None:
        """Turn an open page of the same language into this look, without loading it again."""
        page.emulate_media(color_scheme=self.scheme)
        page.set_viewport_size(self.viewport)


LANGUAGES = ("en", "de")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOOKS = tuple(
    Look(lang, scheme, width) for lang in LANGUAGES for scheme in SCHEMES for width in (360, 1440)
)

# Each language, scheme and width twice, and no two of them always together.
ASKED_OF_AXE = {
    Look("en", "light", 1440), Look("en", "dark", 360),
    Look("de", "light", 360), Look("de", "dark", 1440),
}  # fmt: skip


class Silent(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log(self, type: str, message: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def live_server(app: Flask, loopback: None) -> Iterator[str]:
    """Address of the application, served in a thread on this test's own database.

    Commit what you made before you open a page: an open transaction keeps the server waiting.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    with sync_playwright() as playwright:
        path = _path(playwright.chromium.executable_path)
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS + root)
        yield browser
        browser.close()


@pytest.fixture
def stopped() -> Iterator[list[str]]:
    """What the pages of this test did that they may not; must be empty in the end."""
    problems: list[str] = []
    yield problems
    assert not problems, "\n".join(problems)


@pytest.fixture
def new_page(
    browser: Browser, live_server: str, stopped: list[str]
) -> Iterator[Callable[..., Page]]:
    """Make pages, each in a browser profile of its own: `new_page(Look("de"), **options)`.

    Addresses may begin with `/`. Options are those of playwright's `new_context`.
    """
    contexts: list[BrowserContext] = []

    def make(look: Look | None = None, **options: Any) -> Page:
        chosen: dict[str, Any] = {"reduced_motion": "reduce", **(look or Look()).options, **options}
        context = browser.new_context(base_url=live_server, **chosen)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(REPORT_STOPPED)
        context.on("console", lambda message: _note(message, stopped))
        context.on("weberror", lambda error: stopped.append(f"script error: {error.error}"))
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """An English page in light colours, 1440 px wide."""
    return new_page()


@pytest.fixture
def page_for(
    new_page: Callable[..., Page], signed_in: Callable[..., Client], live_server: str
) -> Callable[..., Page]:
    """Make pages of somebody signed in: `page_for(Role.HR, Look("de", "dark", 360))`."""

    def make(who: Role | User = Role.RECRUITER, *arguments: Any, **options: Any) -> Page:
        client = signed_in(who)
        db.session.commit()
        name = client.application.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        page = new_page(*arguments, **options)
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": live_server}])
        return page

    return make


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Ask axe what is wrong with a page: `assert axe(page) == []`."""

    def findings(page: Page) -> list[str]:
        page.evaluate(AXE)
        return page.evaluate(RUN_AXE)

    return findings


@pytest.fixture
def shoot() -> Callable[[Page, str], Path | None]:
    """Take a picture of a whole page, in runs that were asked for pictures (`make pictures`).

    Language, scheme and width are read from the page itself.
    """

    def picture(page: Page, name: str) -> Path | None:
        if not os.environ.get("PICTURES"):
            return None
        lang, scheme, width = page.evaluate(ASK_LOOK)
        path = PICTURES / f"{name}-{lang}-{scheme}-{width}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return picture


@pytest.fixture
def look_at(
    axe: Callable[[Page], list[str]], shoot: Callable[[Page, str], object]
) -> Callable[[Page, str], list[str]]:
    """See an open page in every look of its language: `assert look_at(page, "desk") == []`.

    Takes a picture of each if asked to, and says what axe finds and what runs over the edge.
    """

    def problems(page: Page, name: str) -> list[str]:
        lang = page.evaluate("document.documentElement.lang")
        assert lang in LANGUAGES, lang
        found: list[str] = []
        for look in (look for look in LOOKS if look.lang == lang):
            look.change(page)
            shoot(page, name)
            wrong = axe(page) if look in ASKED_OF_AXE else []
            wrong += [] if page.evaluate(FITS) else ["runs over the edge"]
            found += [f"{name} ({look}): {one}" for one in wrong]
        return found

    return problems


def weight(page: Page, path: str) -> int:
    """The bytes that a page costs over the wire, with all that it loads, fonts as well."""
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    page.on("requestfinished", note)
    page.goto(path, wait_until="networkidle")
    return sum(request.sizes()["responseBodySize"] for request in requests)


def _path(own: str) -> str:
    """Where Chromium is, as `make browser` finds it; without one the test cannot run."""
    found = os.environ.get("BROWSER_PATH") or bootstrap.installed_browser(own)
    if found is None:
        stop = pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip
        stop("no Chromium; run `make browser` or set BROWSER_PATH")
    return found


def _note(message: ConsoleMessage, problems: list[str]) -> None:
    if "Content Security Policy" in message.text:
        problems.append(f"{message.text} (on {message.page.url if message.page else 'no page'})")
