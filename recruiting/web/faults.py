"""What went wrong, as a designed page: each refusal of the house in one place turned into HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from flask import Flask, Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Forbidden, HTTPException

from recruiting import links, logs
from recruiting.db import db
from recruiting.errors import BadLink, Conflict, Missing, NotAllowed, Problem, Refused, TooMany

log = structlog.get_logger("heardback")
RETRY_SECONDS = 5
# Of SQLite: busy, locked, read-only, input/output, full, cannot open.
SQLITE_PASSING = frozenset({5, 6, 8, 10, 13, 14})
# Of PostgreSQL: connection, resources, operator intervention, deadlock and the like, lock.
POSTGRES_PASSING = ("08", "53", "57", "40", "55P03")

STATUS_OF: dict[type[Problem], int] = {
    BadLink: 404,  # neither forged nor expired is told apart
    Missing: 404,
    NotAllowed: 403,
    Refused: 422,
    Conflict: 409,
    TooMany: 429,
}
TITLES = {
    400: _l("This could not be read"),
    403: _l("This is not yours to do"),
    404: _l("There is nothing here"),
    405: _l("This address does not work that way"),
    409: _l("This was changed meanwhile"),
    413: _l("This is too large"),
    422: _l("This cannot be done"),
    429: _l("Too many tries"),
    500: _l("Something broke on our side"),
    503: _l("The database is busy"),
}
TEXTS = {
    400: _l("Please go back, load the page again and try once more."),
    403: _l("Your role does not include this. Nothing is wrong with your sign-in."),
    404: _l("The address is wrong, the link is no longer valid, or it is not yours to see."),
    405: _l("Please go back and use the buttons of the page."),
    409: _l(
        "The same thing was changed first, by somebody else or in another tab. "
        "Nothing was overwritten."
    ),
    413: _l("Please send less at once."),
    422: _l("Please go back and correct what was sent."),
    429: _l("Please wait a little and try again."),
    500: _l("Nothing was saved. It was written down, and we look into it."),
    503: _l("Nothing was saved. Please try again in a few seconds."),
}
EXPIRED = _l(
    "This form has expired or came from elsewhere, so nothing was saved. "
    "Please load the page again and send it once more."
)


def init(app: Flask) -> None:
    """Answer every problem with a page."""
    app.register_error_handler(Problem, problem)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(DBAPIError, database)
    app.register_error_handler(PoolTimeout, busy)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(OverflowError, too_large)


def problem(error: Problem) -> Response:
    """A refusal of our own."""
    status = next(status for kind, status in STATUS_OF.items() if isinstance(error, kind))
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.wait_seconds)
    if isinstance(error, Conflict) and any((error.mine, error.theirs, error.back)):
        said = {"mine": error.mine, "theirs": error.theirs, "back": error.back}
        return page(status, str(error), template="conflict.html", values=said)
    # A bad link and a missing thing look alike, whatever was said below.
    said = "" if isinstance(error, BadLink | Missing) else str(error)
    return page(status, said, headers=headers)


def dead_link(token: str, *, fresh: str = "") -> Response:
    """The page of every link that opens nothing: forged, over or of a thing that is gone.

    It repeats nothing of the link, and is the same whether or not the link was ever ours. Another
    page says that a link is not whole, which its shape alone shows. `fresh` names the field with
    which a new one is asked for, if that is possible.
    """
    is_whole = links.is_whole(token)
    values = {"fresh": fresh if is_whole else "", "is_whole": is_whole}
    return page(404, template="gone.html", values=values)


def http(error: HTTPException) -> Response:
    """What Flask and Werkzeug refuse."""
    status = error.code or 500
    kept = {k: v for k, v in error.get_headers() if k.lower() in {"allow", "retry-after"}}
    if isinstance(error, CSRFError | Forbidden):  # both come from the guard alone
        return page(status, str(EXPIRED))
    said = str(error.description) if status == 422 and error.description else ""
    return page(status, said, headers=kept)


def database(error: DBAPIError) -> Response:
    """Passing trouble of the database is a busy page; a value it cannot hold is a refusal."""
    if isinstance(error, DataError):
        return too_large(error)
    if is_passing(error):
        return busy(error)
    raise error


def busy(error: Exception) -> Response:
    """The database is locked, full or gone: nothing was saved, later it may be."""
    log.warning("database busy", error=type(error).__name__)
    return page(503, headers={"Retry-After": str(RETRY_SECONDS)})


def stale(_error: StaleDataError) -> Response:
    """Two people changed one thing at the same moment."""
    return page(409)


def too_large(error: Exception) -> Response:
    """A number or a text that no column holds."""
    log.warning("value out of range", error=type(error).__name__)
    return page(422, _("One of the values is larger than can be stored."))


def unexpected(error: Exception) -> Response:
    """The page of a fault that nobody foresaw; writes it down once."""
    logs.fault(error)
    return page(500)


def is_passing(error: DBAPIError) -> bool:
    """Whether the same request may work a little later."""
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_PASSING
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(POSTGRES_PASSING)


def page(
    status: int,
    text: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    template: str = "error.html",
    values: Mapping[str, object] | None = None,
) -> Response:
    """One error page; what the request had begun is undone.

    A `template` that says more than the others reads `values` beside what `error.html` reads.
    """
    try:
        db.session.rollback()
        body = _designed(status, text, template, values or {})
    except Exception as error:  # noqa: BLE001 - the page that tells of faults must not have any
        logs.fault(error)
        body = _bare(status)
    return Response(body, status, dict(headers or {}), mimetype="text/html")


def _designed(status: int, text: str, template: str, values: Mapping[str, object]) -> str:
    known = status if status in TITLES else (400 if status < 500 else 500)
    return render_template(
        template,
        code=status,
        title=str(TITLES[known]),
        text=text or str(TEXTS[known]),
        reference=logs.request_id() if status == 500 else None,
        **values,
    )


def _bare(status: int) -> str:
    """A page without a template, for the day on which templates are what broke."""
    phrase = HTTPStatus(status).phrase
    language = "de" if request.cookies.get("locale") == "de" else "en"
    reference = escape(logs.request_id())
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{phrase}</title></head><body><h1>{phrase}</h1>"
        f"<p>{'Kennung' if language == 'de' else 'Reference'}: {reference}</p></body></html>"
    )
