"""Silences cut into stretches over which no column changes, though attempts are added meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recruiting.stats.facts import Facts, asked
from recruiting.stats.spells import Floats, Ints


@dataclass(frozen=True, eq=False)
class Stretches:
    """Parts of silences over which no column changes, from edge `first` to edge `end` (k,)."""

    row: Ints
    first: Ints
    end: Ints
    columns: Floats  # (k, ASKED)


def stretches(facts: Facts, edges: Floats) -> Stretches:
    """Cut each silence at the `edges` after which its attempts count, or are no longer fresh.

    What happens between two edges counts from the later one on, as it was not known before.
    """
    order = np.lexsort((facts.attempt_at, facts.attempt_of))
    row, at = facts.attempt_of[order], facts.attempt_at[order]
    first = np.searchsorted(edges, at, side="left")
    begins = np.concatenate(([True], row[1:] != row[:-1]))[: row.size]
    start = np.flatnonzero(begins)
    count = np.arange(row.size) - np.repeat(start, np.diff(start, append=row.size)) + 1
    # Of several attempts before the same edge the last one stands for all.
    stays = np.concatenate(((row[1:] != row[:-1]) | (first[1:] != first[:-1]), [True]))[: row.size]
    row, at, first, count = row[stays], at[stays], first[stays], count[stays]

    beyond = np.int64(edges.size)
    follows = np.concatenate((row[1:] == row[:-1], [False]))[: row.size]
    end = np.where(follows, np.append(first[1:], beyond)[: row.size], beyond)
    stale = np.clip(np.searchsorted(edges, 2 * at, side="left"), first, end)
    until_first = np.full(len(facts), beyond)
    np.minimum.at(until_first, row, first)

    n, k = len(facts), row.size
    columns = np.concatenate(
        (
            asked(np.zeros(n), np.zeros(n), np.zeros(n)),
            asked(count, at, at),
            asked(count, at, np.full(k, np.inf)),
        )
    )
    return Stretches(
        np.concatenate((np.arange(n), row, row)),
        np.concatenate((np.zeros(n, np.int64), first, stale)),
        np.concatenate((until_first, stale, end)),
        columns,
    )
