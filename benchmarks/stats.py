"""The statistics on a million silences, as ratios of one run where that says more than seconds."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.memory import peak
from benchmarks.table import Row, best_of
from recruiting.stats.counts import ReplyCounts, count
from recruiting.stats.facts import Facts
from recruiting.stats.replies import ReplyCurves, fit_counts
from recruiting.stats.spells import Bools, Floats, Ints
from recruiting.stats.survival import still_silent

ROOT = Path(__file__).parent.parent
MILLION, FEW, NEW = 1_000_000, 10_000, 1_000
GROUPS = 40
FORECAST = "import recruiting.stats.replies, recruiting.stats.facts"
EVERY_MODULE = "import " + ", ".join(
    f"recruiting.stats.{path.stem}"
    for path in sorted((ROOT / "recruiting" / "stats").glob("[a-z]*.py"))
)


def run() -> list[Row]:
    """Import, Kaplan-Meier, fit, score and update."""
    draw = np.random.default_rng(1)
    hours, answered = draw.lognormal(3, 2, MILLION), draw.random(MILLION) < 0.6
    curve = [_curve(hours, answered), *_lifelines(hours, answered)]
    return [*_imports(), *curve, *_replies(draw)]


def _imports() -> list[Row]:
    """The package, what a forecast needs, and every module, each beside numpy alone."""
    sources = ("import numpy", "import numpy, recruiting.stats", FORECAST, EVERY_MODULE)
    taken: dict[str, list[float]] = {source: [] for source in sources}
    for _ in range(9):  # by turns, so that a busy moment falls on all
        for source in sources:
            taken[source].append(_import_seconds(source))
    alone, *others = (min(taken[source]) for source in sources)
    whats = ("recruiting.stats", "its reply curves", "all its modules")
    limits = (1.3, 1.3, None)
    return [
        Row(f"stats: import of {what}, to numpy alone", seconds / alone, limit, "x")
        for what, seconds, limit in zip(whats, others, limits, strict=True)
    ]


def _curve(hours: np.ndarray, answered: np.ndarray) -> Row:
    sorts, curves = [], []
    for _ in range(15):
        sorts.append(best_of(1, lambda: np.sort(hours)))
        curves.append(best_of(1, lambda: still_silent(hours, answered)))
    ratio = min(curves) / min(sorts)
    return Row("stats: Kaplan-Meier with bounds on 1,000,000, to one sort", ratio, 3, "x")


def _lifelines(hours: np.ndarray, answered: np.ndarray) -> list[Row]:
    """The same curve from lifelines, if it is there: `make bench` brings it along."""
    if importlib.util.find_spec("lifelines") is None:
        return []
    fitter = importlib.import_module("lifelines").KaplanMeierFitter
    theirs, ours = [], []
    for _ in range(3):
        theirs.append(best_of(1, lambda: fitter().fit(hours, answered)))
        ours.append(best_of(3, lambda: still_silent(hours, answered)))
    share = fitter().fit(hours, answered).survival_function_.iloc[:, 0].to_numpy()[-1]
    np.testing.assert_allclose(still_silent(hours, answered).share[-1], share, rtol=1e-6)
    what = "stats: Kaplan-Meier with bounds on 1,000,000, to lifelines"
    return [Row(what, min(ours) / min(theirs), 0.2, "x")]


def _replies(draw: np.random.Generator) -> list[Row]:
    """Fit, score and update, all with facts of the conversations."""
    few, many = made_up(draw, FEW), made_up(draw, MILLION)
    small, large = best_of(5, lambda: _fit(few)), best_of(2, lambda: _fit(many))
    whole, new = _count(many), made_up(draw, NEW)
    curves = fit_counts(whole)
    asked, elapsed = draw.integers(-1, GROUPS, MILLION), draw.uniform(0, 900, MILLION)

    def score() -> None:
        curves.no_return(asked, elapsed, many.facts)

    def count_alike() -> None:
        curves.comparable(asked, elapsed, exclude_self=True)
        curves.answered_after(asked, elapsed)

    growth = (large / MILLION) / (small / FEW)
    return [
        Row("stats: fit 1,000,000 with facts", large, 20, "s"),
        Row("stats: time a silence, 1,000,000 to 10,000", growth, 1.2, "x"),
        Row("stats: score 1,000,000 open ones with facts", best_of(2, score), 2, "s"),
        Row("stats: count those comparable with 1,000,000", best_of(2, count_alike), None, "s"),
        Row("stats: fit and score 1,000,000, memory", _megabytes(), 1536, "MB"),
        Row(
            "stats: add 1,000 to 1,000,000 and fit again",
            best_of(7, lambda: fit_counts(whole + _count(new))),
            0.05,
            "s",
        ),
    ]


@dataclass(frozen=True, eq=False)
class MadeUp:
    """Silences of `GROUPS` stages with facts, two of three asked after once more."""

    hours: Floats
    answered: Bools
    group: Ints
    facts: Facts


def made_up(draw: np.random.Generator, n: int) -> MadeUp:
    """So many silences; what they hold does not matter here, how much of it does."""
    depth = draw.poisson(1.5, n).astype(np.float64)
    talked = depth > 0
    attempts = draw.integers(0, n, 2 * n // 3)
    facts = Facts.of(
        depth=depth,
        delay=np.where(talked, draw.lognormal(3, 2, n), np.nan),
        replies=np.maximum(depth - 1, 0),
        pace=np.where(depth > 1, draw.normal(2, 1.5, n), np.nan),
        latest=np.where(depth > 1, draw.lognormal(2, 2, n), np.nan),
        hour=draw.uniform(0, 24, n),
        weekday=draw.integers(0, 7, n),
        is_spoken=draw.random(n) < 0.2,
        attempt_of=attempts,
        attempt_at=draw.lognormal(4.5, 1, attempts.size),
    )
    hours, group = draw.lognormal(3, 2, n), draw.integers(0, GROUPS, n)
    return MadeUp(hours, draw.random(n) < 0.6, group, facts)


def _count(told: MadeUp) -> ReplyCounts:
    return count(told.hours, told.answered, told.group, told.facts)


def _fit(told: MadeUp) -> ReplyCurves:
    return fit_counts(_count(told))


def _megabytes() -> float:
    """The most that a process of its own holds which fits and scores a million silences."""
    done = subprocess.run(
        [sys.executable, "-c", "from benchmarks import stats; stats.fit_and_score()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def fit_and_score() -> None:
    """Print the megabytes that were resident at most, the silences themselves included."""
    told = made_up(np.random.default_rng(1), MILLION)
    _fit(told).no_return(told.group, told.hours, told.facts)
    print(peak())


def _import_seconds(statement: str) -> float:
    code = (
        f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
