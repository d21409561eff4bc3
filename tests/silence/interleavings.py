"""A small house in which anything may happen next: for the law about mails after an answer.

Every step runs a real service in a transaction of its own, as a worker or a colleague does. Two
workers share the outbox, and each remembers every lease that it ever had. What must hold is
judged from what the steps saw, not by the rules under test.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import date, timedelta
from email.utils import format_datetime

from sqlalchemy import select

from recruiting import incoming, outgoing
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.errors import Refused
from recruiting.jobs.rules import Ladder
from recruiting.messages import delivery, receiving, results
from recruiting.messages import services as messages
from recruiting.messages.leases import Lease
from recruiting.messages.mailbox import About, Refusal
from recruiting.messages.models import Message, Received
from recruiting.messages.rules import (
    ONE_A_DAY,
    Limits,
    MessageState,
    Purpose,
    ReceivedState,
)
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome
from recruiting.silence import drafts
from recruiting.silence.rules import LADDER
from recruiting.sweep import Sweep
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE
from tests.messages import mails

BOSS = "recruiter@heardback.test"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WAITS = (MINUTE, 6 * MINUTE, HOUR, 5 * HOUR, DAY, DAY, 4 * DAY, 7 * DAY)
BEGIN = MONDAY + 7 * DAY  # the first follow-ups have just become due
LIMITS = Limits()
ENDS = frozenset({Kind.REJECTION, Kind.WITHDRAWAL, Kind.GHOSTED})
REFUSALS = (
    Refusal(451, "4.3.0", About.MAIL),
    Refusal(550, "5.7.1", About.MAIL),
    Refusal(550, "5.1.1", About.RECIPIENT),
)


class House:
    """Three applications of two candidates, two workers, one colleague, and the time."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.begun: list[int] = []  # follow-ups, each time that one began to leave
        self.came = 0
        self.leases: list[Lease] = []
        self.answered_after: dict[int, set[int]] = defaultdict(set)
        self.left: dict[tuple[int, date], set[int]] = defaultdict(set)
        self.sweeps = [Sweep(lambda: False), Sweep(lambda: False)]
        mina, tom = make.candidate("Mina"), make.candidate("Tom")
        self.ids = [self._asked(who) for who in (mina, mina, tom)]
        db.session.commit()
        self.sweeps[0].pass_over(self.now)

    def _asked(self, who) -> int:
        made = make.application(who)
        for stage in made.job.stages:
            stage.ladder = Ladder.FIRST_AUTOMATIC
        make.event(made, at=MONDAY + HOUR, by=BOSS)
        make.reply(made, at=MONDAY + 2 * HOUR)
        make.event(made, at=MONDAY + 3 * HOUR, by=BOSS, offers_no=True)
        return made.id

    def take(self, step: str, number: int) -> None:
        """One step; `number` chooses whom or what it is about. No two happen at the same moment."""
        self.now += SECOND
        with suppress(Refused):
            getattr(self, step)(number)
            db.session.commit()
        db.session.rollback()
        db.session.remove()

    def _one(self, number: int) -> Application:
        """An application, locked as every page does that changes one."""
        question = select(Application).where(Application.id == self.ids[number % len(self.ids)])
        return db.session.scalars(question.with_for_update()).one()

    def _message(self, number: int, *states: MessageState) -> Message | None:
        question = select(Message).where(Message.state.in_(states)).order_by(Message.id)
        found = db.session.scalars(question).all()
        return found[number % len(found)] if found else None

    # --- time, and the worker's side ---

    def wait(self, number: int) -> None:
        """Time passes."""
        self.now += WAITS[number % len(WAITS)]

    def attend(self, number: int) -> None:
        """A worker passes over what is due or has news."""
        self.sweeps[number % 2].pass_over(self.now)

    def claim(self, number: int) -> None:
        """A worker takes a mail."""
        lease = delivery.claim(f"worker {number % 2}", LIMITS, now=self.now, office=OFFICE)
        if lease is not None:
            self.leases.append(lease)

    def begin(self, number: int) -> None:
        """A worker begins to send with a lease of its own, be it ever so stale."""
        if not self.leases:
            return
        lease = self.leases[-1 - number % len(self.leases)]
        doubt = outgoing._doubt(self.now)
        if delivery.begin(lease, LIMITS, doubt, now=self.now, office=OFFICE):
            self._judge(lease.id)

    def deliver(self, number: int) -> None:
        """A worker takes a mail and sends it without any accident."""
        before = len(self.leases)
        self.claim(number)
        if len(self.leases) > before:
            db.session.commit()
            self.begin(0)
            db.session.commit()
            results.sent(self.leases[-1], now=self.now, office=OFFICE)

    def sent(self, number: int) -> None:
        """The server took a mail."""
        if self.leases:
            lease = self.leases[-1 - number % len(self.leases)]
            results.sent(lease, now=self.now, office=OFFICE)

    def refused(self, number: int) -> None:
        """The server said no."""
        if self.leases:
            lease = self.leases[-1 - number // 3 % len(self.leases)]
            refusal = REFUSALS[number % 3]
            if results.refused(lease, refusal, now=self.now, office=OFFICE):
                self._did_not_leave(lease.id)

    def unanswered(self, number: int) -> None:
        """The server said nothing."""
        if self.leases:
            results.unanswered(self.leases[-1 - number % len(self.leases)], now=self.now)

    def settle(self, _number: int) -> None:
        """A worker closes what another one left behind."""
        delivery.settle(self.now)

    # --- mail comes ---

    def store(self, number: int) -> None:
        """A mail comes in and is kept."""
        application = self._one(number)
        self.came += 1
        address = application.candidate.addresses[0].value
        to = mails.token_address(application)
        head = {"to": to, "message_id": f"came.{self.came}@example.org"}
        kind = number // 3 % 6
        at = (self.now, self.now - 3 * HOUR, None)[self.came % 3]
        if kind in {0, 1}:
            octets = mails.raw(sender=address, at=at, **head)
        elif kind == 2:
            octets = mails.raw("I withdraw my application.", sender=address, at=at, **head)
        elif kind == 3:
            back = OFFICE.day_of(self.now + 3 * DAY).isoformat()
            octets = mails.raw(
                f"I am out of the office and back on {back}.",
                sender=address, subject="Automatic reply", Auto_Submitted="auto-replied", **head
            )  # fmt: skip
        else:
            status = "5.1.1" if kind == 4 else "4.4.1"
            octets = mails.bounce(address, status=status, Date=format_datetime(self.now), **head)
        receiving.store(octets, source=f"test {self.came}", arrived_at=self.now, now=self.now)

    def file(self, _number: int) -> None:
        """A worker files the next mail that is kept."""
        incoming.file_next(self.now)

    # --- a colleague's side ---

    def approve(self, _number: int) -> None:
        """A colleague lets all drafts go."""
        chosen = {one.id: one.version for one in drafts.drafts(self.now)}
        drafts.approve(chosen, by=BOSS, now=self.now, office=OFFICE)

    def skip(self, number: int) -> None:
        """A colleague does without a draft."""
        if (message := self._message(number, MessageState.DRAFTED)) is not None:
            drafts.skip(message, reason="called", by=BOSS, now=self.now)

    def send_again(self, number: int) -> None:
        """A colleague lets a mail go once more."""
        message = self._message(number, MessageState.UNKNOWN, MessageState.FAILED)
        if message is not None:
            messages.send_again(message, by=BOSS, now=self.now)

    def mark_sent(self, number: int) -> None:
        """A colleague found out that a mail had left."""
        if (message := self._message(number, MessageState.UNKNOWN)) is not None:
            messages.mark_sent(message, by=BOSS, now=self.now, office=OFFICE)

    def ask(self, number: int) -> None:
        """A colleague asks by mail or by telephone."""
        way = (Channel.EMAIL, Channel.PHONE)[number // 3 % 2]
        self._touch(number, Direction.OUT, way)

    def hear(self, number: int) -> None:
        """A candidate calls, and a colleague writes it down."""
        self._touch(number, Direction.IN, Channel.PHONE)

    def _touch(self, number: int, direction: Direction, channel: Channel) -> None:
        pipeline.log_touch(
            self._one(number), direction, channel,
            at=self.now, text="words", by=BOSS, now=self.now, office=OFFICE,
        )  # fmt: skip

    def pause(self, number: int) -> None:
        """A candidate asked for time."""
        how = {"by": BOSS, "now": self.now, "office": OFFICE}
        pipeline.pause(self._one(number), until=self.now + 2 * DAY, note="", **how)

    def resume(self, number: int) -> None:
        """A pause ends early."""
        pipeline.resume(self._one(number), by=BOSS, now=self.now, office=OFFICE)

    def end(self, number: int) -> None:
        """A colleague ends an application."""
        outcome = (Outcome.REJECTED, Outcome.WITHDRAWN, Outcome.GHOSTED)[number // 3 % 3]
        how = {"by": BOSS, "now": self.now, "office": OFFICE}
        pipeline.close(self._one(number), outcome, note="so", **how)

    def reopen(self, number: int) -> None:
        """A colleague takes an application up again."""
        pipeline.reopen(self._one(number), note="", by=BOSS, now=self.now, office=OFFICE)

    def move(self, number: int) -> None:
        """A colleague moves an application."""
        application = self._one(number)
        stage = application.job.stages[number // 3 % 2]
        pipeline.move(application, stage, by=BOSS, now=self.now, office=OFFICE)

    def repair(self, number: int) -> None:
        """A colleague has found out that an address is good after all."""
        for address in self._one(number).candidate.addresses:
            address.state = AddressState.GOOD

    # --- the law ---

    def _judge(self, message_id: int) -> None:
        """Whether a mail may begin to leave, from what happened alone."""
        message = db.session.get_one(Message, message_id)
        if message.purpose not in ONE_A_DAY:
            return
        unread = select(Received.id).where(Received.state == ReceivedState.STORED)
        assert db.session.scalar(unread.limit(1)) is None, "a mail lies unread"
        key = (message.application.candidate_id, OFFICE.day_of(self.now))
        self.left[key].add(message_id)
        assert len(self.left[key]) == 1, "two mails to one candidate on one day"
        if message.purpose is Purpose.FOLLOW_UP:
            self.begun.append(message_id)
            self._judge_follow_up(message)

    def _judge_follow_up(self, message: Message) -> None:
        # In the order in which they were stored, which is that of their numbers.
        question = select(Event).where(Event.application_id == message.application_id)
        events = db.session.scalars(question.order_by(Event.id)).all()
        answers = [one for one in events if _is_answer(one)]
        last = answers[-1]
        assert message.queued_at > last.recorded_at, "written before they answered"
        after = [one for one in events if one.id > last.id]
        ours = [one for one in after if one.direction is Direction.OUT and _is_word(one)]
        assert ours, "nobody has asked since they answered"
        assert not _has_ended(events), "it has ended"
        assert not self._is_paused(after), "they asked for time"
        kinds = Counter(one.kind for one in after)
        assert len(ours) - kinds[Kind.BOUNCE] < LADDER, "a fourth message in a silence"

    def _is_paused(self, events: list[Event]) -> bool:
        kinds = {Kind.PAUSED, Kind.RESUMED}
        last = next((one for one in reversed(events) if one.kind in kinds), None)
        return last is not None and last.due_at is not None and last.due_at > self.now

    def _did_not_leave(self, message_id: int) -> None:
        message = db.session.get_one(Message, message_id)
        if message.state in {MessageState.QUEUED, MessageState.FAILED}:
            for some in self.left.values():
                some.discard(message_id)


def _has_ended(events: list[Event]) -> bool:
    """Whether the last word about its end is that; an answer takes back that they fell silent."""
    end: Kind | None = None
    for one in events:
        if one.kind in ENDS:
            end = one.kind
        elif one.kind is Kind.REOPENED or (end is Kind.GHOSTED and _is_answer(one)):
            end = None
    return end is not None


def _is_answer(event: Event) -> bool:
    return _is_word(event) and event.direction is Direction.IN


def _is_word(event: Event) -> bool:
    return event.kind is Kind.MESSAGE
