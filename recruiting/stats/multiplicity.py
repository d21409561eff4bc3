"""Many cuts of the same data, some of them striking by chance: adjusted p values."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from recruiting.stats.spells import Floats


def adjust(p: ArrayLike) -> Floats:
    """Adjusted p values (m,) of m tests, in their order: what is kept false among the findings.

    Calling all with an adjusted p of at most 0.05 a finding keeps the expected share of false
    ones among them at 0.05 or less, for tests that are independent or rise and fall together.

    Raises `ValueError` if p is no vector or quoting the first p outside 0..1.

    Reference: Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57, 289-300; in the form of
    adjusted p values as R's `p.adjust(method = "BH")`.
    """
    given = np.asarray(p, dtype=np.float64)
    if given.ndim != 1:
        raise ValueError(f"want a vector of p values, got shape {given.shape}")
    wrong = np.flatnonzero(~((given >= 0) & (given <= 1)))
    if wrong.size:
        raise ValueError(f"p must lie in 0..1, got {given[wrong[0]]} at row {wrong[0]}")
    order = np.argsort(given)
    raised = given[order] * (given.size / np.arange(1, given.size + 1))
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return np.minimum(adjusted, 1.0)
