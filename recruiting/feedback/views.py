"""The candidate's page behind the link of an invitation: shown by GET, acted on by POST alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import refresh
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from recruiting import clock
from recruiting.answers import stated
from recruiting.answers.stated import Stated
from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.errors import BadLink
from recruiting.feedback import anonymous, blank, keys, opening, queries, services, wording
from recruiting.feedback.forms import UNOFFERED, FeedbackForm
from recruiting.feedback.items import (
    BLANK,
    CHANGEABLE,
    Item,
    asks_something,
    may_change,
    merged,
    new_faults,
)
from recruiting.feedback.models import Answer, Invitation
from recruiting.feedback.rules import Answers, Fault, How, faults
from recruiting.office import office
from recruiting.web import counting_bad_links, evenly_long, keep_out, without_session
from recruiting.web.faults import dead_link
from recruiting.web.sizes import fill, filled

bp = Blueprint("feedback", __name__)
bp.after_request(keep_out)
OBJECTION, OBJECT, ALLOW = "objection", "object", "allow"
ITEM, CHANGE = "item", "change"


@bp.errorhandler(BadLink)
def gone(_error: BadLink) -> Response:
    """The page of a link that opens nothing, however it was asked for."""
    return fill(dead_link(str((request.view_args or {})["token"])))


@bp.get("/feedback/<path:token>")
@without_session
def show(token: str) -> str | bytes:
    """Show the five items, or thanks if they were answered; with a name they can be changed.

    What shows that somebody has answered or objected is as long as what answers the form; the blank
    items, which anybody may look at, are left as short as they are.
    """
    now = clock.now()
    with counting_bad_links():
        seen = opening.glimpse(token, now)
    if not seen.is_used and seen.revoked_at is None:
        _speak(seen.language)
        name = wording.greeted_name(seen.name, seen.language)
        return blank.filled(name, seen.job, today=office().day_of(now), render=_items)
    invitation = _opened(token)
    if invitation.revoked_at is not None:
        return filled(_objected(invitation).encode())
    held = queries.answer_of(invitation)
    if held is None or CHANGE not in request.args or not _is_open(held):
        return filled(_thanks(_gratitude(invitation)).encode())
    return filled(_page(invitation, FeedbackForm.of(queries.said_in(held)), held).encode())


@bp.post("/feedback/<path:token>")
@without_session
@evenly_long
def submit(token: str) -> str | tuple[str, int] | AnyResponse:
    """Store what was answered; a second click finds the same thanks, with the same key if any.

    What comes with a name and cannot be kept any more is told so, and never thanked for.
    Thanks are the direct answer, since a key must stand in no address. Whether or not the answers
    bear a name, with a key or without, taken or given before: status and length are the same, so
    neither a log nor who watches the line can tell.
    """
    now = clock.now()
    invitation = _opened(token)
    if OBJECTION in request.form:
        return objection_of(invitation.application.candidate, now)
    if ITEM in request.form:
        return _item(invitation, now)
    if invitation.revoked_at is not None:
        return _objected(invitation, is_late=True), 409
    form = FeedbackForm()
    held = queries.answer_of(invitation) if invitation.is_used else None
    if not invitation.is_used or (held is not None and _is_open(held)):
        wrong, is_kept = _store(invitation, form, held, now) if form.validate() else ([], False)
        for fault in wrong:
            form.tell(fault, form.answers())
        if form.errors or form.form_errors:
            return _page(invitation, form, held), 422
        if not is_kept:  # answers came in between, or an objection
            db.session.rollback()
            return _untaken(invitation)
        told = _gratitude(invitation, form)
        db.session.commit()
        return _thanks(told)  # asks nothing more, so that it waits for nobody who writes
    if (held is None and form.chosen_how is not How.ANONYMOUS) or (
        held is not None and _differs(form, held)
    ):
        return _untaken(invitation)
    return _thanks(_gratitude(invitation, form))


def _untaken(invitation: Invitation) -> str | tuple[str, int]:
    """Say that what just came was not kept, and what stands in its way.

    Where that is an answer without a name, the status is that of thanks.
    """
    if invitation.revoked_at is not None:
        return _objected(invitation, is_late=True), 409
    is_named = queries.answer_of(invitation) is not None
    page = render_template(
        "feedback/closed.html", job=invitation.application.job.title, is_named=is_named
    )
    return (page, 409) if is_named else page


def _store(
    invitation: Invitation, form: FeedbackForm, held: Answer | None, now: datetime
) -> tuple[list[Fault], bool]:
    """Store a whole form, with a name or without: what is wrong, and whether it is kept."""
    if form.chosen_how is not How.ANONYMOUS:
        items, answers = form.said(), form.answers()
        wrong = [] if form.chosen_how else faults(answers, office().day_of(now), None)
        return (wrong, False) if wrong else _keep(invitation, answers, items, now, is_whole=True)
    return _hold(invitation, form, held, now)


def _hold(
    invitation: Invitation, form: FeedbackForm, held: Answer | None, now: datetime
) -> tuple[list[Fault], bool]:
    """Let the box hold a whole form without a name: what is wrong, and whether one is held.

    Of two without a name the first counts, and the second finds the same thanks.
    """
    if held is not None:
        return [Fault.NAMED_BEFORE], False
    answers, today = form.answers(), office().day_of(now)
    if wrong := faults(answers, today, How.ANONYMOUS):
        return wrong, False
    if answers.wants_reply:
        kept = keys.hashes(_settings().keys, _key(invitation, form))[0]
        answers = replace(answers, key_hash=kept)
    if anonymous.hold(invitation, answers, keys=_settings().keys, today=today):
        return [], True
    if queries.answer_of(invitation) is not None:  # a name came in between
        return [Fault.NAMED_BEFORE], False
    return [], invitation.is_used  # by a click before this one; or an objection came in between


def _item(invitation: Invitation, now: datetime) -> AnyResponse:
    """Keep one item by itself, with a name; the answer is for the page's script."""
    form, code = FeedbackForm(), request.form[ITEM]
    if form.chosen_how is not How.NAMED:
        return _said(422, str(wording.FAULTS[Fault.NO_HOW]))
    if code not in set(Item):
        return _said(422, str(UNOFFERED))
    if not form.validate():
        return _said(422, next(text for _place, text in form.summary()))
    given = form.answers()
    wrong, is_kept = _keep(invitation, given, {Item(code)}, now, is_whole=False)
    if wrong:
        return _said(422, wording.sentence(wrong[0], given))
    if not is_kept:
        return _said(409, _("These answers cannot be changed any more."))
    db.session.commit()
    return Response(status=204)


def _said(status: int, text: str) -> AnyResponse:
    return Response(text, status, mimetype="text/plain")


def _keep(
    invitation: Invitation,
    given: Answers,
    items: Collection[Item],
    now: datetime,
    *,
    is_whole: bool,
) -> tuple[list[Fault], bool]:
    """Keep items with a name: what is wrong with them, and whether they are kept.

    What the first item asks for is done at once, and once: who changes it later changes what they
    said, and not the application again.
    """
    application = stated.locked(invitation.application, now=now, office=office())
    held = queries.said_in(queries.answer_of(invitation))
    wanted = merged(held, given, items)
    if wrong := new_faults(held, wanted, office().day_of(now), is_whole=is_whole):
        return wrong, False
    if wanted == BLANK and held == BLANK:
        return [], True  # an item that was left empty
    answer = services.keep(invitation, wanted, now=now, alarm_words=_settings().alarms)
    if answer is None:
        return [], False
    if answer.choice is not None and asks_something(answer.choice) and not answer.has_acted:
        answer.has_acted = True
        said = Stated(answer.choice, answer.until, str(wording.CHOICES[answer.choice]))
        days = _settings().feedback_days
        stated.act_on(application, said, now=now, office=office(), feedback_days=days)
    return [], True


def _differs(form: FeedbackForm, held: Answer) -> bool:
    """Whether a whole form says anything but what is kept, as a second click would."""
    if form.chosen_how is not How.NAMED or not form.validate():
        return True
    said = queries.said_in(held)
    return replace(merged(said, form.answers(), form.said()), wants_reply=False) != said


def _is_open(held: Answer) -> bool:
    return may_change(held.submitted_at, clock.now())


def objection_of(candidate: Candidate, now: datetime) -> AnyResponse:
    """Take a candidate's objection from one of their pages, or its end, and go back there."""
    said = request.form.get(OBJECTION)
    if said == OBJECT:
        services.objects(candidate, now=now)
    elif said == ALLOW:
        services.allows(candidate)
    db.session.commit()
    return redirect(request.full_path.removesuffix("?"), 303)


def _objected(invitation: Invitation, *, is_late: bool = False) -> str:
    job = invitation.application.job.title
    return render_template("feedback/objected.html", job=job, is_late=is_late)


def _gratitude(invitation: Invitation, form: FeedbackForm | None = None) -> dict[str, Any]:
    """What thanks say: the key that was asked for, as long as the box holds what was said with it,
    and until when answers with a name can be changed.
    """
    key, read_from = "", None
    if form and form.wants_reply.data and form.chosen_how is How.ANONYMOUS and form.number.data:
        key, today = _key(invitation, form), office().day_of(clock.now())
        read_from = queries.read_from(keys.hashes(_settings().keys, key), today=today)
    held = queries.answer_of(invitation)
    return {
        "job": invitation.application.job.title,
        "change_by": _change_by(invitation, held) if held and _is_open(held) else None,
        "key": key if read_from else "",
        "read_from": read_from,
    }


def _thanks(told: dict[str, Any]) -> str:
    return render_template("feedback/thanks.html", home=_settings().home, **told)


def _key(invitation: Invitation, form: FeedbackForm) -> str:
    return keys.made(_settings().keys[0], invitation.id, form.number.data or "")


def _opened(token: str) -> Invitation:
    """The invitation behind a link; from here on the page speaks the candidate's language."""
    with counting_bad_links():
        invitation = opening.invited_by(token, clock.now())
    _speak(invitation.language)
    return invitation


def _speak(language: str) -> None:
    g.reader_language = language
    refresh()


def _page(invitation: Invitation, form: FeedbackForm, held: Answer | None = None) -> str:
    application = invitation.application
    change_by = _change_by(invitation, held) if held else None
    return _items(
        form,
        wording.greeted_name(application.candidate.name, application.candidate.language),
        application.job.title,
        change_by=change_by,
        has_acted=held is not None and held.has_acted,
    )


def _items(
    form: FeedbackForm,
    name: str,
    job: str,
    *,
    change_by: date | None = None,
    has_acted: bool = False,
) -> str:
    return render_template(
        "feedback/items.html",
        form=form,
        meanings={how.value: text for how, text in wording.MEANINGS.items()},
        name=name,
        job=job,
        today=office().day_of(clock.now()),
        change_by=change_by,
        has_acted=has_acted,
        days=CHANGEABLE.days,
    )


def _change_by(invitation: Invitation, held: Answer) -> date:
    """The last day on which answers with a name can be changed, while the link lives."""
    return office().day_of(min(held.submitted_at + CHANGEABLE, invitation.expires_at))


def _settings() -> Settings:
    return current_app.extensions["settings"]
