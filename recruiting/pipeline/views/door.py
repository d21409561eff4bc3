"""The blueprint that the views of this room hang into, and who stands at the door."""

from __future__ import annotations

from typing import cast

from flask import Blueprint
from flask_login import current_user

from recruiting.accounts.rules import Actor

bp = Blueprint("pipeline", __name__)


def me() -> Actor:
    """The signed-in person, as rooms below the edge take them."""
    return cast("Actor", current_user)
