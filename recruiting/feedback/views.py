"""The candidate's page behind the link of an invitation: shown by GET, acted on by POST alone."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import refresh
from werkzeug.wrappers import Response as AnyResponse

from recruiting import clock
from recruiting.db import db
from recruiting.feedback import queries, services
from recruiting.feedback.forms import FeedbackForm
from recruiting.feedback.models import Invitation
from recruiting.feedback.rules import faults
from recruiting.office import office
from recruiting.web import counting_bad_links, without_session

bp = Blueprint("feedback", __name__)


@bp.get("/feedback/<path:token>")
@without_session
def show(token: str) -> str:
    """Show the five items, or thanks if they were answered."""
    invitation = _opened(token)
    if invitation.used_at is not None:
        return render_template("feedback/thanks.html", job=invitation.application.job.title)
    return _page(invitation, FeedbackForm(invitation.id))


@bp.post("/feedback/<path:token>")
@without_session
def submit(token: str) -> AnyResponse | tuple[str, int]:
    """Store the answers once; a second click finds the same thanks."""
    now = clock.now()
    invitation = _opened(token)
    if invitation.used_at is None:
        form = FeedbackForm(invitation.id)
        if not form.validate():
            return _page(invitation, form), 422
        answers = form.answers()
        for fault in (wrong := faults(answers, office().day_of(now))):
            form.tell(fault, answers)
        if wrong:
            return _page(invitation, form), 422
        services.submit(invitation, answers, now=now)
        db.session.commit()
    return redirect(request.full_path.removesuffix("?"), 303)


@bp.after_request
def keep_out(response: Response) -> Response:
    """Ask search engines to stay away, from error pages as well."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _opened(token: str) -> Invitation:
    """The invitation behind a link; from here on the page speaks the candidate's language."""
    with counting_bad_links():
        invitation = queries.invited_by(token, clock.now())
    g.reader_language = invitation.language
    refresh()
    return invitation


def _page(invitation: Invitation, form: FeedbackForm) -> str:
    application = invitation.application
    return render_template(
        "feedback/items.html",
        form=form,
        name=application.candidate.name,
        job=application.job.title,
        today=office().day_of(clock.now()),
    )
