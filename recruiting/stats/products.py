"""The products and sums along a Kaplan-Meier curve, in as little time as a few sorts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread

import numpy as np

from recruiting.stats.spells import Floats, Ints

BLOCK = 16384  # rows
SMALL = 1 / 64


def fill_shares(columns: Floats, replies: Ints, at_risk: Ints, width: float) -> None:
    """Fill in the Kaplan-Meier share after each step, and its two bounds on the log(-log) scale.

    Parameters
    ----------
    columns : (3, m) float
        To be filled: the share, and it to the powers exp(+error) and exp(-error), the error being
        Greenwood's times `width`. Bounds are nan where the share is 0.
    replies, at_risk : (m,) int
        At each step, and open just before it: at least 1, and not fewer than the replies.
    width : float
        How many standard errors the bounds reach to either side.

    Notes
    -----
    Each half of the work has a thread of its own, since a curve of a million silences shall take
    no longer than sorting them three times. Block by block, so that what is in between stays in
    the cache.
    """
    share, variance = columns[:2]  # the bounds are written over the variances
    _at_once(
        partial(_fill_products, replies, at_risk, share),
        partial(_fill_variances, replies, at_risk, variance),
        rows=replies.size,
    )
    middle = replies.size // 2
    _at_once(
        partial(_fill_bounds, columns[:, :middle], width),
        partial(_fill_bounds, columns[:, middle:], width),
        rows=replies.size,
    )


def _at_once(first: Callable[[], None], second: Callable[[], None], *, rows: int) -> None:
    """Do both, on two cores if there are two: numpy lets go of Python while it computes."""
    if rows <= BLOCK:  # sooner done than a thread has started
        first()
        second()
        return
    failed: list[BaseException] = []

    def half() -> None:
        try:
            first()
        except BaseException as error:  # noqa: BLE001 - raised where somebody waits for it
            failed.append(error)

    beside = Thread(target=half)
    beside.start()
    try:
        second()
    finally:
        beside.join()
    for error in failed:
        raise error


def _fill_products(replies: Ints, at_risk: Ints, share: Floats) -> None:
    product = 1.0  # of the steps before this block
    for block in _blocks(replies.size):
        there = at_risk[block].astype(np.float64)
        kept = there - _floats(replies[block])
        kept /= there
        kept[0] *= product
        product = np.cumprod(kept, out=share[block])[-1]


@np.errstate(divide="ignore")  # where the last silence of all is answered
def _fill_variances(replies: Ints, at_risk: Ints, variance: Floats) -> None:
    total = 0.0  # of the steps before this block
    for block in _blocks(replies.size):
        gone, there = _floats(replies[block]), at_risk[block].astype(np.float64)
        there *= there - gone
        noise = np.divide(gone, there, out=there)
        noise[0] += total
        total = np.cumsum(noise, out=variance[block])[-1]


@np.errstate(divide="ignore", invalid="ignore")  # the same: no bounds there
def _fill_bounds(columns: Floats, width: float) -> None:
    for block in _blocks(columns.shape[1]):
        still, low, high = columns[:, block]
        logarithm = np.log(still)
        error = np.sqrt(low)
        error *= -width
        error /= logarithm
        power = _exp(error)
        np.multiply(still, _exp(logarithm * (power - 1)), out=low)
        np.multiply(still, _exp(logarithm / power - logarithm), out=high)


def _blocks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, BLOCK):
        yield slice(start, start + BLOCK)


def _floats(whole: Ints) -> Floats | float:
    """The same as floats, or the one number that they all are: nearly always 1."""
    return 1.0 if whole.max() == 1 else whole.astype(np.float64)


def _exp(x: Floats) -> Floats:
    """The exponential; where all is small as a fraction, right to the last digit.

    Padé's of order 3 over 3: its error is below x^7 / 100,000. Few machines have a faster `exp`.
    """
    if not np.abs(x).max() < SMALL:  # also where one is nan
        return np.exp(x)
    even = x * x
    odd = even + 60
    odd *= x
    even *= 12
    even += 120
    even -= odd
    odd *= 2
    odd /= even
    odd += 1
    return odd
