"""The statistics on a million silences, as ratios of one run where that says more than seconds."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.table import Row, best_of
from recruiting.stats.counts import count
from recruiting.stats.replies import fit
from recruiting.stats.survival import still_silent

ROOT = Path(__file__).parent.parent
MILLION = 1_000_000
GROUPS = 40
EVERY_MODULE = "import " + ", ".join(
    f"recruiting.stats.{path.stem}"
    for path in sorted((ROOT / "recruiting" / "stats").glob("[a-z]*.py"))
)


def run() -> list[Row]:
    """Import, Kaplan-Meier, fit, score and update."""
    draw = np.random.default_rng(1)
    hours, group = draw.lognormal(3, 2, MILLION), draw.integers(0, GROUPS, MILLION)
    answered = draw.random(MILLION) < 0.6
    curve = [_curve(hours, answered), *_lifelines(hours, answered)]
    return [_import(), *curve, *_replies(draw, hours, answered, group)]


def _import() -> Row:
    alone, stats = [], []
    for _ in range(9):  # by turns, so that a busy moment falls on both
        alone.append(_import_seconds("import numpy"))
        stats.append(_import_seconds(EVERY_MODULE))
    return Row("stats: import, to numpy alone", min(stats) / min(alone), 1.3, "x")


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


def _replies(
    draw: np.random.Generator, hours: np.ndarray, answered: np.ndarray, group: np.ndarray
) -> list[Row]:
    curves = fit(hours, answered, group)
    whole, new = count(hours, answered, group), count(hours[:1000], answered[:1000], group[:1000])
    rows = [
        Row("stats: fit 1,000,000", best_of(3, lambda: fit(hours, answered, group)), 3, "s"),
        Row("stats: add 1,000 to a fit of 1,000,000", best_of(5, lambda: whole + new), 0.05, "s"),
    ]
    for n, limit in ((100_000, 0.5), (MILLION, 2.0)):
        asked, elapsed = draw.integers(-1, GROUPS, n), draw.uniform(0, 900, n)

        def score(asked: np.ndarray = asked, elapsed: np.ndarray = elapsed) -> None:
            curves.no_return(asked, elapsed)
            curves.comparable(asked, elapsed, exclude_self=True)
            curves.answered_after(asked, elapsed)

        rows.append(Row(f"stats: score {n:,} open silences", best_of(3, score), limit, "s"))
    return rows


def _import_seconds(statement: str) -> float:
    code = (
        f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
