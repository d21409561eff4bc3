"""Dialogues inside: who sees which, answers, and what the report counts of it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recruiting.accounts.rules import Role
from recruiting.dialogues import queries
from recruiting.dialogues.rules import RemarkKind
from tests import make
from tests.dialogues.talking import (
    FIRST,
    INSIDE,
    KEY,
    TRUSTED,
    WEEK,
    answer,
    crowd,
    number_on,
    open_with,
    reply,
    said,
    say,
    trust,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")
ALARM = "It was harassment."


def test_it_goes_round_twice_and_each_side_reads_the_other(signed_in, client: FlaskClient):
    answer_id = answer()
    crowd()
    hr = signed_in(Role.HR)
    assert "waits for our answer" in hr.get(INSIDE).text
    assert reply(hr, answer_id, "Where did you wait?").status_code == 303
    assert "Where did you wait?" in open_with(client).text
    assert say(client, "After the interview.").status_code == 200
    assert "After the interview." in hr.get(f"{INSIDE}/{answer_id}").text
    assert reply(hr, answer_id, "Two days from now on.", "changed").status_code == 303
    page = open_with(client).text
    assert "we have changed it" in page
    assert say(client, "Thank you.").status_code == 200
    assert [one.kind for one in said(answer_id)] == [
        RemarkKind.SAID, RemarkKind.SAID, RemarkKind.CHANGED, RemarkKind.SAID,
    ]  # fmt: skip
    assert "@" not in page  # nobody of us stands beside it


def test_the_desk_says_that_a_conversation_waits_and_not_whose_nor_what(
    signed_in, client: FlaskClient, frozen
):
    answer_id = answer()
    crowd()
    hr, told = signed_in(Role.HR), "1 conversation without a name waits for an answer."
    page = hr.get("/desk").text
    assert told in page
    assert f'href="{INSIDE}"' in page
    assert answer_id not in page
    assert FIRST not in page
    assert told not in signed_in(Role.RECRUITER).get("/desk").text
    reply(hr, answer_id, "Where did you wait?")
    assert told not in hr.get("/desk").text
    say(client, "After the interview.")
    assert told not in hr.get("/desk").text  # before tomorrow, so that no open desk tells the hour
    frozen(make.MONDAY + timedelta(days=1))
    assert told in signed_in(Role.HR).get("/desk").text


@pytest.mark.parametrize("act", ["say", "end"])
def test_what_an_author_does_today_leaves_the_count_as_it_was(
    signed_in, client: FlaskClient, frozen, act: str
):
    answer()
    crowd()
    told = "1 conversation without a name waits"
    say(client, "After the interview.")
    frozen(make.MONDAY + timedelta(days=1))
    hr = signed_in(Role.HR)
    assert told in hr.get("/desk").text
    number = number_on(open_with(client).text)
    assert open_with(client, act=act, number=number, text="More.").status_code == 200
    assert told in hr.get("/desk").text  # or it would tell the minute
    frozen(make.MONDAY + timedelta(days=2))
    assert (told in signed_in(Role.HR).get("/desk").text) is (act == "say")


def test_what_we_answer_leaves_the_count_at_once_whatever_is_said_after_it(
    signed_in, client: FlaskClient, frozen
):
    answer_id, told = answer(), "1 conversation without a name waits"
    crowd()
    say(client, "After the interview.")
    frozen(make.MONDAY + timedelta(days=1))
    hr = signed_in(Role.HR)
    say(client, "And before it.")
    reply(hr, answer_id, "How long?")
    assert told not in hr.get("/desk").text
    say(client, "A week.")
    assert told not in hr.get("/desk").text


def test_an_alarm_of_today_moves_no_count_before_tomorrow(
    app: Flask, signed_in, client: FlaskClient, frozen
):
    trust(app, TRUSTED)
    answer()
    crowd()
    told = "1 conversation without a name waits"
    trusted = make.user(Role.RECRUITER, email=TRUSTED)
    say(client, ALARM)
    assert told in signed_in(Role.HR).get("/desk").text
    assert told not in signed_in(trusted).get("/desk").text
    frozen(make.MONDAY + timedelta(days=1))
    say(client, "And more of it.")  # what was raised before stays with the person of trust
    assert told not in signed_in(Role.HR).get("/desk").text
    assert told in signed_in(trusted).get("/desk").text


def test_when_an_alarm_was_raised_is_kept_and_not_read_out_of_the_words_again(
    app: Flask, signed_in, client: FlaskClient, frozen, settings
):
    trust(app, TRUSTED)
    answer_id = answer()
    crowd()
    told = "1 conversation without a name waits"
    say(client, ALARM)
    assert queries.dialogue(answer_id).answer.alarm_on == make.MONDAY.date()
    object.__setattr__(settings, "alarm_words", "another word")
    frozen(make.MONDAY + timedelta(days=1))
    say(client, "And another word of it.")
    assert queries.dialogue(answer_id).answer.alarm_on == make.MONDAY.date()
    assert told not in signed_in(Role.HR).get("/desk").text
    assert told in signed_in(make.user(Role.RECRUITER, email=TRUSTED)).get("/desk").text


def test_first_words_that_raise_an_alarm_need_no_day_of_it(app: Flask, client: FlaskClient):
    trust(app, TRUSTED)
    answer_id = answer(wish=ALARM, raises_alarm=True)
    crowd()
    say(client, ALARM)
    assert queries.dialogue(answer_id).answer.alarm_on is None


def test_what_was_confided_is_counted_for_the_person_of_trust_alone(app: Flask, signed_in):
    answer(raises_alarm=True)
    crowd()
    trust(app, TRUSTED)
    told = "1 conversation without a name waits"
    assert told not in signed_in(Role.HR).get("/desk").text
    assert told in signed_in(make.user(Role.RECRUITER, email=TRUSTED)).get("/desk").text


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HIRING_MANAGER])
def test_recruiters_and_managers_find_nothing(signed_in, role: Role):
    answer_id = answer()
    crowd()
    client = signed_in(role)
    for path in (INSIDE, f"{INSIDE}/{answer_id}"):
        assert client.get(path).status_code == 404
    for path in (f"{INSIDE}/{answer_id}", f"{INSIDE}/{answer_id}/end"):
        sent = client.act(path, {"kind": "said", "text": "x", "number": "1"})
        assert sent.status_code == 404
    assert said(answer_id) == []


def test_it_is_hidden_while_its_answers_are_too_few_and_so_is_an_answer_without_a_key(signed_in):
    answer_id = answer()
    crowd(8)
    hr = signed_in(Role.HR)
    assert FIRST not in hr.get(INSIDE).text
    assert hr.get(f"{INSIDE}/{answer_id}").status_code == 404
    crowd_of_one = answer(5000, "")
    assert FIRST in hr.get(INSIDE).text
    assert hr.get(f"{INSIDE}/{answer_id}").status_code == 200
    assert hr.get(f"{INSIDE}/{crowd_of_one}").status_code == 404
    assert hr.get(f"{INSIDE}/{'f' * 32}").status_code == 404


def test_an_alarm_is_for_the_person_of_trust_alone(app: Flask, signed_in, client: FlaskClient):
    trust(app, TRUSTED)
    answer_id = answer(wish=ALARM, raises_alarm=True)
    crowd()
    for role in Role:
        other = signed_in(role)
        assert other.get(f"{INSIDE}/{answer_id}").status_code == 404
        assert ALARM not in other.get(INSIDE).text
    trusted = signed_in(make.user(Role.HIRING_MANAGER, email=TRUSTED))
    assert f"{INSIDE}/{answer_id}" in trusted.get("/reports/confided").text
    assert ALARM in trusted.get(INSIDE).text
    assert reply(trusted, answer_id, "I am here for you.").status_code == 303
    assert "I am here for you." in open_with(client).text


def test_an_alarm_said_later_gives_the_whole_dialogue_to_the_person_of_trust(
    app: Flask, signed_in, client: FlaskClient
):
    trust(app, TRUSTED)
    answer_id = answer()
    crowd()
    hr = signed_in(Role.HR)
    reply(hr, answer_id, "What happened?")
    say(client, ALARM)
    assert hr.get(f"{INSIDE}/{answer_id}").status_code == 404
    for path in (INSIDE, "/reports/ghosting"):
        page = hr.get(path).text
        assert ALARM not in page
        assert FIRST not in page
    trusted = signed_in(make.user(Role.RECRUITER, email=TRUSTED))
    page = trusted.get(f"{INSIDE}/{answer_id}").text
    assert ALARM in page
    assert "What happened?" in page


def test_a_saved_wording_fills_the_form_and_nothing_is_sent(signed_in):
    answer_id = answer()
    crowd()
    hr = signed_in(Role.HR)
    path = f"{INSIDE}/{answer_id}"
    assert f"{path}?wording=thanks-de#answer" in hr.get(path).text
    assert "Vielen Dank, dass Sie" in hr.get(f"{path}?wording=thanks-de").text
    assert "Thank you for writing this down" in hr.get(f"{path}?wording=thanks-en").text
    for odd in ("", "thanks", "thanks-fr", "no-such", "--"):
        assert hr.get(f"{path}?wording={odd}").status_code == 200
    assert said(answer_id) == []


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("said", "  ", "Please write something"),
        ("cannot_change", "", "why it cannot be changed"),
        ("changed", " ", "what you have changed"),
        ("ended", "x", "Not a valid choice"),
        ("said", "x" * 2001, "2000 fit"),
    ],
)
def test_what_cannot_be_answered_is_told(signed_in, kind: str, text: str, told: str):
    answer_id = answer()
    crowd()
    sent = reply(signed_in(Role.HR), answer_id, text, kind)
    assert sent.status_code == 422
    assert told in sent.text
    assert said(answer_id) == []


def test_nobody_answers_what_they_have_not_read_and_two_clicks_store_one(
    signed_in, client: FlaskClient
):
    answer_id = answer()
    crowd()
    hr, path = signed_in(Role.HR), f"{INSIDE}/{answer_id}"
    number = number_on(hr.get(path).text)
    say(client, "I forgot to say this.")
    data = {"kind": "said", "text": "Thanks.", "number": number}
    late = hr.act(path, data)
    assert late.status_code == 422
    assert "I forgot to say this." in late.text
    assert "Thanks." in late.text
    again = {**data, "number": number_on(late.text)}
    assert [hr.act(path, again).status_code for _ in range(2)] == [303, 303]
    assert len(said(answer_id)) == 2


def test_we_may_end_it_and_the_candidate_reads_it_still(signed_in, client: FlaskClient):
    answer_id = answer()
    crowd()
    hr = signed_in(Role.HR)
    assert hr.act(f"{INSIDE}/{answer_id}/end", {"number": "1"}).status_code == 303
    assert hr.act(f"{INSIDE}/{answer_id}/end", {"number": "1"}).status_code == 303
    page = open_with(client)
    assert "has ended" in page.text
    assert 'name="text"' not in page.text
    assert "ended" in hr.get(INSIDE).text
    assert [one.kind for one in said(answer_id)] == [RemarkKind.ENDED]


def test_an_answer_inside_needs_a_form_of_ours(signed_in):
    answer_id = answer()
    crowd()
    hr = signed_in(Role.HR)
    for path in (f"{INSIDE}/{answer_id}", f"{INSIDE}/{answer_id}/end"):
        data = {"kind": "said", "text": "x", "number": "1", "csrf_token": "forged"}
        assert hr.post(path, data=data).status_code in {400, 403}
    assert said(answer_id) == []


def test_the_report_counts_what_became_of_them_and_hides_it_with_the_rest(app: Flask, signed_in):
    first, second = answer(1), answer(2, KEY + " two")
    answer(3, KEY + " three", raises_alarm=True)
    crowd(6)
    runner = app.test_cli_runner()

    def counted() -> dict[str, str]:
        output = runner.invoke(args=["feedback", "export"]).output
        rows = csv.DictReader(io.StringIO(output))
        return {row["answer"]: row["anonymous"] for row in rows if row["item"] == "dialogues"}

    assert set(counted().values()) == {""}
    answer(9, "", wish="")
    hr = signed_in(Role.HR)
    nothing = {"heard": "0", "changed": "0", "cannot_change": "0", "no_result": "2"}
    assert counted() == nothing
    reply(hr, first, "", "heard")
    reply(hr, first, "Done.", "changed")
    reply(hr, second, "The law asks for it.", "cannot_change")
    assert counted() == {**nothing, "changed": "1", "cannot_change": "1", "no_result": "0"}
    page = hr.get("/reports/ghosting").text
    assert "What became of conversations" in page
    assert INSIDE in page


def test_a_week_to_come_is_not_shown_yet(signed_in):
    answer_id = answer(week_on=WEEK + timedelta(days=14))
    crowd(week_on=WEEK + timedelta(days=14))
    assert signed_in(Role.HR).get(f"{INSIDE}/{answer_id}").status_code == 404
