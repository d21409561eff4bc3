"""`flask mail read`: one object a mail, whatever comes; what cannot be opened is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.messages.test_reading import BOUNCED, PEOPLE

FIELDS = ["file", "class", "why", "returns_on", "failed_recipients", "in_reply_to", "reply_text"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "yes.eml").write_bytes(PEOPLE["a plain answer"])
    (tmp_path / "back.eml").write_bytes(BOUNCED["Postfix"])
    return tmp_path


def read(app: Flask, *files: object, **more):
    given = ["mail", "read", *map(str, files), "--format", "json"]
    return app.test_cli_runner().invoke(args=given, **more)


def test_each_mail_is_one_object_with_exactly_these_fields(app: Flask, folder: Path):
    said = read(app, folder / "yes.eml", folder / "back.eml")
    assert said.exit_code == 0
    first, second = (json.loads(line) for line in said.stdout.splitlines())
    assert list(first) == list(second) == FIELDS
    assert (first["class"], first["reply_text"]) == (
        "human_reply",
        "Yes, Tuesday at ten suits me.",
    )
    assert (second["class"], second["failed_recipients"]) == ("bounce", ["mia@example.org"])


def test_standard_input_is_read_as_well(app: Flask):
    said = read(app, "-", input=PEOPLE["German"])
    assert json.loads(said.stdout)["file"] == "-"


def test_what_cannot_be_opened_is_named_and_the_rest_is_read(app: Flask, folder: Path):
    said = read(app, folder / "none.eml", folder, folder / "yes.eml")
    assert said.exit_code == 1
    assert json.loads(said.stdout)["class"] == "human_reply"
    assert "none.eml: No such file" in said.stderr
    assert "Is a directory" in said.stderr


@pytest.mark.parametrize(
    "octets", [b"this is junk\n", b"", b"\x00\xff\xfe\n\nhello", b"Subject: a\n\nb"]
)
def test_what_is_hardly_a_mail_is_one_object_and_nothing_else(
    app: Flask, tmp_path: Path, octets: bytes, caplog: pytest.LogCaptureFixture
):
    file = tmp_path / "junk.eml"
    file.write_bytes(octets)
    said = read(app, file)
    assert said.exit_code == 0
    assert list(json.loads(said.stdout)) == FIELDS
    assert (said.stderr, caplog.records) == ("", [])


def test_a_table_is_for_the_eye(app: Flask, folder: Path):
    said = app.test_cli_runner().invoke(args=["mail", "read", str(folder / "back.eml")])
    assert "bounce" in said.stdout
    assert "mia@example.org" in said.stdout
