"""How long it takes to list silences and to read every timeline anew, with 100,000 applications."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import insert

from benchmarks.table import Row
from config import Settings
from recruiting import migrate
from recruiting.app import create_app
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import db
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import guess_kind
from recruiting.pipeline import facts
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind
from recruiting.silence import chances, judged, listing
from recruiting.workdays import Office

APPLICATIONS = 100_000
JOBS = 40
STAGES = ("Applied", "Phone screen", "Assignment", "Interview", "Offer")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OFFICE = Office()
LIMIT_SECONDS = 5.0
ROUNDS = 3


def run() -> list[Row]:
    """List all silences now, and as known half a year ago; read every timeline anew."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        migrate.upgrade(url)
        app = create_app(
            Settings(secret_key="b" * 40, database_url=url, instance=Path(folder), testing=True)
        )
        with app.app_context():
            fill(Random(7))
            rebuilt = timed(lambda: facts.refresh(None, OFFICE, now=NOW))
            db.session.commit()
            return [
                Row("list 100,000 applications, now", listed(None), LIMIT_SECONDS, "s"),
                Row(
                    "list 100,000 applications, as of half a year ago",
                    listed(NOW - timedelta(days=180)),
                    None,
                    "s",
                ),
                Row("read 100,000 timelines anew", rebuilt, None, "s"),
                Row("judge the silence clock on them", timed(judge), None, "s"),
            ]


def listed(as_of: datetime | None) -> float:
    """Median seconds of a listing whose reply curves are fitted afresh, as a command does."""

    def once() -> None:
        chances.forget()
        db.session.rollback()
        lines = listing.lines(NOW, OFFICE, as_of=as_of)
        for line in lines:
            line.as_dict()

    gc.disable()  # as the command does
    try:
        return median(timed(once) for _ in range(ROUNDS))
    finally:
        gc.enable()


def judge() -> None:
    """Work out what the page on the silence clock shows, as after an import."""
    judged.forget()
    found = judged.judged(NOW, OFFICE)
    if found.figures is None:
        raise SystemExit(f"the made-up log cannot be judged: {found.why}")


def timed(act: Callable[[], object]) -> float:
    """Seconds that `act` took."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def fill(rng: Random) -> None:
    """Candidates, jobs, applications and their mails over two years."""
    db.session.execute(
        insert(Job),
        [{"id": n, "title": f"Job {n}", "title_key": f"job {n}", "created_at": NOW}
         for n in range(1, JOBS + 1)],
    )  # fmt: skip
    db.session.execute(insert(Stage), list(stages()))
    ids = range(1, APPLICATIONS + 1)
    db.session.execute(
        insert(Candidate),
        [{"id": n, "name": f"Candidate {n}", "created_at": NOW} for n in ids],
    )
    db.session.execute(insert(Address), [address(n) for n in ids])
    begun = [(n, NOW - timedelta(hours=rng.randrange(24 * 700))) for n in ids]
    db.session.execute(insert(Application), [application(n, at) for n, at in begun])
    db.session.execute(insert(Event), [row for n, at in begun for row in events(n, at, rng)])
    db.session.commit()


def stages() -> Iterator[dict]:
    """The same five stages for every job."""
    for job in range(1, JOBS + 1):
        for place, name in enumerate(STAGES):
            yield {
                "id": (job - 1) * len(STAGES) + place + 1,
                "job_id": job,
                "name": name,
                "name_key": name.casefold(),
                "kind": guess_kind(name),
                "position": place,
            }


def address(number: int) -> dict:
    """One mail address."""
    email = f"candidate{number}@example.org"
    return {
        "candidate_id": number,
        "kind": AddressKind.EMAIL,
        "value": email,
        "key": email,
        "is_primary": True,
        "state": AddressState.GOOD,
    }


def application(number: int, at: datetime) -> dict:
    """An application whose timeline is not read yet."""
    job = number % JOBS
    first = job * len(STAGES) + 1
    return {
        "id": number,
        "candidate_id": number,
        "job_id": job + 1,
        "version": 1,
        **facts.blank(stage_id=first, at=at),
    }


def events(number: int, at: datetime, rng: Random) -> Iterator[dict]:
    """Three to eight touches back and forth, the last ones often unanswered."""
    inward = True
    for _ in range(rng.randrange(3, 9)):
        direction = Direction.IN if inward else Direction.OUT
        yield {
            "application_id": number,
            "at": at,
            "kind": Kind.MESSAGE,
            "direction": direction,
            "channel": Channel.EMAIL,
            "awaits_reply": True,
            "subject": "",
            "body": "",
            "by": None if inward else "recruiter@heardback.test",
            "asks": False,
            "leaves_open": False,
            "recorded_at": at,
        }
        inward = not inward if rng.random() < 0.85 else inward
        at = min(NOW, at + timedelta(hours=rng.expovariate(1 / 60)))
