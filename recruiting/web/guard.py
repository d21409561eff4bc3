"""The checks that each request passes before a view sees it, in this order.

Where it comes from, whether its address is text, whether this person may ask (`access`), whether
what it brings is text, whether the form is one that we gave to this session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

import structlog
from flask import Flask, current_app, request
from flask_babel import gettext as _
from flask_wtf import CSRFProtect
from werkzeug.exceptions import Forbidden, RequestEntityTooLarge, UnprocessableEntity
from werkzeug.wrappers import Response

from config import Settings
from recruiting import access
from recruiting.db import db, read_only
from recruiting.errors import Missing
from recruiting.forms import LARGEST_NUMBER, is_odd
from recruiting.messages.receiving import LARGEST_MAIL

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()
log = structlog.get_logger("heardback")
FORWARDED = "X-Forwarded-For"
PROXIES = "HEARDBACK_TRUSTED_PROXIES"
WARNED = "warned_of_proxy"
WITHOUT_SESSION = "is_without_session"
TAKES_FILES = "takes_files"
TAKES_MAIL = "takes_mail"
# These answer even while the database does not.
WITHOUT_DATABASE = frozenset({"static", "web.healthz", "web.readyz"})
LARGEST_FORM = 1_000_000  # bytes, where no file is asked for
REPLACED = "\ufffd"  # what stands where bytes were no text


def init(app: Flask) -> None:
    """Check every request."""
    csrf.init_app(app)
    app.before_request(check)


def without_session(view: View) -> View:
    """Open a view to whoever holds its signed link: no sign-in, no cookie, no CSRF token.

    The link itself is what a stranger cannot know; requests from other sites are refused still.
    """
    setattr(view, WITHOUT_SESSION, True)
    return access.public(view)


def takes_files(view: View) -> View:
    """Let a view receive uploads, up to the installation's limit."""
    setattr(view, TAKES_FILES, True)
    return view


def takes_mail(view: View) -> View:
    """Let a view receive one raw mail, which is no form and is read by the view itself."""
    setattr(view, TAKES_MAIL, True)
    return view


def is_without_session() -> bool:
    """Whether this request's view keeps no session."""
    return _has(WITHOUT_SESSION)


def check() -> Response | None:
    """Let a request through, or raise what is wrong with it."""
    warn_of_proxy()
    if request.method not in access.SAFE_METHODS:
        check_origin()
    check_address()
    if request.endpoint in WITHOUT_DATABASE:
        return None
    if not is_without_session():
        access.recognise()  # now, for later the session may hold the database
    if request.method in {"GET", "HEAD"} and db.engine.dialect.name == "sqlite":
        read_only()
    if (answer := access.authorise()) is not None:
        return answer
    if request.method not in access.SAFE_METHODS and request.endpoint is not None:
        check_body()
        if not is_without_session():
            csrf.protect()
    return None


def warn_of_proxy() -> None:
    """Write once a process that a proxy stands before us which the settings do not name.

    Everybody then seems to come from one network, and their wrong passwords are counted together.
    """
    if FORWARDED not in request.headers or current_app.extensions.get(WARNED):
        return
    settings: Settings = current_app.extensions["settings"]
    if settings.trusted_proxies == 0:
        current_app.extensions[WARNED] = True
        log.warning("a proxy is not trusted", header=FORWARDED, setting=PROXIES)


def check_origin() -> None:
    """Refuse an act that another site's page sent.

    A page whose address is a secret bears "no-referrer", so a browser writes `Origin: null` on its
    form as well (Fetch, "append a request Origin header"). Only Sec-Fetch-Site tells that from a
    foreign page that hides where it comes from, and no browser sends it to an address of plain
    HTTP, nor Safari before 16.4. So there, and where no session is read, "null" passes: refusing it
    would shut out whoever such pages are for, and letting it pass gives nothing away, for whoever
    knows the link needs no other person's browser. A Referer, which no page of ours writes there,
    refuses what it can.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in {None, "same-origin", "none"}:
        raise Forbidden
    if origin == "null" and site is None and not is_without_session():
        raise Forbidden
    if origin not in {None, "null"}:
        is_own = origin in own_origins()
    else:
        is_own = site is not None or came_from_here(request.headers.get("Referer"))
    if not is_own:
        raise Forbidden


def came_from_here(referer: str | None) -> bool:
    """Whether a Referer names one of our pages, or nothing at all."""
    if referer is None:
        return True
    try:
        parts = urlsplit(referer)
    except ValueError:  # no address
        return False
    return f"{parts.scheme}://{parts.netloc}" in own_origins()


def own_origins() -> set[str]:
    """How this site calls itself: as it was asked for, and as its settings say."""
    found = {f"{request.scheme}://{request.host}"}
    if public_url := current_app.extensions["settings"].public_url:
        parts = urlsplit(public_url)
        found.add(f"{parts.scheme}://{parts.netloc}")
    return found


def check_address() -> None:
    """Refuse an address that is no text, or holds a number that nothing here can have."""
    if is_odd(request.path) or REPLACED in request.path:
        raise Missing
    for value in (request.view_args or {}).values():
        if isinstance(value, int) and value > LARGEST_NUMBER:
            raise Missing
    if not _is_text(request.query_string):
        raise _unreadable()


def check_body() -> None:
    """Refuse a form that is no text, or larger than a form can be."""
    if _has(TAKES_MAIL):
        request.max_content_length = LARGEST_MAIL
        if (request.content_length or 0) > LARGEST_MAIL:
            raise RequestEntityTooLarge
        return
    if not _has(TAKES_FILES):
        request.max_content_length = LARGEST_FORM
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
        if not _is_text(request.get_data()):
            raise _unreadable()
    if (request.content_length or 0) > (request.max_content_length or 0):
        raise RequestEntityTooLarge
    texts = [text for pair in request.form.items(multi=True) for text in pair]
    for name, file in request.files.items(multi=True):
        texts += [name, file.filename or ""]
    lost = request.mimetype == "multipart/form-data"  # its parser has replaced what was no text
    if any(is_odd(text) or (lost and REPLACED in text) for text in texts):
        raise _unreadable()


def _has(mark: str) -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), mark, False)


def _is_text(encoded: bytes) -> bool:
    """Whether percent-encoded bytes are UTF-8 that can be stored."""
    try:
        return not is_odd(unquote_to_bytes(encoded).decode())
    except UnicodeDecodeError:
        return False


def _unreadable() -> UnprocessableEntity:
    return UnprocessableEntity(_("Something in what was sent is no readable text."))
