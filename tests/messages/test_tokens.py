"""The token in a reply address."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recruiting.messages.tokens import looks_like_one, read, sign

KEYS = ["new", "old"]
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@given(st.integers(0, 2**40 - 1))
def test_a_token_names_its_application_and_fits_an_address(number):
    token = sign(KEYS, number)
    assert looks_like_one(token)
    assert read(KEYS, token) == number


def test_old_keys_read_and_the_first_one_signs():
    assert read(KEYS, sign(["old"], 7)) == 7
    assert read(["old"], sign(KEYS, 7)) is None


def test_every_change_is_noticed():
    token = sign(KEYS, 7)
    for place, letter in enumerate(token):
        for other in LETTERS:
            if other != letter:
                assert read(KEYS, token[:place] + other + token[place + 1 :]) is None


@given(st.text())
def test_nothing_else_is_a_token(text):
    assert read(KEYS, text) is None
