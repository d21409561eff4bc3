"""The pages that an invitation's link leads to, once it is known what belongs on them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template

from recruiting import clock
from recruiting.answers.queries import taken_up
from recruiting.candidates.rules import first_name
from recruiting.feedback import keys, queries, wording
from recruiting.feedback.forms import FeedbackForm
from recruiting.feedback.items import CHANGEABLE, may_change
from recruiting.feedback.models import Answer
from recruiting.feedback.opening import Glimpse
from recruiting.feedback.rules import How
from recruiting.feedback.views.door import settings
from recruiting.office import office


def items(
    form: FeedbackForm,
    name: str,
    job: str,
    *,
    change_by: date | None = None,
    has_acted: bool = False,
    is_taken_up: bool = False,
) -> str:
    """The five items; `change_by` where they were kept with a name, see `filled_in`."""
    return render_template(
        "feedback/items.html",
        form=form,
        meanings={how.value: text for how, text in wording.MEANINGS.items()},
        name=name,
        job=job,
        today=office().day_of(clock.now()),
        change_by=change_by,
        has_acted=has_acted,
        is_taken_up=is_taken_up,
        days=CHANGEABLE.days,
    )


def filled_in(seen: Glimpse, form: FeedbackForm, held: Answer | None) -> str:
    """The five items as they were sent, or as they were kept with a name and can be changed."""
    return items(
        form,
        first_name(seen.name),
        seen.job,
        change_by=_change_by(seen, held) if held else None,
        has_acted=held is not None and held.has_acted,
        is_taken_up=held is not None and _is_taken_up(seen, held),
    )


def gratitude(
    seen: Glimpse, held: Answer | None, form: FeedbackForm | None = None
) -> dict[str, Any]:
    """What thanks say: the key that was asked for, as long as the box holds what was said with it,
    and until when answers with a name can be changed.
    """
    key, read_from = "", None
    if form and form.wants_reply.data and form.chosen_how is How.ANONYMOUS and form.number.data:
        key, today = made_key(seen.id, form), office().day_of(clock.now())
        read_from = queries.read_from(keys.hashes(settings().keys, key), today=today)
    return {
        "job": seen.job,
        "change_by": _change_by(seen, held) if held and is_open(held) else None,
        "key": key if read_from else "",
        "read_from": read_from,
    }


def thanks(told: dict[str, Any], *, is_again: bool = False) -> str:
    """Thanks, with what `gratitude` told; asks the database nothing.

    `is_again` where answers without a name had been given before, be it the same ones: which they
    were nobody can say, since nothing leads to them.
    """
    home = settings().home
    return render_template("feedback/thanks.html", home=home, is_again=is_again, **told)


def objected(seen: Glimpse, *, is_late: bool = False) -> str:
    """That they are not asked, and how that is undone; `is_late` where answers came after it."""
    return render_template("feedback/objected.html", job=seen.job, is_late=is_late)


def closed(seen: Glimpse, *, is_named: bool) -> str:
    """That what just came was not kept, for answers were given before, with a name or without."""
    return render_template("feedback/closed.html", job=seen.job, is_named=is_named)


def made_key(invitation_id: str, form: FeedbackForm) -> str:
    """The dialogue key of one page of an invitation."""
    return keys.made(settings().keys[0], invitation_id, form.number.data or "")


def is_open(held: Answer) -> bool:
    """Whether answers with a name can be changed still."""
    return may_change(held.submitted_at, clock.now())


def _is_taken_up(seen: Glimpse, held: Answer) -> bool:
    """Whether we have been in touch since the first item acted."""
    return held.has_acted and taken_up(seen.application_id, held.submitted_at, clock.now())


def _change_by(seen: Glimpse, held: Answer) -> date:
    """The last day on which answers with a name can be changed, while the link lives."""
    return office().day_of(min(held.submitted_at + CHANGEABLE, seen.expires_at))
