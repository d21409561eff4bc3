"""Tries that were wrong, counted in the database: passwords, dialogue keys, links.

Every process knows of them, and for passwords and keys none finds a gap: a try is counted before
it is looked at. A link is counted once it has opened nothing, and not where that would have to
wait. Whose they were is kept as a keyed hash alone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from flask_babel import ngettext
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import OperationalError

from recruiting.accounts.models import LoginFailure
from recruiting.accounts.rules import (
    BAD_LINKS_WINDOW,
    MOST_BAD_LINKS,
    NETWORK_FACTOR,
    NETWORKS_FACTOR,
    TryLimits,
    wait_before,
)
from recruiting.db import giving_way, own_transaction
from recruiting.errors import TooMany

log = structlog.get_logger("heardback")
PATIENCE_MS = 100  # with another writer, where only a bad link is to be counted


def count_password(email: str, network: str, *, limits: TryLimits, now: datetime) -> Sequence[int]:
    """Count a password as wrong before it is looked at; `uncount` takes it back if it was right."""
    budgets = {
        _try_key(limits.secret, "account", email): limits.tries,
        _try_key(limits.secret, "network", network): limits.tries * NETWORK_FACTOR,
    }
    tries, wait = _counted(budgets, limits.window, now)
    if wait:
        raise _too_many(wait)
    return tries


def count_key(network: str, *, limits: TryLimits, now: datetime) -> Sequence[int]:
    """The same for a key that is no user's: by network, and for all networks together."""
    budgets = {
        _try_key(limits.secret, "key of network", network): limits.tries,
        _try_key(limits.secret, "key", "all"): limits.tries * NETWORKS_FACTOR,
    }
    tries, wait = _counted(budgets, limits.window, now)
    if wait:
        seconds = _seconds(wait)
        raise TooMany(
            ngettext(
                "Too many keys were tried. Please try again in %(num)d minute.",
                "Too many keys were tried. Please try again in %(num)d minutes.",
                -(-seconds // 60),
            ),
            wait_seconds=seconds,
        )
    return tries


def count_link(network: str, *, limits: TryLimits, now: datetime) -> timedelta:
    """Count a link that opened nothing; how long its network should wait, zero if they are few.

    Who waits already is only looked up, and where somebody else writes for long nothing is
    counted: a page must not stand still for it.
    """
    key = _try_key(limits.secret, "link", network)
    try:
        with giving_way(PATIENCE_MS) as connection:
            wait = _wait(connection, key, MOST_BAD_LINKS, BAD_LINKS_WINDOW, now)
            if not wait:
                _forget(connection, now - limits.window)
                connection.execute(insert(LoginFailure), {"key": key, "at": now})
            return wait
    except OperationalError as error:
        log.warning("bad link not counted", error=type(error.orig).__name__)
        return timedelta(0)


def _counted(
    budgets: Mapping[str, int], window: timedelta, now: datetime
) -> tuple[Sequence[int], timedelta]:
    """The rows of one more try, or how long until it counts.

    Counts in the database and one try at a time, so that neither a second process nor a second
    request at the same moment finds a gap.
    """
    with own_transaction() as connection:
        _forget(connection, now - window)
        waits = [
            _wait(connection, key, budget, window, now) for key, budget in sorted(budgets.items())
        ]
        if any(waits):
            return (), max(waits)
        rows = [{"key": key, "at": now} for key in budgets]
        added = connection.scalars(insert(LoginFailure).returning(LoginFailure.id), rows)
        return added.all(), timedelta(0)


def _forget(connection: Connection, until: datetime) -> None:
    connection.execute(delete(LoginFailure).where(LoginFailure.at <= until))


def uncount(tries: Sequence[int]) -> None:
    """Take back tries that were no failures."""
    with own_transaction() as connection:
        connection.execute(delete(LoginFailure).where(LoginFailure.id.in_(tries)))


def _wait(
    connection: Connection, key: str, budget: int, window: timedelta, now: datetime
) -> timedelta:
    """How long until the next try of one counter; holds the counter until the commit."""
    if connection.dialect.name == "postgresql":  # SQLite lets one writer in at a time anyway
        connection.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
    question = (
        select(LoginFailure.at)
        .where(LoginFailure.key == key, LoginFailure.at > now - window)
        .order_by(LoginFailure.at)
    )
    until = wait_before(connection.scalars(question).all(), budget, window)
    return until - now if until and until > now else timedelta(0)


def _too_many(wait: timedelta) -> TooMany:
    seconds = _seconds(wait)
    sentence = ngettext(
        "Too many wrong passwords. Please try again in %(num)d minute.",
        "Too many wrong passwords. Please try again in %(num)d minutes.",
        -(-seconds // 60),
    )
    return TooMany(sentence, wait_seconds=seconds)


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()) + 1)


def _try_key(secret: bytes, kind: str, subject: str) -> str:
    # "replace": a key is asked for even where the text is none that could be stored.
    text = f"{kind}:{subject}".encode("utf-8", "replace")
    return hmac.new(secret, b"login:" + text, hashlib.sha256).hexdigest()
