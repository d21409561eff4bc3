"""Only a person confirms a silence, and only when every condition holds."""

from __future__ import annotations

import pytest

from recruiting.errors import Refused
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.rules import Channel, Kind, Outcome
from recruiting.silence import services
from recruiting.silence.rules import Rule
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE

pytestmark = pytest.mark.usefixtures("app")
LATER = MONDAY + 30 * DAY


def confirm(application, outcome=Outcome.GHOSTED, *, attested=(), note="Called twice", now=LATER):
    return services.confirm(
        application,
        outcome,
        note=note,
        attested=attested,
        by="recruiter@heardback.test",
        now=now,
        office=OFFICE,
    )


def test_a_person_confirms_with_a_note():
    application = make.quiet_application()
    event = confirm(application)
    assert (application.outcome, event.kind) == (Outcome.GHOSTED, Kind.GHOSTED)
    assert (event.by, event.body) == ("recruiter@heardback.test", "Called twice")


def test_while_a_condition_is_not_met_nothing_is_confirmed_and_it_is_named():
    application = make.quiet_application()
    with pytest.raises(services.NotYet) as refusal:
        confirm(application, now=MONDAY + 9 * DAY)
    assert refusal.value.rules == [Rule.PATIENCE]
    assert application.outcome is None


def test_what_only_a_reader_can_know_must_be_attested():
    application = make.application()
    make.event(application, at=MONDAY + HOUR)
    make.reply(application, at=MONDAY + 2 * HOUR)
    make.event(application, at=MONDAY + DAY)
    make.event(application, at=MONDAY + 8 * DAY)
    with pytest.raises(services.NotYet) as refusal:
        confirm(application)
    assert refusal.value.rules == [Rule.PLAIN_QUESTION]
    confirm(application, attested={Rule.PLAIN_QUESTION})
    assert application.outcome is Outcome.GHOSTED


def test_nobody_can_attest_away_what_the_machine_knows():
    application = make.quiet_application()
    make.event(application, Kind.PAUSED, at=MONDAY + 9 * DAY, due_at=MONDAY + 60 * DAY)
    with pytest.raises(services.NotYet):
        confirm(application, attested=set(Rule))


def test_without_contact_it_is_no_ghosting_but_can_be_ended_as_never_responded():
    application = make.application(candidate=make.candidate(phone="+49 30 23125 002"))
    for days, channel in ((1, Channel.EMAIL), (8, Channel.PHONE), (15, Channel.EMAIL)):
        make.event(application, at=MONDAY + days * DAY, channel=channel, offers_no=True)
    with pytest.raises(services.NotYet):
        confirm(application)
    confirm(application, Outcome.NEVER_RESPONDED)
    assert application.outcome is Outcome.NEVER_RESPONDED


def test_only_what_bounced_is_unreachable():
    application = make.quiet_application()
    with pytest.raises(services.NotYet):
        confirm(application, Outcome.UNREACHABLE)
    bounced = make.application()
    make.event(bounced, at=MONDAY + DAY)
    make.reply(bounced, kind=Kind.BOUNCE, at=MONDAY + DAY + HOUR)
    confirm(bounced, Outcome.UNREACHABLE)
    assert bounced.outcome is Outcome.UNREACHABLE


def test_a_confirmation_without_a_note_is_refused():
    with pytest.raises(Refused):
        confirm(make.quiet_application(), note=" ")


def test_one_step_reopens_what_was_confirmed():
    application = make.quiet_application()
    confirm(application)
    pipeline.reopen(
        application, note="She called", by="hr@heardback.test", now=LATER, office=OFFICE
    )
    assert application.outcome is None
