"""What candidates asked for and a person has to do, as rows of the desk and on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from recruiting.accounts.rules import Actor, Permission
from recruiting.office import office
from recruiting.pipeline.forms import ActForm
from recruiting.pipeline.models import Application
from recruiting.pipeline.wording import name_of
from recruiting.privacy import queries
from recruiting.privacy.forms import DecideForm, SettleForm
from recruiting.privacy.queries import Standing
from recruiting.privacy.wording import consent_words, due_words, erasure_words, is_pressing


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of the desk: who, what is owed by when, and the page on which it is done."""

    application: Application
    name: str
    owed: str
    words: str
    step: str
    href: str


def asked(me: Actor, now: datetime, *, owner: str | None = None) -> list[Asked]:
    """What somebody has to do for candidates who asked: erasures first, by their legal day."""
    today, rows = office().day_of(now), list[Asked]()
    if me.can(Permission.DECIDE_ERASURES):
        for erasure in queries.open_erasures():
            owed, words = erasure_words(erasure, today)
            if not is_pressing(erasure, today):
                owed, words = "", f"{words} {owed}"
            rows.append(_row(erasure.application, owed, words, _("Decide"), "erasure"))
    if me.can(Permission.WORK_APPLICATIONS):
        for consent in queries.consents_due(me, today, owner=owner):
            words = due_words(consent, today)
            rows.append(_row(consent.application, "", words, _("Ask again"), "again"))
    return rows


def cut_words(me: Actor, rows: Sequence[Asked]) -> str:
    """How many erasures there are, where the desk does not show them all; else empty."""
    if not me.can(Permission.DECIDE_ERASURES) or len(rows) < queries.MOST_ON_THE_DESK:
        return ""
    total = queries.count_open_erasures()
    if total <= queries.MOST_ON_THE_DESK:
        return ""
    return _(
        "%(total)s ask that their data be deleted; the %(num)s most urgent are shown.",
        total=total,
        num=queries.MOST_ON_THE_DESK,
    )


def _row(application: Application, owed: str, words: str, step: str, anchor: str) -> Asked:
    href = url_for("pipeline.show", application_id=application.id, _anchor=anchor)
    return Asked(application, name_of(application), owed, words, step, href)


def on_page(known: Standing, me: Actor, now: datetime) -> dict[str, Any]:
    """What an application's page says of what was asked and allowed, for who may see it."""
    erasure, consent = known
    today = office().day_of(now)
    return {
        "erasure_words": erasure_words(erasure, today) if erasure and erasure.is_open else (),
        "is_pressing": bool(erasure and is_pressing(erasure, today)),
        "consent_words": consent_words(consent) if consent and consent.holds else "",
        "may_decide": me.can(Permission.DECIDE_ERASURES),
    }


def forms(application: Application, known: Standing, me: Actor, now: datetime) -> list[ActForm]:
    """The forms of what a colleague may do about it now, each by its own right."""
    made: list[ActForm] = []
    erasure, consent = known
    if erasure and erasure.is_open and me.can(Permission.DECIDE_ERASURES):
        made.append(DecideForm.blank(application))
    may_work = me.can(Permission.WORK_APPLICATIONS)
    if may_work and consent and consent.is_due(office().day_of(now)):
        made.append(SettleForm.blank(application))
    return made
