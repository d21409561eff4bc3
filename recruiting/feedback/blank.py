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
from itertools import chain, zip_longest
from typing import NamedTuple

from flask import current_app
from flask_babel import get_locale
from markupsafe import escape
from wtforms.fields.choices import SelectChoice

from recruiting.feedback import wording
from recruiting.feedback.forms import FeedbackForm, new_number, new_order
from recruiting.feedback.rules import Reason, shuffled

KEPT = "feedback_blanks"
MOST = 16  # pages that are kept: today's, in each language, with a greeting by name and without
# Signs for private use, which no template and no catalogue holds.
MARK = re.compile("\ue000([a-z0-9]+)\ue001")
INDENT = re.compile(r"\n\s+")
Render = Callable[[FeedbackForm, str, str], str]


class _Blank(NamedTuple):
    """A page in pieces: between each two of `texts` stands what one of `marks` names."""

    texts: list[str]
    marks: list[str]
    reasons: dict[Reason, str]  # in the page's language, as HTML


def filled(name: str, job: str, *, today: date, render: Render) -> str:
    """The page as nobody has filled it in yet; `render` makes one from form, name and job."""
    pages: dict[tuple[str, date, bool], _Blank] = current_app.extensions.setdefault(KEPT, {})
    key = str(get_locale()), today, bool(name)
    if (page := pages.get(key)) is None:
        if len(pages) >= MOST:
            pages.clear()
        page = pages[key] = _in_pieces(
            render(marked(), _mark("name") if name else "", _mark("job"))
        )
    order = new_order()
    words = {"order": order, "number": new_number(), "name": escape(name), "job": escape(job)}
    for place, code in enumerate(shuffled(order)):
        words[f"code{place}"], words[f"label{place}"] = code.value, page.reasons[code]
    shown = (words[mark] for mark in page.marks)
    return "".join(chain.from_iterable(zip_longest(page.texts, shown, fillvalue="")))


def marked() -> FeedbackForm:
    """A form with marks where each reader's differs."""
    form = FeedbackForm()
    form.order.data, form.number.data = _mark("order"), _mark("number")
    form.reasons.choices = [
        SelectChoice(_mark(f"code{place}"), _mark(f"label{place}"))
        for place in range(len(form.reasons.choices))
    ]
    return form


def _in_pieces(page: str) -> _Blank:
    texts_and_marks = MARK.split(INDENT.sub("\n", page))
    reasons = {code: str(escape(words)) for code, words in wording.REASONS.items()}
    return _Blank(texts_and_marks[::2], texts_and_marks[1::2], reasons)


def _mark(name: str) -> str:
    return f"\ue000{name}\ue001"
