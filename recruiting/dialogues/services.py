"""Verbs on dialogues: add a remark, and forget in which order those of past days came.

PostgreSQL keeps with each row the number of the transaction that wrote it, and lays new rows behind
old ones. Either would put a remark in order with everything else that was written, and so tell its
minute to whoever has the access log. So remarks of days that are over are written once more, all in
one transaction and in the order of their random numbers, and so are their answers, of which a
remark that raises an alarm marks one. What was written anew once need not be again: what it has in
common from then on with the other remarks of its days is no more than the days that they bear.
SQLite keeps neither for these tables.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from recruiting.db import db
from recruiting.dialogues.models import Remark
from recruiting.dialogues.queries import Dialogue
from recruiting.dialogues.rules import Draft, Fault, fault_after, faults
from recruiting.feedback.models import AnonymousAnswer
from recruiting.feedback.rules import Answers, raises_alarm

DAY = timedelta(days=1)


def add(
    dialogue: Dialogue,
    draft: Draft,
    number: int,
    *,
    today: date,
    alarm_words: tuple[str, ...] = (),
) -> Fault | None:
    """Store a remark as the one with this number, or say what keeps it from being stored.

    The number is that of the next remark as its author saw the dialogue: what was sent twice is
    stored once, and nobody answers what they have not read. Words of a candidate that raise an
    alarm give the whole dialogue to the person of trust.
    """
    said = dialogue.drafts
    if 0 < number <= len(said) and said[number - 1] == draft:
        return None  # a second click
    if wrong := next(iter(faults(draft)), None) or fault_after(draft, number, said):
        return wrong
    remark = Remark(
        answer_id=dialogue.answer.id,
        number=number,
        kind=draft.kind,
        by=draft.by,
        text=draft.text,
        said_on=today,
    )
    try:
        with db.session.begin_nested():
            db.session.add(remark)
    except IntegrityError:  # somebody was faster
        return Fault.LATE
    if draft.by is None and raises_alarm(Answers(wish=draft.text), alarm_words):
        _raise_alarm(dialogue.answer, today)
    return None


def _raise_alarm(answer: AnonymousAnswer, today: date) -> None:
    if not answer.raises_alarm:
        answer.raises_alarm, answer.alarm_on = True, today
        db.session.flush()


def settle(*, today: date, since: date | None = None) -> int:
    """Write the remarks of past days anew, if the database keeps when they came; how many.

    `since` is the day on which that was done last; none if that is not known, then it is all of
    them. The day before is written anew as well: a remark said at its very end may have been
    stored while that was done.
    """
    if db.engine.dialect.name == "sqlite":
        return 0
    past = Remark.said_on < today
    if since is not None:
        past &= Remark.said_on >= since - DAY
    question = select(Remark.__table__).where(past).order_by(Remark.answer_id, Remark.number)
    rows = [dict(row) for row in db.session.execute(question.with_for_update()).mappings()]
    if rows:
        db.session.execute(delete(Remark).where(past).execution_options(synchronize_session=False))
        db.session.execute(insert(Remark), rows)
        same = {"raises_alarm": AnonymousAnswer.raises_alarm}
        for answer_id in dict.fromkeys(
            row["answer_id"] for row in rows
        ):  # or they keep their order
            one = update(AnonymousAnswer).where(AnonymousAnswer.id == answer_id).values(same)
            db.session.execute(one.execution_options(synchronize_session=False))
    return len(rows)
