"""How a candidate is greeted in mails, and what a page calls them."""

from __future__ import annotations

from recruiting.candidates.rules import first_name, greeted


def test_a_german_mail_greets_by_the_whole_name_and_an_english_one_by_the_first():
    assert greeted(" Oliver  van der Berg ", "de") == "Oliver van der Berg"
    assert greeted("Oliver van der Berg", "en") == "Oliver"


def test_a_page_that_may_be_passed_on_calls_nobody_by_more_than_the_first_name():
    assert first_name(" Oliver  van der Berg ") == "Oliver"


def test_without_a_name_nobody_is_called_by_one():
    assert first_name("  ") == greeted("  ", "de") == greeted("", "en") == ""
