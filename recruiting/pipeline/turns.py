"""Whose turn it is, since when: the one rule that reads a timeline (pure).

A touch from us that asks something makes it the candidate's turn; a touch from the candidate
makes it ours. Further touches of the same side never make its turn look young again. Machines
(auto-reply, bounce) are no touches. The result does not depend on `now`: what time alone changes
(a due moment that passes, a meeting that takes place) is told by `silence.rules.standing_at`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from recruiting.jobs.rules import Terms
from recruiting.pipeline.reading import DISTANT_PAST, Attempt, Moment, Reading, Stretch, order
from recruiting.pipeline.rhythm import Rhythm
from recruiting.pipeline.rules import (
    NEXT_OUTCOMES,
    OUTBOUND_TOUCHES,
    OUTCOME_OF_KIND,
    SILENT_OUTCOMES,
    Channel,
    Direction,
    Kind,
    Outcome,
    SpellEnd,
    Turn,
)
from recruiting.workdays import DAY, HOUR, Absence, Office

AWAY_DAYS = 7  # an auto-reply that names no day of return


def read(
    moments: Iterable[Moment],
    terms: Mapping[int, Terms],
    first_stage: int,
    office: Office,
) -> Reading:
    """Read a timeline, given in any order.

    `terms` holds how long each side may take, by stage; `first_stage` is where an application
    stands until an event says otherwise. Spans are working days of `office`.
    """
    timeline = sorted(moments, key=order)
    reader = _Reader(Reading(first_stage), terms, office, _missed(timeline))
    for index, moment in enumerate(timeline):
        reader.take(index, moment)
    return reader.finish()


def _missed(timeline: list[Moment]) -> set[int]:
    """The places of interviews that a no-show is about: the last one whose time had come."""
    missed: set[int] = set()
    interviews: list[tuple[datetime, int]] = []
    for index, moment in enumerate(timeline):
        if moment.kind is Kind.INTERVIEW:
            interviews.append((moment.due_at or moment.at, index))
        elif moment.kind is Kind.NO_SHOW and interviews:
            come = [pair for pair in interviews if pair[0] <= moment.at]
            missed.add(max(come)[1] if come else interviews[-1][1])
    return missed


class _Reader:
    """Takes one event after the other; one method for each kind that means something."""

    def __init__(
        self, reading: Reading, terms: Mapping[int, Terms], office: Office, missed: set[int]
    ) -> None:
        self.r = reading
        self.terms = terms
        self.office = office
        self.missed = missed
        self.last_ask: Kind | None = None
        self.they_asked = False  # their last touch held a question
        self.has_named_owner = False
        self.is_touched = False  # by either side
        self.met_if_reopened: datetime | None = None  # the meeting that was agreed at the end
        self.wanted_at: datetime | None = None  # by when they asked us for a word
        self.due_before = DISTANT_PAST  # when the running turn was due before the present event
        self.stretch_stage = reading.stage_id
        self.stretch_depth = 0
        self.rhythm = Rhythm()
        self.stretch_known = self.rhythm.known(DISTANT_PAST)

    def take(self, index: int, moment: Moment) -> None:
        """Let one event have its effect."""
        r = self.r
        if index == 0:
            r.applied_at = r.stage_since = r.since = moment.at
        self._meet(moment.at)
        self.due_before = self._due()
        self._stand(moment)
        if moment.direction is Direction.OUT and moment.kind in OUTBOUND_TOUCHES:
            self._ours(moment, missed=index in self.missed)
        elif moment.kind is Kind.MESSAGE:
            self._theirs(moment)
        elif moment.kind in OUTCOME_OF_KIND:
            self._end(moment)
        elif (effect := _EFFECTS.get(moment.kind)) is not None:
            effect(self, moment)

    def finish(self) -> Reading:
        """The reading with its running turn as the last stretch."""
        r = self.r
        if r.outcome is None and r.applied_at is not DISTANT_PAST:
            r.due_at = self._due()
            if r.meets_at is not None:
                r.met_due_at = self.office.deadline(r.meets_at, self._terms().promise)
            self._note(None, None)
        return r

    # The steps that several kinds share.

    def _terms(self) -> Terms:
        return self.terms.get(self.r.stage_id) or Terms()

    def _stand(self, moment: Moment) -> None:
        """Which stage, whose hands."""
        r = self.r
        if moment.stage_id is not None and moment.stage_id != r.stage_id:
            r.stage_id = moment.stage_id
            r.stage_since = moment.at
        if moment.kind is Kind.OWNER_CHANGED:
            r.owner, self.has_named_owner = moment.subject or None, True
        elif moment.by and not self.has_named_owner:
            r.owner = moment.by if moment.kind in OUTBOUND_TOUCHES else r.owner or moment.by

    def _meet(self, moment: datetime) -> None:
        """An agreed meeting that lies behind us took place, unless a no-show says otherwise."""
        r = self.r
        if r.meets_at is None or r.meets_at > moment:
            return
        self.due_before = self._due()
        met, r.meets_at = r.meets_at, None
        if r.outcome is None:
            self._start(Turn.US, met, r.channel, SpellEnd.MET)
            r.decides = False

    def _start(self, turn: Turn, at: datetime, channel: Channel, end: SpellEnd) -> None:
        """End the running turn and begin one of `turn`, young from now on."""
        r = self.r
        self._note(at, end)
        r.turn, r.since, r.channel = turn, at, channel
        r.asked = []
        r.promised_at = self.wanted_at = None
        self.stretch_stage, self.stretch_depth = r.stage_id, r.depth
        self.stretch_known = self.rhythm.known(at)
        self.due_before = self._due()

    def _note(self, until: datetime | None, end: SpellEnd | None) -> None:
        r = self.r
        if r.turn is Turn.NOBODY or r.outcome is not None:
            return
        r.stretches.append(
            Stretch(
                r.turn,
                self.stretch_stage,
                r.channel,
                r.since,
                until,
                end,
                len(r.asked),
                self.stretch_depth,
                self._due() if end is None else self.due_before,
                *self.stretch_known,
                " ".join(f"{(a.at - r.since) / HOUR:.6g}" for a in r.asked if a.at > r.since),
            )
        )

    def _due(self) -> datetime:
        """When the running turn's time is over."""
        r, terms, add = self.r, self._terms(), self.office.add
        if r.turn is not Turn.CANDIDATE:
            by = self.office.deadline
            due = by(r.since, terms.decision if r.decides else terms.promise)
            if r.meets_at is not None:
                due = max(due, by(r.meets_at, terms.promise))
            due = max(due, r.promised_at) if r.promised_at else due
            return min(due, self.wanted_at) if self.wanted_at else due
        # What came back did not happen, so nobody has any more time by it.
        arrived = [one for one in r.asked if one.delivered] or r.asked
        start = arrived[-1].at if arrived else r.since
        gaps = (terms.patience, terms.patience, terms.second_gap)
        count = len(arrived)
        days = gaps[count] if count < len(gaps) else terms.closing_gap
        due = add(start, days, r.absences)
        for agreed in (r.agreed_at, r.meets_at):
            if agreed is not None and agreed > start:
                due = max(due, add(agreed, terms.grace, r.absences))
        return due

    # What the kinds do.

    def _ours(self, moment: Moment, *, missed: bool) -> None:
        r = self.r
        first, self.is_touched = not self.is_touched, True
        r.last_touch_at = r.last_answer_at = moment.at
        r.channels.add(moment.channel)
        if r.outcome is not None:
            r.wrote_after_end = False
            if moment.kind is Kind.MESSAGE or r.outcome is Outcome.HIRED:
                return
            self._reopen(moment.at, moment.channel)
        if moment.kind is Kind.INTERVIEW and moment.due_at is not None:
            r.reschedules += r.meets_at is not None
            # A meeting written down when it took place makes the next word ours at once.
            r.meets_at = None if missed else max(moment.due_at, moment.at)
        r.is_bounced = False
        attempt = Attempt(moment.at, moment.channel, moment.offers_no)
        if not moment.leaves_open:
            r.open_question = self.wanted_at = None
        if r.turn is Turn.CANDIDATE:
            r.asked.append(attempt)
            self._agree(moment)
            return
        if moment.awaits_reply or self._still_theirs(moment):
            self._start(Turn.CANDIDATE, moment.at, moment.channel, SpellEnd.ANSWERED)
            r.asked = [attempt]
            self._agree(moment)
        else:
            r.promised_at = moment.due_at or r.promised_at
            if first:
                self._start(Turn.NOBODY, moment.at, moment.channel, SpellEnd.ANSWERED)
                r.decides = True

    def _still_theirs(self, moment: Moment) -> bool:
        """Whether an answer to their question gives a piece of work back to them."""
        ahead = self.r.agreed_at is not None and self.r.agreed_at > moment.at
        return ahead and self.they_asked and not moment.leaves_open

    def _agree(self, moment: Moment) -> None:
        if moment.awaits_reply:
            self.last_ask = moment.kind
        if moment.due_at is not None and moment.kind is not Kind.INTERVIEW:
            self.r.agreed_at = moment.due_at

    def _theirs(self, moment: Moment) -> None:
        r = self.r
        self._hear(moment)
        self.they_asked = moment.asks
        if r.outcome is not None:
            if r.outcome not in SILENT_OUTCOMES:
                r.wrote_after_end = True
                return
            self._go_on(moment.at)
        if moment.asks:
            r.open_question = r.last_question = moment
        if moment.awaits_reply:
            if not moment.asks:
                r.agreed_at = None  # what was agreed has come
            if r.turn is not Turn.US:
                self._start(Turn.US, moment.at, moment.channel, SpellEnd.REPLY)
                r.decides = self.last_ask is Kind.ASSIGNMENT and not moment.asks
            if moment.due_at is not None and moment.due_at > moment.at:
                self.wanted_at = min(moment.due_at, self.wanted_at or moment.due_at)
            return
        ahead = moment.due_at or r.agreed_at
        if ahead is not None and ahead > moment.at:
            self._start(Turn.CANDIDATE, moment.at, moment.channel, SpellEnd.REPLY)
            r.agreed_at = ahead
        elif r.turn is not Turn.US:
            self._start(Turn.NOBODY, moment.at, moment.channel, SpellEnd.REPLY)
            r.decides = True

    def _hear(self, moment: Moment) -> None:
        """A sign of life: it ends absence and pause, and counts."""
        r = self.r
        self.rhythm.hear(moment.at, r.since if r.turn is Turn.CANDIDATE else None)
        r.depth += 1
        r.replies += self.is_touched  # to apply is no reply
        self.is_touched = True
        r.last_touch_at = moment.at
        r.channels.add(moment.channel)
        r.away_until = r.paused_until = None
        r.absences = []
        r.is_bounced = False

    def _end(self, moment: Moment) -> None:
        """An outcome, if the table of transitions allows it; the first one stands otherwise."""
        r = self.r
        outcome = OUTCOME_OF_KIND[moment.kind]
        if outcome is Outcome.WITHDRAWN and moment.direction is Direction.IN:
            self._hear(moment)
        following = NEXT_OUTCOMES[r.outcome]
        # Who is hired after all was taken up again before, even if nobody wrote that down.
        if outcome not in following and not (outcome is Outcome.HIRED and None in following):
            # Who is hired and says no is for a person to read.
            if r.outcome is Outcome.HIRED and moment.kind is Kind.WITHDRAWAL:
                r.wrote_after_end = True
            return
        said_no = outcome is Outcome.WITHDRAWN and r.turn is Turn.CANDIDATE
        self._note(moment.at, SpellEnd.WITHDRAWAL if said_no else SpellEnd.CLOSED)
        r.outcome, r.ended_at = outcome, moment.at
        self.met_if_reopened = r.meets_at or self.met_if_reopened
        r.turn, r.since, r.due_at, r.meets_at = Turn.NOBODY, moment.at, None, None
        r.agreed_at = r.promised_at = r.open_question = r.paused_until = r.away_until = None
        r.absences = []

    def _reopen(self, at: datetime, channel: Channel) -> None:
        r = self.r
        r.wrote_after_end = r.decides = False
        self._go_on(at)
        self._start(Turn.US, at, channel, SpellEnd.REPLY)

    def _go_on(self, at: datetime) -> None:
        """Take an ended application up again, with the meeting that was agreed if it is to come."""
        r, meets_at = self.r, self.met_if_reopened
        r.outcome = r.ended_at = None
        r.turn = Turn.NOBODY
        r.meets_at = meets_at if meets_at is not None and meets_at > at else None
        self.met_if_reopened = None

    def _reopened(self, moment: Moment) -> None:
        if None in NEXT_OUTCOMES[self.r.outcome]:
            self._reopen(moment.at, moment.channel)

    def _no_show(self, moment: Moment) -> None:
        r = self.r
        r.no_shows += 1
        r.meets_at = self.met_if_reopened = None
        if r.outcome is None and r.turn is not Turn.CANDIDATE:
            self._start(Turn.CANDIDATE, moment.at, moment.channel, SpellEnd.MISSED)

    def _auto_reply(self, moment: Moment) -> None:
        r, office = self.r, self.office
        resumes = resumes_on(moment.at, moment.due_at, office)
        if resumes is None:
            return
        r.absences.append(Absence(office.day_of(moment.at), resumes - DAY))
        r.away_until = max(r.away_until or DISTANT_PAST, office.start_of(resumes))

    def _bounce(self, moment: Moment) -> None:
        r = self.r
        for place in range(len(r.asked) - 1, -1, -1):
            if r.asked[place].channel is moment.channel:
                r.asked[place] = r.asked[place]._replace(delivered=False)
                break
        r.is_bounced = not any(attempt.delivered for attempt in r.asked)

    def _paused(self, moment: Moment) -> None:
        r, office = self.r, self.office
        if moment.due_at is None or r.outcome is not None:
            return
        if r.turn is not Turn.CANDIDATE:
            self._start(Turn.CANDIDATE, moment.at, moment.channel, SpellEnd.ANSWERED)
        resumes = office.day_of(moment.due_at)
        r.paused_until = office.start_of(resumes)
        r.absences.append(Absence(office.day_of(moment.at), resumes - DAY))

    def _resumed(self, moment: Moment) -> None:
        r = self.r
        today = self.office.day_of(moment.at)
        r.away_until = r.paused_until = None
        r.absences = [Absence(a.first, min(a.last, today - DAY)) for a in r.absences]


def resumes_on(at: datetime, back_at: datetime | None, office: Office) -> date | None:
    """The day from which patience runs on after an auto-reply; none if it does not stand still."""
    first = office.day_of(at)
    if back_at is None:
        return first + timedelta(days=AWAY_DAYS)
    back = office.day_of(back_at)
    if back <= first:
        return None  # a day of return that has passed says nothing about the days to come
    return office.day_of(office.add(office.start_of(back), 1))


_EFFECTS = {
    Kind.NO_SHOW: _Reader._no_show,
    Kind.AUTO_REPLY: _Reader._auto_reply,
    Kind.BOUNCE: _Reader._bounce,
    Kind.PAUSED: _Reader._paused,
    Kind.RESUMED: _Reader._resumed,
    Kind.REOPENED: _Reader._reopened,
}
