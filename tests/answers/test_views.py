"""The candidate's pages: what they show, that only a POST acts, and what a link gives away."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from recruiting import links as signing
from recruiting.answers import links
from recruiting.answers.rules import LIVES, Purpose
from recruiting.candidates.models import Address
from recruiting.candidates.rules import AddressState
from recruiting.db import db
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Kind, Outcome, Turn
from tests import make
from tests.answers.asked import (
    LINKS,
    NOW,
    SECOND,
    answer_path,
    asked_application,
    events,
    is_refused,
    keys,
    path_of,
    reopen_path,
    status_path,
    stop_path,
    told,
    told_application,
)
from tests.feedback.test_views import AGENTS, body, state, variants

pytestmark = pytest.mark.usefixtures("frozen")

PATHS = {
    Purpose.ANSWER: answer_path,
    Purpose.REOPEN: reopen_path,
    Purpose.STATUS: status_path,
    Purpose.STOP: stop_path,
}
ACTS = {
    Purpose.ANSWER: {"choice": "interested"},
    Purpose.REOPEN: {},
    Purpose.STATUS: {"wish": "call"},
    Purpose.STOP: {},
}


def about(purpose: Purpose, **candidate: object) -> Application:
    """An application for which a link of this purpose can do something."""
    make_one = told_application if purpose is Purpose.REOPEN else asked_application
    return make_one(**candidate)


def now_is(application: Application) -> Application:
    db.session.commit()
    db.session.refresh(application)
    return application


# --- what the pages are --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mails", "page", "greeting"),
    [
        ("de", "de", "Guten Tag Oliver"),
        ("de", "en", "Hello Oliver"),
        ("en", "de", "Guten Tag Oliver"),
    ],
)
def test_it_greets_by_the_first_name_alone(
    client: FlaskClient, mails: str, page: str, greeting: str
):
    application = asked_application(name="Oliver van der Berg", language=mails)
    assert f"<h1>{greeting}</h1>" in body(client.get(f"{answer_path(application)}?lang={page}"))


def test_the_page_offers_four_answers_and_says_what_follows_from_each(client: FlaskClient):
    page = body(client.get(answer_path(asked_application(name="Oliver van der Berg"))))
    places = [
        page.index(words)
        for words in (
            "I am still interested",
            "I need more time",
            "Not now, perhaps later",
            "I withdraw my application",
        )
    ]
    assert places == sorted(places)
    assert "<h1>Hello Oliver</h1>" in page
    assert "Until 9 March 2026" in page
    assert "Nothing is sent before you press a button." in page
    assert "checked" not in page


def test_the_page_speaks_the_candidates_language_and_can_be_switched(client: FlaskClient):
    for purpose, path_for in PATHS.items():
        path = path_for(about(purpose, language="de"))
        german = client.get(path, headers={"Accept-Language": "en"})
        assert '<html lang="de"' in body(german)
        assert '<html lang="en"' in body(client.get(path + "?lang=en"))
        sent = client.post(path + "?lang=en", data=ACTS[purpose])
        assert (sent.status_code, sent.location) == (303, path + "?lang=en")


@pytest.mark.parametrize("purpose", [*Purpose])
def test_a_page_that_was_passed_on_shows_only_what_it_needs(client: FlaskClient, purpose: Purpose):
    application = about(
        purpose, name="Oliver van der Berg", email="oliver@example.org", phone="+49 30 1"
    )
    make.event(application, Kind.NOTE, at=NOW - make.HOUR, body="A private note")
    path = PATHS[purpose](application)
    pages = [body(client.get(path))]
    client.post(path, data=ACTS[purpose])
    pages.append(body(client.get(path)))
    for page in pages:
        for secret in (
            "Berg",
            "oliver@example.org",
            "+49",
            "private",
            "Which day suits",
        ):
            assert secret not in page
        assert ("Applied" in page) is (purpose is Purpose.STATUS)
    assert "Oliver" in pages[0]
    assert (application.job.title in pages[0]) is (purpose is not Purpose.STOP)


def test_the_pages_leave_no_cookie_load_nothing_foreign_and_stay_out_of_search(client: FlaskClient):
    for purpose, path_for in PATHS.items():
        answer = client.get(path_for(about(purpose)))
        page = body(answer)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script" not in page
        addresses = re.findall(r'(?:href|src|action)="([^"]+)"', page)
        assert addresses
        assert all(one.startswith(("/static/", "?", "#")) for one in addresses), addresses


def test_the_pages_weigh_little(app: Flask, client: FlaskClient):
    for purpose, path_for in PATHS.items():
        page = body(client.get(path_for(about(purpose))))
        loaded = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
        assert len(loaded) == 9  # six style sheets, two fonts and the icon
        packed = {"Accept-Encoding": "gzip"}
        size = sum(len(client.get(one, headers=packed).get_data()) for one in loaded)
        assert size + len(page.encode()) <= 60_000


def test_an_answer_is_told_back_with_what_comes_next_and_a_way_to_change_it(client: FlaskClient):
    path = answer_path(asked_application())
    client.post(path, data={"choice": "more_time", "until": "2026-03-16"})
    page = body(client.get(path))
    assert "“I need more time, until 16 March 2026”" in page
    assert "On 2 March 2026, 10:00 you told us" in page
    assert "We do not ask again before that day." in page
    assert "Changed your mind?" in page


def test_their_own_line_is_not_shown_again(client: FlaskClient):
    path = answer_path(asked_application())
    client.post(path, data={"choice": "interested", "text": "My number is secret"})
    assert "secret" not in body(client.get(path))


def test_a_withdrawal_is_thanked_for_with_the_way_to_feedback_and_the_way_back(client: FlaskClient):
    path = answer_path(asked_application())
    client.post(path, data={"choice": "withdraw", "text": "Too far."})
    page = body(client.get(path))
    assert "Your application is closed, as you wished." in page
    link = re.search(r'href="([^"]+/feedback/[^"]+)"', page)
    assert link
    assert client.get("/feedback/" + link[1].rpartition("/")[2]).status_code == 200
    assert 'value="interested"' in page
    assert 'value="withdraw"' not in page


def test_after_a_week_the_page_tells_another_way(client: FlaskClient, frozen: Callable):
    path = answer_path(asked_application())
    client.post(path, data={"choice": "interested"})
    frozen(NOW + timedelta(days=8))
    page = body(client.get(path))
    assert "please reply to our last mail" in page
    assert "<form" not in page


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.HIRE, Kind.GHOSTED])
def test_what_we_decided_and_told_nobody_is_told_by_no_page(client: FlaskClient, kind: Kind):
    decided, undecided = asked_application(name="Oliver"), asked_application(name="Oliver")
    make.event(decided, kind, at=NOW - make.HOUR)
    shown = [client.get(answer_path(one)) for one in (decided, undecided)]
    pages = [re.sub(r"Job \d+", "Job", body(page)) for page in shown]
    assert pages[0] == pages[1]
    assert 'value="withdraw"' in pages[0]


def test_once_told_a_decision_leaves_nothing_to_answer(client: FlaskClient):
    rejected, hired = told_application(Outcome.REJECTED), told_application(Outcome.HIRED)
    pages = [
        re.sub(r"Job \d+|Candidate", "", body(client.get(answer_path(one))))
        for one in (rejected, hired)
    ]
    assert pages[0] == pages[1]
    assert "There is nothing to answer here at the moment" in pages[0]
    assert "<form" not in pages[0]


# --- answering -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kinds", "words", "turn"),
    [
        ({"choice": "interested"}, [Kind.MESSAGE], "I am still interested", Turn.US),
        (
            {"choice": "more_time", "until": "2026-03-20"},
            [Kind.MESSAGE, Kind.PAUSED],
            "I need more time, until 20 March 2026",
            Turn.CANDIDATE,
        ),
        (
            {"choice": "later", "when": "half_year"},
            [Kind.WITHDRAWAL],
            "Not now, perhaps later: In about half a year",
            Turn.NOBODY,
        ),
        ({"choice": "withdraw"}, [Kind.WITHDRAWAL], "I withdraw my application", Turn.NOBODY),
    ],
)
def test_a_tap_becomes_events_in_the_words_that_were_tapped(
    client: FlaskClient, sent: dict, kinds: list[Kind], words: str, turn: Turn
):
    application = asked_application()
    path = answer_path(application)
    answer = client.post(path, data=sent)
    assert (answer.status_code, answer.location) == (303, path)
    found = events(application)
    assert [event.kind for event in found] == kinds
    assert found[0].subject == words
    assert now_is(application).turn is turn
    assert {event.by for event in found} == {None}


def test_words_are_kept_in_the_language_in_which_they_were_tapped(client: FlaskClient):
    application = asked_application(language="de")
    client.post(answer_path(application) + "?lang=en", data={"choice": "interested"})
    assert told(application) == [(Kind.MESSAGE, "I am still interested")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"choice": "more_time"}, "choose the day until which"),
        ({"choice": "more_time", "until": "2026-03-02"}, "choose a day to come"),
        ({"choice": "more_time", "until": "2026-09-01"}, "more than three months away"),
        ({"choice": "more_time", "until": "soon"}, "Please write a day such as"),
        ({"choice": "later"}, "choose when it might suit you"),
        ({"choice": "later", "when": "never"}, "not among those offered"),
        ({"choice": "withdraw", "text": "x" * 501}, "This has 501 characters, and 500 fit"),
        ({"choice": "go_on"}, "not among those offered"),
        ({"choice": "furious"}, "not among those offered"),
        ({}, "not among those offered"),
    ],
)
def test_what_cannot_be_taken_is_told_and_changes_nothing(
    client: FlaskClient, wrong: dict, said: str
):
    application = asked_application()
    db.session.commit()
    before = state()
    sent = client.post(answer_path(application), data=wrong)
    is_refused(sent, said, wrong)
    assert "Not sent yet" in body(sent)
    assert state() == before


def test_their_line_is_stored_clean_and_shown_as_plain_text(client: FlaskClient):
    application = asked_application()
    line = " <b>Hello</b>\r\n\x07شكرا 👍 "
    client.post(answer_path(application), data={"choice": "interested", "text": line})
    assert events(application)[0].body == "<b>Hello</b>\nشكرا 👍"
    long = client.post(answer_path(application), data={"choice": "withdraw", "text": "<i>" * 200})
    assert "<i>" not in body(long)
    assert "&lt;i&gt;" in body(long)


def test_this_is_wrong_reopens(client: FlaskClient):
    application = told_application(Outcome.GHOSTED)
    path = reopen_path(application)
    assert "We closed your application on 2 March 2026." in body(client.get(path))
    assert client.post(path, data={"text": "I was away."}).status_code == 303
    assert "Your application is open, and the next word is ours." in body(client.get(path))
    assert (now_is(application).outcome, application.turn) == (None, Turn.US)


def test_this_is_wrong_about_our_decision_reaches_a_person(client: FlaskClient):
    application = told_application(Outcome.REJECTED)
    path = reopen_path(application)
    too_long = client.post(path, data={"text": "x" * 501})
    assert "This has 501 characters, and 500 fit" in body(too_long)
    client.post(path)
    assert "A person reads it and answers you." in body(client.get(path))
    assert now_is(application).outcome is Outcome.REJECTED
    assert application.wrote_after_end


# --- stop ----------------------------------------------------------------------------------------


def address_of(application: Application) -> Address:
    db.session.commit()
    return db.session.get_one(
        Address, application.candidate.addresses[0].id, populate_existing=True
    )


def test_stop_says_what_it_means_and_its_button_stops(client: FlaskClient):
    application = asked_application()
    path = stop_path(application)
    page = body(client.get(path))
    assert "we send no more mails to the address" in page
    assert "Your application is not withdrawn by this" in page
    assert address_of(application).state is AddressState.GOOD
    sent = client.post(path)
    assert (sent.status_code, sent.location) == (303, path)
    assert "We have stopped" in body(client.get(path))
    assert address_of(application).state is AddressState.STOPPED
    assert now_is(application).outcome is None


def test_a_mail_program_stops_with_one_click(client: FlaskClient):
    """RFC 8058: a POST without cookie, origin or a page before it; no redirect follows."""
    for how in ({}, {"content_type": "multipart/form-data"}):
        application = asked_application()
        sent = client.post(stop_path(application), data={"List-Unsubscribe": "One-Click"}, **how)
        assert sent.status_code == 200
        assert address_of(application).state is AddressState.STOPPED


# --- once, and only by POST ----------------------------------------------------------------------


@pytest.mark.parametrize("purpose", [*Purpose])
def test_looking_changes_nothing_and_uses_nothing_up(client: FlaskClient, purpose: Purpose):
    path = PATHS[purpose](about(purpose))
    db.session.commit()
    before = state()
    for agent in AGENTS:
        for _time in range(2):
            assert client.get(path, headers={"User-Agent": agent}).status_code == 200
        assert client.head(path, headers={"User-Agent": agent}).status_code == 200
    client.options(path)
    client.get(path, headers={"Sec-Purpose": "prefetch", "Purpose": "prefetch"})
    for query in ("?choice=withdraw", "?List-Unsubscribe=One-Click"):
        client.get(path + query)
    assert state() == before
    assert client.post(path, data=ACTS[purpose]).status_code == 303
    assert state() != before


@pytest.mark.parametrize("purpose", [*Purpose])
def test_a_second_click_finds_the_same_page_and_changes_nothing(
    client: FlaskClient, purpose: Purpose
):
    path = PATHS[purpose](about(purpose))
    first = client.post(path, data=ACTS[purpose])
    after = state()
    second = client.post(path, data=ACTS[purpose])
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert state() == after


@pytest.mark.parametrize("sent", ["interested", "more_time", "withdraw"])
def test_ten_clicks_at_once_act_once(app: Flask, sent: str):
    application = asked_application()
    path = answer_path(application)
    db.session.commit()
    together = Barrier(10)

    def click(_number: int) -> int:
        client = FlaskClient(app)
        together.wait()
        return client.post(path, data={"choice": sent, "until": "2026-03-16"}).status_code

    with ThreadPoolExecutor(10) as clicks:
        assert set(clicks.map(click, range(10))) == {303}
    assert len(events(application)) == (2 if sent == "more_time" else 1)


@pytest.mark.parametrize("purpose", [*Purpose])
def test_a_page_of_another_site_cannot_act(client: FlaskClient, purpose: Purpose):
    path = PATHS[purpose](about(purpose))
    db.session.commit()
    before = state()
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post(path, data=ACTS[purpose], headers=headers).status_code == 403
    assert state() == before
    own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert client.post(path, data=ACTS[purpose], headers=own).status_code == 303


# --- links that open nothing ---------------------------------------------------------------------


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("purpose", [*Purpose])
def test_a_link_that_was_changed_in_any_way_opens_nothing(client: FlaskClient, purpose: Purpose):
    path = PATHS[purpose](about(purpose, name="Oliver Brandt"))
    db.session.commit()
    before = state()
    home, _slash, token = path.rpartition("/")
    pages: dict[bool, set[str]] = defaultdict(set)
    tried = variants(token)
    assert len(tried) > 165
    for number, changed in enumerate(tried.values()):
        ask = client.get if number % 4 else client.post
        answer = ask(f"{home}/{changed}")
        assert answer.status_code == 404
        pages[signing.is_whole(changed)].add(body(answer))
    assert [len(alike) for alike in pages.values()] == [1, 1]
    assert "Oliver" not in repr(pages)
    assert state() == before


@pytest.mark.usefixtures("patient")
def test_every_token_opens_its_own_purpose_alone(client: FlaskClient):
    application = asked_application()
    tokens = {one: path_for(application).rpartition("/")[2] for one, path_for in PATHS.items()}
    ends = NOW + timedelta(days=3)
    tokens["feedback"] = signing.sign(keys(), "feedback", str(application.id), expires_at=ends)
    db.session.commit()
    before = state()
    for purpose, token in tokens.items():
        for other in {*Purpose, "feedback"} - {purpose}:
            assert client.get(f"/{other}/{token}").status_code == 404
            assert client.post(f"/{other}/{token}", data={"choice": "withdraw"}).status_code == 404
    assert state() == before


def test_every_dead_link_gets_the_same_page(client: FlaskClient):
    ends = NOW + timedelta(days=3)
    hired = told_application(Outcome.HIRED)
    dead = [
        reopen_path(hired),
        status_path(hired),
        *(path_of(purpose, 987654) for purpose in Purpose),
        *(path_of(purpose, 1, expires_at=NOW - SECOND) for purpose in Purpose),
        *(f"/{one}/{signing.sign(['k' * 40], one, '1', expires_at=ends)}" for one in Purpose),
        *(f"/{one}/{signing.sign(keys(), one, '1 OR 1', expires_at=ends)}" for one in Purpose),
        *(f"/{one}/nonsense.{27 * 'x'}" for one in Purpose),
    ]
    pages = defaultdict(set)
    for path in dead:
        answer = client.get(path)
        assert answer.status_code == 404, path
        pages[path.split("/")[1] == Purpose.STOP].add(body(answer))
    assert [len(same) for same in pages.values()] == [1, 1]


@pytest.mark.parametrize("purpose", [*Purpose])
def test_a_link_lives_to_its_last_second_and_not_one_longer(
    client: FlaskClient, frozen: Callable, purpose: Purpose
):
    application = about(purpose)
    path = PATHS[purpose](application)
    assert links.expiry(purpose, NOW) == NOW + LIVES[purpose]
    frozen(NOW + LIVES[purpose])
    assert client.get(path).status_code == 200
    frozen(NOW + LIVES[purpose] + SECOND)
    before = state()
    assert client.get(path).status_code == 404
    assert client.post(path, data=ACTS[purpose]).status_code == 404
    assert state() == before


def test_a_link_outlives_a_change_of_key(another: Callable, client: FlaskClient):
    application = asked_application()
    ends = links.expiry(Purpose.ANSWER, NOW)
    link = LINKS[Purpose.ANSWER](
        application.id, keys=["an older key, as long as any of ours"], base_url="", expires_at=ends
    )
    db.session.commit()
    assert client.get(link).status_code == 404
    rotated = another(old_secret_keys=("an older key, as long as any of ours",))
    assert FlaskClient(rotated).get(link).status_code == 200


# --- what is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", [*Purpose])
def test_no_line_of_the_log_and_no_row_holds_the_link(
    client: FlaskClient,
    capfd: pytest.CaptureFixture,
    caplog: pytest.LogCaptureFixture,
    purpose: Purpose,
):
    path = PATHS[purpose](about(purpose, name="Oliver Brandt"))
    token = path.rpartition("/")[2]
    client.get(path)
    client.get(path + "x")
    client.post(path, data={"choice": "furious"})
    client.post(path, data={**ACTS[purpose], "text": "Secret words"})
    out, err = capfd.readouterr()
    written = out + err + caplog.text
    assert f"/{purpose}/<path:token>" in written
    for part in (token, token.rpartition(".")[2], "Secret words", "Brandt"):
        assert part not in written
    assert token.rpartition(".")[2] not in repr(state())


def test_a_fault_is_written_down_without_the_link(
    client: FlaskClient, capfd: pytest.CaptureFixture
):
    path = answer_path(asked_application())
    db.session.commit()
    db.session.execute(text("ALTER TABLE message RENAME TO lost"))
    assert client.post(path, data={"choice": "interested"}).status_code == 500
    out, err = capfd.readouterr()
    assert "fault" in out + err
    assert path.rpartition("/")[2] not in out + err
