"""The candidate's side of a dialogue: the key, the page, and what is not told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recruiting.accounts.rules import NETWORKS_FACTOR, Role
from recruiting.db import db
from recruiting.dialogues.rules import RemarkKind
from recruiting.feedback import anonymous, keys
from recruiting.feedback.models import AnonymousAnswer
from tests.answers import asked
from tests.dialogues.talking import (
    FIRST,
    KEY,
    PAGE,
    WEEK,
    answer,
    crowd,
    number_on,
    open_with,
    said,
    say,
)
from tests.feedback.invited import ENDED
from tests.feedback.linking import changed, dump
from tests.feedback.test_anonymous import TODAY, invited, released
from tests.feedback.test_anonymous import answer as give

pytestmark = pytest.mark.usefixtures("frozen")
DAY = timedelta(days=1)
TRIES = 10  # of one network


def key_on(page: str) -> str:
    found = re.search(r'id="key"[^>]*>(.+?)</p>', page)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def ask(client: FlaskClient, path: str, **more: str) -> str:
    """Answer without a name and ask for a key."""
    number = re.search(r'name="number" value="([\w-]+)"', client.get(path).text)
    assert number
    data = {"how": "anonymous", "wants_reply": "y", "number": number[1], "wish": FIRST, **more}
    return client.post(path, data=data).text


# --- the key -----------------------------------------------------------------------------------


def test_only_who_asks_gets_a_key_and_a_second_click_shows_the_same(client: FlaskClient):
    first, second = invited(2).values()
    assert not key_on(client.post(first, data={"how": "anonymous", "wish": "x"}).text)
    number = "a-number-of-one-page-only"
    data = {"how": "anonymous", "wants_reply": "y", "number": number, "wish": FIRST}
    shown = key_on(client.post(second, data=data).text)
    assert len(shown.split()) == 6
    after = dump()
    assert key_on(client.post(second, data=data).text) == shown
    other = {**data, "number": "a-number-of-another-page"}
    assert not key_on(client.post(second, data=other).text)
    assert not key_on(client.get(second).text)
    assert dump() == after


def test_a_key_that_is_asked_for_is_found_in_no_table_and_its_hash_only_once_released(
    client: FlaskClient,
):
    first, *others = invited(5).values()
    key = key_on(ask(client, first))
    kept = keys.hashes(asked.keys(), key)[0]
    for path in others:
        give(client, path, again="1")
    held = repr(dump())
    assert kept not in held
    anonymous.release(keys=asked.keys(), alarm_words=(), today=TODAY + 14 * DAY)
    db.session.commit()
    assert [one.wish for one in released() if one.key_hash == kept] == [FIRST]
    assert sum(one.key_hash is None for one in released()) == 4
    assert key not in repr(dump())


def test_until_the_release_the_page_says_that_the_words_are_sealed(
    client: FlaskClient, frozen: Callable
):
    first, *others = invited(5).values()
    key = key_on(ask(client, first, lang="en"))
    sealed = open_with(client, key)
    assert sealed.status_code == 200
    assert "still sealed" in sealed.text
    assert "23 March 2026" in sealed.text
    for path in others:
        give(client, path, again="1")
    frozen(ENDED + 14 * DAY)
    anonymous.release(keys=asked.keys(), alarm_words=(), today=TODAY + 14 * DAY)
    db.session.commit()
    assert "still sealed" in open_with(client, key).text  # up to the Monday
    frozen(ENDED + 21 * DAY)
    assert FIRST in open_with(client, key).text


def test_a_key_opens_however_it_is_typed_and_with_an_old_secret(app: Flask, client: FlaskClient):
    answer(key=KEY)
    for typed in (KEY.upper(), f"  {KEY.title()} ", KEY.replace(" ", "-"), KEY.replace(" ", ", ")):
        assert FIRST in open_with(client, typed).text, typed
    old = keys.hashes(["a secret that was in use before this one"], "old key of six small words")
    answer(2, "", key_hash=old[0], wish="Older words.")
    settings = app.extensions["settings"]
    object.__setattr__(settings, "old_secret_keys", ("a secret that was in use before this one",))
    assert "Older words." in open_with(client, "old key of six small words").text


def test_after_90_days_a_key_opens_nothing_and_is_told_apart_from_no_other_text(
    client: FlaskClient, frozen: Callable
):
    answer()
    crowd()
    frozen(ENDED + 83 * DAY)
    assert FIRST in open_with(client).text
    frozen(ENDED + 84 * DAY)
    over, wrong = open_with(client), open_with(client, "abacus apple beaver cello zebra zone")
    assert over.status_code == wrong.status_code == 422
    assert len(over.data) == len(wrong.data)
    assert over.text.replace("acorn", "abacus").rstrip() == wrong.text.rstrip()
    assert "open nothing" in wrong.text


def test_no_key_dies_before_its_words_could_be_read(
    signed_in: Callable, client: FlaskClient, frozen: Callable
):
    answer_id = answer()
    crowd(4)
    frozen(ENDED + 300 * DAY)
    waiting = open_with(client).text
    assert FIRST in waiting
    assert "Your words wait until enough others have answered" in waiting
    late = WEEK + 301 * DAY
    for place in range(2000, 2005):
        answer(place, "", wish="", week_on=late)
    frozen(ENDED + 301 * DAY)
    assert signed_in(Role.HR).get(f"/reports/dialogues/{answer_id}").status_code == 200
    read = open_with(client).text
    assert "Your words wait" not in read
    assert "21 March 2027" in read  # 90 days later
    frozen(ENDED + (294 + 90) * DAY)
    assert FIRST in open_with(client).text
    frozen(ENDED + (294 + 91) * DAY)
    assert "open nothing" in open_with(client).text


def test_too_few_or_too_many_words_are_told_by_their_number(client: FlaskClient):
    answer()
    for typed, found in ((KEY.rpartition(" ")[0], 5), (f"{KEY} zone", 7), ("1 2", 0)):
        refused = open_with(client, typed)
        assert refused.status_code == 422
        assert f"A key has six words, and here are {found}." in refused.text
        assert "open nothing" not in refused.text
    assert "A key has six words, and here is only one." in open_with(client, "acornapple").text


def test_wrong_keys_are_throttled_and_then_a_right_one_waits_as_well(
    client: FlaskClient, frozen: Callable
):
    answer()
    for number in range(TRIES):
        assert open_with(client, f"wrong key {number}").status_code == 422
        assert dump()["remark"] == []
    for key in ("wrong key again", KEY):
        refused = open_with(client, key)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert FIRST not in refused.text
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.post(PAGE, data={"key": KEY}, environ_base=elsewhere).status_code == 200
    frozen(ENDED + timedelta(minutes=16))
    assert open_with(client).status_code == 200


def test_all_networks_together_are_throttled_too(client: FlaskClient):
    answer()
    codes = []
    for place in range(NETWORKS_FACTOR * TRIES + 1):
        network = {"REMOTE_ADDR": f"198.51.{place // TRIES}.7"}
        data = {"key": f"wrong {'x' * place}"[:190]}
        codes.append(client.post(PAGE, data=data, environ_base=network).status_code)
    assert codes == [422] * NETWORKS_FACTOR * TRIES + [429]


def test_right_keys_leave_no_count(client: FlaskClient):
    answer()
    for _ in range(3 * TRIES):
        assert open_with(client).status_code == 200
    assert dump()["login_failure"] == []


# --- the page ----------------------------------------------------------------------------------


def test_looking_changes_nothing_and_no_address_takes_a_key(client: FlaskClient):
    answer()
    crowd()
    before = dump()
    for path in (PAGE, f"{PAGE}?key={KEY}&act=end&number=1"):
        page = client.get(path)
        assert page.status_code == 200
        assert FIRST not in page.text
        assert KEY not in page.text
    opened = open_with(client)
    assert "Set-Cookie" not in opened.headers
    assert opened.headers["Cache-Control"] == "no-store"
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert "Week of 23 February 2026" in opened.text
    assert "24 May 2026" in opened.text
    assert dump() == before


def test_what_the_candidate_says_is_stored_once_with_its_day(client: FlaskClient):
    answer_id = answer()
    number = number_on(open_with(client).text)
    for _ in range(2):
        sent = open_with(client, act="say", number=number, text=" Zwei\r\nZeilen <b>👍</b> ")
        assert sent.status_code == 200
        assert "Zwei\nZeilen &lt;b&gt;👍&lt;/b&gt;" in sent.text
    (stored,) = said(answer_id)
    assert (stored.number, stored.kind, stored.by) == (1, RemarkKind.SAID, None)
    assert (stored.text, stored.said_on) == ("Zwei\nZeilen <b>👍</b>", date(2026, 3, 2))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"text": "  "}, "Please write something"),
        ({"text": "x" * 2001}, "This has 2001 characters, and 2000 fit"),
        ({"text": "Late.", "number": "7"}, "said meanwhile"),
        ({"text": "Late.", "number": "x"}, "said meanwhile"),
        ({"text": "Late.", "number": ""}, "said meanwhile"),
    ],
)
def test_what_cannot_be_stored_is_told_and_stays_in_the_form(
    client: FlaskClient, more: dict, told: str
):
    answer_id = answer()
    sent = open_with(client, **{"act": "say", "number": "1", **more})
    assert sent.status_code == 422
    assert told in sent.text
    assert more["text"].strip() in sent.text
    assert said(answer_id) == []


def test_the_candidate_may_end_it_and_then_nobody_says_more(client: FlaskClient):
    answer_id = answer()
    say(client, "One thing more.")
    assert "has ended" in open_with(client, act="end", number="2").text
    late = open_with(client, act="say", number="3", text="And another.")
    assert late.status_code == 422
    assert [one.kind for one in said(answer_id)] == [RemarkKind.SAID, RemarkKind.ENDED]
    assert "One thing more." in open_with(client).text


def test_another_site_cannot_act_and_no_log_holds_a_word(
    client: FlaskClient, capfd: pytest.CaptureFixture
):
    answer_id = answer()
    data = {"key": KEY, "act": "say", "number": "1", "text": "Secretly said."}
    foreign = client.post(PAGE, data=data, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert said(answer_id) == []
    capfd.readouterr()
    assert open_with(client, act="say", number="1", text="Secretly said.").status_code == 200
    out, err = capfd.readouterr()
    lines = [json.loads(line) for line in (out + err).splitlines() if line.startswith("{")]
    assert len(lines) == 1
    for word in (*KEY.split(), "Secretly", answer_id):
        assert word not in out + err


# --- nothing leads to the application ----------------------------------------------------------


def test_a_dialogue_touches_its_own_rows_alone_and_leads_nowhere(client: FlaskClient):
    first, *others = invited(5).values()
    key = key_on(ask(client, first))
    for path in others:
        give(client, path, again="1")
    anonymous.release(keys=asked.keys(), alarm_words=(), today=TODAY - 14 * DAY)
    anonymous.release(keys=asked.keys(), alarm_words=(), today=TODAY + 14 * DAY)
    db.session.execute(AnonymousAnswer.__table__.update().values(week_on=TODAY))
    db.session.commit()
    before = dump()
    say(client, "More words.", key)
    rows = changed(before, dump())
    assert set(rows) == {"remark"}
    (remark,) = rows["remark"]
    shown = {name: value for name, value in remark.items() if name not in {"ctid", "xmin"}}
    (answer_id,) = (one.id for one in released() if one.key_hash)
    assert shown == {
        "answer_id": answer_id, "number": 1, "kind": "said", "by": None,
        "text": "More words.", "said_on": TODAY,
    }  # fmt: skip
    rest = {name: found for name, found in dump().items() if name not in OWN}
    assert answer_id not in repr(rest)


OWN = {"remark", "anonymous_answer"}
