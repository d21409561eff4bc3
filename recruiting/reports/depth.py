"""What the figures of the report say on a second look: ends, months, jobs (pure).

All of it is drawn from what the tables show, or from the whole: what is hidden there is in no
month or job here, and nothing is told where the rate of all together is hidden.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from recruiting.pipeline.rules import SpellEnd
from recruiting.reports.rules import ENDS, Applications, Spans
from recruiting.reports.tables import Row, Table
from recruiting.stats.control import Chart, chart
from recruiting.stats.funnel import Funnel, exact_limits, funnel, normal_limits
from recruiting.stats.incidence import incidence
from recruiting.stats.rates import Share
from recruiting.stats.spells import Floats, Ints

CAUSES = ("reply", "withdrawal", "ghosting", "our_end")  # an end's number is its place, from 1
CAUSE_OF = {SpellEnd.REPLY: 1, SpellEnd.MET: 1, SpellEnd.WITHDRAWAL: 2, SpellEnd.CLOSED: 4}
GHOSTED = 3
DAY = 86_400.0
LONGEST = 30  # days that are drawn
FEWEST_MONTHS = 6
FEWEST_JOBS = 3


@dataclass(frozen=True, eq=False)
class Ends:
    """How candidates' turns end: shares (4, d) of all by the end of each day 0..d-1."""

    n: int
    share: Floats
    low: Floats  # nan where the share is 0 or 1
    high: Floats


@dataclass(frozen=True, eq=False)
class Months:
    """The months as a control chart; months that are not shown have n = 0."""

    rows: tuple[Row, ...]
    chart: Chart


@dataclass(frozen=True, eq=False)
class Jobs:
    """Jobs of different size beside each other; `sizes` (s,) and `limits` (4, s) draw the funnel,
    the alarm's lower limit first."""

    rows: tuple[Row, ...]
    funnel: Funnel
    sizes: Ints
    limits: Floats


def ends(applications: Applications, spans: Spans, now: datetime, minimum: int) -> Ends | None:
    """How each of the candidates' turns ended, as competing ends; none for too few people.

    A meeting that took place is a reply. What our own touch or a missed meeting cut short is
    censored, like what still runs. Confirmed as ghosted is the last turn of its application.
    """
    rows = np.flatnonzero(~spans.is_ours)
    people = np.unique(applications.person[spans.application[rows]]).size
    if people < minimum:
        return None
    whose, end = spans.application[rows], spans.end[rows]
    number = np.array([*(CAUSE_OF.get(one, 0) for one in ENDS), 0])  # the last: no end
    cause = number[end]
    ended = np.where(np.isnan(spans.ended[rows]), now.timestamp(), spans.ended[rows])
    cause = np.where((end < 0) & ~np.isnan(spans.ended[rows]), 1, cause)  # met, not yet recorded
    _each, place = np.unique(whose[::-1], return_index=True)
    is_last = np.zeros(rows.size, dtype=bool)
    is_last[rows.size - 1 - place] = True
    cause[is_last & (cause == CAUSE_OF[SpellEnd.CLOSED]) & applications.is_ghosted[whose]] = GHOSTED
    days = np.maximum(ended - spans.since[rows], 0.0) / DAY
    found = incidence(days, cause, len(CAUSES))
    last = int(min(LONGEST, found.until))
    row = np.searchsorted(found.time, np.arange(last + 1), side="right")
    first = np.zeros((len(CAUSES), 1))
    shares = [
        np.concatenate((first, part), axis=1)[:, row]
        for part in (found.share, found.low, found.high)
    ]
    return Ends(rows.size, *shares)


def months(table: Table, rate: Callable[[Row], Share]) -> Months | None:
    """A rate month by month as a control chart; none while there are too few months to tell noise
    from change."""
    rows = table.rows
    shares = [rate(row) for row in rows]
    k = np.array([share.k or 0 for share in shares], dtype=np.int64)
    n = np.array([share.n or 0 for share in shares], dtype=np.int64)
    if np.count_nonzero(n) < FEWEST_MONTHS:
        return None
    return Months(rows, chart(k, n, laney=True))


def jobs(table: Table) -> Jobs | None:
    """The jobs that are shown as a funnel plot; none for too few of them."""
    rows = tuple(row for row in table.rows if row.ghosting.n)
    target = table.total.ghosting.share
    if target is None or len(rows) < FEWEST_JOBS:
        return None
    k, n = (np.array([getattr(row.ghosting, part) for row in rows], np.int64) for part in "kn")
    found = funnel(k, n, target, overdispersed=True)
    sizes = np.unique(np.linspace(max(1, n.min() // 2), n.max(), 40).astype(np.int64))
    pairs = [
        exact_limits(sizes, target, level)
        if found.dispersion == 1
        else normal_limits(sizes, target, level, found.dispersion)
        for level in (0.998, 0.95)
    ]
    (low, high), (inner_low, inner_high) = pairs
    return Jobs(rows, found, sizes, np.array([low, inner_low, inner_high, high]))
