"""The inbox: mails that a person must place, and what a person says about one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField

from config import Settings
from recruiting import clock, incoming
from recruiting.access import needs
from recruiting.accounts import services as accounts
from recruiting.accounts.rules import Permission
from recruiting.candidates import services as candidates
from recruiting.candidates.rules import read_email
from recruiting.db import db
from recruiting.errors import Missing, Refused
from recruiting.forms import BaseForm, WholeNumber
from recruiting.messages import arrivals, envelope, matching, receiving, texts
from recruiting.messages.envelope import Envelope
from recruiting.messages.models import Received
from recruiting.messages.rules import FOR_A_PERSON, ReceivedState
from recruiting.messages.views.door import bp
from recruiting.messages.wording import PILES, why_words
from recruiting.office import office
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline import services
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Kind
from recruiting.pipeline.views.door import me
from recruiting.pipeline.wording import name_of
from recruiting.pipeline.wording.addresses import note_words

ROWS = 25  # of one pile
LONGEST_LINE = 140  # characters


class SortForm(BaseForm):
    """A person's word about one mail."""


class AssignForm(BaseForm):
    """Whose mail it is."""

    application = WholeNumber()
    adds = BooleanField()  # the sender's address to those of the candidate


@dataclass(frozen=True, slots=True)
class Proposal:
    """An application that a mail may belong to."""

    application: Application
    name: str
    submission: str
    new_address: str = ""  # that the mail came from and the candidate is not known to have


@dataclass(frozen=True, slots=True)
class Row:
    """One mail of the inbox in words."""

    received: Received
    envelope: Envelope
    why: str
    proposals: list[Proposal]
    submission: str
    first_line: str
    is_forged: bool  # no key of today confirms the reply address that it came to

    @property
    def sender(self) -> str:
        """Who wrote, as they call themselves."""
        return self.envelope.sender_name or self.received.sender or _("no sender")

    @property
    def subject(self) -> str:
        """What it says it is about."""
        return self.envelope.subject or _("no subject")


@bp.get("/inbox")
@needs(Permission.SORT_MAIL)
def inbox() -> str:
    """Show the mails that wait for a person, with whose they may be."""
    now = clock.now()
    is_aside = request.args.get("show") == "not-ours"
    states = (ReceivedState.NOT_OURS,) if is_aside else tuple(PILES)
    piles = [(state, rows_of(state)) for state in states if state in PILES or is_aside]
    return render_template(
        "messages/inbox.html",
        piles=[(state, rows) for state, rows in piles if rows],
        counts=arrivals.counts(),
        words=PILES,
        hints=[(one, name_of(one)) for one in arrivals.hinted()] if not is_aside else [],
        troubled=arrivals.in_trouble(now),
        is_aside=is_aside,
        may_sort=True,
    )


def rows_of(state: ReceivedState) -> list[Row]:
    """The newest mails in a state, in words."""
    found = [
        (one, head_of(octets), first_line(octets))
        for one, octets in arrivals.waiting(state, limit=ROWS)
    ]
    people = [(one.sender, head.sender_name) for one, head, _line in found]
    by_person = arrivals.proposals(me(), people)
    return [
        Row(
            one,
            head,
            why_words(one),
            proposed(by_person[one.sender, head.sender_name], one.sender),
            secrets.token_urlsafe(16),
            line,
            is_forged(head),
        )
        for one, head, line in found
    ]


def is_forged(head: Envelope) -> bool:
    """Whether a mail came to an address that looks like one of ours and that no key confirms."""
    settings: Settings = current_app.extensions["settings"]
    return matching.is_forged(head.recipients, settings.keys)


def first_line(octets: bytes) -> str:
    """With what the words of a mail begin, as far as that can be read from its beginning."""
    with suppress(Exception):
        words, _html = texts.body(envelope.parse(octets))
        line = " ".join(next(filter(str.strip, texts.fold(words)[0].splitlines()), "").split())
        return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
    return ""


def head_of(octets: bytes) -> Envelope:
    """The head of a raw mail, empty where even that cannot be read."""
    with suppress(Exception):
        return envelope.read(envelope.parse_head(octets))
    return Envelope(None, "", (), "", None, (), None)


def proposed(found: list[Application], sender: str | None) -> list[Proposal]:
    """Applications as buttons; a sender's address that is new can be added with them."""
    return [
        Proposal(one, name_of(one), secrets.token_urlsafe(16), new_address(one, sender))
        for one in found
    ]


def new_address(application: Application, sender: str | None) -> str:
    """A sender's address that the candidate is not known to have; else empty."""
    known = {one.key for one in application.candidate.addresses}
    return sender if sender and sender not in known and read_email(sender) else ""


@bp.post("/inbox/<int:received_id>/assign")
@needs(Permission.SORT_MAIL)
def assign(received_id: int) -> Response:
    """Say whose mail it is; it has its effect at once."""
    form = AssignForm()

    def verb(received: Received, now: datetime) -> str:
        chosen = form.application.data
        if chosen is None:
            raise Missing
        application = pipeline.application_for(me(), chosen, now=now, office=office())
        receiving.assign(received, application, by=me().email, desk=incoming.desk(now))
        if form.adds.data and new_address(application, received.sender):
            _add_address(application, received, now)
        return _("Assigned to %(name)s.", name=name_of(application))

    return _sort(received_id, form, verb)


@bp.post("/inbox/<int:received_id>/address")
@needs(Permission.WORK_APPLICATIONS)
def add_address(received_id: int) -> Response:
    """Add the address that a mail came from to those of the candidate whose mail it is."""
    now, form = clock.now(), SortForm()
    received = arrivals.mail_for(me(), received_id)
    theirs = received.filed_with
    if theirs is None:
        raise Missing
    back = redirect(url_for("messages.mail", received_id=received_id), 303)
    if not form.validate():
        raise Refused(_("Please load this page again and send the form once more."))
    if not accounts.claim_submission(form.submission.data or "", now):
        return back
    db.session.refresh(theirs, ["version"], with_for_update=True)
    _add_address(theirs, received, now)
    db.session.commit()
    flash(_("Added. Mails still go where they went."))
    return back


def _add_address(application: Application, received: Received, now: datetime) -> None:
    added = candidates.add_mail(application.candidate, received.sender or "")
    said = note_words(added, was_known=False)
    by, place = me().email, office()
    services.record(application, Kind.NOTE, at=now, body=said, by=by, now=now, office=place)


@bp.post("/inbox/<int:received_id>/not-ours")
@needs(Permission.SORT_MAIL)
def not_ours(received_id: int) -> Response:
    """Say that a mail belongs to no application."""

    def verb(received: Received, now: datetime) -> str:
        receiving.set_aside(received, by=me().email, now=now)
        return _("Set aside. The mail is kept.")

    return _sort(received_id, SortForm(), verb)


@bp.post("/inbox/<int:received_id>/again")
@needs(Permission.SORT_MAIL)
def again(received_id: int) -> Response:
    """Let the worker read a mail anew that it could not read."""

    def verb(received: Received, _now: datetime) -> str:
        receiving.try_again(received)
        return _("It is read anew within a minute.")

    return _sort(received_id, SortForm(), verb)


def _sort(received_id: int, form: BaseForm, verb: Callable[[Received, datetime], str]) -> Response:
    """Let a person's word about one mail take effect once; who comes second is told."""
    now = clock.now()
    received = arrivals.mail_for(me(), received_id)
    back = redirect(url_for("messages.inbox"), 303)
    if not form.validate():
        raise Refused(_("Please load this page again and send the form once more."))
    if not accounts.claim_submission(form.submission.data or "", now):
        return back
    if received.state not in FOR_A_PERSON | {ReceivedState.NOT_OURS}:
        raise Refused(_("Somebody has dealt with this mail already."))
    said = verb(received, now)
    db.session.commit()
    flash(said)
    return back
