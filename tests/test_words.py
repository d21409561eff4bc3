"""The README tells of every setting and command; nothing bears a word that means something else."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from config import Settings, setting_name
from recruiting import tables

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
BANNED = {
    "vacancy", "opening", "requisitions", "phase", "step", "sla", "applicant", "person", "talent",
    "lead", "candidacy", "submission_process", "assignee", "log_entry", "activity", "ball",
    "snooze",
    "score", "transition", "disposition", "ghost", "ticket", "customer", "nudge", "chaser",
    "dashboard", "todo", "account", "member",
}  # fmt: skip


def test_the_readme_tells_of_every_setting():
    for name in Settings.__dataclass_fields__:
        if name != "testing":
            assert f"`{setting_name(name)}`" in README, setting_name(name)


def test_the_readme_tells_of_every_command(app: Flask):
    for name, command in app.cli.commands.items():
        assert f"`flask {name}" in README, name
        if isinstance(command, click.Group):
            for inner in command.commands:
                told = re.search(rf"`flask {name} [^`]*\b{inner}\b", README)
                assert told, f"flask {name} {inner}"


def test_the_readme_begins_with_the_two_commands():
    first_screen = "\n".join(README.splitlines()[:25])
    assert "make run" in first_screen
    assert "make test" in first_screen
    assert "docs/board.png" in first_screen


@pytest.mark.parametrize("table", tables.ALL, ids=lambda table: table.name)
def test_no_table_bears_a_banned_synonym(table):
    assert table.name not in BANNED
    assert not {column.name for column in table.columns} & BANNED


def test_no_class_bears_a_banned_synonym():
    for room in tables.ROOMS:
        for name in vars(room):
            assert name.lower() not in BANNED, f"{room.__name__}.{name}"


def test_no_route_bears_a_banned_synonym(app: Flask):
    for rule in app.url_map.iter_rules():
        parts = set(re.split(r"[/\-_<>:]+", rule.rule))
        assert not (parts & BANNED) - {"account"}, rule.rule
