"""The status page in sentences: plain, exact, and honest where we are late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.answers.outside import Outside
from recruiting.answers.rules import Choice, choice_of
from recruiting.answers.wishes import Wish
from recruiting.jobs.models import Stage
from recruiting.pipeline.models import Event
from recruiting.pipeline.rules import SILENT_OUTCOMES, Channel, Kind, Outcome, Turn
from recruiting.pipeline.wording import CHANNELS, clock_words, full_day_words
from recruiting.silence.rules import State
from recruiting.workdays import Office

NOTHING_TO_DO = _l("There is nothing you need to do.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says of an application."""

    stage: str  # empty: candidates see none
    turn: str  # whose turn it is, in a few words; empty: it has ended
    lines: list[str]  # what holds and what comes next
    is_late: bool
    held: list[str]  # what they asked of us
    meeting: str
    to_come: list[str]
    written: str  # what we hold of theirs; empty: nothing


def tell(seen: Outside, office: Office, *, has_documents: bool) -> Told:
    """Say where an application stands, in the language of the page.

    `has_documents` says that files of theirs are still here.
    """
    is_open = seen.outcome is None
    return Told(
        _name(seen.stage) if seen.stage else "",
        _turn(seen) if is_open else "",
        list(_next(seen, office) if is_open else _ended(seen)),
        is_open and seen.standing.state is State.DELAYED,
        [_held(wish, event, seen, office) for wish, event in seen.wishes.items()],
        _meeting(seen.meeting, office) if seen.meeting else "",
        [_name(one) for one in seen.to_come],
        _written(seen, has_documents=has_documents),
    )


def _name(stage: Stage) -> str:
    return stage.outside.name(str(get_locale() or "en"), stage.name)


def _day(day: date) -> str:
    return full_day_words(day)


def _turn(seen: Outside) -> str:
    if seen.standing.state is State.MUTUAL_FADE or seen.turn is Turn.US:
        return _("It is our turn")
    if seen.turn is Turn.CANDIDATE:
        return _("It is your turn")
    return _("We decide")


def _ended(seen: Outside) -> Iterator[str]:
    day = full_day_words(seen.ended_at) if seen.ended_at else ""
    if seen.outcome is Outcome.WITHDRAWN and _said_later(seen):
        yield _(
            "You told us on %(day)s that now is not the time. Your application is closed, as you "
            "wished, and you are welcome to apply again at any time.",
            day=day,
        )
    elif seen.outcome is Outcome.WITHDRAWN:
        yield _("You withdrew your application on %(day)s. It is closed, as you wished.", day=day)
    elif seen.outcome is Outcome.REJECTED:
        yield _("We do not go on with your application, as we wrote to you on %(day)s.", day=day)
    elif seen.outcome in SILENT_OUTCOMES:
        yield _(
            "We closed your application because we had heard nothing further, as we wrote to you "
            "on %(day)s. An answer now still counts.",
            day=day,
        )


def _said_later(seen: Outside) -> bool:
    """Whether the end was "not now, perhaps later"."""
    ends = (one for one in reversed(seen.events) if one.kind is Kind.WITHDRAWAL)
    return next((choice_of(one.external_id) is Choice.LATER for one in ends), False)


def _next(seen: Outside, office: Office) -> Iterator[str]:
    if seen.turn is Turn.CANDIDATE:
        yield from _yours(seen, office)
    else:
        yield _ours(seen, office)
        yield str(NOTHING_TO_DO)


def _ours(seen: Outside, office: Office) -> str:
    """What we owe and by when; what we promised first, where that did not hold."""
    standing = seen.standing
    if standing.due_at is None:
        return _("You hear from us.")
    last = office.last_day(standing.due_at)
    if _is_near(seen, standing.due_at, office) and standing.state is not State.DELAYED:
        return _("You hear from us as soon as we can, before the appointment.")
    first = _first_promise(seen, office)
    if standing.state is State.DELAYED:
        return _(
            "We said %(day)s. We are late, and we are sorry; no new day is named yet.",
            day=_day(last),
        )
    if first is not None and first < last:
        if first < office.day_of(seen.now):
            return _(
                "We said %(first)s. We are late, and we are sorry: you hear from us by %(day)s "
                "at the latest.",
                first=_day(first),
                day=_day(last),
            )
        return _(
            "We said %(first)s. It takes longer, and we are sorry: you hear from us by %(day)s "
            "at the latest.",
            first=_day(first),
            day=_day(last),
        )
    if seen.turn is Turn.NOBODY:
        return _("You hear what we decide by %(day)s at the latest.", day=_day(last))
    return _("You hear from us by %(day)s at the latest.", day=_day(last))


def _first_promise(seen: Outside, office: Office) -> date | None:
    """The day that we promised before we named another one; none if we did not."""
    reading = seen.reading
    if reading.promised_at is None or seen.standing.since != reading.since:
        return None
    terms = seen.terms
    days = terms.decision if reading.decides else terms.promise
    return office.last_day(office.deadline(reading.since, days))


def _yours(seen: Outside, office: Office) -> Iterator[str]:
    """What we wait for, without any hurry that was not agreed."""
    reading, state = seen.reading, seen.standing.state
    if reading.has_open_question:
        yield _("You asked us something that we have not answered yet; that is ours to do.")
    if state is State.PAUSED and reading.paused_until:
        day = full_day_words(reading.paused_until)
        yield _("You asked for time until %(day)s. Until then nobody asks.", day=day)
    elif state is State.AWAY and reading.away_until:
        day = full_day_words(reading.away_until)
        yield _("You are away, as we were told. Until %(day)s nobody asks.", day=day)
    elif state is State.UNREACHABLE:
        yield _(
            "Our last mail to you came back. Please write to us from an address that works, "
            "or ask us to call you."
        )
    if (asked := seen.asked) is not None:
        yield _task(asked)
    if reading.agreed_at is not None and state is not State.PAUSED:
        yield _agreed(office.last_day(reading.agreed_at), office.day_of(seen.now))


def _agreed(day: date, today: date) -> str:
    if day >= today:
        return _("For your answer we agreed on %(day)s.", day=_day(day))
    return _(
        "For your answer we had agreed on %(day)s. That day has passed, and your answer is still "
        "welcome.",
        day=_day(day),
    )


def _task(asked: Event) -> str:
    day = full_day_words(asked.at)
    match asked.kind:
        case Kind.ASSIGNMENT:
            return _("We sent you a task on %(day)s.", day=day)
        case Kind.OFFER:
            return _("We made you an offer on %(day)s, and would be glad of your answer.", day=day)
        case Kind.INTERVIEW:
            return _("We proposed an appointment on %(day)s.", day=day)
    return _("We wrote to you on %(day)s, and would be glad of a word from you.", day=day)


def _meeting(event: Event, office: Office) -> str:
    """When, on whose clock, and how."""
    if event.due_at is None:
        return ""
    said = _(
        "%(day)s, %(clock)s (clock of %(zone)s)",
        day=full_day_words(event.due_at),
        clock=clock_words(event.due_at),
        zone=office.zone.rpartition("/")[2].replace("_", " "),
    )
    if event.channel in {Channel.OTHER, Channel.EMAIL}:
        return said
    return f"{said}, {CHANNELS[event.channel]}"


def _is_near(seen: Outside, due_at: datetime, office: Office) -> bool:
    """Whether what we owe is due on the day of the appointment that it is about."""
    if seen.meeting is None or seen.meeting.due_at is None or due_at > seen.meeting.due_at:
        return False
    return office.last_day(due_at) == office.day_of(seen.meeting.due_at)


def _held(wish: Wish, event: Event, seen: Outside, office: Office) -> str:
    asked = full_day_words(event.at)
    match wish:
        case Wish.ANOTHER_TIME if event.due_at is not None and seen.meeting is not None:
            if _is_near(seen, event.due_at, office):
                return _(
                    "On %(asked)s you asked for another time for the appointment. We answer as "
                    "soon as we can, before the appointment.",
                    asked=asked,
                )
            return _(
                "On %(asked)s you asked for another time for the appointment. We answer by "
                "%(day)s, before the appointment.",
                asked=asked,
                day=_day(office.last_day(event.due_at)),
            )
        case Wish.CALL if event.due_at is not None:
            day = _day(office.last_day(event.due_at))
            return _("On %(asked)s you asked for a call. We call by %(day)s.", asked=asked, day=day)
        case Wish.NOT_REACHED:
            return _(
                "On %(asked)s you told us that messages or a link of ours did not work. That is "
                "our fault, and a person looks into it.",
                asked=asked,
            )
        case Wish.SUITS:
            return _("On %(asked)s you told us that the appointment suits you.", asked=asked)
    return _("On %(asked)s you asked for another time for the appointment.", asked=asked)


def _written(seen: Outside, *, has_documents: bool) -> str:
    if not seen.theirs:
        return ""
    number, day = len(seen.theirs), full_day_words(seen.theirs[-1].at)
    if not has_documents:  # none came, or they are gone
        return ngettext(
            "One message from you, of %(day)s.",
            "%(num)d messages from you, the last of %(day)s.",
            number,
            day=day,
        )
    return ngettext(
        "One message from you, of %(day)s, with what was attached to it.",
        "%(num)d messages from you, the last of %(day)s, with what was attached to them.",
        number,
        day=day,
    )
