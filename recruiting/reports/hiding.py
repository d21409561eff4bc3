"""Which cells of a report are too small to be shown, also by subtraction (pure).

A cell is hidden if fewer people than the minimum are in it, and then as many others with it that
no sum can be solved for it: of a shown whole, the hidden parts are two or more and together not
too small; of a hidden whole, one part at least is hidden. As long as sums share nothing but their
whole, every hidden cell then stands in an equation with another unknown of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from recruiting.stats.spells import Bools, Ints


class Sum(NamedTuple):
    """One cell that is the sum of others, by their numbers."""

    whole: int
    parts: Ints


def protect(sizes: Sequence[Ints], sums: Sequence[Sum], minimum: int) -> Bools:
    """Say which cells to hide.

    `sizes` are several counts (n,) of the people in the same cells, where more than one is
    published. Empty cells stay: nobody is in them.
    """
    hides = np.logical_or.reduce([(size > 0) & (size < minimum) for size in sizes])
    while any([_close(size, one, hides, minimum) for size in sizes for one in sums]):  # noqa: C419 - each closes its own
        pass
    return hides


def _close(size: Ints, one: Sum, hides: Bools, minimum: int) -> bool:
    """Hide one more cell if this sum could be solved for those that are hidden."""
    if not size[one.whole]:
        return False
    filled = one.parts[size[one.parts] > 0]
    is_hidden = hides[filled]
    number = int(np.count_nonzero(is_hidden))
    if hides[one.whole]:
        is_solvable = number == 0
    else:
        together = int(size[filled[is_hidden]].sum())
        is_solvable = number == 1 or (number > 0 and together < minimum)
    if is_solvable:
        shown = filled[~is_hidden]
        hides[shown[np.argmin(size[shown])] if shown.size else one.whole] = True
    return is_solvable
