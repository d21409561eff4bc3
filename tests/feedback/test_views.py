from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from werkzeug.test import TestResponse
from wtforms.fields.choices import SelectChoice

from recruiting import links
from recruiting.accounts.models import LoginFailure
from recruiting.candidates.rules import first_name
from recruiting.db import Base, db
from recruiting.feedback import opening, services, wording
from recruiting.feedback.forms import FeedbackForm
from recruiting.feedback.models import Answer, Invitation
from recruiting.feedback.rules import PURPOSE, Choice, Reason, shuffled
from recruiting.feedback.views.pages import items
from tests import make
from tests.feedback.invited import ENDED, invitation

pytestmark = pytest.mark.usefixtures("frozen")

SECOND = timedelta(seconds=1)
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
    "Slackbot-LinkExpanding 1.0",
    "WhatsApp/2.24",
    "facebookexternalhit/1.1",
    "Barracuda Sentinel (EE)",
    "Microsoft Office Existence Discovery",
    "Google-Safety",
    "curl/8.5.0",
    "",
)


def path_of(invitation: Invitation) -> str:
    return "/feedback/" + opening.link_for(invitation).rpartition("/")[2]


def answers() -> list[Answer]:
    db.session.rollback()
    return list(db.session.scalars(select(Answer)))


def state() -> dict[str, list[tuple]]:
    """Every row of every table but the count of wrong tries, which is no act of anybody's."""
    db.session.rollback()
    return {
        table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name != LoginFailure.__tablename__
    }


def body(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


# --- what the page is --------------------------------------------------------------------------


def test_the_page_asks_five_items_and_says_first_what_happens_with_them(client: FlaskClient):
    page = body(client.get(path_of(invitation(language="en", name="Oliver Brandt"))))
    told = page.index('name="how"')
    assert told < page.index("kept sealed and without your name") < page.index('name="choice"')
    places = [page.index(f'name="{name}"') for name in ("choice", "reasons", "knew_next", "again")]
    assert told < places[0]
    assert places == sorted(places)
    assert page.index('name="wish"') > places[-1]
    assert "<h1>Hello Oliver</h1>" in page
    assert set(re.findall(r"<input[^>]* checked", page)) == set()
    assert set(re.findall(r'name="(\w+)"[^>]* required', page)) == {"how"}


def test_the_page_speaks_the_language_of_the_invitation_and_can_be_switched(client: FlaskClient):
    path = path_of(invitation(language="de"))
    german = client.get(path, headers={"Accept-Language": "en"})
    assert '<html lang="de">' in body(german)
    assert '<html lang="en">' in body(client.get(path + "?lang=en"))
    assert '<html lang="de">' in body(client.get(path + "?lang=xx"))


def test_the_page_is_kept_out_of_caches_search_engines_and_referrers(client: FlaskClient):
    for path in (path_of(invitation()), "/feedback/nothing"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_page_needs_no_cookie_and_sets_none(client: FlaskClient):
    path = path_of(invitation())
    visits = [
        client.get(path),
        client.post(path, data={"how": "named", "again": "4"}),
        client.get(path),
    ]
    visits += [client.get("/feedback/nothing"), client.post("/feedback/nothing")]
    assert not [visit for visit in visits if "Set-Cookie" in visit.headers]


def test_the_page_asks_nothing_of_other_sites(client: FlaskClient):
    page = body(client.get(path_of(invitation())))
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "", "Лю 🌸"])
def test_names_are_shown_as_they_are_written(client: FlaskClient, name: str):
    page = body(client.get(path_of(invitation(name=name, language="en"))))
    assert "<script>alert" not in page
    assert "<h1>Hello" in page


# --- the address -------------------------------------------------------------------------------


def test_the_link_leads_to_the_page_wherever_the_request_came_from(app: Flask):
    made = invitation()
    link = opening.link_for(made)
    with app.test_request_context(headers={"Host": "evil.example"}):
        assert opening.link_for(made) == link
        token = link.rpartition("/")[2]
        assert link == "http://localhost:8000" + url_for("feedback.show", token=token)


# --- answering ---------------------------------------------------------------------------------


def test_answers_are_stored_and_thanked_for_at_the_same_address(client: FlaskClient):
    path = path_of(invitation(language="en"))
    sent = client.post(
        path + "?lang=en",
        data={
            "how": "named",
            "choice": "more_time",
            "until": "2026-03-20",
            "reasons": ["pace", "other"],
            "other_reason": " <b>the</b> dog ",
            "knew_next": "2",
            "again": "5",
            "wish": "Zwei\r\nZeilen 👍 שלום",
            "may_contact": "y",
        },
    )
    assert sent.status_code == 200
    for page in (sent, client.get(path)):
        assert "Thank you, we have your answers" in body(page)
    (stored,) = answers()
    assert stored.choice is Choice.MORE_TIME
    assert str(stored.until) == "2026-03-20"
    assert stored.reasons == f"{Reason.PACE} {Reason.OTHER}"
    assert (stored.other_reason, stored.wish) == ("<b>the</b> dog", "Zwei\nZeilen 👍 שלום")
    assert (stored.knew_next, stored.again, stored.may_contact) == (2, 5, True)
    assert stored.submitted_at == ENDED


def test_every_item_may_be_left_out_but_not_all(client: FlaskClient):
    path = path_of(invitation(language="en"))
    nothing = client.post(path, data={"how": "named", "knew_next": "", "again": "", "wish": "  "})
    assert nothing.status_code == 422
    assert "Nothing was filled in" in body(nothing)
    assert (
        client.post(path, data={"how": "named", "knew_next": "", "reasons": "life"}).status_code
        == 200
    )
    (stored,) = answers()
    assert (stored.choice, stored.knew_next, stored.again) == (None, None, None)
    assert not stored.may_contact


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reasons": ["fit", "pace", "people"]}, "two reasons that weighed most"),
        ({"reasons": ["fit", "people"], "other_reason": "more"}, "two reasons that weighed most"),
        ({"wish": "x" * 501}, "This has 501 characters, and 500 fit"),
        ({"other_reason": "x" * 201}, "This has 201 characters, and 200 fit"),
        ({"other_reason": "x" * 600}, "This has 600 characters, and 200 fit"),
        ({"choice": "more_time", "until": "2026-03-01"}, "This day has passed"),
        ({"choice": "more_time", "until": "2036-03-01"}, "more than two years away"),
        ({"choice": "decided_against", "until": "2026-03-20"}, "leave the day empty"),
        ({"choice": "more_time", "until": "soon"}, "Please write a day such as"),
        ({"choice": "more_time", "until": "20226-01-01"}, "Please write a day such as"),
        ({"how": ""}, "whether your answers bear your name"),
        ({"how": "secret"}, "not among those offered"),
        ({"how": "anonymous", "until": "2026-03-20"}, "A day could tell who you are"),
        ({"how": "anonymous", "may_contact": "y"}, "Nobody can contact you"),
        ({"how": "named", "wants_reply": "y"}, "A key is for answers without a name"),
        ({"how": "anonymous", "number": "short"}, "load this page again"),
        ({"choice": "furious"}, "not among those offered"),
        ({"reasons": ["weather"]}, "not among those offered"),
        ({"knew_next": "6"}, "not among those offered"),
        ({"again": "٣"}, "not among those offered"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_is_lost(
    client: FlaskClient, wrong: dict, said: str
):
    path = path_of(invitation(language="en"))
    sent = client.post(path, data={"how": "named", "wish": "Keep <i>this</i> & שלום 👍", **wrong})
    assert sent.status_code == 422
    page = body(sent)
    assert said in page
    assert "Not sent yet" in page
    kept = wrong.get("wish", "Keep &lt;i&gt;this&lt;/i&gt; &amp; שלום 👍")
    assert kept in page
    assert wrong.get("other_reason", "") in page
    for code in (code for code in wrong.get("reasons", []) if code in set(Reason)):
        assert re.search(rf'value="{code}" checked', page)
    assert answers() == []
    assert client.post(path, data={"how": "named", "again": "3"}).status_code == 200


def test_control_characters_vanish_and_what_is_no_text_is_refused(client: FlaskClient):
    path = path_of(invitation(language="en"))
    assert client.post(path, data={"how": "named", "wish": "a\x00b"}).status_code == 422
    assert client.post(path, data=b"wish=%ff").status_code in {422, 200}
    if not answers():
        client.post(path, data={"how": "named", "wish": "ring\x07 and \x1b[31mred"})
        (stored,) = answers()
        assert stored.wish == "ring and [31mred"


def test_reasons_are_shuffled_for_each_view_and_stay_when_the_page_comes_back(
    client: FlaskClient,
):
    path = path_of(invitation())
    views = [body(client.get(path)) for _ in range(8)]
    assert len({tuple(reasons_on(view)) for view in views}) > 1
    for view in views:
        order = re.search(r'name="order" value="(\w+)"', view)
        assert order
        refused = client.post(path, data={"order": order[1]})
        assert refused.status_code == 422
        assert reasons_on(body(refused)) == reasons_on(view)


def reasons_on(page: str) -> list[str]:
    found = re.findall(r'name="reasons" value="(\w+)"', page)
    assert len(found) == len(Reason)
    return found


# --- once, and only by POST --------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize(
    "name", ["Oliver Brandt", "<b>&'\"", "", "%(name)s", "\ue000job\ue001", "Лю 🌸"]
)
def test_the_page_that_is_kept_is_the_one_that_the_template_makes(
    app: Flask, client: FlaskClient, name: str, lang: str
):
    client.get(path_of(invitation(name="Somebody else", language=lang)))
    made = invitation(name=name, language=lang)
    made.application.job.title = "Research & <development>"
    path = path_of(made)
    db.session.commit()
    shown = body(client.get(path))
    values = dict(re.findall(r'name="(order|number)"[^>]*value="([\w-]+)"', shown))
    with app.test_request_context(f"{path}?lang={lang}"):
        form = FeedbackForm()
        form.order.data, form.number.data = values["order"], values["number"]
        form.reasons.choices = [
            SelectChoice(code.value, wording.REASONS[code]) for code in shuffled(values["order"])
        ]
        made_by_template = items(form, first_name(name), "Research & <development>")
    assert shown == re.sub(r"\n\s+", "\n", made_by_template)


def test_looking_changes_nothing_and_uses_nothing_up(client: FlaskClient):
    path = path_of(invitation())
    db.session.commit()
    before = state()
    for agent in AGENTS:
        for _time in range(2):
            assert client.get(path, headers={"User-Agent": agent}).status_code == 200
        assert client.head(path, headers={"User-Agent": agent}).status_code == 200
    client.options(path)
    client.get(path, headers={"Sec-Purpose": "prefetch", "Purpose": "prefetch"})
    assert state() == before
    assert client.post(path, data={"how": "named", "again": "1"}).status_code == 200
    assert len(answers()) == 1


def test_a_second_click_finds_the_same_thanks_and_changes_nothing(client: FlaskClient):
    path = path_of(invitation())
    first = client.post(path, data={"how": "named", "again": "1"})
    after = state()
    second = client.post(path, data={"how": "named", "again": "1"})
    assert (first.status_code, body(first)) == (second.status_code, body(second))
    assert state() == after


def test_ten_clicks_at_once_act_once(app: Flask):
    path = path_of(invitation())
    db.session.commit()
    together = Barrier(10)

    def click(number: int) -> int:
        client = FlaskClient(app)
        together.wait()
        return client.post(path, data={"how": "named", "again": str(number % 5 + 1)}).status_code

    with ThreadPoolExecutor(10) as clicks:
        assert set(clicks.map(click, range(10))) == {200}
    assert len(answers()) == 1


def test_a_page_of_another_site_cannot_answer(client: FlaskClient):
    path = path_of(invitation())
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (
            client.post(path, data={"how": "named", "again": "1"}, headers=headers).status_code
            == 403
        )
    assert answers() == []
    own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}  # as browsers send it from here
    assert client.post(path, data={"how": "named", "again": "1"}, headers=own).status_code == 200


# --- links that open nothing -------------------------------------------------------------------


def variants(token: str) -> dict[str, str]:
    """Every way in which a link arrives that is not the one we sent."""
    found = {}
    for place, letter in enumerate(token):
        for other in {chr(ord(letter) ^ 1), "A" if letter != "A" else "B"}:
            if other not in "/?#%":
                found[f"letter {place} {other}"] = token[:place] + other + token[place + 1 :]
        found[f"without letter {place}"] = token[:place] + token[place + 1 :]
    for length in (0, 1, 10, len(token) // 2, len(token) - 1):
        found[f"cut to {length}"] = token[:length] or "x"
    for more in ("A", ".A", "=41", "-"):
        found[f"with {more}"] = token + more
    payload, _dot, signature = token.rpartition(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for letter in last:
        if letter != signature[-1]:
            found[f"last {letter}"] = f"{payload}.{signature[:-1]}{letter}"
    return found


@pytest.mark.usefixtures("patient")
def test_a_link_that_was_changed_in_any_way_opens_nothing(client: FlaskClient):
    path = path_of(invitation(name="Oliver Brandt"))
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
        pages[links.is_whole(changed)].add(body(answer))
    assert [len(alike) for alike in pages.values()] == [1, 1]
    assert "Brandt" not in repr(pages)
    assert state() == before


def test_every_dead_link_gets_the_same_page(app: Flask, client: FlaskClient, frozen: Callable):
    settings = app.extensions["settings"]
    keys, other_key = [settings.secret_key], ["another key, as long as the first one"]
    made, ends = invitation(), ENDED + timedelta(days=30)
    revoked = invitation()
    services.revoke(revoked.application, now=ENDED)
    reopened = invitation()
    make.reply(reopened.application, at=ENDED + SECOND)
    dead = {
        "revoked": path_of(revoked),
        "reopened": path_of(reopened),
        "other purpose": "/feedback/" + links.sign(keys, "status", made.id, expires_at=ends),
        "other key": "/feedback/" + links.sign(other_key, PURPOSE, made.id, expires_at=ends),
        "expired": "/feedback/" + links.sign(keys, PURPOSE, made.id, expires_at=ENDED - SECOND),
        "unknown": "/feedback/" + links.sign(keys, PURPOSE, "x" * 43, expires_at=ends),
        "nonsense": "/feedback/nonsense." + 27 * "x",
    }
    db.session.commit()
    before = state()
    pages = {body(client.get(path)) for path in dead.values()}
    pages |= {
        body(client.post(path, data={"how": "named", "again": "1"})) for path in dead.values()
    }
    assert len(pages) == 1
    assert {client.get(path).status_code for path in dead.values()} == {404}
    assert state() == before
    assert client.get(path_of(made)).status_code == 200


def test_a_link_lives_to_its_last_second_and_not_one_longer(client: FlaskClient, frozen: Callable):
    made = invitation()
    path = path_of(made)
    frozen(made.expires_at)
    assert client.get(path).status_code == 200
    frozen(made.expires_at + SECOND)
    assert client.get(path).status_code == 404
    assert client.post(path, data={"how": "named", "again": "1"}).status_code == 404
    assert answers() == []


# --- what is kept ------------------------------------------------------------------------------


def test_no_line_of_the_log_and_no_row_holds_the_link(
    app: Flask, client: FlaskClient, capfd: pytest.CaptureFixture, caplog: pytest.LogCaptureFixture
):
    made = invitation(name="Oliver Brandt")
    path = path_of(made)
    token, known = path.rpartition("/")[2], made.id
    db.session.commit()
    client.get(path)
    client.get(path + "x")
    client.post(path, data={"how": "named", "choice": "furious"})
    client.post(path, data={"how": "named", "again": "1", "wish": "Secret words"})
    client.get(path)
    out, err = capfd.readouterr()
    written = out + err + caplog.text
    assert "feedback.show" in written
    for part in (token, token.rpartition(".")[2], known, "Secret words", "Brandt"):
        assert part not in written
    assert token.rpartition(".")[2] not in repr(state())


def test_a_fault_is_written_down_without_the_link(
    app: Flask, client: FlaskClient, capfd: pytest.CaptureFixture
):
    made = invitation()
    path = path_of(made)
    db.session.commit()
    db.session.execute(text("ALTER TABLE answer RENAME TO lost"))
    assert client.post(path, data={"how": "named", "again": "1"}).status_code == 500
    out, err = capfd.readouterr()
    assert "fault" in out + err
    assert path.rpartition("/")[2] not in out + err
    assert made.id not in out + err


NAMED = {"how": "named", "again": "1"}
NAMELESS = {"how": "anonymous", "again": "1"}


@pytest.fixture
def asked_of(app: Flask, client: FlaskClient) -> Callable[..., list[str]]:
    """What one request asks of the database: the verb and the table of each statement."""

    def run(method: str, path: str, **sent: object) -> list[str]:
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            if found := re.match(r"(SELECT|INSERT INTO|UPDATE|DELETE FROM) (\w+)", statement):
                asked.append(" ".join(found.groups()))

        event.listen(db.engine, "before_cursor_execute", note)
        assert client.open(path, method=method, **sent).status_code == 200
        event.remove(db.engine, "before_cursor_execute", note)
        return asked

    return run


def test_the_page_asks_the_database_once(asked_of: Callable[..., list[str]]):
    path = path_of(invitation())
    db.session.commit()
    assert asked_of("GET", path) == ["SELECT invitation"]


@pytest.mark.parametrize("sent", [NAMED, NAMELESS], ids=["named", "nameless"])
@pytest.mark.parametrize("query", ["", "?change=1"])
def test_a_page_with_answers_asks_once_for_the_link_and_once_for_them(
    client: FlaskClient, asked_of: Callable[..., list[str]], sent: dict[str, str], query: str
):
    path = path_of(invitation())
    db.session.commit()
    client.post(path, data=sent)
    assert asked_of("GET", path + query) == ["SELECT invitation", "SELECT answer"]


def test_an_answer_is_looked_for_once(asked_of: Callable[..., list[str]]):
    path, other = (path_of(invitation()) for _ in range(2))
    db.session.commit()
    opened = "SELECT candidate"  # the invitation, with whom and what it is about
    assert asked_of("POST", path, data=NAMED) == [
        opened,
        "SELECT application",  # and its lock
        "SELECT answer",
        "UPDATE invitation",
        "INSERT INTO answer",
    ]
    assert asked_of("POST", other, data=NAMELESS) == [
        opened,
        "UPDATE invitation",
        "SELECT held_answers",
        "INSERT INTO held_answers",
        "SELECT held_answers",
        "UPDATE held_answers",
    ]
