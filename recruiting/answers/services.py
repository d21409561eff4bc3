"""What an answer does: it becomes events, and what would have asked again is taken back.

Events are added, never edited: who changes an answer adds another one. Each verb says whether it
did anything; a second click does nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from recruiting.answers import queries
from recruiting.answers.inviting import invite
from recruiting.answers.outside import outside
from recruiting.answers.rules import (
    ENDS,
    Answer,
    Choice,
    Given,
    external_id,
    holding,
    may_go_on,
    offered,
)
from recruiting.answers.wishes import Wish, Wished, due_at, granted, wish_id
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.feedback import services as feedback
from recruiting.messages.rules import Purpose
from recruiting.messages.services import cancel_unsent, queue
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome, Turn
from recruiting.privacy import queries as privacy_queries
from recruiting.privacy import services as privacy
from recruiting.silence.attending import Letter
from recruiting.workdays import DAY, Office

ID_BYTES = 8
# What has not left yet and is pointless, once they have spoken or asked us to stop.
ASKING = frozenset({Purpose.FOLLOW_UP, Purpose.CLOSING})
BY_ITSELF = ASKING | {Purpose.DELAY}
# Which answers a page offers, given what its candidate may know.
Offer = Callable[[Outcome | None, Turn, Given | None, datetime], Collection[Choice]]


@dataclass(frozen=True)
class Said:
    """An answer in its time and place: the words that were tapped, as the page showed them."""

    application: Application
    answer: Answer
    words: str
    now: datetime
    office: Office


def send_fresh(
    application: Application,
    letter: Letter,
    *,
    now: datetime,
    office: Office,
) -> bool:
    """Send the new link that somebody asked for; false if one has gone today.

    It leaves at once, at any hour, to the address on record.
    """
    message = queue(
        application,
        Purpose.FRESH_LINK,
        occurrence=f"{office.day_of(now):%Y%m%d}",
        by=None,
        asks=False,
        is_automatic=True,
        now=now,
        **letter.named,
    )
    return message is not None


def answer(said: Said, *, feedback_days: int, offer: Offer = offered) -> bool:
    """Take an answer of one tap; false if it says nothing new, or cannot be given any more.

    What can be given follows from what the candidate may know, so that a decision that was not
    told stops nobody. The caller holds the application locked. Who ends the application gets a
    link to exit feedback that lives for `feedback_days`, unless something is against it.
    """
    application, choice, now = said.application, said.answer.choice, said.now
    seen = outside(application, now, said.office)
    given = queries.given(application, said.office, now)
    held = holding(seen.outcome, given)  # not a no after which it was opened again
    if held is not None and held.says(said.answer) and seen.outcome is None:
        return False
    if choice not in offer(seen.outcome, seen.turn, given, now):
        return False
    _RECORD[choice](said, seen.outcome)
    _allow(said)
    ends = choice in ENDS
    cancel_unsent(application, BY_ITSELF if ends else ASKING, why="answered", now=now)
    if ends:
        if seen.outcome is None:
            feedback.revoke(application, now=now)  # or its last day told when we had decided
        invite(application, now=now, office=said.office, days=feedback_days)
    else:
        feedback.revoke(application, now=now)
    return True


def _allow(said: Said) -> None:
    """Keep whether we may ask again: an answer replaces what was allowed with the one before."""
    ask_on = said.answer.ask_on(said.office.day_of(said.now))
    if ask_on is not None:
        privacy.give_consent(said.application, ask_on, now=said.now, office=said.office)
    else:
        privacy.withdraw_consent(said.application, now=said.now, office=said.office)


def go_on(said: Said) -> bool:
    """Take "this is wrong" to a closing notice; false if there is nothing to open.

    What was ended because nobody answered opens by it; anything else is for a person to open.
    """
    application, now = said.application, said.now
    seen = outside(application, now, said.office)
    given = queries.given(application, said.office, now)
    if not may_go_on(seen.outcome, seen.turn, given):
        return False
    _message(said)
    privacy.withdraw_consent(application, now=now, office=said.office)
    cancel_unsent(application, ASKING, why="answered", now=now)
    if application.outcome is None:
        feedback.revoke(application, now=now)
    return True


def wish(
    application: Application, wished: Wished, words: str, *, now: datetime, office: Office
) -> bool:
    """Take a wish of the status page; false if it holds already, or cannot be uttered now.

    `words` are those that were tapped. The caller holds the application locked. A call or another
    time makes it our turn, due by a day of its own. What did not arrive is our fault: it is told
    like a mail that came back, and lies on the desk until we have written again. That their data
    be deleted is no touch and changes nothing but the list of what a person has to decide.
    """
    seen = outside(application, now, office)
    if wished.wish is Wish.ERASURE:
        came_at = queries.came_at(seen, privacy_queries.documents(application))
        return privacy.ask_erasure(application, wished.text, came_at, now=now, office=office)
    meets = seen.meeting is not None
    if wished.wish not in granted(seen.outcome, seen.turn, meets=meets, held=seen.wishes):
        return False
    shared: dict[str, Any] = {"at": now, "now": now, "office": office}
    shared |= {"direction": Direction.IN, "channel": Channel.EMAIL, "subject": words}
    pipeline.record(
        application,
        Kind.MESSAGE,
        awaits_reply=wished.wish is not Wish.SUITS,
        due_at=due_at(wished.wish, now, seen.reading.meets_at, office),
        body=wished.text,
        external_id=wish_id(wished.wish, secrets.token_hex(ID_BYTES)),
        **shared,
    )
    if wished.wish is Wish.NOT_REACHED:
        number = secrets.token_hex(ID_BYTES)
        pipeline.record(
            application, Kind.BOUNCE, external_id=wish_id(wished.wish, number), **shared
        )
    cancel_unsent(application, ASKING, why="answered", now=now)
    if application.outcome is None:
        feedback.revoke(application, now=now)
    return True


def stop(address: Address, *, now: datetime) -> bool:
    """Write to an address no more; false if that was so already.

    Mails of the machine's making that have not left are taken back, for every application.
    """
    theirs = select(Application).where(Application.candidate_id == address.candidate_id)
    locked = theirs.order_by(Application.id).with_for_update()
    applications = db.session.scalars(locked).all()  # first, as whoever delivers a mail does
    db.session.refresh(address, with_for_update=True)
    if address.state is AddressState.STOPPED:
        return False
    address.state = AddressState.STOPPED
    for application in applications:
        cancel_unsent(application, BY_ITSELF, why="stopped", now=now)
    db.session.flush()
    return True


def _record(said: Said, kind: Kind, *, at: datetime | None = None, **more: Any) -> Event:
    return pipeline.record(
        said.application,
        kind,
        at=at or said.now,
        now=said.now,
        office=said.office,
        direction=Direction.IN,
        channel=Channel.EMAIL,  # as the link came
        **more,
    )


def _message(said: Said, **more: Any) -> Event:
    """Their own words: a touch like a mail of theirs."""
    number = secrets.token_hex(ID_BYTES)
    return _record(
        said,
        Kind.MESSAGE,
        subject=said.words,
        body=said.answer.text,
        external_id=external_id(said.answer.choice, number),
        **more,
    )


def _interested(said: Said, known: Outcome | None) -> None:
    """The next word is ours; who had withdrawn by a tap takes that back.

    Also where a hire that they do not know of stands: for them the application goes on.
    """
    _message(said)
    if known is Outcome.WITHDRAWN:
        _record(said, Kind.REOPENED)


def _more_time(said: Said, _known: Outcome | None) -> None:
    """The turn stays theirs: they write by the end of the day; until then nobody asks."""
    until = said.answer.until
    if until is None:
        raise ValueError("more time needs its day")
    _message(said, awaits_reply=False, due_at=said.office.start_of(until + DAY))
    _record(said, Kind.PAUSED, due_at=said.office.start_of(until))


def _no(said: Said, _known: Outcome | None) -> None:
    """It ends as withdrawn, with what they said as the note.

    Also where we had declined and told nobody: that decision is taken back, for theirs was the
    first that both sides knew of. A hire that they do not know of yet stands, for a person to read.
    """
    if said.application.outcome is Outcome.REJECTED:
        _record(said, Kind.REOPENED, at=said.now - timedelta.resolution)
    number = secrets.token_hex(ID_BYTES)
    words = "\n\n".join(filter(None, (said.words, said.answer.text)))
    _record(
        said,
        Kind.WITHDRAWAL,
        subject=said.words,
        body=words,
        external_id=external_id(said.answer.choice, number),
    )


# Each with what its candidate knew before of how it ended.
_RECORD: dict[Choice, Callable[[Said, Outcome | None], None]] = {
    Choice.INTERESTED: _interested,
    Choice.MORE_TIME: _more_time,
    Choice.LATER: _no,
    Choice.WITHDRAW: _no,
}
