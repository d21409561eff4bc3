"""The conversations that a journal file tells of, as touches in the order of time (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from recruiting.candidates.rules import email_key
from recruiting.jobs.rules import title_key
from recruiting.journal.rules import Fault, Row, RowProblem, shown
from recruiting.silence.backtest import Case
from recruiting.silence.conversations import Told, Touch, touches

MOST_PROBLEMS = 20


class Conversations:
    """Takes rows of a journal file; iterates over each conversation with its touches.

    Rows that are the same event count once, as they do in an import, and what lies after `now`
    does not exist yet: `ahead` says how many rows do. `problems` holds the first rows that could
    not be read, or bear the id of another event; `problem_count` says how many there were.
    """

    def __init__(self, rows: Iterable[Row | RowProblem], now: datetime) -> None:
        self.problems: list[RowProblem] = []
        self.problem_count = self.rows = self.ahead = 0
        self.now = now
        self._rows: dict[tuple[str, str], list[Row]] = {}
        self._ids: dict[str, Row] = {}
        for row in rows:
            if isinstance(row, RowProblem):
                self._note(row)
            else:
                self._take(row)

    def _note(self, problem: RowProblem) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def _take(self, row: Row) -> None:
        self.rows += 1
        if row.at > self.now:
            self.ahead += 1
            return
        if row.external_id:
            known = self._ids.setdefault(row.external_id, row)
            if known is not row:
                if _fact(known) != _fact(row):
                    found = shown(row.external_id)
                    wanted = str(known.line)
                    self._note(RowProblem(row.line, "external_id", Fault.ID_TWICE, found, wanted))
                return
        self._rows.setdefault((email_key(row.email), title_key(row.job)), []).append(row)

    def __iter__(self) -> Iterator[tuple[Case, list[Touch]]]:
        for rows in self._rows.values():
            yield Case(rows[0].email, rows[0].job), list(touches(map(_told, rows)))


def _fact(row: Row) -> tuple[object, ...]:
    """What two rows of one id must agree on to be the same event."""
    who = email_key(row.email), title_key(row.job)
    return *who, row.at, row.direction, row.channel, row.kind


def _told(row: Row) -> Told:
    stage = title_key(row.stage) if row.stage else ""
    return Told(row.at, row.direction, row.channel, row.kind, stage, row.external_id)
