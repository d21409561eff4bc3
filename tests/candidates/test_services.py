"""Addresses are mended: what is taken, what is refused, whose wish holds."""

from __future__ import annotations

import pytest
from flask import Flask

from recruiting.candidates import services
from recruiting.candidates.models import Candidate
from recruiting.candidates.rules import AddressKind, AddressState, read_email
from recruiting.db import db
from recruiting.errors import Refused
from recruiting.telephone import read_phone
from tests import make

pytestmark = pytest.mark.usefixtures("app")
GOOD, BOUNCED, STOPPED = AddressState.GOOD, AddressState.BOUNCED, AddressState.STOPPED


@pytest.fixture
def mina(app: Flask) -> Candidate:
    return make.candidate("Mina Okafor", "mina@example.org")


def known(candidate: Candidate, kind: AddressKind = AddressKind.EMAIL) -> dict[str, object]:
    """The addresses as they are stored: (state, primary) by spelling."""
    db.session.flush()
    db.session.expire_all()
    return {
        one.value: (one.state, one.is_primary) for one in candidate.addresses if one.kind is kind
    }


def spoil(candidate: Candidate, state: AddressState) -> int:
    candidate.addresses[0].state = state
    db.session.flush()
    return candidate.addresses[0].id


def test_a_corrected_address_is_written_to_and_the_old_one_stays_known(mina):
    spoil(mina, BOUNCED)
    services.mend_mail(mina, " Mina.Okafor@example.org ")
    assert known(mina) == {
        "mina@example.org": (BOUNCED, False),
        "Mina.Okafor@example.org": (GOOD, True),
    }


def test_an_address_that_is_known_is_taken_up_and_not_doubled(mina):
    spoil(mina, BOUNCED)
    services.mend_mail(mina, "MINA@example.org")
    assert known(mina) == {"MINA@example.org": (GOOD, True)}


def test_the_way_back_to_an_older_address_is_open(mina):
    services.mend_mail(mina, "new@example.org")
    services.mend_mail(mina, "mina@example.org")
    assert known(mina) == {"mina@example.org": (GOOD, True), "new@example.org": (GOOD, False)}


def test_what_is_used_already_is_no_change(mina):
    with pytest.raises(Refused, match="used already"):
        services.mend_mail(mina, "mina@example.org")


def test_an_address_of_somebody_else_is_refused_in_whatever_spelling(mina):
    other = make.candidate("Ben", "ben@example.org")
    with pytest.raises(Refused, match="belongs to another candidate"):
        services.mend_mail(mina, "Ben@Example.org")
    assert known(mina) == {"mina@example.org": (GOOD, True)}
    assert known(other) == {"ben@example.org": (GOOD, True)}


@pytest.mark.parametrize("text", ["", "mina", "mina@", "a b@example.org", "a@b@c", "<a@b.org>"])
def test_what_is_no_mail_address_is_refused(mina, text):
    with pytest.raises(Refused, match="no mail address"):
        services.mend_mail(mina, text)


@pytest.mark.parametrize("odd", ["\x00", "\x85", "\u2028", "\ud800"])
def test_no_odd_character_comes_into_an_address(odd):
    assert read_email(f"mi{odd}na@example.org") is None


def test_a_bounced_address_works_again(mina):
    services.works_again(mina, spoil(mina, BOUNCED))
    assert known(mina) == {"mina@example.org": (GOOD, True)}


def test_a_wish_to_stop_is_lifted_only_by_their_word(mina):
    address_id = spoil(mina, STOPPED)
    with pytest.raises(Refused, match="want mail again"):
        services.works_again(mina, address_id)
    assert known(mina) == {"mina@example.org": (STOPPED, True)}
    services.works_again(mina, address_id, wants_mail=True)
    assert known(mina) == {"mina@example.org": (GOOD, True)}


def test_another_address_is_no_way_around_a_wish_to_stop(mina):
    spoil(mina, STOPPED)
    with pytest.raises(Refused, match="want mail again"):
        services.mend_mail(mina, "new@example.org")
    assert known(mina) == {"mina@example.org": (STOPPED, True)}
    services.mend_mail(mina, "new@example.org", wants_mail=True)
    assert known(mina) == {"mina@example.org": (GOOD, False), "new@example.org": (GOOD, True)}


def test_a_second_address_that_bounced_is_no_way_around_it_either(mina):
    services.mend_mail(mina, "new@example.org")
    stopped, bounced = mina.addresses
    stopped.state, bounced.state = STOPPED, BOUNCED
    db.session.flush()
    with pytest.raises(Refused, match="want mail again"):
        services.works_again(mina, bounced.id)


def test_an_address_that_works_and_one_of_somebody_else_cannot_be_mended(mina):
    other = make.candidate("Ben", "ben@example.org")
    with pytest.raises(Refused, match="works already"):
        services.works_again(mina, mina.addresses[0].id)
    with pytest.raises(Refused, match="no such address"):
        services.works_again(mina, spoil(other, BOUNCED))
    assert known(other) == {"ben@example.org": (BOUNCED, True)}


def test_a_number_is_mended_likewise_and_may_be_shared(mina):
    make.candidate("Ben", phone="+49 30 23125 002")
    services.mend_phone(mina, "+49 30 23125-001")
    services.mend_phone(mina, "+49  30 23125 002")
    assert known(mina, AddressKind.PHONE) == {
        "+49 30 23125-001": (GOOD, False),
        "+49 30 23125 002": (GOOD, True),
    }
    assert known(mina) == {"mina@example.org": (GOOD, True)}
    with pytest.raises(Refused, match="used already"):
        services.mend_phone(mina, "+49 30 23125 002")


def test_to_want_no_mail_says_nothing_about_calls(mina):
    spoil(mina, STOPPED)
    services.mend_phone(mina, "+49 30 23125 001")
    assert known(mina) == {"mina@example.org": (STOPPED, True)}


@pytest.mark.parametrize(
    "text", ["", "call me", "123", "+", "()-/", "1" * 16, "+49+30123456", "٣" * 8]
)
def test_what_cannot_be_dialled_is_refused(mina, text):
    assert read_phone(text) is None
    with pytest.raises(Refused, match="no telephone number"):
        services.mend_phone(mina, text)
