"""What candidates ask and allow, as verbs: dated facts that move no turn, and end by a person."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from recruiting.accounts.models import User
from recruiting.accounts.rules import Actor, Permission, Role
from recruiting.db import db
from recruiting.messages.rules import MessageState
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from recruiting.privacy import documents, queries, services, tasks
from recruiting.privacy.rules import Decision
from tests import make
from tests.answers.asked import NOW, RECRUITER, asked_application, mail
from tests.answers.test_services import is_as_read
from tests.make import DAY, HOUR, OFFICE
from tests.messages.mails import KEY
from tests.privacy.papers import handed_in

pytestmark = pytest.mark.usefixtures("app")
WHEN = {"now": NOW, "office": OFFICE}


def ask(application: Application, *, at=NOW) -> bool:
    return services.ask_erasure(application, "", now=at, office=OFFICE)


def decide(application: Application, decision: Decision, *, at=NOW + DAY) -> bool:
    return services.decide_erasure(
        application, decision, "a reason", by=RECRUITER, now=at, office=OFFICE
    )


def test_a_wish_to_erase_stands_with_its_legal_day_and_takes_back_no_mail():
    application = asked_application()
    follow_up = mail(application)
    assert ask(application)
    erasure = queries.erasure_of(application)
    assert erasure
    assert (erasure.asked_at, erasure.due_on, erasure.is_open) == (NOW, date(2026, 4, 2), True)
    assert follow_up.state is MessageState.QUEUED
    assert is_as_read(application)


def test_it_is_asked_once_taken_back_once_and_decided_once():
    application = asked_application()
    assert [ask(application), ask(application)] == [True, False]
    taken = [services.take_back_erasure(application, **WHEN) for _ in range(2)]
    assert taken == [True, False]
    assert not decide(application, Decision.DONE)
    assert ask(application, at=NOW + HOUR)
    assert decide(application, Decision.REFUSED)
    assert not decide(application, Decision.DONE)
    assert not services.take_back_erasure(application, now=NOW + 2 * DAY, office=OFFICE)


def test_what_was_decided_can_be_asked_for_again():
    application = asked_application()
    ask(application)
    decide(application, Decision.REFUSED)
    assert ask(application, at=NOW + 5 * DAY)
    assert [one.application_id for one in queries.open_erasures()] == [application.id]


def test_refused_keeps_documents_and_consent_and_done_takes_both():
    kept, gone = asked_application(), asked_application()
    for application, decision in ((kept, Decision.REFUSED), (gone, Decision.DONE)):
        handed_in(application, at=NOW - DAY)
        services.give_consent(application, date(2026, 9, 2), **WHEN)
        ask(application)
        assert decide(application, decision)
        documents.delete_erased(application, now=NOW + DAY, office=OFFICE, keys=[KEY])
    held = [
        (bool(queries.documents(one)), bool((found := queries.consent_of(one)) and found.holds))
        for one in (kept, gone)
    ]
    assert held == [(True, True), (False, False)]


def test_another_day_replaces_the_one_that_was_allowed_before():
    application = asked_application()
    assert services.give_consent(application, date(2026, 6, 2), **WHEN)
    assert not services.give_consent(application, date(2026, 6, 2), **WHEN)
    assert services.give_consent(application, date(2027, 3, 2), **WHEN)
    consent = queries.consent_of(application)
    assert consent
    assert (consent.ask_on, consent.holds) == (date(2027, 3, 2), True)


def test_due_is_who_allowed_it_whose_day_has_come_and_who_is_closed_as_they_wished():
    actor = make.user()
    closed, open_again, too_early, taken_back = (asked_application() for _ in range(4))
    for application in (closed, open_again, too_early, taken_back):
        day = date(2026, 9, 3) if application is too_early else date(2026, 9, 2)
        services.give_consent(application, day, **WHEN)
        pipeline.close(application, Outcome.WITHDRAWN, note="x", by=RECRUITER, **WHEN)
    services.withdraw_consent(taken_back, **WHEN)
    pipeline.reopen(open_again, note="x", by=RECRUITER, now=NOW + HOUR, office=OFFICE)
    db.session.flush()
    due = queries.consents_due(actor_of(actor), date(2026, 9, 2))
    assert [one.application_id for one in due] == [closed.id]
    for owner, number in ((RECRUITER, 1), ("else@example.org", 0)):
        assert len(queries.consents_due(actor_of(actor), date(2026, 9, 2), owner=owner)) == number
    later = NOW + 184 * DAY
    settled = [
        services.settle_consent(closed, by=RECRUITER, now=at, office=OFFICE)
        for at in (later - DAY, later, later)
    ]
    assert settled == [False, True, False]
    assert queries.consents_due(actor_of(actor), date(2026, 9, 2)) == []


def actor_of(user: User) -> Actor:
    return Actor(user.id, user.email, user.name, user.role)


class Only(Actor):
    """Somebody with the one right that their name says: no role of today has one alone."""

    def can(self, permission: Permission) -> bool:
        return permission.value == self.name


@pytest.mark.parametrize(
    ("right", "slugs"),
    [
        (Permission.DECIDE_ERASURES, ["erasure"]),
        (Permission.WORK_APPLICATIONS, ["again"]),
        (Permission.SEE_APPLICATIONS, []),
    ],
)
def test_each_form_asks_for_its_own_right(app: Flask, right: Permission, slugs: list[str]):
    application = asked_application()
    services.give_consent(application, date(2026, 3, 2), **WHEN)
    pipeline.close(application, Outcome.WITHDRAWN, note="x", by=RECRUITER, **WHEN)
    ask(application)
    who = Only(1, "robin@example.org", right.value, Role.HR)
    with app.test_request_context():
        made = tasks.forms(application, queries.standing(application), who, NOW)
    assert [form.slug for form in made] == slugs
