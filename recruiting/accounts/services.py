"""Sign in and out, passwords, users, and the keys of forms that have acted.

A password is hashed outside of any transaction, since that takes a tenth of a second: what comes
before it is read and counted on short connections of its own, what comes after it is written in
the session's transaction and committed by the caller.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError, OperationalError

from recruiting.accounts import queries, tries
from recruiting.accounts.models import Submission, User, UserSession
from recruiting.accounts.rules import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    TOKEN_BYTES,
    PasswordFault,
    Role,
    SessionLimits,
    TryLimits,
    clean_agent,
    clean_email,
    password_fault,
)
from recruiting.db import db, giving_way
from recruiting.errors import Refused
from recruiting.telephone import read_phone

HASHER = PasswordHasher()  # argon2id, 64 MiB, three passes
# Checked where there is no user, so that an unknown address takes as long as a wrong password.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$wrh97Xn6z+NaMr+VGhJ90Q$7ELFu/reNihKsB2BalE/GGKR1O1ENvHmKsn0tzzheo4"
)
COMMON_PASSWORDS = Path(__file__).parent / "common_passwords.txt"
KEEP_SESSIONS = timedelta(days=30)
KEEP_SUBMISSIONS = timedelta(days=7)


# --- signing in ----------------------------------------------------------------------------------


def sign_in(
    email: str, password: str, *, network: str, agent: str, limits: TryLimits, now: datetime
) -> str:
    """Check a password and begin a session; the answer is the session's token, told once.

    An unknown address, a wrong password and a disabled user cannot be told apart. Raises
    `Refused`, or `TooMany` once an account or a network has seen too many wrong passwords.
    """
    address = clean_email(email) or email.strip().lower()
    counted = tries.count_password(address, network, limits=limits, now=now)
    known = queries.credentials(address)
    is_right = is_password(known.password_hash if known else NOBODY, password)
    if known is None or not is_right or known.is_disabled:
        raise Refused(_("This address and this password do not belong together."))
    tries.uncount(counted)
    if HASHER.check_needs_rehash(known.password_hash):
        _store_password(known.user_id, known.password_hash, HASHER.hash(password))
    return start_session(known.user_id, agent=agent, now=now)


# --- sessions ------------------------------------------------------------------------------------


def hash_token(token: str) -> str:
    """What is kept of a session's token; it is random, so a plain hash hides it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def start_session(user_id: int, *, agent: str, now: datetime) -> str:
    """Open a session and answer its token, which is stored nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        UserSession(
            user_id=user_id,
            token_hash=hash_token(token),
            agent=clean_agent(agent),
            created_at=now,
            seen_at=now,
        )
    )
    db.session.flush()
    return token


def note_seen(session_id: int, limits: SessionLimits, *, now: datetime) -> None:
    """Keep a session alive, in a transaction of its own; gives way to any other writer.

    A reader must not wait for somebody's import: if the database is taken, the next request
    notes it.
    """
    note = (
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.seen_at < now - limits.step)
        .values(seen_at=now)
    )
    with suppress(OperationalError), giving_way(0) as connection:
        connection.execute(note)


def end_sessions(user_id: int, *, now: datetime, only: int | None = None) -> int:
    """End all of a user's sessions, or the one with the id `only`; says how many it ended."""
    ended = update(UserSession).where(
        UserSession.user_id == user_id, UserSession.ended_at.is_(None)
    )
    if only is not None:
        ended = ended.where(UserSession.id == only)
    numbers = db.session.scalars(ended.values(ended_at=now).returning(UserSession.id))
    return len(numbers.all())


# --- passwords -----------------------------------------------------------------------------------


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that everybody tries first."""
    lines = COMMON_PASSWORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def is_password(stored: str, password: str) -> bool:
    """Whether a password fits a stored hash; always takes the time of one hash."""
    if len(password) > LONGEST_PASSWORD or "\0" in password:
        stored, password = NOBODY, ""
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError, UnicodeError):
        return False


def check_new_password(password: str, *, email: str, name: str) -> None:
    """Raise `Refused` with the reason if a password must not be taken."""
    personal = (email, email.partition("@")[0], name, name.replace(" ", ""))
    fault = password_fault(password, common_passwords(), personal)
    if fault is not None:
        sentences = {
            PasswordFault.SHORT: _("Please use at least %(n)s characters.", n=SHORTEST_PASSWORD),
            PasswordFault.LONG: _("Please use at most %(n)s characters.", n=LONGEST_PASSWORD),
            PasswordFault.NUL: _("This password holds a character that cannot be typed."),
            PasswordFault.COMMON: _("This password is one of those that are tried first."),
            PasswordFault.PERSONAL: _("This password is your own name or address."),
        }
        raise Refused(sentences[fault])


def check_own_password(
    user_id: int, email: str, password: str, *, network: str, limits: TryLimits, now: datetime
) -> None:
    """Raise unless a signed-in person knows their password; wrong ones count as at sign-in."""
    counted = tries.count_password(email, network, limits=limits, now=now)
    known = queries.credentials(email)
    if known is None or known.user_id != user_id or not is_password(known.password_hash, password):
        raise Refused(_("This is not your current password."))
    tries.uncount(counted)


def set_password(user_id: int, password: str, *, now: datetime) -> None:
    """Give a user a new password; every session of theirs ends."""
    new = HASHER.hash(password)  # before the first statement, which would hold the database
    user = queries.user(user_id)
    user.password_hash = new
    end_sessions(user_id, now=now)
    db.session.flush()


def _store_password(user_id: int, old: str, new: str) -> None:
    """Replace a hash, unless somebody else did so meanwhile."""
    known = (User.id == user_id, User.password_hash == old)
    db.session.execute(update(User).where(*known).values(password_hash=new))


# --- users ---------------------------------------------------------------------------------------


def add_user(
    email: str, name: str, role: Role, password: str, *, phone: str = "", now: datetime
) -> User:
    """Add a member of staff; raises `Refused` with what is wrong."""
    address, name = clean_email(email), " ".join(name.split())
    if address is None:
        raise Refused(_("%(text)s is no mail address.", text=email))
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused(_("Please give a name of at most %(n)s characters.", n=LONGEST_NAME))
    number = read_number(phone)
    check_new_password(password, email=address, name=name)
    hashed = HASHER.hash(password)
    user = User(
        email=address, name=name, role=role, password_hash=hashed, phone=number, created_at=now
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as error:
        raise Refused(_("%(email)s is a user already.", email=address)) from error
    return user


def disable(user: User, *, now: datetime) -> None:
    """Let a user in no more; open sessions end at once."""
    user.disabled_at = user.disabled_at or now
    end_sessions(user.id, now=now)
    db.session.flush()


def enable(user: User) -> None:
    """Let a disabled user in again, with the password they had."""
    user.disabled_at = None
    db.session.flush()


def set_language(user_id: int, language: str) -> None:
    """Remember in which language a user reads."""
    queries.user(user_id).language = language
    db.session.flush()


def set_phone(user: User, phone: str) -> None:
    """Let candidates whom a user looks after call this number; an empty one takes it away."""
    user.phone = read_number(phone)
    db.session.flush()


def read_number(phone: str) -> str | None:
    """A number as it is kept, none if none was typed; raises `Refused` where it can be none."""
    if not phone.strip():
        return None
    number = read_phone(phone)
    if number is None:
        raise Refused(_("This is no telephone number."))
    return number


# --- forms that act once, and what is kept no longer ---------------------------------------------


def claim_submission(key: str, now: datetime) -> bool:
    """Whether a form acts for the first time; false if it has been sent before.

    Part of the caller's transaction: whoever sends the same form at the same moment waits for
    its end, and a rollback frees the key.
    """
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Submission).values(key=key, at=now))
    except IntegrityError:
        return False
    return True


def purge(*, now: datetime) -> None:
    """Drop sessions that are long over and keys of forms that nobody sends any more."""
    db.session.execute(delete(UserSession).where(UserSession.seen_at < now - KEEP_SESSIONS))
    db.session.execute(delete(Submission).where(Submission.at < now - KEEP_SUBMISSIONS))
