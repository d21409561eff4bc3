"""Mail on its way in, as the worker takes it: visit the mailboxes, file what is stored, listen.

One transaction per mail. A mail that cannot be filed stops no other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import structlog
from flask import current_app

from config import Mailbox, Settings
from recruiting.db import db
from recruiting.deadline import at_most
from recruiting.failpoints import failpoint
from recruiting.messages import fetching, imap, maildir, receiving
from recruiting.messages.models import Inbox
from recruiting.messages.places import Opened, Unreachable
from recruiting.messages.receiving import Desk
from recruiting.office import office

LISTEN_SECONDS = 5 * 60.0  # before the server is asked anew; half an hour is the most it bears
LONGEST_FILING = 30.0  # seconds for one mail, however it is made
REST_SECONDS = 60.0  # after trouble
log = structlog.get_logger()


def desk(now: datetime) -> Desk:
    """What filing needs, of this installation."""
    settings: Settings = current_app.extensions["settings"]
    return Desk(settings.keys, office(), now)


def open_mailbox(mailbox: Mailbox) -> Opened:
    """Visit a mailbox of either kind."""
    return maildir.opened(mailbox.path) if mailbox.path else imap.opened(mailbox)


class Rounds:
    """Visits mailboxes; one in trouble is left alone for a while."""

    def __init__(self) -> None:
        self.again_at: dict[str, datetime] = {}

    def visit(self, mailbox: Mailbox, now: datetime, stopping: Callable[[], bool]) -> int:
        """Fetch from a mailbox if its time has come; says how many mails are new."""
        if self.again_at.get(mailbox.name, now) > now or stopping():
            return 0
        visit = fetching.fetch(
            mailbox.name,
            open_mailbox(mailbox),
            now=now,
            commit=db.session.commit,
            stopping=stopping,
        )
        row = db.session.get(Inbox, mailbox.name)
        since = row.failing_since if row else None
        db.session.commit()
        self.again_at[mailbox.name] = now + fetching.wait_after(since, now)
        if visit.trouble or visit.left:
            log.warning(
                "mailbox in trouble", mailbox=mailbox.name, kind=visit.trouble, left=visit.left
            )
        return visit.stored


def file_next(now: datetime, on_deleted: Callable[[], None] | None = None) -> bool:
    """File one mail that is stored, and say whether there was one.

    `on_deleted` is called once files are gone that came back with it.
    """
    received = receiving.claim()
    if received is None:
        return False
    received_id = received.id
    try:
        with at_most(LONGEST_FILING):
            is_deleted = receiving.file(received, desk(now))
        db.session.commit()
        if is_deleted and on_deleted:
            on_deleted()
    except Exception as error:
        db.session.rollback()
        log.exception("mail not filed", received=received_id)
        receiving.set_back(received_id, error, now=now)
        db.session.commit()
    failpoint("mail done")
    return True


class Listener(threading.Thread):
    """Keeps a connection to one IMAP folder and calls the worker when something comes.

    Where a server cannot do that, or is gone, the worker's own rounds find the mail a little
    later.
    """

    def __init__(self, mailbox: Mailbox, wake: threading.Event, stopping: threading.Event) -> None:
        super().__init__(name=f"listen to {mailbox.name}", daemon=True)
        self.mailbox = mailbox
        self.wake = wake
        self.stopping = stopping

    def run(self) -> None:
        """Listen until the worker stops."""
        while not self.stopping.is_set():
            try:
                with imap.opened(self.mailbox) as place:
                    if not place.may_idle:
                        return
                    while not self.stopping.is_set():
                        if place.wait(LISTEN_SECONDS):
                            self.wake.set()
            except Unreachable as error:
                log.warning("cannot listen", mailbox=self.mailbox.name, kind=error.kind)
                self.stopping.wait(REST_SECONDS)
