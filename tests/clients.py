"""Those who ask the application without a browser: a client, and a terminal.

Each request and each command runs in a context of its own, as in life; what the test has made so
far is committed before, so that they find it and do not wait for the test's transaction.
"""

from __future__ import annotations

import contextvars
import secrets
from typing import Any

from click.testing import Result
from flask.testing import FlaskClient, FlaskCliRunner
from itsdangerous import URLSafeTimedSerializer

from recruiting import clock
from recruiting.accounts import services
from recruiting.accounts.models import User
from recruiting.db import db


class Client(FlaskClient):
    """A browser's part: its requests share nothing with the test but the database."""

    def open(self, *arguments: Any, **named: Any) -> Any:
        """Store what the test has made so far, then ask in a context of its own, to the end."""
        db.session.commit()
        named.setdefault("buffered", True)
        return contextvars.Context().run(super().open, *arguments, **named)

    def sign_in(self, user: User) -> None:
        """Begin a session for a user, as if they had typed their password."""
        token = services.start_session(user.id, agent="Firefox/150.0 (Linux)", now=clock.now())
        with self.session_transaction() as cookie:
            cookie["_user_id"] = token

    def csrf_token(self) -> str:
        """What a page of ours would put into the forms of this session."""
        with self.session_transaction() as cookie:
            secret = cookie.setdefault("csrf_token", secrets.token_hex(20))
        signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
        return signer.dumps(secret)

    def act(self, url: str, data: dict[str, Any] | None = None, **named: Any) -> Any:
        """Send a form as a page of ours does."""
        hidden = {"csrf_token": self.csrf_token(), "submission": secrets.token_urlsafe(16)}
        return self.post(url, data={**hidden, **(data or {})}, **named)


class Runner(FlaskCliRunner):
    """A terminal's part, likewise apart from the test."""

    def invoke(self, *arguments: Any, **named: Any) -> Result:
        """Store what the test has made so far, then run in a context of its own."""
        db.session.commit()
        return contextvars.Context().run(super().invoke, *arguments, **named)
