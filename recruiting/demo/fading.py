"""Stories that still run, and in which the other side has not answered in time or cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from recruiting.demo import scenes, silences
from recruiting.demo.present import ends, to_question
from recruiting.demo.story import Due, Story
from recruiting.pipeline.rules import Kind

DAYS_AWAY = (3, 9)  # working days from now until the day of return


def due(part: str) -> Callable[[Story], None]:
    """Their time is over; a follow-up is in order."""

    def tell(s: Story) -> None:
        to_question(s, part)
        wait = silences.first_wait(s).workdays or 0
        s.ends_back = wait + s.rng.randint(0, 2)

    return tell


def due_sourced(s: Story) -> None:
    """We wrote to somebody who has not answered yet."""
    scenes.is_sourced(s)
    ends(s, 4, 6)


def quiet(part: str, *, phone: bool = False) -> Callable[[Story], None]:
    """One follow-up was sent and its time is over too; without a number, mail is all there is."""

    def tell(s: Story) -> None:
        if phone:
            _can_be_called(s)
        else:
            s.person = replace(s.person, phone=None)
        to_question(s, part)
        if phone:
            silences.calls(s, silences.first_wait(s))
        else:
            silences.asks_again(s, 1, silences.first_wait(s))
        ends(s, 5, 7)

    return tell


def _can_be_called(s: Story) -> None:
    number = s.person.phone or f"+49 40 66969 {s.rng.randrange(1000):03}"
    s.person = replace(s.person, phone=number)


def quiet_by_mail(s: Story) -> None:
    """Two mails, though a number is known: before anybody is called silent, somebody must ring."""
    _can_be_called(s)
    to_question(s, "call")
    s.ask("follow_1", gap=silences.first_wait(s), offers_no=True)
    ends(s, 5, 8)


def quiet_sourced(s: Story) -> None:
    """Two messages to somebody who never wrote."""
    scenes.is_sourced(s)
    silences.asks_again(s, 1, s.workdays(4, 5))
    ends(s, 5, 7)


def ladder_through(s: Story) -> None:
    """The question and two follow-ups without an answer: a person decides."""
    to_question(s, "task")
    silences.asks_again(s, 1, silences.first_wait(s))
    silences.asks_again(s, 2, s.workdays(5, 6))
    ends(s, 6, 8)


def never_answered(s: Story) -> None:
    """As before, but there was never any contact."""
    scenes.applies(s)
    scenes.asks_in(s, "applied")
    silences.asks_again(s, 1, s.workdays(4, 5))
    silences.asks_again(s, 2, s.workdays(5, 6))
    ends(s, 6, 8)


def never_sourced(s: Story) -> None:
    """The same with somebody we wrote to."""
    scenes.is_sourced(s)
    silences.asks_again(s, 1, s.workdays(4, 5))
    s.ask("sourced_again", gap=s.workdays(5, 6), offers_no=True)
    ends(s, 6, 8)


def left_open(s: Story) -> None:
    """They asked, we wrote past it, they are silent: our side comes first."""
    s.person = replace(s.person, phone=None)
    scenes.applies(s)
    s.ask("facts", gap=s.our_answer())
    s.theirs("facts", f"ask.{s.rng.choice(s.job.topics)}", gap=s.reply())
    scenes.asks_for(s, "call", open_question=True)
    s.ask("follow_1", gap=s.workdays(4, 5), offers_no=True, leaves_open=True)
    ends(s, 5, 7)


def away(s: Story) -> None:
    """Our question met an absence note."""
    to_question(s, "call")
    s.machine(Kind.AUTO_REPLY, "auto", due=Due(s.rng.randint(*DAYS_AWAY), from_now=True))
    ends(s, 1, 4)


def bounced(s: Story) -> None:
    """Our question came back."""
    s.person = replace(s.person, phone=None)
    scenes.applies(s)
    scenes.asks_in(s, "applied")
    silences.bounces(s)
    ends(s, 1, 5)


def missed(*, is_over: bool) -> Callable[[Story], None]:
    """They did not come; we wrote, and wait, or have waited long enough."""

    def tell(s: Story) -> None:
        scenes.before(s, "call")
        scenes.asks_for(s, "call")
        scenes.misses(s, "call")
        ends(s, *((4, 6) if is_over else (1, 2)))

    return tell
