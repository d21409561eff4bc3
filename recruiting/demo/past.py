"""Stories that have ended: how each outcome comes about."""

from __future__ import annotations

from collections.abc import Callable

from recruiting.demo import scenes, silences
from recruiting.demo.employer import HR
from recruiting.demo.story import Due, Story
from recruiting.demo.times import Gap
from recruiting.pipeline.rules import Channel, Kind

WHY_THEY_LEAVE = {
    "applied": ("offer", "life", "pace"),
    "call": ("offer", "terms", "life", "pace"),
    "task": ("effort", "effort", "offer"),
    "talk": ("offer", "terms", "pace"),
    "offer": ("offer", "terms"),
}


def rejected_unasked(s: Story) -> None:
    """The documents were enough to decide."""
    scenes.applies(s)
    scenes.rejects(s, "applied")


def rejected_facts(s: Story) -> None:
    """The answer to our questions showed that it does not fit."""
    scenes.applies(s)
    scenes.facts(s)
    scenes.rejects(s, "applied")


def rejected(part: str) -> Callable[[Story], None]:
    """We say no after a part; sometimes we first have to excuse ourselves for being late."""

    def tell(s: Story) -> None:
        scenes.until(s, part)
        if s.owner.slips > s.rng.random() * 2:
            s.ours("delay", gap=s.workdays(4, 5), due=Due(4))
        scenes.rejects(s, part)

    return tell


def hired(s: Story) -> None:
    """All went well."""
    scenes.until(s, "talk")
    scenes.offer(s)
    s.theirs("accept", gap=s.reply(1.2))
    s.close(Kind.HIRE, "hired", s.workdays(2, 4))


def withdrawn(part: str) -> Callable[[Story], None]:
    """They leave in a part, in words, mostly when we have just asked something."""

    def tell(s: Story) -> None:
        if part == "applied":
            scenes.applies(s)
            if s.rng.random() < 0.5:
                scenes.asks_in(s, "applied")
                scenes.withdraws(s, "offer", "life")
            else:
                scenes.withdraws(s, *WHY_THEY_LEAVE[part], gap=s.workdays(2, 6))
            return
        if part == "offer":
            scenes.until(s, "talk")
            scenes.offer(s)
        else:
            scenes.before(s, part)
            scenes.asks_in(s, part)
        if s.rng.random() < 0.25:
            silences.asks_again(s, 1, silences.first_wait(s))
        scenes.withdraws(s, *WHY_THEY_LEAVE[part])

    return tell


def ghosted(part: str) -> Callable[[Story], None]:
    """They were in touch, and fall silent in a part; a person confirms it."""

    def tell(s: Story) -> None:
        _silent_in(s, part)
        silences.is_closed(s, Kind.GHOSTED, HR if s.rng.random() < 0.2 else None)

    return tell


def _silent_in(s: Story, part: str) -> None:
    if part == "applied":
        scenes.applies(s)
        s.ask("facts", gap=s.our_answer())
        s.theirs(f"ask.{s.rng.choice(s.job.topics)}", gap=s.reply())
        s.ask(*scenes.answer(s), "facts", gap=s.our_answer())
    else:
        scenes.before(s, part)
        scenes.asks_in(s, part)
        if part == "task" and s.rng.random() < 0.3:
            s.theirs("task_ok", gap=s.reply(0.6), awaits=False)
    silences.falls_silent(s)


def ghosted_after_no_show(s: Story) -> None:
    """They miss the interview and are not heard of again."""
    scenes.before(s, "talk")
    scenes.asks_for(s, "talk")
    scenes.misses(s, "talk")
    silences.asks_again(s, 2, s.workdays(4, 5))
    silences.is_closed(s, Kind.GHOSTED)


def no_show_and_back(s: Story) -> None:
    """They miss the call, apologise, and we talk after all."""
    scenes.before(s, "call")
    scenes.asks_for(s, "call")
    scenes.misses(s, "call")
    s.theirs("sorry", gap=s.reply(0.5))
    s.ask("call_slots", gap=Gap(workdays=s.rng.randint(0, 1)))
    scenes.agrees(s, "call")
    scenes.rejects(s, "call")


def never_applied(s: Story) -> None:
    """They applied, and never answered."""
    scenes.applies(s)
    scenes.asks_in(s, "applied")
    silences.falls_silent(s)
    silences.is_closed(s, Kind.NEVER_RESPONDED)


def never_sourced(s: Story) -> None:
    """We wrote, and they never answered."""
    scenes.is_sourced(s)
    silences.asks_again(s, 1, s.workdays(4, 5))
    s.ask("sourced_again", gap=s.workdays(5, 6), offers_no=True)
    s.close(Kind.NEVER_RESPONDED, "note.never_responded", s.workdays(6, 8), minutes=5)


def unreachable(s: Story) -> None:
    """No word of ours can arrive."""
    scenes.applies(s)
    scenes.asks_in(s, "applied")
    silences.bounces(s)
    s.close(Kind.UNREACHABLE, "note.unreachable", s.workdays(3, 5), minutes=5)


def reopened(ending: str) -> Callable[[Story], None]:
    """Called silent, and heard of after all; the late answer reopens the application."""

    def tell(s: Story) -> None:
        part = "task" if s.job.task else "call"
        _silent_in(s, part)
        silences.is_closed(s, Kind.GHOSTED)
        s.theirs("late", gap=Gap(workdays=s.rng.randint(3, 6)))
        s.ask("late", gap=Gap(workdays=s.rng.randint(0, 1)))
        if ending == "withdrawn":
            scenes.withdraws(s, "offer")
        else:
            scenes.agrees(s, "call")
            scenes.rejects(s, "call")

    return tell


def paused(s: Story) -> None:
    """They ask for time, get it, and we decide later."""
    scenes.before(s, "call")
    scenes.asks_for(s, "call")
    s.theirs("pause", gap=s.reply(), due=Due(8))
    s.ours("pause", gap=s.workdays(0, 1), due=Due(7))
    s.close(Kind.PAUSED, "note.paused", s.soon(2, 9), due=Due(7))
    s.ask("call_slots", gap=s.workdays(8, 9))
    scenes.agrees(s, "call")
    scenes.rejects(s, "call")


def away(s: Story) -> None:
    """A machine answers first, the candidate after the holidays."""
    scenes.before(s, "call")
    scenes.asks_for(s, "call")
    s.machine(Kind.AUTO_REPLY, "auto", due=Due(6))
    s.theirs("pick_later", gap=s.workdays(6, 7))
    scenes.sets(s, "call")
    s.meeting(s.workdays(1, 3))
    s.note("note.call", s.soon(40, 120), minutes=10)
    scenes.rejects(s, "call")


def new_owner(s: Story) -> None:
    """A colleague takes over in the middle, and it goes on."""
    scenes.before(s, "call")
    colleague = next(one for one in s.job.owners if one is not s.owner)
    s.close(Kind.OWNER_CHANGED, "note.owner_changed", s.workdays(0, 1), subject=colleague.email)
    s.owner = colleague
    scenes.call(s)
    scenes.rejects(s, "call")


def by_phone(s: Story) -> None:
    """They answer our follow-up on the phone, and it goes on."""
    scenes.applies(s)
    s.ask("facts", gap=s.our_answer())
    silences.asks_again(s, 1, s.workdays(4, 5))
    s.theirs("calls_back", gap=s.reply(), channel=Channel.PHONE)
    scenes.call(s)
    scenes.rejects(s, "call")
