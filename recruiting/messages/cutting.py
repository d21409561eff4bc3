"""Take a link out of a text, with the sentence that it belongs to (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable

Match = re.Match[str]
_PARAGRAPH = re.compile(r"\n{2,}")
_END = re.compile(r"(?<=\w{3})[.!?]+[\"”“)]?\s+")  # of a sentence; of no "z. B." and no "Dr."
_REST = re.compile(r"[^.!?\n]*[.!?]*\s*")  # of the sentence or the line behind a link


def without(text: str, link: re.Pattern[str], is_gone: Callable[[Match], bool]) -> str:
    """A text without those of its links that are gone, nor the sentences that lead to them.

    No other link goes with them: where one stands in the same sentence the line goes, or else the
    link alone; and a text that would be empty loses the links alone.
    """
    if not any(map(is_gone, link.finditer(text))):
        return text
    cut = (_cut(one, link, is_gone) for one in _PARAGRAPH.split(text))
    kept = "\n\n".join(one for one in cut if one)
    return kept or link.sub(lambda match: "" if is_gone(match) else match[0], text).strip()


def _cut(paragraph: str, link: re.Pattern[str], is_gone: Callable[[Match], bool]) -> str:
    while gone := next(filter(is_gone, link.finditer(paragraph)), None):
        start, stop = next(
            (start, stop)
            for start, stop in _spans(paragraph, gone)
            if all(map(is_gone, link.finditer(paragraph, start, stop)))
        )
        paragraph = (paragraph[:start] + paragraph[stop:]).strip()
    return paragraph


def _spans(paragraph: str, gone: Match) -> list[tuple[int, int]]:
    """What may go with a link, the most before: its sentence, its line, and nothing."""
    ends = (one.end() for one in _END.finditer(paragraph, 0, gone.start()))
    rest = _REST.match(paragraph, gone.end())
    line = paragraph.rfind("\n", 0, gone.start()) + 1
    line_end = paragraph.find("\n", gone.end())
    return [
        (max(ends, default=0), rest.end() if rest else gone.end()),
        (line, line_end + 1 or len(paragraph)),
        gone.span(),
    ]
