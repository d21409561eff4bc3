"""Verbs on anonymous answers: hold one in the sealed box, release a batch.

What holds, for somebody who has every row of the database before and after each request, its
backups and files, the order of its rows and transactions, and the access log, but not the secret
key: they see who has used up their invitation and when, and that the box has grown by one. The box
is one row that is sealed anew as a whole each time, so no two states of it can be compared; its
last transaction is that of the last answer, whoever it was. A released answer bears a random
number, the Monday after its whole batch was released, what was said, and the hash of a dialogue
key if its author asked for one (that they did lay in the box alone); a batch is written in the
order of these numbers. So within a batch each author is as likely as any other.

What cannot hold: who also has the secret key *and* a copy of the box before and after one request
can open both and compare; so could whoever watches the running program. Who knows all other
authors of a batch knows the last one. A batch in which all said the same tells what each said. A
text may give its author away by what it says or how: the page warns of that. And that somebody
answered without a name is no secret, only what they said.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from random import Random, SystemRandom

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from recruiting.db import db
from recruiting.feedback.box import Box, numbered, packed, unpacked, week_after
from recruiting.feedback.models import BOX, AnonymousAnswer, HeldAnswers, Invitation
from recruiting.feedback.rules import Answers, pack, raises_alarm
from recruiting.feedback.sealing import seal, unseal
from recruiting.feedback.services import claim


def hold(invitation: Invitation, answers: Answers, *, keys: list[str], today: date) -> bool:
    """Put an answer into the box, once; false if the invitation had been used up before.

    Raises `ValueError` if no key opens the box: then nothing is stored, and the invitation stays
    open until the key is back.
    """
    if not claim(invitation):
        return False
    box = _opened(keys)
    _close(box.with_answer(answers, today), keys)
    return True


def release(
    *, keys: list[str], alarm_words: tuple[str, ...], today: date, order: Random | None = None
) -> int:
    """Let the batch go if its time has come; how many answers left.

    `order` draws the numbers, which is the order of the rows; only a test gives one.
    """
    box = _opened(keys)
    if not box.is_due(today):
        return 0
    rows = [
        {
            "id": number,
            "week_on": week_after(today),
            "choice": one.choice,
            "reasons": pack(one.reasons),
            "other_reason": one.other_reason,
            "knew_next": one.knew_next,
            "again": one.again,
            "wish": one.wish,
            "raises_alarm": raises_alarm(one, alarm_words),
            "key_hash": one.key_hash or None,
        }
        for number, one in numbered(box.answers, order or SystemRandom())
    ]
    db.session.execute(insert(AnonymousAnswer), rows)
    _close(Box(), keys)
    return len(rows)


def _opened(keys: list[str]) -> Box:
    """The box, locked until the caller's transaction ends; made when it is first needed."""
    question = select(HeldAnswers.sealed).where(HeldAnswers.id == BOX).with_for_update()
    if (sealed := db.session.scalar(question)) is None:
        with suppress(IntegrityError), db.session.begin_nested():  # or somebody else just made it
            db.session.execute(insert(HeldAnswers).values(id=BOX, sealed=b""))
        sealed = db.session.scalars(question).one()
    return unpacked(unseal(keys, sealed)) if sealed else Box()


def _close(box: Box, keys: list[str]) -> None:
    sealed = seal(keys, packed(box, SystemRandom()))
    db.session.execute(update(HeldAnswers).where(HeldAnswers.id == BOX).values(sealed=sealed))
