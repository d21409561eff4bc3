"""The words of dialogues, on the candidate's page and inside."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from recruiting.dialogues.rules import LONGEST, NO_RESULT, Draft, Fault, RemarkKind
from recruiting.feedback import keys
from recruiting.feedback.wording import too_long

KINDS = {
    RemarkKind.SAID: _l("Only an answer"),
    RemarkKind.HEARD: _l("We have heard it"),
    RemarkKind.CHANGED: _l("We have changed it"),
    RemarkKind.CANNOT_CHANGE: _l("We cannot change it, because …"),
}
RESULTS = {
    RemarkKind.HEARD.value: _l("Heard"),
    RemarkKind.CHANGED.value: _l("Changed"),
    RemarkKind.CANNOT_CHANGE.value: _l("Cannot be changed, with the cause"),
    NO_RESULT: _l("No outcome noted"),
}
REPLIES = {
    "thanks": _l("Thanks"),
    "question": _l("A question"),
    "sorry": _l("An apology"),
    "changed": _l("It has changed"),
}
BEGIN_IN = {"en": _l("Begin in English"), "de": _l("Begin in German")}


def unopened(typed: str) -> str:
    """Why a key opens nothing, as far as its shape shows; else one sentence for all causes."""
    if (found := len(keys.normalised(typed).split())) != keys.NUMBER:
        return ngettext(
            "A key has six words, and here is only one. Please compare it with what you wrote "
            "down.",
            "A key has six words, and here are %(num)d. Please compare them with what you wrote "
            "down.",
            found,
        )
    return _(
        "These words open nothing. Please compare them with what you wrote down; a conversation is "
        "open for 90 days."
    )


def sentence(fault: Fault, draft: Draft) -> str:
    """What is wrong and what to do."""
    match fault:
        case Fault.NO_WORDS:
            return _("Please write something.")
        case Fault.NO_CAUSE:
            return _("Please say why it cannot be changed.")
        case Fault.NO_CHANGE:
            return _("Please say what you have changed.")
        case Fault.LATE:
            return _(
                "Something was said meanwhile, so yours was not stored. Please read it, and send "
                "yours again if it still fits."
            )
        case Fault.ENDED:
            return _("This conversation has ended, so nothing was stored.")
        case Fault.FULL:
            return _("This conversation is full. It can still be ended.")
    return too_long(len(draft.text), LONGEST)


def title_of(kind: RemarkKind, *, is_ours: bool, for_candidate: bool) -> str:
    """What stands above a remark."""
    if is_ours is for_candidate:
        who = _("From us") if for_candidate else _("From the candidate")
    else:
        who = _("From you") if for_candidate else _("From us")
    match kind:
        case RemarkKind.HEARD:
            return _("%(who)s: we have heard it", who=who)
        case RemarkKind.CHANGED:
            return _("%(who)s: we have changed it", who=who)
        case RemarkKind.CANNOT_CHANGE:
            return _("%(who)s: we cannot change it, because", who=who)
        case RemarkKind.ENDED:
            return _("%(who)s: the conversation was ended", who=who)
    return who
