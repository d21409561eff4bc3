"""Staff whose sign-in never grows old, however far a test moves the clock."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event as listen

from recruiting import clock
from recruiting.accounts import services
from recruiting.accounts.models import User
from tests.clients import Client


class Staff(Client):
    """A client that signs in again before each request."""

    def __init__(self, app: Flask, user: User) -> None:
        super().__init__(app, app.response_class)
        self.user_id = user.id

    def open(self, *arguments: Any, **named: Any) -> Any:
        """Sign in, then ask."""
        token = services.start_session(self.user_id, agent="", now=clock.now())
        with self.session_transaction() as cookie:
            cookie["_user_id"] = token
        return super().open(*arguments, **named)


def text_of(client: Client, url: str) -> str:
    """A page that must be there, without its line breaks."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.text.split())


@contextmanager
def queries_counted(db: SQLAlchemy) -> Generator[list[str]]:
    """The statements that are sent while the block runs, without those that open a transaction."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            said.append(statement)

    listen.listen(db.engine, "before_cursor_execute", note)
    yield said
    listen.remove(db.engine, "before_cursor_execute", note)
