"""The pages of no room: where `/` leads, the language switch, the design page, signs of health."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from recruiting import access, clock, migrate
from recruiting.access import needs, public
from recruiting.accounts import queries
from recruiting.accounts.rules import Permission
from recruiting.errors import Refused
from recruiting.silence.models import Heartbeat
from recruiting.web import language, words

WORKER_IS_GONE = timedelta(minutes=2)
bp = Blueprint("web", __name__)


@bp.get("/")
@public
def index() -> Response:
    """Lead each to where their day begins."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"))
    return redirect(words.first_page())


@bp.post("/language")
@public
def set_language() -> Response:
    """Remember in which language to answer, and go back to where the person was."""
    chosen = request.form.get("language", "")
    if chosen not in language.LANGUAGES:
        raise Refused
    answer = redirect(access.safe_path(request.form.get("next")) or "/", 303)
    language.remember(answer, chosen, secure=request.is_secure)
    return answer


@bp.get("/design")
@needs(Permission.SEE_DESIGN)
def design() -> str:
    """Show every component in every state."""
    return render_template("design/index.html")


@bp.get("/healthz")
@public
def healthz() -> dict[str, bool]:
    """Say that this process answers."""
    return {"alive": True}


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Say whether all parts work, and which do not."""
    parts = {"database": False, "migrations": False, "worker": False}
    try:
        with queries.reading() as connection:
            connection.execute(select(1))
            parts["database"] = True
            parts["migrations"] = migrate.current(connection) == _head()
            parts["worker"] = parts["migrations"] and _worker_is_seen(connection)
    except SQLAlchemyError:
        pass  # what failed stays false, and that is the answer
    is_ready = all(parts.values())
    return jsonify(ready=is_ready, parts=parts), 200 if is_ready else 503


def _worker_is_seen(connection: Connection) -> bool:
    seen_at = connection.scalar(select(func.max(Heartbeat.seen_at)))
    return seen_at is not None and clock.now() - seen_at <= WORKER_IS_GONE


@cache
def _head() -> str | None:
    return migrate.head()
