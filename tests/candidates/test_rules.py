"""How a candidate is greeted, in mails and on pages alike."""

from __future__ import annotations

import pytest

from recruiting.candidates.rules import first_name, greeted


def test_german_greets_by_the_whole_name_and_english_by_the_first():
    assert greeted(" Oliver  van der Berg ", "de") == "Oliver van der Berg"
    assert greeted("Oliver van der Berg", "en") == "Oliver"


@pytest.mark.parametrize(("mails", "page"), [("en", "de"), ("de", "en"), ("en", "en")])
def test_a_page_calls_nobody_by_more_than_their_mail_did(mails: str, page: str):
    assert greeted("Oliver van der Berg", mails, page) == "Oliver"


def test_without_a_name_nobody_is_called_by_one():
    assert first_name("  ") == greeted("  ", "de") == greeted("", "en") == ""
