"""The pages of mail.

`outbox.py` mails of ours; `inbox.py` what came in and waits for a person; `mail.py` one such mail
with its HTML and its files; `inbound.py` where providers hand mails in; `wordings.py` what our
mails say; `writing.py` a mail in a colleague's own words; `door.py` the blueprint.
"""

from __future__ import annotations

from recruiting.messages.views import inbound, inbox, mail, outbox, wordings, writing
from recruiting.messages.views.door import bp

__all__ = ["bp", "inbound", "inbox", "mail", "outbox", "wordings", "writing"]
