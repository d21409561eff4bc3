"""What the silence clock is measured against: a gradient-boosted discrete-time hazard model.

Silences are cut into bins of time. In each bin in which a silence was still open, trees forecast
whether an answer comes; a silence that was censored inside a bin counts there for the part of the
bin that was watched. The chance of no return is the product over the bins that remain.

The trees see depth, our delay, how fast they answered (in the mean, the last time, how often),
hour, weekday, stage, and the time bin. They get every fair chance:

- The landmarks are edges of bins, so no forecast begins inside one. Nothing before the first
  landmark is learned from, as nothing there is asked about.
- Small steps (learning rate 0.05), gentle shrinkage of the leaves (L2, 1), and a grid of six
  sizes of trees: 8 leaves, near to additive, or 31, the default; 50, 200 or 500 rows a leaf at
  least, above the default of 20, since the rows of one silence are alike.
- Size and number of the trees are those with the best likelihood on the last fifth of the training
  silences, after a fit on the earlier ones as they were known when that fifth began. Then they are
  fitted on all. The silences of the test are never looked at.

Tried on three logs and left: steps of 0.03, trees of 3 leaves, bins before the first landmark, and
our further attempts as a column. Each moved the log loss by about 1 % at most, now up, now down:
differences as small as that say nothing.

Friedman (2001), Ann. Stat. 29, 1189-1232 (boosting). Ke et al. (2017), NeurIPS 30 (trees on
histograms). Singer and Willett (1993), J. Educ. Stat. 18, 155-195 (discrete-time hazards).
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

import numpy as np

from recruiting.silence.backtest import Backtest
from recruiting.silence.conversations import Silence, facts_of
from recruiting.stats.facts import SHORTEST
from recruiting.stats.spells import Bools, Floats
from recruiting.workdays import Office

EDGES = (0.25, 0.5, 1, 2, 3, 6, 12, 24, 36, 48, 72, 96, 120, 168, 240, 336, 480, 720)
HELD_BACK = 0.2
LEAVES, ROWS_A_LEAF = (8, 31), (50, 200, 500)
MOST_TREES, PATIENCE = 600, 30  # rounds without a better likelihood
ALWAYS = {"learning_rate": 0.05, "l2_regularization": 1.0, "random_state": 1}


@dataclass(frozen=True, eq=False)
class Rows:
    """One row for each silence and bin in which it was watched: (m, p), (m,) and (m,)."""

    columns: Floats
    answered: Bools
    watched: Floats  # the part of the bin, above 0 to 1


def is_there() -> bool:
    """Whether scikit-learn is installed: `make bench` brings it along."""
    return importlib.util.find_spec("sklearn") is not None


def boosted(found: Backtest, office: Office) -> list[Floats]:
    """The chance of no return, for each forecast of each landmark of a back-test.

    Learns from the silences that the clock learned from and forecasts those that it forecast.
    """
    plan = found.plan
    edges = np.union1d(EDGES, (*plan.landmarks, plan.horizon))
    edges = edges[(edges >= min(plan.landmarks)) & (edges <= plan.horizon)]
    stages = sorted({one.stage for one in found.learned_from})
    model = _fitted(Reader(edges, stages, office), found.learned_from, plan.train_until)
    forecasts = []
    for one in found.landmarks:
        seen = [found.tested[place][1] for place in one.which]
        known = model.reader.columns(seen)
        log_silent = np.zeros(len(seen))
        for piece in np.flatnonzero(edges[:-1] >= one.hours):
            rows = np.column_stack((known, np.full(len(seen), piece)))
            log_silent += np.log1p(-model.trees.predict_proba(rows)[:, 1])
        forecasts.append(np.exp(log_silent))
    return forecasts


@dataclass(frozen=True)
class Reader:
    """Turns silences into rows, with the bins that `edges` bound."""

    edges: Floats
    stages: Sequence[str]
    office: Office

    def columns(self, told: Sequence[Silence]) -> Floats:
        """What the trees see of each silence, (n, p); unknown is nan, which trees can split on."""
        facts = facts_of(told, self.office)
        place = {name: float(row) for row, name in enumerate(self.stages)}
        return np.column_stack(
            (
                facts.depth,
                np.log(np.maximum(facts.delay, SHORTEST)),
                facts.pace,
                np.log(np.maximum(facts.latest, SHORTEST)),
                facts.replies,
                facts.hour,
                facts.weekday,
                [place.get(one.stage, np.nan) for one in told],
            )
        )

    def rows(self, told: Sequence[Silence], moment: datetime) -> Rows:
        """The silences as they were known at a moment."""
        known = [one.until(moment) for one in told]
        hours, ends = np.array([row[0] for row in known]), np.array([row[1] for row in known])
        start, width = self.edges[:-1], np.diff(self.edges)
        watched = np.clip((hours[:, None] - start) / width, 0, 1)
        ends_here = ends[:, None] & (start < hours[:, None]) & (hours[:, None] <= self.edges[1:])
        who, piece = np.nonzero(watched > 0)
        answered = ends_here[who, piece]
        columns = np.column_stack((self.columns(told)[who], piece.astype(np.float64)))
        return Rows(columns, answered, np.where(answered, 1.0, watched[who, piece]))


@dataclass(frozen=True)
class _Model:
    reader: Reader
    trees: Any  # a HistGradientBoostingClassifier


def _fitted(reader: Reader, told: Sequence[Silence], moment: datetime) -> _Model:
    """Choose size and number of trees on the last part of the silences, then fit on all."""
    in_order = sorted(told, key=lambda one: one.since)
    held_back = in_order[int(len(told) * (1 - HELD_BACK)) :]
    began = held_back[0].since
    early = reader.rows([one for one in told if one.since < began], began)
    late = reader.rows(held_back, moment)
    tried = []
    for leaves, least in product(LEAVES, ROWS_A_LEAF):
        size = {"max_leaf_nodes": leaves, "min_samples_leaf": least}
        trees = _trees(**size, max_iter=MOST_TREES, early_stopping=True, n_iter_no_change=PATIENCE)
        trees.fit(
            early.columns,
            early.answered,
            early.watched,
            X_val=late.columns,
            y_val=late.answered,
            sample_weight_val=late.watched,
        )
        scores = trees.validation_score_
        tried.append((scores.max(), max(1, int(scores.argmax())), size))
    _score, rounds, size = max(tried, key=lambda one: one[0])
    everything = reader.rows(told, moment)
    trees = _trees(**size, max_iter=rounds, early_stopping=False)
    return _Model(reader, trees.fit(everything.columns, everything.answered, everything.watched))


def _trees(**settings: Any) -> Any:
    ensemble = importlib.import_module("sklearn.ensemble")
    return ensemble.HistGradientBoostingClassifier(**ALWAYS, **settings)
