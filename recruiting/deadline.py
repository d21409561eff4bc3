"""A limit of time for what others can make slow: a mail as they wrote it, a server that drips."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def at_most(seconds: float) -> Generator[None]:
    """End what takes too long with a `TimeoutError`, again each second until it has ended.

    Only a process's main thread can be stopped so, which is where a worker does its steps.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _too_long(_sign: int, _frame: FrameType | None) -> None:
    raise TimeoutError
