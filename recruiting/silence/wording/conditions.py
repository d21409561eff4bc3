"""The conditions before anybody is called silent, in words: met, not met, or to be attested."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from recruiting.pipeline.models import Event
from recruiting.pipeline.wording import CHANNELS, day_words, last_day, weekday_words
from recruiting.silence.queries import Evidence
from recruiting.silence.rules import FEWEST_ATTEMPTS, Condition, Met, Rule
from recruiting.silence.wording.steps import NextStep

LONGEST_QUOTE = 240


@dataclass(frozen=True, slots=True)
class Check:
    """One condition in words, as the evidence shows it."""

    text: str
    state: str  # met, not_met or attest
    reason: str = ""
    name: str = ""  # of its checkbox, where a person attests it
    checked: bool = False
    href: str = ""
    link: str = ""
    is_fault: bool = False  # not met, and it is we who left something undone or it is in doubt
    is_missing: bool = False  # its checkbox was sent without a tick


_MET = {
    Rule.CONTACT: _l("Was in touch before"),
    Rule.PLAIN_QUESTION: _l("The question was plain and offered an easy no"),
    Rule.DELIVERED: _l("Nothing came back undelivered"),
    Rule.PRESENT: _l("No absence and no pause is running"),
    Rule.OUR_SIDE: _l("We left no question of theirs open"),
}
_NOT_MET = {
    Rule.THEIR_TURN: _l("It is not the candidate's turn: the next word is ours"),
    Rule.CONTACT: _l("There was no word from the candidate before, so no contact broke off"),
    Rule.PLAIN_QUESTION: _l("None of our messages offered an easy no"),
    Rule.OUR_SIDE: _l("We left a question of theirs open"),
}
# Not met, these are ours to mend; the others wait for time, for a further attempt or for them.
FAULTS = frozenset({Rule.THEIR_TURN, Rule.PLAIN_QUESTION, Rule.DELIVERED, Rule.OUR_SIDE})
_STATE_OF = {Met.YES: "met", Met.NO: "not_met", Met.ATTEST: "attest"}


def checks(
    found: Evidence,
    rules: Collection[Rule],
    *,
    as_form: bool = False,
    ticked: Collection[Rule] = (),
    missing: Collection[Rule] = (),
    remedies: Mapping[Rule, NextStep] | None = None,
    attested_by: str = "",
) -> list[Check]:
    """The conditions for an outcome in words, each unmet one with its remedy if there is one.

    `as_form` gives what a person attests a checkbox; `ticked` are those that were ticked,
    `missing` those that should have been. `attested_by` is who has attested it already.
    """
    said = []
    for condition in found.conditions:
        if condition.rule not in rules:
            continue
        attests = as_form and condition.met is Met.ATTEST
        remedy = (remedies or {}).get(condition.rule) if condition.met is Met.NO else None
        said.append(
            Check(
                _text(condition),
                "met" if attested_by and condition.met is Met.ATTEST else _STATE_OF[condition.met],
                _reason(condition, found, attested_by),
                condition.rule.value if attests else "",
                condition.rule in ticked,
                remedy.href if remedy else "",
                remedy.text if remedy else "",
                condition.met is Met.NO and condition.rule in FAULTS,
                attests and condition.rule in missing,
            )
        )
    return said


def _text(condition: Condition) -> str:
    rule, figures = condition.rule, condition.figures
    if condition.met is Met.ATTEST and rule is Rule.OUR_SIDE:
        return _("Our reply answered their question")
    plain = _NOT_MET if condition.met is Met.NO else _MET
    if rule in plain:
        return str(plain[rule])
    return _COUNTED[rule](condition.met is Met.YES, figures)


def _their_turn(met: bool, figures: dict) -> str:
    return _("It has been the candidate's turn since %(day)s", day=day_words(figures["since"]))


def _delivered(met: bool, figures: dict) -> str:
    return ngettext(
        "%(num)s message came back undelivered",
        "%(num)s messages came back undelivered",
        figures["undelivered"],
    )


def _attempts(met: bool, figures: dict) -> str:
    if met:
        return ngettext("%(num)s attempt", "%(num)s attempts", figures["attempts"])
    return ngettext(
        "Only %(num)s attempt arrived; 2 are needed",
        "Only %(num)s attempts arrived; 2 are needed",
        figures["attempts"],
    )


def _channels(met: bool, figures: dict) -> str:
    used = ", ".join(str(CHANNELS[one]) for one in figures["used"]) or _("not at all")
    if met:
        return _("Asked %(ways)s", ways=used)
    return _("Asked only %(ways)s, though another way is known", ways=used)


def _apart(met: bool, figures: dict) -> str:
    if met:
        return ngettext(
            "%(num)s working day between the first and the last attempt",
            "%(num)s working days between the first and the last attempt",
            figures["days"],
        )
    if figures["attempts"] < FEWEST_ATTEMPTS:
        return ngettext(
            "A second attempt is missing, at least %(num)s working day after the first",
            "A second attempt is missing, at least %(num)s working days after the first",
            figures["wanted"],
        )
    return ngettext(
        "Only %(num)s working day between the attempts; %(wanted)s are needed",
        "Only %(num)s working days between the attempts; %(wanted)s are needed",
        figures["days"],
        wanted=figures["wanted"],
    )


def _patience(met: bool, figures: dict) -> str:
    due_at = figures["due_at"]
    if due_at is None:
        return _("No answer is due")
    if met:
        return _("Our patience was over on %(day)s", day=day_words(last_day(due_at)))
    return _("Patience runs until %(day)s", day=weekday_words(last_day(due_at)))


def _present(met: bool, figures: dict) -> str:
    return _("Away or paused until %(day)s", day=day_words(figures["until"]))


_COUNTED = {
    Rule.THEIR_TURN: _their_turn,
    Rule.DELIVERED: _delivered,
    Rule.ATTEMPTS: _attempts,
    Rule.CHANNELS: _channels,
    Rule.APART: _apart,
    Rule.PATIENCE: _patience,
    Rule.PRESENT: _present,
}


def _reason(condition: Condition, found: Evidence, attested_by: str) -> str:
    if condition.rule is Rule.CONTACT and condition.met is Met.YES:
        count = found.reading.replies
        return ngettext("%(num)s answer of theirs", "%(num)s answers of theirs", count)
    if condition.rule is Rule.PLAIN_QUESTION and condition.met is Met.ATTEST:
        quote = quote_of(found.asked)
        if attested_by:
            return _("%(name)s read it: %(quote)s", name=attested_by, quote=quote)
        return _("Please read it: %(quote)s", quote=quote)
    if condition.rule is Rule.OUR_SIDE and found.question is not None:
        asked = question_of(found.question)
        if condition.met is Met.NO:
            return asked
        reply = quote_of([found.reply] if found.reply else [])
        if attested_by:
            return _(
                "%(name)s read both. They asked: %(asked)s; we wrote: %(reply)s",
                name=attested_by,
                asked=asked,
                reply=reply,
            )
        return _("They asked: %(asked)s; we wrote: %(reply)s", asked=asked, reply=reply)
    return ""


def quote_of(events: Collection[Event]) -> str:
    """The first of our messages that has words, quoted."""
    return next(
        (quoted(event) for event in events if event.body or event.subject), _("(no words kept)")
    )


def question_of(event: Event) -> str:
    """What an event asks, quoted: its sentences with a question mark, without what it quotes."""
    own = " ".join(line for line in event.body.splitlines() if not line.lstrip().startswith(">"))
    asked = " ".join(re.findall(r"[^.!?…]*\?", own))
    return _quoted(asked or event.body or event.subject, event)


def quoted(event: Event) -> str:
    """An event's own words, cut to what a line bears, with its day."""
    return _quoted(event.body or event.subject, event)


def _quoted(text: str, event: Event) -> str:
    words = " ".join(text.split())
    if len(words) > LONGEST_QUOTE:
        words = words[: LONGEST_QUOTE - 1].rstrip() + "…"
    return _("“%(words)s”, %(day)s", words=words, day=day_words(event.at))
