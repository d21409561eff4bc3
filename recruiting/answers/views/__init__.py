"""The candidate's pages behind the links of our mails: shown by GET, acted on by POST alone.

`answering.py` answers, "this is wrong" and stop; `status.py` where an application stands;
`door.py` the blueprint, how a link is opened, and the page of those that open nothing.
"""

from __future__ import annotations

from recruiting.answers.views import answering, status
from recruiting.answers.views.door import bp

__all__ = ["answering", "bp", "status"]
