"""Nobody can tell who gave an anonymous answer: attacks with dumps and with the access log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from math import exp, factorial, sqrt
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from recruiting.db import db
from recruiting.feedback import anonymous, services
from recruiting.feedback.box import BATCH, Box, numbered, packed, unpacked
from recruiting.feedback.models import AnonymousAnswer, Answer, HeldAnswers, Invitation
from recruiting.feedback.rules import Answers, Choice, Reason
from recruiting.pipeline.rules import Outcome
from recruiting.worker import Worker
from tests.answers import asked
from tests.feedback.invited import ENDED, invitation
from tests.feedback.linking import Dump, Seen, changed, dump, guesses
from tests.feedback.test_views import path_of
from tests.make import DAY

pytestmark = pytest.mark.usefixtures("frozen")
TODAY = ENDED.date()
RELEASED = TODAY + timedelta(days=14)
NUMBER = 50


def drawn(seed: int) -> Random:
    """Chance that is the same at each run."""
    return Random(seed)  # noqa: S311 - for tests


def invited(number: int, order: Random | None = None) -> dict[str, str]:
    """Invitations, by id, with the path of each."""
    made = [invitation(language="en") for _ in range(number)]
    for one in made if order else ():
        one.id = f"{order.getrandbits(160):043}"[:43]
    paths = {one.id: path_of(one) for one in made}
    db.session.commit()
    return paths


def answer(client: FlaskClient, path: str, **more: str) -> None:
    sent = client.post(path, data={"how": "anonymous", **more})
    assert sent.status_code == 200


def release(order: Random | None = None, today: date = RELEASED, **more) -> int:
    number = anonymous.release(keys=asked.keys(), alarm_words=("harass",), today=today, order=order)
    db.session.commit()
    return number


def released() -> list[AnonymousAnswer]:
    db.session.rollback()
    return list(db.session.scalars(select(AnonymousAnswer)))


# --- the attack --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_answers_cannot_be_told_apart_by_dumps_around_each_and_the_log(
    client: FlaskClient, capfd: pytest.CaptureFixture, seed: int
):
    order = drawn(seed)
    paths = invited(NUMBER, order)
    authors = order.sample(list(paths), NUMBER)
    truth = {author: f"{order.getrandbits(40)} {'x' * order.randrange(400)}" for author in authors}
    dumps = [dump()]
    capfd.readouterr()
    for author in authors:
        answer(client, paths[author], wish=truth[author], again=str(1 + len(truth[author]) % 5))
        dumps.append(dump())
    out, err = capfd.readouterr()
    log = [json.loads(line) for line in (out + err).splitlines() if line.startswith("{")]
    assert len(log) == NUMBER
    assert release(order) == NUMBER

    ways = list(guesses(Seen(dumps, dump(), log)))
    hits = [sum(truth[author] == wish for author, wish in way.items()) for way in ways]
    assert len(hits) >= 60
    # By chance a way hits one of them, whatever the number, with a spread of one.
    assert sum(hits) / len(hits) <= 1 + 2 * sqrt(1 - 1 / NUMBER)
    assert max(hits) <= best_by_chance(len(hits))


def best_by_chance(ways: int) -> int:
    """How many hits the best of some ways of guessing has at most, in 99 of 100 attacks.

    The hits of one way are as good as Poisson with mean one.
    """
    hits, left = 0, 1 - exp(-1)
    while left > 0.01 / ways:
        hits += 1
        left -= exp(-1) / factorial(hits)
    return hits


def test_the_same_attacker_finds_everybody_where_answers_lie_in_the_order_they_came(
    client: FlaskClient,
):
    """Shows that the attack bites: the same, with the answers written as they come."""
    paths = invited(NUMBER)
    truth = {author: f"wish {place}" for place, author in enumerate(paths)}
    dumps = [dump()]
    for place, author in enumerate(paths):
        services.claim(db.session.get_one(Invitation, author))
        row = AnonymousAnswer(
            id=f"{place:032x}", week_on=TODAY, reasons="", other_reason="",
            wish=truth[author], raises_alarm=False,
        )  # fmt: skip
        db.session.add(row)
        db.session.commit()
        dumps.append(dump())
    log = [{"ms": place} for place in range(NUMBER)]
    best = max(
        sum(truth[author] == wish for author, wish in guess.items())
        for guess in guesses(Seen(dumps, dump(), log))
    )
    assert best == NUMBER


# --- one answer among others that are held ------------------------------------------------------


def around_one(client: FlaskClient, path: str, **said: str) -> tuple[Dump, Dump]:
    before = dump()
    answer(client, path, **said)
    return before, dump()


def test_around_one_answer_a_dump_tells_that_the_box_has_grown_and_nothing_else(
    client: FlaskClient,
):
    first, second, *others = invited(7).values()
    for place, path in enumerate(others):
        answer(client, path, wish=f"Earlier wish {place}")
    short = around_one(client, first, again="1")
    long = around_one(
        client, second, wish="w" * 500, other_reason="o" * 200, knew_next="2", choice="interested",
        wants_reply="y",
    )  # fmt: skip
    grown = []
    for before, after in (short, long):
        rows = changed(before, after)
        assert set(rows) == {"invitation", "held_answers"}
        (flag,) = rows["invitation"]
        (was,) = (row for row in before["invitation"] if row["id"] == flag["id"])
        told = {name for name in flag if flag[name] != was[name]} - {"ctid", "xmin"}
        assert told == {"is_used"}
        old, new = before["held_answers"][0]["sealed"], after["held_answers"][0]["sealed"]
        grown.append(len(new) - len(old))
        alike = sum(a == b for a, b in zip(old, new, strict=False))
        assert alike < len(old) * 2 / 256  # no more than two random texts have in common
        assert b"wish" not in new
    assert grown[0] == grown[1]


@pytest.mark.parametrize("number", [BATCH, 10])
def test_whoever_knows_when_the_one_answered_finds_them_in_the_batch_by_chance_alone(number: int):
    """The last to come lies on each place of the batch equally often."""
    order, rounds = drawn(number), 600
    places: Counter[int] = Counter()
    for _ in range(rounds):
        box = Box()
        for place in range(number):
            box = unpacked(packed(box.with_answer(Answers(wish=f"{place}"), TODAY), order))
        batch = [one.wish for _number, one in numbered(box.answers, order)]
        places[batch.index(f"{number - 1}")] += 1
    spread = sqrt(rounds * (1 / number) * (1 - 1 / number))
    assert max(places.values()) <= rounds / number + 3 * spread  # the best of several places
    assert len(places) == number


# --- what is written ---------------------------------------------------------------------------


def test_what_is_released_is_what_was_said_without_day_person_or_number(client: FlaskClient):
    paths = list(invited(5).values())
    answer(
        client, paths[0], choice="decided_against", reasons="pace", other_reason="the dog",
        knew_next="2", again="4", wish="Zwei\r\nZeilen",
    )  # fmt: skip
    for path in paths[1:]:
        answer(client, path, again="1")
    assert release() == 5
    (one,) = (row for row in released() if row.choice)
    assert (one.choice, one.reasons) == (Choice.DECIDED_AGAINST, f"{Reason.PACE} {Reason.OTHER}")
    assert (one.other_reason, one.wish) == ("the dog", "Zwei\nZeilen")
    assert (one.knew_next, one.again, one.raises_alarm) == (2, 4, False)
    assert {row.week_on for row in released()} == {date(2026, 3, 23)}
    assert {len(row.id) for row in released()} == {32}
    assert [row.id for row in released()] == sorted(row.id for row in released())
    assert not AnonymousAnswer.__table__.foreign_keys
    assert not HeldAnswers.__table__.foreign_keys


def test_nothing_leaves_before_five_are_there_and_two_weeks_have_passed(client: FlaskClient):
    paths = list(invited(6).values())
    for path in paths[:4]:
        answer(client, path, again="1")
    assert release(today=RELEASED + timedelta(days=300)) == 0
    answer(client, paths[4], again="1")
    assert release(today=RELEASED - timedelta(days=1)) == 0
    assert released() == []
    assert release() == 5
    answer(client, paths[5], again="1")
    assert release(today=RELEASED + timedelta(days=300)) == 0  # the box begins anew


def test_the_worker_releases_what_is_due(app: Flask, client: FlaskClient, frozen: Callable):
    for path in invited(5).values():
        answer(client, path, wish="Say it sooner.")
    frozen(ENDED + 14 * DAY)
    Worker(app).tick(ENDED + 14 * DAY)
    assert [row.wish for row in released()] == ["Say it sooner."] * 5


def test_an_anonymous_answer_does_nothing_to_the_application(client: FlaskClient):
    made = invitation(language="en")
    path = path_of(made)
    db.session.commit()
    before = dump()
    for choice in ("interested", "more_time", "decided_against", "not_reached"):
        answer(client, path, choice=choice)
    assert set(changed(before, dump())) == {"invitation", "held_answers"}
    assert made.application.outcome is Outcome.GHOSTED
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0


def test_a_second_answer_changes_nothing_whichever_way_it_is_given(client: FlaskClient):
    path = next(iter(invited(1).values()))
    answer(client, path, again="1")
    after = dump()
    for how in ("anonymous", "named"):
        assert client.post(path, data={"how": how, "again": "5"}).status_code == 200
    assert dump() == after


WAYS = {
    "named": {"how": "named"},
    "nameless": {"how": "anonymous"},
    "with a key": {"how": "anonymous", "wants_reply": "y"},
}


def test_with_a_name_without_and_with_a_key_the_answer_looks_the_same_on_the_line(
    client: FlaskClient,
):
    told = set()
    for path, way in zip(invited(3).values(), WAYS.values(), strict=True):
        sent = client.post(path, data={**way, "again": "1"})
        headers = tuple(sorted(name for name, _value in sent.headers))
        told.add((sent.status_code, headers, len(sent.data)))
        assert len(sent.data) == len(client.get(path).data)
        assert sent.headers["Cache-Control"] == "no-store"
    assert len(told) == 1


def test_the_log_has_the_same_line_for_all_ways(client: FlaskClient, capfd: pytest.CaptureFixture):
    lines = []
    for path, way in zip(invited(3).values(), WAYS.values(), strict=True):
        capfd.readouterr()
        client.post(path, data={**way, "again": "1", "wish": "Secret"})
        out, err = capfd.readouterr()
        (line,) = (out + err).splitlines()
        lines.append({k: v for k, v in json.loads(line).items() if k not in VARIES})
    assert lines[0] == lines[1] == lines[2]


VARIES = {"timestamp", "request_id", "ms"}


def test_without_its_key_the_box_is_left_alone_and_the_link_stays_open(app: Flask):
    first, second = invitation(), invitation()
    keys, others = asked.keys(), ["another key, as long as the first one"]
    assert anonymous.hold(first, Answers(again=1), keys=keys, today=TODAY)
    db.session.commit()
    before = dump()
    with pytest.raises(ValueError, match="no key"):
        anonymous.hold(second, Answers(again=2), keys=others, today=TODAY)
    db.session.rollback()
    assert dump() == before
    assert anonymous.hold(second, Answers(again=2), keys=[*others, *keys], today=TODAY)


def test_words_that_raise_an_alarm_are_marked_at_the_release(client: FlaskClient):
    for place, path in enumerate(invited(5).values()):
        answer(client, path, wish="It was HARASSMENT." if place == 2 else "All was well.")
    release()
    assert [row.wish for row in released() if row.raises_alarm] == ["It was HARASSMENT."]
