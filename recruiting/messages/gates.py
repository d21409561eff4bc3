"""What holds mail back as a whole, whatever a single one says: one condition on a mail's purpose.

It is part of the statements that take a mail and that ask for it once more right before it leaves,
so that it costs no question of its own. Workers that ask at the same moment may each send one mail
more than may leave within an hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from recruiting.messages.models import Inbox, Message, Received, Stop
from recruiting.messages.rules import (
    AT_ONCE,
    DEAF_AFTER,
    ONE_A_DAY,
    Limits,
    MessageState,
    ReceivedState,
)
from recruiting.workdays import HOUR, Office


def one_of(column: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """The same as `column.in_(values)`, which would be written out anew at each execution."""
    return or_(*(column == value for value in sorted(values)))


_LEFT = or_(
    and_(
        Message.finished_at > bindparam("hour_ago"),
        one_of(Message.state, (MessageState.SENT, MessageState.UNKNOWN)),
    ),
    Message.state == MessageState.BEGUN,
)
_COUNTED = select(Message.id).where(_LEFT, not_(one_of(Message.purpose, AT_ONCE)))
_SOME = _COUNTED.limit(bindparam("per_hour")).subquery()
_FAILING = and_(
    Inbox.name.in_(bindparam("inboxes", expanding=True)),
    Inbox.failing_since <= bindparam("deaf_since"),
)
# Somebody has stopped all mail.
_IS_STOPPED = exists().where(Stop.id == 1)
# As many mails as may be have left within an hour, or it is none of the hours for mail.
_IS_SHUT = or_(
    bindparam("is_quiet", type_=Boolean),
    select(func.count()).select_from(_SOME).scalar_subquery() >= bindparam("per_hour"),
)
# A mail that came in is not read yet, or an inbox cannot be read: it may be the answer of anybody.
_IS_DEAF = or_(exists().where(Received.state == ReceivedState.STORED), exists().where(_FAILING))

IS_OPEN = and_(
    not_(_IS_STOPPED),
    or_(one_of(Message.purpose, AT_ONCE), not_(_IS_SHUT)),
    not_(and_(one_of(Message.purpose, ONE_A_DAY), _IS_DEAF)),
)


def facts(limits: Limits, now: datetime, office: Office) -> dict[str, Any]:
    """What `IS_OPEN` wants to know of this moment and this installation."""
    return {
        "hour_ago": now - HOUR,
        "per_hour": limits.per_hour,
        "inboxes": sorted(limits.inboxes),
        "deaf_since": now - DEAF_AFTER,
        "is_quiet": not limits.hours.is_open(now, office),
    }
