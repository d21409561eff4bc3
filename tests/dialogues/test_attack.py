"""Nobody can tell who holds a dialogue: the attack on anonymous answers, with keys and remarks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from math import sqrt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.dialogues import services
from recruiting.feedback.models import AnonymousAnswer
from recruiting.worker import Worker
from tests.dialogues.talking import answer, reply, say
from tests.feedback.invited import ENDED
from tests.feedback.linking import Dump, Seen, changed, dump, guesses, orders_of_invitations
from tests.feedback.test_anonymous import (
    NUMBER,
    TODAY,
    best_by_chance,
    drawn,
    invited,
    release,
    released,
)

pytestmark = pytest.mark.usefixtures("frozen")
KEYS = 20  # so many of them keep one
DAY = timedelta(days=1)
HIDDEN = ("ctid", "xmin")


def key_on(page: str) -> str:
    found = re.search(r'id="key"[^>]*>(.+?)</p>', page)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def log_of(capfd: pytest.CaptureFixture) -> list[dict]:
    out, err = capfd.readouterr()
    return [json.loads(line) for line in (out + err).splitlines() if line.startswith("{")]


def orders_of_dialogues(dumps: list[Dump], last: Dump) -> Iterator[list[str]]:
    """Answers with a key: as they spoke, as remarks lie, by what the database keeps with them."""
    spoke = [
        row["answer_id"]
        for before, after in pairwise(dumps)
        for row in changed(before, after).get("remark", [])
    ]
    yield list(dict.fromkeys(spoke))
    yield list(dict.fromkeys(reversed(spoke)))
    remarks = last["remark"]
    yield list(dict.fromkeys(row["answer_id"] for row in remarks))
    for column in (name for name in HIDDEN if name in remarks[0]):
        rows = sorted(remarks, key=lambda row: str(row[column]))
        yield list(dict.fromkeys(row["answer_id"] for row in rows))
    keyed = [row for row in last["anonymous_answer"] if row["key_hash"]]
    yield [row["id"] for row in keyed]
    yield [row["id"] for row in sorted(keyed, key=lambda row: row["key_hash"])]
    by_length = sorted(keyed, key=lambda row: spoke.count(row["id"]))
    yield [row["id"] for row in by_length]


def guesses_at_dialogues(seen: Seen, dumps: list[Dump]) -> Iterator[dict[str, str]]:
    """Who of those who answered holds which dialogue; it must be guessed who kept a key as well."""
    wishes = {row["id"]: row["wish"] for row in seen.last["anonymous_answer"]}
    for authors in orders_of_invitations(seen):
        for some in (authors[:KEYS], authors[-KEYS:], authors[::2][:KEYS]):
            for ids in orders_of_dialogues(dumps, seen.last):
                said = [wishes[answer_id] for answer_id in ids]
                yield dict(zip(some, said, strict=False))
                yield dict(zip(some, reversed(said), strict=False))


@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_answers_twenty_keys_and_their_remarks_cannot_be_laid_upon_each_other(
    app: Flask,
    client: FlaskClient,
    signed_in: Callable,
    capfd: pytest.CaptureFixture,
    frozen: Callable,
    seed: int,
):
    order = drawn(seed)
    paths = invited(NUMBER, order)
    authors = order.sample(list(paths), NUMBER)
    truth = {one: f"{order.getrandbits(40)} {'x' * order.randrange(400)}" for one in authors}
    keepers, held = set(order.sample(authors, KEYS)), {}
    dumps = [dump()]
    capfd.readouterr()
    for place, author in enumerate(authors):
        data = {"how": "anonymous", "wish": truth[author], "number": f"{place:024}"}
        data |= {"wants_reply": "y"} if author in keepers else {}
        page = client.post(paths[author], data=data)
        if key := key_on(page.text):
            held[author] = key
        dumps.append(dump())
    log = log_of(capfd)
    assert set(held) == keepers
    assert release(order) == NUMBER
    db.session.execute(update(AnonymousAnswer).values(week_on=TODAY))
    db.session.commit()
    hr = signed_in(Role.HR)
    db.session.commit()

    talked = [dump()]
    for author in order.sample(sorted(keepers), KEYS):
        for number in range(1 + order.randrange(3)):
            say(client, f"More words, {number}.", held[author])
            talked.append(dump())
            assert set(changed(talked[-2], talked[-1])) == {"remark"}
        (answer_id,) = (one.id for one in released() if one.wish == truth[author])
        if order.random() < 0.5:
            reply(hr, answer_id, "Thank you.", "heard")
            talked.append(dump())
    lines = [line for line in log_of(capfd) if line.get("endpoint") == "dialogues.talk"]
    assert {tuple(sorted(line)) for line in lines} == {tuple(sorted(log[0]))}
    assert len({line["ms"] for line in lines}) == 1
    frozen(ENDED + DAY)
    Worker(app).tick(ENDED + DAY)

    seen = Seen(dumps, dump(), log)
    at_answers, at_dialogues = (
        [sum(truth[author] == wish for author, wish in way.items()) for way in ways]
        for ways in (guesses(seen), guesses_at_dialogues(seen, talked))
    )
    assert len(at_answers) >= 60
    assert len(at_dialogues) >= 200
    chance = KEYS / NUMBER  # of so many pairs each is right with one in fifty
    assert sum(at_answers) / len(at_answers) <= 1 + 2 * sqrt(1 - 1 / NUMBER)
    assert sum(at_dialogues) / len(at_dialogues) <= chance + 2 * sqrt(chance)
    assert max(*at_answers, *at_dialogues) <= best_by_chance(len(at_answers) + len(at_dialogues))


def test_remarks_of_past_days_do_not_know_in_which_order_they_came(client: FlaskClient):
    is_postgres = db.engine.dialect.name == "postgresql"
    if is_postgres:  # rows of earlier tests left holes, which would be filled in their order
        db.session.execute(text("TRUNCATE remark, anonymous_answer CASCADE"))
        db.session.commit()
    words = ("acorn", "apple", "beaver", "cello", "zebra", "zone")
    keys = [" ".join((*words[place:], *words[:place])) for place in range(6)]
    ids = [answer(number, key) for number, key in zip((3, 6, 1, 5, 2, 4), keys, strict=True)]
    for round_ in ("first", "second"):
        for key in keys:
            say(client, f"The {round_} words.", key)
    before = dump()["remark"]
    today = ENDED.date()
    assert services.settle(today=today) == 0  # this day is not over
    assert services.settle(today=today + DAY, since=today - DAY) == (12 if is_postgres else 0)
    db.session.commit()
    after = dump()["remark"]
    plain = [{name: row[name] for name in row if name not in HIDDEN} for row in after]
    assert [row["answer_id"] for row in plain] == sorted(2 * ids)
    assert [row["number"] for row in plain] == 6 * [1, 2]
    assert all(row in plain for row in ({n: r[n] for n in r if n not in HIDDEN} for r in before))
    if is_postgres:
        assert len({row["xmin"] for row in before}) == 12  # what is undone: each had its own
        assert len({row["xmin"] for row in after}) == 1


@pytest.mark.postgres
def test_what_was_settled_stays_as_it_is_and_a_day_is_settled_whole(client: FlaskClient, frozen):
    words = ("acorn", "apple", "beaver", "cello", "zebra", "zone")
    keys = [" ".join((*words[place:], *words[:place])) for place in range(6)]
    for number, key in zip((3, 6, 1, 5, 2, 4), keys, strict=True):
        answer(number, key)
    found = []
    for place, key in enumerate(keys):  # two speak on each of three days
        frozen(ENDED + place // 2 * DAY)
        say(client, "It was harassment.", key)
        if place % 2:
            today = ENDED.date() + (place // 2 + 1) * DAY
            settled = services.settle(today=today, since=today - DAY)
            db.session.commit()
            rows = dump()
            found.append((settled, rows))
    # Each is written anew on the two days after its own, with all others of these days.
    assert [settled for settled, _rows in found] == [2, 4, 4]
    first, last = (rows["remark"] for _settled, rows in found[1:])
    oldest = [row for row in first if row["said_on"] == ENDED.date()]
    assert len(oldest) == 2
    assert all(row in last for row in oldest)
    for _settled, rows in found:
        for day in {row["said_on"] for row in rows["remark"]}:
            of_day = [row for row in rows["remark"] if row["said_on"] == day]
            assert len({row["xmin"] for row in of_day}) == 1
            ids = [row["answer_id"] for row in of_day]
            assert ids == sorted(ids)
            answers = [row for row in rows["anonymous_answer"] if row["id"] in ids]
            assert [row["id"] for row in answers] == sorted(ids)
            assert len({row["xmin"] for row in answers}) == 1


def test_the_worker_settles_on_each_day_what_was_said_since(
    app: Flask, monkeypatch: pytest.MonkeyPatch, frozen: Callable
):
    asked, worker = [], Worker(app)
    monkeypatch.setattr(services, "settle", lambda **days: asked.append(days) or 0)
    for days in (0, 0, 1, 3):
        frozen(ENDED + days * DAY)
        worker.purged_at = None
        worker.tick(ENDED + days * DAY)
    first = ENDED.date()
    assert asked == [
        {"today": first, "since": None},  # a worker that has just begun does not know
        {"today": first + DAY, "since": first},
        {"today": first + 3 * DAY, "since": first + DAY},
    ]
