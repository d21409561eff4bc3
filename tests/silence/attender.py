"""A worker process of its own, for tests: `python -m tests.silence.attender MOMENT`.

Waits for a line on its standard input, takes one pass at that moment, and says how many
applications it attended to itself. `together` starts some and lets them begin at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from config import ROOT
from recruiting import sweep
from recruiting.app import create_app
from recruiting.worker import Worker

MOST_SECONDS = 900


def together(
    database_url: str, folder: Path, moment: datetime, workers: int
) -> tuple[list[list[int]], float]:
    """Let workers begin at the same time: whom each of them attended to, and how long all took."""
    environ = {
        **os.environ,
        "DATABASE_URL": database_url,
        "HEARDBACK_INSTANCE": str(folder),
        "SECRET_KEY": "k" * 40,
    }
    command = [sys.executable, "-m", "tests.silence.attender", moment.isoformat()]
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(command, cwd=ROOT, env=environ, text=True, stdin=pipe, stdout=pipe)
            )
            for _ in range(workers)
        ]
        stack.callback(lambda: [one.kill() for one in started])
        for one in started:
            if not one.stdout or one.stdout.readline() != "ready\n":
                raise RuntimeError("a worker did not start")
        begun_at = time.perf_counter()
        for one in started:
            if one.stdin:
                one.stdin.write("go\n")
                one.stdin.flush()
        said = [_said(one) for one in started]
        return said, time.perf_counter() - begun_at


def _said(worker: subprocess.Popen[str]) -> list[int]:
    """What a worker says in the end."""
    out, _nothing = worker.communicate(timeout=MOST_SECONDS)
    if worker.returncode:
        raise RuntimeError(f"a worker ended with {worker.returncode}")
    last = out.strip().splitlines()[-1] if out.strip() else ""
    return [int(word) for word in last.split() if word.isdigit()]


def say(line: str) -> None:
    """One line to whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(moment: str) -> None:
    """Attend once, when told to begin."""
    app = create_app()
    done: list[int] = []
    real = sweep.attend_to

    def attend_to(application_id: int, now: datetime) -> bool:
        was_ours = real(application_id, now)
        done.extend([application_id] * was_ours)
        return was_ours

    sweep.attend_to = attend_to
    worker = Worker(app)
    say("ready")
    sys.stdin.readline()
    worker.tick(datetime.fromisoformat(moment))
    say(" ".join(map(str, done)))


if __name__ == "__main__":
    main(sys.argv[1])
