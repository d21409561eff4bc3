"""Who is asking, and what they may do: every endpoint names its rule, all else is denied.

Flask-Login asks for a user by the random token of a `user_session` row, so that each sign-in can
be listed and ended. `current_user` is a `Principal`: the facts of one user, read anew for each
request, so that what is taken away is gone at the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_user
from werkzeug.wrappers import Response

from config import BadSetting, Settings
from recruiting import clock
from recruiting.accounts import queries, services
from recruiting.accounts.rules import (
    DEMO_DOMAIN,
    Actor,
    Permission,
    SessionLimits,
    TryLimits,
    network_of,
)
from recruiting.errors import Missing, NotAllowed

View = TypeVar("View", bound=Callable[..., Any])

RULE = "access_rule"
PUBLIC = "public"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Browsers drop tabs and read a backslash as a slash: "/<TAB>/evil.example" would leave the site.
OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
LONGEST_PATH = 2000
REFRESH = "X-Refresh"  # sent by a page that stands open and keeps itself up to date


@dataclass(frozen=True)
class Principal(Actor):
    """The signed-in person, as Flask-Login and every view see them."""

    session_id: int = 0
    token: str = ""
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie holds: the token of this sign-in."""
        return self.token


class Stranger(AnonymousUserMixin):
    """Somebody who has not signed in."""

    def can(self, _permission: Permission) -> bool:
        """Nothing that a rule protects."""
        return False


def init(app: Flask) -> None:
    """Teach Flask-Login our sessions."""
    manager = LoginManager(app)
    app.config["SESSION_PROTECTION"] = None  # it compares addresses, and phones change theirs
    manager.anonymous_user = Stranger  # ty: ignore[invalid-assignment]
    manager.user_loader(load)
    public(app.view_functions["static"])


def needs(permission: Permission) -> Callable[[View], View]:
    """Open a view to those whose role includes `permission`."""

    def mark(view: View) -> View:
        setattr(view, RULE, permission)
        return view

    return mark


def public(view: View) -> View:
    """Open a view to everybody."""
    setattr(view, RULE, PUBLIC)
    return view


def rule_of(endpoint: str | None) -> Permission | str | None:
    """What an endpoint asks for: a permission, `PUBLIC`, or none if nobody said."""
    return getattr(current_app.view_functions.get(endpoint or ""), RULE, None)


def recognise() -> bool:
    """Read who is asking, once a request; whether they are signed in."""
    return current_user.is_authenticated


def authorise() -> Response | None:
    """Stop a request that its endpoint's rule does not admit; before anything is validated."""
    if request.endpoint is None:  # no such address: nothing to guard
        return None
    rule = rule_of(request.endpoint)
    if rule is None:
        raise Missing
    if rule == PUBLIC or current_user.can(rule):
        return None
    if current_user.is_authenticated:
        raise NotAllowed
    return _ask_to_sign_in()


def _ask_to_sign_in() -> Response:
    if request.method not in SAFE_METHODS:
        flash(_("You were signed out, so nothing was saved. Please sign in and try again."))
        return redirect(url_for("accounts.sign_in"), 303)
    wanted = safe_path(request.full_path.removesuffix("?"))
    # The way to the first page needs no word.
    return redirect(url_for("accounts.sign_in", next=wanted if wanted != "/" else None))


def safe_path(text: str | None) -> str | None:
    """A path of our own site to go on to, none if the text is anything else."""
    if text and len(text) <= LONGEST_PATH and OWN_PATH.fullmatch(text):
        return text
    return None


def load(token: str) -> Principal | None:
    """The person behind a cookie's token, none if the sign-in is over; keeps it alive."""
    settings, limits, now = _settings(), session_limits(), clock.now()
    found = queries.signed_in(services.hash_token(token), limits, now=now)
    if found is None:
        return None
    who = found.actor
    if settings.is_production and who.email.endswith(DEMO_DOMAIN):
        return None
    # A page that stands open asks by itself, which is no sign of life: an unwatched screen is
    # signed out as before. Whoever sends this for another reason only shortens their own stay.
    if now - found.seen_at > limits.step and not is_refresh():
        services.note_seen(found.session_id, limits, now=now)
    g.user_id, g.reader_language = who.id, who.language
    return Principal(who.id, who.email, who.name, who.role, who.language, found.session_id, token)


def is_refresh() -> bool:
    """Whether a page that stands open asks, and not a person."""
    return REFRESH in request.headers


def begin(token: str) -> None:
    """Sign the person of a stored session in; whatever the cookie held before is dropped."""
    session.clear()
    principal = load(token)
    if principal is not None:
        login_user(principal)


def session_limits() -> SessionLimits:
    """How long sign-ins last here."""
    settings = _settings()
    return SessionLimits(
        timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    )


def try_limits() -> TryLimits:
    """How many wrong passwords are borne here."""
    settings = _settings()
    return TryLimits(
        settings.login_tries,
        timedelta(minutes=settings.login_window_minutes),
        settings.secret_key.encode(),
    )


def network() -> str:
    """The network this request comes from."""
    return network_of(request.remote_addr)


def refuse_demo_users(app: Flask) -> None:
    """Stop the start of a production that holds users whose password is in the README."""
    settings: Settings = app.extensions["settings"]
    if not settings.is_production:
        return
    with app.app_context():
        found = queries.demo_users()
    if found:
        raise BadSetting(
            "HEARDBACK_ENV",
            f"production refuses to start with demonstration users: {', '.join(found)}; "
            "use an empty database",
        )


def _settings() -> Settings:
    return current_app.extensions["settings"]
