"""Made-up silences with facts, for tests of what is counted and fitted."""

from __future__ import annotations

import numpy as np

from recruiting.stats.facts import Facts


def made_up(n: int = 400, seed: int = 5, groups: int = 3):
    """(durations, answered, group, facts): answers come faster where they came fast before."""
    draw = np.random.default_rng(seed)
    depth = draw.poisson(1.5, n).astype(float)
    talked = depth > 0
    replies = np.where(talked, np.maximum(depth - draw.integers(0, 2, n), 0), 0.0)
    pace = np.where(replies > 0, draw.normal(2, 1.5, n), np.nan)
    attempts = draw.integers(0, n, n // 2)
    facts = Facts.of(
        depth=depth,
        delay=np.where(talked, draw.lognormal(2, 2, n), np.nan),
        replies=replies,
        pace=pace,
        latest=np.where(replies > 0, draw.lognormal(2, 2, n), np.nan),
        hour=draw.uniform(0, 24, n) % 24,
        weekday=draw.integers(0, 7, n).astype(float),
        is_spoken=draw.random(n) < 0.2,
        attempt_of=attempts,
        attempt_at=draw.lognormal(4, 1.5, attempts.size),
    )
    group = draw.integers(0, groups, n)
    reply = draw.lognormal(np.nan_to_num(pace, nan=3.5), 1.5)
    look = draw.uniform(0, 1500, n)
    return np.minimum(reply, look), reply <= look, group, facts


def rows(facts: Facts, which: np.ndarray) -> Facts:
    """Some rows of facts, with their attempts."""
    place = np.full(len(facts), -1)
    place[which] = np.arange(which.size)
    kept = place[facts.attempt_of] >= 0
    columns = {
        name: getattr(facts, name)[which]
        for name in Facts.__dataclass_fields__
        if name[:3] != "att"
    }
    return Facts(
        **columns,
        attempt_of=place[facts.attempt_of[kept]],
        attempt_at=facts.attempt_at[kept],
    )
