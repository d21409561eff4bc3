"""Scenes of silence: follow-ups, the ladder, its end, and words that cannot arrive."""

from __future__ import annotations

from recruiting.candidates.rules import AddressKind
from recruiting.demo.employer import Staff
from recruiting.demo.story import Story, Who
from recruiting.demo.times import Gap
from recruiting.pipeline.rules import Channel, Kind, Result

DEADLINE_GRACE = 3  # working days after a deadline before we ask


def asks_again(s: Story, number: int, gap: Gap | None = None) -> None:
    """A follow-up: first in the same channel, then in another where one is known."""
    waited = gap or s.workdays(4, 5)
    if number == 1:
        again = "sourced_again" if _last_channel(s) is Channel.LINKEDIN else "follow_1"
        s.ask(again, gap=waited, channel=_last_channel(s), offers_no=True)
    elif s.person.phone:
        calls(s, waited)
    else:
        s.ask("follow_2", gap=waited, offers_no=True)


def calls(s: Story, gap: Gap) -> None:
    """We ring and do not reach anybody; what was said is on the voicemail or not at all."""
    voicemail = s.rng.random() < 0.8
    s.ask(
        "voicemail" if voicemail else "no_answer",
        gap=gap,
        channel=Channel.PHONE,
        result=Result.VOICEMAIL if voicemail else Result.NO_ANSWER,
        offers_no=True if voicemail else None,
        minutes=5,
    )


def _last_channel(s: Story) -> Channel:
    ours = [beat for beat in s.beats if beat.who is Who.US and beat.awaits]
    return ours[-1].channel


def first_wait(s: Story) -> Gap:
    """How long we wait for an answer to what we asked last, before the first follow-up."""
    if s.part not in {"task", "offer"}:
        return s.workdays(4, 5)
    agreed = next(beat.due for beat in reversed(s.beats) if beat.due is not None)
    return s.workdays(agreed.workdays + DEADLINE_GRACE, agreed.workdays + DEADLINE_GRACE + 1)


def falls_silent(s: Story) -> None:
    """The whole ladder without an answer: two follow-ups, and a look at our own side."""
    asks_again(s, 1, first_wait(s))
    asks_again(s, 2, s.workdays(5, 6))
    if s.rng.random() < 0.4:
        s.note("note.checked", s.workdays(2, 3))


def is_closed(s: Story, kind: Kind, by: Staff | None = None) -> None:
    """A person confirms what the silence came to, and we say goodbye with thanks."""
    confirmed = by or s.owner
    s.close(kind, f"note.{kind}", s.workdays(6, 8), by=confirmed, minutes=5)
    s.ours("closing" if kind is Kind.GHOSTED else "closing_unheard", gap=s.soon(5, 30))


def bounces(s: Story) -> None:
    """Our mail comes back, and the number in the documents, if there is one, is not in service."""
    s.machine(Kind.BOUNCE, "bounced")
    s.bounced.add(AddressKind.EMAIL)
    if s.person.phone:
        s.ask("rings", gap=s.workdays(1, 2), channel=Channel.PHONE, result=Result.NO_ANSWER)
        s.machine(Kind.BOUNCE, "not_in_service", channel=Channel.PHONE)
        s.bounced.add(AddressKind.PHONE)
