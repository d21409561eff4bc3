"""What of a timeline is known outside: a decision only after a mail that tells it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from recruiting.answers.telling import OURS, Fact, Mailed, known
from recruiting.answers.wishes import Wish, wish_id
from recruiting.messages.rules import Purpose
from recruiting.pipeline.rules import Channel, Kind
from tests.make import DAY, HOUR, MONDAY
from tests.pipeline.timelines import come, out

APPLIED = Fact(come(MONDAY - 9 * DAY))
END = MONDAY
ENDS = sorted(OURS)
SILENT = (Kind.GHOSTED, Kind.UNREACHABLE, Kind.NEVER_RESPONDED)


def end(kind: Kind = Kind.REJECTION, at: datetime = END) -> Fact:
    return Fact(out(at, kind))


def mail(
    purpose: Purpose = Purpose.WRITTEN,
    *,
    at: datetime = END + DAY,
    before: timedelta = HOUR,
    **more: Any,
) -> Fact:
    """A mail of the outbox that left at a moment, and was written a little before."""
    return Fact(out(at, **more), Mailed(purpose, at - before))


def kept(*facts: Fact) -> list[Kind]:
    """The kinds of what is known outside, behind the application itself."""
    places = known([APPLIED, *facts]).places
    return [([APPLIED, *facts])[place].moment.kind for place in places][1:]


@pytest.mark.parametrize("kind", ENDS)
def test_a_decision_alone_is_known_to_nobody_outside(kind: Kind):
    assert kept(end(kind)) == []


@pytest.mark.parametrize("kind", ENDS)
@pytest.mark.parametrize("purpose", [Purpose.CLOSING, Purpose.WRITTEN])
def test_a_mail_that_a_person_sends_after_it_tells_it(kind: Kind, purpose: Purpose):
    facts = [APPLIED, end(kind), mail(purpose)]
    found = known(facts)
    assert found.places == (0, 1, 2)
    assert found.told_at == {1: END + DAY}


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.CLOSING, Purpose.WRITTEN}))
def test_what_a_machine_sends_by_itself_tells_nothing(purpose: Purpose):
    assert kept(end(), mail(purpose)) == [Kind.MESSAGE]


def test_a_mail_that_was_written_before_the_decision_and_left_after_it_tells_nothing():
    assert kept(end(), mail(at=END + HOUR, before=2 * HOUR)) == [Kind.MESSAGE]


def test_a_mail_before_the_decision_tells_nothing():
    assert kept(mail(at=END - DAY), end()) == [Kind.MESSAGE]


def test_a_mail_that_was_written_elsewhere_tells_it_if_somebody_put_their_name_to_it():
    assert kept(end(), Fact(out(END + DAY, by="a@example.org")))[0] is Kind.REJECTION
    assert kept(end(), Fact(out(END + DAY))) == [Kind.MESSAGE]


@pytest.mark.parametrize("channel", sorted(set(Channel) - {Channel.EMAIL}))
def test_no_call_and_no_meeting_tells_it(channel: Channel):
    assert kept(end(), Fact(out(END + DAY, channel=channel, by="a@example.org"))) == [Kind.MESSAGE]


def test_a_mail_that_came_back_has_told_nothing_and_the_next_one_does():
    came_back = Fact(come(END + DAY + HOUR, Kind.BOUNCE))
    assert kept(end(), mail(), came_back) == [Kind.MESSAGE, Kind.BOUNCE]
    assert Kind.REJECTION in kept(end(), mail(), came_back, mail(at=END + 3 * DAY))


def test_a_later_mail_that_came_back_untells_nothing():
    later = [mail(Purpose.FRESH_LINK, at=END + 2 * DAY), Fact(come(END + 3 * DAY, Kind.BOUNCE))]
    assert Kind.REJECTION in kept(end(), mail(), *later)


def test_that_a_candidate_says_it_did_not_arrive_untells_nothing():
    said = come(END + 2 * DAY, Kind.BOUNCE, external_id=wish_id(Wish.NOT_REACHED, "1"))
    assert Kind.REJECTION in kept(end(), mail(), Fact(said))


def test_their_own_no_they_know():
    assert kept(Fact(come(END, Kind.WITHDRAWAL))) == [Kind.WITHDRAWAL]


def test_what_nobody_knew_is_taken_back_unseen():
    reopened = Fact(out(END + DAY, Kind.REOPENED))
    assert kept(end(), reopened, mail(at=END + 2 * DAY)) == [Kind.MESSAGE]
    told = [end(), mail(at=END + HOUR), reopened]
    assert kept(*told) == [Kind.REJECTION, Kind.MESSAGE, Kind.REOPENED]


def test_a_reopening_of_what_they_ended_is_known_though_we_had_declined_after_it():
    facts = [
        Fact(come(END - DAY, Kind.WITHDRAWAL)),
        end(),
        Fact(out(END + DAY, Kind.REOPENED)),
    ]
    assert kept(*facts) == [Kind.WITHDRAWAL, Kind.REOPENED]


@pytest.mark.parametrize("kind", SILENT)
def test_a_mail_after_their_late_word_tells_of_no_silence(kind: Kind):
    late = Fact(come(END + HOUR))
    assert kept(end(kind), late, mail()) == [Kind.MESSAGE, Kind.MESSAGE]
    assert Kind.REJECTION in kept(end(), late, mail())


def test_each_of_two_decisions_is_told_for_itself():
    first, second = end(), end(Kind.GHOSTED, END + 9 * DAY)
    reopened = Fact(out(END + 5 * DAY, Kind.REOPENED))
    assert kept(first, mail(), reopened, second) == [Kind.REJECTION, Kind.MESSAGE, Kind.REOPENED]
