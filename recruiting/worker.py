"""The worker: a sign of life, events whose moment has come, mail in, what is due, sweeping up.

One step, one transaction: a step that fails is rolled back and logged, and the loop goes on.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from types import FrameType
from typing import TypeVar

import structlog
from flask import Flask

from config import Mailbox, Settings
from recruiting import clock, forgetting, incoming, letters, outgoing
from recruiting.accounts import services as accounts
from recruiting.db import db
from recruiting.dialogues import services as dialogues
from recruiting.feedback import anonymous
from recruiting.journal import services as journal
from recruiting.office import office
from recruiting.pipeline import facts
from recruiting.privacy import documents
from recruiting.reports import confided, telling
from recruiting.silence import services as silence
from recruiting.sweep import REMIND_FROM, Sweep

BEAT_EVERY = timedelta(seconds=20)
PURGE_EVERY = timedelta(hours=1)
LIST_EVERY = timedelta(minutes=10)
MAILS_PER_TICK = 200
Done = TypeVar("Done")  # what a step did
TRUST = "HEARDBACK_PERSON_OF_TRUST"
log = structlog.get_logger()


class Worker:
    """One process that attends to what is due until it is asked to stop."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()
        self.wake = threading.Event()  # something came before the next beat
        self.purged_at: datetime | None = None
        self.listed_at: datetime | None = None  # none: there may be mails to look through
        self.log_holds_deleted = True  # SQLite's; the worker before may have been killed
        self.settled_on: date | None = None
        self.told_on: date | None = None  # who reads what was confided
        self.moment = clock.now  # of the tick at hand
        self.beaten_at = self.moment()
        settings: Settings = app.extensions["settings"]
        self.mailboxes = settings.mailboxes
        self.rounds = incoming.Rounds()
        self.sweep = Sweep(self._is_over)
        self.deliveries = outgoing.Deliveries(self.name)

    def run(self) -> None:
        """Tick until SIGTERM or SIGINT; the step at hand is finished first."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._stop)
        for mailbox in self.mailboxes:
            if mailbox.path is None:
                incoming.Listener(mailbox, self.wake, self.stopping).start()
        while not self.stopping.is_set():
            self.wake.clear()
            self.tick(clock.now())
            self.wake.wait(BEAT_EVERY.total_seconds())

    def tick(self, now: datetime) -> None:
        """Take every step once, each as of its own moment: those before it took their time."""
        self.moment = clock.running_from(now)
        with self.app.app_context():
            self._beat(now)
            while self._step("arrive", lambda: facts.arrive(office(), now=self.moment())):
                self.sweep.compare_all()
                if self._is_over():
                    return
            for mailbox in self.mailboxes:
                self._step("fetch", partial(self._fetch, mailbox))
            while self._step("file", self._file):
                self.listed_at = None
                if self._is_over():
                    return
            self._list_documents(now)
            self._erase_documents()
            if self._step("attend", lambda: self.sweep.pass_over(self.moment())):
                self.wake.set()  # more is left than one pass takes
            self._step("remind", lambda: self.sweep.remind(self.moment()))
            self._tell()
            self._deliver()
            if self.purged_at is None or now - self.purged_at >= PURGE_EVERY:
                self.purged_at = now
                self._step("purge_accounts", lambda: accounts.purge(now=now))
                self._step("purge_uploads", lambda: journal.purge_uploads(now=now))
                self._step("release_answers", self._release)
                self._settle()
                self._step("forget_workers", lambda: silence.forget_workers(now=now))
                self._delete_documents()
                self._empty_log()

    def _file(self) -> bool:
        return incoming.file_next(self.moment(), self._note_deleted)

    def _note_deleted(self) -> None:
        self.log_holds_deleted = True

    def _release(self) -> int:
        """Let anonymous answers go, if their time has come; nothing is logged of it."""
        settings: Settings = self.app.extensions["settings"]
        today = office().day_of(self.moment())
        return anonymous.release(keys=settings.keys, alarm_words=settings.alarms, today=today)

    def _list_documents(self, now: datetime) -> None:
        """List documents of what was just filed, and now and then of what a person has placed.

        To find none takes a look at every mail that was ever filed.
        """
        if self.listed_at is not None and now - self.listed_at < LIST_EVERY:
            return
        while self._step("list_documents", lambda: documents.list_next(now=self.moment())):
            if self._is_over():
                return
        self.listed_at = now

    def _erase_documents(self) -> None:
        """Delete the documents of whom a person has just promised it."""
        for application_id in self._step("find_erased", forgetting.erased) or ():
            act = partial(forgetting.erase_documents, application_id)
            if not self._delete_mail_by_mail("erase_documents", act):
                return
            self._empty_log()

    def _delete_documents(self) -> None:
        """Delete the documents whose day has come, one application after the other."""
        for application_id in self._step("find_documents", self._due_documents) or ():
            act = partial(forgetting.delete_documents, application_id)
            if not self._delete_mail_by_mail("delete_documents", act):
                return

    def _delete_mail_by_mail(self, name: str, act: Callable[..., bool]) -> bool:
        """Delete what is due of one application; false if the worker is to stop."""
        while not self._is_over():
            if not self._step(name, lambda: act(now=self.moment())):
                return True
            self._note_deleted()
        return False

    def _empty_log(self) -> None:
        """Empty the log after deletions; where somebody was in the way, an hour later."""
        if self.log_holds_deleted and self._step("empty_log", forgetting.empty_log):
            self.log_holds_deleted = False

    def _due_documents(self) -> Sequence[int]:
        return forgetting.due(self.moment())

    def _tell(self) -> None:
        """Each morning, write to those who have something new to read that was confided.

        Each reader is a step of their own; the morning is over once all of them succeeded.
        """
        now, place = self.moment(), office()
        today = place.day_of(now)
        if self.told_on == today or place.local(now).hour < REMIND_FROM:
            return
        found = self._step("find_confided", lambda: self._confided(now))
        if found is None:
            return
        is_told = True
        for email, texts in sorted(found.items()):
            act = partial(telling.tell, email, texts, write=letters.confided, now=now, office=place)
            is_told &= self._has_succeeded("tell_confided", act)
        if is_told:
            self.told_on = today

    def _confided(self, now: datetime) -> dict[str, list[str]]:
        """What there is to read, by reader; the log says where nobody may."""
        settings: Settings = self.app.extensions["settings"]
        today = office().day_of(now)
        begins = office().start_of(today)
        if confided.is_unreadable(settings.trusted):
            log.warning("nobody may read what was confided", setting=TRUST)
        return confided.to_read(settings.trusted, today=today, begins=begins)

    def _settle(self) -> None:
        """Once a day, let remarks of the days before forget when they came."""
        today = office().day_of(self.moment())
        act = partial(dialogues.settle, today=today, since=self.settled_on)
        if self.settled_on != today and self._has_succeeded("settle_remarks", act):
            self.settled_on = today

    def _has_succeeded(self, name: str, act: Callable[[], object]) -> bool:
        """Take a step, and say whether it was kept."""

        def whole() -> bool:
            act()
            return True

        return self._step(name, whole) is True

    def _fetch(self, mailbox: Mailbox) -> int:
        return self.rounds.visit(mailbox, self.moment(), self.stopping.is_set)

    def _deliver(self) -> None:
        """Deliver mail by mail; while mail lies unread, nothing leaves that it may stop."""
        self._step("settle", lambda: self.deliveries.begin_round(self.moment()))
        for _ in range(MAILS_PER_TICK):
            if self._is_over() or not self._step("deliver", self.deliveries.next):
                break
        else:
            self.wake.set()
        self.deliveries.close()

    def _is_over(self) -> bool:
        """Whether to stop; asked between two items, so a sign of life goes with it."""
        if self.moment() - self.beaten_at >= BEAT_EVERY:
            db.session.rollback()
            self._beat(self.moment())
        return self.stopping.is_set()

    def _beat(self, now: datetime) -> None:
        self.beaten_at = now
        self._step("beat", lambda: silence.beat(self.name, now=now))

    def _step(self, name: str, act: Callable[[], Done]) -> Done | None:
        """Take one step and keep what it did; none where it failed, and nothing is kept."""
        try:
            done = act()
            db.session.commit()
        except Exception:
            db.session.rollback()
            log.exception("worker step failed", step=name)
            return None
        else:
            return done
        finally:
            db.session.remove()

    def _stop(self, _sign: int, _frame: FrameType | None) -> None:
        self.stopping.set()
        self.wake.set()
