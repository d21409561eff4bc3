"""The rhythm of a conversation: how often they spoke, how fast they answered so far (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import NamedTuple

from recruiting.stats.facts import SHORTEST
from recruiting.workdays import HOUR


class Known(NamedTuple):
    """What was known of a conversation at one moment; what there is none of yet is none."""

    delay_hours: float | None  # since their last touch
    paced: int  # our silences that they have ended
    pace: float | None  # mean logarithm of the hours they took for these
    latest_hours: float | None  # that they took the last time


@dataclass(slots=True)
class Rhythm:
    """A conversation as it goes on."""

    heard_at: datetime | None = None
    paced: int = 0
    log_hours: float = 0.0
    latest_hours: float | None = None

    def hear(self, at: datetime, silent_since: datetime | None) -> None:
        """They spoke; `silent_since` is our first unanswered touch, if there was one."""
        self.heard_at = at
        if silent_since is not None:
            self.latest_hours = max(0.0, (at - silent_since) / HOUR)
            self.log_hours += log(max(self.latest_hours, SHORTEST))
            self.paced += 1

    def known(self, at: datetime) -> Known:
        """What is known when we speak."""
        delay = None if self.heard_at is None else max(0.0, (at - self.heard_at) / HOUR)
        pace = self.log_hours / self.paced if self.paced else None
        return Known(delay, self.paced, pace, self.latest_hours)
