"""The page of one application: its timeline, the evidence, and the forms of what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _

from recruiting import clock, letters, outgoing
from recruiting.access import needs
from recruiting.accounts import queries as accounts
from recruiting.accounts.rules import Permission
from recruiting.feedback.forms import AllowForm, AssumeForm, ObjectForm
from recruiting.feedback.rules import INVITED
from recruiting.messages import arrivals
from recruiting.messages.forms import WriteForm
from recruiting.office import office
from recruiting.pipeline import queries
from recruiting.pipeline.forms import (
    ActForm,
    AgreeForm,
    EndForm,
    GiveForm,
    HandOverForm,
    LogForm,
    MailAddressForm,
    MoveForm,
    NumberForm,
    PauseForm,
    ReopenForm,
    ResumeForm,
    TakeOverForm,
    WorksForm,
)
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import SILENT_OUTCOMES, Channel, may_become
from recruiting.pipeline.timelines import timeline
from recruiting.pipeline.views.asking import asking
from recruiting.pipeline.views.door import bp, me
from recruiting.pipeline.wording import date_words, full_moment_words, moment_words, name_of
from recruiting.pipeline.wording.addresses import ways
from recruiting.pipeline.wording.timeline import Teller
from recruiting.privacy import tasks
from recruiting.privacy.queries import standing
from recruiting.silence import chances, curves, drafts
from recruiting.silence import queries as silence
from recruiting.silence.cases import case_with
from recruiting.silence.chances import Chances
from recruiting.silence.curves import Why
from recruiting.silence.forms import DelayForm
from recruiting.silence.ladder import Case
from recruiting.silence.rules import Rule, State
from recruiting.silence.services import ASKED_FOR
from recruiting.silence.wording import chance_words, hairline, line, outlook
from recruiting.silence.wording.conditions import Check, checks, question_of
from recruiting.silence.wording.ladder import waiting_words
from recruiting.silence.wording.reasons import average_sentence, reasons
from recruiting.silence.wording.steps import NextStep, remedies, step_words
from recruiting.silence.wording.waiting import curve_rows, drawn
from recruiting.workdays import DAY

DELAY_DAYS = 3  # working days until the day that is proposed in a notice of delay

# Which form `?do=` opens, and what is filled in.
PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "answer": ("log", {}),
    "follow-up": ("log", {}),
    "call": ("log", {"channel": Channel.PHONE.value}),
    "log": ("log", {}),
    "agree": ("agree", {}),
    "end": ("end", {}),
    "pause": ("pause", {}),
    "delay": ("delay", {}),
    "write": ("write", {}),
    "reopen": ("reopen", {}),
    "address": ("address", {}),
}
BY_MAIL = frozenset({"answer", "follow-up"})


@bp.get("/applications/<int:application_id>")
@needs(Permission.SEE_HANDED_OVER)
def show(application_id: int) -> str:
    """Show one application."""
    found = queries.application_for(me(), application_id, now=clock.now(), office=office())
    return render(found)


def render(application: Application, refused: ActForm | None = None) -> str:
    """The page of an application; `refused` stands open, with what was typed and what is wrong."""
    now, place = clock.now(), office()
    events, asked = timeline(application, now), standing(application)
    found = silence.evidence(application, events, now, place)
    may_work = me().can(Permission.WORK_APPLICATIONS)
    case = case_with(application, found.reading) if may_work else None
    is_silent = found.card.chance is not None
    state, since = found.card.standing.state, found.card.standing.since
    known = chances.current(now, place) if is_silent else None
    why = curves.why(known, application, since, now, place) if known else None
    teller = teller_of(application)
    sees_all = me().can(Permission.SEE_APPLICATIONS)
    forms = _forms(application, state, now) if may_work else {}
    forms |= {form.slug: form for form in tasks.forms(application, asked, me(), now)}
    forms |= {refused.slug: refused} if refused is not None else {}
    return render_template(
        "pipeline/show.html",
        application=application,
        name=teller.name,
        line=line(application, found.card, now, place),
        rest=teller.rest(events, found.reading, state),
        evidence=found,
        question=question_of(found.question) if found.question else "",
        days=teller.days(events, found.reading, now),
        stage_days=(
            place.day_of(application.ended_at or now) - place.day_of(application.stage_since)
        ).days,
        owner=teller.colleagues.get(application.owner or "", application.owner),
        card=found.card,
        chance=hairline(found.card),
        chance_words=chance_words(found.card),
        outlook=outlook(application, found.card, now, place, why),
        **_reasons(why),
        curve=_curve(known, application, now - since) if known else None,
        checks=checks(found, Rule, remedies=remedies(application, case) if may_work else None)
        if is_silent
        else [],
        step=_step(application, found.card, case, now) if may_work else None,
        forms=forms,
        opened=refused.slug if refused else _opened(forms),
        is_active=application.outcome is None,
        date_words=date_words,
        sees_all=sees_all,
        **_by_mail(application, events, state, sees_all=sees_all, may_work=may_work),
        silent_outcomes=SILENT_OUTCOMES,
        may_confirm=me().can(Permission.CONFIRM_OUTCOMES) and is_silent,
        confirmed=_confirmed(application, events, teller),
        **(asking(application, now, place) if may_work else {"has_left": False}),
        **(tasks.on_page(asked, me(), now) if sees_all else {}),
    )


def _step(
    application: Application, card: silence.Card, case: Case | None, now: datetime
) -> NextStep | None:
    wanted = silence.wanted_of([application], now).get(application.id)
    return step_words(application, card, case, now, office(), wanted=wanted)


def _reasons(why: Why | None) -> dict[str, Any]:
    """Why this silence differs from its stage; nothing where there is no chance to explain."""
    if why is None:
        return {"average": "", "reasons": []}
    return {"average": average_sentence(why), "reasons": reasons(why)}


def _by_mail(
    application: Application,
    events: Sequence[Event],
    state: State,
    *,
    sees_all: bool,
    may_work: bool,
) -> dict[str, Any]:
    """The mails behind the timeline, and what a person should decide because of them."""
    is_open = may_work and application.outcome is None
    keys = current_app.extensions["settings"].keys
    mails = arrivals.of_events(application, keys) if sees_all else {}
    return {
        "ways": ways(application.candidate) if sees_all else [],
        "mails": mails,
        "hint": arrivals.hint(application, events, mails) if is_open else None,
        "waiting": [
            (waiting_words(one, outgoing.limits().hours, clock.now()), one)
            for one in (drafts.waiting(application) if sees_all else ())
        ],
        "may_approve": me().can(Permission.APPROVE_MAIL),
        "repair": _repair(application, state) if may_work else None,
        "has_no_way": is_open and arrivals.has_no_way(application.candidate),
    }


def _repair(application: Application, state: State) -> NextStep | None:
    """What is ours where our words did not arrive: mend the address, then write again."""
    if state is not State.UNREACHABLE:
        return None
    do = "follow-up" if letters.address_of(application) else "address"
    words = _("Write again") if do == "follow-up" else _("Mend the address")
    slug = "acts" if do == "follow-up" else "address"
    href = url_for("pipeline.show", application_id=application.id, do=do, _anchor=slug)
    return NextStep(words, href)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A person's word that no answer came: who, when, why, and what held then."""

    by: str
    when: str
    note: str
    checks: list[Check]


def _confirmed(
    application: Application, events: Sequence[Event], teller: Teller
) -> Confirmed | None:
    """The evidence as it stood when a person confirmed that no answer came."""
    found = silence.confirmation(application, events, teller.office)
    if found is None or application.outcome is None:
        return None
    said, evidence = found
    by = teller.colleagues.get(said.by or "", said.by or "")
    return Confirmed(
        by,
        full_moment_words(said.at),
        teller.entry(said).text,
        checks(evidence, ASKED_FOR[application.outcome], attested_by=by),
    )


def teller_of(application: Application) -> Teller:
    """Who tells this application's timeline to the signed-in person."""
    return Teller(
        name_of(application),
        {user.email: user.name for user in accounts.users()},
        office(),
        hides_notes=not me().can(Permission.SEE_APPLICATIONS),
    )


def latest(application: Application) -> str:
    """What was written down last about an application: what the later of two people is told."""
    event = max(timeline(application, clock.now()), key=lambda one: one.id)
    entry = teller_of(application).entry(event)
    parts = (entry.title, entry.text, entry.note, moment_words(event.recorded_at))
    return " · ".join(part for part in parts if part)


def _curve(known: Chances, application: Application, silent: timedelta) -> dict[str, Any]:
    """The stage's reply curve, where this silence stands on it, and the table of both."""
    found = curves.stage_curve(known, application.stage_id)
    days = silent / DAY
    here = min(days, curves.CURVE_DAYS)
    return {
        "steps": drawn(found),
        "end": curves.CURVE_DAYS,
        "point": {"day": here, "share": found.at(here).share, "label": name_of(application)},
        "rows": curve_rows(found, here),
    }


def _forms(
    application: Application,
    state: State,
    now: datetime,
) -> dict[str, ActForm]:
    """The forms of what can be done now by whoever works on it, by their slugs."""
    made: list[ActForm] = [_log(application, now), *_of_addresses(application)]
    if me().can(Permission.APPROVE_MAIL) and letters.address_of(application):
        subject, body = letters.blank(application, me().name)
        made.append(WriteForm.blank(application, subject=subject, body=body))
    if application.outcome is None:
        made += [
            AgreeForm.blank(application, due=office().add(now, 3)),
            MoveForm.blank(application),
            PauseForm.blank(application),
            EndForm.blank(application),
            HandOverForm(application, queries.managers(), formdata=None),
            GiveForm(application, queries.colleagues(), formdata=None),
        ]
        if state in {State.OUR_TURN, State.DELAYED} and me().can(Permission.APPROVE_MAIL):
            first = office().day_of(office().add(now, DELAY_DAYS))
            made.append(DelayForm.blank(application, until=first))
        if state in {State.PAUSED, State.AWAY}:
            made.append(ResumeForm.blank(application))
        if application.owner != me().email:
            made.append(TakeOverForm.blank(application))
    if application.outcome in INVITED:
        made.append(AssumeForm.blank(application))
    has_objected = application.candidate.objected_at is not None
    made.append((AllowForm if has_objected else ObjectForm).blank(application))
    if application.outcome is not None and may_become(application.outcome, None):
        made.append(ReopenForm.blank(application))
    return {form.slug: form for form in made}


def _of_addresses(application: Application) -> list[ActForm]:
    """The forms that mend addresses; one for bad addresses only where there are any."""
    works = WorksForm.blank(application)
    made: list[ActForm] = [MailAddressForm.blank(application), NumberForm.blank(application)]
    return [*made, works] if works.bad else made


def _opened(forms: Mapping[str, ActForm]) -> str:
    """Which form `?do=` opens: an answer is written here, where a mail can reach them."""
    do = request.args.get("do", "")
    return "write" if do in BY_MAIL and "write" in forms else PRESETS.get(do, ("",))[0]


def _log(application: Application, now: datetime) -> ActForm:
    _slug, preset = PRESETS.get(request.args.get("do", ""), ("log", {}))
    filled = {"at": now, "channel": application.channel.value, **preset}
    return LogForm.blank(application, **filled)
