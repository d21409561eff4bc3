"""What a password must be, how addresses are written, when a wrong try is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from recruiting.accounts.rules import (
    ROLE_PERMISSIONS,
    Actor,
    PasswordFault,
    Permission,
    Role,
    SessionLimits,
    agent_words,
    clean_agent,
    clean_email,
    network_of,
    password_fault,
    wait_before,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COMMON = {"correcthorsebatterystaple"}


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("a long walk in the rain", None),
        ("twelve chars", None),
        ("elevenchars", PasswordFault.SHORT),
        ("", PasswordFault.SHORT),
        ("ab cd efgh ij klmno" * 6 + "12345678901234", None),
        ("ab cd efgh ij klmno" * 6 + "123456789012345", PasswordFault.LONG),
        ("häßlich-öde Größe", None),
        ("パスワードは十二文字以上です", None),
        ("a long walk\0 in the rain", PasswordFault.NUL),
        ("CorrectHorseBatteryStaple", PasswordFault.COMMON),
        (" correcthorsebatterystaple ", PasswordFault.COMMON),
        ("aaaaaaaaaaaaaaaaaaaa", PasswordFault.COMMON),
        ("abcabcabcabcabcabc", PasswordFault.COMMON),
        ("Hannah.Vogel@Example.org", PasswordFault.PERSONAL),
    ],
)
def test_a_password_is_judged_by_length_and_by_what_others_would_try(password, fault):
    assert password_fault(password, COMMON, ["hannah.vogel@example.org"]) is fault


def test_no_kind_of_character_is_asked_for():
    assert password_fault("onlylowercaseletters", COMMON) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Hannah.Vogel@Example.ORG ", "hannah.vogel@example.org"),
        ("o'neil+jobs@sub.example.co.uk", "o'neil+jobs@sub.example.co.uk"),
        ("käthe@müller.example", "käthe@müller.example"),
        ("hannah", None),
        ("hannah@example", None),
        ("a@b@example.org", None),
        ("a b@example.org", None),
        ("a@example.org\nBcc: x@example.org", None),
        ("<a@example.org>", None),
        ("a" * 250 + "@example.org", None),
        ("", None),
    ],
)
def test_an_address_has_one_form_or_is_none(typed, stored):
    assert clean_email(typed) == stored


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_belongs_to_the_network_of_one_customer(address, network):
    assert network_of(address) == network


def test_below_the_limit_a_try_counts_at_once():
    assert wait_before([NOON] * 9, 10, 15 * MINUTE) is None


def test_at_the_limit_the_oldest_failure_must_leave_the_window_first():
    failures = [NOON + n * MINUTE for n in range(10)]
    assert wait_before(failures, 10, 15 * MINUTE) == NOON + 15 * MINUTE


def test_beyond_the_limit_as_many_must_leave_as_are_too_many():
    failures = [NOON + n * MINUTE for n in range(12)]
    assert wait_before(failures, 10, 15 * MINUTE) == NOON + 17 * MINUTE


def test_a_session_ends_by_silence_or_by_age():
    limits = SessionLimits(idle=30 * MINUTE, longest=timedelta(hours=12))
    start = NOON - timedelta(hours=12)
    assert limits.is_live(NOON, created_at=start, seen_at=NOON - 30 * MINUTE)
    assert not limits.is_live(NOON, created_at=NOON - 31 * MINUTE, seen_at=NOON - 31 * MINUTE)
    assert not limits.is_live(NOON, created_at=start - MINUTE, seen_at=NOON)


def test_a_sign_of_life_is_kept_finer_than_the_limit_it_serves():
    assert SessionLimits(30 * MINUTE, timedelta(hours=1)).step == MINUTE
    assert SessionLimits(MINUTE, timedelta(hours=1)).step == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
            "Firefox, Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/156.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU like Mac OS X) Version/20 Safari/605.1", "Safari, iPhone"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_told_in_two_words(agent, words):
    assert agent_words(agent) == words


def test_what_a_browser_calls_itself_is_short_and_printable():
    assert clean_agent("Fire\r\nfox\x1b[31m\0" + "x" * 500) == "Firefox[31m" + "x" * 189


def test_every_role_has_its_permissions_and_admins_have_all():
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert ROLE_PERMISSIONS[Role.ADMIN] == set(Permission)


def test_a_hiring_manager_sees_what_was_handed_over_and_works_on_nothing():
    manager = Actor(1, "m@example.org", "M", Role.HIRING_MANAGER)
    assert manager.can(Permission.SEE_HANDED_OVER)
    assert not manager.can(Permission.SEE_APPLICATIONS)
    assert not manager.can(Permission.WORK_APPLICATIONS)
    assert not manager.can(Permission.SEE_REPORTS)
