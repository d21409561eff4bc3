"""What happens to one application, told as beats: who does what, how long after the beat before."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

from recruiting.candidates.rules import AddressKind
from recruiting.demo.employer import JobPlan, Staff
from recruiting.demo.people import Person
from recruiting.demo.times import Gap
from recruiting.pipeline.rules import Channel, Kind, Result

SLOWEST_ANSWER = 66.0  # hours; below the patience of every stage, weekends aside
ON_TIME = (0, 0, 1, 1, 1, 2)  # working days until we answer, as a rule
NAMED_A_DAY = {("notice",), ("delay",)}
TOO_LATE = (4, 4, 5, 5, 6, 7)


class Who(StrEnum):
    """Whose beat it is, which says at what hours it can happen."""

    US = "us"
    THEM = "them"
    MACHINE = "machine"  # an auto-reply, a bounce: right after our mail
    MEETING = "meeting"  # an agreed meeting takes place; no event


@dataclass(frozen=True, slots=True)
class Due:
    """A day that is agreed: working days after the beat, or after `now` (of a story that runs)."""

    workdays: int
    from_now: bool = False


@dataclass(frozen=True, slots=True)
class Beat:
    """One step of a story; `words` are keys of the texts, several make paragraphs."""

    who: Who
    gap: Gap
    kind: Kind = Kind.MESSAGE
    words: tuple[str, ...] = ()
    channel: Channel = Channel.EMAIL
    awaits: bool = False
    due: Due | None = None
    for_meeting: bool = False  # it is due when the next meeting takes place
    part: str | None = None  # of the stage that it moves to
    by: Staff | None = None
    subject: str = ""
    result: Result | None = None
    leaves_open: bool = False
    offers_no: bool | None = None
    minutes: int | None = None


@dataclass
class Story:
    """One application while it is being told.

    `runs` says that it is still active at the end. Then `ends_back` are working days between its
    last event and now, and `ahead` working days from now to a meeting that is still to come.
    """

    job: JobPlan
    person: Person
    owner: Staff
    source: str
    language: str
    rng: Random
    runs: bool = False
    beats: list[Beat] = field(default_factory=list)
    part: str = "applied"
    ends_back: int = 0
    ahead: int | None = None
    is_handed_over: bool = False
    bounced: set[AddressKind] = field(default_factory=set)

    # How long things take.

    def soon(self, least: int, most: int) -> Gap:
        """Some minutes."""
        return Gap(minutes=self.rng.uniform(least, most))

    def workdays(self, least: int, most: int) -> Gap:
        """Some working days."""
        return Gap(workdays=self.rng.randint(least, most))

    def reply(self, factor: float = 1.0) -> Gap:
        """How long the candidate takes to answer: mostly a day or less, now and then longer."""
        hours = self.rng.lognormvariate(2.7, 0.9) * factor
        return Gap(hours=min(max(hours, 0.7), SLOWEST_ANSWER * factor))

    def our_answer(self) -> Gap:
        """How long the owner takes to answer; some let it lie."""
        is_late = self.rng.random() < self.owner.slips
        days = self.rng.choice(TOO_LATE if is_late else ON_TIME)
        # Whoever has just named a day needs some of it.
        return Gap(workdays=days + 2 if self.beats[-1].words in NAMED_A_DAY else days)

    # What can happen.

    def ours(self, *words: str, gap: Gap, **more: Any) -> None:
        """A message of ours that asks nothing."""
        self._add(Who.US, gap, words=words, by=self.owner, **more)

    def ask(self, *words: str, gap: Gap, **more: Any) -> None:
        """A touch of ours that asks something; nearly all of them say how to decline."""
        offers_no = True if self.rng.random() < 0.9 else None
        given = {"awaits": True, "offers_no": offers_no} | more
        self._add(Who.US, gap, words=words, by=self.owner, **given)

    def theirs(self, *words: str, gap: Gap, **more: Any) -> None:
        """A message of the candidate that wants an answer, unless `awaits` says otherwise."""
        self._add(Who.THEM, gap, words=words, **({"awaits": True} | more))

    def machine(self, kind: Kind, words: str, **more: Any) -> None:
        """What a mail system answers within minutes."""
        self._add(Who.MACHINE, self.soon(1, 4), kind=kind, words=(words,), **more)

    def meeting(self, gap: Gap) -> None:
        """The agreed meeting takes place, or would have."""
        self._add(Who.MEETING, gap)

    def note(self, words: str, gap: Gap, **more: Any) -> None:
        """Something we write down for ourselves."""
        self._record(Kind.NOTE, gap, words=(words,), **more)

    def move(self, part: str, gap: Gap) -> None:
        """The application goes to another stage."""
        self._record(Kind.MOVED, gap, part=part)
        self.part = part

    def close(self, kind: Kind, words: str, gap: Gap, **more: Any) -> None:
        """We end the application, as a person decides."""
        self._record(kind, gap, words=(words,), **more)

    def _record(self, kind: Kind, gap: Gap, **more: Any) -> None:
        given = {"channel": Channel.OTHER, "by": self.owner} | more
        self._add(Who.US, gap, kind=kind, **given)

    def _add(self, who: Who, gap: Gap, **more: Any) -> None:
        self.beats.append(Beat(who, gap, **more))
