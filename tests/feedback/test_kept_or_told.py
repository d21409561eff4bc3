"""Whoever answers is thanked for what is kept, and told of what is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread, current_thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from recruiting.db import db
from recruiting.feedback import anonymous, services
from recruiting.feedback.box import unpacked
from recruiting.feedback.models import HeldAnswers, Invitation
from recruiting.feedback.sealing import unseal
from tests.answers import asked
from tests.feedback.invited import invitation
from tests.feedback.linking import dump
from tests.feedback.test_views import answers, body, path_of

pytestmark = pytest.mark.usefixtures("frozen")
NAMELESS = {"how": "anonymous", "again": "3"}
NAMED = {"how": "named", "wish": "My name may stand here."}
THANKS, GIVEN = "we have your answers", "Answers were given with this link before"
OBJECTED = "Your answers were not taken"
AGAIN = {
    "en": "What you have just sent changes nothing about them.",
    "de": "Was Sie eben gesendet haben, ändert daran nichts.",
}


def held() -> int:
    """How many answers lie in the box."""
    db.session.rollback()
    sealed = db.session.scalar(select(HeldAnswers.sealed))
    db.session.rollback()  # or nobody else could write on SQLite
    return len(unpacked(unseal(asked.keys(), sealed)).answers) if sealed else 0


def path_to_answer() -> str:
    path = path_of(invitation(language="en"))
    db.session.commit()
    return path


# --- without a name, then with one --------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "de"])
def test_who_answered_without_a_name_and_sends_a_named_form_is_told_that_it_was_not_kept(
    client: FlaskClient, lang: str
):
    path = f"{path_to_answer()}?lang={lang}"
    thanked, before = client.post(path, data=NAMELESS), dump()
    told = client.post(path, data=NAMED)
    said = GIVEN if lang == "en" else "Mit diesem Link wurden bereits Antworten gegeben."
    assert said in body(told)
    assert THANKS not in body(told)
    assert NAMED["wish"] not in body(told)
    assert dump() == before
    # In a log it is thanks like any other.
    assert (told.status_code, len(told.data)) == (thanked.status_code, len(thanked.data))
    assert [*told.headers.keys()] == [*thanked.headers.keys()]


def test_so_is_who_had_a_form_with_mistakes_or_did_not_choose(client: FlaskClient):
    path = path_to_answer()
    client.post(path, data=NAMELESS)
    for wrong in ({**NAMED, "reasons": ["fit", "pace", "people"]}, {"again": "3"}):
        told = client.post(path, data=wrong)
        assert told.status_code == 200
        assert GIVEN in body(told)


# --- without a name, then once more without ------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("more", [{}, {"again": "1"}, {"wish": "Other words."}])
def test_a_second_answer_without_a_name_is_told_that_it_changes_nothing(
    client: FlaskClient, lang: str, more: dict[str, str]
):
    """Whether it says the same nobody can tell: nothing is kept that would lead to the first."""
    path = f"{path_to_answer()}?lang={lang}"
    first, before = client.post(path, data=NAMELESS), dump()
    told = client.post(path, data={**NAMELESS, **more})
    assert AGAIN[lang] in body(told)
    assert AGAIN[lang] not in body(first)
    assert dump() == before
    assert (told.status_code, len(told.data)) == (first.status_code, len(first.data))
    assert [*told.headers.keys()] == [*first.headers.keys()]


def test_whatever_a_second_answer_says_its_page_is_the_same(client: FlaskClient):
    path = path_to_answer()
    client.post(path, data=NAMELESS)
    pages = [
        client.post(path, data={**NAMELESS, **more}).data
        for more in ({}, {"again": "1"}, {"wish": "Other words."}, {"reasons": "no such code"})
    ]
    assert len({*pages}) == 1


def test_a_second_click_without_a_name_is_shown_the_key_of_the_first(client: FlaskClient):
    path = path_to_answer()
    sent = {**NAMELESS, "wants_reply": "y", "number": "a-number-of-one-page-only"}
    first, second = (client.post(path, data=sent) for _ in range(2))
    keys = [re.findall(r'id="key".*?</p>', body(one)) for one in (first, second)]
    assert keys[0] == keys[1] != []
    assert [AGAIN["en"] in body(one) for one in (first, second)] == [False, True]
    assert len(first.data) == len(second.data)
    assert held() == 1


@pytest.mark.postgres
def test_of_two_without_a_name_at_once_one_is_thanked_and_one_told(
    client: FlaskClient, meanwhile: Callable
):
    path = path_to_answer()
    meanwhile(path, NAMELESS)
    told = client.post(path, data={**NAMELESS, "again": "1"})
    assert (told.status_code, AGAIN["en"] in body(told)) == (200, True)
    assert (held(), answers()) == (1, [])


# --- an objection at the same time --------------------------------------------------------------


@pytest.fixture
def meanwhile(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let something be sent, whole, between the moment a form was read and that it is kept."""

    def send(path: str, data: dict[str, str]) -> None:
        here, claim = current_thread(), services.claim

        def after(made: Invitation) -> bool:
            if current_thread() is here:
                other = Thread(target=lambda: FlaskClient(app).post(path, data=data))
                other.start()
                other.join(timeout=20)
            return claim(made)

        for room in (anonymous, services):
            monkeypatch.setattr(room, "claim", after)

    return send


@pytest.mark.postgres
@pytest.mark.parametrize("sent", [NAMELESS, NAMED], ids=["nameless", "named"])
def test_an_objection_that_comes_in_between_is_told(
    client: FlaskClient, meanwhile: Callable, sent: dict
):
    path = path_to_answer()
    meanwhile(path, {"objection": "object"})
    told = client.post(path, data=sent)
    assert told.status_code == 409
    assert OBJECTED in body(told)
    assert THANKS not in body(told)
    assert (held(), answers()) == (0, [])


@pytest.mark.postgres
def test_an_answer_without_a_name_that_comes_in_between_is_told_to_who_gave_a_name(
    client: FlaskClient, meanwhile: Callable
):
    path = path_to_answer()
    meanwhile(path, NAMELESS)
    told = client.post(path, data=NAMED)
    assert told.status_code == 200
    assert GIVEN in body(told)
    assert (held(), answers()) == (1, [])


def test_of_an_objection_and_an_answer_at_once_who_is_thanked_is_held(app: Flask):
    thanked = 0
    for _round in range(6):
        made = invitation(language="en")
        made_id, path = made.id, path_of(made)
        db.session.commit()
        before, together = held(), Barrier(4)

        def click(number: int, path: str = path, together: Barrier = together) -> str:
            together.wait()
            said = NAMELESS if number % 2 else {"objection": "object"}
            return body(FlaskClient(app).post(path, data=said))

        with ThreadPoolExecutor(4) as clicks:
            pages = list(clicks.map(click, range(4)))
        one = db.session.get_one(Invitation, made_id, populate_existing=True)
        is_used, is_revoked = one.is_used, one.revoked_at is not None
        assert is_used != is_revoked
        assert held() - before == is_used
        answered = pages[1::2]
        assert [THANKS in page for page in answered] == 2 * [is_used]
        assert [OBJECTED in page for page in answered] == 2 * [is_revoked]
        thanked += is_used
    assert held() == thanked
