"""`flask user`: adding, listing, disabling, a new password."""

from __future__ import annotations

import json
import re

import pytest

from recruiting.accounts import queries, services
from recruiting.accounts.models import User
from recruiting.accounts.rules import Role
from tests import make

NEW = "quite another walk in the sun"


def run(runner, *args, **more):
    return runner.invoke(args=["user", *args], **more)


def user_with(email: str) -> User:
    found = queries.user_with_email(email)
    assert found
    return found


def test_an_added_user_signs_in_with_the_password_that_was_printed_once(runner, db):
    done = run(runner, "add", "New@Example.org", "--name", "New Person", "--role", "hr")
    assert done.exit_code == 0
    (password,) = re.findall(r"^password: (\S+) ", done.output, re.MULTILINE)
    added = user_with("new@example.org")
    assert (added.name, added.role) == ("New Person", Role.HR)
    assert services.is_password(added.password_hash, password)


def test_a_password_can_come_from_the_input_and_is_not_printed(runner, db):
    args = ("add", "new@example.org", "--name", "N", "--role", "admin", "--password-stdin")
    done = run(runner, *args, input=f" {NEW} \n")
    assert done.exit_code == 0
    assert NEW not in done.output
    added = user_with("new@example.org")
    assert services.is_password(added.password_hash, f" {NEW} ")


@pytest.mark.parametrize(
    ("email", "name", "password", "said"),
    [
        ("nobody", "N", NEW, "nobody is no mail address."),
        ("known@example.org", "N", NEW, "known@example.org is a user already."),
        ("new@example.org", " ", NEW, "Please give a name"),
        ("new@example.org", "N", "short", "at least 12 characters"),
        ("new@example.org", "N", "password1234", "tried first"),
    ],
)
def test_what_is_refused_is_one_line_and_exit_code_1(runner, db, email, name, password, said):
    make.user(email="known@example.org")
    args = ("add", email, "--name", name, "--role", "hr", "--password-stdin")
    done = run(runner, *args, input=password + "\n")
    assert done.exit_code == 1
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1
    assert queries.user_with_email("new@example.org") is None


def test_an_unknown_role_is_refused(runner, db):
    done = run(runner, "add", "new@example.org", "--name", "N", "--role", "king")
    assert done.exit_code == 2


def test_the_list_names_everybody_and_who_is_out(runner, db):
    make.user(Role.ADMIN, email="a@example.org", name="Änne")
    services.disable(make.user(email="b@example.org", name="Ben"), now=make.MONDAY)
    table = run(runner, "list")
    assert table.exit_code == 0
    assert re.search(r"a@example.org +Änne +admin +active", table.output)
    assert re.search(r"b@example.org +Ben +recruiter +disabled", table.output)
    rows = [
        json.loads(line) for line in run(runner, "list", "--format", "json").stdout.splitlines()
    ]
    assert [row["email"] for row in rows] == ["b@example.org", "a@example.org"]
    assert set(rows[0]) == {"email", "name", "role", "phone", "state", "created_at"}


def test_an_empty_list_is_a_heading(runner, db):
    assert run(runner, "list").output.split() == [
        "email", "name", "role", "phone", "state", "created_at",
    ]  # fmt: skip
    assert run(runner, "list", "--format", "json").stdout == ""


def test_a_disabled_user_is_out_at_once_and_can_be_enabled(runner, db, signed_in):
    anna = make.user(email="anna@example.org")
    there = signed_in(anna)
    assert there.get("/account").status_code == 200
    assert run(runner, "disable", "Anna@example.org").exit_code == 0
    assert there.get("/account").status_code == 302
    assert run(runner, "enable", "anna@example.org").exit_code == 0
    assert there.get("/account").status_code == 302  # the session stays ended
    assert signed_in(db.session.get(User, anna.id)).get("/account").status_code == 200


def test_a_new_password_by_command_ends_every_session(runner, db, signed_in):
    anna = make.user(email="anna@example.org")
    there = signed_in(anna)
    done = run(runner, "password", "anna@example.org", "--password-stdin", input=NEW + "\n")
    assert done.exit_code == 0
    assert NEW not in done.output
    assert there.get("/account").status_code == 302
    db.session.refresh(anna)
    assert services.is_password(anna.password_hash, NEW)


def test_a_bad_new_password_changes_nothing(runner, db):
    anna = make.user(email="anna@example.org")
    before = anna.password_hash
    done = run(runner, "password", "anna@example.org", "--password-stdin", input="short\n")
    assert done.exit_code == 1
    db.session.refresh(anna)
    assert anna.password_hash == before


@pytest.mark.parametrize("command", ["disable", "enable", "password"])
def test_an_unknown_user_is_named(runner, db, command):
    done = run(runner, command, "nobody@example.org")
    assert done.exit_code == 1
    assert "there is no user nobody@example.org" in done.output


def test_a_number_for_candidates_is_given_changed_and_taken_away(runner, db):
    args = ("add", "new@example.org", "--name", "N", "--role", "hr", "--phone", "030 23125 001")
    assert run(runner, *args).exit_code == 0
    assert user_with("new@example.org").phone == "030 23125 001"
    assert "030 23125 002" in run(runner, "phone", "new@example.org", "030 23125 002").output
    assert user_with("new@example.org").phone == "030 23125 002"
    assert "no telephone number" in run(runner, "phone", "new@example.org").output
    assert user_with("new@example.org").phone is None


def test_what_is_no_number_is_refused(runner, db):
    make.user(email="known@example.org")
    for args in (
        ("phone", "known@example.org", "call me"),
        ("add", "new@example.org", "--name", "N", "--role", "hr", "--phone", "12"),
    ):
        done = run(runner, *args)
        assert done.exit_code == 1
        assert "This is no telephone number." in done.output
    assert queries.user_with_email("new@example.org") is None
