"""What can be answered, for how long, and what a link opens (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from recruiting.feedback import rules as feedback
from recruiting.pipeline.rules import SILENT_OUTCOMES, Outcome, Turn
from recruiting.workdays import DAY, Office, in_months

LONGEST_TEXT = 500  # of the line that may go along
LONGEST_TIME = timedelta(days=92)  # that can be asked for; whoever needs more says "later"
CHANGED_WITHIN = timedelta(days=7)  # an answer that was given
MOST_DIGITS = 9  # of the number of a thing; more fits into no column
SPANS = tuple(timedelta(weeks=weeks) for weeks in (1, 2, 4))  # proposed to who needs time


class Purpose(StrEnum):
    """What a link is for; a link of one purpose opens nothing else."""

    ANSWER = "answer"  # of an application
    REOPEN = "reopen"  # of an application
    STATUS = "status"  # of an application
    STOP = "stop"  # of an address


# Links for which a new one can be asked for. One to stop lives as long as anybody keeps a mail.
RENEWABLE = frozenset({Purpose.ANSWER, Purpose.REOPEN, Purpose.STATUS})

# How long links of each purpose live. To stop is a wish without a term.
LIVES: dict[Purpose, timedelta] = {
    Purpose.ANSWER: timedelta(days=30),
    Purpose.REOPEN: timedelta(days=30),
    Purpose.STATUS: timedelta(days=180),
    Purpose.STOP: timedelta(days=730),
}


class Choice(StrEnum):
    """What a candidate says."""

    INTERESTED = "interested"
    MORE_TIME = "more_time"
    LATER = "later"  # not now; ends kindly
    WITHDRAW = "withdraw"
    GO_ON = "go_on"  # said to a closing notice: this is wrong


class When(StrEnum):
    """When somebody who says "later" might be asked again."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    UNKNOWN = "unknown"


MONTHS = {When.QUARTER: 3, When.HALF_YEAR: 6, When.YEAR: 12}
ENDS = frozenset({Choice.LATER, Choice.WITHDRAW})
TAPPED = (Choice.INTERESTED, Choice.MORE_TIME, Choice.LATER, Choice.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was sent; `until` goes with more time, `when` and `may_ask` with later."""

    choice: Choice
    text: str = ""
    until: date | None = None
    when: When | None = None
    may_ask: bool = False  # they allow us to ask again then

    def ask_on(self, today: date) -> date | None:
        """The day from which we may ask again; none if they did not allow it."""
        months = MONTHS.get(self.when) if self.when else None
        return in_months(today, months) if self.may_ask and months else None


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that holds: given by a link, and no touch of ours has followed it."""

    choice: Choice
    at: datetime
    until: date | None = None
    words: str = ""

    @property
    def changeable_until(self) -> datetime:
        """Until when it can be changed."""
        return self.at + CHANGED_WITHIN

    def says(self, answer: Answer) -> bool:
        """Whether an answer adds nothing: the same once more, as with a second click."""
        is_same = (self.choice, self.until) == (answer.choice, answer.until)
        return is_same and answer.text in {"", self.words}


class Fault(StrEnum):
    """Why an answer cannot be taken as it is."""

    NO_DAY = "no_day"
    PAST_DAY = "past_day"
    DISTANT_DAY = "distant_day"
    NO_WHEN = "no_when"
    NO_TIME = "no_time"  # to be asked again at
    LONG_TEXT = "long_text"


def faults(answer: Answer, today: date) -> list[Fault]:
    """Everything that keeps an answer from being taken; `today` is the office's day."""
    is_time, until = answer.choice is Choice.MORE_TIME, answer.until
    checks = (
        (Fault.NO_DAY, is_time and until is None),
        (Fault.PAST_DAY, is_time and until is not None and until <= today),
        (Fault.DISTANT_DAY, is_time and until is not None and until > today + LONGEST_TIME),
        (Fault.NO_WHEN, answer.choice is Choice.LATER and answer.when is None),
        (Fault.NO_TIME, answer.may_ask and answer.when is When.UNKNOWN),
        (Fault.LONG_TEXT, long_text(answer.text)),
    )
    return [fault for fault, holds in checks if holds]


def long_text(text: str) -> bool:
    """Whether a line is longer than what may go along."""
    return len(text) > LONGEST_TEXT


def offered(
    outcome: Outcome | None, turn: Turn, given: Given | None, now: datetime
) -> tuple[Choice, ...]:
    """Which answers an application takes at `now`, given the one that holds.

    While the next word is theirs, all; an answer that was given can be changed for some days. Who
    ended it by a tap can take that back within the same days; what was ended otherwise, and not
    because nobody answered, is not opened by a tap.
    """
    may_change = given is not None and now <= given.changeable_until
    if outcome is None:
        is_free = given is None or given.choice in ENDS or turn is Turn.CANDIDATE
        # Where the next word is ours, "more time" would take our debt away.
        is_ours = turn is Turn.US and (given is None or not may_change)
        fitting = tuple(one for one in TAPPED if one is not Choice.MORE_TIME or not is_ours)
        return fitting if is_free or may_change else ()
    if outcome in SILENT_OUTCOMES:
        return TAPPED
    was_tapped = outcome is Outcome.WITHDRAWN and given is not None and given.choice in ENDS
    return (Choice.INTERESTED,) if was_tapped and may_change else ()


def offered_beside(
    outcome: Outcome | None, turn: Turn, given: Given | None, now: datetime
) -> tuple[Choice, ...]:
    """The same on the page that shows where an application stands.

    To stop is possible at any time there, so that its button tells nothing; that they go on, they
    need say only where we wait for it. Of what was closed for want of an answer they say that it
    is wrong, see `contests`, or that they withdraw: then it is their no, and no silence. There is
    nothing left to put off.
    """
    if outcome in SILENT_OUTCOMES:
        return (Choice.WITHDRAW,)
    found = set(offered(outcome, turn, given, now))
    if outcome is None:
        found |= ENDS
        if turn is not Turn.CANDIDATE:
            found -= {Choice.INTERESTED}
    return tuple(one for one in TAPPED if one in found)


def holding(outcome: Outcome | None, given: Given | None) -> Given | None:
    """The answer that a page repeats: the one from which the present state came."""
    if given is None or outcome in SILENT_OUTCOMES:
        return None
    ended = given.choice in ENDS
    return (
        given
        if ended is (outcome is Outcome.WITHDRAWN) and outcome in {None, Outcome.WITHDRAWN}
        else None
    )


def may_go_on(outcome: Outcome | None, turn: Turn, given: Given | None) -> bool:
    """Whether there is anything to open, or to say to those who closed it."""
    if outcome in SILENT_OUTCOMES:
        return True
    if given is not None and given.choice is Choice.GO_ON:
        return False
    return outcome is not None or turn is Turn.CANDIDATE


def contests(
    outcome: Outcome | None, turn: Turn, given: Given | None, options: tuple[Choice, ...]
) -> bool:
    """Whether the page of what has ended offers "this is wrong": not beside a tap that says so."""
    is_said = Choice.INTERESTED in options
    return outcome is not None and not is_said and may_go_on(outcome, turn, given)


def proposed_days(today: date, office: Office) -> list[date]:
    """The days until which more time is proposed: working days, the nearest first."""
    return [_open_from(today + span, office) for span in SPANS]


def _open_from(day: date, office: Office) -> date:
    while not office.is_open(day):
        day += DAY
    return day


# --- how an answer is known again ----------------------------------------------------------------

_PREFIX = "answer:"


def external_id(choice: Choice, number: str) -> str:
    """What an event bears that an answer became; `number` tells it from all others."""
    return f"{_PREFIX}{choice}:{number}"


def choice_of(external: str | None) -> Choice | None:
    """The answer that an event was; none if it was another event."""
    if external is None or not external.startswith(_PREFIX):
        return None
    said = external.removeprefix(_PREFIX).partition(":")[0]
    return Choice(said) if said in set(Choice) else None


_CHANGED = "changed:"


def changed_id(choice: feedback.Choice, number: str) -> str:
    """What an event bears that is a changed word of exit feedback, for a person to read."""
    return f"{_CHANGED}{choice}:{number}"


def changed_to(external: str | None) -> feedback.Choice | None:
    """What somebody says now in exit feedback; none if the event was another one."""
    if external is None or not external.startswith(_CHANGED):
        return None
    said = external.removeprefix(_CHANGED).partition(":")[0]
    return feedback.Choice(said) if said in set(feedback.Choice) else None


def number_in(thing: str) -> int | None:
    """The number of the thing that a link names; none if it is none of ours."""
    return int(thing) if thing.isascii() and thing.isdigit() and len(thing) <= MOST_DIGITS else None
