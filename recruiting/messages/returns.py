"""When somebody who is away comes back, as an automatic answer says in German or English (pure).

The answer is the first day back. A day without a year is the next such day after the mail was
written, at most half a year ahead; what is read two ways (3/12) is the American month first only
where the other reading is no such day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

DAY = timedelta(days=1)
FARTHEST = timedelta(days=184)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar jänner jan", "february februar feb", "march märz mrz mar maerz",
            "april apr", "may mai", "june juni jun", "july juli jul", "august aug",
            "september sept sep", "october oktober oct okt", "november nov",
            "december dezember dec dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday montag", "tuesday dienstag", "wednesday mittwoch", "thursday donnerstag",
         "friday freitag", "saturday samstag sonnabend", "sunday sonntag")
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_FORMS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:\s?(?P<y>\d{4}|\d{2})\b)?"),
    re.compile(rf"(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s?(?:of )?(?P<n>{_MONTH})\b\.?"
               r"(?:,?\s?(?P<y>\d{4}))?"),
    re.compile(rf"(?P<n>{_MONTH})\b\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s?(?P<y>\d{{4}}))?"),
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})(?:/(?P<y>\d{4}|\d{2})\b)?"),
)  # fmt: skip
# How the words before a day say what it is: the first day back, or the last one away.
_BACK = re.compile(r"(back|return\w*|again|available|reachable|wieder|zurück|erreichbar|ab dem|ab"
                   r"|in the office|im büro|from|as of)\b")  # fmt: skip
_AFTER = re.compile(r" (wieder|zurück|back)\b")
_LAST = re.compile(r"\b(until|till|through|thru|to|bis|einschließlich|inclusive|including)\b")
_NEAR = 60  # characters before a day in which its word stands
_NAMED = re.compile(rf"\b({'|'.join(WEEKDAYS)})\b")


def returns_on(text: str, written_on: date) -> date | None:
    """The first day back that a text names; none if it names none that can be meant."""
    words = re.sub(r"\s+", " ", text).lower()
    back, last = [], []
    for day, start, end in _days(words, written_on):
        before, after = words[max(0, start - _NEAR) : start], words[end : end + 30]
        said_last = _last_of(_LAST, before)
        said_back = max(_last_of(_BACK, before), 0 if _AFTER.match(after) else -1)
        if said_last > said_back:
            last.append(day)
        elif said_back >= 0:
            back.append(day)
    later = [day for day in back if day > written_on and day not in last]
    if last:
        ends = max(last)
        return min((day for day in later if day > ends), default=ends + DAY)
    return max(later, default=None) or _weekday(words, written_on)


def _last_of(pattern: re.Pattern[str], text: str) -> int:
    """Where a pattern occurs last; -1 if it does not."""
    return max((found.start() for found in pattern.finditer(text)), default=-1)


def _days(words: str, written_on: date) -> Iterator[tuple[date, int, int]]:
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        for found in form.finditer(words):
            start, end = found.span()
            if any(start < other and begun < end for begun, other in taken):
                continue
            taken.append((start, end))
            if (day := _day(found.groupdict(), written_on)) is not None:
                yield day, start, end


def _day(said: dict[str, str | None], written_on: date) -> date | None:
    day = int(said["d"] or 0)
    name = said.get("n")
    month = MONTHS[name] if name else int(said["m"] or 0)
    year = said.get("y")
    years = [int(year) % 100 + 2000] if year else [written_on.year, written_on.year + 1]
    # The American order counts only where the other one is no day that can be meant.
    for one_month, one_day in ((month, day), (day, month))[: 1 + ("n" not in said)]:
        for one_year in years:
            try:
                found = date(one_year, one_month, one_day)
            except ValueError:
                continue
            if written_on - DAY <= found <= written_on + FARTHEST:
                return found
    return None


def _weekday(words: str, written_on: date) -> date | None:
    """`back on Monday`: the next one after the mail was written."""
    for found in _NAMED.finditer(words):
        before = words[max(0, found.start() - 40) : found.start()]
        if _BACK.search(before) and not _LAST.search(before):
            ahead = (WEEKDAYS[found[1]] - written_on.weekday() - 1) % 7 + 1
            return written_on + ahead * DAY
    return None
