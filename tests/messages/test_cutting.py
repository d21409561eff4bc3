"""With a link that falls away goes its sentence, and nothing else."""

from __future__ import annotations

import re

import pytest

from recruiting.messages.cutting import without

LINK = re.compile("LINK|REOPEN")


@pytest.mark.parametrize(
    ("drafted", "left"),
    [
        (
            "Thank you, Ada. If you like, tell us: LINK\nAll the best",
            "Thank you, Ada. All the best",
        ),
        ("Thank you.\n\nTell us, in five questions:\nLINK\n\nBye", "Thank you.\n\nBye"),
        ("Vielen Dank.\nSagen Sie es uns, z. B. hier: LINK", "Vielen Dank."),
        ("Go on: REOPEN or tell us: LINK", "Go on: REOPEN or tell us:"),
        ("Go on: REOPEN\nTell us: LINK\nBye", "Go on: REOPEN\nBye"),
        ("Hello, tell us: LINK", "Hello, tell us:"),
        ("Thank you. LINK LINK Bye.", "Thank you."),
    ],
)
def test_with_the_question_goes_its_sentence_and_nothing_else(drafted: str, left: str):
    assert without(drafted, LINK, lambda match: match[0] == "LINK") == left


def test_a_text_without_the_link_stays_as_it_is():
    text = "Hello,\n\n\nREOPEN "
    assert without(text, LINK, lambda match: match[0] == "LINK") == text
