"""The staff pages of applications.

`lists.py` jobs, board, search, handed over; `page.py` one application; `acts.py` what is done
there; `entering.py` one is entered by hand; `addresses.py` a candidate's addresses are mended;
`asking.py`, `objection.py` whether they are asked for feedback; `stage.py` one stage of a job;
`door.py` the blueprint.
"""

from __future__ import annotations

from recruiting.pipeline.views import acts, addresses, entering, lists, objection, page, stage
from recruiting.pipeline.views.door import bp

__all__ = ["acts", "addresses", "bp", "entering", "lists", "objection", "page", "stage"]
