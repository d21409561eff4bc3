"""What the page of an application says about asking for exit feedback, and what came back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from recruiting.accounts.rules import Permission
from recruiting.answers import inviting
from recruiting.feedback import queries as feedback
from recruiting.feedback.models import Invitation
from recruiting.feedback.rules import INVITED
from recruiting.feedback.wording import REASONS, in_words, obstacle_words
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from recruiting.pipeline.views.door import me
from recruiting.pipeline.wording import date_words
from recruiting.workdays import Office


def asking(application: Application, now: datetime, office: Office) -> dict[str, Any]:
    """What became of the invitation, why there is none, and what was answered with a name.

    The candidate's own words are for human resources alone.
    """
    invitation = feedback.invitation_of(application)
    ended_so = application.outcome in INVITED
    # Who was hired may hold a link, since they withdrew before they knew; nobody passes it on.
    is_idle = invitation is None or (
        application.outcome is Outcome.HIRED and not invitation.is_used
    )
    if is_idle and not ended_so:
        return {"has_left": False}
    answer = feedback.answer_of(invitation.id) if invitation else None
    link = inviting.link_to(application, now=now, office=office) if invitation else None
    texts = me().can(Permission.SEE_REPORTS)
    return {
        "has_left": True,
        "invitation": invitation,
        "link": link,
        "why_not": _why_not(application, invitation, now, office) if ended_so and not link else "",
        "answer": answer,
        "answered": in_words(answer, with_texts=texts) if answer else [],
        "sent_at": feedback.sent_at(application),
        "assumed": [
            (_("%(by)s, %(day)s", by=one.by, day=date_words(one.at)), str(REASONS[one.reason]))
            for one in feedback.assumed(application)
        ],
    }


def _why_not(
    application: Application, invitation: Invitation | None, now: datetime, office: Office
) -> str:
    """Why nobody is asked, in one sentence; empty for a link that was used or ran out."""
    if invitation is not None and (invitation.is_used or invitation.expires_at < now):
        return ""
    found = inviting.obstacle_to(application, now=now, office=office)
    if found is None and invitation is not None and invitation.revoked_at is not None:
        return ""  # the page says that it was taken back
    return obstacle_words(found)
