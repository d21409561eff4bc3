"""How good forecasts were, once it is known what came: no forecaster judges itself here.

Brier (1950), Monthly Weather Review 78, 1-3. Good (1952), J. R. Stat. Soc. B 14, 107-114 (log
loss). Naeini, Cooper and Hauskrecht (2015), AAAI, 2901-2907 (the expected calibration error).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.spells import Bools, Floats, Ints

BINS = 10
SURE = 1e-6  # a forecast counts as no surer than this, so that one mistake costs no infinity


@dataclass(frozen=True, eq=False)
class Calibration:
    """Forecasts in tenths: how many, what they said in the mean, and what came; (BINS,) each.

    `said` and `came` are nan where no forecast fell.
    """

    n: Ints
    said: Floats
    came: Floats

    @property
    def error(self) -> float:
        """Mean distance between what was said and what came, by number of forecasts."""
        there = self.n > 0
        return float(np.average(np.abs(self.said - self.came)[there], weights=self.n[there]))


@dataclass(frozen=True)
class Score:
    """Of `n` forecasts; for each figure 0 would be perfect."""

    n: int
    log_loss: float
    brier: float
    calibration_error: float


@dataclass(frozen=True)
class Alarms:
    """Alarms of a rule beside those of forecasts; an alarm is false if the event does not come.

    `false`, `missed`: of the rule, which raises `raised` alarms. `equal_misses_false`: false
    alarms of the forecasts when they miss no more. `equal_raised_false`, `equal_raised_missed`:
    when they raise as many.
    """

    raised: int
    false: int
    missed: int
    equal_misses_false: int
    equal_raised_false: int
    equal_raised_missed: int

    @property
    def ratio(self) -> float | None:
        """False alarms of the forecasts, to those of the rule, at equal misses."""
        return self.equal_misses_false / self.false if self.false else None


def score(forecast: ArrayLike, came: ArrayLike) -> Score:
    """Judge forecasts (n,) in 0..1 by what came (n,), true or false; n > 0.

    Raises `ValueError` for no forecast at all, for unequal lengths, or quoting the first forecast
    outside 0..1.
    """
    said, event = _read(forecast, came)
    sure = np.clip(said, SURE, 1 - SURE)
    loss = -np.mean(np.where(event, np.log(sure), np.log1p(-sure)))
    brier = np.mean((said - event) ** 2)
    return Score(said.size, float(loss), float(brier), calibration(said, event).error)


def calibration(forecast: ArrayLike, came: ArrayLike) -> Calibration:
    """What was said beside what came, in tenths of the forecast; arguments as for `score`."""
    said, event = _read(forecast, came)
    tenth = np.minimum((said * BINS).astype(np.int64), BINS - 1)
    n = np.bincount(tenth, minlength=BINS)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(tenth, weights=said, minlength=BINS) / n
        share = np.bincount(tenth, weights=event, minlength=BINS) / n
    return Calibration(n, mean, share)


def alarms(forecast: ArrayLike, came: ArrayLike, rule: ArrayLike) -> Alarms:
    """Compare a rule (n,), true where it raises an alarm, with forecasts of the same cases."""
    said, event = _read(forecast, came)
    raised = _truths(rule)
    if raised.shape != said.shape:
        raise ValueError(f"want an answer of the rule for each of {said.size}, got {raised.size}")
    missed, count = int((event & ~raised).sum()), int(raised.sum())
    return Alarms(
        count,
        int((raised & ~event).sum()),
        missed,
        _false_when_missing(said, event, missed),
        *_when_raising(said, event, count),
    )


def _false_when_missing(said: Floats, event: Bools, missed: int) -> int:
    """False alarms if the alarm sounds at the highest level that misses at most so many."""
    levels = np.sort(said[event])
    if missed >= levels.size:
        return 0
    return int((said[~event] >= levels[missed]).sum())


def _when_raising(said: Floats, event: Bools, count: int) -> tuple[int, int]:
    """False alarms and misses if the `count` highest forecasts raise one."""
    highest = np.argsort(-said, kind="stable")[:count]
    hits = int(event[highest].sum())
    return count - hits, int(event.sum()) - hits


def _truths(values: ArrayLike) -> Bools:
    """True and false, or 1 and 0; `ValueError` quoting the first that is neither."""
    given = np.asarray(values)
    wrong = np.flatnonzero(~np.isin(given, (0, 1)))
    if wrong.size:
        raise ValueError(f"want true or false, got {given.ravel()[wrong[0]]} at row {wrong[0]}")
    return given.astype(bool)


def _read(forecast: ArrayLike, came: ArrayLike) -> tuple[Floats, Bools]:
    said, event = np.asarray(forecast, np.float64), _truths(came)
    if said.ndim != 1 or said.shape != event.shape or not said.size:
        raise ValueError(f"want two equal vectors, not empty, got {said.shape} and {event.shape}")
    wrong = np.flatnonzero(~((said >= 0) & (said <= 1)))
    if wrong.size:
        raise ValueError(f"forecasts lie in 0..1, got {said[wrong[0]]} at row {wrong[0]}")
    return said, event
