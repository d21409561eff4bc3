"""A timeline in words: what happened, day by day, and the silences in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from recruiting.answers.rules import changed_to, choice_of
from recruiting.answers.wishes import wish_of
from recruiting.pipeline.models import Event
from recruiting.pipeline.reading import Reading, Stretch
from recruiting.pipeline.rules import (
    OUTBOUND_TOUCHES,
    Channel,
    Direction,
    Kind,
    Result,
    Turn,
)
from recruiting.pipeline.turns import resumes_on
from recruiting.pipeline.wording import (
    CHANNELS,
    clock_words,
    date_words,
    day_words,
    last_day,
    moment_words,
    weekday_words,
)
from recruiting.privacy.rules import fact_of
from recruiting.privacy.wording import fact_title
from recruiting.silence.rules import State
from recruiting.workdays import Office

# Titles that need nothing but the kind.
_PLAIN = {
    Kind.NO_SHOW: _l("Did not come to the agreed meeting"),
    Kind.BOUNCE: _l("Came back undelivered"),
    Kind.REJECTION: _l("Declined by us"),
    Kind.HIRE: _l("Hired"),
    Kind.GHOSTED: _l("Ended: no answer, confirmed"),
    Kind.UNREACHABLE: _l("Ended: unreachable, confirmed"),
    Kind.NEVER_RESPONDED: _l("Ended: never responded, confirmed"),
    Kind.REOPENED: _l("Reopened"),
    Kind.RESUMED: _l("Taken up again"),
    Kind.NOTE: _l("Note"),
}
_CALLS = {
    Result.REACHED: _l("Spoke with each other"),
    Result.VOICEMAIL: _l("Left a voicemail"),
    Result.NO_ANSWER: _l("Called, nobody answered"),
}
MACHINE = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE})
# What colleagues write for each other; a hiring manager does not read it.
INTERNAL = frozenset({Kind.NOTE})
INTERNAL_TEXT = frozenset(
    {
        Kind.GHOSTED,
        Kind.UNREACHABLE,
        Kind.NEVER_RESPONDED,
        Kind.REJECTION,
        Kind.WITHDRAWAL,
        Kind.REOPENED,
        Kind.PAUSED,
    }
)
LONG_GAP = 3  # working days without a word that a timeline tells of


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in words; `side` is in, out or machine."""

    event: Event
    title: str
    side: str
    note: str
    text: str

    @property
    def clock(self) -> str:
        """The time of day."""
        return clock_words(self.event.at)

    @property
    def iso(self) -> str:
        """The moment, for machines."""
        return self.event.at.isoformat()


@dataclass(slots=True)
class Day:
    """The events of one day, latest first; `gap` are the words for the silence after it."""

    at: datetime
    words: str
    iso: str
    entries: list[Entry] = field(default_factory=list)
    gap: str = ""
    gap_is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Teller:
    """What it takes to tell a timeline: names by mail address, and who reads it."""

    name: str
    colleagues: Mapping[str, str]
    office: Office
    hides_notes: bool = False

    def days(self, events: Sequence[Event], reading: Reading, now: datetime) -> list[Day]:
        """A timeline, given oldest first, as days with the silences between them, latest first."""
        days: list[Day] = []
        for entry in self.entries(events):
            day = self.office.day_of(entry.event.at)
            if not days or self.office.day_of(days[-1].at) != day:
                is_near = day.year == self.office.day_of(now).year
                words = weekday_words(day) if is_near else date_words(day)
                days.append(Day(entry.event.at, words, day.isoformat()))
            days[-1].entries.insert(0, entry)
        moments = [(day, day.entries[0].event.at, day.entries[-1].event.at) for day in days]
        for (day, start, _first), (_day, _last, end) in pairwise(moments):
            day.gap, day.gap_is_ours = self._gap(reading.stretches, start, end)
        if days:
            day, start, _first = moments[-1]
            day.gap, day.gap_is_ours = self._gap(reading.stretches, start, now)
        return days[::-1]

    def rest(self, events: Sequence[Event], reading: Reading, state: State) -> str:
        """Why patience stands still: who said so, when, and until when; empty if it does not.

        A timeline may hold pauses that are over and auto-replies that changed nothing.
        """
        of_kind = {
            State.PAUSED: (Kind.PAUSED, reading.paused_until),
            State.AWAY: (Kind.AUTO_REPLY, reading.away_until),
        }
        kind, until = of_kind.get(state, (None, None))
        found = (one for one in reversed(events) if one.kind is kind)
        said = next((one for one in found if until and self._rests_until(one) == until), None)
        if said is None:
            return ""
        return self._pause(said) if kind is Kind.PAUSED else self._away(said)

    def _rests_until(self, said: Event) -> datetime | None:
        """Until when patience stands still by the word of one pause or auto-reply."""
        if said.kind is Kind.AUTO_REPLY:
            day = resumes_on(said.at, said.due_at, self.office)
        else:
            day = self.office.day_of(said.due_at) if said.due_at else None
        return self.office.start_of(day) if day else None

    def _away(self, said: Event) -> str:
        day, back = day_words(said.at), said.due_at
        if back is None:
            return _("Their auto-reply of %(day)s names no day of return.", day=day)
        return _(
            "Their auto-reply of %(day)s says: back on %(back)s.", day=day, back=weekday_words(back)
        )

    def _pause(self, said: Event) -> str:
        """Whose wish a pause is: always theirs, told by them or noted by one of us."""
        day = day_words(said.at)
        if said.direction is Direction.IN:
            return _("They asked for this time themselves on %(day)s.", day=day)
        if said.by:
            name = self.colleagues.get(said.by, said.by)
            return _("%(name)s noted on %(day)s that they asked for time.", name=name, day=day)
        return _("It was noted on %(day)s that they asked for time.", day=day)

    def entries(self, events: Sequence[Event]) -> Iterator[Entry]:
        """Each event with its words; a call that reached somebody is told once."""
        stage_id = None
        for event, after in zip(events, [*events[1:], None], strict=True):
            moved = stage_id is not None and event.stage_id not in {None, stage_id}
            stage_id = event.stage_id or stage_id
            if self.hides_notes and event.kind in INTERNAL:
                continue
            if event.kind is Kind.OWNER_CHANGED and event.by is None:
                continue  # says that nothing changed
            if after is not None and _is_same_call(event, after):
                continue
            yield self.entry(event, moved=moved and event.kind is not Kind.MOVED)

    def entry(self, event: Event, *, moved: bool = False) -> Entry:
        """One event in words; `moved` where it is also how the application came to its stage."""
        parts = []
        if any(read(event.external_id) for read in (choice_of, wish_of, changed_to)):
            parts.append(_("by link"))  # stored as mail, in which the link came
        elif event.kind in OUTBOUND_TOUCHES and event.channel is not Channel.OTHER:
            parts.append(str(CHANNELS[event.channel]))
        if event.by:
            parts.append(self.colleagues.get(event.by, event.by))
        if moved and event.stage:
            parts.append(_("now in %(stage)s", stage=event.stage.name))
        hidden = self.hides_notes and event.kind in INTERNAL_TEXT
        return Entry(
            event,
            self.title(event),
            self._side(event),
            " · ".join(parts),
            "" if hidden else event.body,
        )

    def title(self, event: Event) -> str:
        """What happened, in a few words."""
        if (fact := fact_of(event.external_id)) is not None:
            return fact_title(fact, event)
        if event.kind is Kind.NOTE and event.direction is Direction.IN:
            return _("Delivery of our mail is delayed")
        if event.kind is Kind.BOUNCE and wish_of(event.external_id):
            return _("Does not reach them, they say")
        if event.kind in _PLAIN:
            return str(_PLAIN[event.kind])
        if event.kind is Kind.MESSAGE:
            return self._message(event)
        if event.kind is Kind.WITHDRAWAL:
            return _("%(name)s withdrew", name=self.name)
        if event.kind is Kind.MOVED:
            return _(
                "Moved: %(stages)s", stages=event.subject or (event.stage and event.stage.name)
            )
        if event.kind is Kind.OWNER_CHANGED:
            owner = self.colleagues.get(event.subject, event.subject)
            return _("%(name)s looks after this application now", name=owner)
        if event.kind is Kind.HANDED_OVER:
            return _("Handed over to %(name)s", name=event.subject)
        return self._dated(event)

    def _message(self, event: Event) -> str:
        if event.result is not None:
            return str(_CALLS[event.result])
        if event.direction is Direction.IN:
            if event.channel in {Channel.PHONE, Channel.VIDEO, Channel.IN_PERSON}:
                return event.subject or _("%(name)s spoke with us", name=self.name)
            return event.subject or _("%(name)s wrote", name=self.name)
        if event.due_at is None:
            return event.subject or _("We got in touch")
        day = day_words(last_day(event.due_at))
        if event.awaits_reply:
            return event.subject or _("Agreed: %(name)s by %(day)s", name=self.name, day=day)
        return event.subject or _("Agreed: we, by %(day)s", day=day)

    def _dated(self, event: Event) -> str:
        titles = {
            Kind.INTERVIEW: (_("Meeting"), _("Meeting agreed for %(moment)s")),
            Kind.ASSIGNMENT: (_("Task sent"), _("Task sent, due %(day)s")),
            Kind.OFFER: (_("Offer made"), _("Offer made, answer by %(day)s")),
            Kind.AUTO_REPLY: (
                _("Auto-reply"),
                _("Auto-reply: back on %(day)s; their time runs on from %(resumes)s"),
            ),
            Kind.PAUSED: (_("Paused"), _("Paused until %(day)s")),
        }
        bare, dated = titles.get(event.kind, (str(event.kind), str(event.kind)))
        if event.due_at is None:
            return bare
        # A deadline at midnight ends the day before; whoever is back then is away that long.
        is_return = event.kind in {Kind.AUTO_REPLY, Kind.PAUSED}
        day = event.due_at if is_return else last_day(event.due_at)
        back = self.office.start_of(self.office.day_of(event.due_at))
        said = {
            "day": day_words(day),
            "moment": moment_words(event.due_at),
            "resumes": day_words(self.office.add(back, 1)),
        }
        return dated % said

    def _side(self, event: Event) -> str:
        if event.kind in MACHINE:
            return "machine"
        if event.kind in OUTBOUND_TOUCHES:
            both = event.direction is Direction.IN or event.result is Result.REACHED
            return "in" if both else "out"
        return "in" if event.kind in {Kind.WITHDRAWAL, Kind.NO_SHOW} else "machine"

    def _gap(
        self, stretches: Sequence[Stretch], start: datetime, end: datetime
    ) -> tuple[str, bool]:
        """The words for a silence between two moments, and whether it was ours beyond promise."""
        turns = (one for one in stretches if one.since < end and (one.until or end) >= end)
        whose = next(turns, None)
        if whose is None:
            return "", False
        days = self.office.between(max(start, whose.since), end)
        if days < LONG_GAP:
            return "", False
        if whose.whose is Turn.CANDIDATE:
            words = ngettext(
                "%(num)s working day without an answer",
                "%(num)s working days without an answer",
                days,
            )
            return words, False
        words = ngettext(
            "%(num)s working day in which we gave no answer",
            "%(num)s working days in which we gave no answer",
            days,
        )
        return words, end > whose.due_at


def _is_same_call(event: Event, after: Event) -> bool:
    """Whether an event is their half of a call whose other half, with the words, follows."""
    return (
        event.direction is Direction.IN
        and event.result is Result.REACHED
        and after.result is Result.REACHED
        and after.direction is Direction.OUT
        and after.at == event.at
        and not event.body
    )
