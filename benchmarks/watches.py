"""How long a worker looks for what is due among 1,000,000 applications, and how fast four attend.

On SQLite, and on PostgreSQL where one can be started: one that keeps nothing when its power goes,
so what is written to it is written faster than to a real one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Select, case, insert, literal, select, text, update

from benchmarks.table import Row, best_of
from config import Settings
from recruiting import migrate
from recruiting.app import create_app
from recruiting.candidates.models import Address, Candidate
from recruiting.candidates.rules import AddressKind, AddressState
from recruiting.db import Base, db, read_only
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.rules import StageKind
from recruiting.messages.models import Message
from recruiting.messages.rules import Purpose
from recruiting.pipeline import facts as pipeline_facts
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind
from recruiting.silence import watches
from recruiting.silence.models import Watch
from recruiting.workdays import Office
from tests import postgres
from tests.databases import PostgresTemplate
from tests.silence.attender import together

JOBS = 1_000
CANDIDATES = 1_000  # each of them applied for every job
WATCHED = JOBS * CANDIDATES
DUE = 1_000
NEWS = 1_000  # of the last minutes
SILENCES, WORKERS = 2_000, 4
ROUNDS = 3
LIMIT_SECONDS = 2.0
OFFICE = Office()
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = MONDAY + timedelta(days=9)
BOSS = "recruiter@heardback.test"


def run() -> list[Row]:
    """Find what is due on either database; let four workers attend on PostgreSQL."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/bench.db"
        migrate.upgrade(url)
        rows += found("SQLite", url, folder)
        try:
            with postgresql() as template:
                rows += found("PostgreSQL", template.copy(folder), folder)
                rows.append(attended(template.copy(folder), folder))
        except postgres.NoServer as problem:
            print(f"nothing measured on PostgreSQL: {problem}", file=sys.stderr)
    return rows


@contextmanager
def postgresql() -> Generator[PostgresTemplate]:
    """A server of this run's own, with a template to copy; `NoServer` where there is none."""
    postgres.begin_run()
    try:
        template = PostgresTemplate(postgres.server_url(), f"bench_{os.getpid()}")
        try:
            yield template
        finally:
            template.close()
    finally:
        postgres.end_run()


@contextmanager
def house(url: str, folder: Path) -> Generator[None]:
    """The application on a database, left without a connection to it."""
    app = create_app(Settings(secret_key="b" * 40, database_url=url, instance=folder))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


# --- finding what is due -------------------------------------------------------------------------


def found(name: str, url: str, folder: Path) -> list[Row]:
    """Everything that a pass asks before it takes up the first application."""
    with house(url, folder):
        watch_all()
        what = f"{WATCHED:,} watched on {name}"
        due = seconds(watches.due(NOW), DUE)
        whole = seconds(watches.changed(), 0)
        mark = watches.last_event()
        quiet = seconds(watches.changed_since(mark), 0)
        write_news()
        news = seconds(watches.changed_since(mark), NEWS)
        behind = seconds(watches.changed(), NEWS)
    return [
        Row(f"{what}: find {DUE:,} due", due, LIMIT_SECONDS, "s"),
        Row(f"{what}: no news since the last pass", quiet, LIMIT_SECONDS, "s"),
        Row(f"{what}: {NEWS:,} with news", news, LIMIT_SECONDS, "s"),
        Row(f"{what}: compare all, as once an hour", max(whole, behind), LIMIT_SECONDS, "s"),
    ]


def seconds(question: Select[int], wanted: int) -> float:
    """Seconds that a worker's question takes; it must find as many as there are."""

    def ask() -> None:
        db.session.rollback()
        read_only()
        ids = db.session.scalars(question.limit(watches.MOST_DUE)).all()
        if len(ids) != wanted:
            raise SystemExit(f"found {len(ids):,} of {wanted:,}")

    return best_of(ROUNDS, ask)


def watch_all() -> None:
    """A million applications with one mail each, of which one in a thousand is due."""
    if db.engine.dialect.name == "postgresql":  # what refers to what is sure here: not looked up
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
    add_jobs(JOBS)
    add_candidates(CANDIDATES)
    n = numbers()
    facts = pipeline_facts.blank(stage_id=1, at=MONDAY)
    place = (n - 1) % JOBS + 1
    rest = {key: value for key, value in facts.items() if value is not None and key != "stage_id"}
    fill(
        Application,
        id=n,
        candidate_id=(n - 1) // JOBS + 1,
        job_id=place,
        stage_id=place,
        version=1,
        **rest,
    )
    fill(Event, application_id=n, **touch(MONDAY, Direction.IN))
    moment = Watch.check_at.type
    ahead = [NOW + timedelta(hours=hours) for hours in range(1, 101)]
    check_at = case(
        (n % (WATCHED // DUE) == 0, literal(NOW - timedelta(hours=1), moment)),
        *((n % len(ahead) == place, literal(at, moment)) for place, at in enumerate(ahead)),
    )
    fill(Watch, application_id=n, check_at=check_at, version=1)
    db.session.commit()
    measure_tables()


def write_news() -> None:
    """As many applications heard something just now."""
    n = numbers(NEWS)
    fill(Event, application_id=n * (WATCHED // NEWS), **touch(NOW, Direction.IN))
    heard = Application.id % (WATCHED // NEWS) == 0
    change = update(Application).where(heard).values(version=2)
    db.session.execute(change.execution_options(synchronize_session=False))
    db.session.commit()


# --- attending -----------------------------------------------------------------------------------


def attended(url: str, folder: Path) -> Row:
    """Four workers write the follow-ups of as many due silences, each of them once."""
    with house(url, folder):
        fall_silent()
    said, took = together(url, folder, NOW, WORKERS)
    with house(url, folder):
        written = Counter(
            db.session.scalars(
                select(Message.application_id).where(Message.purpose == Purpose.FOLLOW_UP)
            )
        )
    times = Counter(number for one in said for number in one)
    for counted in (times, written):
        if len(counted) != SILENCES or set(counted.values()) != {1}:
            raise SystemExit(f"{len(counted):,} of {SILENCES:,}, at most {max(counted.values())}×")
    return Row(f"{SILENCES:,} due silences, {WORKERS} workers on PostgreSQL", took, None, "s")


def fall_silent() -> None:
    """People who applied, were asked a day later, and have said nothing since."""
    add_jobs(1)
    add_candidates(SILENCES)
    n = numbers(SILENCES)
    facts = pipeline_facts.blank(stage_id=1, at=MONDAY)
    rest = {key: value for key, value in facts.items() if value is not None}
    fill(Application, id=n, candidate_id=n, job_id=1, version=1, **rest)
    for at, direction in ((MONDAY, Direction.IN), (MONDAY + timedelta(days=1), Direction.OUT)):
        fill(Event, application_id=n, **touch(at, direction))
    pipeline_facts.refresh(None, OFFICE, now=NOW)
    watches.rebuild(MONDAY + timedelta(days=2), OFFICE)
    db.session.commit()
    measure_tables()


# --- filling tables, by the database itself ------------------------------------------------------


def numbers(count: int = WATCHED) -> ColumnElement[int]:
    """A column of the numbers from 1 on."""
    first = select(literal(1).label("n")).cte(recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < count)).c.n


def fill(model: type[Base], **values: object) -> None:
    """Write a row for each number that the columns among `values` run through."""
    columns = model.__table__.c
    chosen = [
        value if isinstance(value, ColumnElement) else literal(value, columns[key].type)
        for key, value in values.items()
    ]
    db.session.execute(insert(model).from_select(list(values), select(*chosen)))


def touch(at: datetime, direction: Direction) -> dict[str, object]:
    """The columns of a mail."""
    is_ours = direction is Direction.OUT
    return {
        "at": at,
        "kind": Kind.MESSAGE,
        "direction": direction,
        "channel": Channel.EMAIL,
        "awaits_reply": True,
        "subject": "About the next step",
        "body": "A few words, as people write them.",
        "asks": False,
        "leaves_open": False,
        "recorded_at": at,
        **({"by": BOSS} if is_ours else {}),
    }


def add_jobs(count: int) -> None:
    """Jobs of one stage each, of the same number."""
    ids = range(1, count + 1)
    jobs = [{"id": n, "title": f"{n}", "title_key": f"{n}", "created_at": MONDAY} for n in ids]
    stages = [
        {"id": n, "job_id": n, "name": "Applied", "name_key": "applied", "position": 1}
        | {"kind": StageKind.SCREEN}
        for n in ids
    ]
    db.session.execute(insert(Job), jobs)
    db.session.execute(insert(Stage), stages)


def add_candidates(count: int) -> None:
    """People with a mail address."""
    ids = range(1, count + 1)
    people = [{"id": n, "name": f"Candidate {n}", "created_at": MONDAY} for n in ids]
    addresses = [
        {
            "candidate_id": n,
            "value": f"candidate{n}@example.org",
            "key": f"candidate{n}@example.org",
        }
        | {"kind": AddressKind.EMAIL, "is_primary": True, "state": AddressState.GOOD}
        for n in ids
    ]
    db.session.execute(insert(Candidate), people)
    db.session.execute(insert(Address), addresses)


def measure_tables() -> None:
    """Let the database count its rows, as a real server does by itself."""
    db.session.execute(text("ANALYZE"))
    db.session.commit()
