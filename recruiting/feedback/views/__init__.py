"""The candidate's page behind the link of an invitation: shown by GET, acted on by POST alone.

`looking.py` shows it, `taking.py` takes what was filled in, `objection.py` that somebody does not
want to be asked; `pages.py` what all of them answer with, `door.py` how the link is opened.
"""

from __future__ import annotations

from recruiting.feedback.views import looking, taking
from recruiting.feedback.views.door import bp
from recruiting.feedback.views.objection import OBJECTION, objection_of

__all__ = ["OBJECTION", "bp", "looking", "objection_of", "taking"]
