"""What holds mail back as a whole, whatever a single one says: asked in one statement.

It is asked twice for each mail, when it is taken and right before it leaves, so the statement is
made once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, func, or_, select

from recruiting.db import db
from recruiting.messages.models import Inbox, Message, Received, Stop
from recruiting.messages.rules import (
    AT_ONCE,
    DEAF_AFTER,
    ONE_A_DAY,
    Limits,
    MessageState,
    Purpose,
    ReceivedState,
)
from recruiting.workdays import HOUR, Office


@dataclass(frozen=True, slots=True)
class Gates:
    """Which gates are closed at one moment."""

    is_stopped: bool  # somebody has stopped all mail
    is_hour_full: bool  # as many mails as may be have left within an hour
    is_unread: bool  # a mail that came in is not read yet: it may be the answer of anybody
    is_deaf: bool  # answers may lie in an inbox that could not be read for a while
    is_quiet: bool  # outside the hours in which mail may leave

    @property
    def shut(self) -> frozenset[Purpose]:
        """The purposes of which no mail may leave."""
        if self.is_stopped:
            return frozenset(Purpose)
        if self.is_quiet or self.is_hour_full:
            return frozenset(Purpose) - AT_ONCE
        return ONE_A_DAY if self.is_unread or self.is_deaf else frozenset()


_LEFT = or_(
    and_(
        Message.finished_at > bindparam("hour_ago"),
        Message.state.in_((MessageState.SENT, MessageState.UNKNOWN)),
    ),
    Message.state == MessageState.BEGUN,
)
_COUNTED = select(Message.id).where(_LEFT, Message.purpose.not_in(AT_ONCE))
_SOME = _COUNTED.limit(bindparam("per_hour")).subquery()
_FAILING = and_(
    Inbox.name.in_(bindparam("inboxes", expanding=True)),
    Inbox.failing_since <= bindparam("deaf_since"),
)
_QUESTION = select(
    exists().where(Stop.id == 1),
    select(func.count()).select_from(_SOME).scalar_subquery(),
    exists().where(Received.state == ReceivedState.STORED),
    exists().where(_FAILING),
)


def gates(limits: Limits, now: datetime, office: Office) -> Gates:
    """Ask for all gates; workers that ask at the same moment may each send one mail more."""
    is_stopped, left, is_unread, is_deaf = db.session.execute(
        _QUESTION,
        {
            "hour_ago": now - HOUR,
            "per_hour": limits.per_hour,
            "inboxes": sorted(limits.inboxes),
            "deaf_since": now - DEAF_AFTER,
        },
    ).one()
    return Gates(
        is_stopped=bool(is_stopped),
        is_hour_full=left >= limits.per_hour,
        is_unread=bool(is_unread),
        is_deaf=bool(is_deaf),
        is_quiet=not limits.hours.is_open(now, office),
    )
