"""What is done with one application: each act is one form, one verb, one commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from config import Settings
from recruiting import clock
from recruiting.access import needs
from recruiting.accounts import services as accounts
from recruiting.accounts.rules import Permission
from recruiting.answers import inviting
from recruiting.db import db
from recruiting.errors import Conflict, Refused
from recruiting.feedback import services as feedback
from recruiting.feedback.forms import AssumeForm
from recruiting.feedback.rules import Reason
from recruiting.forms import conflict
from recruiting.office import office
from recruiting.pipeline import queries, services
from recruiting.pipeline.forms import (
    ActForm,
    AgreeForm,
    EndForm,
    GiveForm,
    HandOverForm,
    LogForm,
    MoveForm,
    PauseForm,
    ReopenForm,
    ResumeForm,
    TakeOverForm,
)
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from recruiting.pipeline.timelines import catch_up
from recruiting.pipeline.views import page
from recruiting.pipeline.views.door import bp, me
from recruiting.silence import attending
from recruiting.workdays import Office

Answer = Response | tuple[str, int]
Form = TypeVar("Form", bound=ActForm)
FILTERS = ("owner", "source", "state")


@dataclass(frozen=True)
class Who:
    """The signed-in person's hand and hour, as every verb takes them."""

    by: str
    now: datetime
    office: Office

    @property
    def named(self) -> dict[str, Any]:
        """The same as arguments."""
        return {"by": self.by, "now": self.now, "office": self.office}


def act(
    application_id: int,
    form_type: Callable[[Application], Form],
    verb: Callable[[Application, Form, Who], object],
    said: str,
    *,
    again: Callable[[Application, Form], str] = page.render,
) -> Answer:
    """Let one form act on one application, once; the loser of two is told, nothing overwritten.

    A form that was refused is shown again by `again` with what was typed and what is wrong.
    """
    who = Who(me().email, clock.now(), office())
    application = queries.application_for(me(), application_id, now=who.now, office=who.office)
    form = form_type(application)
    if not form.validate():
        return again(application, form), 422
    done = redirect(_back(application), 303)
    if not accounts.claim_submission(form.submission.data or "", who.now):
        return done  # a second click: the first has acted
    db.session.refresh(application, ["version"], with_for_update=True)
    if form.is_late(application.version):
        raise _conflict(application, form)
    try:
        verb(application, form, who)
        attending.take_back_now(application, who.now, who.office)
        db.session.commit()
    except Refused as problem:
        db.session.rollback()
        catch_up([application], who.office, who.now)  # what was read in memory is gone with it
        form.refuse(problem)
        return again(application, form), 422
    except StaleDataError as late:
        db.session.rollback()
        raise _conflict(application, form) from late
    flash(said)
    return done


def _conflict(application: Application, form: ActForm) -> Conflict:
    """What both wanted, and the way back."""
    return conflict(
        mine=form.mine(),
        theirs=page.latest(application),
        back=url_for("pipeline.show", application_id=application.id),
    )


def _back(application: Application) -> str:
    """The page that an act leads to: the application's, or the one it was sent from."""
    if request.args.get("back") == "desk":
        return url_for("silence.desk")
    if request.args.get("back") == "board":
        kept: dict[str, Any] = {
            name: request.args[name] for name in FILTERS if name in request.args
        }
        anchor = f"card-{application.id}"
        return url_for("pipeline.board", job_id=application.job_id, _anchor=anchor, **kept)
    return url_for("pipeline.show", application_id=application.id)


def invite(application: Application, now: datetime) -> None:
    """Prepare the link that asks for exit feedback, where the outcome calls for one."""
    settings: Settings = current_app.extensions["settings"]
    days = settings.feedback_days
    inviting.invite(application, now=now, office=office(), days=days)


@bp.post("/applications/<int:application_id>/log")
@needs(Permission.WORK_APPLICATIONS)
def log(application_id: int) -> Answer:
    """Write down a touch that took place elsewhere."""

    def verb(application: Application, form: LogForm, who: Who) -> None:
        services.log_touch(application, **form.touch(), **who.named)

    return act(application_id, LogForm, verb, _("Written down."))


@bp.post("/applications/<int:application_id>/agree")
@needs(Permission.WORK_APPLICATIONS)
def agree(application_id: int) -> Answer:
    """Agree a next step with its date."""

    def verb(application: Application, form: AgreeForm, who: Who) -> None:
        services.agree(application, **form.step(), **who.named)

    return act(application_id, AgreeForm, verb, _("The next step is agreed."))


@bp.post("/applications/<int:application_id>/move")
@needs(Permission.WORK_APPLICATIONS)
def move(application_id: int) -> Answer:
    """Put one application into another stage of its job."""

    def verb(application: Application, form: MoveForm, who: Who) -> None:
        services.move(application, form.chosen, **who.named)

    return act(application_id, MoveForm, verb, _("Moved."))


@bp.post("/applications/<int:application_id>/end")
@needs(Permission.WORK_APPLICATIONS)
def end(application_id: int) -> Answer:
    """End an application as hired, declined or withdrawn."""

    def verb(application: Application, form: EndForm, who: Who) -> None:
        outcome = Outcome(form.outcome.data)
        services.close(application, outcome, note=form.note.data or "", **who.named)
        invite(application, who.now)

    return act(application_id, EndForm, verb, _("The application has ended. Nothing was sent."))


@bp.post("/applications/<int:application_id>/assume")
@needs(Permission.WORK_APPLICATIONS)
def assume(application_id: int) -> Answer:
    """Note why a candidate has left, as it looks from here."""

    def verb(application: Application, form: AssumeForm, who: Who) -> None:
        feedback.assume(application, Reason(form.reason.data), by=who.by, now=who.now)

    return act(application_id, AssumeForm, verb, _("Noted, beside what the candidate says."))


@bp.post("/applications/<int:application_id>/pause")
@needs(Permission.WORK_APPLICATIONS)
def pause(application_id: int) -> Answer:
    """Let patience stand still until a day."""

    def verb(application: Application, form: PauseForm, who: Who) -> None:
        until = who.office.start_of(form.day)
        services.pause(application, until=until, note=form.note.data or "", **who.named)

    return act(application_id, PauseForm, verb, _("Paused."))


@bp.post("/applications/<int:application_id>/resume")
@needs(Permission.WORK_APPLICATIONS)
def resume(application_id: int) -> Answer:
    """End a pause or an absence before its day."""

    def verb(application: Application, _form: ResumeForm, who: Who) -> None:
        services.resume(application, **who.named)

    return act(application_id, ResumeForm, verb, _("Taken up again."))


@bp.post("/applications/<int:application_id>/reopen")
@needs(Permission.WORK_APPLICATIONS)
def reopen(application_id: int) -> Answer:
    """Take an ended application up again."""

    def verb(application: Application, form: ReopenForm, who: Who) -> None:
        services.reopen(application, note=form.note.data or "", **who.named)
        feedback.revoke(application, now=who.now)

    return act(application_id, ReopenForm, verb, _("Reopened. The next word is ours."))


@bp.post("/applications/<int:application_id>/take-over")
@needs(Permission.WORK_APPLICATIONS)
def take_over(application_id: int) -> Answer:
    """Become answerable for an application."""

    def verb(application: Application, _form: TakeOverForm, who: Who) -> None:
        services.give_to(application, who.by, **who.named)

    return act(application_id, TakeOverForm, verb, _("You look after this application now."))


@bp.post("/applications/<int:application_id>/give-to")
@needs(Permission.WORK_APPLICATIONS)
def give_to(application_id: int) -> Answer:
    """Make a colleague answerable for an application."""

    def form_for(application: Application) -> GiveForm:
        return GiveForm(application, queries.colleagues())

    def verb(application: Application, form: GiveForm, who: Who) -> None:
        services.give_to(application, form.chosen.email, **who.named)

    return act(application_id, form_for, verb, _("Given to a colleague."))


@bp.post("/applications/<int:application_id>/hand-over")
@needs(Permission.WORK_APPLICATIONS)
def hand_over(application_id: int) -> Answer:
    """Let a hiring manager see and judge an application."""

    def form_for(application: Application) -> HandOverForm:
        return HandOverForm(application, queries.managers())

    def verb(application: Application, form: HandOverForm, who: Who) -> None:
        services.hand_over(application, form.chosen, note=form.note.data or "", **who.named)

    return act(application_id, form_for, verb, _("Handed over."))
