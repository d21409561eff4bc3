"""The pages of mail.

`inbox.py` what waits for a person; `mail.py` one mail with its HTML and its files; `inbound.py`
where providers hand mails in; `door.py` the blueprint.
"""

from __future__ import annotations

from recruiting.messages.views import inbound, inbox, mail
from recruiting.messages.views.door import bp

__all__ = ["bp", "inbound", "inbox", "mail"]
