"""Stories play on the demonstration data, filled once and copied for each story."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from config import Settings
from recruiting import clock, migrate
from recruiting.app import create_app
from recruiting.db import db
from recruiting.demo import talk
from recruiting.demo.fill import fill
from recruiting.feedback import keys
from recruiting.office import office

PASSWORD = "correct horse battery staple"
SECRET = "a key for tests, long enough for anybody"  # of every test's application


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nine months of demonstration data, ending now."""
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "demo.db"
    url = f"sqlite:///{file}"
    migrate.upgrade(url)
    app = create_app(Settings(secret_key="k" * 40, database_url=url, instance=folder, testing=True))
    with app.app_context():
        kept = keys.hashes([SECRET], talk.key(SECRET))[0]
        fill(clock.now(), office(), PASSWORD, key_hash=kept)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return file


@pytest.fixture
def database_url(demo_file: Path, tmp_path: Path) -> str:
    """The story's own copy."""
    target = tmp_path / "heardback.db"
    shutil.copyfile(demo_file, target)
    return f"sqlite:///{target}"


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    """Sign somebody of the demonstration data in, by hand: `sign_in(page, "recruiter")`."""

    def act(page: Page, who: str) -> None:
        page.goto("/sign-in")
        page.locator("input[name=email]").fill(f"{who}@heardback.test")
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button").click()
        page.wait_for_url(lambda url: "sign-in" not in url)

    return act
