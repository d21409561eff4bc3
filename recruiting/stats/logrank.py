"""Do groups answer at the same pace? The log-rank test for two or more groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.distributions import chi_squared_tail
from recruiting.stats.spells import Floats, Ints, read_groups, read_spells

MOST_GROUPS = 10_000  # a larger number is no group, but an id


@dataclass(frozen=True, eq=False)
class Comparison:
    """Replies seen in each group and those expected if all answered at one common pace.

    `freedom` is one less than the groups that could show anything; with none left over there is
    nothing to test, the statistic is 0 and p is 1.
    """

    observed: Ints  # (g,)
    expected: Floats  # (g,)
    statistic: float
    freedom: int
    p: float


def compare(durations: ArrayLike, answered: ArrayLike, group: ArrayLike) -> Comparison:
    """Test whether the groups' reply curves are one and the same: the log-rank test.

    Parameters
    ----------
    durations, answered : (n,)
        One silence a row, as in `survival.still_silent`.
    group : (n,) int, >= 0
        Which group; the answer has a row for each number from 0 to the largest.

    Raises
    ------
    ValueError
        For rows that `survival.still_silent` refuses, or a group that is no whole number >= 0.

    Notes
    -----
    A small p says that the paces differ somewhere, not where, how much or why; where two curves
    cross, the test may see nothing. Over many cuts, adjust p (`multiplicity.adjust`).
    Groups in which no reply could be expected (nobody open at any reply) are left out, as R's
    `survdiff` does. Time O(n log n), memory O(replies x groups).

    References
    ----------
    Mantel (1966), Cancer Chemother. Rep. 50, 163-170.
    Peto and Peto (1972), J. R. Stat. Soc. A 135, 185-207.
    """
    hours, ends = read_spells(durations, answered)
    places = read_groups(group, hours.size)
    groups = int(places.max(initial=-1)) + 1
    if groups > MOST_GROUPS:
        raise ValueError(f"groups go from 0 to {MOST_GROUPS - 1}, got {groups - 1}")
    time, replies = np.unique(hours[ends], return_counts=True)
    open_by_group = _open(hours, places, groups, time)
    at_risk = open_by_group.sum(axis=1)
    observed = np.bincount(places[ends], minlength=groups)
    part = open_by_group / at_risk[:, None]
    expected = replies @ part
    some = expected > 0
    freedom = int(some.sum()) - 1
    if freedom < 1:
        return Comparison(observed, expected, 0.0, 0, 1.0)

    part, excess = part[:, some][:, 1:], (observed - expected)[some][1:]
    weight = replies * (at_risk - replies) / np.maximum(at_risk - 1, 1)
    covariance = np.diag(weight @ part) - (part * weight[:, None]).T @ part
    statistic = _quadratic(excess, covariance)
    return Comparison(observed, expected, statistic, freedom, chi_squared_tail(statistic, freedom))


def _open(hours: Floats, places: Ints, groups: int, time: Floats) -> Ints:
    """Silences of each group still open just before each of the times: (m, g)."""
    columns = [np.sort(hours[places == each]) for each in range(groups)]
    counted = [column.size - np.searchsorted(column, time, side="left") for column in columns]
    return np.array(counted, dtype=np.int64).reshape(groups, time.size).T


def _quadratic(excess: Floats, covariance: Floats) -> float:
    """excess' covariance^-1 excess; what has no variance at all can have no excess either."""
    return max(0.0, float(excess @ np.linalg.pinv(covariance, hermitian=True) @ excess))
