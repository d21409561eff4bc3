"""The candidate's page behind the link of an invitation: shown by GET, acted on by POST alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, current_app, g, render_template, request
from flask_babel import refresh

from config import Settings
from recruiting import clock
from recruiting.answers import stated
from recruiting.answers.stated import Stated
from recruiting.db import db
from recruiting.errors import BadLink
from recruiting.feedback import anonymous, blank, keys, queries, services, wording
from recruiting.feedback.forms import FeedbackForm
from recruiting.feedback.models import Invitation
from recruiting.feedback.rules import Answers, How, faults
from recruiting.office import office
from recruiting.web import counting_bad_links, keep_out, without_session
from recruiting.web.faults import dead_link

bp = Blueprint("feedback", __name__)
bp.after_request(keep_out)
LENGTH = 16_384  # bytes of the page of thanks, whatever stands on it


@bp.errorhandler(BadLink)
def gone(_error: BadLink) -> Response:
    """The page of a link that opens nothing."""
    return dead_link(str((request.view_args or {})["token"]))


@bp.get("/feedback/<path:token>")
@without_session
def show(token: str) -> str:
    """Show the five items, or thanks if they were answered."""
    invitation = _opened(token)
    if invitation.is_used:
        return _thanks(invitation)
    today, application = office().day_of(clock.now()), invitation.application
    name, job = application.candidate.name, application.job.title
    return blank.filled(FeedbackForm(), name, job, today=today, render=_items)


@bp.post("/feedback/<path:token>")
@without_session
def submit(token: str) -> str | tuple[str, int]:
    """Store the answers once; a second click finds the same thanks, with the same key if any.

    Thanks are the direct answer, since a key must stand in no address. They are equally long
    whether or not the answers bear a name, and with a key or without: neither a log nor who
    watches the line can tell.
    """
    now = clock.now()
    invitation = _opened(token)
    form = FeedbackForm()
    if not invitation.is_used:
        if not form.validate():
            return _page(invitation, form), 422
        answers = form.answers()
        for fault in (wrong := faults(answers, office().day_of(now), form.chosen_how)):
            form.tell(fault, answers)
        if wrong:
            return _page(invitation, form), 422
        if form.chosen_how is How.ANONYMOUS:
            today = office().day_of(now)
            if answers.wants_reply:
                kept = keys.hashes(_settings().keys, _key(invitation, form))[0]
                answers = replace(answers, key_hash=kept)
            anonymous.hold(invitation, answers, keys=_settings().keys, today=today)
        else:
            _take(invitation, answers, now)
        db.session.commit()
    return _thanks(invitation, form)


def _thanks(invitation: Invitation, form: FeedbackForm | None = None) -> str:
    """Thanks, with the key that was asked for, as long as the box holds what was said with it."""
    key, read_from = "", None
    if form and form.wants_reply.data and form.chosen_how is How.ANONYMOUS and form.number.data:
        key, today = _key(invitation, form), office().day_of(clock.now())
        read_from = queries.read_from(keys.hashes(_settings().keys, key), today=today)
    page = render_template(
        "feedback/thanks.html",
        job=invitation.application.job.title,
        key=key if read_from else "",
        home=_settings().home,
        read_from=read_from,
    )
    return page + " " * (LENGTH - len(page.encode()))


def _key(invitation: Invitation, form: FeedbackForm) -> str:
    return keys.made(_settings().keys[0], invitation.id, form.number.data or "")


def _take(invitation: Invitation, answers: Answers, now: datetime) -> None:
    """Store answers with a name, and do at once what the first item asks for."""
    settings = _settings()
    application = stated.locked(invitation.application, now=now, office=office())
    if not services.submit(invitation, answers, now=now, alarm_words=settings.alarms):
        return
    if answers.choice is not None:
        said = Stated(answers.choice, answers.until, str(wording.CHOICES[answers.choice]))
        days = settings.feedback_days
        stated.act_on(application, said, now=now, office=office(), feedback_days=days)


def _opened(token: str) -> Invitation:
    """The invitation behind a link; from here on the page speaks the candidate's language."""
    with counting_bad_links():
        invitation = queries.invited_by(token, clock.now())
    g.reader_language = invitation.language
    refresh()
    return invitation


def _page(invitation: Invitation, form: FeedbackForm) -> str:
    application = invitation.application
    return _items(form, application.candidate.name, application.job.title)


def _items(form: FeedbackForm, name: str, job: str) -> str:
    return render_template(
        "feedback/items.html",
        form=form,
        meanings={how.value: text for how, text in wording.MEANINGS.items()},
        name=name,
        job=job,
        today=office().day_of(clock.now()),
    )


def _settings() -> Settings:
    return current_app.extensions["settings"]
