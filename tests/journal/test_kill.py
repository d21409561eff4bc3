"""A process that is killed in the middle of an import leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from config import ROOT
from recruiting import tables
from recruiting.db import db as handle
from tests.journal import files
from tests.journal.files import row, take, world

# Stops where it is told to, says so, and waits to be killed.
SCRIPT = """
import os, sys, time
from recruiting.app import create_app
from recruiting.journal import commands, services, taking

def stop(*_arguments, **_named):
    os.write(1, b"in the middle\\n")  # the runner keeps what is printed
    time.sleep(60)

module = {"services": services, "taking": taking, "commands": commands.db.session}[sys.argv[1]]
setattr(module, sys.argv[2], stop)
app = create_app()
app.test_cli_runner(catch_exceptions=False).invoke(args=["journal", "import", sys.argv[3]])
"""
ROWS = [
    row(candidate_email=f"c{n}@example.org", at=f"2026-03-{2 + n % 20:02}T09:00:00Z")
    for n in range(500)
]


@pytest.mark.parametrize(
    ("where", "what"),
    [("taking", "_stages"), ("services", "replace"), ("commands", "commit")],
)
def test_a_killed_import_leaves_nothing_and_can_be_run_again(
    app, database_url, tmp_path, where, what
):
    path = tmp_path / "journal.csv"
    path.write_text(files.text(ROWS), encoding="utf-8", newline="")
    handle.session.rollback()
    environ = {
        **os.environ,
        "DATABASE_URL": database_url,
        "HEARDBACK_INSTANCE": str(tmp_path / "instance"),
    }
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, where, what, str(path)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        try:
            said = child.stdout.readline()
        finally:
            child.send_signal(signal.SIGKILL)
    assert said == "in the middle\n"
    assert child.returncode == -signal.SIGKILL
    for table in tables.ALL:
        assert not handle.session.scalar(select(func.count()).select_from(table)), table.name
    assert take(*ROWS).added == 500
    assert len(world()) == 500
