"""A made-up journal of conversations that answer as people do: some at once, some never.

A mixture: each candidate has a pace of their own; the longer we took and the shallower the
conversation, the less often an answer comes; half of those who are long silent are asked again;
we write in office hours only.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import exp, log
from pathlib import Path
from random import Random

COLUMNS = ("candidate_email", "job", "stage", "at", "direction", "kind")
STAGES = ("Applied", "Phone screen", "Assignment", "Interview", "Offer")
TURNS_A_STAGE, MOST_TURNS = 3, 14
BEGUN, DAYS, JOBS = datetime(2023, 1, 2, tzinfo=UTC), 1000, 60
WORKING_DAYS, OPENS, OPEN_HOURS = 5, 8, 10
REJECTED, ASKED_AGAIN = 0.06, 0.5
Touch = tuple[datetime, str, str]  # when, direction, kind


def write(path: Path, rows: int) -> None:
    """Write a journal of exactly so many rows, the same at every run."""
    rng, left, number = Random(rows), rows, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        while left:
            number += 1
            who, job = f"candidate{number}@example.org", f"Job {rng.randrange(JOBS)}"
            for step, touch in list(_conversation(rng))[:left]:
                stage = STAGES[min(step // TURNS_A_STAGE, len(STAGES) - 1)]
                writer.writerow((who, job, stage, touch[0].isoformat(), *touch[1:]))
                left -= 1


def _conversation(rng: Random) -> Iterator[tuple[int, Touch]]:
    """Turns back and forth, until one side falls silent or we end it."""
    pace, delay = rng.gauss(log(14), 1.3), 0.0  # logarithm of hours; hours
    at, inward = BEGUN + timedelta(days=rng.uniform(0, DAYS)), rng.random() < 0.7
    for step in range(MOST_TURNS):
        if step >= MOST_TURNS - 2 and not inward:
            yield step, (at, "out", "hire")
            return
        yield step, (at, "in" if inward else "out", "message")
        if inward:
            answer = _in_office(at + timedelta(hours=rng.lognormvariate(log(30), 1.2)), rng)
            if rng.random() < REJECTED:
                yield step, (answer, "out", "rejection")
                return
            delay = (answer - at) / timedelta(hours=1)
            at = answer
        else:
            again = _in_office(at + timedelta(hours=rng.uniform(72, 200)), rng)
            never = rng.random() < 1 / (1 + exp(1.4 - 0.012 * min(delay, 200.0) + 0.12 * step))
            at += timedelta(hours=rng.lognormvariate(pace - 0.1 * step, 0.9))
            if (never or again < at) and rng.random() < ASKED_AGAIN:
                yield step, (again, "out", "message")
            if never:
                return
        inward = not inward


def _in_office(at: datetime, rng: Random) -> datetime:
    """A moment in office hours, not before `at`: on the same day, or on the next working day."""
    moment = at.replace(hour=OPENS) + timedelta(hours=rng.uniform(0, OPEN_HOURS))
    while moment < at or moment.weekday() >= WORKING_DAYS:
        moment += timedelta(days=1)
    return moment
