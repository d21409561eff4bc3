"""In which language to answer, and how that choice is remembered."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from flask_login import current_user
from werkzeug.wrappers import Response

from recruiting.accounts import services
from recruiting.db import db

LANGUAGES = {"en": "English", "de": "Deutsch"}
FIRST = "en"
COOKIE = "locale"
YEAR = 365 * 24 * 60 * 60


def init(app: Flask) -> None:
    """Let Flask-Babel ask us."""
    Babel(app, locale_selector=choose)


def choose() -> str:
    """The language of this answer.

    What the address asks for, else what the signed-in person chose, else what this browser was
    told, else what it prefers.
    """
    if not has_request_context():
        return FIRST
    wishes = (request.args.get("lang"), g.get("reader_language"), request.cookies.get(COOKIE))
    for wish in wishes:
        if wish in LANGUAGES:
            return wish
    return next(_preferred(), FIRST)


def _preferred() -> Iterator[str]:
    """Our languages in the order in which the browser asks for them: en-GB is English too."""
    for tag, quality in request.accept_languages:
        if quality > 0 and (name := tag.partition("-")[0].lower()) in LANGUAGES:
            yield name


def remember(response: Response, language: str, *, secure: bool) -> None:
    """Keep a choice in this browser and, if somebody is signed in, with them."""
    response.set_cookie(
        COOKIE, language, max_age=YEAR, httponly=True, samesite="Lax", secure=secure
    )
    if current_user.is_authenticated:
        services.set_language(current_user.id, language)
        db.session.commit()
