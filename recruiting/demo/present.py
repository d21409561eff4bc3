"""Stories that still run: one for each state that an application can be in."""

from __future__ import annotations

from collections.abc import Callable

from recruiting.demo import past, scenes
from recruiting.demo.story import Due, Story
from recruiting.demo.times import Gap
from recruiting.pipeline.rules import Channel, Kind


def ends(s: Story, least: int, most: int) -> None:
    """The last event lies this many working days before now."""
    s.ends_back = s.rng.randint(least, most)


def unread(s: Story) -> None:
    """Arrived since yesterday evening; nobody has written yet."""
    s.theirs(f"apply_{s.job.key}", gap=Gap(), channel=Channel.PORTAL)
    ends(s, 0, 0)


def fresh(s: Story) -> None:
    """Applied in these days and got the receipt."""
    scenes.applies(s)
    ends(s, 0, 1)


def unanswered(s: Story) -> None:
    """Applied a while ago and got no more than the receipt: our answer is late."""
    scenes.applies(s)
    ends(s, 6, 9)


def due_today(s: Story) -> None:
    """Answered our question, and ours is due about now."""
    scenes.applies(s)
    s.ask("facts", gap=s.our_answer())
    s.theirs("facts", gap=s.reply())
    ends(s, 3, 3)


def asked(part: str) -> Callable[[Story], None]:
    """We have just asked, and it is early days."""

    def tell(s: Story) -> None:
        to_question(s, part)
        ends(s, 0, s.job.task_days if part == "task" else 2)

    return tell


def to_question(s: Story, part: str) -> None:
    """Everything up to what we ask in a part."""
    if part == "applied":
        scenes.applies(s)
    elif part == "offer":
        scenes.until(s, "talk")
        scenes.offer(s)
        return
    else:
        scenes.before(s, part)
    scenes.asks_in(s, part)


def answered(s: Story) -> None:
    """They answered what we wanted to know; we read it."""
    scenes.applies(s)
    s.ask("facts", gap=s.our_answer())
    s.theirs("facts", gap=s.reply())
    ends(s, 0, 1)


def returned(s: Story) -> None:
    """The assignment is back, and we are to decide."""
    scenes.before(s, "task")
    scenes.is_given_task(s)
    s.theirs("task_in", gap=s.workdays(3, 4))
    ends(s, 0, 5)


def ahead(part: str) -> Callable[[Story], None]:
    """A meeting is agreed for one of the next days."""

    def tell(s: Story) -> None:
        scenes.before(s, part)
        scenes.asks_for(s, part)
        s.theirs("pick", gap=s.reply())
        scenes.sets(s, part, thanked=s.rng.random() < 0.7)
        s.meeting(Gap())
        s.ahead = s.rng.randint(1, 5)
        ends(s, 0, 1)

    return tell


def held(part: str) -> Callable[[Story], None]:
    """A meeting took place in these days; the next word is ours."""

    def tell(s: Story) -> None:
        scenes.before(s, part)
        scenes.asks_for(s, part)
        scenes.agrees(s, part)
        ends(s, 0, 1)
        if part == "talk":
            s.ours("notice", gap=Gap(workdays=1), due=Due(5, from_now=True))

    return tell


def held_long_ago(s: Story) -> None:
    """The interview is a week ago, and we have not said a word since."""
    scenes.before(s, "talk")
    scenes.asks_for(s, "talk")
    scenes.agrees(s, "talk")
    ends(s, 5, 7)


def paused(s: Story) -> None:
    """They asked for time until a day that is still to come."""
    to_question(s, "call")
    until = Due(s.rng.randint(4, 14), from_now=True)
    s.theirs("pause", gap=s.reply(), due=until)
    s.ours("pause", gap=s.workdays(0, 1), due=until)
    s.close(Kind.PAUSED, "note.paused", s.soon(2, 9), due=until)
    ends(s, 1, 4)


def came_back(s: Story) -> None:
    """Called silent weeks ago, and yesterday they wrote: it is our turn again."""
    past.ghosted("task" if s.job.task else "call")(s)
    s.theirs("late", gap=Gap(workdays=s.rng.randint(4, 9)))
    ends(s, 0, 1)


def wrote_after_end(s: Story) -> None:
    """We said no, and they ask why: somebody should answer."""
    past.rejected("talk")(s)
    s.theirs("after_end", gap=s.reply())
    ends(s, 1, 4)
