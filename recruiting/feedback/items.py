"""The five items one by one: what belongs to each, and what becomes of answers in steps (pure).

With a name each item is kept as soon as it is given, and can be completed or changed for some
days. Without one nothing is kept before all of it is sent: half an answer would need a thread to
its author.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from recruiting.feedback.rules import Answers, Choice, Fault, How, completed, faults

CHANGEABLE = timedelta(days=7)  # from the first item on


class Item(StrEnum):
    """One of the five, as the page sends it by itself."""

    CHOICE = "choice"
    REASONS = "reasons"
    KNEW_NEXT = "knew_next"
    AGAIN = "again"
    WISH = "wish"


PARTS = {
    Item.CHOICE: ("choice", "until"),
    Item.REASONS: ("reasons", "other_reason"),
    Item.KNEW_NEXT: ("knew_next",),
    Item.AGAIN: ("again",),
    Item.WISH: ("wish", "may_contact"),
}
BLANK = Answers()


def filled(answers: Answers) -> frozenset[Item]:
    """The items of which something is given."""
    return frozenset(
        item
        for item, parts in PARTS.items()
        if any(getattr(answers, part) != getattr(BLANK, part) for part in parts)
    )


def known(codes: str) -> frozenset[Item]:
    """The items that a text names, space between; what another version named is left out."""
    return frozenset(Item(code) for code in codes.split() if code in set(Item))


def merged(held: Answers, given: Answers, items: Collection[Item]) -> Answers:
    """What is kept once some of the items are as `given`; all others stay as they were."""
    parts = {part: getattr(given, part) for item in items for part in PARTS[item]}
    return replace(completed(replace(held, **parts)), wants_reply=given.wants_reply)


def new_faults(held: Answers, wanted: Answers, today: date, *, is_whole: bool) -> list[Fault]:
    """Everything that is wrong with answers with a name and was not when they were kept.

    A day that has passed since stands in nobody's way; what was kept may be emptied, and a single
    item may be left empty, while a whole page (`is_whole`) should say something.
    """
    before = {*faults(held, today, How.NAMED)} - {Fault.NOTHING}
    if held != BLANK or not is_whole:
        before.add(Fault.NOTHING)
    return [fault for fault in faults(wanted, today, How.NAMED) if fault not in before]


def asks_something(choice: Choice | None) -> bool:
    """Whether the first item is one that something follows from."""
    return choice not in {None, Choice.NOT_SAID}


def is_restated(before: Answers, after: Answers) -> bool:
    """Whether the first item asks for something else than it did."""
    return (before.choice, before.until) != (after.choice, after.until)


def may_change(first_at: datetime, now: datetime) -> bool:
    """Whether what was first given at a moment can still be completed or changed."""
    return now <= first_at + CHANGEABLE
