"""Put the house together: settings, database, sign-in, rooms in order, commands, error pages."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy.pool import NullPool

from config import ROOT, Settings, load
from recruiting import access, cli, logs, web
from recruiting.accounts import views as accounts
from recruiting.answers import views as answers
from recruiting.db import db
from recruiting.dialogues import views as dialogues
from recruiting.feedback import views as feedback
from recruiting.journal import views as journal
from recruiting.messages import views as messages
from recruiting.pipeline import views as pipeline
from recruiting.privacy import views as privacy
from recruiting.reports import views as reports
from recruiting.silence import views as silence
from recruiting.workdays import Office

ROOMS = (
    accounts,
    pipeline,
    journal,
    messages,
    silence,
    feedback,
    dialogues,
    privacy,
    answers,
    reports,
)
LANGUAGES = ("en", "de")


def create_app(settings: Settings | None = None) -> Flask:
    """The application for one installation; reads the environment if no settings are given."""
    settings = settings or load()
    app = web.House(
        "recruiting",
        root_path=str(ROOT / "recruiting"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance),
    )
    app.config.from_mapping(flask_config(settings))
    app.extensions["settings"] = settings
    app.extensions["office"] = Office(settings.office_zone, settings.office_region)
    db.init_app(app)
    logs.init(app)
    web.init(app)
    access.init(app)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    cli.init(app)
    return app


def flask_config(settings: Settings) -> dict[str, Any]:
    """Our settings in the words of Flask and its extensions."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.old_secret_keys),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings),
        "TESTING": settings.testing,
        "SESSION_COOKIE_NAME": "__Host-heardback" if settings.is_production else "heardback",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_production,
        "SESSION_COOKIE_PATH": "/",
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session, which ends on the server
        "MAX_CONTENT_LENGTH": settings.import_megabytes * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 200,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": settings.office_zone,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def engine_options(settings: Settings) -> dict[str, Any]:
    """How connections are kept: SQLite's are cheap to open, a server's are pooled and checked."""
    if settings.database_url.startswith("sqlite"):
        return {"poolclass": NullPool} if settings.testing else {"hide_parameters": True}
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 5,
        "pool_timeout": 5,
    }
