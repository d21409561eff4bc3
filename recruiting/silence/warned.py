"""Whom the clock would have given up on, and who came back after all (pure).

Every silence counts once here, with the first look at which a warning would have sounded; the
looks are the landmarks of the back-test.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from recruiting.silence.backtest import DAY_HOURS, RULE_DAYS, Backtest

GIVES_UP = 0.9  # chance of no return from which the clock gives up


@dataclass(frozen=True)
class Warned:
    """One rule and what became of the silences it gave up on.

    `days` of a rule of fixed days, none for the clock. `raised` silences were given up on, of
    them `wrong` came back within the horizon; `returned` is how many of all did. `after` hours
    half of the warnings had sounded, none where there were none.
    """

    days: int | None
    raised: int
    wrong: int
    returned: int
    after: float | None


def warned(found: Backtest) -> list[Warned]:
    """The clock, and each rule of fixed days that some silence was open long enough for."""
    returned = {n for n, (_case, one) in enumerate(found.tested) if _came_back(one.ended, found)}
    clock: dict[int, float] = {}
    for one in found.landmarks:
        for place, chance in zip(one.which, one.forecast.tolist(), strict=True):
            if chance >= GIVES_UP:
                clock.setdefault(place, one.hours)
    told = [_told(None, clock, returned)]
    for days in RULE_DAYS:
        seen = [one for one in found.landmarks if one.hours >= days * DAY_HOURS]
        raised: dict[int, float] = {}
        for one in seen:
            raised |= {place: one.hours for place in one.which if place not in raised}
        if raised:
            told.append(_told(days, raised, returned))
    return told


def _came_back(ended: float | None, found: Backtest) -> bool:
    return ended is not None and ended <= found.plan.horizon


def _told(days: int | None, raised: dict[int, float], returned: set[int]) -> Warned:
    wrong = len(returned & raised.keys())
    after = median(raised.values()) if raised else None
    return Warned(days, len(raised), wrong, len(returned), after)
