"""Two people, or two clicks, at the same moment: one acts, the others are told, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from recruiting import clock
from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Kind, Outcome
from tests import make
from tests.clients import Client

AT_ONCE = 12
KEY = "a-key-of-one-rendered-form"


def at_once(clients: list[Client], path: str, forms: list[dict[str, str]]) -> list[int]:
    """Send every form at the same moment; the statuses, sorted."""
    ready = Barrier(len(clients))

    def send(client: Client, form: dict[str, str]) -> int:
        with client.application.app_context():
            token = client.csrf_token()
            ready.wait(timeout=30)
            return client.post(path, data={"csrf_token": token, **form}).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        return sorted(pool.map(send, clients, forms))


def events(kind: Kind) -> int:
    db.session.rollback()
    found = db.session.scalar(select(func.count()).where(Event.kind == kind)) or 0
    db.session.rollback()
    return found


@pytest.fixture
def clients(signed_in) -> list[Client]:
    """The same colleague in twelve windows."""
    user = make.user(Role.RECRUITER)
    return [signed_in(user) for _ in range(AT_ONCE)]


@pytest.mark.usefixtures("loopback")
def test_of_twelve_moves_from_one_page_one_wins_and_the_others_are_told(
    app: Flask, clients: list[Client]
):
    application = make.application(job=make.job(stages=("Applied", "Interview", "Offer")))
    targets = [stage.id for stage in application.job.stages[1:]]
    path, version = f"/applications/{application.id}/move", application.version
    db.session.commit()
    forms = [
        {"stage": str(targets[n % 2]), "version": str(version), "submission": f"{KEY}-{n:02d}"}
        for n in range(AT_ONCE)
    ]
    assert at_once(clients, path, forms) == [303] + [409] * (AT_ONCE - 1)
    assert events(Kind.MOVED) == 1


@pytest.mark.usefixtures("loopback")
def test_a_form_sent_twelve_times_acts_once(app: Flask, clients: list[Client]):
    application = make.application(at=clock.now())
    path, version = f"/applications/{application.id}/end", application.version
    db.session.commit()
    form = {"outcome": "rejected", "note": "x", "version": str(version), "submission": KEY}
    assert at_once(clients, path, [form] * AT_ONCE) == [303] * AT_ONCE
    assert events(Kind.REJECTION) == 1
    assert db.session.scalar(select(Application.outcome)) is Outcome.REJECTED
    db.session.rollback()
