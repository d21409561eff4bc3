"""How long the ghosting report takes with 100,000 applications: every table of both sides."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.silence import NOW, OFFICE, fill
from benchmarks.table import Row, best_of
from config import Settings
from recruiting import migrate
from recruiting.app import create_app
from recruiting.db import db
from recruiting.pipeline import facts as pipeline_facts
from recruiting.reports.depth import ends, jobs, months
from recruiting.reports.facts import facts, waited_long
from recruiting.reports.queries import whole, whole_ledger
from recruiting.reports.rules import By
from recruiting.reports.tables import tables

SMALLEST = 10
ROUNDS = 3
LIMIT_SECONDS = 10.0


def run() -> list[Row]:
    """Read every turn, now and as known half a year ago, and count it in every way."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        migrate.upgrade(url)
        app = create_app(
            Settings(secret_key="b" * 40, database_url=url, instance=Path(folder), testing=True)
        )
        with app.app_context():
            fill(Random(7))
            pipeline_facts.refresh(None, OFFICE, now=NOW)
            db.session.commit()
            before = NOW - timedelta(days=180)
            return [
                Row("report of 100,000 applications, now", seconds(), LIMIT_SECONDS, "s"),
                Row(
                    "report of 100,000 applications, as of half a year ago",
                    seconds(before, rounds=1),
                    None,
                    "s",
                ),
                Row("second page of 100,000 applications, now", depth(), LIMIT_SECONDS, "s"),
            ]


def seconds(as_of: datetime | None = None, *, rounds: int = ROUNDS) -> float:
    """What the page waits for, from the first question to the last table."""

    def once() -> None:
        db.session.rollback()
        tables(whole_ledger(NOW, OFFICE, as_of=as_of), SMALLEST)

    return best_of(rounds, once)


def depth() -> float:
    """What the second page waits for: ends, months, facts and jobs as well."""

    def once() -> None:
        db.session.rollback()
        told = whole(NOW, OFFICE)
        shown = tables(told.ledger, SMALLEST)
        ends(told.applications, told.spans, NOW, SMALLEST)
        months(shown[By.MONTH], lambda row: row.ghosting)
        jobs(shown[By.JOB])
        waited = waited_long(told.spans, told.theirs.span, OFFICE)
        facts(told.ledger, shown, told.theirs, waited, SMALLEST)

    return best_of(ROUNDS, once)
