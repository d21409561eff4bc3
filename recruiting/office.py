"""The office of this installation, for services and the edge; rules take it as an argument."""

from __future__ import annotations

from flask import current_app

from recruiting.workdays import Office


def office() -> Office:
    """The zone and calendar that the installation was started with."""
    return current_app.extensions["office"]
