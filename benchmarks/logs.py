"""Turn public logs into journal files, to try the product on conversations nobody here wrote.

    python -m benchmarks.logs replies Merged.csv OUT.csv
    python -m benchmarks.logs recruiting events.csv.gz OUT.csv

`replies`: one person's job applications with the dates of the employers' answers. The silent side
is the employer, so it takes the candidate's part: the application is our question, the employer's
first answer ends the silence, a rejection is their no. Days only: questions count from 9:00,
answers from 12:00 UTC.

`recruiting`: a recruiting process with its activities; an invitation is an interview agreed for
the moment at which it was conducted.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

COLUMNS = ("candidate_email", "job", "stage", "source", "at", "direction", "kind", "due_at")
NO = {"Rejected", "Position Removed"}


def replies(path: Path) -> Iterator[dict[str, str]]:
    """One question per application, one answer where there was one."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), start=1):
            row = {
                "candidate_email": f"employer{number:03d}@example.org",
                "job": "Applications",
                "stage": "Applied",
                "source": line["Application site"],
            }
            yield row | {"at": _day(line["Date sent"], 9), "direction": "out"}
            if line["Date of 1st Response"]:
                kind = "withdrawal" if line["Response?"] in NO else "message"
                answered = _day(line["Date of 1st Response"], 12)
                yield row | {"at": answered, "direction": "in", "kind": kind}


def _day(text: str, hour: int) -> str:
    day = datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC)  # month first, as kept there
    return day.replace(hour=hour).isoformat()


def recruiting(path: Path) -> Iterator[dict[str, str]]:
    """The touches among the activities; what passes among colleagues is none."""
    cases: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            cases[line["application"]].append(line)
    for case, lines in cases.items():
        met = {line["activity"]: line["timestamp"] for line in lines}
        for line in lines:
            for touch in TOUCHES.get(line["activity"], ()):
                due = {"due_at": met.get("conduct interview", "")}
                yield {
                    "candidate_email": f"candidate{case}@example.org",
                    "job": "Recruiting",
                    "at": line["timestamp"],
                    **touch,
                    **(due if touch["kind"] == "interview" else {}),
                }


TOUCHES: dict[str, tuple[dict[str, str], ...]] = {
    "submit application": ({"direction": "in", "kind": "message", "stage": "Applied"},),
    "invite for interview": ({"direction": "out", "kind": "interview", "stage": "Interview"},),
    "make job offer": ({"direction": "out", "kind": "offer", "stage": "Offer"},),
    "job offer declined": ({"direction": "in", "kind": "withdrawal", "stage": "Offer"},),
    "offer accepted and hired": (
        {"direction": "in", "kind": "message", "stage": "Offer"},
        {"direction": "out", "kind": "hire", "stage": "Offer"},
    ),
    "send rejection": ({"direction": "out", "kind": "rejection"},),
}
LOGS: dict[str, Callable[[Path], Iterable[dict[str, str]]]] = {
    "replies": replies,
    "recruiting": recruiting,
}


def main(name: str, source: str, target: str) -> None:
    """Write the journal of one log."""
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(LOGS[name](Path(source)))


if __name__ == "__main__":
    main(*sys.argv[1:])
