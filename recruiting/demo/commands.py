"""`flask demo`: fill an empty database with demonstration data."""

from __future__ import annotations

from collections import Counter

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy import select

from config import Settings
from recruiting import clock
from recruiting.answers.links import expiry, status_link
from recruiting.answers.rules import Purpose
from recruiting.db import db
from recruiting.demo import talk
from recruiting.demo.employer import SIGN_INS
from recruiting.demo.fill import fill, is_empty
from recruiting.errors import Problem, Refused
from recruiting.feedback import keys
from recruiting.feedback.models import AnonymousAnswer
from recruiting.office import office
from recruiting.pipeline.models import Application
from recruiting.silence.rules import standing_at

DIALOGUE = "/dialogue"
USUAL_PASSWORD = "nordwind-demo-2026"  # noqa: S105 - known to everybody, and refused in production


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with nine months of demonstration data, ending now."""
    try:
        fill_empty()
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    for name, count in counts().items():
        click.echo(f"{count:6}  {name}")
    say_sign_ins()


def fill_empty() -> None:
    """Fill the database and commit; raise `Refused` where real data are, or may come."""
    if _settings().is_production:
        raise Refused(_("This is a production installation; demonstration data stay outside."))
    if not is_empty():
        raise Refused(_("The database is not empty; demonstration data are for an empty one."))
    fill(clock.now(), office(), password(), key_hash=_hash_of_talk())
    db.session.commit()


def password() -> str:
    """The password of all demonstration users: DEMO_PASSWORD, or the one that everybody knows."""
    return _settings().demo_password or USUAL_PASSWORD


def counts() -> dict[str, int]:
    """How many active applications stand in each state, and how many ended in which way."""
    now = clock.now()
    found = Counter(
        f"ended: {one.outcome}" if one.outcome else str(standing_at(one, now).state)
        for one in db.session.scalars(select(Application))
    )
    return dict(sorted(found.items()))


def say_sign_ins() -> None:
    """Print who can sign in, with which password, and where one is a candidate."""
    click.echo(_("Sign in with the password %(password)s as", password=password()))
    for one in SIGN_INS:
        click.echo(f"  {one.email:24} {one.role}")
    kept = select(AnonymousAnswer.id).where(AnonymousAnswer.key_hash == _hash_of_talk())
    if db.session.scalar(kept) is not None:
        page = f"{_settings().home}{DIALOGUE}"
        click.echo(
            _("Read a conversation without a name as its candidate, at %(page)s with", page=page)
        )
        click.echo(f"  {talk.key(_settings().secret_key)}")
    asked = select(Application.id).where(Application.outcome.is_(None), Application.attempts > 0)
    if number := db.session.scalar(asked.order_by(Application.since.desc()).limit(1)):
        click.echo(_("See where an application stands as its candidate, at"))
        click.echo(f"  {_status_page(number)}")


def _status_page(application_id: int) -> str:
    """The page of a candidate: demonstration mails cannot be sent, nor their links be followed."""
    return status_link(
        application_id,
        keys=_settings().keys,
        base_url=_settings().home,
        expires_at=expiry(Purpose.STATUS, clock.now()),
    )


def _hash_of_talk() -> str:
    return keys.hashes(_settings().keys, talk.key(_settings().secret_key))[0]


def _settings() -> Settings:
    return current_app.extensions["settings"]


COMMANDS: tuple[click.Command, ...] = (demo,)
