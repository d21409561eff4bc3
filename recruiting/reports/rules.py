"""What is counted: turns of both sides, ended and open (pure; columns of equal length).

A candidate's turn is counted once for each stage of an application, however often it came back
there:

- it is *open* while the application is active and the turn that runs is the candidate's, in this
  stage; otherwise it is *over*;
- *ghosted* is the turn in which the candidate was last asked, if a person confirmed that outcome:
  ghosting rate = ghosted / over;
- *never responded*, confirmed or through the ladder right now, is counted apart, since there was
  no contact that could have broken off: rate = never responded / (over + never responded open).

Each turn of ours is counted by itself: *late* if it lasted, or has lasted so far, past the moment
we promised; *open* while it runs within the promise: own delay rate = late / all but the open.
A meeting that took place ends a turn and makes the next one ours.

A turn belongs to the month (office zone) in which it ended; one that still runs, to the month of
the report. The group without a name is a source that nobody named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from recruiting.pipeline.rules import Channel, SpellEnd
from recruiting.stats.spells import Bools, Floats, Ints

RUNS = np.nan  # where a turn has not ended
CHANNELS = tuple(Channel)  # a channel's number is its place here
ENDS = tuple(SpellEnd)  # and an end's
NO_END = -1


class By(StrEnum):
    """What turns can be grouped by."""

    STAGE = "stage"
    SOURCE = "source"
    JOB = "job"
    CHANNEL = "channel"
    MONTH = "month"


@dataclass(frozen=True, eq=False)
class Applications:
    """One row an application: whose it is, where it came from, how it stands."""

    person: Ints  # the candidate's number
    job: Ints
    source: Sequence[str]  # empty where nobody named one
    is_ghosted: Bools
    is_never: Bools  # ended as never responded
    is_never_now: Bools  # active, and the ladder went through without a word


@dataclass(frozen=True, eq=False)
class Spans:
    """One row a turn of either side; the candidate's of one application oldest first.

    `application` is a row of `Applications`; `since` and `ended` are seconds since 1970, `ended` is
    `RUNS` while it runs; `end` is a place in `ENDS`; `is_late` is said of our turns.
    """

    application: Ints
    stage: Ints
    channel: Ints
    is_ours: Bools
    ended: Floats
    is_late: Bools
    since: Floats
    end: Ints


@dataclass(frozen=True, eq=False)
class Turns:
    """One row a turn that is counted; `span` its row of `Spans`, `is_hit`: ghosted or late."""

    span: Ints
    application: Ints
    stage: Ints
    channel: Ints
    ended: Floats
    is_open: Bools
    is_hit: Bools
    is_never: Bools


def theirs(spans: Spans, applications: Applications) -> Turns:
    """The candidates' turns, one for each stage of an application."""
    asked = np.flatnonzero(~spans.is_ours)
    application, stage = spans.application[asked], spans.stage[asked]
    final = _last_of_each(application)
    kept = _last_of_each(application * (int(spans.stage.max(initial=0)) + 1) + stage)
    is_final = np.isin(kept, final)
    rows, whose = asked[kept], application[kept]
    is_open = np.isnan(spans.ended[rows])
    return Turns(
        rows,
        whose,
        spans.stage[rows],
        spans.channel[rows],
        spans.ended[rows],
        is_open,
        is_hit=is_final & applications.is_ghosted[whose],
        is_never=(is_final & applications.is_never[whose])
        | (is_open & applications.is_never_now[whose]),
    )


def ours(spans: Spans) -> Turns:
    """Our turns."""
    rows = np.flatnonzero(spans.is_ours)
    is_late = spans.is_late[rows]
    return Turns(
        rows,
        spans.application[rows],
        spans.stage[rows],
        spans.channel[rows],
        spans.ended[rows],
        is_open=np.isnan(spans.ended[rows]) & ~is_late,
        is_hit=is_late,
        is_never=np.zeros_like(is_late),
    )


def source_key(text: str) -> str:
    """How two spellings of a source are compared."""
    return " ".join(text.split()).casefold()


def _last_of_each(keys: Ints) -> Ints:
    """The place of the last occurrence of each key, rising."""
    _keys, first = np.unique(keys[::-1], return_index=True)
    return np.sort(keys.size - 1 - first)
