"""A command of the product as if it were another moment, in a process of its own.

`python -m tests.stories.at 2026-03-02T09:00:00+00:00 worker --once`
"""

from __future__ import annotations

import sys
from datetime import datetime

import time_machine
from flask.cli import main

if __name__ == "__main__":
    moment = datetime.fromisoformat(sys.argv.pop(1))
    with time_machine.travel(moment, tick=True):
        main()
