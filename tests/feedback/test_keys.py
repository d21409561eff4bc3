"""Dialogue keys: their words, how they may be typed, and what is kept of them."""

from __future__ import annotations

import pytest

from recruiting.feedback.keys import BITS, NUMBER, hashes, made, normalised, words

SECRETS = ["the key in use, long enough for all", "the key before it, long enough too"]
PAGE = "a number that one page holds"


def test_there_are_so_many_short_words_that_six_of_them_are_66_bits():
    assert len(words()) == len(set(words())) == 2**BITS
    assert NUMBER * BITS == 66
    assert all(3 <= len(word) <= 8 for word in words())
    assert set("".join(words())) <= set("abcdefghijklmnopqrstuvwxyz")
    assert list(words()) == sorted(words())


def test_a_slip_of_one_letter_makes_no_other_word():
    seen: dict[str, str] = {}
    for word in words():
        shorter = {word[:place] + word[place + 1 :] for place in range(len(word))}
        assert not shorter & set(words()), word
        for place in range(len(word)):
            pattern = f"{word[:place]}_{word[place + 1 :]}"
            assert seen.setdefault(pattern, word) == word


@pytest.mark.parametrize(
    "typed",
    [
        "acorn apple zoo",
        "  Acorn   APPLE\tZoo ",
        "acorn-apple-zoo",
        "Acorn, Apple, Zoo.",
        "acorn\napple\nzoo",
        "ａcorn apple zoo",
    ],
)
def test_capitals_spaces_hyphens_and_commas_do_not_matter(typed: str):
    assert normalised(typed) == "acorn apple zoo"
    assert hashes(SECRETS, typed) == hashes(SECRETS, "acorn apple zoo")


def test_a_key_is_the_same_for_the_same_page_and_another_for_every_other():
    key = made(SECRETS[0], "an invitation", PAGE)
    assert len(key.split()) == NUMBER
    assert set(key.split()) <= set(words())
    assert made(SECRETS[0], "an invitation", PAGE) == key
    others = {
        made(SECRETS[1], "an invitation", PAGE),
        made(SECRETS[0], "another", PAGE),
        made(SECRETS[0], "an invitation", PAGE + "!"),
    }
    assert len(others | {key}) == 4


def test_what_is_kept_needs_the_secret_and_an_old_secret_still_opens():
    in_use, before = hashes(SECRETS, "acorn apple zoo")
    assert len(in_use) == 64
    assert in_use != before
    assert hashes(SECRETS[1:], "acorn apple zoo") == [before]
    assert hashes(SECRETS, "acorn apple zebra")[0] != in_use
