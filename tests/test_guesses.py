"""Whoever guesses links by the thousand: asked to wait, told nothing, and in nobody's way."""

from __future__ import annotations

import hmac
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import itsdangerous.signer
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from recruiting import links
from recruiting.db import db
from tests.answers import asked
from tests.answers.asked import answer_path, asked_application, reopen_path, status_path, stop_path
from tests.answers.asked import told_application as told
from tests.dialogues.talking import FIRST, KEY, answer, open_with
from tests.feedback.invited import invitation
from tests.feedback.test_anonymous import drawn
from tests.feedback.test_views import path_of as feedback_path
from tests.feedback.test_views import state
from tests.make import DAY, MONDAY

pytestmark = pytest.mark.usefixtures("frozen")
GUESSES = int(os.environ.get("GUESSES", "500"))  # at each door; the limit is met after 30
MOST = 30
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}
DOORS: dict[str, Callable[[], str]] = {
    "answer": lambda: answer_path(asked_application()),
    "reopen": lambda: reopen_path(told()),
    "status": lambda: status_path(asked_application()),
    "stop": lambda: stop_path(asked_application()),
    "feedback": lambda: feedback_path(invitation()),
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def forged(token: str, rng: Random) -> str:
    """The same thing under a signature that somebody guessed."""
    return token.rpartition(".")[0] + "." + "".join(rng.choices(LETTERS, k=27))


@pytest.mark.parametrize("form", [{}, {"fresh": "1"}, {"List-Unsubscribe": "One-Click"}])
@pytest.mark.parametrize("door", DOORS)
def test_after_thirty_guesses_a_network_waits_and_others_do_not(
    client: FlaskClient, door: str, form: dict[str, str]
):
    path = DOORS[door]()
    db.session.commit()
    home, _slash, token = path.rpartition("/")
    before, rng, codes = state(), drawn(7), []
    for number in range(GUESSES):
        guess = f"{home}/{forged(token, rng)}"
        sent = client.post(guess, data=form) if form or number % 2 else client.get(guess)
        codes.append(sent.status_code)
    first, then = codes[:MOST], codes[MOST:]
    is_renewed = "fresh" in form and door in {"answer", "reopen", "status"}
    assert Counter(first) == {303 if is_renewed else 404: MOST}
    assert Counter(then) == {429: GUESSES - MOST}
    assert client.get(path, environ_base=ELSEWHERE).status_code == 200
    assert client.get(path).status_code == 200  # a good link is never refused
    assert state() == before


# --- how long it takes tells nothing -------------------------------------------------------------


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """What takes time and could differ: statements to the database, signatures that are made."""
    found: Counter[str] = Counter()
    engine = db.engine

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found[statement.split(maxsplit=1)[0]] += statement[:5] != "BEGIN"

    def made(self: object, key: bytes, value: bytes) -> bytes:
        found["signatures"] += 1
        return hmac.new(key, value, self.digest_method).digest()

    event.listen(engine, "before_cursor_execute", count)
    with monkeypatch.context() as patch:
        patch.setattr(itsdangerous.signer.HMACAlgorithm, "get_signature", made)
        yield found
    event.remove(engine, "before_cursor_execute", count)


@pytest.mark.parametrize("door", DOORS)
def test_a_guess_at_what_is_there_does_the_same_work_as_one_at_nothing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, door: str
):
    """No clock is asked: what is counted takes the time, and is the same whatever is guessed."""
    there = DOORS[door]().rpartition("/")[2]
    ends = MONDAY + DAY
    nothing = links.sign(asked.keys(), door, "987654", expires_at=ends)
    other = links.sign(["somebody else's key, as long as ours"], door, "1", expires_at=ends)
    over = links.sign(["somebody else's key, as long as ours"], door, "1", expires_at=MONDAY - DAY)
    db.session.commit()
    rng, work = drawn(7), []
    for token in (there, nothing, other, over):
        for ask in (client.get, client.post):
            with counted(monkeypatch) as found:
                assert ask(f"/{door}/{forged(token, rng)}").status_code == 404
            work.append(+found)
    counting = {"SELECT": 3 if db.engine.dialect.name == "postgresql" else 1}  # with its locks
    counting |= {"DELETE": 1, "INSERT": 1}
    assert work == [{"signatures": len(asked.keys()), **counting}] * len(work)


def test_a_key_that_is_nearly_right_does_the_same_work_as_any_other(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    answer()
    work = []
    for typed in (KEY.replace("zone", "zoo"), "wild guess of six small words", KEY[::-1]):
        with counted(monkeypatch) as found:
            refused = open_with(client, typed)
        assert refused.status_code == 422
        assert FIRST not in refused.text
        work.append(+found)
    assert work[0] == work[1] == work[2]
    assert not work[0]["UPDATE"]
