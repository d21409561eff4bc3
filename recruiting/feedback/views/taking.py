"""What is sent to the page behind an invitation's link: a whole form, one item, an objection."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from recruiting import clock
from recruiting.answers import stated
from recruiting.answers.stated import Stated
from recruiting.db import db
from recruiting.feedback import anonymous, keys, queries, services, wording
from recruiting.feedback.forms import UNOFFERED, FeedbackForm
from recruiting.feedback.items import BLANK, Item, asks_something, is_restated, merged, new_faults
from recruiting.feedback.models import Answer, Invitation
from recruiting.feedback.opening import Glimpse
from recruiting.feedback.rules import Answers, Fault, How, faults
from recruiting.feedback.views import pages
from recruiting.feedback.views.door import bp, opened, settings
from recruiting.feedback.views.objection import OBJECTION, objection_of
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.web import evenly_long, without_session

ITEM = "item"


class Kept(NamedTuple):
    """What became of a form: what is wrong with it, whether it is kept, and with a name as what."""

    wrong: list[Fault]
    is_kept: bool = False
    answer: Answer | None = None


@bp.post("/feedback/<path:token>")
@without_session
@evenly_long
def submit(token: str) -> str | tuple[str, int] | AnyResponse:
    """Store what was answered; a second click finds thanks again, with the same key if any.

    Whoever is thanked is held. What comes with a name and cannot be kept any more is told so, and
    never thanked for; what comes a second time without one is told that it changes nothing.
    Thanks are the direct answer, since a key must stand in no address. Whether or not the answers
    bear a name, with a key or without, taken or given before: status and length are the same, so
    neither a log nor who watches the line can tell.
    """
    now = clock.now()
    invitation, seen = opened(token)
    if OBJECTION in request.form:
        return objection_of(invitation.application.candidate, now)
    if ITEM in request.form:
        return _item(invitation, now)
    if seen.revoked_at is not None:
        return pages.objected(seen, is_late=True), 409
    form = FeedbackForm()
    held = queries.answer_of(seen.id) if seen.is_used else None
    if not seen.is_used or (held is not None and pages.is_open(held)):
        return _take(invitation, seen, form, held, now)
    if held is None or _differs(form, held):
        return _untaken(seen, form, held)
    return pages.thanks(pages.gratitude(seen, held, form))


def _take(
    invitation: Invitation, seen: Glimpse, form: FeedbackForm, held: Answer | None, now: datetime
) -> str | tuple[str, int]:
    """Store a whole form and say thanks, or what keeps it from being stored."""
    kept = _store(invitation, form, held, now) if form.validate() else Kept([])
    for fault in kept.wrong:
        form.tell(fault, form.answers())
    if form.errors or form.form_errors:
        return pages.filled_in(seen, form, held), 422
    if not kept.is_kept:  # answers came in between, or an objection
        db.session.rollback()
        return _overtaken(invitation, form)
    told = pages.gratitude(seen, kept.answer, form)
    db.session.commit()
    return pages.thanks(told)  # asks nothing more, so that it waits for nobody who writes


def _overtaken(invitation: Invitation, form: FeedbackForm) -> str | tuple[str, int]:
    """Say what came in between, and that what was sent was not kept."""
    seen = Glimpse.of(invitation)
    if seen.revoked_at is not None:
        return pages.objected(seen, is_late=True), 409
    return _untaken(seen, form, queries.answer_of(seen.id))


def _untaken(seen: Glimpse, form: FeedbackForm, held: Answer | None) -> str | tuple[str, int]:
    """Say that what was sent was not kept; after an answer without a name with thanks' status."""
    if held is not None:
        return pages.closed(seen, is_named=True), 409
    if form.chosen_how is How.ANONYMOUS:  # a second click, or something else: nobody can tell
        return pages.thanks(pages.gratitude(seen, None, form), is_again=True)
    return pages.closed(seen, is_named=False)


def _store(invitation: Invitation, form: FeedbackForm, held: Answer | None, now: datetime) -> Kept:
    """Store a whole form, with a name or without."""
    if form.chosen_how is not How.ANONYMOUS:
        items, answers = form.said(), form.answers()
        wrong = [] if form.chosen_how else faults(answers, office().day_of(now), None)
        return Kept(wrong) if wrong else _keep(invitation, answers, items, now, is_whole=True)
    return _hold(invitation, form, held, now)


def _hold(invitation: Invitation, form: FeedbackForm, held: Answer | None, now: datetime) -> Kept:
    """Let the box hold a whole form without a name.

    Of two without a name the first counts, whatever the second says.
    """
    if held is not None:
        return Kept([Fault.NAMED_BEFORE])
    answers, today = form.answers(), office().day_of(now)
    if wrong := faults(answers, today, How.ANONYMOUS):
        return Kept(wrong)
    if answers.wants_reply:
        kept = keys.hashes(settings().keys, pages.made_key(invitation.id, form))[0]
        answers = replace(answers, key_hash=kept)
    if anonymous.hold(invitation, answers, keys=settings().keys, today=today):
        return Kept([], is_kept=True)
    if queries.answer_of(invitation.id) is not None:  # a name came in between
        return Kept([Fault.NAMED_BEFORE])
    return Kept([])  # a click came before this one, or an objection


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
    kept = _keep(invitation, given, {Item(code)}, now, is_whole=False)
    if kept.wrong:
        return _said(422, wording.sentence(kept.wrong[0], given))
    if not kept.is_kept:
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
) -> Kept:
    """Keep items with a name.

    What the first item asks for is done at once; who changes it later changes that as well.
    """
    application = stated.locked(invitation.application, now=now, office=office())
    found = queries.answer_of(invitation.id)  # as it stands now that nobody else can change it
    held = queries.said_in(found)
    wanted = merged(held, given, items)
    if wrong := new_faults(held, wanted, office().day_of(now), is_whole=is_whole):
        return Kept(wrong)
    if wanted == BLANK and held == BLANK:
        return Kept([], is_kept=True, answer=found)  # an item that was left empty
    answer = services.keep(invitation, found, wanted, now=now, alarm_words=settings().alarms)
    if answer is None:
        return Kept([])
    if is_restated(held, wanted) or not answer.has_acted:
        _act(application, answer, now)
    return Kept([], is_kept=True, answer=answer)


def _act(application: Application, answer: Answer, now: datetime) -> None:
    """Do what the first item asks for, at once, and anew where it says something else."""
    if answer.choice is None or not asks_something(answer.choice):
        return
    said = Stated(answer.choice, answer.until, str(wording.CHOICES[answer.choice]))
    more: dict[str, Any] = {"now": now, "office": office()}
    more["feedback_days"] = settings().feedback_days
    if answer.has_acted:
        stated.act_again(application, said, since=answer.submitted_at, **more)
        return
    answer.has_acted = True
    stated.act_on(application, said, **more)


def _differs(form: FeedbackForm, held: Answer) -> bool:
    """Whether a whole form says anything but what is kept, as a second click would."""
    if form.chosen_how is not How.NAMED or not form.validate():
        return True
    said = queries.said_in(held)
    return replace(merged(said, form.answers(), form.said()), wants_reply=False) != said
