"""Signing in and out in the browser, and what one's own account page does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from recruiting.accounts import services
from recruiting.accounts.models import User, UserSession
from recruiting.accounts.rules import Role
from tests import make
from tests.clients import Client
from tests.make import DAY, HOUR, MONDAY, PASSWORD

MINUTE = timedelta(minutes=1)
NEW = "quite another walk in the sun"
SAME_ANSWER = "This address and this password do not belong together."


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Hash cheaply; that the real hashes are dear is tested with the services."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(services, "HASHER", hasher)


@pytest.fixture
def anna(db, frozen) -> User:
    made = make.user(email="anna@example.org", name="Anna Vogel")
    db.session.commit()
    return made


def type_in(client, email="anna@example.org", password=PASSWORD, **more):
    return client.act("/sign-in", {"email": email, "password": password}, **more)


def cookie_of(client):
    return client.get_cookie("heardback").value


def browser_of(app):
    """A browser that has not been here before."""
    return Client(app, app.response_class)


def is_in(client):
    return client.get("/account").status_code == 200


# --- in ------------------------------------------------------------------------------------------


def test_the_right_password_leads_to_the_first_page(client, anna):
    answer = type_in(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").location == "/desk"
    assert "Anna Vogel" in client.get("/account").text


def test_a_hiring_manager_begins_with_what_was_handed_over(client, frozen, db):
    make.user(Role.HIRING_MANAGER, email="mia@example.org")
    type_in(client, "mia@example.org")
    assert client.get("/").location == "/handed-over"


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get("/").location == "/sign-in"


def test_who_is_in_already_is_not_asked_again(signed_in, frozen):
    assert signed_in().get("/sign-in").location == "/"


def test_every_failure_reads_the_same(client, anna, db):
    services.disable(make.user(email="gone@example.org"), now=MONDAY)
    pages = []
    for email, password in [
        ("nobody@example.org", PASSWORD),
        ("anna@example.org", "wrong wrong wrong"),
        ("gone@example.org", PASSWORD),
        ("no address", PASSWORD),
    ]:
        answer = type_in(client, email, password)
        assert answer.status_code == 422
        assert SAME_ANSWER in answer.text
        pages.append(answer.text.replace(email, "…").split("<main")[1].split("</form>")[0])
    first, *others = [page.partition('value="…"')[0].rpartition("csrf_token")[0] for page in pages]
    assert all(page == first for page in others)


def test_a_password_is_never_shown_again(client, anna):
    answer = type_in(client, password="wrong wrong wrong")
    assert "wrong wrong wrong" not in answer.text
    assert 'value="anna@example.org"' in answer.text


@pytest.mark.parametrize("data", [{}, {"email": "anna@example.org"}, {"password": PASSWORD}])
def test_what_is_left_out_is_named(client, anna, data):
    answer = client.act("/sign-in", data)
    assert answer.status_code == 422
    assert "Please enter your" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_the_eleventh_wrong_password_is_sent_away_whatever_the_header_says(client, anna):
    codes = [
        type_in(
            client, password="wrong wrong wrong", headers={"X-Forwarded-For": f"198.51.100.{n}"}
        ).status_code
        for n in range(25)
    ]
    assert codes == [422] * 10 + [429] * 15


def test_after_the_wait_the_right_password_works(client, anna, frozen):
    for _n in range(10):
        type_in(client, password="wrong wrong wrong")
    sent_away = type_in(client)
    assert sent_away.status_code == 429
    assert "Too many wrong passwords" in sent_away.text
    frozen(MONDAY + timedelta(seconds=int(sent_away.headers["Retry-After"])))
    assert type_in(client).status_code == 303


def test_another_account_gets_in_meanwhile(client, anna, db):
    make.user(email="ben@example.org")
    for _n in range(12):
        type_in(client, password="wrong wrong wrong")
    assert type_in(client, "ben@example.org").status_code == 303


def test_the_counter_holds_in_a_second_process(client, anna, another):
    for _n in range(10):
        type_in(client, password="wrong wrong wrong")
    assert type_in(browser_of(another())).status_code == 429


def test_behind_a_trusted_proxy_the_visitors_own_network_counts(another, anna):
    behind = browser_of(another(trusted_proxies=1, login_tries=3))
    for n in range(15):
        type_in(behind, f"somebody{n}@example.org", headers={"X-Forwarded-For": "192.0.2.1"})
    spray = type_in(behind, headers={"X-Forwarded-For": "192.0.2.1"})
    other = type_in(behind, headers={"X-Forwarded-For": "192.0.2.2"})
    assert (spray.status_code, other.status_code) == (429, 303)


# --- where to ------------------------------------------------------------------------------------


def test_after_signing_in_the_wanted_page_comes(client, anna):
    asked = client.get("/account?tab=1")
    assert asked.location == "/sign-in?next=/account?tab%3D1"
    page = client.get(asked.location)
    assert 'name="next" value="/account?tab=1"' in page.text
    answer = client.act(
        "/sign-in",
        {"email": "anna@example.org", "password": PASSWORD, "next": "/account?tab=1"},
    )
    assert answer.location == "/account?tab=1"


ELSEWHERE = [
    "https://evil.example",
    "http://evil.example/account",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/account\\@evil.example",
    "/\x0b/evil.example",
    "/" + "a" * 3000,
    "",
]


def test_nobody_is_led_elsewhere(app, anna):
    for wanted in ELSEWHERE:
        client = browser_of(app)
        page = client.get("/sign-in", query_string={"next": wanted})
        assert 'name="next" value=""' in page.text, wanted
        sent = {"email": "anna@example.org", "password": PASSWORD, "next": wanted}
        foreign = client.act("/sign-in", sent, headers={"Referer": "https://evil.example/"})
        assert foreign.status_code == 403
        answer = client.act("/sign-in", sent)
        assert (answer.status_code, answer.location) == (303, "/"), wanted


def test_the_language_switch_leads_nobody_elsewhere(client):
    for wanted in ELSEWHERE:
        answer = client.act("/language", {"language": "de", "next": wanted})
        assert (answer.status_code, answer.location) == (303, "/"), wanted


def test_a_form_that_was_sent_without_a_session_leads_to_a_clean_sign_in(client, db):
    answer = client.act("/account/password", {"new": NEW})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "nothing was saved" in client.get("/sign-in").text


# --- sessions ------------------------------------------------------------------------------------


def test_the_cookie_changes_when_somebody_signs_in(client, anna):
    client.get("/sign-in")
    before = cookie_of(client)
    type_in(client)
    assert cookie_of(client) != before
    client.set_cookie("heardback", before)
    assert not is_in(client)


def test_what_the_session_held_before_is_dropped(client, anna):
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    type_in(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


@pytest.mark.parametrize("name", ["heardback", "session", "remember_token"])
def test_a_made_up_cookie_opens_nothing_and_is_not_adopted(client, anna, name):
    client.set_cookie(name, "made-up-value")
    assert not is_in(client)
    type_in(client)
    assert "made-up-value" not in cookie_of(client)


def test_a_signed_cookie_with_a_made_up_token_opens_nothing(client, anna):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "x" * 43
    assert not is_in(client)


def test_the_number_of_a_user_is_no_token(client, anna):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = str(anna.id)
    assert not is_in(client)


def test_signing_in_anew_ends_the_session_before(client, anna, signed_in, db):
    first = signed_in(anna)
    old = cookie_of(first)
    type_in(first)
    assert is_in(first)
    client.set_cookie("heardback", old)
    assert not is_in(client)


def test_after_signing_out_the_cookie_is_worth_nothing(client, anna, signed_in):
    there = signed_in(anna)
    old = cookie_of(there)
    answer = there.act("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_in(there)
    client.set_cookie("heardback", old)
    assert not is_in(client)


def test_thirty_minutes_without_a_sign_of_life_end_a_session(anna, signed_in, frozen):
    there = signed_in(anna)
    frozen(MONDAY + 30 * MINUTE)
    assert is_in(there)
    frozen(MONDAY + 61 * MINUTE)
    assert not is_in(there)


def test_the_sign_of_life_is_stored(anna, signed_in, frozen, db):
    there = signed_in(anna)
    frozen(MONDAY + 10 * MINUTE)
    assert is_in(there)
    assert db.session.scalars(select(UserSession.seen_at)).one() == MONDAY + 10 * MINUTE


def test_after_twelve_hours_even_a_busy_session_ends(anna, signed_in, frozen):
    there = signed_in(anna)
    for n in range(1, 36):
        frozen(MONDAY + n * 20 * MINUTE)
        assert is_in(there)
    frozen(MONDAY + 12 * HOUR + MINUTE)
    assert not is_in(there)


def test_a_disabled_user_is_out_at_the_next_request(anna, signed_in, db):
    there = signed_in(anna)
    assert is_in(there)
    services.disable(anna, now=MONDAY)
    assert not is_in(there)


def test_disabling_alone_is_enough(anna, signed_in, db):
    there = signed_in(anna)
    anna.disabled_at = MONDAY
    assert not is_in(there)


def test_a_change_of_role_counts_at_the_next_request(anna, signed_in, db):
    there = signed_in(anna)
    assert there.get("/desk").status_code == 200
    anna.role = Role.HIRING_MANAGER
    assert there.get("/desk").status_code == 403


def test_no_session_outlives_the_browser(client, anna):
    answer = type_in(client)
    held = next(h for h in answer.headers.getlist("Set-Cookie") if h.startswith("heardback="))
    assert "HttpOnly" in held
    assert "SameSite=Lax" in held
    assert "Expires" not in held
    assert "Max-Age" not in held


def test_production_keeps_its_cookie_to_one_host_and_to_https(another):
    there = browser_of(another(env="production"))
    answer = there.get("/sign-in", base_url="https://jobs.example.org")
    held = answer.headers["Set-Cookie"]
    assert held.startswith("__Host-heardback=")
    assert "Secure" in held
    assert "Path=/" in held
    assert "Domain" not in held


def test_production_lets_no_demo_user_in(another, db, frozen):
    user = make.user(email="admin@heardback.test")
    token = services.start_session(user.id, agent="", now=MONDAY)
    there = browser_of(another(env="production"))
    with there.session_transaction(base_url="https://localhost") as cookie:
        cookie["_user_id"] = token
    assert there.get("/account", base_url="https://localhost").status_code == 302


# --- one's own account ---------------------------------------------------------------------------


def change(client, current=PASSWORD, new=NEW, again=None):
    data = {"current": current, "new": new, "again": new if again is None else again}
    return client.act("/account/password", data)


def test_a_new_password_ends_all_other_sessions_and_renews_this_one(anna, signed_in, client, db):
    here, elsewhere = signed_in(anna), signed_in(anna)
    old = cookie_of(here)
    answer = change(here)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Your password is changed" in here.get("/account").text
    assert not is_in(elsewhere)
    client.set_cookie("heardback", old)
    assert not is_in(client)
    fresh = browser_of(client.application)
    assert type_in(fresh, password=PASSWORD).status_code == 422
    assert type_in(fresh, password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "said"),
    [
        ("not my password", NEW, NEW, "This is not your current password."),
        (PASSWORD, NEW, NEW + "!", "The two new passwords differ."),
        (PASSWORD, "short", "short", "at least 12 characters"),
        (PASSWORD, "ab cd efg " * 13, "ab cd efg " * 13, "at most 128 characters"),
        (PASSWORD, "password1234", "password1234", "tried first"),
        (PASSWORD, "Anna@example.org", "Anna@example.org", "your own name or address"),
        ("", NEW, NEW, "Please enter your current password."),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(anna, signed_in, db, current, new, again, said):
    here = signed_in(anna)
    before = anna.password_hash
    answer = change(here, current, new, again)
    assert answer.status_code == 422
    assert said in answer.text
    assert new not in answer.text
    db.session.refresh(anna)
    assert anna.password_hash == before
    assert is_in(here)


def test_a_password_keeps_its_spaces(anna, signed_in, client):
    spaced = "  a walk with spaces around  "
    assert change(signed_in(anna), new=spaced).status_code == 303
    assert type_in(client, password=spaced.strip()).status_code == 422
    assert type_in(client, password=spaced).status_code == 303


def test_guessing_the_current_password_is_counted_too(anna, signed_in):
    here = signed_in(anna)
    codes = [change(here, current=f"guess number {n}").status_code for n in range(12)]
    assert codes == [422] * 10 + [429] * 2


def test_one_sees_where_one_is_signed_in_and_nobody_elses(anna, signed_in, db):
    here = signed_in(anna)
    ben = make.user()
    services.start_session(anna.id, agent="Chrome/156.0 Android", now=MONDAY)
    services.start_session(ben.id, agent="Edg/156.0 Windows", now=MONDAY)
    page = here.get("/account").text
    assert "Firefox, Linux" in page
    assert "Chrome, Android" in page
    assert "Edge" not in page
    assert page.count("this session") == 1


def test_another_session_of_ones_own_can_be_ended(anna, signed_in, db):
    here, there = signed_in(anna), signed_in(anna)
    number = db.session.scalar(select(func.max(UserSession.id)))
    assert here.act(f"/account/sessions/{number}/end").location == "/account"
    assert not is_in(there)
    assert is_in(here)


def test_somebody_elses_session_looks_like_none(anna, signed_in, db):
    ben = signed_in(make.user())
    here = signed_in(anna)
    number = db.session.scalar(select(UserSession.id).where(UserSession.user_id != anna.id))
    theirs = here.act(f"/account/sessions/{number}/end")
    missing = here.act("/account/sessions/987654/end")
    assert theirs.status_code == missing.status_code == 404
    assert theirs.text == missing.text
    assert is_in(ben)


def test_signing_out_everywhere_ends_all_sessions_of_ones_own(anna, signed_in, db):
    here, there, ben = signed_in(anna), signed_in(anna), signed_in(make.user())
    assert here.act("/account/sessions/end").location == "/sign-in"
    assert not is_in(here)
    assert not is_in(there)
    assert is_in(ben)


def test_fields_that_nobody_offered_change_nothing(anna, signed_in, db):
    here = signed_in(anna)
    facts = (anna.id, anna.email, anna.name, anna.role, anna.created_at, anna.disabled_at)
    extra = {
        "role": "admin",
        "is_admin": "1",
        "id": "7",
        "user_id": "7",
        "email": "evil@example.org",
        "name": "Evil",
        "password_hash": "x",
        "created_at": "2020-01-01",
        "email_verified": "1",
    }
    here.act("/language", {"language": "de", "next": "/", **extra})
    change_data = {"current": PASSWORD, "new": NEW, "again": NEW}
    assert here.act("/account/password", {**change_data, **extra}).status_code == 303
    db.session.refresh(anna)
    assert facts == (anna.id, anna.email, anna.name, anna.role, anna.created_at, anna.disabled_at)
    assert anna.language == "de"


def test_after_the_key_was_rotated_sessions_go_on_until_the_old_key_is_gone(
    settings, another, anna, signed_in
):
    here = signed_in(anna)
    held = cookie_of(here)
    new_key = "an entirely new key, as long as the old one"
    for old_keys, answer in [((settings.secret_key,), 200), ((), 302)]:
        there = browser_of(another(secret_key=new_key, old_secret_keys=old_keys))
        there.set_cookie("heardback", held)
        assert there.get("/account").status_code == answer


def test_a_session_of_yesterday_is_not_listed(anna, signed_in, db):
    services.start_session(anna.id, agent="Edg/1.0 Windows", now=MONDAY - DAY)
    assert "Edge" not in signed_in(anna).get("/account").text


def test_one_gives_candidates_a_number_and_takes_it_away(anna, signed_in, db):
    here = signed_in(anna)
    assert here.act("/account/phone", {"phone": " 030 23125  007 "}).status_code == 303
    assert 'value="030 23125 007"' in here.get("/account").text
    refused = here.act("/account/phone", {"phone": "call me"})
    assert refused.status_code == 422
    assert "This is no telephone number." in refused.text
    assert 'value="call me"' in refused.text
    db.session.refresh(anna)
    assert anna.phone == "030 23125 007"
    assert here.act("/account/phone", {"phone": ""}).status_code == 303
    db.session.refresh(anna)
    assert anna.phone is None
