"""The `flask` commands of all rooms, and what turns a refusal into one line and exit code 1."""

from __future__ import annotations

from flask import Flask

from recruiting import running
from recruiting.accounts import commands as accounts
from recruiting.demo import commands as demo
from recruiting.journal import commands as journal
from recruiting.messages import commands as messages
from recruiting.reports import commands as reports
from recruiting.silence import commands as silence

ROOMS = (accounts, journal, messages, silence, reports, demo, running)


def init(app: Flask) -> None:
    """Register every room's commands."""
    for room in ROOMS:
        for command in room.COMMANDS:
            app.cli.add_command(command)
