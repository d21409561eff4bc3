"""What the worker failed at: an item rests, and after three times it waits for a person.

An item is a kind and a number, such as `application 7`. What is kept of an error is where in the
program it arose and its kind; its words may quote a mail or a name.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, or_, select

from recruiting.db import db
from recruiting.errors import Missing
from recruiting.silence.models import Setback

MOST_TRIES = 3
REST = timedelta(minutes=5)  # before an item that failed is taken up again
ROOT = Path(__file__).parent.parent.parent


def item_of(kind: str, number: int) -> str:
    """How an item is called."""
    return f"{kind} {number}"


def note(item: str, error: BaseException, *, now: datetime) -> bool:
    """Note that an item failed; whether it is set aside for a person by now."""
    found = db.session.get(Setback, item, with_for_update=True)
    if found is None:
        found = Setback(item=item, tries=0)
        db.session.add(found)
    found.tries += 1
    found.failed_at, found.trace = now, trace_of(error)
    if found.tries >= MOST_TRIES and found.parked_at is None:
        found.parked_at = now
    db.session.flush()
    return found.parked_at is not None


def trace_of(error: BaseException) -> str:
    """Where an error arose, outermost call first, and its kind; no value of any variable."""
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(path.name)
        lines.append(f"{place}:{frame.lineno} {frame.name}")
    return "\n".join([*lines, type(error).__name__])


def resting(kind: str, now: datetime) -> set[int]:
    """The numbers of the items of a kind that are left alone at `now`."""
    question = select(Setback.item).where(
        Setback.item.startswith(f"{kind} "),
        or_(Setback.parked_at.is_not(None), Setback.failed_at > now - REST),
    )
    return {int(item.removeprefix(f"{kind} ")) for item in db.session.scalars(question)}


def failed(kind: str) -> set[int]:
    """The numbers of the items of a kind that failed before and are not done yet."""
    question = select(Setback.item).where(Setback.item.startswith(f"{kind} "))
    return {int(item.removeprefix(f"{kind} ")) for item in db.session.scalars(question)}


def forget(item: str) -> None:
    """An item went well after all."""
    if (found := db.session.get(Setback, item)) is not None:
        db.session.delete(found)
        db.session.flush()


def parked() -> Sequence[Setback]:
    """What is set aside for a person, the latest first."""
    question = select(Setback).where(Setback.parked_at.is_not(None))
    return db.session.scalars(question.order_by(Setback.parked_at.desc(), Setback.item)).all()


def count() -> int:
    """How much is set aside for a person."""
    question = select(func.count()).where(Setback.parked_at.is_not(None))
    return db.session.scalar(question) or 0


def try_again(item: str) -> None:
    """Let the worker take an item up again, as a person decided; `Missing` if it is none."""
    found = db.session.get(Setback, item, with_for_update=True)
    if found is None:
        raise Missing
    db.session.delete(found)
    db.session.flush()
