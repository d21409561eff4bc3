"""How many mails a second one worker stores and files: read, placed, told, all committed."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks.board import fill
from benchmarks.table import Row, best_of
from config import Settings
from recruiting import clock, incoming, migrate
from recruiting.app import create_app
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import db
from recruiting.messages import receiving

ROUNDS, EACH = 3, 100
MAILS = ROUNDS * EACH
LEAST = 50.0  # mails a second
KINDS = (
    ("Re: About the next step", "Yes, Tuesday at ten suits me well.\n\nKind regards", ""),
    ("Abwesenheitsnotiz", "Ich bin bis einschließlich 14.08. nicht im Büro.", "auto-replied"),
    ("Re: About the next step", "I have to withdraw my application, I am sorry.", ""),
)
QUOTED = "\n\nOn Mon, 2 Mar 2026 at 10:00, Nordwind wrote:\n" + "> a line that we wrote\n" * 40


def run() -> list[Row]:
    """Store and file mails of people who have an application with a history, one by one."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        migrate.upgrade(url)
        # Not set up for testing: connections are kept, as in a worker.
        settings = Settings(secret_key="b" * 40, database_url=url, instance=Path(folder))
        now = clock.now()
        with create_app(settings).app_context():
            world(now)
            numbers = iter(range(1, MAILS + 1))
            seconds = best_of(ROUNDS, lambda: take(list(islice(numbers, EACH)), now))
            db.session.remove()
    return [Row("a mail stored and filed, at most", 1000 * seconds / EACH, 1000 / LEAST, "ms")]


def world(now: datetime) -> None:
    """People who can be known by their address."""
    fill(Random(7), now)
    for number in range(1, MAILS + 1):
        address = f"candidate{number}@example.org"
        db.session.add(
            Address(
                candidate_id=number,
                kind=AddressKind.EMAIL,
                value=address,
                key=address,
                is_primary=True,
                state=AddressState.GOOD,
            )
        )
    db.session.commit()


def take(numbers: list[int], now: datetime) -> None:
    """Let some mails come in, then file them all."""
    for number in numbers:
        arrived_at = now - timedelta(minutes=MAILS - number)
        receiving.store(raw(number), source=f"bench:{number}", arrived_at=arrived_at, now=now)
        db.session.commit()
        db.session.remove()
    filed = 0
    while incoming.file_next(now):
        db.session.remove()  # as the worker does after each
        filed += 1
    if filed != EACH:
        raise RuntimeError(f"{filed} of {EACH} mails were filed")


def raw(number: int) -> bytes:
    """One mail as it travels."""
    subject, text, marked = KINDS[number % len(KINDS)]
    head = [
        f"From: Candidate {number} <candidate{number}@example.org>",
        "To: jobs@nordwind.example",
        f"Subject: {subject}",
        f"Message-ID: <{number}@example.org>",
        "Content-Type: text/plain; charset=utf-8",
        *([f"Auto-Submitted: {marked}"] if marked else []),
    ]
    return "\r\n".join([*head, "", text + QUOTED]).encode()
