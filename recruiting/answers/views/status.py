"""Where an application stands, as its candidate may know it, and what they can say to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from recruiting import clock, letters
from recruiting.accounts import queries as accounts
from recruiting.accounts.models import User
from recruiting.accounts.wording import ROLES_OUTSIDE
from recruiting.answers import inviting, queries, saying, services, wording
from recruiting.answers.calendar import Appointment, as_ics
from recruiting.answers.forms import AnswerForm, GoOnForm, TakeBackForm, WishForm
from recruiting.answers.holding import Holding, hold
from recruiting.answers.outside import Outside
from recruiting.answers.rules import (
    LONGEST_TIME,
    Choice,
    Given,
    Purpose,
    contests,
    holding,
    offered_beside,
    proposed_days,
)
from recruiting.answers.services import Said
from recruiting.answers.views.door import Answered, act, bp, opened, same_page, settings
from recruiting.answers.wishes import Revocable, Wish, granted
from recruiting.candidates.rules import first_name
from recruiting.db import db
from recruiting.feedback.views import OBJECTION, objection_of
from recruiting.office import office
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Kind
from recruiting.pipeline.wording import full_moment_words
from recruiting.privacy import queries as privacy_queries
from recruiting.privacy import services as privacy
from recruiting.privacy.rules import Decision
from recruiting.telephone import phone_key
from recruiting.web import evenly_long, without_session
from recruiting.workdays import DAY

CALENDAR = "calendar"  # asks for the appointment as a file; the address stays the link's own
WISH, CHOICE, TAKE_BACK = "wish", "choice", "take_back"


@bp.get("/status/<path:token>")
@without_session
@evenly_long
def show_status(token: str) -> str | Response:
    """Show where an application stands, or its appointment as a calendar reads it."""
    application, seen = opened(Purpose.STATUS, token)
    if CALENDAR in request.args and seen.meeting is not None:
        return _calendar(application, seen, seen.meeting)
    return _page(application, seen)


@bp.post("/status/<path:token>")
@without_session
@evenly_long
def say(token: str) -> Answered:
    """Take an answer, a wish, "this is wrong" or an objection; a second click changes nothing."""
    if OBJECTION in request.form:
        application, _seen = opened(Purpose.STATUS, token)
        return objection_of(application.candidate, clock.now())
    application, seen = opened(Purpose.STATUS, token, locked=True)
    if WISH in request.form:
        return _wish(application, seen)
    if request.form.get(CHOICE) == Choice.GO_ON:
        return _go_on(application, seen)
    if TAKE_BACK in request.form:
        return _take_back(application, seen)
    form, days = AnswerForm(), settings().feedback_days

    def take(said: Said) -> bool:
        return services.answer(said, feedback_days=days, offer=offered_beside)

    if not form.validate() or form.tell(form.answer(), office().day_of(clock.now())):
        return _page(application, seen, form), 422
    return act(application, form.answer(), take)


def _go_on(application: Application, seen: Outside) -> Answered:
    form = GoOnForm()
    if not form.validate() or form.tell(form.answer(), office().day_of(clock.now())):
        return _page(application, seen, going_on=form), 422
    return act(application, form.answer(), services.go_on)


def _wish(application: Application, seen: Outside) -> Answered:
    form = WishForm()
    if not form.validate() or form.tell(form.wished()):
        return _page(application, seen, wish=form), 422
    wished = form.wished()
    words = str(wording.WISHES[wished.wish])
    services.wish(application, wished, words, now=clock.now(), office=office())
    db.session.commit()
    return same_page()


def _take_back(application: Application, seen: Outside) -> Answered:
    form, now, place = TakeBackForm(), clock.now(), office()
    if not form.validate():
        return _page(application, seen, problems=form.problems()), 422
    verbs = {
        Revocable.ERASURE: privacy.take_back_erasure,
        Revocable.CONSENT: privacy.withdraw_consent,
    }
    verbs[form.chosen()](application, now=now, office=place)
    db.session.commit()
    return same_page()


def _page(
    application: Application,
    seen: Outside,
    refused: AnswerForm | None = None,
    *,
    going_on: GoOnForm | None = None,
    wish: WishForm | None = None,
    problems: Sequence[tuple[str | None, str]] = (),
) -> str:
    now, place = seen.now, office()
    given = queries.given(application, place, now)
    held = holding(seen.outcome, given)
    form = refused or AnswerForm(formdata=None)
    wish_form = wish or WishForm(formdata=None)
    held_of = _holding(application, seen)
    uttered = {*seen.wishes, *([] if held_of.may_ask else [Wish.ERASURE])}
    options = offered_beside(seen.outcome, seen.turn, given, now)
    meets = seen.meeting is not None
    has_ended, contact = seen.outcome is not None, _contact(seen)
    return render_template(
        "answers/status.html",
        name=first_name(application.candidate.name),
        job=application.job.title,
        told=saying.tell(seen, place, has_documents=bool(held_of.documents)),
        has_ended=has_ended,
        held=held,
        held_words=wording.given_words(held.choice, held.until) if held else "",
        form=form,
        going_on=going_on or GoOnForm(formdata=None),
        wish_form=wish_form,
        problems=[
            *problems,
            *form.problems(),
            *wish_form.problems(),
            *(going_on.summary() if going_on else []),
        ],
        chosen=form.chosen if refused else None,
        wished=wish_form.chosen if wish else None,
        options=options,
        wishes=granted(seen.outcome, seen.turn, meets=meets, held=uttered),
        holding=held_of,
        change_until=_change_until(given, now) if held and options else "",
        may_go_on=contests(seen.outcome, seen.turn, given, options),
        contact=contact,
        contact_role=ROLES_OUTSIDE[contact.role] if contact else "",
        contact_dial=phone_key(contact.phone) if contact and contact.phone else "",
        calendar=CALENDAR,
        **_feedback(application, seen),
        follows=wording.follows(seen.outcome),
        **_words(place.day_of(now)),
    )


def _feedback(application: Application, seen: Outside) -> dict[str, Any]:
    """The links to exit feedback, begun or not, and whether they object to being asked."""
    return {
        "begun_link": queries.begun_feedback(application, seen.now),
        "feedback_link": inviting.link_beside(application, seen, now=seen.now, office=office()),
        "has_objected": application.candidate.objected_at is not None,
    }


def _words(today: date) -> dict[str, Any]:
    """What the answers and wishes are called, and the days between which one can choose."""
    return {
        "choices": wording.CHOICES,
        "whens": wording.WHENS,
        "wish_words": wording.WISHES,
        "days": proposed_days(today, office()),
        "lowest": today + DAY,
        "highest": today + LONGEST_TIME,
    }


def _holding(application: Application, seen: Outside) -> Holding:
    """What we hold, and what was asked and allowed; two questions, three after a decision."""
    erasure, consent = privacy_queries.standing(application)
    is_decided = erasure is not None and erasure.decision is Decision.DONE
    return hold(
        seen,
        privacy_queries.documents(application),
        erasure,
        consent,
        days=settings().documents_days,
        office=office(),
        is_being_erased=is_decided and privacy_queries.is_being_erased(application),
    )


def _change_until(given: Given | None, now: datetime) -> str:
    """Until when the answer that holds can be changed; empty once that is over."""
    if given is None or now > given.changeable_until:
        return ""
    return _(
        "You can change this until %(moment)s.", moment=full_moment_words(given.changeable_until)
    )


def _contact(seen: Outside) -> User | None:
    """The colleague who looks after the application, if they still work here."""
    found = accounts.user_with_email(seen.reading.owner or "")
    return found if found is not None and found.disabled_at is None else None


def _calendar(application: Application, seen: Outside, meeting: Event) -> Response:
    employer, contact = settings().employer, _contact(seen)
    agreed = [one for one in seen.events if one.kind is Kind.INTERVIEW]
    file = as_ics(
        Appointment(
            application.id,
            letters.domain(),
            meeting.due_at or seen.now,
            meeting.minutes,
            _("Appointment: %(job)s, %(employer)s", job=application.job.title, employer=employer),
            ", ".join(filter(None, (contact.name, contact.phone, contact.email)))
            if contact
            else "",
            meeting.at,
            len(agreed),
        )
    )
    name = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return Response(file, headers=name, mimetype="text/calendar")
