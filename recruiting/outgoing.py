"""Mail on its way out, as the worker takes it: one mail over three transactions.

No transaction is open while a server is spoken to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

import structlog
from flask import current_app
from sqlalchemy.exc import OperationalError

from config import Settings
from recruiting import clock, letters
from recruiting.db import db
from recruiting.deadline import at_most
from recruiting.failpoints import failpoint
from recruiting.messages import composing, delivery, results, tokens
from recruiting.messages.composing import Sheet, Unwritable
from recruiting.messages.leases import Lease
from recruiting.messages.mailbox import CUT, Refusal, Smtp, Unanswered
from recruiting.messages.models import Message
from recruiting.messages.places import Unreachable
from recruiting.messages.rules import ERASED, ERASURE, ONE_A_DAY, Hours, Limits
from recruiting.office import office
from recruiting.privacy import queries as privacy
from recruiting.silence import attending

REST = timedelta(minutes=1)  # after a server could not be reached
LONGEST_GREETING = 30.0  # seconds until a server has greeted us, encrypted and signed in
MAILS_PER_TALK = 50  # servers bear only so many
NOTES = 3  # times that what came of a mail is tried to be noted, if the database is locked
log = structlog.get_logger()


def limits() -> Limits:
    """What holds mails back in this installation."""
    settings: Settings = current_app.extensions["settings"]
    names = frozenset(mailbox.name for mailbox in settings.mailboxes)
    return Limits(Hours(*settings.mail_between), settings.mail_per_hour, names)


class Deliveries:
    """Delivers mail by mail, over one connection while there is one."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.talk: Smtp | None = None
        self.mails = 0  # of this talk
        self.rests_until: datetime | None = None
        self.moment = clock.now  # a mail takes its time, and what has come meanwhile counts

    def begin_round(self, now: datetime) -> int:
        """Close what workers left behind that died; says how many mails."""
        self.moment = clock.running_from(now)
        return delivery.settle(now)

    def next(self) -> bool:
        """Deliver the next mail, if one may leave; whether there was one."""
        settings: Settings = current_app.extensions["settings"]
        now = self.moment()
        if settings.mail_server is None or (self.rests_until and now < self.rests_until):
            return False
        lease = delivery.claim(self.worker, limits(), now=now, office=office())
        db.session.commit()
        if lease is None:
            self.close()
            return False
        failpoint("delivery leased")
        self._deliver(lease)
        failpoint("delivery done")
        return True

    def close(self) -> None:
        """End the talk with the server."""
        if self.talk is not None:
            self.talk.close()
            self.talk = None
        self.mails = 0

    def _deliver(self, lease: Lease) -> None:
        try:
            self._hand_over(lease)
        except Unreachable as trouble:
            self.close()
            now = self.moment()
            self.rests_until = now + REST
            log.warning("no mail server", kind=trouble.kind)
            _note(partial(results.unreachable, lease, trouble.kind, now=now))
        except Refusal as refusal:
            self.close()
            log.warning("mail refused", message=lease.id, answer=str(refusal))
            _note(partial(results.refused, lease, refusal, now=self.moment(), office=office()))
        except Unanswered:
            self.close()
            log.warning("mail unanswered", message=lease.id)
            _note(lambda: results.unanswered(lease, now=self.moment()))
        except Exception as error:
            db.session.rollback()
            self.close()
            log.exception("mail not delivered", message=lease.id)
            kind = error.part if isinstance(error, Unwritable) else type(error).__name__
            _note(lambda: results.faulty(lease, kind, now=self.moment()))

    def _hand_over(self, lease: Lease) -> None:
        settings: Settings = current_app.extensions["settings"]
        answers_to = answer_address(lease, settings)
        octets = composing.compose(_sheet(lease, answers_to, settings, self.moment()))
        db.session.rollback()  # no transaction stays open while a server is spoken to
        talk = self._announce(lease, answers_to)
        failpoint("delivery announced")
        may = delivery.begin(
            lease, limits(), _doubt(self.moment()), now=self.moment(), office=office()
        )
        db.session.commit()
        if not may:
            talk.forget()
            return
        failpoint("delivery begun")
        talk.transmit(octets)
        self.mails += 1
        failpoint("delivery answered")
        _note(lambda: results.sent(lease, now=self.moment(), office=office()))
        if self.mails >= MAILS_PER_TALK:
            self.close()

    def _announce(self, lease: Lease, answers_to: str) -> Smtp:
        """A talk in which the server knows from whom to whom the next mail goes."""
        recipient = composing.written(lease.to_address)
        if self.talk is not None:
            try:
                self.talk.announce(answers_to, recipient)
            except Refusal as refusal:
                if refusal.code != CUT:
                    raise
                self.close()  # it had ended meanwhile, so a new one is begun
            else:
                return self.talk
        settings: Settings = current_app.extensions["settings"]
        server = settings.mail_server
        if server is None:
            raise Unreachable("none is set")
        with at_most(LONGEST_GREETING):
            self.talk = Smtp(server, settings.mail_from.rpartition("@")[2])
        failpoint("delivery connected")
        self.talk.announce(answers_to, recipient)
        return self.talk


def answer_address(lease: Lease, settings: Settings) -> str:
    """Where an answer goes, and a bounce: to the inbox, with the application's token."""
    if lease.application_id is None:
        return settings.mail_from
    token = tokens.sign(settings.keys, lease.application_id)
    return settings.answers_go_to.replace("{token}", token)


def _sheet(lease: Lease, answers_to: str, settings: Settings, now: datetime) -> Sheet:
    name = lease.sender_name
    return Sheet(
        message_id=lease.message_id,
        sender_name=f"{name}, {settings.employer}" if name else settings.employer,
        sender=settings.mail_from,
        reply_to=None if lease.application_id is None else answers_to,
        to_address=lease.to_address,
        subject=lease.subject,
        body=letters.signed(lease.body, lease.application_id, lease.address_id, now),
        language=lease.language,
        references=lease.references,
        is_automatic=lease.is_automatic,
        stop_link=_stop_link(lease, now),
        at=now,
    )


def _stop_link(lease: Lease, now: datetime) -> str | None:
    """What a mail program offers as "unsubscribe": in mail that a machine has worded.

    One click must be safe on its way (RFC 8058, section 3.1), so only an https address has it.
    """
    is_ours = lease.is_automatic or lease.purpose in ONE_A_DAY
    if not is_ours or lease.address_id is None:
        return None
    link = letters.stop_link(lease.address_id, now)
    return link if link.startswith("https://") else None


def _doubt(now: datetime) -> delivery.Doubt:
    def doubt(message: Message) -> str | None:
        return attending.still_wanted(message, now, office()) or _erasure_asked(message)

    return doubt


def _erasure_asked(message: Message) -> str | None:
    """Why no machine writes to somebody who asked to be deleted, in whichever application."""
    if message.purpose not in ONE_A_DAY:
        return None
    return erasures_asked([message.about.id]).get(message.about.id)


def erasures_asked(application_ids: Collection[int]) -> dict[int, str]:
    """The same of some applications, by their ids; for whoever approves what a machine wrote."""
    found = privacy.decisions_for(application_ids)
    return {key: ERASURE if None in made else ERASED for key, made in found.items()}


def _note(act: Callable[[], bool]) -> None:
    """Keep what came of a mail; a database that is locked is asked again."""
    for tries_left in reversed(range(NOTES)):
        try:
            if not act():
                log.warning("a lease was lost")
            failpoint("delivery marked")
            db.session.commit()
        except OperationalError:
            db.session.rollback()
            if not tries_left:
                raise
        else:
            return
