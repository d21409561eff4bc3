"""Mails that wait in the outbox, and a worker that delivers them to a server of the test."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Flask
from sqlalchemy import select

from recruiting import outgoing
from recruiting.db import db
from recruiting.messages import services
from recruiting.messages.models import Message
from recruiting.messages.rules import Purpose
from recruiting.pipeline.models import Application
from tests import make
from tests.make import DAY, HOUR, MONDAY

FROM = "jobs@nordwind.example"


def waiting(
    application: Application | None = None,
    purpose: Purpose = Purpose.WRITTEN,
    *,
    occurrence: str = "1",
    subject: str = "Your interview",
    body: str = "Good morning,\n\nwhen would you like to come?\n\nAnna",
    now: datetime = MONDAY,
    **more: object,
) -> Message:
    """A mail that waits to leave."""
    if purpose is not Purpose.REMINDER:
        application = application or make.application(at=MONDAY - 5 * DAY)
    given = {
        "to_address": application.candidate.addresses[0].value if application else "",
        "language": "en",
        "by": None,
        "asks": True,
        "is_automatic": purpose is not Purpose.WRITTEN,
        "domain": "nordwind.example",
        **more,
    }
    made = services.queue(
        application,
        purpose,
        occurrence=occurrence,
        subject=subject,
        body=body,
        now=now,
        **given,  # type: ignore[arg-type]
    )
    assert made is not None
    db.session.commit()
    return made


def with_server(app: Flask, port: int, **more: object) -> None:
    """Let this installation send to a server on this machine."""
    url = f"smtp://localhost:{port}"
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, smtp_url=url, mail_from=FROM, **more)


def deliver(now: datetime = MONDAY + HOUR, worker: str = "one") -> int:
    """One round of a worker; how many mails it took up."""
    db.session.rollback()
    round_ = outgoing.Deliveries(worker)
    round_.begin_round(now)
    db.session.commit()
    number = 0
    try:
        while round_.next():
            db.session.commit()
            number += 1
    finally:
        round_.close()
        db.session.rollback()
        db.session.expire_all()
    return number


def only() -> Message:
    """The one mail of the outbox, as it stands now."""
    db.session.rollback()
    return db.session.scalars(select(Message)).one()
