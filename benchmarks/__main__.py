"""Run the `run()` of every module here, or of those named on the command line.

    python -m benchmarks [NAME ...]

Ends with 1 if a figure is beyond its limit.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import sys

import benchmarks
from benchmarks.table import Row, show


def main(names: list[str]) -> int:
    """Measure, print, and judge."""
    logging.disable(logging.INFO)  # a line for each request would bury the table
    rows: list[Row] = []
    for name in names or sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__)
    ):
        if name == "__main__":
            continue
        run = getattr(importlib.import_module(f"benchmarks.{name}"), "run", None)
        if run is not None:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            rows += run()
    print(show(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
