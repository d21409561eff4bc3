"""What a look at a waiting file found, kept beside it: looking anew costs seconds for large files.

A file of lines of JSON: the summary first, then every problem, so that a page reads only the first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, astuple
from itertools import islice
from pathlib import Path

from recruiting.journal.queries import Summary
from recruiting.journal.rules import Fault, RowProblem


def write(path: Path, summary: Summary, problems: Iterable[RowProblem], after: int | None) -> None:
    """Keep what was found; `after` is the last import that the summary knows of."""
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(json.dumps({"after": after, "summary": asdict(summary)}) + "\n")
        for problem in problems:
            stream.write(json.dumps(astuple(problem)) + "\n")
    part.replace(path)


def read_summary(path: Path, after: int | None) -> Summary | None:
    """The summary, none if nothing is kept or another import came since."""
    with suppress(FileNotFoundError), path.open(encoding="utf-8") as stream:
        head = json.loads(stream.readline())
        if head["after"] == after:
            lists = {name: tuple(v) for name, v in head["summary"].items() if isinstance(v, list)}
            return Summary(**(head["summary"] | lists))
    return None


def read_problems(path: Path, limit: int | None = None) -> Iterator[RowProblem]:
    """The problems in the order of the file, streaming."""
    with path.open(encoding="utf-8") as stream:
        for line in islice(stream, 1, None if limit is None else limit + 1):
            number, column, fault, found, wanted, ends_file = json.loads(line)
            yield RowProblem(number, column, Fault(fault), found, wanted, ends_file)
