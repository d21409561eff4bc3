"""Commands that run the product: `flask up`, `flask worker`, `flask db`."""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from config import ROOT, Settings
from recruiting import access, clock, migrate
from recruiting.accounts.models import User
from recruiting.db import db
from recruiting.demo import commands as demo
from recruiting.office import office
from recruiting.pipeline import facts
from recruiting.pipeline.models import Application
from recruiting.worker import Worker

STOP_WITHIN = 15.0  # seconds for both children to finish what they are at
POLL = 0.2
END_WITH_PARENT = 1  # PR_SET_PDEATHSIG
HOST = "127.0.0.1"


@click.command("up")
@with_appcontext
def up() -> None:
    """Start the product: schema, demonstration data if there is none, web server and worker."""
    settings: Settings = current_app.extensions["settings"]
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_taken(settings.port)
    migrate.upgrade(settings.database_url)
    access.refuse_demo_users(current_app)
    while facts.arrive(office(), now=clock.now()):  # after a migration that is every timeline
        db.session.commit()
    if not settings.is_production and _is_empty():
        click.echo("Filling the empty database with demonstration data …")
        demo.fill_empty()
    click.echo(f"\nHeardback runs at http://localhost:{settings.port}   (stop: Ctrl-C)")
    if settings.mail_server is not None and not settings.public_url:
        click.echo(f"HEARDBACK_PUBLIC_URL is not set: links in our mails lead to {settings.home}")
    if not settings.is_production:
        demo.say_sign_ins()
    db.session.remove()
    db.engine.dispose()
    raise SystemExit(_run_both(settings))


def _is_empty() -> bool:
    return not any(
        db.session.scalar(select(func.count()).select_from(table)) for table in (User, Application)
    )


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} is taken; stop the other program or choose one: PORT=8001 make run"
            ) from error


def _run_both(settings: Settings) -> int:
    """Run web server and worker until a signal comes or one of them ends; stop both."""
    web = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{HOST}:{settings.port}"]
    web += ["--worker-class", "gthread", "--workers", "1", "--threads", "32"]
    web += ["--graceful-timeout", "10", "--timeout", "120", "--log-level", "warning"]
    web += ["--no-control-socket"]
    children = [_start(web), _start([sys.executable, "-m", "flask", "worker"])]
    asked: list[int] = []
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda number, _frame: asked.append(number))
    while not asked and all(child.poll() is None for child in children):
        time.sleep(POLL)
    if not asked:
        names = ("web server", "worker")
        ended = (name for name, one in zip(names, children, strict=True) if one.poll() is not None)
        click.echo(f"The {' and the '.join(ended)} ended, so everything is stopped.")
    _stop(children)
    return 0 if asked else 1


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process alone, which then stops the children.
    return subprocess.Popen(  # noqa: S603 - our own words
        command,
        cwd=Path(ROOT),
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread
    )


def _end_with_parent() -> None:
    """Let the kernel end a child whose parent is killed; Linux alone can (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGTERM)


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=STOP_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def unwrapped(app: Flask) -> Flask:
    """The application itself, behind the proxy of this context."""
    return getattr(app, "_get_current_object")()  # noqa: B009 - typed as the app it stands for


@click.command("worker")
@click.option("--once", is_flag=True, help="Take every step once and end.")
@with_appcontext
def worker(*, once: bool) -> None:
    """Attend to what is due, until stopped."""
    access.refuse_demo_users(current_app)
    one = Worker(unwrapped(current_app))
    if once:
        one.tick(clock.now())
    else:
        one.run()


@click.group("db")
def database() -> None:
    """The schema of the database."""


@database.command("upgrade")
@click.argument("revision", default="head")
@with_appcontext
def upgrade(revision: str) -> None:
    """Migrate up to REVISION (the newest by default)."""
    settings: Settings = current_app.extensions["settings"]
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate.upgrade(settings.database_url, revision)


@database.command("downgrade")
@click.argument("revision")
@with_appcontext
def downgrade(revision: str) -> None:
    """Migrate down to REVISION; `base` removes every table."""
    migrate.downgrade(current_app.extensions["settings"].database_url, revision)


@database.command("current")
@with_appcontext
def current() -> None:
    """Say which revision the database is at, and the newest one."""
    with db.engine.connect() as connection:
        click.echo(f"{migrate.current(connection) or 'empty'} (newest: {migrate.head()})")


COMMANDS: tuple[click.Command, ...] = (up, worker, database)
