"""How long answers are where their length could tell what they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.feedback import services
from recruiting.web.sizes import LEAST, filled
from tests.answers.asked import status_path
from tests.dialogues.talking import KEY, PAGE, answer, crowd, open_with, reply, say
from tests.dialogues.test_candidate import TRIES, ask, key_on
from tests.feedback.invited import ENDED, invitation
from tests.feedback.test_anonymous import invited
from tests.feedback.test_views import path_of
from tests.make import DAY

pytestmark = pytest.mark.usefixtures("frozen")
FOREIGN = {"Origin": "https://evil.example"}


def test_a_page_is_filled_to_one_of_few_lengths_and_never_cut():
    told = [len(filled(b"x" * length)) for length in (0, 1, LEAST, LEAST + 1, 5 * LEAST)]
    assert told == [LEAST, LEAST, LEAST, 2 * LEAST, 8 * LEAST]
    assert filled(b"<p>") == b"<p>".ljust(LEAST)


def test_whatever_is_answered_to_a_feedback_form_is_of_one_length(client: FlaskClient):
    refused = {"how": "named", "reasons": ["fit", "pace", "people"]}
    late, used, objected, dead = (invitation(language="en") for _ in range(4))
    paths = [path_of(one) for one in (late, used, objected, dead)]
    services.revoke(dead.application, now=ENDED)
    services.objects(objected.application.candidate, now=ENDED)
    db.session.commit()
    sent = [
        client.post(paths[0], data=refused),
        client.post(paths[0], data={**refused, "how": "anonymous", "wish": "x" * 500}),
        client.post(paths[0], data={"how": "named", "again": "1"}, headers=FOREIGN),
        client.post(paths[0], data=b"wish=%ff"),
        client.post(paths[0], data={"how": "named", "again": "1"}),
        client.post(paths[0], data={"how": "anonymous", "again": "1"}),
        client.post(paths[1], data={"how": "anonymous", "again": "1"}),
        client.post(paths[1], data={"how": "named", "again": "1"}),
        client.post(paths[2], data={"how": "named", "again": "1"}),
        client.post(paths[2], data={"objection": "allow"}),
        client.post(paths[3], data={"how": "named", "again": "1"}),
        client.get(paths[0]),
        client.get(paths[1]),
    ]
    told = [one.status_code for one in sent]
    assert told == [422, 422, 403, 422, 200, 422, 200, 200, 409, 303, 404, 200, 200]
    assert {len(one.data) for one in sent} == {LEAST}
    assert {one.content_length for one in sent} == {LEAST}


@pytest.mark.parametrize("given", [{}, {"how": "named"}, {"how": "anonymous"}])
def test_where_it_stands_is_read_at_one_length_whatever_was_said(client: FlaskClient, given: dict):
    made = invitation(language="en")
    path, page = path_of(made), status_path(made.application)
    db.session.commit()
    if given:
        assert client.post(path, data={**given, "again": "1"}).status_code == 200
    assert len(client.get(page).data) == LEAST


def test_a_form_that_comes_back_with_a_long_text_is_of_the_next_length(client: FlaskClient):
    path = path_of(invitation())
    db.session.commit()
    told = {
        len(client.post(path, data={"how": how, "wish": "ä" * number}).data)
        for how in ("named", "anonymous")
        for number in (9_000, 9_010)
    }
    assert told == {2 * LEAST}


def test_whatever_a_key_opens_or_does_not_is_of_one_length(
    client: FlaskClient, signed_in: Callable, frozen: Callable
):
    answer_id = answer()
    crowd()
    first, *_others = invited(5).values()
    sealed = key_on(ask(client, first, lang="en"))
    sent = [
        client.get(PAGE),
        open_with(client, ""),
        open_with(client, "five words"),
        open_with(client),
    ]
    sent += [open_with(client, sealed), open_with(client, KEY, lang="de")]
    sent += [say(client, "A word."), open_with(client, act="say", number="9", text="Late.")]
    reply(signed_in(Role.HR), answer_id, "Thank you.", "heard")
    sent += [open_with(client), open_with(client, act="end", number="3")]
    sent += [client.post(PAGE, data={"key": KEY}, headers=FOREIGN)]
    sent += [open_with(client, f"wrong key {number}") for number in range(TRIES + 1)]
    assert {one.status_code for one in sent} == {200, 403, 422, 429}
    assert {len(one.data) for one in sent} == {LEAST}


def test_a_long_dialogue_tells_no_more_than_how_often_its_length_has_doubled(client: FlaskClient):
    answer()
    told = [len(say(client, "Many words. " * 160).data) for _ in range(24)]
    assert set(told) == {LEAST, 2 * LEAST, 4 * LEAST}
    assert told == sorted(told)


def test_no_answer_is_compressed_for_that_would_undo_it(client: FlaskClient, frozen: Callable):
    answer()
    frozen(ENDED + DAY)
    path = path_of(invitation())
    db.session.commit()
    takes = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    for sent in (
        client.get(PAGE, headers=takes),
        client.post(PAGE, data={"key": KEY}, headers=takes),
        client.post(path, data={"how": "named", "again": "1"}, headers=takes),
    ):
        assert "Content-Encoding" not in sent.headers
        assert len(sent.data) == LEAST
