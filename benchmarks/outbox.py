"""How many mails a second one worker delivers to a server on this machine, each one committed.

Every mail is a follow-up's kin with a history behind it: asked about once more before it leaves,
handed over by SMTP, and told to the timeline as a touch.
"""

from __future__ import annotations

import multiprocessing
import socketserver
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from sqlalchemy import select

from benchmarks.board import fill
from benchmarks.table import Row, best_of
from config import Settings
from recruiting import clock, migrate, outgoing
from recruiting.app import create_app
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import db
from recruiting.messages import services
from recruiting.messages.rules import Purpose
from recruiting.pipeline.models import Application

ROUNDS, EACH = 3, 200
LEAST = 100.0  # mails a second
BODY = "Good morning,\n\n" + "a line that somebody wrote with care.\n" * 12 + "\nAnna Weber"


class Taker(socketserver.StreamRequestHandler):
    """Takes every mail."""

    def handle(self) -> None:
        """Talk SMTP until they quit."""
        self._say("220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                while self.rfile.readline() not in {b".\r\n", b""}:
                    pass
            self._say("221 bye" if verb == b"QUIT" else "250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def serve(tell: Connection) -> None:
    """Take mails for as long as this process lives; tells its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Taker) as running:
        tell.send(running.server_address[1])
        running.serve_forever()


@contextmanager
def server() -> Generator[int]:
    """A server on this machine, in a process of its own; its port."""
    context = multiprocessing.get_context("spawn")
    hear, tell = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(tell,), daemon=True)
    process.start()
    yield hear.recv()
    process.terminate()


def run() -> list[Row]:
    """Queue and deliver mails to people who have an application with a history."""
    with tempfile.TemporaryDirectory() as folder, server() as port:
        url = f"sqlite:///{folder}/bench.db"
        migrate.upgrade(url)
        settings = Settings(
            secret_key="b" * 40,
            database_url=url,
            instance=Path(folder),
            smtp_url=f"smtp://127.0.0.1:{port}",
            mail_from="jobs@nordwind.example",
        )
        now = clock.now()
        with create_app(settings).app_context():
            fill(Random(7), now)
            db.session.commit()
            queue(now)
            seconds = best_of(ROUNDS, lambda: deliver(now))
            db.session.remove()
    return [Row("a mail delivered, at most", 1000 * seconds / EACH, 1000 / LEAST, "ms")]


def queue(now: datetime) -> None:
    """Write as many mails as all rounds deliver, to one person after the other."""
    people = list(db.session.scalars(select(Application).order_by(Application.id)))
    for application in people:
        address = f"candidate{application.candidate_id}@example.org"
        db.session.add(
            Address(
                candidate_id=application.candidate_id,
                kind=AddressKind.EMAIL,
                value=address,
                key=address,
                is_primary=True,
                state=AddressState.GOOD,
            )
        )
    for number, application in zip(range(ROUNDS * EACH), cycle(people), strict=False):
        services.queue(
            application,
            Purpose.WRITTEN,
            occurrence=f"bench {number}",
            to_address=f"candidate{application.candidate_id}@example.org",
            language="en",
            subject="About the next step",
            body=BODY,
            by=None,
            asks=True,
            is_automatic=False,
            now=now - timedelta(minutes=1),
            domain="nordwind.example",
        )
    db.session.commit()


def deliver(now: datetime) -> None:
    """Deliver as many mails as a round holds, as the worker does."""
    round_ = outgoing.Deliveries("bench")
    round_.begin_round(now)
    db.session.commit()
    for _ in range(EACH):
        if not round_.next():
            raise RuntimeError("a mail is missing")
        db.session.commit()
        db.session.remove()
    round_.close()
