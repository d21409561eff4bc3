"""The batch of the day: drafted mails that a person reads, lets go, changes, skips or holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from config import Settings
from recruiting import clock, outgoing
from recruiting.access import needs
from recruiting.accounts import services as accounts
from recruiting.accounts.rules import Permission
from recruiting.db import db, lock
from recruiting.errors import Refused
from recruiting.forms import conflict
from recruiting.messages import queries as outbox
from recruiting.messages import services as messages
from recruiting.messages.models import Message
from recruiting.messages.rules import Purpose
from recruiting.messages.standings import PLAINLY, stop_words
from recruiting.office import office
from recruiting.pipeline.timelines import catch_up
from recruiting.pipeline.views.door import me
from recruiting.pipeline.wording import name_of, weekday_words
from recruiting.silence import drafts, queries
from recruiting.silence.forms import ApproveForm, DraftForm, EditForm, HoldForm, SkipForm
from recruiting.silence.queries import Card
from recruiting.silence.views.door import bp
from recruiting.silence.wording import line, outlook
from recruiting.silence.wording.ladder import WHY, leaves_words

Answer = Response | tuple[str, int]
Form = TypeVar("Form", bound=DraftForm)


@dataclass(frozen=True, slots=True)
class Draft:
    """One drafted mail with what speaks for it."""

    message: Message
    name: str
    evidence: list[str]
    leaves: str
    forms: dict[str, DraftForm]
    doubt: str  # why it must not leave; empty: it may


@bp.get("/follow-ups")
@needs(Permission.APPROVE_MAIL)
def batch() -> str:
    """Show every drafted mail as it will leave, with the evidence and the moment."""
    return _render()


def _render(
    refused: DraftForm | None = None, of: int = 0, approval: ApproveForm | None = None
) -> str:
    settings: Settings = current_app.extensions["settings"]
    now = clock.now()
    found = drafts.drafts(now)
    wanted = _wanted(found, now)
    cards = queries.cards([one.about for one in wanted], now, office())
    doubts = outgoing.erasures_asked([one.about.id for one in wanted])
    shown = [
        _draft(
            one,
            cards[one.about.id],
            now,
            refused if one.id == of else None,
            doubts.get(one.about.id),
        )
        for one in wanted
    ]
    held = [
        (name_of(one.about), one.about.id, weekday_words(one.send_after))
        for one in drafts.drafts(now, held=True)
    ]
    return render_template(
        "silence/batch.html",
        follow_ups=[one for one in shown if one.message.purpose is Purpose.FOLLOW_UP],
        closings=[one for one in shown if one.message.purpose is Purpose.CLOSING],
        held=held,
        form=approval or ApproveForm(formdata=None),
        opened=(of, refused.slug) if refused else None,
        more=len(found) == drafts.MOST_AT_ONCE,
        is_set=settings.mail_server is not None,
        stopped=stop_words(outbox.stop()),
        # Whoever was refused had chosen; to tick all again would send to those whom they left out.
        ticked=not (refused or approval) and request.args.get("ticked") != "none",
    )


def _wanted(found: Sequence[Message], now: datetime) -> list[Message]:
    """What is still in order; the rest is taken back by the worker, or on approval."""
    place = office()
    catch_up([one.about for one in found], place, now)
    return drafts.in_order(found, now, place)


def _draft(
    message: Message, card: Card, now: datetime, refused: DraftForm | None, doubt: str | None
) -> Draft:
    application, place, hours = message.about, office(), outgoing.limits().hours
    words = line(application, card, now, place)
    forms: list[DraftForm] = [
        EditForm.blank(message, subject=message.subject, body=message.body),
        SkipForm.blank(message),
        HoldForm.blank(message, until=place.day_of(place.add(now, 1))),
    ]
    by_slug = {form.slug: form for form in forms}
    if refused is not None:
        by_slug[refused.slug] = refused.named(message)
    evidence = [words.sentences]
    if card.chance is not None:
        evidence = [words.first_sentence, *outlook(application, card, now, place)[:2]]
    return Draft(
        message,
        name_of(application),
        evidence,
        leaves_words(message, hours, now),
        by_slug,
        str(PLAINLY[doubt]) if doubt else "",
    )


@bp.post("/follow-ups/approve")
@needs(Permission.APPROVE_MAIL)
def approve() -> Answer:
    """Let the ticked mails leave; what is pointless by now is taken back and named."""
    now, form = clock.now(), ApproveForm()
    if not form.validate():
        return _render(approval=form), 422
    done = redirect(url_for("silence.batch"), 303)
    if not accounts.claim_submission(form.submission.data or "", now):
        return done  # a second click: the first has acted
    found = drafts.approve(
        form.chosen, by=me().email, now=now, office=office(), doubts=outgoing.erasures_asked
    )
    db.session.commit()
    if found.leave:
        _tell(found.leave, now)
    for message, why in found.pointless:
        name = name_of(message.about)
        flash(_("Nothing is sent to %(name)s: %(why)s.", name=name, why=WHY[why]), "refused")
    for message, doubt in found.doubted:
        name, why = name_of(message.about), PLAINLY[doubt]
        flash(_("Nothing is sent to %(name)s. %(why)s", name=name, why=why), "refused")
    if found.changed:
        flash(
            ngettext(
                "%(num)s mail was changed or taken by somebody else; please look again.",
                "%(num)s mails were changed or taken by somebody else; please look again.",
                found.changed,
            ),
            "refused",
        )
    return done


def _tell(approved: Sequence[Message], now: datetime) -> None:
    """Say of mails that were let go when they leave, or what holds them."""
    count, stopped = len(approved), stop_words(outbox.stop())
    if stopped:
        said = ngettext("%(num)s mail is approved.", "%(num)s mails are approved.", count)
        flash(f"{said} {stopped}", "refused")
        return
    first = min(approved, key=lambda one: one.send_after)
    leaves = leaves_words(first, outgoing.limits().hours, now)
    flash(
        ngettext(
            "%(num)s mail is approved: it %(leaves)s.",
            "%(num)s mails are approved; the first one %(leaves)s.",
            count,
            leaves=leaves,
        )
    )


def _act(
    message_id: int, form_type: type[Form], verb: Callable[[Message, Form], object], said: str
) -> Answer:
    """Let one form act on one drafted mail, once; the later of two people is told."""
    now, message, form = clock.now(), drafts.draft(message_id), form_type()
    if not form.validate():
        return _render(form, message_id), 422
    done = redirect(url_for("silence.batch"), 303)
    if not accounts.claim_submission(form.submission.data or "", now):
        return done
    db.session.refresh(message.about, ["version"], with_for_update=True)
    lock(message)
    if form.is_late(message.version):
        raise conflict(mine=_mine(form), theirs=message.body, back=done.location)
    try:
        verb(message, form)
        db.session.commit()
    except Refused as problem:
        db.session.rollback()
        form.refuse(problem)
        return _render(form, message_id), 422
    flash(said)
    return done


def _mine(form: DraftForm) -> str:
    """What the later of two people wanted."""
    return form.body.data or "" if isinstance(form, EditForm) else ""


@bp.post("/follow-ups/<int:message_id>/edit")
@needs(Permission.APPROVE_MAIL)
def edit(message_id: int) -> Answer:
    """Change the words of one mail."""

    def verb(message: Message, form: EditForm) -> None:
        messages.edit(
            message,
            subject=form.subject.data or "",
            body=form.body.data or "",
            by=me().email,
            now=clock.now(),
            version=message.version,
        )

    return _act(message_id, EditForm, verb, _("Changed. It leaves once you approve it."))


@bp.post("/follow-ups/<int:message_id>/skip")
@needs(Permission.APPROVE_MAIL)
def skip(message_id: int) -> Answer:
    """Do without one mail, for a reason."""

    def verb(message: Message, form: SkipForm) -> None:
        drafts.skip(message, reason=form.reason.data or "", by=me().email, now=clock.now())

    return _act(message_id, SkipForm, verb, _("Skipped. It is not written again."))


@bp.post("/follow-ups/<int:message_id>/hold")
@needs(Permission.APPROVE_MAIL)
def hold(message_id: int) -> Answer:
    """Let one mail rest until a day."""

    def verb(message: Message, form: HoldForm) -> None:
        now, moment = clock.now(), office().start_of(form.day)
        if moment <= now:
            raise Refused(_("Please choose a day in the future."))
        messages.hold_until(message, moment, now)

    said = _("Held. It is proposed again on that day.")
    return _act(message_id, HoldForm, verb, said)
