"""The staff pages about silences.

`desk.py` today's list and the confirmation; `openness.py` how silence is read, and how well;
`door.py` the blueprint.
"""

from __future__ import annotations

from recruiting.silence.views import desk, openness
from recruiting.silence.views.door import bp

__all__ = ["bp", "desk", "openness"]
