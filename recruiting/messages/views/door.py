"""The blueprint that the views of this room hang into."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("messages", __name__)
