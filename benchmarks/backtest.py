"""How good the silence clock is, beside what else could be had, and how fast a back-test is.

    BENCH_LOGS=first.csv:second.csv@2024-05-01T00:00:00Z python -m benchmarks backtest

Judges the clock on the journal files named there, separated by `:`. It is fitted on what was known
at the moment behind the `@`, or after a part of the log's touches (`@50%`; 60 % if nothing is
said), and tested on what began later. `benchmarks.logs` turns public logs into journal files.
Without `BENCH_LOGS` the log is made up here; such a log proves no quality, so its figures have no
limits.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks import invented, references
from benchmarks.table import Row
from recruiting import clock
from recruiting.journal.csvfile import read_rows
from recruiting.moments import parse_moment
from recruiting.silence.backtest import Backtest, Plan, backtest, mean
from recruiting.silence.journals import Conversations
from recruiting.stats.scores import score
from recruiting.workdays import Office

ROOT = Path(__file__).parent.parent
ROWS, LIMIT_SECONDS = 120_000, 20.0
JUDGED_ROWS = 20_000  # of the made-up log, as boosted trees take their time
CUT = "60%"
NAMED = re.compile(r"([^:@]+)(?:@(\d+%|[\d-]{10}T[\d:]+(?:Z|[+-]\d\d:\d\d)))?(?::|$)")
OFFICE = Office()
NAN = float("nan")


@dataclass(frozen=True)
class Judged:
    """The figures of one log, over all landmarks in the mean; nan for what cannot be said.

    `to_pooled`, `to_boosted`: the log loss, as a ratio. `false_alarms`: to those of fixed days
    when as many silences are missed, in the mean over the rules.
    """

    n: float
    to_pooled: float
    to_boosted: float
    calibration: float
    pooled_calibration: float
    boosted_calibration: float
    false_alarms: float


HEADER = ("log", "n", "to pooled", "to boosted", "calibration", "(pooled)", "(boosted)", "alarms")
LIMITS = {  # what, the most it may be, unit
    "to_pooled": ("log loss, to pooled Kaplan-Meier", 0.93, "x"),
    "to_boosted": ("log loss, to boosted trees", 1.0, "x"),
    "calibration": ("calibration error", 0.03, ""),
    "false_alarms": ("false alarms, to fixed days at equal misses", 0.7, "x"),
}


def run() -> list[Row]:
    """Time the command on a made-up log; judge the clock on the logs given, or on that one."""
    with tempfile.TemporaryDirectory() as name:
        large, made_up = Path(name) / "large.csv", Path(name) / "made-up.csv"
        invented.write(large, ROWS)
        invented.write(made_up, JUDGED_ROWS)
        seconds = _command(large, Path(name))
        given = list(named(os.environ.get("BENCH_LOGS", "")))
        judged = dict(_judge(*one) for one in given or [(made_up, CUT)])
    whole = Judged(*(_mean(column) for column in zip(*map(astuple, judged.values()), strict=True)))
    print(_shown({**judged, "mean": whole}), flush=True)
    rows = [Row(f"flask silence backtest, {ROWS:,} rows", seconds, LIMIT_SECONDS, "s")]
    for field, (what, limit, unit) in LIMITS.items():
        figure, of = getattr(whole, field), f"mean of {len(judged)} logs" if given else "made up"
        if not np.isnan(figure):  # boosted trees need scikit-learn
            rows.append(Row(f"back-test, {of}: {what}", figure, limit if given else None, unit))
    return rows


def named(text: str) -> Iterator[tuple[Path, str]]:
    """The files of `BENCH_LOGS` with the moment to cut each at, or the part of its touches."""
    place = 0
    while place < len(text):
        found = NAMED.match(text, place)
        if found is None:
            raise SystemExit(f"BENCH_LOGS: cannot read {text[place:]!r}; write FILE@MOMENT:FILE")
        yield Path(found[1]), found[2] or CUT
        place = found.end()


def cut_of(moments: Iterable[datetime], when: str) -> datetime:
    """A moment, written as one or as the part of a log's touches that lie before it.

    Of the touches and not of the span, since most logs are busy at one end and idle at the other.
    """
    if when.endswith("%"):
        in_order = sorted(moments)
        return in_order[int((len(in_order) - 1) * float(when[:-1]) / 100)]
    return parse_moment(when)


def _command(path: Path, folder: Path) -> float:
    """Seconds that `flask silence backtest` takes on the made-up log, as an operator starts it."""
    cut = invented.BEGUN + timedelta(days=invented.DAYS / 2)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "silence", "backtest", str(path)]
    environ = os.environ | {"HEARDBACK_INSTANCE": str(folder / "instance")}
    start = time.perf_counter()
    subprocess.run(
        [*command, "--train-until", cut.isoformat()],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def _judge(path: Path, when: str) -> tuple[str, Judged]:
    with path.open("rb") as file:
        now = clock.now()
        told = Conversations(read_rows(file, now=now), now)
        conversations = list(told)
    if told.problem_count:
        raise SystemExit(f"BENCH_LOGS: {path}: {told.problem_count:,} rows cannot be read")
    cut = cut_of((touch.at for _case, touches in conversations for touch in touches), when)
    return f"{path.stem} {cut:%Y-%m-%d}", figures(backtest(conversations, Plan(cut), OFFICE))


def figures(found: Backtest) -> Judged:
    """The figures of one back-test, beside those of the references on the same silences."""
    scores = found.scores()
    ours, pooled = mean([row[1] for row in scores]), mean([row[2] for row in scores])
    boosted_loss = boosted_calibration = NAN
    if references.is_there():
        forecasts = zip(references.boosted(found, OFFICE), found.landmarks, strict=True)
        boosted = mean([score(forecast, one.no_return) for forecast, one in forecasts])
        boosted_loss, boosted_calibration = boosted.log_loss, boosted.calibration_error
    return Judged(
        ours.n,
        ours.log_loss / pooled.log_loss,
        ours.log_loss / boosted_loss,
        ours.calibration_error,
        pooled.calibration_error,
        boosted_calibration,
        _mean(NAN if rule.alarms.ratio is None else rule.alarms.ratio for rule in found.rules()),
    )


def _mean(figures: Iterable[float]) -> float:
    """The mean of those that can be said."""
    there = [figure for figure in figures if not np.isnan(figure)]
    return float(np.mean(there)) if there else NAN


def _shown(judged: Mapping[str, Judged]) -> str:
    """A table with a line for each log."""
    cells = [HEADER]
    for name, one in judged.items():
        n, *others = astuple(one)
        cells.append((name, f"{n:,.0f}", *(f"{figure:.3f}" for figure in others)))
    width = [max(len(line[column]) for line in cells) for column in range(len(HEADER))]
    return "\n".join(
        "  ".join([line[0].ljust(width[0]), *map(str.rjust, line[1:], width[1:])]) for line in cells
    )
