"""Does a follow-up bring replies, and when does the next one pay? Attempts as events in time.

Observational, and said so on the page: follow-ups are not sent by lot. They are sent when a reply
is not expected, which makes them look worse than they are, or to those one hopes for, which makes
them look better. Only silences of equal age are compared with each other, no more.

References: Rothman, Greenland and Lash (2008), Modern Epidemiology, ch. 15 (person-time, rate
ratios); Greenland and Robins (1985), Biometrics 41, 55-68 (variance of the pooled ratio).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.distributions import two_sided
from recruiting.stats.multiplicity import adjust
from recruiting.stats.spells import (
    Bools,
    Floats,
    Ints,
    normal_quantile,
    read_groups,
    read_spells,
    read_times,
)

# Replies and time after a follow-up, then those without any, in each span.
Counted = tuple[Ints, Floats, Ints, Floats]
# What a page must say beside these figures, as the key of its wording.
CAVEAT = "follow_ups_observed_not_tried"


@dataclass(frozen=True, eq=False)
class FollowUps:
    """How fast replies come soon after a follow-up, to how fast they come without any so far.

    Rates are replies per unit of time; columns have one row for each span of elapsed time. The
    caveat belongs beside the figures wherever they are shown.

    `pays_from` is the first span whose ratio is above 1 with a p of at most 1 - level, adjusted
    for all spans looked at (`multiplicity.adjust`); none if no span shows it.
    """

    since: Floats  # (b,) elapsed time, from here ...
    until: Floats  # (b,) ... to here
    replies_without: Ints  # (b,) while no follow-up had been sent
    time_without: Floats  # (b,) silences x time
    replies_after: Ints  # (b,) within the window after the latest follow-up
    time_after: Floats  # (b,)
    ratio: Floats  # (b,) nan where either side has no time or the quotient is 0 / 0
    low: Floats  # (b,) nan where either side has no reply
    high: Floats  # (b,)
    pooled: float  # the ratio of all spans together, at equal elapsed time (Mantel-Haenszel)
    pooled_low: float
    pooled_high: float
    pays_from: float | None  # the start of the first span in which a follow-up surely pays
    caveat: str = CAVEAT


def follow_ups(
    durations: ArrayLike,
    answered: ArrayLike,
    attempt_of: ArrayLike,
    attempt_at: ArrayLike,
    *,
    edges: ArrayLike,
    window: float,
    level: float = 0.95,
) -> FollowUps:
    """Compare how fast replies come after a follow-up and without one, at equal elapsed time.

    Observational: follow-ups are sent when silence is expected, see above; say so (`CAVEAT`).

    Parameters
    ----------
    durations, answered : (n,)
        One silence a row from our first touch on, as in `survival.still_silent`.
    attempt_of : (a,) int
        The row of the silence in which each follow-up was sent.
    attempt_at : (a,) float >= 0, unit of the durations
        When, counted from our first touch. What was sent at or after the end of its silence
        (two clocks may disagree) is left out.
    edges : (b + 1,) float, rising, >= 0
        The spans of elapsed time within which silences count as equally old.
    window : float > 0
        For how long a reply after a follow-up is set against it. Later time counts on neither
        side, and neither does the time after a window until the next follow-up.
    level : float in (0, 1)

    Raises
    ------
    ValueError
        For rows that `survival.still_silent` refuses, a follow-up of no such silence or at a
        negative time, edges that do not rise, a window that is not above 0 and finite, or a level
        outside (0, 1).
    """
    normal_quantile(level)
    hours, ends = read_spells(durations, answered)
    row, at = _attempts(attempt_of, attempt_at, hours)
    spans = _edges(edges)
    if not 0 < window < np.inf:
        raise ValueError(f"window must be above 0 and finite, got {window}")

    counted = _count(hours, ends, row, at, spans, window)
    return _compared(spans, counted, level)


def pooled_ratio(
    a: ArrayLike, time: ArrayLike, b: ArrayLike, other: ArrayLike, level: float = 0.95
) -> tuple[float, float, float]:
    """The Mantel-Haenszel rate ratio of a / time to b / other over strata (s,), with its bounds.

    Bounds are those of Greenland and Robins (1985). With no reply on one side that the other
    could be compared with, the ratio is 0, inf or nan and the bounds are nan.
    """
    width = normal_quantile(level)
    hits, times, controls, others = (
        np.asarray(each, dtype=np.float64) for each in (a, time, b, other)
    )
    whole = np.where(times + others > 0, times + others, 1.0)
    up, down = float((hits * others / whole).sum()), float((controls * times / whole).sum())
    if up == 0 or down == 0:
        return (np.inf if up else 0.0 if down else np.nan), np.nan, np.nan
    spread = float(((hits + controls) * times * others / whole**2).sum())
    ratio, error = up / down, math.sqrt(spread / (up * down))
    return ratio, ratio * math.exp(-width * error), ratio * math.exp(width * error)


def _attempts(attempt_of: ArrayLike, attempt_at: ArrayLike, hours: Floats) -> tuple[Ints, Floats]:
    """The follow-ups within their silences, by silence and time."""
    at = read_times(attempt_at, "attempt_at")
    row = read_groups(attempt_of, at.size)
    if row.size and row.max() >= hours.size:
        raise ValueError(f"there are {hours.size} silences, got a follow-up of row {row.max()}")
    within = at < hours[row]
    row, at = row[within], at[within]
    order = np.lexsort((at, row))
    return row[order], at[order]


def _count(
    hours: Floats, ends: Bools, row: Ints, at: Floats, spans: Floats, window: float
) -> Counted:
    first, last = np.full(hours.size, np.inf), np.full(hours.size, -np.inf)
    np.minimum.at(first, row, at)
    np.maximum.at(last, row, at)
    again = np.append(row[1:] == row[:-1], False)
    stop = np.minimum(np.where(again, np.append(at[1:], 0.0), hours[row]), at + window)
    soon, early = ends & (hours - last <= window), ends & np.isinf(first)
    return (
        _replies(hours[soon], spans),
        _time(at, stop, spans),
        _replies(hours[early], spans),
        _time(np.zeros(hours.size), np.minimum(hours, first), spans),
    )


def _edges(edges: ArrayLike) -> Floats:
    spans = read_times(edges, "edges")
    if spans.ndim != 1 or spans.size < 2 or (np.diff(spans) <= 0).any():
        raise ValueError(f"edges must be two or more and rise, got {spans.tolist()}")
    return spans


def _time(start: Floats, stop: Floats, spans: Floats) -> Floats:
    """How much of all stretches from start to stop falls into each span: (b,)."""
    reached = [np.minimum(stop, edge).sum() - np.minimum(start, edge).sum() for edge in spans]
    return np.diff(reached)


def _replies(times: Floats, spans: Floats) -> Ints:
    """Replies in each span, its end belonging to it, as does the time that led up to them."""
    place = np.searchsorted(spans, times, side="left")
    if spans[0] == 0:
        place[times == 0] = 1
    return np.bincount(place, minlength=spans.size + 1)[1 : spans.size]


def _compared(spans: Floats, counted: Counted, level: float) -> FollowUps:
    ratio, error = _ratios(*counted)
    replies_after, time_after, replies_without, time_without = counted
    return FollowUps(
        spans[:-1],
        spans[1:],
        replies_without,
        time_without,
        replies_after,
        time_after,
        ratio,
        *_around(ratio, error, normal_quantile(level)),
        *pooled_ratio(*counted, level),
        _pays_from(spans[:-1], ratio, error, 1 - level),
    )


def _ratios(a: Ints, time: Floats, b: Ints, other: Floats) -> tuple[Floats, Floats]:
    """The rate ratio of each span and the standard error of its logarithm."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((time > 0) & (other > 0), (a / time) / (b / other), np.nan)
        return ratio, np.where((a > 0) & (b > 0), np.sqrt(1 / a + 1 / b), np.nan)


def _around(ratio: Floats, error: Floats, width: float) -> tuple[Floats, Floats]:
    with np.errstate(invalid="ignore"):
        return ratio * np.exp(-width * error), ratio * np.exp(width * error)


def _pays_from(since: Floats, ratio: Floats, error: Floats, false: float) -> float | None:
    known = np.flatnonzero(np.isfinite(error) & np.isfinite(ratio))
    p = adjust([two_sided(np.log(ratio[each]) / error[each]) for each in known])
    sure: Bools = (p <= false) & (ratio[known] > 1)
    return float(since[known[sure][0]]) if sure.any() else None
