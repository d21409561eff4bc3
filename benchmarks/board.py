"""How long the server takes for a board of 300 cards, and for the other pages of the day."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from benchmarks.table import Row, best_of
from config import Settings
from recruiting import clock, migrate
from recruiting.accounts import services as accounts
from recruiting.accounts.models import User
from recruiting.accounts.rules import Role
from recruiting.app import create_app
from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import guess_kind, title_key
from recruiting.office import office
from recruiting.pipeline import facts
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind

CARDS = 300
STAGES = ("Applied", "Phone screen", "Assignment", "Interview", "Offer")
LIMIT_MS = 150.0
ROUNDS = 15
MAIL = "recruiter@heardback.test"


def run() -> list[Row]:
    """Ask for the board, the desk and one application, as a signed-in recruiter does."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        migrate.upgrade(url)
        settings = Settings(
            secret_key="b" * 40, database_url=url, instance=Path(folder), testing=True
        )
        app = create_app(settings)
        with app.app_context():
            client = signed_in(app, clock.now())
            fill(Random(7), clock.now())
        return [
            Row(f"board of {CARDS} cards", milliseconds(client, "/jobs/1"), LIMIT_MS, "ms"),
            Row("desk", milliseconds(client, "/desk"), None, "ms"),
            Row("one application", milliseconds(client, "/applications/1"), None, "ms"),
        ]


def milliseconds(client: FlaskClient, url: str) -> float:
    """The best of some rounds; the first one, which compiles the template, does not count."""

    def ask() -> None:
        answer = client.get(url)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")

    ask()
    return best_of(ROUNDS, ask) * 1000


def signed_in(app: Flask, now: datetime) -> FlaskClient:
    """A recruiter's browser."""
    user = User(email=MAIL, name="R", role=Role.RECRUITER, password_hash="", created_at=now)
    db.session.add(user)
    db.session.flush()
    token = accounts.start_session(user.id, agent="benchmark", now=now)
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


def fill(rng: Random, now: datetime) -> None:
    """One job with `CARDS` active applications in all stages and states."""
    ids = range(1, CARDS + 1)
    job = {"id": 1, "title": "Engineer", "title_key": "engineer", "created_at": now}
    db.session.execute(insert(Job), [job])
    db.session.execute(insert(Stage), list(stages()))
    names = [{"id": n, "name": f"Candidate {n}", "created_at": now} for n in ids]
    db.session.execute(insert(Candidate), names)
    begun = {n: now - timedelta(hours=rng.randrange(24, 24 * 60)) for n in ids}
    rows = [
        {"id": n, "candidate_id": n, "job_id": 1, "source": rng.choice(("referral", "site"))}
        | {"version": 1, **facts.blank(stage_id=1, at=at)}
        for n, at in begun.items()
    ]
    db.session.execute(insert(Application), rows)
    db.session.execute(insert(Event), [row for n in ids for row in events(n, begun[n], now, rng)])
    facts.refresh(None, office(), now=now)
    db.session.commit()


def stages() -> Iterator[dict]:
    """The stages of the job."""
    for place, name in enumerate(STAGES, start=1):
        yield {
            "id": place,
            "job_id": 1,
            "name": name,
            "name_key": title_key(name),
            "kind": guess_kind(name),
            "position": place,
        }


def events(number: int, at: datetime, now: datetime, rng: Random) -> Iterator[dict]:
    """Mails back and forth until now, the last ones often unanswered."""
    inward, stage = True, 1
    while at < now:
        yield {
            "application_id": number,
            "stage_id": stage,
            "at": at,
            "kind": Kind.MESSAGE,
            "direction": Direction.IN if inward else Direction.OUT,
            "channel": Channel.EMAIL,
            "awaits_reply": True,
            "subject": "About the next step",
            "body": "A few words, as people write them.",
            "by": None if inward else MAIL,
            "asks": False,
            "leaves_open": False,
            "recorded_at": at,
        }
        inward = not inward if rng.random() < 0.75 else inward  # some write twice
        stage = min(len(STAGES), stage + (rng.random() < 0.3))
        at += timedelta(hours=rng.expovariate(1 / 90))
