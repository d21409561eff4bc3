"""With a name each item is kept by itself; without one nothing is, before all of it is sent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some
from werkzeug.test import TestResponse

from recruiting.db import db
from recruiting.feedback import services
from recruiting.feedback.items import Item, filled, known, may_change, merged, new_faults
from recruiting.feedback.rules import Answers, Choice, Fault, How, Reason, completed, faults
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Outcome
from tests.feedback.invited import ENDED, invitation
from tests.feedback.linking import changed, dump
from tests.feedback.test_views import answers, body, path_of, state
from tests.make import DAY, HOUR

NOW = ENDED + HOUR  # nobody answers in the very moment in which their application ends
TODAY = ENDED.date()
some_answers = some.builds(
    Answers,
    choice=some.none() | some.sampled_from(Choice),
    until=some.none() | some.dates(TODAY, TODAY + timedelta(days=900)),
    reasons=some.lists(some.sampled_from(Reason), max_size=3).map(tuple),
    other_reason=some.text(max_size=5),
    knew_next=some.none() | some.integers(1, 5),
    again=some.none() | some.integers(1, 5),
    wish=some.text(max_size=5),
    may_contact=some.booleans(),
).map(completed)
some_items = some.sets(some.sampled_from(Item))


@pytest.fixture(autouse=True)
def a_while_later(request: pytest.FixtureRequest) -> None:
    """Whatever opens a page stands an hour after the end."""
    if "client" in request.fixturenames or "app" in request.fixturenames:
        request.getfixturevalue("frozen")(NOW)


# --- the rules ----------------------------------------------------------------------------------


@given(some_answers, some_answers, some_items)
def test_what_is_given_takes_its_place_and_all_else_stays(
    held: Answers, said: Answers, items: set[Item]
):
    kept = merged(held, said, items)
    if Item.AGAIN not in items:
        assert kept.again == held.again
    if Item.WISH in items:
        assert (kept.wish, kept.may_contact) == (said.wish, said.may_contact)
    else:
        assert (kept.wish, kept.may_contact) == (held.wish, held.may_contact)
    assert merged(kept, said, items) == kept
    assert merged(held, said, ()) == held


@given(some_answers)
def test_a_whole_page_can_be_given_item_by_item_in_any_order(said: Answers):
    kept = Answers()
    for item in sorted(filled(said), reverse=True):
        kept = merged(kept, said, {item})
    assert kept == said


@given(some_answers)
def test_the_first_time_the_same_is_wrong_as_with_the_button(said: Answers):
    found = new_faults(Answers(), said, TODAY, is_whole=True)
    assert found == faults(said, TODAY, How.NAMED)


def test_a_day_that_has_passed_since_stands_in_nobodys_way():
    held = Answers(choice=Choice.MORE_TIME, until=TODAY)
    later = TODAY + timedelta(days=3)
    wanted = merged(held, Answers(again=3), {Item.AGAIN})
    assert new_faults(held, wanted, later, is_whole=False) == []
    worse = merged(held, Answers(wish="x" * 501), {Item.WISH})
    assert new_faults(held, worse, later, is_whole=False) == [Fault.LONG_WISH]


def test_what_was_kept_can_be_emptied_and_a_page_should_say_something():
    assert new_faults(Answers(again=3), Answers(), TODAY, is_whole=True) == []
    assert new_faults(Answers(), Answers(), TODAY, is_whole=True) == [Fault.NOTHING]
    assert new_faults(Answers(), Answers(), TODAY, is_whole=False) == []


def test_items_of_another_version_are_left_out():
    assert known("again telepathy  wish") == {Item.AGAIN, Item.WISH}


def test_answers_can_be_changed_for_seven_days():
    assert may_change(ENDED, ENDED + 7 * DAY)
    assert not may_change(ENDED, ENDED + 7 * DAY + timedelta(microseconds=1))


# --- one by one ---------------------------------------------------------------------------------


def give(client: FlaskClient, path: str, item: str, **said: object) -> TestResponse:
    return client.post(path, data={"how": "named", "item": item, **said})


def test_who_closes_the_page_after_two_items_has_been_heard(client: FlaskClient):
    path = path_of(invitation(language="en"))
    first = give(client, path, "reasons", reasons=["pace"], other_reason="Der <b>Hund</b> 🐕 שלום")
    assert (first.status_code, first.data) == (204, b"")
    assert give(client, path, "again", again="2").status_code == 204
    (stored,) = answers()
    assert (stored.reasons, stored.again, stored.choice) == ("pace other", 2, None)
    assert stored.other_reason == "Der <b>Hund</b> 🐕 שלום"
    page = body(client.get(path))
    assert "Thank you, we have your answers" in page
    assert "Complete or change my answers" in page


def test_they_are_completed_and_changed_with_the_same_link_for_seven_days(
    client: FlaskClient, frozen: Callable
):
    path = path_of(invitation(language="en"))
    give(client, path, "again", again="2")
    give(client, path, "wish", wish="Call <me>", may_contact="y")
    frozen(NOW + 7 * DAY)
    page = body(client.get(path + "?change=1"))
    assert "with your name. You can complete or change it until 9 March 2026" in page
    assert "Call &lt;me&gt;" in page
    assert 'name="again" value="2" checked' in page.replace('id="again-2" ', "")
    assert page.count(" checked") == 2  # the one point, and that somebody may write
    whole = {"how": "named", "shown": "again wish", "again": "4", "knew_next": "1", "wish": ""}
    assert client.post(path + "?change=1", data=whole).status_code == 200
    (stored,) = answers()
    assert (stored.again, stored.knew_next, stored.wish, stored.may_contact) == (4, 1, "", False)
    assert stored.submitted_at == NOW
    frozen(ENDED + 8 * DAY)
    late = give(client, path, "again", again="1")
    assert (late.status_code, late.text) == (409, "These answers cannot be changed any more.")
    for said in ({"how": "named", "again": "1"}, {"how": "anonymous", "again": "4"}, {}):
        whole = client.post(path, data=said)
        assert whole.status_code == 409
        assert "cannot be changed any more" in body(whole)
        assert "Thank you" not in body(whole)
    same = {"how": "named", "shown": "again", "again": "4", "knew_next": "1"}
    assert "Thank you, we have your answers" in body(client.post(path, data=same))
    assert "Complete or change" not in body(client.get(path + "?change=1"))
    assert answers()[0].again == 4


def test_a_page_that_comes_second_to_an_answer_without_a_name_is_not_thanked_for(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    path = path_of(invitation(language="en"))
    keep = services.keep

    def later(*given: object, **more: object) -> object:
        """The other one is there just before."""
        monkeypatch.undo()
        services.claim(given[0])
        return keep(*given, **more)

    monkeypatch.setattr(services, "keep", later)
    sent = client.post(path, data={"how": "named", "again": "1"})
    assert (sent.status_code, answers()) == (200, [])  # as thanks have, for who reads the log
    assert "Answers were given with this link before" in body(sent)
    assert "we have your answers" not in body(sent)


def test_a_page_that_showed_nothing_empties_nothing(client: FlaskClient):
    path = path_of(invitation())
    give(client, path, "wish", wish="Keep this")
    give(client, path, "choice", choice="not_said")
    assert client.post(path, data={"how": "named", "wish": "", "again": "5"}).status_code == 200
    (stored,) = answers()
    assert (stored.wish, stored.choice, stored.again) == ("Keep this", Choice.NOT_SAID, 5)


def test_the_first_item_acts_at_once_and_anew_where_it_is_changed(
    client: FlaskClient, frozen: Callable
):
    made = invitation()
    path, application_id = path_of(made), made.application_id
    give(client, path, "choice", choice="not_said")
    assert db.session.get_one(Application, application_id).outcome is Outcome.GHOSTED
    give(client, path, "choice", choice="interested")
    assert db.session.get_one(Application, application_id).outcome is None
    for hour, choice in enumerate(("decided_against", "interested"), 1):
        frozen(NOW + hour * HOUR)
        assert give(client, path, "choice", choice=choice).status_code == 204
        db.session.rollback()
        ended = db.session.get_one(Application, application_id).outcome is Outcome.WITHDRAWN
        assert ended is (choice == "decided_against")
    events = db.session.query(Event).count()
    for choice in ("interested", "interested"):
        assert give(client, path, "choice", choice=choice).status_code == 204
    assert give(client, path, "again", again="1").status_code == 204
    db.session.rollback()
    assert db.session.query(Event).count() == events
    assert "was done at once" in body(client.get(path + "?change=1&lang=en"))


def test_the_same_twice_changes_nothing(client: FlaskClient):
    path = path_of(invitation())
    give(client, path, "wish", wish="Once")
    before = state()
    assert give(client, path, "wish", wish="Once").status_code == 204
    assert state() == before


def test_an_empty_item_uses_nothing_up(client: FlaskClient):
    path = path_of(invitation())
    db.session.commit()
    before = state()
    for item in Item:
        assert give(client, path, item, wish=" \u200b ", again="", until="").status_code == 204
    assert state() == before


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"item": "wish", "wish": "x" * 501}, "This has 501 characters, and 500 fit"),
        ({"item": "reasons", "other_reason": "x" * 201}, "This has 201 characters"),
        ({"item": "reasons", "reasons": ["fit", "pace", "people"]}, "two reasons"),
        ({"item": "choice", "choice": "more_time", "until": "2026-03-01"}, "This day has passed"),
        ({"item": "choice", "choice": "interested", "until": "2026-03-20"}, "leave the day empty"),
        ({"item": "choice", "choice": "furious"}, "not among those offered"),
        ({"item": "again", "again": "٣"}, "not among those offered"),
        ({"item": "telepathy", "telepathy": "yes"}, "not among those offered"),
        ({"item": "again", "again": "3", "how": "anonymous"}, "whether your answers bear"),
        ({"item": "again", "again": "3", "how": ""}, "whether your answers bear"),
        ({"item": "wish", "wish": "a\x00b"}, ""),
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_told_and_changes_nothing(client: FlaskClient, said, told: str):
    path = path_of(invitation(language="en"))
    give(client, path, "again", again="4")
    before = state()
    sent = client.post(path, data={"how": "named", **said})
    assert sent.status_code == 422
    assert told in sent.text
    assert state() == before


def test_a_message_of_an_item_is_plain_text(client: FlaskClient):
    path = path_of(invitation(language="en"))
    sent = give(client, path, "again", again="<script>")
    assert (sent.status_code, sent.mimetype) == (422, "text/plain")


def test_control_characters_vanish(client: FlaskClient):
    path = path_of(invitation())
    give(client, path, "wish", wish="ring\x07 \x1b[31mred \u202eabc")
    assert answers()[0].wish == "ring [31mred \u202eabc"


def test_words_that_raise_an_alarm_are_marked_as_they_stand_last(client: FlaskClient):
    path = path_of(invitation())
    give(client, path, "wish", wish="It was harassment.")
    assert answers()[0].raises_alarm
    give(client, path, "wish", wish="All was well.")
    assert not answers()[0].raises_alarm


# --- without a name -----------------------------------------------------------------------------


def test_nothing_is_kept_of_an_item_without_a_name(client: FlaskClient):
    path = path_of(invitation())
    db.session.commit()
    before = dump()
    for how in ("anonymous", "", "secret"):
        for item in Item:
            said = {"how": how, "item": item, "wish": "Half", "again": "3", "reasons": "pace"}
            assert client.post(path, data=said).status_code == 422
    assert changed(before, dump()) == {}


def test_what_bears_a_name_cannot_become_anonymous_and_says_so(client: FlaskClient):
    path = path_of(invitation(language="en"))
    give(client, path, "again", again="2")
    before = state()
    sent = client.post(path, data={"how": "anonymous", "wish": "Rest"})
    assert sent.status_code == 422
    assert "is kept with your name already" in body(sent)
    assert "Rest" in body(sent)
    assert state() == before


def test_after_an_answer_without_a_name_no_item_is_kept(client: FlaskClient):
    path = path_of(invitation(language="en"))
    assert client.post(path, data={"how": "anonymous", "wish": "All"}).status_code == 200
    before = dump()
    assert give(client, path, "wish", wish="More").status_code == 409
    assert 'name="wish"' not in body(client.get(path + "?change=1"))
    assert dump() == before


# --- at once ------------------------------------------------------------------------------------


def test_items_that_come_at_once_are_all_kept(app: Flask):
    made = invitation()
    path, application_id = path_of(made), made.application_id
    db.session.commit()
    said = [
        ("choice", {"choice": "interested"}),
        ("reasons", {"reasons": "pace"}),
        ("knew_next", {"knew_next": "2"}),
        ("again", {"again": "4"}),
        ("wish", {"wish": "Say it sooner."}),
    ] * 2
    together = Barrier(len(said))

    def send(one: tuple[str, dict]) -> int:
        together.wait()
        return give(FlaskClient(app), path, one[0], **one[1]).status_code

    with ThreadPoolExecutor(len(said)) as senders:
        assert set(senders.map(send, said)) == {204}
    (stored,) = answers()
    assert (stored.choice, stored.reasons) == (Choice.INTERESTED, "pace")
    assert (stored.knew_next, stored.again, stored.wish) == (2, 4, "Say it sooner.")
    assert db.session.get_one(Application, application_id).outcome is None
    reopening = "I am still interested"
    assert [one.subject for one in db.session.query(Event)].count(reopening) == 1


def test_an_item_and_an_answer_without_a_name_at_once_leave_one_of_them(app: Flask):
    path = path_of(invitation())
    db.session.commit()
    together = Barrier(6)

    def send(number: int) -> int:
        together.wait()
        client = FlaskClient(app)
        if number % 2:
            return give(client, path, "again", again="3").status_code
        return client.post(path, data={"how": "anonymous", "again": "3"}).status_code

    with ThreadPoolExecutor(6) as senders:
        codes = list(senders.map(send, range(6)))
    if answers():
        assert set(codes[1::2]) == {204}
        assert set(codes[::2]) == {422}
    else:
        assert set(codes[1::2]) == {409}
        assert set(codes[::2]) == {200}


def test_a_day_of_more_time_pauses_what_it_reopens(client: FlaskClient):
    made = invitation()
    application_id = made.application_id
    sent = give(client, path_of(made), "choice", choice="more_time", until="2026-03-20")
    assert sent.status_code == 204
    assert answers()[0].until == date(2026, 3, 20)
    assert db.session.get_one(Application, application_id).paused_until is not None
