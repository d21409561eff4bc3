"""The conversations that a journal file tells of, as touches in the order of time (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from recruiting.candidates.rules import email_key
from recruiting.jobs.rules import title_key
from recruiting.journal.rules import Row, RowProblem
from recruiting.silence.backtest import Case
from recruiting.silence.conversations import Told, Touch, touches

MOST_PROBLEMS = 20


class Conversations:
    """Takes rows of a journal file; iterates over each conversation with its touches.

    Rows that are the same event count once, as they do in an import. `problems` holds the first
    rows that could not be read, `problem_count` says how many there were.
    """

    def __init__(self, rows: Iterable[Row | RowProblem]) -> None:
        self.problems: list[RowProblem] = []
        self.problem_count = self.rows = 0
        self._rows: dict[tuple[str, str], list[Row]] = {}
        self._ids: set[str] = set()
        for row in rows:
            if isinstance(row, RowProblem):
                self.problem_count += 1
                if len(self.problems) < MOST_PROBLEMS:
                    self.problems.append(row)
            else:
                self._take(row)

    def _take(self, row: Row) -> None:
        self.rows += 1
        if row.external_id:
            if row.external_id in self._ids:
                return
            self._ids.add(row.external_id)
        self._rows.setdefault((email_key(row.email), title_key(row.job)), []).append(row)

    def __iter__(self) -> Iterator[tuple[Case, list[Touch]]]:
        for rows in self._rows.values():
            yield Case(rows[0].email, rows[0].job), list(touches(map(_told, rows)))


def _told(row: Row) -> Told:
    stage = title_key(row.stage) if row.stage else ""
    return Told(row.at, row.direction, row.channel, row.kind, stage, row.external_id)
