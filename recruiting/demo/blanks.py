"""What stands in the blanks of a letter: names, dates, what was asked before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from recruiting.demo.employer import MANAGER, Staff
from recruiting.demo.story import Beat, Story, Who
from recruiting.demo.times import HALF_HOUR, Hours
from recruiting.demo.wording import texts, thousands, written
from recruiting.pipeline.rules import Kind

NOTICE = timedelta(days=100)  # from applying to the first day of work
OFFICE_HOURS = range(9, 17)
HEARD = {Who.THEM, Who.MEETING}
PROPOSALS = {"call_slots", "talk_slots"}
AGAIN = {"follow_1", "follow_2", "voicemail", "no_answer", "sourced_again", "rings"}
# What our question was about, where it is not called so already.
ABOUT = {
    "call_set": "call_slots",
    "call_set_video": "call_slots",
    "talk_set": "talk_slots",
    "extended": "task",
    "answer.task_time": "task",
}


class Blanks:
    """Fills the blanks of one story's letters; `index` is the beat that is being written."""

    def __init__(self, story: Story, moments: list[datetime], now: datetime, hours: Hours) -> None:
        self.s = story
        self.moments = moments
        self.now = now
        self.hours = hours
        self.index = 0
        self.agreed: datetime | None = None
        job, rng = story.job, story.rng
        low, high = (self._money(amount * 1000) for amount in job.pay)
        self.fixed = {
            "name": story.person.name,
            "first": story.person.first,
            "email": story.person.email,
            "domain": story.person.email.rpartition("@")[2],
            "job": job.title,
            "short_job": job.short,
            "city": job.city,
            "manager": job.manager,
            "task": job.task.get(story.language, ""),
            "place": rng.choice(job.places[story.language]),
            "years": str(rng.randrange(3, 13)),
            "salary": self._money(rng.randrange(job.pay[0], job.pay[1] + 4) * 1000),
            "band": f"{low} bis {high}" if story.language == "de" else f"{low} to {high}",
            "notice": self._notice(),
        }
        self.moving: dict[str, Callable[[], str]] = {
            "to": self._to,
            "dear": self._dear,
            "due": self._due,
            "until": self._until,
            "back": self._until,
            "when": lambda: self._written(self.meeting(), "moment"),
            "when_day": lambda: self._written(self.meeting(), "day"),
            "slots": self._slots,
            "asked": lambda: self._written(self.moments[self._question()], "short"),
            "about": self._about,
        }

    def __call__(self, name: str) -> str:
        """The text for one blank."""
        return self.fixed[name] if name in self.fixed else self.moving[name]()

    @property
    def beat(self) -> Beat:
        """The beat that is being written."""
        return self.s.beats[self.index]

    def due(self) -> datetime | None:
        """What the beat is due at, which is then agreed: a meeting, a deadline, a return."""
        beat = self.beat
        if beat.for_meeting:
            return self.meeting()
        if beat.due is None:
            return None
        start = self.now if beat.due.from_now else self.moments[self.index]
        due = self.hours.deadline(start, beat.due.workdays)
        if beat.who is Who.US:
            self.agreed = due
        return due

    def meeting(self) -> datetime:
        """The meeting that is proposed or agreed; some days ahead if it never came to one."""
        for place in range(self.index, len(self.s.beats)):
            beat = self.s.beats[place]
            if beat.who is Who.MEETING:
                return self.moments[place]
            if place > self.index and _breaks_off(beat):
                break
        return self.hours.meeting_after(self.moments[self.index], self.s.rng.randint(3, 5))

    def _slots(self) -> str:
        """Three proposals, one of which is chosen in the end."""
        when = self.meeting()
        shifts = [shift * HALF_HOUR for shift in (-4, -3, 3, 4)]
        near = [s for s in shifts if self._local(when + s).hour in OFFICE_HOURS]
        other_day = self.hours.meeting_after(when, 1)
        slots = sorted({when, when + self.s.rng.choice(near), other_day})
        return "\n".join("– " + self._written(slot, "moment") for slot in slots)

    def _due(self) -> str:
        if self.agreed is None:
            raise ValueError(f"nothing was agreed before beat {self.index} of {self.s.beats}")
        return self._written(self.agreed, "day")

    def _until(self) -> str:
        due = self.due()
        return self._written(due, "short") if due else ""

    def _to(self) -> str:
        owner = self._addressee()
        return f"{owner.form} {owner.last}" if self.s.language == "de" else owner.first

    def _dear(self) -> str:
        return "Sehr geehrter" if self._addressee().form == "Herr" else "Sehr geehrte"

    def _addressee(self) -> Staff:
        """The recruiter who had the word last."""
        ours = [b.by for b in self.s.beats[: self.index] if b.who is Who.US and b.by is not None]
        return next((by for by in reversed(ours) if by is not MANAGER), self.s.owner)

    def _about(self) -> str:
        key = self.s.beats[self._question()].words[-1]
        return texts(self.s.language)["about"][ABOUT.get(key, key)]

    def _question(self) -> int:
        """The place of our first question that they have not answered; else of the last one."""
        before = list(enumerate(self.s.beats[: self.index]))
        heard = max((place for place, beat in before if beat.who in HEARD), default=-1)
        asked = [
            place
            for place, beat in before
            if beat.who is Who.US and beat.awaits and beat.words[-1] not in AGAIN
        ]
        return next((place for place in asked if place > heard), asked[-1])

    def _notice(self) -> str:
        first = (self._local(self.moments[0]) + NOTICE).replace(day=1)
        words = written(first, "short", self.s.language)
        return f"zum {words}" if self.s.language == "de" else f"on {words}"

    def _money(self, amount: int) -> str:
        return thousands(amount, self.s.language)

    def _local(self, moment: datetime) -> datetime:
        return self.hours.office.local(moment)

    def _written(self, moment: datetime, form: str) -> str:
        return written(self._local(moment), form, self.s.language)


def _breaks_off(beat: Beat) -> bool:
    """Whether the proposals before this beat came to nothing."""
    if beat.kind in {Kind.AUTO_REPLY, Kind.PAUSED}:
        return True
    return beat.who is Who.US and beat.awaits and beat.words[-1] in AGAIN | PROPOSALS
