"""How long an answer is on the line, where its length must not tell what it says.

Whoever watches the line, or reads the log of a proxy, sees how long each answer is, and could tell
a name from none, or one dialogue from another. So what is given in confidence is filled up with
spaces behind the page to one of a few lengths: 16 KiB, or twice that, and so on. That undoes itself
if answers are compressed, so nothing here sets a Content-Encoding for what is made for a request,
and no proxy may (README: "In production"). How long a request is, nobody can hide here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
EVEN = "is_evenly_long"
LEAST = 16_384  # bytes; each further length is twice the one before


def evenly_long(view: View) -> View:
    """Give all pages that a view's address answers one of a few lengths, error pages as well."""
    setattr(view, EVEN, True)
    return view


def filled(page: bytes) -> bytes:
    """A page with spaces behind it, up to the next of the few lengths."""
    length = LEAST
    while length < len(page):
        length *= 2
    return page.ljust(length)


def complete(response: Response) -> Response:
    """Fill a page up, if its address is one of those; what is no page of ours stays as it is."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, EVEN, False) and response.mimetype == "text/html":
        fill(response)
    return response


def fill(response: Response) -> Response:
    """Fill one answer up."""
    response.set_data(filled(response.get_data()))
    return response
