"""Signing in, counting wrong tries, passwords, users, forms that act once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from recruiting.accounts import queries, services
from recruiting.accounts.models import LoginFailure, Submission, User, UserSession
from recruiting.accounts.rules import Role, SessionLimits, TryLimits
from recruiting.db import db as handle
from recruiting.errors import Refused, TooMany
from tests import make
from tests.make import MONDAY, PASSWORD

MINUTE = timedelta(minutes=1)
TRIES = TryLimits(10, 15 * MINUTE, b"a key for tests, long enough for anybody")
HERE = "192.0.2.7"
LIMITS = SessionLimits(30 * MINUTE, timedelta(hours=12))
NEW = "quite another walk in the sun"


def attempt(email, password="wrong wrong wrong", *, network=HERE, now=MONDAY, limits=TRIES):
    handle.session.commit()  # as at the start of a request, nothing is held
    return services.sign_in(
        email, password, network=network, agent="Firefox", limits=limits, now=now
    )


@pytest.fixture
def anna(db) -> User:
    made = make.user(email="anna@example.org", name="Anna Vogel")
    db.session.commit()
    return made


@pytest.fixture
def cheap(monkeypatch):
    """Look at no password, where only the counting is of interest."""
    monkeypatch.setattr(services, "is_password", lambda _hash, password: password == PASSWORD)


# --- signing in ----------------------------------------------------------------------------------


def test_the_right_password_begins_a_session_whose_token_is_stored_nowhere(db, anna):
    token = attempt("Anna@Example.org ", PASSWORD)
    row = db.session.scalars(select(UserSession)).one()
    assert row.user_id == anna.id
    assert len(token) >= 43  # 256 bits
    assert row.token_hash == services.hash_token(token)
    assert token not in str([getattr(row, c.key) for c in UserSession.__table__.columns])


def test_unknown_address_wrong_password_and_disabled_user_get_the_same_answer(db, anna):
    services.disable(make.user(email="gone@example.org"), now=MONDAY)
    db.session.commit()
    said = set()
    for email, password in [
        ("nobody@example.org", PASSWORD),
        ("anna@example.org", "wrong wrong wrong"),
        ("gone@example.org", PASSWORD),
        ("no address at all", PASSWORD),
    ]:
        with pytest.raises(Refused) as refused:
            attempt(email, password)
        said.add((type(refused.value), str(refused.value)))
    assert len(said) == 1


def test_an_unknown_address_costs_one_hash_like_a_known_one(anna, monkeypatch):
    verified = []
    real = services.HASHER.verify
    monkeypatch.setattr(
        services,
        "HASHER",
        type("Spy", (), {"verify": lambda _self, *args: verified.append(args) or real(*args)})(),
    )
    for email in ("anna@example.org", "nobody@example.org"):
        with pytest.raises(Refused):
            attempt(email)
    assert [hashed == services.NOBODY for hashed, _password in verified] == [False, True]


def test_the_hash_of_nobody_costs_what_a_real_one_costs():
    assert services.NOBODY.startswith("$argon2id$")
    assert not services.HASHER.check_needs_rehash(services.NOBODY)


def test_a_hash_of_older_strength_is_renewed_at_the_next_sign_in(db, anna):
    assert services.HASHER.check_needs_rehash(anna.password_hash)
    attempt("anna@example.org", PASSWORD)
    db.session.commit()
    db.session.refresh(anna)
    assert anna.password_hash.startswith("$argon2id$")
    assert not services.HASHER.check_needs_rehash(anna.password_hash)
    assert services.is_password(anna.password_hash, PASSWORD)


# --- counting ------------------------------------------------------------------------------------


def test_the_eleventh_wrong_password_within_the_window_has_to_wait(anna, cheap):
    outcomes = []
    for n in range(25):
        with pytest.raises((Refused, TooMany)) as problem:
            attempt("anna@example.org", now=MONDAY + n * timedelta(seconds=1))
        outcomes.append(problem.type)
    assert outcomes == [Refused] * 10 + [TooMany] * 15


def test_it_says_how_long_to_wait_and_then_the_right_password_works(db, anna, cheap):
    for _n in range(10):
        with pytest.raises(Refused):
            attempt("anna@example.org")
    with pytest.raises(TooMany) as problem:
        attempt("anna@example.org", PASSWORD, now=MONDAY + 5 * MINUTE)
    assert 600 <= problem.value.wait_seconds <= 601
    assert "11 minutes" in str(problem.value)
    later = MONDAY + 5 * MINUTE + timedelta(seconds=problem.value.wait_seconds)
    assert attempt("anna@example.org", PASSWORD, now=later)


def test_tries_that_were_sent_away_do_not_prolong_the_wait(anna, cheap):
    for n in range(60):
        with pytest.raises((Refused, TooMany)):
            attempt("anna@example.org", now=MONDAY + n * timedelta(seconds=10))
    assert attempt("anna@example.org", PASSWORD, now=MONDAY + 17 * MINUTE)


def test_other_accounts_are_not_affected(db, anna, cheap):
    make.user(email="ben@example.org")
    db.session.commit()
    for _n in range(12):
        with pytest.raises((Refused, TooMany)):
            attempt("anna@example.org", network="198.51.100.9")
    assert attempt("ben@example.org", PASSWORD, network="198.51.100.9")


def test_a_network_that_tries_many_accounts_has_to_wait_too(db, anna, cheap):
    for n in range(50):
        with pytest.raises(Refused):
            attempt(f"somebody{n}@example.org")
    with pytest.raises(TooMany):
        attempt("anna@example.org", PASSWORD)
    assert attempt("anna@example.org", PASSWORD, network="198.51.100.9")


def test_right_passwords_count_for_nothing(db, anna, cheap):
    for _n in range(60):
        attempt("anna@example.org", PASSWORD)
        db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(LoginFailure)) == 0


def test_a_right_password_does_not_wash_the_wrong_ones_away(anna, db, cheap):
    for _n in range(9):
        with pytest.raises(Refused):
            attempt("anna@example.org")
    attempt("anna@example.org", PASSWORD)
    db.session.commit()
    with pytest.raises(Refused):
        attempt("anna@example.org")
    with pytest.raises(TooMany):
        attempt("anna@example.org")


def test_the_counter_names_nobody(db, anna, cheap):
    with pytest.raises(Refused):
        attempt("anna@example.org")
    keys = db.session.scalars(select(LoginFailure.key)).all()
    assert len(keys) == 2
    assert all(len(key) == 64 and "anna" not in key and HERE not in key for key in keys)


def test_the_counter_holds_in_a_second_process_and_after_a_restart(another, anna, cheap):
    for _n in range(10):
        with pytest.raises(Refused):
            attempt("anna@example.org")
    with another().app_context(), pytest.raises(TooMany):
        attempt("anna@example.org", PASSWORD)


def test_tries_at_the_same_moment_find_no_gap(app, anna, monkeypatch):
    monkeypatch.setattr(services, "is_password", lambda *_: False)
    outcomes, start = [], threading.Barrier(8)

    def try_often():
        with app.app_context():
            start.wait()
            for _n in range(3):
                try:
                    attempt("anna@example.org")
                except (Refused, TooMany) as problem:
                    outcomes.append(type(problem))

    threads = [threading.Thread(target=try_often) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Refused) == 10
    assert outcomes.count(TooMany) == 14


def test_old_failures_are_forgotten(db, anna, cheap):
    for minutes in (0, 20):
        with pytest.raises(Refused):
            attempt("anna@example.org", now=MONDAY + minutes * MINUTE)
    moments = db.session.scalars(select(LoginFailure.at)).all()
    assert set(moments) == {MONDAY + 20 * MINUTE}


# --- passwords -----------------------------------------------------------------------------------


def test_there_are_enough_common_passwords_and_each_could_have_been_chosen():
    common = services.common_passwords()
    assert len(common) >= 3000
    assert all(len(one) >= 12 and one == one.casefold() for one in common)


@pytest.mark.parametrize(
    "password",
    ["password1234", "Passwort2026!", "qwertzuiopasdf", "123456789012", "iloveyouforever"],
)
def test_what_everybody_tries_is_refused(app, password):
    with pytest.raises(Refused):
        services.check_new_password(password, email="anna@example.org", name="Anna")


@pytest.mark.parametrize("password", ["anna@example.org", "Anna Theresa Vogel", "annatheresavogel"])
def test_ones_own_name_is_no_password(app, password):
    with pytest.raises(Refused):
        services.check_new_password(password, email="anna@example.org", name="Anna Theresa Vogel")


@pytest.mark.parametrize(
    ("stored", "typed", "fits"),
    [
        ("x" * 72 + "1", "x" * 72 + "2", False),
        ("x" * 72 + "1", "x" * 72 + "1", True),
        (PASSWORD, PASSWORD + "\0", False),
        (PASSWORD, PASSWORD + " ", False),
        (PASSWORD, PASSWORD.upper(), False),
        (PASSWORD + " ", PASSWORD, False),
        (PASSWORD, PASSWORD * 20, False),
        ("Größe und Maß und Ü", "Größe und Maß und Ü", True),
        ("Größe und Maß und Ü", "Grosse und Mass und U", False),
    ],
)
def test_a_password_counts_exactly_as_typed(stored, typed, fits):
    assert services.is_password(services.HASHER.hash(stored), typed) is fits


def test_a_broken_hash_opens_for_nobody():
    assert not services.is_password("", "")
    assert not services.is_password("no hash", "no hash at all")


def test_a_new_password_ends_every_session(db, anna):
    for _n in range(3):
        services.start_session(anna.id, agent="", now=MONDAY)
    services.set_password(anna.id, NEW, now=MONDAY)
    assert queries.live_sessions(anna.id, LIMITS, now=MONDAY) == []
    assert services.is_password(anna.password_hash, NEW)


# --- sessions ------------------------------------------------------------------------------------


def test_a_sign_of_life_is_noted_at_most_once_a_minute(db, anna):
    services.start_session(anna.id, agent="", now=MONDAY)
    row = db.session.scalars(select(UserSession)).one()
    number = row.id
    for seconds, seen in [(30, 0), (61, 61), (90, 61), (200, 200)]:
        db.session.commit()
        services.note_seen(number, LIMITS, now=MONDAY + timedelta(seconds=seconds))
        assert row.seen_at == MONDAY + timedelta(seconds=seen)


@pytest.mark.sqlite
def test_a_sign_of_life_waits_for_no_writer(db, anna):
    services.start_session(anna.id, agent="", now=MONDAY)
    row = db.session.scalars(select(UserSession)).one()
    number = row.id
    db.session.commit()
    with db.engine.connect() as other:
        other.execute(text("DELETE FROM submission"))  # holds the one lock of the database
        services.note_seen(number, LIMITS, now=MONDAY + 5 * MINUTE)
        other.rollback()
    assert row.seen_at == MONDAY


@pytest.mark.sqlite
def test_the_next_user_of_the_connection_waits_for_writers_again(another):
    with another(testing=False).app_context():  # connections are kept
        services.note_seen(1, LIMITS, now=MONDAY)
        with handle.engine.connect() as after:
            assert after.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000


def test_one_session_can_be_ended_but_only_by_its_owner(db, anna):
    ben = make.user()
    for one in (anna, anna, ben):
        services.start_session(one.id, agent="", now=MONDAY)
    first, second, _third = db.session.scalars(select(UserSession.id).order_by(UserSession.id))
    assert services.end_sessions(ben.id, now=MONDAY, only=first) == 0
    assert services.end_sessions(anna.id, now=MONDAY, only=first) == 1
    assert services.end_sessions(anna.id, now=MONDAY, only=first) == 0
    assert [one.id for one in queries.live_sessions(anna.id, LIMITS, now=MONDAY)] == [second]


# --- users ---------------------------------------------------------------------------------------


def test_an_added_user_has_a_clean_address_and_an_argon2id_hash(db):
    added = services.add_user(" New@Example.ORG", "  New   Name ", Role.HR, NEW, now=MONDAY)
    assert (added.email, added.name, added.role) == ("new@example.org", "New Name", Role.HR)
    assert added.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("email", "name", "password"),
    [
        ("nobody", "N", NEW),
        ("new@example.org", "", NEW),
        ("new@example.org", "x" * 201, NEW),
        ("new@example.org", "Esc\x1b[31m", NEW),
        ("new@example.org", "N", "short"),
        ("ANNA@example.org", "N", NEW),
    ],
)
def test_what_is_wrong_with_a_new_user_is_refused(db, anna, email, name, password):
    with pytest.raises(Refused):
        services.add_user(email, name, Role.HR, password, now=MONDAY)
    assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_a_disabled_user_has_no_session_and_can_come_back(db, anna):
    services.start_session(anna.id, agent="", now=MONDAY)
    services.disable(anna, now=MONDAY)
    assert queries.live_sessions(anna.id, LIMITS, now=MONDAY) == []
    services.enable(anna)
    assert attempt("anna@example.org", PASSWORD)


def test_demo_users_are_found_whatever_else_is_there(db, anna):
    assert queries.demo_users() == []
    make.user(email="hr@heardback.test")
    make.user(email="hr@heardback.test.example.org")
    db.session.commit()
    assert queries.demo_users() == ["hr@heardback.test"]


def test_an_empty_database_has_no_demo_users(another, tmp_path):
    with another(database_url=f"sqlite:///{tmp_path / 'empty.db'}").app_context():
        assert queries.demo_users() == []


# --- forms that act once -------------------------------------------------------------------------


def test_a_form_acts_once(db):
    assert services.claim_submission("k" * 22, MONDAY)
    assert not services.claim_submission("k" * 22, MONDAY)
    assert services.claim_submission("l" * 22, MONDAY)


def test_what_was_undone_may_be_sent_again(db):
    assert services.claim_submission("k" * 22, MONDAY)
    db.session.rollback()
    assert services.claim_submission("k" * 22, MONDAY)


def test_what_came_before_a_second_sending_is_kept(db):
    services.claim_submission("k" * 22, MONDAY)
    make.user(email="kept@example.org")
    assert not services.claim_submission("k" * 22, MONDAY)
    db.session.commit()
    assert queries.user_with_email("kept@example.org")


def test_twelve_equal_forms_at_once_act_once(app, db):
    acted, start = [], threading.Barrier(12)

    def send():
        with app.app_context():
            start.wait()
            acted.append(services.claim_submission("k" * 22, MONDAY))
            db.session.commit()

    threads = [threading.Thread(target=send) for _n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(acted) == [False] * 11 + [True]


def test_what_is_long_over_is_dropped(db, anna):
    services.start_session(anna.id, agent="", now=MONDAY)
    services.start_session(anna.id, agent="", now=MONDAY + timedelta(days=20))
    services.claim_submission("k" * 22, MONDAY)
    services.claim_submission("l" * 22, MONDAY + timedelta(days=30))
    services.purge(now=MONDAY + timedelta(days=31))
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1
    assert db.session.scalars(select(Submission.key)).all() == ["l" * 22]
