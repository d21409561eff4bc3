"""Commands of the product, each in a process of its own that can be killed.

The processes are forked from one that has loaded the product: to load it for each of some hundred
workers would take longer than what they do.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess

from flask.cli import cli

from config import ROOT

PATIENCE = 120.0  # seconds
STANDARD = (0, 1, 2)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.processes", "recruiting.app"])


def flask(*arguments: str, environment: Mapping[str, str]) -> ForkServerProcess:
    """Start `flask …` and do not wait for it; what it says is lost."""
    process = FORKS.Process(target=_run, args=(arguments, dict(environment)))
    process.start()
    return process


def ended(process: ForkServerProcess) -> int:
    """Wait until a process ends; its status, or minus the signal that killed it."""
    process.join(PATIENCE)
    status = process.exitcode
    if status is None:
        process.kill()
        process.join()
        raise TimeoutError
    process.close()
    return status


def _run(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in STANDARD:
        os.dup2(nothing, standard)
    cli.main(args=list(arguments), prog_name="flask")
