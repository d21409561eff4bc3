"""Questions about users and their sessions.

What is asked before a view runs is asked on a short connection of its own: the session's
transaction then begins with the view, and never spans the hashing of a password.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, inspect, select

from recruiting.accounts.models import User, UserSession
from recruiting.accounts.rules import DEMO_DOMAIN, Actor, SessionLimits
from recruiting.db import db
from recruiting.errors import Missing


@dataclass(frozen=True)
class SignedIn:
    """One live sign-in: who it is, and since when they were seen."""

    actor: Actor
    session_id: int
    seen_at: datetime


@dataclass(frozen=True)
class Credentials:
    """What a password is checked against."""

    user_id: int
    password_hash: str
    is_disabled: bool


@contextmanager
def reading() -> Generator[Connection]:
    """A short connection beside the session's, which only reads."""
    with db.engine.connect() as connection:
        yield connection.execution_options(sqlite_begin="DEFERRED")


def signed_in(token_hash: str, limits: SessionLimits, *, now: datetime) -> SignedIn | None:
    """The sign-in behind a token's hash, none if it is over or its user is disabled."""
    question = (
        select(
            UserSession.id.label("session_id"),
            UserSession.created_at,
            UserSession.seen_at,
            User.id,
            User.email,
            User.name,
            User.role,
            User.language,
        )
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_hash == token_hash,
            UserSession.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    with reading() as connection:
        row = connection.execute(question).one_or_none()
    if row is None or not limits.is_live(now, created_at=row.created_at, seen_at=row.seen_at):
        return None
    actor = Actor(row.id, row.email, row.name, row.role, row.language)
    return SignedIn(actor, row.session_id, row.seen_at)


def credentials(email: str) -> Credentials | None:
    """What the user with this (clean) address signs in with."""
    question = select(User.id, User.password_hash, User.disabled_at).where(User.email == email)
    with reading() as connection:
        row = connection.execute(question).one_or_none()
    return row and Credentials(row.id, row.password_hash, row.disabled_at is not None)


def user(user_id: int) -> User:
    """One user; `Missing` if there is none."""
    if (found := db.session.get(User, user_id)) is None:
        raise Missing
    return found


def user_with_email(email: str) -> User | None:
    """The user with this address, however it is written."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def names(emails: Collection[str]) -> dict[str, str]:
    """The names of the users with some of these addresses, as they are stored."""
    question = select(User.email, User.name).where(User.email.in_(emails))
    return {email: name for email, name in db.session.execute(question)}  # noqa: C416 - rows


def users() -> Sequence[User]:
    """Everybody, by name."""
    return db.session.scalars(select(User).order_by(User.name, User.id)).all()


def live_sessions(user_id: int, limits: SessionLimits, *, now: datetime) -> Sequence[UserSession]:
    """The sign-ins of one user that still open the door, the latest seen first."""
    found = db.session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.created_at >= now - limits.longest,
            UserSession.seen_at >= now - limits.idle,
        )
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    return found.all()


def demo_users() -> list[str]:
    """Addresses of demonstration users in this database; none before the first migration."""
    with reading() as connection:
        if not inspect(connection).has_table(User.__tablename__):
            return []
        question = select(User.email).where(User.email.endswith(DEMO_DOMAIN)).order_by(User.email)
        return list(connection.scalars(question))
