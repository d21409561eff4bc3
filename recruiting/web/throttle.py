"""Bad links, counted by network: who tries many is asked to wait.

A signature cannot be guessed; this keeps the noise down. A good link is never refused, whatever
came before it, and costs no counting.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from flask_babel import gettext as _

from recruiting import access, clock
from recruiting.accounts import tries
from recruiting.db import db
from recruiting.errors import BadLink, TooMany


@contextmanager
def counting_bad_links() -> Generator[None]:
    """Around the reading of a link: a bad one counts, and too many are answered with 429."""
    try:
        yield
    except BadLink as error:
        db.session.rollback()  # it has only read; on SQLite the counter could not write beside it
        wait = tries.count_link(access.network(), limits=access.try_limits(), now=clock.now())
        if not wait:
            raise
        sentence = _("Too many links from here did not work. Please wait a minute and try again.")
        raise TooMany(sentence, wait_seconds=int(wait.total_seconds()) + 1) from error
