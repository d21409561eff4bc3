"""Released answers with keys, and what both sides send, for the tests of this room."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from recruiting.db import db
from recruiting.dialogues import queries
from recruiting.dialogues.models import Remark
from recruiting.feedback import keys
from recruiting.feedback.models import AnonymousAnswer
from tests.answers import asked
from tests.clients import Client

KEY = "acorn apple beaver cello zebra zone"
WEEK = date(2026, 2, 23)  # a Monday; the clock stands a week later
FIRST = "Say sooner what happens next."
TRUSTED = "trusted@heardback.test"
PAGE = "/dialogue"
INSIDE = "/reports/dialogues"


def answer(number: int = 1, key: str = KEY, **more) -> str:
    """A released answer that can be read with a key; its id."""
    values = {
        "id": f"{number:032x}",
        "week_on": WEEK,
        "reasons": "pace",
        "other_reason": "",
        "wish": FIRST,
        "raises_alarm": False,
        "key_hash": keys.hashes(asked.keys(), key)[0] if key else None,
        **more,
    }
    db.session.add(AnonymousAnswer(**values))
    db.session.commit()
    return values["id"]


def crowd(number: int = 9, **more) -> None:
    """Others without a key, so that the report shows the answers of the week."""
    for place in range(1000, 1000 + number):
        answer(place, "", **{"wish": "", **more})


def said(answer_id: str) -> list[Remark]:
    """What is stored of a dialogue, in order."""
    db.session.rollback()
    return list(queries.dialogue(answer_id).remarks)


def open_with(client: FlaskClient, key: str = KEY, **more: str) -> TestResponse:
    """The candidate's page for a key, as the form sends it."""
    return client.post(PAGE, data={"key": key, **more})


def number_on(page: str) -> str:
    """The number that the form of a page holds."""
    found = re.search(r'name="number"[^>]*value="(\d+)"', page)
    assert found, page
    return found[1]


def say(client: FlaskClient, text: str, key: str = KEY) -> TestResponse:
    """Open and answer, as the candidate."""
    number = number_on(open_with(client, key).text)
    return open_with(client, key, act="say", number=number, text=text)


def reply(staff: Client, answer_id: str, text: str, kind: str = "said") -> TestResponse:
    """Answer inside."""
    path = f"{INSIDE}/{answer_id}"
    number = number_on(staff.get(path).text)
    return staff.act(path, {"kind": kind, "text": text, "number": number})


def trust(app: Flask, address: str) -> None:
    """Set the person of trust."""
    app.extensions["settings"] = replace(app.extensions["settings"], person_of_trust=address)
