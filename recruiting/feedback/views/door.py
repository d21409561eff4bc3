"""What all pages behind an invitation share: how its link is opened, and what a dead one shows."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, request
from flask_babel import refresh

from config import Settings
from recruiting import clock
from recruiting.errors import BadLink
from recruiting.feedback import opening
from recruiting.feedback.models import Invitation
from recruiting.feedback.opening import Glimpse
from recruiting.web import counting_bad_links, keep_out
from recruiting.web.faults import dead_link
from recruiting.web.sizes import fill

bp = Blueprint("feedback", __name__)
bp.after_request(keep_out)


@bp.errorhandler(BadLink)
def gone(_error: BadLink) -> Response:
    """The page of a link that opens nothing, however it was asked for."""
    return fill(dead_link(str((request.view_args or {})["token"])))


def glimpsed(token: str) -> Glimpse:
    """What a link shows; from here on the page speaks the candidate's language."""
    with counting_bad_links():
        seen = opening.glimpse(token, clock.now())
    _speak(seen.language)
    return seen


def opened(token: str) -> tuple[Invitation, Glimpse]:
    """The invitation behind a link that somebody acts on, and what the link shows."""
    with counting_bad_links():
        invitation = opening.invited_by(token, clock.now())
    _speak(invitation.language)
    return invitation, Glimpse.of(invitation)


def _speak(language: str) -> None:
    g.reader_language = language
    refresh()


def settings() -> Settings:
    """What this installation has chosen."""
    return current_app.extensions["settings"]
