"""The page on which an application is entered that came by hand: by post, at a fair, by word."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from recruiting import clock
from recruiting.access import needs
from recruiting.accounts import services as accounts
from recruiting.accounts.rules import Permission
from recruiting.candidates import services as candidates
from recruiting.db import db
from recruiting.errors import Refused
from recruiting.feedback import services as feedback
from recruiting.office import office
from recruiting.pipeline import entering, queries
from recruiting.pipeline.entry import EnterForm
from recruiting.pipeline.models import Application
from recruiting.pipeline.views.acts import Answer, Who
from recruiting.pipeline.views.door import bp, me
from recruiting.pipeline.views.objection import note_objection


@bp.get("/applications/enter")
@needs(Permission.WORK_APPLICATIONS)
def enter() -> str:
    """Show the empty form; a board names its job."""
    jobs = queries.open_jobs()
    return _render(EnterForm.blank(jobs, request.args.get("job"), now=clock.now()))


@bp.post("/applications/enter")
@needs(Permission.WORK_APPLICATIONS)
def entered() -> Answer:
    """Enter one application, once."""
    who = Who(me().email, clock.now(), office())
    form = EnterForm(queries.open_jobs(), now=who.now)
    if not form.validate():
        return _render(form), 422
    if not accounts.claim_submission(form.submission.data or "", who.now):
        return redirect(_of_first_click(form), 303)
    try:
        application, is_known = _enter(form, who)
        db.session.commit()
    except entering.AppliedBefore as problem:
        there = url_for("pipeline.show", application_id=problem.application.id)
        db.session.rollback()
        form.refuse(problem, form.mail)
        return _render(form, there), 422
    except Refused as problem:
        db.session.rollback()
        form.refuse(problem)
        return _render(form), 422
    flash(
        _("Entered as a further application of somebody who was known. The next word is ours.")
        if is_known
        else _("Entered. The next word is ours.")
    )
    return redirect(url_for("pipeline.show", application_id=application.id), 303)


def _enter(form: EnterForm, who: Who) -> tuple[Application, bool]:
    """The application that the form tells of, and whether its candidate was known before."""
    mail = form.mail.data or ""
    is_known = candidates.with_mail(mail) is not None
    candidate = candidates.introduce(
        mail, form.name.data or "", told_at=form.applied_at, now=who.now
    )
    application = entering.enter(
        candidate,
        form.chosen,
        at=form.applied_at,
        source=form.source.data or "",
        text=form.text.data or "",
        **who.named,
    )
    candidate.language = form.language.data
    if form.phone.data:
        candidates.call_at(candidate, form.phone.data)
    if form.objects.data and feedback.objects(candidate, now=who.now):
        note_objection(application, who)
    return application, is_known


def _of_first_click(form: EnterForm) -> str:
    """Where a second click leads: to what the first one has made."""
    candidate = candidates.with_mail(form.mail.data or "")
    if (made := entering.application_of(candidate, form.chosen)) is not None:
        return url_for("pipeline.show", application_id=made.id)
    return url_for("pipeline.board", job_id=form.chosen.id)


def _render(form: EnterForm, there: str | None = None) -> str:
    """The page; `there` is the address of the application that stands against a further one."""
    return render_template("pipeline/enter.html", form=form, there=there)
