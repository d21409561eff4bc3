"""How our own mails sound: thanks, one question, an easy no, no guilt, no threat."""

from __future__ import annotations

import re

import pytest

from recruiting.messages.defaults import DEFAULTS
from recruiting.messages.fields import FIELDS, LANGUAGES, check
from recruiting.messages.tone import MOST_WORDS, Tone, hints, length, pressing

OURS = [
    pytest.param(name, language, *said, id=f"{name}-{language}")
    for name, languages in DEFAULTS.items()
    for language, said in languages.items()
]
TO_CANDIDATES = [one for one in OURS if not str(one.id).startswith(("reminder", "confided"))]
INFORMAL = re.compile(r"\b(du|dir|dich|dein\w*|euch|eue?r\w*)\b", re.IGNORECASE)


def test_every_mail_has_words_in_both_languages_and_fields():
    assert set(DEFAULTS) == set(FIELDS)
    assert all(set(languages) == set(LANGUAGES) for languages in DEFAULTS.values())


@pytest.mark.parametrize(("name", "language", "subject", "body"), TO_CANDIDATES)
def test_our_mails_thank_ask_one_question_and_take_a_no_easily(name, language, subject, body):
    assert hints(subject, body, language) == []
    assert length(body) < MOST_WORDS
    assert (subject + body).count("?") <= 1


@pytest.mark.parametrize(("name", "language", "subject", "body"), OURS)
def test_no_mail_of_ours_blames_or_presses(name, language, subject, body):
    assert pressing(f"{subject}\n{body}", language) == []


@pytest.mark.parametrize(("name", "language", "subject", "body"), OURS)
def test_every_field_of_our_mails_is_known_and_none_is_missing(name, language, subject, body):
    assert check(name, subject, body) == []


@pytest.mark.parametrize(("name", "language", "subject", "body"), OURS)
def test_german_mails_say_sie_and_each_link_has_its_paragraph(name, language, subject, body):
    if language == "de":
        assert not INFORMAL.search(f"{subject}\n{body}")
    for paragraph in body.split("\n\n"):
        assert len(re.findall(r"\{\w+_link\}", paragraph)) <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_follow_ups_ask_one_question_each_and_in_other_words(language):
    first, second = (DEFAULTS[f"follow_up_{number}"][language] for number in (1, 2))
    assert [mail[1].count("?") for mail in (first, second)] == [1, 1]
    assert first[0] != second[0]
    common = set(first[1].split("\n\n")) & set(second[1].split("\n\n"))
    assert all("{" in paragraph for paragraph in common)  # greeting, link, name: nothing else


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_one_comes_from_a_named_person_and_names_the_open_question(language):
    body = DEFAULTS["follow_up_2"][language][1]
    introduction = body.split("\n\n")[1]
    assert all(f"{{{field}}}" in introduction for field in ("sender", "job", "asked_on"))


def test_no_original_words_name_a_stage():
    """A job's stages have names of one language, and a mail is written in the candidate's."""
    said = [text for both in DEFAULTS.values() for words in both.values() for text in words]
    assert not [text for text in said if "{stage}" in text]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Unfortunately you did not answer.", ["unfortunately", "you did not"]),
        ("en", "This is your last chance, otherwise", ["last chance", "otherwise"]),
        ("en", "The ignition of a mustard deadline-free day", ["deadline", "must"]),
        ("de", "Leider haben wir immer noch nicht", ["immer noch nicht", "leider"]),
        ("de", "Antworten Sie umgehend, sonst", ["sonst", "umgehend"]),
        ("de", "Ihre Freistellung ist befristet", []),
        ("en", "Thank you; we forewarned nobody", []),
    ],
)
def test_words_that_press_are_found_at_the_beginning_of_words(language, text, found):
    assert sorted(pressing(text, language)) == found


def test_a_rude_mail_gets_every_hint():
    rude = "Why did you not answer? Do you want this job at all? " + "word " * 120
    assert hints("Last chance", rude, "en") == [
        Tone.LONG, Tone.QUESTIONS, Tone.NO_THANKS, Tone.NO_EASY_NO, Tone.PRESSING,
    ]  # fmt: skip


def test_links_are_no_words():
    assert length("Two words https://example.org/a/b?c=d {answer_link}") == 2
