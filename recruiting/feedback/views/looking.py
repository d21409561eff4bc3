"""Looking at the page behind an invitation's link: nothing is changed by it."""

from __future__ import annotations

from flask import request

from recruiting import clock
from recruiting.candidates.rules import first_name
from recruiting.feedback import blank, queries
from recruiting.feedback.forms import FeedbackForm
from recruiting.feedback.views import pages
from recruiting.feedback.views.door import bp, glimpsed
from recruiting.office import office
from recruiting.web import without_session
from recruiting.web.sizes import filled

CHANGE = "change"


@bp.get("/feedback/<path:token>")
@without_session
def show(token: str) -> str | bytes:
    """Show the five items, or thanks if they were answered; with a name they can be changed.

    What shows that somebody has answered or objected is as long as what answers the form; the blank
    items, which anybody may look at, are left as short as they are.
    """
    seen = glimpsed(token)
    if seen.revoked_at is not None:
        return filled(pages.objected(seen).encode())
    if not seen.is_used:
        today = office().day_of(clock.now())
        name = first_name(seen.name)
        return blank.filled(name, seen.job, today=today, render=pages.items)
    held = queries.answer_of(seen.id)
    if held is None or CHANGE not in request.args or not pages.is_open(held):
        return filled(pages.thanks(pages.gratitude(seen, held)).encode())
    return filled(pages.filled_in(seen, FeedbackForm.of(queries.said_in(held)), held).encode())
