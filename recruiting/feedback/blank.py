"""The page of items before anybody has filled anything in, rendered once a day and language.

Most who follow the link only look, and what they see differs in a few words: whom it greets, which
job, the numbers that the form holds, the order of the reasons. So the page is rendered with marks
in these places, and kept; each reader gets it with their own words in place of the marks. It is the
same page as the template makes, but that no line is indented: a seventh of its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import chain

from flask import current_app
from flask_babel import get_locale
from markupsafe import escape
from wtforms.fields.choices import SelectChoice

from recruiting.feedback.forms import FeedbackForm

KEPT = "feedback_blanks"
MOST = 16  # pages that are kept: today's, in each language, with a greeting by name and without
# Signs for private use, which no template and no catalogue holds.
MARK = re.compile("\ue000([a-z0-9]+)\ue001")
INDENT = re.compile(r"\n\s+")
Render = Callable[[FeedbackForm, str, str], str]


def filled(form: FeedbackForm, name: str, job: str, *, today: date, render: Render) -> str:
    """The page of a form that nobody has filled in; `render` makes one from form, name and job."""
    pages: dict[tuple[str, date, bool], str] = current_app.extensions.setdefault(KEPT, {})
    key = str(get_locale()), today, bool(name)
    if (page := pages.get(key)) is None:
        if len(pages) >= MOST:
            pages.clear()
        page = render(marked(form), _mark("name") if name else "", _mark("job"))
        page = pages[key] = INDENT.sub("\n", page)
    words = {
        "name": name,
        "job": job,
        "order": form.order.data,
        "number": form.number.data,
        **_reasons(form),
    }
    return MARK.sub(lambda found: str(escape(words[found[1]])), page)


def marked(like: FeedbackForm) -> FeedbackForm:
    """A form with marks where each reader's differs, and as many reasons."""
    form = FeedbackForm()
    form.order.data, form.number.data = _mark("order"), _mark("number")
    form.reasons.choices = [
        SelectChoice(_mark(f"code{place}"), _mark(f"label{place}"))
        for place in range(len(like.reasons.choices))
    ]
    return form


def _reasons(form: FeedbackForm) -> dict[str, object]:
    pairs = (
        ((f"code{place}", one.value), (f"label{place}", one.label))
        for place, one in enumerate(form.reasons.choices)
    )
    return dict(chain.from_iterable(pairs))


def _mark(name: str) -> str:
    return f"\ue000{name}\ue001"
