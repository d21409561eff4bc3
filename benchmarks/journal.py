"""How long a journal file takes to come in and to go out, and how much memory that needs.

Each measurement is a process of its own, as an operator starts it: `flask journal import FILE`.
"""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.table import Row
from recruiting import migrate
from recruiting.journal.rules import COLUMNS

ROOT = Path(__file__).parent.parent
SMALL, LARGE = 100_000, 1_000_000
ROWS_PER_APPLICATION = 8
JOBS = 40
STAGES = ("Applied", "Phone screen", "Assignment", "Interview", "Offer")
SOURCES = ("referral", "career site", "job board", "sourced")
WORDS = ("thank", "you", "for", "time", "we", "would", "like", "to", "hear", "when", "it", "suits")
BEGUN = datetime(2024, 1, 8, 8, tzinfo=UTC)
LOOK_EVERY = 0.02  # seconds
LIMIT_SECONDS, LIMIT_MB = 20.0, 250.0
COMMAND = """
import atexit, sys
from benchmarks.memory import peak
from flask.cli import main

atexit.register(lambda: print(peak(), file=sys.stderr))
sys.argv[:1] = ["flask", "--app", "wsgi"]
main()
"""
GROWTH_LIMIT = 1.25  # memory for a million rows, to that for a hundred thousand


def run() -> list[Row]:
    """Import 100,000 rows, the same again, and a million; export them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = folder / "small.csv", folder / "large.csv"
        write(small, SMALL)
        write(large, LARGE)
        first = flask(folder, "small", "import", str(small))
        again = flask(folder, "small", "import", str(small))
        out = flask(folder, "small", "export", str(folder / "out.csv"))
        wait = waited(folder, "import", str(small))
        million = flask(folder, "large", "import", str(large))
    return [
        Row("journal: import 100,000 rows", first[0], LIMIT_SECONDS, "s"),
        Row("journal: import 100,000 rows, memory", first[1], LIMIT_MB, "MB"),
        Row("journal: import 100,000 rows, SQLite writers wait", wait, None, "s"),
        Row("journal: the same 100,000 rows again", again[0], LIMIT_SECONDS, "s"),
        Row("journal: export 100,000 rows", out[0], None, "s"),
        Row("journal: import 1,000,000 rows", million[0], None, "s"),
        Row("journal: import 1,000,000 rows, memory", million[1], LIMIT_MB, "MB"),
        Row("journal: memory, 1,000,000 to 100,000", million[1] / first[1], GROWTH_LIMIT, "x"),
    ]


def flask(folder: Path, database: str, *arguments: str) -> tuple[float, float]:
    """Seconds and megabytes (resident, at most) that one command took."""
    start = time.perf_counter()
    said = ended(started(folder, database, *arguments))
    seconds = time.perf_counter() - start
    return seconds, float(said.splitlines()[-1])


def started(folder: Path, database: str, *arguments: str) -> subprocess.Popen[str]:
    """One command on a database of its own that is up to date."""
    url = os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder}/{database}.db")
    migrate.upgrade(url)
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "journal", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "HEARDBACK_INSTANCE": str(folder / "instance")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def waited(folder: Path, *arguments: str) -> float:
    """Seconds that a command kept another writer of the same SQLite file waiting, at most."""
    command = started(folder, "watched", *arguments)
    longest, locked_at = 0.0, None
    with closing(sqlite3.connect(folder / "watched.db", timeout=0, isolation_level=None)) as probe:
        while command.poll() is None:
            now = time.perf_counter()
            try:
                probe.execute("BEGIN IMMEDIATE")
                probe.execute("ROLLBACK")
                locked_at = None
            except sqlite3.OperationalError:
                locked_at = now if locked_at is None else locked_at
                longest = max(longest, now - locked_at)
            time.sleep(LOOK_EVERY)
    ended(command)
    return longest


def ended(command: subprocess.Popen[str]) -> str:
    """What a command said on its way; raises if it failed."""
    _out, said = command.communicate()
    if command.returncode:
        raise subprocess.CalledProcessError(command.returncode, command.args, stderr=said)
    return said


def write(path: Path, count: int) -> None:
    """A believable journal of `count` rows, in no order of time, the same at every run."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(cells(count, Random(count)))


def cells(count: int, rng: Random) -> Iterator[list[object]]:
    """The rows of one application after the other, their mails back and forth."""
    for number in range(count):
        person, step = divmod(number, ROWS_PER_APPLICATION)
        if step == 0:
            job, source = rng.randrange(JOBS), rng.choice(SOURCES)
            at = BEGUN + timedelta(minutes=rng.randrange(60 * 24 * 700))
        inward = step % 2 == 0
        at += timedelta(minutes=rng.randrange(30, 60 * 72))
        yield [
            f"candidate{person}@example.org",
            f"Candidate {person}",
            f"Job {job}",
            STAGES[min(step // 2, len(STAGES) - 1)],
            source,
            "" if inward else f"recruiter{job % 6}@example.org",
            at.isoformat().replace("+00:00", "Z"),
            "in" if inward else "out",
            "email",
            "message",
            "",
            "",
            "" if inward else rng.randrange(5, 60),
            f"Re: Job {job}",
            " ".join(rng.choices(WORDS, k=rng.randrange(20, 80))),
            f"m-{number}",
        ]


if __name__ == "__main__":
    for row in run():
        sys.stdout.write(f"{row}\n")
