"""The candidate's pages behind the links of our mails: shown by GET, acted on by POST alone."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from recruiting import clock, letters
from recruiting.answers import queries, services, wording
from recruiting.answers.forms import AnswerForm, GoOnForm
from recruiting.answers.rules import (
    ENDS,
    LONGEST_TIME,
    RENEWABLE,
    Answer,
    Purpose,
    first_name,
    holding,
    may_go_on,
    offered,
    proposed_days,
)
from recruiting.answers.services import Said
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.errors import BadLink
from recruiting.feedback import queries as feedback
from recruiting.feedback.rules import language_of
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.web import counting_bad_links, without_session
from recruiting.web.faults import page
from recruiting.workdays import DAY

bp = Blueprint("answers", __name__)
FRESH = "fresh"  # sent by the button of a link that opens nothing
ONE_CLICK = ("List-Unsubscribe", "One-Click")  # what mail programs send (RFC 8058)
Answered = AnyResponse | tuple[str, int]


@bp.get("/answer/<path:token>")
@without_session
def show(token: str) -> str:
    """Show the answers that can be given, or the one that was."""
    return _answer_page(_opened(Purpose.ANSWER, token), AnswerForm())


@bp.post("/answer/<path:token>")
@without_session
def answer(token: str) -> Answered:
    """Take an answer; a second click finds the same page and changes nothing."""
    application, form = _opened(Purpose.ANSWER, token, locked=True), AnswerForm()
    days = _settings().feedback_days

    def act(said: Said) -> bool:
        return services.answer(said, feedback_days=days)

    if not form.validate() or form.tell(form.answer(), office().day_of(clock.now())):
        return _answer_page(application, form), 422
    return _act(application, form.answer(), act)


@bp.get("/reopen/<path:token>")
@without_session
def show_reopen(token: str) -> str:
    """Show what was closed, and a button that says: this is wrong."""
    return _reopen_page(_opened(Purpose.REOPEN, token), GoOnForm())


@bp.post("/reopen/<path:token>")
@without_session
def reopen(token: str) -> Answered:
    """Take it as their word, which opens what was closed for want of one."""
    application, form = _opened(Purpose.REOPEN, token, locked=True), GoOnForm()
    if not form.validate() or form.tell(form.answer(), office().day_of(clock.now())):
        return _reopen_page(application, form), 422
    return _act(application, form.answer(), services.go_on)


@bp.get("/stop/<path:token>")
@without_session
def show_stop(token: str) -> str:
    """Say what it means to stop our mails, with a button that does."""
    return _stop_page(_address(token))


@bp.post("/stop/<path:token>")
@without_session
def stop(token: str) -> AnyResponse | str:
    """Write to this address no more, at once and without another question."""
    address = _address(token)
    services.stop(address, now=clock.now())
    db.session.commit()
    name, value = ONE_CLICK
    if request.form.get(name) == value:  # a program sent it, and follows no redirect
        return _stop_page(address)
    return _same_page()


@bp.errorhandler(BadLink)
def gone(_error: BadLink) -> AnyResponse:
    """The page of every link that opens nothing, forged, cut or over, with a way to a new one.

    It repeats nothing of the link, and is the same whether or not the link was ever ours.
    """
    purpose = Purpose(request.path.split("/")[1])
    may_renew = purpose in RENEWABLE
    if may_renew and request.method == "POST" and FRESH in request.form:
        _send_fresh(purpose, str((request.view_args or {}).get("token", "")))
        return redirect(url_for("answers.fresh_sent"), 303)
    return page(404, template="answers/gone.html", values={"fresh": FRESH if may_renew else ""})


@bp.get("/fresh-link")
@without_session
def fresh_sent() -> str:
    """What is true of every link for which a new one was asked."""
    return render_template("answers/fresh.html")


def _send_fresh(purpose: Purpose, token: str) -> None:
    application = queries.application_once_behind(purpose, token, keys=_keys())
    letter = letters.fresh_link(application, purpose) if application else None
    if application and letter:
        services.send_fresh(application, letter, now=clock.now(), office=office())
        db.session.commit()


@bp.after_request
def keep_out(response: Response) -> Response:
    """Ask search engines to stay away, from error pages as well."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _act(application: Application, answer: Answer, verb: Callable[[Said], bool]) -> AnyResponse:
    said = Said(application, answer, wording.tapped(answer), clock.now(), office())
    verb(said)
    db.session.commit()
    return _same_page()


def _same_page() -> AnyResponse:
    return redirect(request.full_path.removesuffix("?"), 303)


def _opened(purpose: Purpose, token: str, *, locked: bool = False) -> Application:
    """The application behind a link; from here on the page speaks the candidate's language."""
    with counting_bad_links():
        application = queries.application_behind(
            purpose, token, keys=_keys(), now=clock.now(), office=office(), locked=locked
        )
    _speak(application.candidate.language)
    return application


def _address(token: str) -> Address:
    with counting_bad_links():
        address = queries.address_behind(token, keys=_keys(), now=clock.now())
    _speak(address.candidate.language)
    return address


def _speak(language: str | None) -> None:
    g.reader_language = language_of(language)
    refresh()


def _answer_page(application: Application, form: AnswerForm) -> str:
    now, place = clock.now(), office()
    given = queries.given(application, place, now)
    options = offered(application.outcome, application.turn, given, now)
    held = holding(application.outcome, given)
    today = place.day_of(now)
    return render_template(
        "answers/answer.html",
        name=first_name(application.candidate.name),
        job=application.job.title,
        form=form,
        problems=form.problems(),
        chosen=form.chosen,
        options=options,
        choices=wording.CHOICES,
        follows=wording.FOLLOWS,
        whens=wording.WHENS,
        days=proposed_days(today, place),
        lowest=today + DAY,
        highest=today + LONGEST_TIME,
        held=held,
        held_words=wording.given_words(held.choice, held.until) if held else "",
        thanks=wording.THANKS[held.choice] if held else "",
        has_ended=application.outcome is not None,
        feedback_link=_feedback_link(application) if held and held.choice in ENDS else "",
    )


def _feedback_link(application: Application) -> str:
    """The way to exit feedback, while it is open."""
    invitation = feedback.invitation_of(application)
    if invitation is None or invitation.is_used or invitation.revoked_at:
        return ""
    return feedback.link_for(invitation) if clock.now() <= invitation.expires_at else ""


def _reopen_page(application: Application, form: GoOnForm) -> str:
    now, place = clock.now(), office()
    given = queries.given(application, place, now)
    return render_template(
        "answers/reopen.html",
        name=first_name(application.candidate.name),
        job=application.job.title,
        form=form,
        ended_at=application.ended_at,
        is_open=application.outcome is None,
        may_go_on=may_go_on(application.outcome, application.turn, given),
    )


def _stop_page(address: Address) -> str:
    is_stopped = address.state is AddressState.STOPPED
    return render_template(
        "answers/stop.html", name=first_name(address.candidate.name), is_stopped=is_stopped
    )


def _settings() -> Settings:
    return current_app.extensions["settings"]


def _keys() -> list[str]:
    """The key that signs, and those before it whose links still live."""
    settings = _settings()
    return [settings.secret_key, *settings.old_secret_keys]
