"""The answers of one tap, "this is wrong" under a closing notice, and stop."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from recruiting import clock
from recruiting.answers import inviting, queries, services, wording
from recruiting.answers.forms import AnswerForm, GoOnForm
from recruiting.answers.holding import allowed
from recruiting.answers.outside import Outside
from recruiting.answers.rules import (
    ENDS,
    LONGEST_TIME,
    Purpose,
    holding,
    may_go_on,
    offered,
    proposed_days,
)
from recruiting.answers.services import Said
from recruiting.answers.views.door import (
    Answered,
    act,
    bp,
    opened,
    same_page,
    settings,
    speak,
)
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressState, first_name
from recruiting.db import db
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.privacy import queries as privacy
from recruiting.web import counting_bad_links, without_session
from recruiting.workdays import DAY

ONE_CLICK = ("List-Unsubscribe", "One-Click")  # what mail programs send (RFC 8058)


@bp.get("/answer/<path:token>")
@without_session
def show(token: str) -> str:
    """Show the answers that can be given, or the one that was."""
    return _answer_page(*opened(Purpose.ANSWER, token), AnswerForm())


@bp.post("/answer/<path:token>")
@without_session
def answer(token: str) -> Answered:
    """Take an answer; a second click finds the same page and changes nothing."""
    (application, seen), form = opened(Purpose.ANSWER, token, locked=True), AnswerForm()
    days = settings().feedback_days

    def take(said: Said) -> bool:
        return services.answer(said, feedback_days=days)

    if not form.validate() or form.tell(form.answer(), office().day_of(clock.now())):
        return _answer_page(application, seen, form), 422
    return act(application, form.answer(), take)


@bp.get("/reopen/<path:token>")
@without_session
def show_reopen(token: str) -> str:
    """Show what was closed, and a button that says: this is wrong."""
    return _reopen_page(*opened(Purpose.REOPEN, token), GoOnForm())


@bp.post("/reopen/<path:token>")
@without_session
def reopen(token: str) -> Answered:
    """Take it as their word, which opens what was closed for want of one."""
    (application, seen), form = opened(Purpose.REOPEN, token, locked=True), GoOnForm()
    if not form.validate() or form.tell(form.answer(), office().day_of(clock.now())):
        return _reopen_page(application, seen, form), 422
    return act(application, form.answer(), services.go_on)


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
    return same_page()


def _address(token: str) -> Address:
    with counting_bad_links():
        address = queries.address_behind(token, keys=settings().keys, now=clock.now())
    speak(address.candidate.language)
    return address


def _answer_page(application: Application, seen: Outside, form: AnswerForm) -> str:
    now, place = clock.now(), office()
    given = queries.given(application, place, now)
    options = offered(seen.outcome, seen.turn, given, now)
    held = holding(seen.outcome, given)
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
        follows=wording.follows(seen.outcome),
        whens=wording.WHENS,
        days=proposed_days(today, place),
        lowest=today + DAY,
        highest=today + LONGEST_TIME,
        held=held,
        held_words=wording.given_words(held.choice, held.until) if held else "",
        thanks=wording.THANKS[held.choice] if held else "",
        allowed=allowed(privacy.standing(application).consent),
        has_ended=seen.outcome is not None,
        feedback_link=inviting.link_beside(application, seen, now=now, office=place)
        if held and held.choice in ENDS
        else "",
    )


def _reopen_page(application: Application, seen: Outside, form: GoOnForm) -> str:
    now, place = clock.now(), office()
    given = queries.given(application, place, now)
    return render_template(
        "answers/reopen.html",
        name=first_name(application.candidate.name),
        job=application.job.title,
        form=form,
        ended_at=seen.ended_at,
        is_open=seen.outcome is None,
        may_go_on=may_go_on(seen.outcome, seen.turn, given),
    )


def _stop_page(address: Address) -> str:
    is_stopped = address.state is AddressState.STOPPED
    return render_template(
        "answers/stop.html",
        name=first_name(address.candidate.name),
        is_stopped=is_stopped,
    )
