"""`flask user`: who may sign in."""

from __future__ import annotations

import json
import secrets
import sys

import click
from flask.cli import with_appcontext

from recruiting import clock
from recruiting.accounts import queries, services
from recruiting.accounts.models import User
from recruiting.accounts.rules import Role
from recruiting.db import db, read_only
from recruiting.errors import Refused
from recruiting.options import FORMAT, echo_table

COLUMNS = ("email", "name", "role", "phone", "state", "created_at")
FROM_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)


@click.group("user")
def user() -> None:
    """Members of staff: who they are, whether they may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As colleagues read it.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--phone", default="", help="The number that candidates see; none if left out.")
@FROM_STDIN
@with_appcontext
def add(email: str, name: str, role: str, phone: str, *, password_stdin: bool) -> None:
    """Add a user; without --password-stdin a password is made and printed once."""
    password = _password(given=password_stdin)
    try:
        added = services.add_user(email, name, Role(role), password, phone=phone, now=clock.now())
    except Refused as problem:
        raise click.ClickException(str(problem)) from problem
    db.session.commit()
    click.echo(f"added {added.email} ({added.role})")
    _say_password(password, given=password_stdin)


@user.command("list")
@FORMAT
@with_appcontext
def list_(form: str) -> None:
    """List all users; JSON is one object a line."""
    read_only()
    rows = [_row(one) for one in queries.users()]
    if form == "json":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    echo_table([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)])


@user.command("disable")
@click.argument("email")
@with_appcontext
def disable(email: str) -> None:
    """Let EMAIL sign in no more; open sessions end at once."""
    found = _find(email)
    services.disable(found, now=clock.now())
    db.session.commit()
    click.echo(f"disabled {found.email}")


@user.command("enable")
@click.argument("email")
@with_appcontext
def enable(email: str) -> None:
    """Let a disabled EMAIL sign in again."""
    found = _find(email)
    services.enable(found)
    db.session.commit()
    click.echo(f"enabled {found.email}")


@user.command("password")
@click.argument("email")
@FROM_STDIN
@with_appcontext
def password_(email: str, *, password_stdin: bool) -> None:
    """Give EMAIL a new password; every session of theirs ends."""
    password = _password(given=password_stdin)
    found = _find(email)
    address, name, number = found.email, found.name, found.id
    db.session.rollback()  # the password is hashed while nothing is held
    try:
        services.check_new_password(password, email=address, name=name)
    except Refused as problem:
        raise click.ClickException(str(problem)) from problem
    services.set_password(number, password, now=clock.now())
    db.session.commit()
    click.echo(f"new password for {address}")
    _say_password(password, given=password_stdin)


@user.command("phone")
@click.argument("email")
@click.argument("number", default="")
@with_appcontext
def phone(email: str, number: str) -> None:
    """Let candidates call EMAIL on NUMBER; without NUMBER none is shown any more."""
    found = _find(email)
    try:
        services.set_phone(found, number)
    except Refused as problem:
        raise click.ClickException(str(problem)) from problem
    db.session.commit()
    click.echo(f"{found.email}: {found.phone or 'no telephone number'}")


def _find(email: str) -> User:
    if (found := queries.user_with_email(email)) is None:
        raise click.ClickException(f"there is no user {email}")
    return found


def _password(*, given: bool) -> str:
    if not given:
        return secrets.token_urlsafe(15)
    return sys.stdin.readline().rstrip("\r\n")


def _say_password(password: str, *, given: bool) -> None:
    if not given:
        click.echo(f"password: {password}   (shown this once)")


def _row(one: User) -> dict[str, str]:
    return {
        "email": one.email,
        "name": one.name,
        "role": one.role.value,
        "phone": one.phone or "",
        "state": "disabled" if one.disabled_at else "active",
        "created_at": one.created_at.isoformat(timespec="seconds"),
    }


COMMANDS: tuple[click.Command, ...] = (user,)
