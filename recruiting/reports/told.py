"""Which anonymous answers a report counts, and a table of what was answered (pure).

A figure of anonymous answers must belong to a group that is large enough, and so must every
difference between two days' figures. Answers come in weeks, each complete when it begins; a report
counts whole weeks, up to the last at which those added since the last such week were enough. So
what one day shows more than another is always a large enough group of its own. Nothing divides
these answers further, and answers with a name stand in a column beside them, never in one sum.
Which weeks these are says `feedback.rules.counted_until`.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

from recruiting.dialogues.rules import NO_RESULT, RESULTS
from recruiting.feedback.rules import SCALE, Choice, Reason

COLUMNS = ("item", "answer", "named", "anonymous", "hidden")
ALL = "all"  # the line of how many answered


@dataclass(frozen=True)
class Tally:
    """How often what was answered, by how many; the texts are nobody's in particular."""

    number: int = 0
    choices: Counter[Choice] = field(default_factory=Counter)
    reasons: Counter[Reason] = field(default_factory=Counter)
    knew_next: Counter[int] = field(default_factory=Counter)
    again: Counter[int] = field(default_factory=Counter)
    others: list[str] = field(default_factory=list)
    wishes: list[str] = field(default_factory=list)
    dialogues: Counter[str] = field(default_factory=Counter)  # what became of each


def shown(tally: Tally, smallest: int) -> Tally | None:
    """A tally that is large enough; none otherwise."""
    return tally if tally.number >= smallest else None


def lines(named: Tally | None, anonymous: Tally | None) -> list[dict[str, object]]:
    """One line for each answer that can be given; what is hidden is none."""
    found = [_line(ALL, ALL, _number(named), _number(anonymous))]
    items: tuple[tuple[str, list[Choice] | list[Reason] | list[int] | list[str]], ...] = (
        ("choices", [*Choice]),
        ("reasons", [*Reason]),
        ("knew_next", [*SCALE]),
        ("again", [*SCALE]),
        ("dialogues", [*RESULTS, NO_RESULT]),
    )
    for item, codes in items:
        for code in codes:
            sides = (getattr(side, item)[code] if side else None for side in (named, anonymous))
            found.append(_line(item, str(code), *sides))
    return found


def spreadsheet(named: Tally | None, anonymous: Tally | None) -> str:
    """The same as CSV (RFC 4180); codes and numbers alone stand in it."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows(lines(named, anonymous))
    return stream.getvalue()


def _number(tally: Tally | None) -> int | None:
    return tally.number if tally else None


def _line(item: str, answer: str, named: int | None, anonymous: int | None) -> dict[str, object]:
    hidden = {
        (False, False): "no",
        (True, False): "named",
        (False, True): "anonymous",
        (True, True): "both",
    }[named is None, anonymous is None]
    values = (item, answer, named, anonymous, hidden)
    return dict(zip(COLUMNS, values, strict=True))
