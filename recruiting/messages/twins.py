"""The same mail on two ways: one is told, the other stands beside it.

Also of one whose files were deleted meanwhile: then those of the other go as well, so that nothing
comes back. Two mails may share an id, so what they hold must be the same too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial

from sqlalchemy import Select, select

from recruiting.db import db, overwrite_freed
from recruiting.messages import contents, envelope, files, prose, texts
from recruiting.messages.embedded import LEFT_OUT
from recruiting.messages.models import Received
from recruiting.messages.rules import KEPT_OF_TOO_LARGE, TWICE, ReceivedState

MOST_TWINS = 5  # mails of one id and one sender that are compared, the newest
MOST_COPIES = 50  # that go along with one that a person places


def twin_of(
    received: Received, message_id: str | None, sender: str | None, keys: Sequence[str]
) -> Received | None:
    """The same mail, kept before with other bytes: it came on two ways."""
    if message_id is None:
        return None
    question = _of_id(received, message_id, sender).where(Received.state != ReceivedState.STORED)
    others = db.session.scalars(question.order_by(Received.id.desc()).limit(MOST_TWINS)).all()
    return next(_that_hold_the_same(received, others, keys), None)


def copies_of(
    received: Received, message_id: str | None, sender: str | None, keys: Sequence[str]
) -> list[Received]:
    """What came on other ways while a mail waited for a person, each locked.

    What somebody else has locked they deal with: who waits for it here may wait for each other.
    """
    if message_id is None:
        return []
    question = _of_id(received, message_id, sender).where(
        Received.state == ReceivedState.NOT_OURS, Received.why == TWICE
    )
    found = db.session.scalars(
        question.order_by(Received.id).limit(MOST_COPIES).with_for_update(skip_locked=True)
    ).all()
    return [*_that_hold_the_same(received, found, keys)]


def _of_id(received: Received, message_id: str, sender: str | None) -> Select[Received]:
    return select(Received).where(
        Received.message_id == message_id, Received.id != received.id, Received.sender == sender
    )


def join(received: Received, twin: Received, keys: Sequence[str]) -> None:
    """Let a mail that came twice stand beside its twin; a person sees one of them."""
    is_filed = twin.state is ReceivedState.FILED
    received.state = ReceivedState.FILED if is_filed else ReceivedState.NOT_OURS
    received.application_id, received.event_id = twin.application_id, twin.event_id
    received.sender_differs = twin.sender_differs
    if has_lost_its_files(twin) and not has_lost_its_files(received):
        overwrite_freed()
        note_contents(received, keys)
        received.raw = files.without_files(received.raw)


def note_contents(received: Received, keys: Sequence[str]) -> None:
    """Note what a mail holds, before its files are deleted, so that it is known again.

    Raises only where its parts nest too deeply.
    """
    if received.contents is None:
        received.contents = contents.mark(received.raw, keys[0])


def has_lost_its_files(received: Received) -> bool:
    """Whether a mail was written anew; before `contents` was noted its digest alone told that."""
    if received.contents is not None:
        return True
    raw = received.raw
    return len(raw) != KEPT_OF_TOO_LARGE and hashlib.sha256(raw).hexdigest() != received.digest


def _that_hold_the_same(
    received: Received, others: Iterable[Received], keys: Sequence[str]
) -> Iterator[Received]:
    """Those of some mails; raises `TimeoutError` where there is no time to say, for whoever took
    it for another mail would keep its files."""
    mine = cache(partial(_marked, received))  # it may be large
    was_not_noted = _was_not_noted(received)
    for other in others:
        try:
            if was_not_noted or _was_not_noted(other):
                is_same = _left(received.raw) == _left(other.raw)
            else:
                # One that was noted may be so by a key that others have followed.
                some = keys if received.contents or other.contents else keys[:1]
                is_same = any(mine(key) == _marked(other, key) for key in some)
        except TimeoutError:
            raise
        except Exception:  # noqa: BLE001, S112 - one that is parked cannot be read
            continue
        if is_same:
            yield other


def _marked(received: Received, key: str) -> str:
    return received.contents or contents.mark(received.raw, key)


def _was_not_noted(received: Received) -> bool:
    return received.contents is None and has_lost_its_files(received)


def _left(raw: bytes) -> tuple[object, ...]:
    """What stays of a mail without its files, whether or not it has lost them."""
    message = envelope.parse(raw)
    head = envelope.read(message)
    words = prose.words_alone(texts.body(message)[0]).replace(LEFT_OUT, " ")
    return head.subject, head.sent_at, head.sender, words.split()
