"""Bad links, counted by network: who tries many is asked to wait.

A signature cannot be guessed; this keeps the noise down. Counted in the memory of one process,
since showing a page writes nothing. A good link is never refused, whatever came before it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask, current_app
from flask_babel import gettext as _

from recruiting import access, clock
from recruiting.errors import BadLink, TooMany

BAD_LINKS = "bad_links"
MOST_NETWORKS = 10_000  # remembered; the one that was silent longest is forgotten first


@dataclass
class BadLinks:
    """When each network came with bad links lately: at most `most` within `window`."""

    most: int = 30
    window: timedelta = timedelta(minutes=1)
    _seen: dict[str, deque[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, network: str, now: datetime) -> timedelta | None:
        """Count one more; how long this network should wait, none if that is still few."""
        with self._lock:
            times = self._seen.pop(network, deque(maxlen=self.most + 1))
            while times and times[0] <= now - self.window:
                times.popleft()
            times.append(now)
            self._seen[network] = times  # now the last one to be forgotten
            if len(self._seen) > MOST_NETWORKS:
                del self._seen[next(iter(self._seen))]
            return times[0] + self.window - now if len(times) > self.most else None


def init(app: Flask) -> None:
    """Give an application its counter."""
    app.extensions[BAD_LINKS] = BadLinks()


@contextmanager
def counting_bad_links() -> Generator[None]:
    """Around the reading of a link: a bad one counts, and too many are answered with 429."""
    try:
        yield
    except BadLink as error:
        counter: BadLinks = current_app.extensions[BAD_LINKS]
        wait = counter.wait(access.network(), clock.now())
        if wait is None:
            raise
        sentence = _("Too many links from here did not work. Please wait a minute and try again.")
        raise TooMany(sentence, wait_seconds=int(wait.total_seconds()) + 1) from error
