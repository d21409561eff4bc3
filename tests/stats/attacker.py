"""An attacker with patience: he tries every table of whole numbers that fits what is shown."""

from __future__ import annotations

import numpy as np

from recruiting.stats.suppression import with_margins

MOST_TABLES = 60_000


class TooMany(Exception):
    """More tables than a test should try."""


def figures_that_fit(counts, shown, extra):
    """Every table with its margins, one a row, that agrees with the figures shown.

    `counts` are the actual inner counts; where no sum that is shown bounds a cell, he tries up to
    `extra` more than the truth. Trying too few makes the attacker think that he knows more.
    """
    counts = np.asarray(counts)
    full = with_margins(counts)
    ranges = []
    for place in np.ndindex(counts.shape):
        if shown[place]:
            ranges.append([counts[place]])
            continue
        sums = [(*place[:axis], -1, *place[axis + 1 :]) for axis in range(counts.ndim)]
        sums.append((-1,) * counts.ndim)
        bounds = [int(full[each]) for each in sums if shown[each]]
        ranges.append(range(min([*bounds, int(counts[place]) + extra]) + 1))
    if np.prod([float(len(each)) for each in ranges]) > 4e6:
        raise TooMany
    cells = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, *counts.shape)
    for axis in range(1, cells.ndim):
        cells = np.concatenate((cells, cells.sum(axis=axis, keepdims=True)), axis=axis)
    fits = (cells == full)[:, shown].all(axis=1)
    return cells[fits]


def found_out(k, n, hidden, minimum, *, cells_shown=True, knows_nobody_hidden_is_empty=True):
    """Which hidden figures he finds out, with what he knows of both k and n: a mask."""
    k, n = np.asarray(k), np.asarray(n)
    hits, rest = (figures_that_fit(each, ~hidden, minimum) for each in (k, n - k))
    if hits.shape[0] * rest.shape[0] > MOST_TABLES:
        raise TooMany
    hits, rest = np.repeat(hits, len(rest), axis=0), np.tile(rest, (len(hits), *[1] * n.ndim))
    protected = hidden.copy()
    if n.ndim == 2 and not cells_shown:
        protected[:-1, :-1] = False
    if knows_nobody_hidden_is_empty:
        fits = (hits + rest)[:, protected].all(axis=1)
        hits, rest = hits[fits], rest[fits]
    sizes = np.ptp(hits + rest, axis=0) < minimum
    return protected & (sizes | (np.ptp(hits, axis=0) == 0) | (np.ptp(rest, axis=0) == 0))


def found_out_in_cuts(cuts, masks, minimum):
    """The same for several cuts of the same people: their totals must agree, shown or not."""
    fits = []
    for part in (0, 1):
        inner = [(np.asarray(k), np.asarray(n) - np.asarray(k))[part] for k, n in cuts]
        each = [
            figures_that_fit(counts, ~mask, minimum)
            for counts, mask in zip(inner, masks, strict=True)
        ]
        totals = set.intersection(*(set(rows[:, -1].tolist()) for rows in each))
        fits.append([rows[np.isin(rows[:, -1], list(totals))] for rows in each])
    found = []
    for hits, rest, mask in zip(*fits, masks, strict=True):
        one, other = np.ptp(hits, axis=0), np.ptp(rest, axis=0)
        found.append(mask & ((one + other < minimum) | (one == 0) | (other == 0)))
    return found
