"""The statistics stand alone: a fresh interpreter loads them without web, database or scipy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"flask", "sqlalchemy", "scipy", "wtforms", "pandas"}


def test_importing_all_of_stats_loads_nothing_heavy():
    modules = sorted(path.stem for path in (ROOT / "recruiting" / "stats").glob("*.py"))
    assert {"survival", "rates", "replies", "record", "counts", "spells"} < set(modules)
    code = "import sys\n" + "".join(
        f"import recruiting.stats.{name}\n" for name in modules if name != "__init__"
    )
    code += "print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "numpy" in loaded
    assert not loaded & HEAVY


def test_the_door_plate_names_every_module():
    stats = ROOT / "recruiting" / "stats"
    plate = (stats / "__init__.py").read_text(encoding="utf-8")
    for path in stats.glob("[a-z]*.py"):
        assert f"`{path.stem}`" in plate
