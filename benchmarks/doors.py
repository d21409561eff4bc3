"""How fast the candidate's feedback page is over the line, and how many answers a second it takes.

The web server is the product's own (gunicorn with threads), here with two processes on SQLite. Who
asks is one light process on the same cores: a handful of connections that stay open, each with the
next request as soon as the last answer is whole. So the figures hold what asking costs as well.
"""

from __future__ import annotations

import os
import secrets
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, insert, select

from benchmarks.table import Row
from config import ROOT, Settings
from recruiting import clock, migrate
from recruiting.app import create_app
from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.feedback import opening
from recruiting.feedback.models import Answer, Invitation
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import guess_kind, title_key
from recruiting.pipeline import facts
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome

PROCESSES, CONNECTIONS = 2, 6
SECONDS, ROUNDS = 4.0, 3
NAMED, NAMELESS = 800, 100
LEAST_PAGES, LONGEST_MS, LEAST_ANSWERS = 400.0, 25.0, 100.0
SECRET = secrets.token_urlsafe(40)
LONGEST_SILENCE = 10.0  # seconds, after which a server has died
WHERE = f"{PROCESSES} server processes, who asks on the same cores"
ANSWERED = {"again": "3", "reasons": "pace", "wish": "Say sooner what happens next."}


@dataclass
class Talk:
    """One connection that stays open: what it sent when, and what has come of the answer."""

    line: socket.socket
    begun: float = 0.0
    got: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        """Ask."""
        self.begun, self.got = time.perf_counter(), bytearray()
        self.line.sendall(request)

    def status(self) -> int:
        """Read what is there; the status once the answer is whole, 0 before."""
        if not (more := self.line.recv(65_536)):
            raise ConnectionError("the server has ended a connection")
        self.got += more
        head, blank, body = bytes(self.got).partition(b"\r\n\r\n")
        if not blank:
            return 0
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        return int(head[9:12]) if len(body) >= length else 0


@dataclass(frozen=True)
class Pace:
    """What came of many requests: how many a second, and what the slow ones took."""

    each_ms: float
    p95_ms: float
    refused: int


def run() -> list[Row]:
    """Start the server, ask for pages, then give one answer after the other."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        paths = prepared(url, Path(folder))
        named, nameless = paths[:NAMED], paths[NAMED : NAMED + NAMELESS]
        with server(url, Path(folder)) as port:
            pages = [asked(port, paths, SECONDS) for _ in range(ROUNDS)]
            sent = ask(port, posts(named, {**ANSWERED, "how": "named"}))
            sealed = ask(port, posts(nameless, {**ANSWERED, "how": "anonymous"}))
        lost = NAMED + NAMELESS - stored(url, Path(folder))
    best = min(pages, key=lambda pace: pace.each_ms)
    refused = sum(pace.refused for pace in (*pages, sent, sealed)) + lost
    most = 1000 / LEAST_ANSWERS
    return [
        Row(f"a feedback page ({WHERE})", best.each_ms, 1000 / LEAST_PAGES, "ms"),
        Row("… 95 of 100 within", best.p95_ms, LONGEST_MS, "ms"),
        Row(f"feedback taken, with a name ({WHERE})", sent.each_ms, most, "ms"),
        Row(f"feedback taken, without, up to {NAMELESS} sealed", sealed.each_ms, most, "ms"),
        Row("refused or lost, of all of these", refused, 0, ""),
    ]


def asked(port: int, paths: Sequence[str], seconds: float) -> Pace:
    """Ask for pages for a while, one after the other and then from the start."""
    ends = time.perf_counter() + seconds

    def requests() -> Iterator[bytes]:
        while True:
            for path in paths:
                if time.perf_counter() > ends:
                    return
                yield f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()

    return ask(port, requests())


def posts(paths: Sequence[str], said: dict[str, str]) -> Iterator[bytes]:
    """The form of each page, sent once."""
    for number, path in enumerate(paths):
        body = urlencode({**said, "number": f"{number:024}"})
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        yield f"{head}{kind}{body}".encode()


def ask(port: int, requests: Iterator[bytes]) -> Pace:
    """Send all requests over a few connections; an answer other than 200 counts as refused."""
    took, refused = [], 0
    begun = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for _place, request in zip(range(CONNECTIONS), requests, strict=False):
            talk = Talk(socket.create_connection(("127.0.0.1", port)))
            talk.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting.register(talk.line, selectors.EVENT_READ, talk)
            talk.send(request)
        while waiting.get_map():
            if not (ready := waiting.select(LONGEST_SILENCE)):
                raise TimeoutError("the server does not answer")
            for key, _events in ready:
                talk = key.data
                if not (status := talk.status()):
                    continue
                took.append(time.perf_counter() - talk.begun)
                refused += status != 200
                if (request := next(requests, None)) is not None:
                    talk.send(request)
                else:
                    waiting.unregister(talk.line)
                    talk.line.close()
    each = (time.perf_counter() - begun) / len(took)
    return Pace(1000 * each, 1000 * sorted(took)[len(took) * 95 // 100], refused)


@contextmanager
def server(url: str, folder: Path) -> Generator[int]:
    """The product's web server in production, with two processes; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "HEARDBACK_ENV": "production",
        "HEARDBACK_EMPLOYER": "Nordwind GmbH",
        "HEARDBACK_PUBLIC_URL": "https://jobs.nordwind.example",
        "HEARDBACK_INSTANCE": str(folder),
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
    }
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", str(PROCESSES), "--threads", "32"]
    command += ["--log-level", "warning", "--no-control-socket"]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stderr=log)
    try:
        wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait(timeout=30)


def wait_for(port: int, seconds: float = 60.0) -> None:
    """Return once both processes had time to answer."""
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        try:
            ready = b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n"
            ask(port, iter([ready] * 20 * CONNECTIONS))
        except ConnectionRefusedError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the server does not start")


def prepared(url: str, folder: Path) -> list[str]:
    """A database with open invitations; the path of each."""
    migrate.upgrade(url)
    settings = Settings(secret_key=SECRET, database_url=url, instance=folder)
    with create_app(settings).app_context():
        fill(NAMED + NAMELESS, clock.now())
        found = db.session.scalars(select(Invitation).order_by(Invitation.id))
        paths = [urlsplit(opening.link_for(one)).path for one in found]
        db.session.remove()
        db.engine.dispose()
    return paths


def stored(url: str, folder: Path) -> int:
    """How many invitations were used, of which those with a name have their answer."""
    settings = Settings(secret_key=SECRET, database_url=url, instance=folder)
    with create_app(settings).app_context():
        used = select(func.count()).select_from(Invitation).where(Invitation.is_used)
        answers = select(func.count()).select_from(Answer)
        numbers = db.session.scalar(used) or 0, db.session.scalar(answers) or 0
        db.session.remove()
        db.engine.dispose()
    return numbers[0] if numbers[1] == NAMED else 0


def fill(number: int, now: datetime) -> None:
    """One job whose candidates withdrew and were invited."""
    ids = range(1, number + 1)
    job = {"id": 1, "title": "Engineer", "title_key": "engineer", "created_at": now}
    stage = {"id": 1, "job_id": 1, "name": "Applied", "name_key": title_key("Applied")}
    stage |= {"kind": guess_kind("Applied"), "position": 1}
    blank = facts.blank(stage_id=1, at=now - timedelta(days=9))
    db.session.execute(insert(Job), [job])
    db.session.execute(insert(Stage), [stage])
    names = [{"id": n, "name": f"Candidate {n}", "language": "en"} for n in ids]
    db.session.execute(insert(Candidate), [one | {"created_at": now} for one in names])
    ended = {**blank, "outcome": Outcome.WITHDRAWN}
    rows = [{"id": n, "candidate_id": n, "job_id": 1, "version": 1} | ended for n in ids]
    db.session.execute(insert(Application), rows)
    times = {"created_at": now, "expires_at": now + timedelta(days=30)}
    invited = [{"application_id": n, "language": "en"} | times for n in ids]
    named = [one | {"id": secrets.token_urlsafe(32)} for one in invited]
    db.session.execute(insert(Invitation), named)
    db.session.commit()
