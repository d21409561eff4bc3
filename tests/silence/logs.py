"""A made-up log: conversations in which slow answers of ours make silence likelier."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from random import Random

BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
END = BEGIN + 200 * 24 * HOUR
SLOW = 50.0  # hours: a delay of ours that costs us answers


def rows(conversations: int = 300, seed: int = 4) -> list[dict[str, str]]:
    """Events as a journal tells them, over 200 days."""
    rng = Random(seed)  # noqa: S311 - no secret
    told = []
    for number in range(conversations):
        at, email, delay = BEGIN + rng.uniform(0, 4400) * HOUR, f"c{number}@example.org", 0.0
        while at < END:
            told.append(row(email, at, "out"))
            again = at + rng.uniform(24, 120) * HOUR
            is_gone = rng.random() < (0.6 if delay > SLOW else 0.2)
            answer = END if is_gone else at + rng.expovariate(1 / 30) * HOUR
            if rng.random() < 0.3 and again < min(answer, END):
                told.append(row(email, again, "out"))
            if answer >= END:
                break
            told.append(row(email, answer, "in"))
            delay = rng.expovariate(1 / 50)
            at = answer + delay * HOUR
    return told


def row(email: str, at: datetime, direction: str, **more: str) -> dict[str, str]:
    """One event."""
    told = {"candidate_email": email, "job": "Cook", "at": at.isoformat(), "direction": direction}
    return told | more


def as_file(told: list[dict[str, str]]) -> bytes:
    """The journal file."""
    names = list(dict.fromkeys(name for one in told for name in one))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names)
    writer.writeheader()
    writer.writerows(told)
    return stream.getvalue().encode()
