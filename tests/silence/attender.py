"""A worker process of its own, for tests: `python -m tests.silence.attender MOMENT`.

Waits for a line on its standard input, takes one pass at that moment, and says how many
applications it attended to itself.
"""

from __future__ import annotations

import sys
from datetime import datetime

from recruiting import sweep
from recruiting.app import create_app
from recruiting.worker import Worker


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
