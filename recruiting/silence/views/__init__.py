"""The staff pages about silences.

`desk.py` today's list and the confirmation; `batch.py` drafted mails; `delays.py` notices of
delay; `setbacks.py` what the worker set aside; `openness.py` how silence is read, and how well;
`door.py` the blueprint.
"""

from __future__ import annotations

from recruiting.silence.views import batch, delays, desk, openness, setbacks
from recruiting.silence.views.door import bp

__all__ = ["batch", "bp", "delays", "desk", "openness", "setbacks"]
