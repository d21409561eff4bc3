"""The page of one stage: its reply curve, how long it waits, and a proposal to accept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from recruiting import clock
from recruiting.access import needs
from recruiting.accounts import services as accounts
from recruiting.accounts.rules import Permission
from recruiting.db import db, lock
from recruiting.errors import Refused
from recruiting.forms import conflict
from recruiting.jobs.forms import LADDERS, InvitesForm, OutsideForm, PatienceForm, TermsForm
from recruiting.jobs.models import Stage
from recruiting.jobs.rules import Ladder, Outside, Terms
from recruiting.office import office
from recruiting.pipeline import queries
from recruiting.pipeline.views.acts import Answer
from recruiting.pipeline.views.door import bp, me
from recruiting.silence import chances, curves, services, stages
from recruiting.silence.wording import waiting


@bp.get("/jobs/<int:job_id>/stages/<int:stage_id>")
@needs(Permission.SEE_APPLICATIONS)
def stage(job_id: int, stage_id: int) -> str:
    """Show how long the silences of a stage last, and what its patience could be."""
    return _render(queries.stage(job_id, stage_id))


@bp.post("/jobs/<int:job_id>/stages/<int:stage_id>/patience")
@needs(Permission.SET_TERMS)
def accept_patience(job_id: int, stage_id: int) -> Answer:
    """Let a stage wait as long as proposed; of two people the later one is told."""
    found, now, form = queries.stage(job_id, stage_id), clock.now(), PatienceForm()
    if not form.validate():
        return _render(found, form), 422
    done = redirect(_address(found), 303)
    if not accounts.claim_submission(form.submission.data or "", now):
        return done  # a second click: the first has acted
    db.session.refresh(found, ["patience"], with_for_update=True)
    if form.is_late(found.patience):
        raise conflict(
            mine=waiting.working_days(form.chosen),
            theirs=waiting.working_days(found.patience),
            back=done.location,
        )
    try:
        services.accept_patience(found, form.chosen, now=now, office=office())
        db.session.commit()
    except Refused as problem:
        db.session.rollback()
        form.refuse(problem)
        return _render(found, form), 422
    said = _("This stage now waits %(days)s.", days=waiting.working_days(found.patience))
    flash(said)
    return done


@bp.post("/jobs/<int:job_id>/stages/<int:stage_id>/terms")
@needs(Permission.SET_TERMS)
def set_terms(job_id: int, stage_id: int) -> Answer:
    """Say how long each side may take and how follow-ups leave; the later of two is told."""
    found, now, form = queries.stage(job_id, stage_id), clock.now(), TermsForm()
    if not form.validate():
        return _render(found, terms=form), 422
    if _is_first(form, found, _terms_words(form.terms, form.mode), _terms_of, now):
        services.set_terms(found, form.terms, form.mode, now=now, office=office())
        db.session.commit()
        flash(_("Saved. What is due at this stage follows it from now on."))
    return redirect(_address(found), 303)


@bp.post("/jobs/<int:job_id>/stages/<int:stage_id>/outside")
@needs(Permission.SET_TERMS)
def set_outside(job_id: int, stage_id: int) -> Answer:
    """Say what candidates see of a stage; the later of two is told."""
    found, now, form = queries.stage(job_id, stage_id), clock.now(), OutsideForm()
    if not form.validate():
        return _render(found, outside=form), 422
    if _is_first(form, found, _outside_words(form.outside, found), _outside_of, now):
        services.set_outside(found, form.outside)
        db.session.commit()
        flash(_("Saved. Candidates see it so from now on."))
    return redirect(_address(found), 303)


@bp.post("/jobs/<int:job_id>/stages/<int:stage_id>/invites")
@needs(Permission.SET_TERMS)
def set_invites(job_id: int, stage_id: int) -> Answer:
    """Say whether who leaves in a stage is asked for feedback; the later of two is told."""
    found, now, form = queries.stage(job_id, stage_id), clock.now(), InvitesForm()
    if not form.validate():
        return _render(found, invites=form), 422
    chosen = bool(form.invites.data)
    if _is_first(form, found, _invites_words(invites=chosen), _invites_of, now):
        found.invites = chosen
        db.session.commit()
        flash(_("Saved. It holds for invitations that have not been sent yet."))
    return redirect(_address(found), 303)


def _invites_words(*, invites: bool) -> str:
    return _("asked for feedback") if invites else _("not asked for feedback")


def _invites_of(stage: Stage) -> str:
    return _invites_words(invites=stage.invites)


def _is_first(
    form: TermsForm | OutsideForm | InvitesForm,
    found: Stage,
    mine: str,
    theirs: Callable[[Stage], str],
    now: datetime,
) -> bool:
    """Lock a stage to change it; false for a second click, a conflict if somebody was faster."""
    if not accounts.claim_submission(form.submission.data or "", now):
        return False
    lock(found)
    if form.is_late(form.seen(found)):
        raise conflict(mine=mine, theirs=theirs(found), back=_address(found))
    return True


def _address(found: Stage) -> str:
    return url_for("pipeline.stage", job_id=found.job_id, stage_id=found.id)


def _outside_words(outside: Outside, stage: Stage) -> str:
    """What candidates see of a stage, in one line."""
    if not outside.is_shown:
        return _("candidates do not see this stage")
    names = [outside.name(language, stage.name) for language in ("en", "de")]
    return _("candidates read “%(name)s”", name=" · ".join(dict.fromkeys(names)))


def _outside_of(stage: Stage) -> str:
    return _outside_words(stage.outside, stage)


def _terms_of(stage: Stage) -> str:
    return _terms_words(stage.terms, stage.ladder)


def _terms_words(terms: Terms, mode: Ladder) -> str:
    """Terms in one line, in the order of the form."""
    return f"{LADDERS[mode]}; {', '.join(str(days) for days in asdict(terms).values())}"


def _render(
    found: Stage,
    refused: PatienceForm | None = None,
    terms: TermsForm | None = None,
    outside: OutsideForm | None = None,
    invites: InvitesForm | None = None,
) -> str:
    now, place = clock.now(), office()
    figures = stages.figures(found, now, place)
    curve = curves.stage_curve(chances.current(now, place), found.id)
    proposed = figures.proposed
    may_accept = me().can(Permission.SET_TERMS)
    is_new = proposed is not None and proposed != found.patience
    return render_template(
        "pipeline/stage.html",
        stage=found,
        figures=figures,
        counts=waiting.counts_sentence(figures),
        curve_title=waiting.curve_title(curve),
        steps=waiting.drawn(curve),
        end=curves.CURVE_DAYS,
        curve_rows=waiting.curve_rows(curve),
        patience=waiting.working_days(found.patience),
        proposed=waiting.working_days(proposed) if proposed else "",
        proposal=waiting.proposal_sentence(figures.proposal) if figures.proposal else "",
        missing=waiting.missing_sentence(figures),
        waiting_rows=waiting.waiting_rows(figures.waiting) if figures.waiting else [],
        waiting_note=waiting.waiting_note(),
        follow_ups=waiting.follow_up_sentence(figures.follow_ups),
        follow_up_counts=waiting.follow_up_counts(figures.follow_ups) if figures.follow_ups else "",
        caveat=waiting.caveat(),
        form=PatienceForm.blank(found, proposed) if proposed and is_new and may_accept else None,
        errors=refused.summary() if refused else [],
        is_new=is_new,
        mode=LADDERS[found.ladder],
        terms=terms or (TermsForm.blank(found) if may_accept else None),
        is_refused=terms is not None,
        seen_as=_outside_of(found),
        outside=outside or (OutsideForm.blank(found) if may_accept else None),
        is_outside_refused=outside is not None,
        invites=invites or (InvitesForm.blank(found) if may_accept else None),
        is_invites_refused=invites is not None,
    )
