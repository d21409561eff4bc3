"""Questions about dialogues: by key, for a reader inside, for the report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from recruiting.accounts.queries import reading
from recruiting.accounts.rules import Actor
from recruiting.db import db
from recruiting.dialogues.models import Remark
from recruiting.dialogues.rules import (
    NO_RESULT,
    Draft,
    RemarkKind,
    is_open,
    may_read,
    open_until,
    result_of,
    waits_for_us,
)
from recruiting.errors import Missing
from recruiting.feedback import queries as feedback
from recruiting.feedback.models import AnonymousAnswer
from recruiting.feedback.rules import counted_from


@dataclass(frozen=True)
class Dialogue:
    """What somebody wrote without a name, and what was said about it since, in order."""

    answer: AnonymousAnswer
    remarks: Sequence[Remark]

    @property
    def drafts(self) -> list[Draft]:
        """The remarks as the rules see them."""
        return [remark.draft for remark in self.remarks]

    @property
    def has_ended(self) -> bool:
        """Whether either side has ended it."""
        return bool(self.remarks) and self.remarks[-1].kind is RemarkKind.ENDED

    @property
    def waits_for_us(self) -> bool:
        """Whether the candidate's words are the last ones."""
        return waits_for_us(self.drafts)


@dataclass(frozen=True)
class Found:
    """What a key opens: an answer, or one that is not read before a day."""

    answer_id: str = ""
    read_from: date | None = None


def behind(key_hashes: Collection[str], *, today: date, smallest: int) -> Found | None:
    """What a key opens; none for every other text, whatever is wrong with it.

    Asked on a short connection, so that a try can be taken back before the session begins.
    """
    question = select(AnonymousAnswer.id, AnonymousAnswer.week_on).where(
        AnonymousAnswer.key_hash.in_(key_hashes)
    )
    with reading() as connection:
        row = connection.execute(question).one_or_none()
        if row is None:
            held = feedback.read_from(key_hashes, today=today, by=connection)
            return Found(read_from=held) if held else None
        counted = counted_from(feedback.weeks(connection), row.week_on, smallest)
    if today < row.week_on:
        return Found(read_from=row.week_on)
    return Found(row.id) if is_open(row.week_on, counted, today) else None


def dialogue(answer_id: str) -> Dialogue:
    """One dialogue; `Missing` if there is none."""
    answer = db.session.get(AnonymousAnswer, answer_id)
    if answer is None or answer.key_hash is None:
        raise Missing
    return Dialogue(answer, remarks([answer_id])[answer_id])


def last_day(found: Dialogue, smallest: int) -> date | None:
    """Until when its key opens a dialogue; none while human resources cannot read it yet."""
    return open_until(counted_from(feedback.weeks(), found.answer.week_on, smallest))


def remarks(answer_ids: Collection[str]) -> dict[str, list[Remark]]:
    """What was said in each dialogue, in order."""
    found: dict[str, list[Remark]] = defaultdict(list)
    question = select(Remark).where(Remark.answer_id.in_(answer_ids))
    for one in db.session.scalars(question.order_by(Remark.answer_id, Remark.number)):
        found[one.answer_id].append(one)
    return found


def dialogues(reader: Actor, trusted: str, until: date | None) -> list[Dialogue]:
    """All that are for this reader: those that wait for us first, those that ended last.

    `until` is the last week whose answers the report shows; others are hidden here as well, since
    too few have come together. What was confided does not wait for that.
    """
    question = select(AnonymousAnswer).where(
        AnonymousAnswer.key_hash.is_not(None), _is_for(reader, trusted, until)
    )
    answers = db.session.scalars(question.order_by(AnonymousAnswer.week_on, AnonymousAnswer.id))
    rows = list(answers)
    said = remarks([answer.id for answer in rows])
    found = [Dialogue(answer, said[answer.id]) for answer in rows]
    return sorted(found, key=lambda one: (one.has_ended, not one.waits_for_us))


def count_waiting(
    reader: Actor,
    trusted: str,
    until: date | None,
    *,
    today: date,
) -> int:
    """How many of these wait for us, as if their authors had said nothing today.

    A desk that stands open looks again by itself: whatever an author did today, a remark, an end,
    or words that give the dialogue to another reader, would tell it the minute. What we say
    counts at once.
    """
    one = aliased(Remark)
    last = select(func.max(one.number)).where(
        one.answer_id == AnonymousAnswer.id, or_(one.said_on < today, one.by.is_not(None))
    )
    number = last.correlate(AnonymousAnswer).scalar_subquery()
    at_last = and_(Remark.answer_id == AnonymousAnswer.id, Remark.number == number)
    theirs = and_(Remark.by.is_(None), Remark.kind != RemarkKind.ENDED)
    raised_before = or_(AnonymousAnswer.alarm_on.is_(None), AnonymousAnswer.alarm_on < today)
    alarms = and_(AnonymousAnswer.raises_alarm, raised_before)
    question = (
        select(func.count())
        .select_from(AnonymousAnswer)
        .outerjoin(Remark, at_last)
        .where(
            AnonymousAnswer.key_hash.is_not(None),
            AnonymousAnswer.week_on < today,
            _is_for(reader, trusted, until, alarms),
            or_(Remark.number.is_(None), theirs),
        )
    )
    return db.session.scalar(question) or 0


def dialogue_for(reader: Actor, trusted: str, until: date | None, answer_id: str) -> Dialogue:
    """One of these; `Missing` for every other."""
    found = dialogue(answer_id)
    question = select(AnonymousAnswer.id).where(
        AnonymousAnswer.id == answer_id, _is_for(reader, trusted, until)
    )
    if db.session.scalar(question) is None:
        raise Missing
    return found


def is_reader(reader: Actor, trusted: str) -> bool:
    """Whether any dialogue may ever be for this reader."""
    return any(may_read(reader, trusted, raises_alarm=alarm) for alarm in (False, True))


def _is_for(
    reader: Actor, trusted: str, until: date | None, alarms: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """Which are for a reader; `alarms` are those with an alarm, if not all that have one."""
    alarms = AnonymousAnswer.raises_alarm.is_(True) if alarms is None else alarms
    may = {alarm: may_read(reader, trusted, raises_alarm=alarm) for alarm in (False, True)}
    shown = and_(~alarms, AnonymousAnswer.week_on <= until) if may[False] and until else false()
    return or_(shown, alarms) if may[True] else shown


def results(until: date) -> Counter[str]:
    """What became of the dialogues of the answers that a report counts up to a week.

    What was confided is not among them: the difference to those that can be read would tell of it.
    """
    question = select(AnonymousAnswer.id).where(
        AnonymousAnswer.key_hash.is_not(None),
        AnonymousAnswer.week_on <= until,
        ~AnonymousAnswer.raises_alarm,
    )
    ids = list(db.session.scalars(question))
    said = remarks(ids)
    drafts = ([one.draft for one in said[answer_id]] for answer_id in ids)
    return Counter(str(result_of(one) or NO_RESULT) for one in drafts)
