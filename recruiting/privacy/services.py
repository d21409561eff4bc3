"""Verbs on what candidates ask and allow: each adds a dated fact to the timeline, none a turn.

The caller holds the application locked. Each verb says whether it did anything; the second time it
does nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from recruiting.db import db
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind
from recruiting.privacy import queries
from recruiting.privacy.models import Consent, Erasure
from recruiting.privacy.rules import Decision, Fact, fact_id, legal_day
from recruiting.workdays import Office

ID_BYTES = 8
FACT_OF = {Decision.DONE: Fact.ERASURE_DONE, Decision.REFUSED: Fact.ERASURE_REFUSED}


def ask_erasure(
    application: Application,
    text: str,
    came_at: Iterable[datetime] = (),
    *,
    now: datetime,
    office: Office,
) -> bool:
    """Note that a candidate wants their data deleted: a task with its legal day, and no more.

    `came_at` says when what we hold of theirs came in. The link may be in wrong hands, so nothing
    is ended or deleted by it.
    """
    known = queries.erasure_of(application)
    if known is not None and known.bars_another(came_at):
        return False
    due_on = legal_day(office.day_of(now), office)
    db.session.add(Erasure(application_id=application.id, asked_at=now, due_on=due_on, reason=""))
    note(
        application,
        Fact.ERASURE_ASKED,
        now=now,
        office=office,
        direction=Direction.IN,
        due_at=office.start_of(due_on),
        body=text,
    )
    return True


def take_back_erasure(application: Application, *, now: datetime, office: Office) -> bool:
    """Take a wish to erase back, as long as nobody has decided."""
    known = queries.erasure_of(application)
    if known is None or not known.is_open:
        return False
    known.taken_back_at = now
    note(application, Fact.ERASURE_TAKEN_BACK, now=now, office=office, direction=Direction.IN)
    return True


def decide_erasure(
    application: Application,
    decision: Decision,
    reason: str,
    *,
    by: str,
    now: datetime,
    office: Office,
) -> bool:
    """Write down what a person decided, which the candidate reads with the `reason`.

    Done ends a consent now, and lets the worker delete the documents of this application: to
    write large mails anew takes too long while somebody waits. All else stays.
    """
    known = queries.erasure_of(application)
    if known is None or not known.is_open:
        return False
    known.decided_at, known.decided_by = now, by
    known.decision, known.reason = decision, reason
    if decision is Decision.DONE:
        withdraw_consent(application, now=now, office=office)
    note(application, FACT_OF[decision], now=now, office=office, by=by, body=reason)
    return True


def give_consent(application: Application, ask_on: date, *, now: datetime, office: Office) -> bool:
    """Note that we may ask a candidate again from a day on; a later day replaces an earlier one."""
    known = queries.consent_of(application)
    if known is not None and known.holds:
        if known.ask_on == ask_on:
            return False
        known.withdrawn_at = now
    db.session.add(Consent(application_id=application.id, given_at=now, ask_on=ask_on))
    note(
        application,
        Fact.CONSENT_GIVEN,
        now=now,
        office=office,
        direction=Direction.IN,
        due_at=office.start_of(ask_on),
    )
    return True


def withdraw_consent(application: Application, *, now: datetime, office: Office) -> bool:
    """Note that we may ask them no more."""
    known = queries.consent_of(application)
    if known is None or not known.holds:
        return False
    known.withdrawn_at = now
    note(application, Fact.CONSENT_WITHDRAWN, now=now, office=office, direction=Direction.IN)
    return True


def settle_consent(application: Application, *, by: str, now: datetime, office: Office) -> bool:
    """Note that a colleague has asked them again, or decided not to; the task is over."""
    known = queries.consent_of(application)
    if known is None or not known.is_due(office.day_of(now)):
        return False
    known.settled_at, known.settled_by = now, by
    note(application, Fact.CONSENT_SETTLED, now=now, office=office, by=by)
    return True


def note(
    application: Application,
    fact: Fact,
    *,
    now: datetime,
    office: Office,
    channel: Channel = Channel.PORTAL,
    **more: Any,
) -> Event:
    """Write a fact of this room into the timeline; it moves no turn."""
    number = secrets.token_hex(ID_BYTES)
    return pipeline.record(
        application,
        Kind.NOTE,
        at=now,
        now=now,
        office=office,
        external_id=fact_id(fact, number),
        channel=channel,
        **more,
    )
