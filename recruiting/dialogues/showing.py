"""A dialogue as pages show it: its days, its line in a list, the wordings to begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from config import Settings
from recruiting.accounts.rules import Actor
from recruiting.dialogues import queries, wording
from recruiting.dialogues.queries import Dialogue
from recruiting.dialogues.replies import REPLIES
from recruiting.dialogues.rules import NO_RESULT, result_of
from recruiting.feedback.wording import own_words
from recruiting.pipeline.wording import date_words
from recruiting.reports.answers import counted_week


@dataclass(frozen=True)
class Entry:
    """One thing that was said; `side` is in (the candidate) or out (us)."""

    title: str
    text: str
    side: str


@dataclass(frozen=True)
class Day:
    """What was said on one day; the first words know their week alone."""

    words: str
    iso: str
    entries: list[Entry] = field(default_factory=list)


def days(dialogue: Dialogue, *, for_candidate: bool) -> list[Day]:
    """The first words and every remark, in order; neither side sees who of us wrote."""
    week = dialogue.answer.week_on
    first = Day(_("Week of %(day)s", day=date_words(week)), week.isoformat())
    first.entries.extend(
        Entry(title, said, "in") for title, said in own_words(dialogue.answer) if said
    )
    if not first.entries:
        first.entries.append(Entry(_("Without words, only what was ticked"), "", "in"))
    found, last = [first], None
    for remark in dialogue.remarks:
        if remark.said_on != last:
            last = remark.said_on
            found.append(_day(last))
        is_ours = remark.by is not None
        title = wording.title_of(remark.kind, is_ours=is_ours, for_candidate=for_candidate)
        found[-1].entries.append(Entry(title, remark.text, "out" if is_ours else "in"))
    return found


def row(dialogue: Dialogue) -> dict[str, str]:
    """Whose turn it is and what became of it, in words."""
    result = result_of(dialogue.drafts)
    if dialogue.has_ended:
        turn = _("ended")
    elif dialogue.waits_for_us:
        turn = _("waits for our answer")
    else:
        turn = _("answered")
    return {
        "turn": turn,
        "result": str(wording.RESULTS[result.value if result else NO_RESULT]),
        "week": date_words(dialogue.answer.week_on),
    }


def waiting(reader: Actor, settings: Settings, today: date) -> str:
    """That conversations wait for an answer of this reader, and no word of whose; else empty."""
    if not queries.is_reader(reader, settings.trusted):
        return ""
    until = counted_week(today, settings.smallest_group)
    number = queries.count_waiting(reader, settings.trusted, until, today=today)
    if not number:
        return ""
    return ngettext(
        "%(num)s conversation without a name waits for an answer.",
        "%(num)s conversations without a name wait for an answer.",
        number,
    )


def replies(answer_id: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Saved wordings by language, each as (words, address that fills the form, not the current)."""
    return [
        (
            str(words),
            [
                (str(wording.REPLIES[name]), _filled(answer_id, f"{name}-{language}"), False)
                for name in REPLIES
            ],
        )
        for language, words in wording.BEGIN_IN.items()
    ]


def _filled(answer_id: str, name: str) -> str:
    return url_for("dialogues.one", answer_id=answer_id, wording=name, _anchor="answer")


def _day(day: date) -> Day:
    return Day(date_words(day), day.isoformat())
