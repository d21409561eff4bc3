"""The ladder: the one next step in an application's conversation, why, and when to look again.

Pure, and the only place that knows the ladder: from what the timeline says, the terms and the
mode of the stage, what was written already, and `now`. Never more than three messages of ours in
a silence; nothing on our own turn, in a pause or an absence, after the end, to somebody who asked
us to stop, or for a job that is closed. A machine proposes outcomes to nobody; a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from recruiting.jobs.rules import Ladder, Terms
from recruiting.messages.rules import UNSENT, MessageState, Purpose
from recruiting.pipeline.reading import Reading
from recruiting.pipeline.rules import Channel, Outcome, Turn
from recruiting.silence.rules import LADDER, Standing, State, standing_at
from recruiting.workdays import DAY, Office

ASKABLE_FOR = 60 * DAY  # after an answer was due; what is older comes from elsewhere, as imports
CLOSABLE_FOR = 30 * DAY  # after a person confirmed a silence
BY_VOICE = frozenset({Channel.PHONE, Channel.SMS})
# Under way: written, and nobody knows yet how it ends.
OPEN = UNSENT | {MessageState.BEGUN, MessageState.UNKNOWN}


class Step(StrEnum):
    """What comes next, and who does it."""

    WAIT = "wait"  # nobody does anything
    FOLLOW_UP = "follow_up"  # a mail is written; who sends it, the stage's mode says
    CALL = "call"  # a person calls, or writes a text message
    CHECK = "check"  # a person asks: is it our fault? and only then concludes
    CLOSE = "close"  # a closing notice is prepared, for a person to send
    REMIND = "remind"  # a colleague is told today that our promise is due
    DELAY = "delay"  # we are late: a person tells the candidate until when


class Why(StrEnum):
    """The reason of a step; with `WAIT` also the reason why a mail must not leave any more."""

    ENDED = "ended"
    REOPENED = "reopened"
    JOB_CLOSED = "job_closed"
    OUR_TURN = "our_turn"
    PAUSED = "paused"
    AWAY = "away"
    BOUNCED = "bounced"
    OPEN_QUESTION = "open_question"
    NOT_DUE = "not_due"
    MEETING = "meeting"
    NOTHING_ASKED = "nothing_asked"
    SWITCHED_OFF = "switched_off"
    STOPPED = "stopped"
    NO_WAY = "no_way"
    ANSWERED = "answered"
    ASKED_MEANWHILE = "asked_meanwhile"
    WRITTEN = "written"  # a mail for this very step is under way
    SKIPPED = "skipped"  # a person said no to it
    MAIL_WAITS = "mail_waits"  # another mail of ours is under way
    DUE = "due"
    LADDER_THROUGH = "ladder_through"
    CONFIRMED = "confirmed"
    PROMISE_DUE = "promise_due"
    PROMISE_OVER = "promise_over"
    REPLACED = "replaced"  # by another mail that says it anew
    LONG_AGO = "long_ago"  # so old that asking again would be odd
    UNREAD = "unread"  # it has waited so long that a person reads it first


class Reminder(StrEnum):
    """Which reminder of our own promise: to the owner first, then to a lead."""

    DUE = "due"
    LATE = "late"
    LATER = "later"
    LEAD = "lead"


# Working days after the day by whose end our promise is over.
REMINDERS = {Reminder.DUE: 0, Reminder.LATE: 1, Reminder.LATER: 3, Reminder.LEAD: 5}


@dataclass(frozen=True, slots=True)
class Reach:
    """By which ways a candidate can be reached, and whether they asked us to stop."""

    mail: bool = True
    phone: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A message of ours as the outbox has it; `skipped` if a person took it back."""

    purpose: Purpose
    occurrence: str
    state: MessageState
    skipped: bool = False
    by_itself: bool = False  # nobody has read it


@dataclass(frozen=True, slots=True)
class Case:
    """All that the rule reads."""

    reading: Reading
    terms: Terms = field(default_factory=Terms)
    mode: Ladder = Ladder.BATCH
    job_is_open: bool = True
    reach: Reach = field(default_factory=Reach)
    written: Collection[Written] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """The next step, its reason, and when to look again; none: only news can change it.

    `check_at` of a mail to be written is since when it is in order.
    """

    step: Step
    why: Why
    check_at: datetime | None = None
    number: int = 0  # of a follow-up or a call: 1 or 2
    channel: Channel | None = None
    occurrence: str = ""  # what a message of this step is for; unique with its purpose
    by_itself: bool = False  # it leaves without a person having read it
    reminder: Reminder | None = None


def next_step(case: Case, now: datetime, office: Office) -> Next:
    """The one next step at `now`."""
    reading, standing = case.reading, standing_at(case.reading, now)
    if standing.state is State.ENDED:
        return _after_the_end(case, now)
    if not case.job_is_open:
        return Next(Step.WAIT, Why.JOB_CLOSED, _tomorrow(now, office))
    if standing.turn is not Turn.CANDIDATE:
        return _our_side(standing, now, office)
    if (why := _rests(standing, reading, now)) is not None:
        return Next(Step.WAIT, why, _soonest(reading, now))
    if standing.attempts >= LADDER:
        return Next(Step.CHECK, Why.LADDER_THROUGH)
    return _ask_again(case, standing, now, office)


def _rests(standing: Standing, reading: Reading, now: datetime) -> Why | None:
    """Why nothing is in order on the candidate's turn; none if a follow-up is."""
    why = {
        State.PAUSED: Why.PAUSED,
        State.AWAY: Why.AWAY,
        State.UNREACHABLE: Why.BOUNCED,
        State.MUTUAL_FADE: Why.OPEN_QUESTION,
        State.WAITING: Why.NOT_DUE,
    }.get(standing.state)
    if why is not None:
        return why
    if reading.meets_at is not None and reading.meets_at > now:
        return Why.MEETING
    return Why.NOTHING_ASKED if standing.attempts == 0 else None


def _soonest(reading: Reading, now: datetime) -> datetime | None:
    """The next moment at which time alone changes something."""
    over = reading.due_at and reading.due_at + timedelta.resolution  # due means: later than that
    moments = (over, reading.meets_at, reading.away_until, reading.paused_until)
    return min((at for at in moments if at is not None and at > now), default=None)


def _tomorrow(now: datetime, office: Office) -> datetime:
    """When to look at what no event tells of: mails, addresses, jobs."""
    return office.start_of(office.day_of(now) + DAY)


def _ask_again(case: Case, standing: Standing, now: datetime, office: Office) -> Next:
    """A follow-up is in order: in which way, and whether one is under way."""
    number = standing.attempts
    if standing.due_at is not None and now - standing.due_at > ASKABLE_FOR:
        return Next(Step.CHECK, Why.LONG_AGO)
    if case.mode is Ladder.OFF:
        return Next(Step.WAIT, Why.SWITCHED_OFF)
    if case.reach.stopped:
        return Next(Step.WAIT, Why.STOPPED, _tomorrow(now, office))
    channel = _channel(case, number)
    if channel is None:
        return Next(Step.WAIT, Why.NO_WAY, _tomorrow(now, office))
    silence = f"{silence_key(standing.since)}/{number}"
    if (why := _under_way(case.written, silence)) is not None:
        return Next(Step.WAIT, why, _tomorrow(now, office))
    if channel in BY_VOICE:
        return Next(Step.CALL, Why.DUE, number=number, channel=channel)
    return Next(
        Step.FOLLOW_UP,
        Why.DUE,
        standing.due_at,
        number,
        channel,
        f"{silence}/{len(_of(case.written, silence))}",  # after those that were taken back
        by_itself=_by_itself(case, standing, number, now, office),
    )


def _by_itself(case: Case, standing: Standing, number: int, now: datetime, office: Office) -> bool:
    """Whether a follow-up needs no person: only the first, and only while it is not stale.

    Where nobody looked for long (the worker was down) and after a missed meeting, a person reads
    it before it leaves.
    """
    if case.mode is not Ladder.FIRST_AUTOMATIC or number != 1 or standing.due_at is None:
        return False
    if case.reading.no_shows:
        return False
    return now <= office.add(standing.due_at, case.terms.second_gap)


def _channel(case: Case, number: int) -> Channel | None:
    """The first follow-up takes the way of the question, the second another one where known."""
    known = ((Channel.EMAIL, case.reach.mail), (Channel.PHONE, case.reach.phone))
    ways = [way for way, is_known in known if is_known]
    spoken = any(attempt.channel in BY_VOICE for attempt in case.reading.asked)
    by_voice = spoken if number == 1 else not spoken
    wanted = Channel.PHONE if by_voice else Channel.EMAIL
    return wanted if wanted in ways else next(iter(ways), None)


def silence_key(since: datetime) -> str:
    """A silence, by the moment of our first unanswered touch."""
    return f"{since:%Y%m%dT%H%M%S.%f}"


def _of(written: Collection[Written], silence: str) -> list[Written]:
    """The follow-ups that were written for one silence under one number."""
    return [
        one
        for one in written
        if one.purpose is Purpose.FOLLOW_UP and one.occurrence.rpartition("/")[0] == silence
    ]


def _under_way(written: Collection[Written], silence: str) -> Why | None:
    """Why a follow-up need not be written: it is, a person skipped it, another mail waits.

    One that a machine took back, for an absence or a pause, is written anew after it.
    """
    for one in _of(written, silence):
        if one.skipped or one.state is MessageState.FAILED:
            return Why.SKIPPED
        if one.state is not MessageState.CANCELLED:
            return Why.WRITTEN
    is_open = any(one.state in OPEN and one.purpose is not Purpose.REMINDER for one in written)
    return Why.MAIL_WAITS if is_open else None


# --- after the end -------------------------------------------------------------------------------


def _after_the_end(case: Case, now: datetime) -> Next:
    """After a person confirmed a silence, a closing notice is prepared; once."""
    reading = case.reading
    if reading.outcome is not Outcome.GHOSTED or reading.ended_at is None:
        return Next(Step.WAIT, Why.ENDED)
    if now - reading.ended_at > CLOSABLE_FOR:
        return Next(Step.WAIT, Why.LONG_AGO)
    if case.reach.stopped or not case.reach.mail:
        return Next(Step.WAIT, Why.STOPPED if case.reach.stopped else Why.NO_WAY)
    occurrence = closing_occurrence(reading.ended_at)
    closings = [one for one in case.written if one.purpose is Purpose.CLOSING]
    if any(one.occurrence == occurrence for one in closings):
        return Next(Step.WAIT, Why.WRITTEN)
    return Next(
        Step.CLOSE,
        Why.CONFIRMED,
        reading.ended_at,
        channel=Channel.EMAIL,
        occurrence=occurrence,
    )


def closing_occurrence(ended_at: datetime) -> str:
    """What a closing notice is for: the end that it tells of."""
    return f"{silence_key(ended_at)}/closing"


# --- our own side --------------------------------------------------------------------------------


def _our_side(standing: Standing, now: datetime, office: Office) -> Next:
    if standing.due_at is None:
        return Next(Step.WAIT, Why.OUR_TURN)
    today = office.day_of(now)
    days = reminder_days(standing.due_at, office)
    ahead = (office.start_of(day) for day, _which in days if day > today)
    check_at = next(ahead, None)
    which = next((which for day, which in days if day == today), None)
    if which is not None:
        return Next(Step.REMIND, Why.PROMISE_DUE, check_at, reminder=which)
    if standing.state is State.DELAYED:
        return Next(Step.DELAY, Why.PROMISE_OVER, check_at)
    return Next(Step.WAIT, Why.OUR_TURN, check_at)


def reminder_days(due_at: datetime, office: Office) -> list[tuple[date, Reminder]]:
    """On which days a colleague is reminded of a promise, first to last.

    Whoever was not reminded on a day, since no worker ran, is reminded on the next of them only.
    """
    first = office.start_of(office.last_day(due_at))
    return [(office.day_of(office.add(first, n)), which) for which, n in REMINDERS.items()]


def delay_occurrence(since: datetime, promised_at: datetime) -> str:
    """What a delay notice is for: our turn, and the day that it promises."""
    return f"{silence_key(since)}/{promised_at:%Y%m%d}"


# --- before a mail leaves ------------------------------------------------------------------------


def unwanted(message: Written, case: Case, now: datetime, office: Office) -> Why | None:
    """Why a message must not leave any more at `now`; none while it is still in order.

    Asked before it is written, when a person approves it, and again right before it leaves.
    """
    standing = standing_at(case.reading, now)
    if message.purpose is Purpose.FOLLOW_UP:
        why = _unwanted_follow_up(message, case, standing, now)
        is_read = not message.by_itself or _by_itself(case, standing, 1, now, office)
        return why or (None if is_read else Why.UNREAD)
    if message.purpose is Purpose.CLOSING:
        ended_at = case.reading.ended_at
        if ended_at is None or case.reading.outcome is not Outcome.GHOSTED:
            return Why.REOPENED
        if closing_occurrence(ended_at) != message.occurrence:
            return Why.REOPENED
        return Why.LONG_AGO if now - ended_at > CLOSABLE_FOR else next(_stops(case), None)
    if message.purpose is Purpose.DELAY:
        holds = message.occurrence.startswith(silence_key(standing.since))
        if standing.state is State.ENDED:
            return Why.ENDED
        return next(_stops(case), None) if holds else Why.ANSWERED
    return None


def _stops(case: Case) -> Iterator[Why]:
    if case.reach.stopped:
        yield Why.STOPPED
    if not case.reach.mail:
        yield Why.BOUNCED


def _unwanted_follow_up(
    message: Written, case: Case, standing: Standing, now: datetime
) -> Why | None:
    if standing.state is State.ENDED:
        return Why.ENDED
    if not case.job_is_open:
        return Why.JOB_CLOSED
    if standing.turn is not Turn.CANDIDATE:
        return Why.OUR_TURN
    silence = silence_key(standing.since)
    if not message.occurrence.startswith(f"{silence}/"):
        return Why.ANSWERED  # the silence that it was about is over
    if standing.attempts >= LADDER:
        return Why.LADDER_THROUGH
    if not message.occurrence.startswith(f"{silence}/{standing.attempts}/"):
        return Why.ASKED_MEANWHILE
    if case.mode is Ladder.OFF:
        return Why.SWITCHED_OFF
    return next(_stops(case), None) or _rests(standing, case.reading, now)
