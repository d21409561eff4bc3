"""How mails that came in are called in front of people."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.messages.matching import How
from recruiting.messages.models import Received
from recruiting.messages.reading import MailClass
from recruiting.messages.receiving import TOO_LARGE, TWICE
from recruiting.messages.rules import ReceivedState

# What waits for a person: title, and why.
PILES = {
    ReceivedState.UNMATCHED: (_l("Whose mail is it?"), _l("we could not tell by ourselves")),
    ReceivedState.HELD: (_l("Held"), _l("many mails from one address within ten minutes")),
    ReceivedState.PARKED: (_l("Could not be read"), _l("kept as they came")),
}
CLASSES = {
    MailClass.HUMAN_REPLY: _l("written by a person"),
    MailClass.AUTO_REPLY: _l("automatic answer"),
    MailClass.BOUNCE: _l("came back undelivered"),
    MailClass.SOFT_BOUNCE: _l("delivery is delayed"),
    MailClass.WITHDRAWAL_HINT: _l("seems to withdraw"),
}


def class_words(received: Received) -> str:
    """What a mail is."""
    known = {kind.value: words for kind, words in CLASSES.items()}
    return str(known.get(received.mail_class or "", ""))


def why_words(received: Received) -> str:
    """Why a mail is where it is."""
    if received.why == TOO_LARGE:
        return _("It is too large: only its beginning was kept, the rest lies in its mailbox.")
    if received.why == TWICE:
        return _("It came a second time.")
    if received.state is ReceivedState.PARKED:
        return _("The worker failed at it (%(kind)s).", kind=received.why)
    if received.why.startswith(f"{How.PERSON}: "):
        return _("So said %(who)s.", who=received.why.partition(": ")[2])
    return class_words(received)
