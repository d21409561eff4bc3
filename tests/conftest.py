"""What every test may ask for: an application with its own database, a client, a frozen clock.

`--database both` runs each test that touches a database on SQLite and on PostgreSQL. With
REQUIRE_POSTGRES and REQUIRE_BROWSER set, nothing may be skipped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_sqlalchemy import SQLAlchemy

from config import Settings
from recruiting.accounts import tries
from recruiting.accounts.models import User
from recruiting.accounts.rules import Role
from recruiting.app import create_app
from recruiting.db import db as handle
from tests import compiled, databases, mailservers, make, postgres
from tests.browsers import (  # noqa: F401
    axe,
    browser,
    live_server,
    look_at,
    new_page,
    page,
    page_for,
    shoot,
    stopped,
)
from tests.clients import Client, Runner
from tests.network import Network

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENGINES = {"sqlite": ["sqlite"], "postgres": ["postgres"], "both": ["sqlite", "postgres"]}
REQUIRED = ("REQUIRE_POSTGRES", "REQUIRE_BROWSER")
STRICT = all(map(os.environ.get, REQUIRED))

hypothesis.settings.register_profile("house", deadline=None, derandomize=STRICT)
hypothesis.settings.load_profile("house")


# --- the run -----------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=ENGINES, default="sqlite", help="engines to test on")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.end_run()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches a database on each engine asked for; a browser needs only one."""
    if "engine" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    engines = ENGINES[metafunc.config.getoption("database")]
    if "postgres" in marks:
        engines = ["postgres"]
    elif "sqlite" in marks or "live_server" in metafunc.fixturenames:
        engines = ["sqlite"]
    chosen = [
        pytest.param(name, marks=pytest.mark.postgres if name == "postgres" else ())
        for name in engines
    ]
    metafunc.parametrize("engine", chosen)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: object) -> Iterator[None]:
    report = yield
    return refuse_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    return refuse_skip(report)


def refuse_skip(report: Any) -> Any:
    """Where everything is required, what was not run has failed."""
    if STRICT and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, though {' and '.join(REQUIRED)} are set: {report.longrepr}"
    return report


def missing(what: str, requirement: str) -> NoReturn:
    """Skip for want of something; fail if it is required."""
    stop = pytest.fail if os.environ.get(requirement) else pytest.skip
    stop(what)


# --- the network -------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def network() -> Iterator[Network]:
    """Watch over every socket of this process."""
    with pytest.MonkeyPatch.context() as patch:
        yield Network(patch)


@pytest.fixture
def loopback(network: Network) -> Iterator[None]:
    """Let this test talk to servers on this machine."""
    network.is_loopback_open = True
    yield
    network.is_loopback_open = False


@pytest.fixture
def mail_server(loopback: None) -> Iterator[mailservers.MailServer]:
    """An IMAP server of the test's own: Dovecot, or pymap where that is not installed."""
    try:
        with mailservers.running(mailservers.best()) as started:
            yield started
    except mailservers.NoServer as problem:
        missing(f"no IMAP server: {problem}", "REQUIRE_MAIL")


# --- the database ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> databases.SqliteTemplate:
    return databases.SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """URL of a PostgreSQL on which tests may create databases."""
    try:
        return postgres.server_url()
    except postgres.NoServer as problem:
        missing(f"no PostgreSQL: {problem}", "REQUIRE_POSTGRES")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[databases.PostgresTemplate]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw")
    template = databases.PostgresTemplate(postgres_server, f"hb_{os.getpid()}_{worker}")
    yield template
    template.close()


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own, migrated and empty."""
    template: databases.Template = request.getfixturevalue(f"{engine}_template")
    url = template.copy(tmp_path)
    yield url
    databases.close_all()
    template.drop(url)


# --- the application ---------------------------------------------------------------------------


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """How the application of this test is set up; override it to choose otherwise."""
    return Settings(
        secret_key="a key for tests, long enough for anybody",
        database_url=database_url,
        demo_password="correct horse battery staple",
        instance=tmp_path / "instance",
        testing=True,
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a database of its own, with its context pushed for the test."""
    settings.instance.mkdir(exist_ok=True)
    app = compiled.share(create_app(settings))
    app.test_client_class = Client
    app.test_cli_runner_class = Runner
    with app.app_context():
        yield app
        handle.session.remove()
        for engine in handle.engines.values():
            engine.dispose()


@pytest.fixture
def another(app: Flask, settings: Settings) -> Iterator[Callable[..., Flask]]:
    """A second process of the installation, perhaps set up otherwise: `another(env="…")`."""
    made: list[Flask] = []

    def make_app(**changes: Any) -> Flask:
        made.append(compiled.share(create_app(replace(settings, **changes))))
        return made[-1]

    yield make_app
    for one in made:
        with one.app_context():
            for engine in handle.engines.values():
                engine.dispose()


@pytest.fixture
def db(app: Flask) -> SQLAlchemy:
    """The handle; `db.session` is the test's own session."""
    return handle


@pytest.fixture
def client(app: Flask) -> Client:
    """A visitor who has not signed in."""
    return Client(app, app.response_class)


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., Client]:
    """A signed-in browser: `signed_in(Role.HR)` makes the user, `signed_in(user)` takes yours."""

    def sign_in(who: Role | User = Role.RECRUITER) -> Client:
        client = Client(app, app.response_class)
        client.sign_in(make.user(who) if isinstance(who, Role) else who)
        return client

    return sign_in


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """A terminal: `runner.invoke(args=["journal", "import", path])`."""
    return app.test_cli_runner()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network may come with a thousand bad links before it is asked to wait."""
    monkeypatch.setattr(tries, "MOST_BAD_LINKS", 1000)


@pytest.fixture
def frozen() -> Iterator[Callable[[datetime], None]]:
    """Stop the clock on Monday, 2 March 2026, 9:00 UTC; call it to set another moment."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield lambda moment: traveller.move_to(moment.astimezone(UTC), tick=False)
