"""What all pages behind a link share: how it is opened, and what becomes of one that is dead."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from recruiting import clock, letters
from recruiting.answers import queries, services, wording
from recruiting.answers.outside import Outside
from recruiting.answers.rules import RENEWABLE, Answer, Purpose
from recruiting.answers.services import Said
from recruiting.db import db
from recruiting.errors import BadLink
from recruiting.feedback.rules import language_of
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.web import counting_bad_links, keep_out, without_session
from recruiting.web.faults import dead_link
from recruiting.web.sizes import fill

bp = Blueprint("answers", __name__)
bp.after_request(keep_out)
FRESH = "fresh"  # sent by the button of a link that opens nothing
Answered = AnyResponse | tuple[str, int]


@bp.errorhandler(BadLink)
def gone(_error: BadLink) -> AnyResponse:
    """The page of a link that opens nothing, with a way to a new one."""
    purpose, token = Purpose(request.path.split("/")[1]), str((request.view_args or {})["token"])
    may_renew = purpose in RENEWABLE
    if may_renew and request.method == "POST" and FRESH in request.form:
        _send_fresh(purpose, token)
        return redirect(url_for("answers.fresh_sent"), 303)
    return fill(dead_link(token, fresh=FRESH if may_renew else ""))


@bp.get("/fresh-link")
@without_session
def fresh_sent() -> str:
    """What is true of every link for which a new one was asked."""
    return render_template("answers/fresh.html")


def _send_fresh(purpose: Purpose, token: str) -> None:
    now, place = clock.now(), office()
    application = queries.application_once_behind(
        purpose, token, keys=settings().keys, now=now, office=place
    )
    letter = letters.fresh_link(application, purpose) if application else None
    if application and letter:
        services.send_fresh(application, letter, now=now, office=place)
        db.session.commit()


def opened(purpose: Purpose, token: str, *, locked: bool = False) -> tuple[Application, Outside]:
    """The application behind a link; from here on the page speaks the candidate's language."""
    with counting_bad_links():
        application, seen = queries.application_behind(
            purpose, token, keys=settings().keys, now=clock.now(), office=office(), locked=locked
        )
    speak(application.candidate.language)
    return application, seen


def speak(language: str | None) -> None:
    """Answer in a language from here on, unless the address asks for another."""
    g.reader_language = language_of(language)
    refresh()


def act(application: Application, answer: Answer, verb: Callable[[Said], bool]) -> AnyResponse:
    """Take an answer, and go back to the page."""
    said = Said(application, answer, wording.tapped(answer), clock.now(), office())
    verb(said)
    db.session.commit()
    return same_page()


def same_page() -> AnyResponse:
    """Back to where the form stands, in the language in which it was read."""
    return redirect(request.full_path.removesuffix("?"), 303)


def settings() -> Settings:
    """What this installation has chosen."""
    return current_app.extensions["settings"]
