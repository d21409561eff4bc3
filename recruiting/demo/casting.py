"""Who gets which story: how many of each, from which source, in whose hands, ending when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random

from recruiting.demo import fading, past, present
from recruiting.demo.employer import (
    JOBS,
    LEAKING_SOURCE,
    SOURCED,
    SOURCES,
    TOBIAS,
    JobPlan,
    Staff,
)
from recruiting.demo.people import Person, people
from recruiting.demo.placing import place
from recruiting.demo.story import Story
from recruiting.demo.times import Hours

Plot = Callable[[Story], None]

SPAN = timedelta(days=272)  # nine months
RECENT = 30  # days
LATELY = 21  # days
LEAVING = ("ghosted", "withdrawn")
LEFT_LATELY = 8  # one in so many of those who left did so lately: their invitations are open
QUIET_BEFORE_NOW = timedelta(hours=20)  # no story of the past ends later

PAST: dict[str, Plot] = {
    "rejected unasked": past.rejected_unasked,
    "rejected facts": past.rejected_facts,
    "rejected call": past.rejected("call"),
    "rejected task": past.rejected("task"),
    "rejected talk": past.rejected("talk"),
    "hired": past.hired,
    "withdrawn applied": past.withdrawn("applied"),
    "withdrawn call": past.withdrawn("call"),
    "withdrawn task": past.withdrawn("task"),
    "withdrawn talk": past.withdrawn("talk"),
    "withdrawn offer": past.withdrawn("offer"),
    "ghosted applied": past.ghosted("applied"),
    "ghosted call": past.ghosted("call"),
    "ghosted task": past.ghosted("task"),
    "ghosted talk": past.ghosted("talk"),
    "ghosted no-show": past.ghosted_after_no_show,
    "never applied": past.never_applied,
    "never sourced": past.never_sourced,
    "unreachable": past.unreachable,
    "reopened withdrawn": past.reopened("withdrawn"),
    "reopened rejected": past.reopened("rejected"),
    "no-show and back": past.no_show_and_back,
    "paused": past.paused,
    "away": past.away,
    "new owner": past.new_owner,
    "by phone": past.by_phone,
}
PRESENT: dict[str, Plot] = {
    "unread": present.unread,
    "fresh": present.fresh,
    "unanswered": present.unanswered,
    "due today": present.due_today,
    "asked facts": present.asked("applied"),
    "asked call": present.asked("call"),
    "asked task": present.asked("task"),
    "asked offer": present.asked("offer"),
    "answered": present.answered,
    "returned": present.returned,
    "ahead call": present.ahead("call"),
    "ahead talk": present.ahead("talk"),
    "held call": present.held("call"),
    "held talk": present.held("talk"),
    "held long ago": present.held_long_ago,
    "due facts": fading.due("applied"),
    "due call": fading.due("call"),
    "due task": fading.due("task"),
    "due sourced": fading.due_sourced,
    "quiet task": fading.quiet("task"),
    "quiet talk": fading.quiet("talk"),
    "quiet called": fading.quiet("call", phone=True),
    "quiet by mail": fading.quiet_by_mail,
    "quiet sourced": fading.quiet_sourced,
    "ladder through": fading.ladder_through,
    "never answered": fading.never_answered,
    "never sourced": fading.never_sourced,
    "left open": fading.left_open,
    "away": fading.away,
    "paused": present.paused,
    "bounced": fading.bounced,
    "missed": fading.missed(is_over=False),
    "missed due": fading.missed(is_over=True),
    "came back": present.came_back,
    "wrote after end": present.wrote_after_end,
}

# How often each story of the past is told, by job.
PAST_COUNTS: dict[str, str] = {
    "backend": """26 rejected unasked, 7 rejected facts, 8 rejected call, 12 rejected task,
        6 rejected talk, 2 hired, 3 withdrawn applied, 3 withdrawn call, 8 withdrawn task,
        2 withdrawn talk, 1 withdrawn offer, 2 ghosted call, 18 ghosted task, 1 ghosted talk,
        6 never applied, 4 never sourced, 2 unreachable, 1 reopened withdrawn, 1 paused, 1 away,
        1 new owner""",
    "analyst": """19 rejected unasked, 4 rejected facts, 4 rejected call, 6 rejected task,
        4 rejected talk, 1 hired, 2 withdrawn applied, 1 withdrawn call, 2 withdrawn task,
        1 withdrawn talk, 1 ghosted applied, 1 ghosted call, 1 ghosted task, 3 never applied,
        3 never sourced, 1 unreachable, 1 reopened rejected, 1 paused, 1 new owner""",
    "technik": """16 rejected unasked, 4 rejected facts, 6 rejected call, 6 rejected talk, 3 hired,
        2 withdrawn applied, 3 withdrawn call, 2 withdrawn talk, 1 withdrawn offer,
        1 ghosted applied, 2 ghosted call, 1 ghosted no-show, 5 never applied, 2 unreachable,
        1 no-show and back, 1 paused, 1 away, 3 by phone""",
    "vertrieb": """18 rejected unasked, 4 rejected facts, 5 rejected call, 6 rejected task,
        5 rejected talk, 1 hired, 1 withdrawn applied, 2 withdrawn call, 2 withdrawn task,
        2 withdrawn talk, 1 withdrawn offer, 1 ghosted applied, 1 ghosted call, 1 ghosted task,
        1 ghosted talk, 4 never applied, 3 never sourced, 1 unreachable, 1 no-show and back,
        1 away, 1 new owner, 1 by phone""",
}
# The same for what still runs (and one that ended, but wrote again).
PRESENT_COUNTS: dict[str, str] = {
    "backend": """1 unread, 4 fresh, 1 unanswered, 2 asked facts, 2 answered, 2 asked call,
        2 ahead call, 1 held call, 5 asked task, 3 returned, 2 ahead talk, 1 held talk,
        1 asked offer, 2 due task, 1 due call, 2 quiet task, 1 quiet by mail, 1 ladder through,
        1 left open, 1 away, 1 paused, 1 bounced, 1 never sourced, 1 came back""",
    "analyst": """3 fresh, 2 asked facts, 1 answered, 2 asked call, 1 ahead call, 1 held call,
        3 asked task, 2 returned, 1 ahead talk, 1 held talk, 1 held long ago, 1 asked offer,
        1 due sourced, 1 due facts, 1 quiet task, 1 quiet by mail, 1 away, 1 paused,
        1 wrote after end""",
    "technik": """1 unread, 3 fresh, 1 unanswered, 1 asked facts, 1 answered, 2 asked call,
        1 ahead call, 1 held call, 1 ahead talk, 1 held talk, 1 held long ago, 1 asked offer,
        1 missed, 1 missed due, 1 due call, 1 quiet called, 1 never answered, 1 left open,
        1 away, 1 paused, 1 bounced""",
    "vertrieb": """2 fresh, 1 unanswered, 1 due today, 1 asked facts, 1 asked call, 1 ahead call,
        1 held call, 3 asked task, 1 returned, 1 ahead talk, 1 held talk, 1 due task, 1 due facts,
        1 quiet talk, 1 quiet sourced, 1 away, 1 paused, 1 came back""",
}
# Stories that may as well begin with our own first message.
EITHER_WAY = {"rejected call", "rejected task", "rejected talk", "withdrawn call", "withdrawn task"}
ALWAYS_SOURCED = {"never sourced", "due sourced", "quiet sourced"}
LATE_ONES = {"unanswered", "held long ago"}
SHOWN = ("quiet", "ladder", "left open")  # to be walked through: in the hands of the first owner


def cast(now: datetime, hours: Hours, rng: Random) -> Iterator[tuple[Story, list[datetime]]]:
    """Tell every story and place its beats in time: (story, moments of its beats)."""
    crowd = people(rng)
    ghosts, others = _ghosting_sources(rng), _deck(SOURCES, rng)
    leavers = count()
    for job, plot_name, runs in _roles(rng):
        source = _source(plot_name, ghosts, others, rng)
        person = next(crowd)
        story = Story(
            job, person, _owner(job, plot_name, rng), source, _language(job, person, rng), rng, runs
        )
        (PRESENT if runs else PAST)[plot_name](story)
        just_left = plot_name.startswith(LEAVING) and next(leavers) % LEFT_LATELY == 0
        yield story, _placed(story, now, hours, just_left=just_left)


def _roles(rng: Random) -> list[tuple[JobPlan, str, bool]]:
    roles = [
        (JOBS[key], name, runs)
        for counts, runs in ((PAST_COUNTS, False), (PRESENT_COUNTS, True))
        for key, text in counts.items()
        for name, times in read_counts(text).items()
        for _ in range(times)
    ]
    rng.shuffle(roles)
    return roles


def read_counts(text: str) -> dict[str, int]:
    """Read "2 hired, 1 missed due" as how often each story is told."""
    pairs = (part.split(maxsplit=1) for part in text.split(","))
    return {" ".join(name.split()): int(times) for times, name in pairs}


def _placed(story: Story, now: datetime, hours: Hours, *, just_left: bool) -> list[datetime]:
    if story.runs:
        return place(story, now, now, hours)
    # How long it takes is known once it is told; then it may end at any time that leaves room.
    latest = now - QUIET_BEFORE_NOW
    first = place(story, now, latest, hours)[0]
    room = max((SPAN - (latest - first)) / timedelta(days=1), 0)
    # Of those who applied in the last weeks most still run, so fewer have ended by now.
    back = hours.rng.uniform(0, room)
    if just_left:
        back = hours.rng.uniform(0, LATELY)
    elif back < RECENT and hours.rng.random() < 0.5:
        back = hours.rng.uniform(min(RECENT, room), room)
    return place(story, now, latest - timedelta(days=back), hours)


def _deck(weights: dict[str, int], rng: Random) -> Iterator[str]:
    """Draw without end, so that every hundred draws hold each as often as its weight says."""
    while True:
        cards = [name for name, weight in weights.items() for _ in range(weight)]
        rng.shuffle(cards)
        yield from cards


def _ghosting_sources(rng: Random) -> Iterator[str]:
    """Sources of those who fall silent: six in ten come from one job board."""
    rest = {name: weight for name, weight in SOURCES.items() if name != LEAKING_SOURCE}
    others = _deck(rest, rng)
    while True:
        for is_leak in (True, False, True, True, False):
            yield LEAKING_SOURCE if is_leak else next(others)


def _source(plot: str, ghosts: Iterator[str], others: Iterator[str], rng: Random) -> str:
    if plot in ALWAYS_SOURCED or (plot in EITHER_WAY and rng.random() < 0.15):
        return SOURCED
    return next(ghosts) if plot.startswith("ghosted") else next(others)


def _owner(job: JobPlan, plot: str, rng: Random) -> Staff:
    if plot.startswith(SHOWN):
        return job.owners[0]
    if plot in LATE_ONES and TOBIAS in job.owners:
        return TOBIAS
    return rng.choice(job.owners)


def _language(job: JobPlan, person: Person, rng: Random) -> str:
    if job.german == 1:
        return "de"
    # The job's share, tilted by where somebody comes from.
    return "de" if rng.random() < job.german * person.leans_german * 1.6 else "en"
