"""One measured figure, and the table of all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, and the most it may be; without a limit it is told, not judged."""

    what: str
    measured: float
    limit: float | None
    unit: str

    @property
    def ok(self) -> bool:
        """Whether the figure keeps its limit."""
        return self.limit is None or self.measured <= self.limit


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds that `work` takes when the machine disturbs it least."""
    return min(_seconds(work) for _ in range(times))


def show(rows: Iterable[Row]) -> str:
    """The rows as text: what, measured, limit, ok."""
    cells = [("what", "measured", "limit", "ok")]
    for row in rows:
        limit = "-" if row.limit is None else f"{row.limit:.3g} {row.unit}".rstrip()
        verdict = "-" if row.limit is None else "yes" if row.ok else "NO"
        cells.append((row.what, f"{row.measured:.3g} {row.unit}".rstrip(), limit, verdict))
    width = [max(len(line[i]) for line in cells) for i in range(4)]
    return "\n".join(
        f"{what:<{width[0]}}  {measured:>{width[1]}}  {limit:>{width[2]}}  {verdict}"
        for what, measured, limit, verdict in cells
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
