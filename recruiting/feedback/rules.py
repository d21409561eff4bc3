"""What is asked, and what can be answered: codes are stored, words are the page's."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from recruiting.accounts.rules import Actor, Role
from recruiting.pipeline.rules import Outcome

PURPOSE = "feedback"  # of the signed link
PLACE = f"/{PURPOSE}/…"  # of a link in the words of a mail: it is signed when the mail leaves
MOST_REASONS = 2
LONGEST_WISH = 500
LONGEST_OTHER = 200
LATEST = timedelta(days=730)  # how far away the day may lie until which more time is needed
SCALE = range(1, 6)
LANGUAGES = ("de", "en")
USUAL_LANGUAGE = "de"
STANDING_IN = (Role.ADMIN, Role.HR)  # for the person of trust, in this order
INVITED = frozenset({Outcome.GHOSTED, Outcome.WITHDRAWN})  # how an application must have ended


class How(StrEnum):
    """Whether an answer bears a name; asked before the first item."""

    NAMED = "named"
    ANONYMOUS = "anonymous"


class Choice(StrEnum):
    """What describes it best."""

    INTERESTED = "interested"
    MORE_TIME = "more_time"
    DECIDED_AGAINST = "decided_against"
    NOT_REACHED = "not_reached"
    NOT_SAID = "not_said"


class Reason(StrEnum):
    """What weighed most; stated by the candidate, at most two."""

    FIT = "fit"  # the role and its tasks
    IMPRESSION = "impression"  # of the employer
    PACE = "pace"  # communication and pace
    PEOPLE = "people"  # people met, the interview
    TERMS = "terms"
    OTHER_OFFER = "other_offer"
    LIFE = "life"  # time and life
    HARD_TO_SAY_NO = "hard_to_say_no"
    NO_ANSWER_NEEDED = "no_answer_needed"
    EFFORT = "effort"  # of the process
    OTHER = "other"


@dataclass(frozen=True)
class Answers:
    """The five items as filled in; what was left out is none, empty or false."""

    choice: Choice | None = None
    until: date | None = None  # with "more time"
    reasons: tuple[Reason, ...] = ()
    other_reason: str = ""
    knew_next: int | None = None  # 1 … 5
    again: int | None = None  # 1 … 5
    wish: str = ""
    may_contact: bool = False
    wants_reply: bool = False  # to be read with a dialogue key
    key_hash: str = ""  # of that key, once there is one


class Fault(StrEnum):
    """Why answers cannot be taken as they are."""

    NO_HOW = "no_how"  # with a name, or without?
    NOTHING = "nothing"
    PAST_DAY = "past_day"
    DISTANT_DAY = "distant_day"
    STRAY_DAY = "stray_day"  # beside another choice than "more time"
    NAMELESS_DAY = "nameless_day"  # it would give its author away
    NAMELESS_CONTACT = "nameless_contact"  # nobody can be contacted without a name
    NAMED_KEY = "named_key"  # who gives a name needs none
    NAMED_BEFORE = "named_before"  # something was kept with a name already
    MANY_REASONS = "many_reasons"
    LONG_OTHER = "long_other"
    LONG_WISH = "long_wish"


def completed(given: Answers) -> Answers:
    """The answers with what they imply: a text makes it "other", a day means more time."""
    choice, reasons = given.choice, tuple(dict.fromkeys(given.reasons))
    if given.until is not None and choice is None:
        choice = Choice.MORE_TIME
    if given.other_reason and Reason.OTHER not in reasons:
        reasons = (*reasons, Reason.OTHER)
    return Answers(
        choice=choice,
        until=given.until,
        reasons=reasons,
        other_reason=given.other_reason,
        knew_next=given.knew_next,
        again=given.again,
        wish=given.wish,
        may_contact=given.may_contact,
        wants_reply=given.wants_reply,
    )


def faults(answers: Answers, today: date, how: How | None) -> list[Fault]:
    """Everything that keeps completed answers from being stored; `today` is the office's day."""
    is_nameless = how is How.ANONYMOUS
    until = answers.until
    is_stray = until is not None and answers.choice not in {None, Choice.MORE_TIME}
    if is_stray:
        until = None  # whatever day it is, it belongs nowhere
    checks = (
        (Fault.NO_HOW, how is None),
        (Fault.NOTHING, replace(answers, wants_reply=False) == Answers()),
        (Fault.PAST_DAY, until is not None and until < today),
        (Fault.DISTANT_DAY, until is not None and until > today + LATEST),
        (Fault.STRAY_DAY, is_stray),
        (Fault.NAMELESS_DAY, is_nameless and until is not None),
        (Fault.NAMELESS_CONTACT, is_nameless and answers.may_contact),
        (Fault.NAMED_KEY, how is How.NAMED and answers.wants_reply),
        (Fault.MANY_REASONS, len(answers.reasons) > MOST_REASONS),
        (Fault.LONG_OTHER, len(answers.other_reason) > LONGEST_OTHER),
        (Fault.LONG_WISH, len(answers.wish) > LONGEST_WISH),
    )
    return [fault for fault, holds in checks if holds]


def clean(text: str, *, lines: bool = False) -> str:
    """A text as it is stored: trimmed, one kind of line end, nothing that cannot be seen or kept.

    Letters, emoji and writing direction stay as they are; with `lines` false it is one line.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in _UNSEEN)
    return kept.strip() if lines else " ".join(kept.split())


_UNSEEN = {"Cc", "Cs"}  # control characters and halves of a pair


def raises_alarm(answers: Answers, words: Iterable[str]) -> bool:
    """Whether a text holds one of the words, or begins a word with one, in any writing."""
    said = _folded(f"{answers.other_reason}\n{answers.wish}")
    return any(_folded(word) in said for word in words if word)


def may_read_alarms(reader: Actor, trusted: str) -> bool:
    """Whether words that raised an alarm and bear no name are for this reader.

    They are for the person of trust (`trusted`, a mail address), or for admins while none is set.
    """
    return reader.email == trusted if trusted else reader.role is Role.ADMIN


def alarm_readers(
    staff: Iterable[Actor], trusted: str, concerned: Container[str] = ()
) -> list[Actor]:
    """Who of those at work here reads words that raised an alarm; empty: nobody may.

    The person of trust; while none is set or they are `concerned` with the application, admins;
    where all of these are concerned too, human resources. Never anybody who is concerned.
    """
    outside = [one for one in staff if one.email not in concerned]
    if trusted and trusted not in concerned:
        return [one for one in outside if one.email == trusted]
    for role in STANDING_IN:
        if found := [one for one in outside if one.role is role]:
            return found
    return []


def counted_until(weeks: Mapping[date, int], today: date, smallest: int) -> date | None:
    """The last week whose anonymous answers a report of this day counts; none if there is none."""
    until, waiting = None, 0
    for week in sorted(week for week in weeks if week <= today):
        waiting += weeks[week]
        if waiting >= smallest:
            until, waiting = week, 0
    return until


def counted_from(weeks: Mapping[date, int], week: date, smallest: int) -> date | None:
    """The Monday from which a report counts the answers of a week; none: too few so far."""
    waiting = 0
    for one in sorted(weeks):
        waiting += weeks[one]
        if waiting >= smallest:
            if one >= week:
                return one
            waiting = 0
    return None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def shuffled(seed: str) -> list[Reason]:
    """The reasons in an order of their own for each view of the page; "other" stays at the end."""
    named = [reason for reason in Reason if reason is not Reason.OTHER]
    Random(seed).shuffle(named)  # noqa: S311 - an order, not a secret
    return [*named, Reason.OTHER]


def pack(reasons: Iterable[Reason]) -> str:
    """Reasons as one column holds them."""
    return " ".join(reasons)


def unpack(column: str) -> tuple[Reason, ...]:
    """The reasons in a column."""
    return tuple(Reason(code) for code in column.split())


def language_of(known: str | None) -> str:
    """The language to write to a candidate in, given the one on file."""
    return known if known in LANGUAGES else USUAL_LANGUAGE
