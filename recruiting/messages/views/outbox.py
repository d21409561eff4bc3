"""The outbox: what has not left and why, what may have left, what a person says about one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from config import Settings
from recruiting import clock, outgoing
from recruiting.access import needs
from recruiting.accounts import queries as staff
from recruiting.accounts import services as accounts
from recruiting.accounts.rules import Permission
from recruiting.db import db, lock
from recruiting.errors import Refused
from recruiting.forms import BaseForm, VersionedForm, conflict
from recruiting.messages import queries, services
from recruiting.messages.models import Message
from recruiting.messages.rules import NEXT_STATES, MessageState
from recruiting.messages.standings import (
    KINDS,
    lacks_address,
    state_words,
    stop_words,
    why_words,
)
from recruiting.messages.views.door import bp
from recruiting.office import office
from recruiting.pipeline.views.door import me
from recruiting.pipeline.wording import name_of

Answer = Response | tuple[str, int]
PILES = (
    ("unknown", (MessageState.UNKNOWN,), _l("May have left"), _l("look in your sent mail first")),
    ("failed", (MessageState.FAILED,), _l("Did not leave"), _l("given up; a person decides")),
    ("waiting", queries.UNDER_WAY, _l("Waiting"), _l("what leaves next stands first")),
    ("drafted", (MessageState.DRAFTED,), _l("Drafted"), _l("a person reads them first")),
    ("sent", (MessageState.SENT,), _l("Sent"), _l("the newest first")),
    ("cancelled", (MessageState.CANCELLED,), _l("Taken back"), _l("the newest first")),
)
ROWS = 25  # of one pile
EDITABLE = frozenset({MessageState.DRAFTED, MessageState.QUEUED})


class DecideForm(VersionedForm):
    """A person's word about one mail as they have read it."""


class WordsForm(VersionedForm):
    """The words of a mail, changed before it leaves."""

    subject = StringField(
        _l("Subject"), [DataRequired(_l("Please write a subject.")), Length(max=300)]
    )
    body = TextAreaField(_l("Text"), [DataRequired(_l("Please write a text."))])


class StopForm(BaseForm):
    """All mail stops, or flows again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One mail of the outbox in words."""

    message: Message
    name: str
    kind: str
    state: str
    why: str
    submission: str


@bp.get("/outbox")
@needs(Permission.APPROVE_MAIL)
def outbox() -> str:
    """Show every mail that has not left, and the newest that have."""
    now, mine, stop = clock.now(), me().email, queries.stop()
    settings: Settings = current_app.extensions["settings"]
    found = [queries.messages(states, mine, limit=ROWS) for _key, states, *_words in PILES]
    row = partial(_row, names=_colleagues(chain(*found)), now=now, is_stopped=stop is not None)
    piles = [
        (key, title, note, [row(one) for one in rows])
        for (key, _states, title, note), rows in zip(PILES, found, strict=True)
    ]
    return render_template(
        "messages/outbox.html",
        piles=[pile for pile in piles if pile[3]],
        totals=_totals(),
        is_set=settings.mail_server is not None,
        stopped=stop_words(stop),
        lacks_address=lacks_address(settings) if me().can(Permission.MEND) else "",
        zone=settings.office_zone,
        troubles=queries.troubles(now),
        submission=secrets.token_urlsafe(16),
    )


def _totals() -> dict[str, int]:
    by_state = queries.counts(tuple(MessageState), me().email)
    return {key: sum(by_state.get(one, 0) for one in states) for key, states, *_words in PILES}


def _row(message: Message, *, names: Mapping[str, str], now: datetime, is_stopped: bool) -> Row:
    return Row(
        message,
        _reader(message, names),
        str(KINDS[message.purpose]),
        state_words(message, outgoing.limits().hours, now, office(), is_stopped=is_stopped),
        why_words(message, technical=me().can(Permission.MEND)),
        secrets.token_urlsafe(16),
    )


def _colleagues(found: Iterable[Message]) -> dict[str, str]:
    """The names of the colleagues whom these mails are for, by address."""
    return staff.names({one.to_address for one in found if one.application_id is None})


def _reader(message: Message, names: Mapping[str, str]) -> str:
    """Whom a mail is for, by name."""
    if message.application is not None:
        return name_of(message.application)
    return names.get(message.to_address, message.to_address)


@bp.get("/outbox/<int:message_id>")
@needs(Permission.APPROVE_MAIL)
def sheet(message_id: int) -> str:
    """Show one mail of ours in full, with what a person may do about it."""
    return _sheet(queries.message(message_id, me().email))


def _sheet(message: Message, refused: WordsForm | None = None) -> str:
    form = refused or WordsForm(formdata=None, subject=message.subject, body=message.body)
    if refused is None:
        form.version.data = str(message.version)
    settings: Settings = current_app.extensions["settings"]
    return render_template(
        "messages/sheet.html",
        row=_row(
            message,
            names=_colleagues([message]),
            now=clock.now(),
            is_stopped=queries.stop() is not None,
        ),
        message=message,
        form=form,
        is_set=settings.mail_server is not None,
        is_refused=refused is not None,
        may_edit=message.state in EDITABLE,
        may_cancel=MessageState.CANCELLED in NEXT_STATES[message.state],
        may_send=message.state in {MessageState.FAILED, MessageState.UNKNOWN},
        may_mark=message.state is MessageState.UNKNOWN,
    )


@bp.post("/outbox/<int:message_id>/edit")
@needs(Permission.APPROVE_MAIL)
def reword(message_id: int) -> Answer:
    """Change the words of a mail that nobody has taken to send yet."""
    now, message, form = clock.now(), queries.message(message_id, me().email), WordsForm()
    if not form.validate():
        return _sheet(message, form), 422
    subject, body = form.subject.data or "", form.body.data or ""

    def verb(found: Message) -> None:
        version = found.version
        services.edit(found, subject=subject, body=body, by=me().email, now=now, version=version)

    return _decide(message, form, verb, _("Changed."), mine=body)


@bp.post("/outbox/<int:message_id>/cancel")
@needs(Permission.APPROVE_MAIL)
def take_back(message_id: int) -> Answer:
    """Take a mail back that has not left."""

    def verb(message: Message) -> None:
        why = _("%(who)s took it back", who=me().name)
        services.cancel(message, by=me().email, why=why, now=clock.now())

    return _decide(queries.message(message_id, me().email), DecideForm(), verb, _("Taken back."))


@bp.post("/outbox/<int:message_id>/again")
@needs(Permission.APPROVE_MAIL)
def send_again(message_id: int) -> Answer:
    """Send a mail once more that failed or may have left."""

    def verb(message: Message) -> None:
        services.send_again(message, by=me().email, now=clock.now())

    said = stop_words(queries.stop()) or _("It leaves once more.")
    return _decide(queries.message(message_id, me().email), DecideForm(), verb, said)


@bp.post("/outbox/<int:message_id>/sent")
@needs(Permission.APPROVE_MAIL)
def mark_sent(message_id: int) -> Answer:
    """Say that a mail has left of which nobody knew."""

    def verb(message: Message) -> None:
        services.mark_sent(message, by=me().email, now=clock.now(), office=office())

    said = _("Marked as sent; it stands on the timeline.")
    return _decide(queries.message(message_id, me().email), DecideForm(), verb, said)


def _decide(
    message: Message,
    form: VersionedForm,
    verb: Callable[[Message], None],
    said: str,
    *,
    mine: str = "",
) -> Answer:
    """Let a person's word about one mail take effect once; who comes second is told."""
    if not form.validate():
        raise Refused(_("Please load this page again and send the form once more."))
    back = redirect(url_for("messages.sheet", message_id=message.id), 303)
    if not accounts.claim_submission(form.submission.data or "", clock.now()):
        return back
    # In the order in which the worker locks them.
    if message.application is not None:
        db.session.refresh(message.application, ["version"], with_for_update=True)
    lock(message)
    if form.is_late(message.version):
        raise conflict(mine=mine, theirs=message.body if mine else "", back=back.location)
    verb(message)
    db.session.commit()
    flash(said)
    return back


@bp.post("/outbox/stop")
@needs(Permission.APPROVE_MAIL)
def stop() -> Response:
    """Let no mail leave from now on."""
    return _switch(lambda: services.stop_all(me().email, clock.now()), _("All mail is stopped."))


@bp.post("/outbox/go")
@needs(Permission.APPROVE_MAIL)
def go() -> Response:
    """Let mail leave again."""
    return _switch(services.let_go, _("Mail leaves again, within a minute."))


def _switch(verb: Callable[[], object], said: str) -> Response:
    form = StopForm()
    if not form.validate():
        raise Refused(_("Please load this page again and send the form once more."))
    if accounts.claim_submission(form.submission.data or "", clock.now()):
        verb()
        db.session.commit()
        flash(said)
    return redirect(url_for("messages.outbox"), 303)
