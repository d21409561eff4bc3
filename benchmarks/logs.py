"""Turn public logs into journal files, to try the product on conversations nobody here wrote.

    python -m benchmarks.logs replies Merged.csv OUT.csv
    python -m benchmarks.logs recruiting events.csv.gz OUT.csv
    python -m benchmarks.logs edges CollegeMsg.txt.gz OUT.csv
    python -m benchmarks.logs threads messages.csv.gz OUT.csv

`replies`: one person's job applications with the dates of the employers' answers. The silent side
is the employer, so it takes the candidate's part: the application is our question, the employer's
first answer ends the silence, a rejection is their no. Days only: questions count from 9:00,
answers from 12:00 UTC.

`recruiting`: a recruiting process with its activities; an invitation is an interview agreed for
the moment at which it was conducted.

`edges`: who wrote to whom and when, `src dst unixtime` a line, in any order. Two people are one
conversation; who spoke first takes the employer's part. Mails to oneself and identical lines are
dropped.

`threads`: a mailing list with the columns `msg`, `parent`, `sender`, `t` (unix time) and `bot`. A
message that answers one of somebody else is a touch from its sender to theirs, read on as `edges`;
what robots wrote, and answers to it, are dropped.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

Edge = tuple[str, str, int]  # from whom, to whom, unix time
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
    with _opened(path) as file:
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


def edges(path: Path) -> Iterator[dict[str, str]]:
    """The messages of a network, each pair a conversation."""
    with _opened(path) as file:
        lines = (line.split() for line in file)
        yield from _pairs((one[0], one[1], int(one[2])) for one in lines if one)


def threads(path: Path) -> Iterator[dict[str, str]]:
    """The answers on a mailing list, each pair a conversation."""
    with _opened(path) as file:
        messages = {line["msg"]: line for line in csv.DictReader(file) if line["bot"] != "1"}
    yield from _pairs(
        (one["sender"], messages[one["parent"]]["sender"], int(one["t"]))
        for one in messages.values()
        if one["parent"] in messages
    )


def _pairs(written: Iterable[Edge]) -> Iterator[dict[str, str]]:
    first: dict[frozenset[str], str] = {}
    for src, dst, at in sorted(set(written), key=lambda edge: (edge[2], edge)):
        if src == dst:
            continue
        ours = first.setdefault(frozenset((src, dst)), src)
        yield {
            "candidate_email": f"{dst if src == ours else src}@example.org",
            "job": f"With {ours}",
            "at": datetime.fromtimestamp(at, UTC).isoformat(),
            "direction": "out" if src == ours else "in",
            "kind": "message",
        }


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


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
    "edges": edges,
    "threads": threads,
}


def main(name: str, source: str, target: str) -> None:
    """Write the journal of one log."""
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(LOGS[name](Path(source)))


if __name__ == "__main__":
    main(*sys.argv[1:])
