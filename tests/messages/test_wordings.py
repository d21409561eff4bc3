from __future__ import annotations

import pytest

from recruiting.db import db
from recruiting.errors import Missing
from recruiting.messages import wordings
from recruiting.messages.defaults import DEFAULTS
from recruiting.messages.fields import FIELDS, LANGUAGES, Fault, Wrong, check, fill
from recruiting.messages.models import Wording
from recruiting.messages.wordings import WrongFields
from tests.make import MONDAY

LINK = "https://jobs.example.org/answer/x"
VALUES = {"first_name": "Hannah", "job": "Developer", "answer_link": LINK, "stop_link": LINK}
BODY = "Hello {first_name},\n\none tap: {answer_link}\n\nstop: {stop_link}"


# --- the fields ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "body", "found"),
    [
        ("{job}", BODY, []),
        ("{jobb}", BODY, [Wrong(Fault.UNKNOWN, "subject", "jobb")]),
        ("x", BODY + "{promised_on}", [Wrong(Fault.UNKNOWN, "body", "promised_on")]),
        ("x", BODY + "{First_name}", [Wrong(Fault.UNKNOWN, "body", "First_name")]),
        ("x", BODY + "{job.title}", [Wrong(Fault.UNKNOWN, "body", "job.title")]),
        ("x", BODY + "{job!r:>99}", [Wrong(Fault.UNKNOWN, "body", "job!r:>99")]),
        ("x", BODY + "{0}", [Wrong(Fault.UNKNOWN, "body", "0")]),
        ("x", BODY + "{ job }", [Wrong(Fault.UNKNOWN, "body", " job ")]),
        ("x", BODY + "{}", [Wrong(Fault.BRACE, "body", "{}")]),
        ("x", BODY + " {job", [Wrong(Fault.BRACE, "body", "{")]),
        ("x", BODY + " job}", [Wrong(Fault.BRACE, "body", "}")]),
        ("{stop_link}", BODY, [Wrong(Fault.NOT_IN_SUBJECT, "subject", "stop_link")]),
        (
            "x",
            "Hello",
            [
                Wrong(Fault.MISSING, "body", "answer_link"),
                Wrong(Fault.MISSING, "body", "stop_link"),
            ],
        ),
        ("{x} {x}", BODY, [Wrong(Fault.UNKNOWN, "subject", "x")]),
    ],
)
def test_what_is_wrong_with_the_fields_is_found(subject, body, found):
    assert check("follow_up_1", subject, body) == found


def test_the_link_that_may_fall_away_stands_in_a_paragraph_without_another():
    whole = "{reopen_link}\n{feedback_link}"
    assert check("closing", "x", whole) == [Wrong(Fault.NOT_ALONE, "body", "feedback_link")]
    assert check("closing", "x", "{reopen_link}\n\nTell us:\n{feedback_link}") == []


def test_a_wording_is_filled_in():
    subject, body = fill("{job}", BODY, VALUES)
    assert subject == "Developer"
    assert body == f"Hello Hannah,\n\none tap: {LINK}\n\nstop: {LINK}"


def test_what_a_field_holds_is_never_read_again():
    hostile = VALUES | {"first_name": "{stop_link} {0.__class__}"}
    assert fill("x", BODY, hostile)[1].startswith("Hello {stop_link} {0.__class__},")


def test_a_subject_is_one_line_whatever_is_filled_in():
    assert fill("{job}", BODY, {"job": "Dev\r\nBcc: x@evil.test"})[0] == "Dev Bcc: x@evil.test"


def test_a_paragraph_whose_link_is_not_there_falls_away():
    assert fill("x", BODY, {"first_name": "Hannah"})[1] == "Hello Hannah,"
    assert "stop" not in fill("x", BODY, VALUES | {"stop_link": ""})[1]


def test_every_mail_of_one_language_greets_in_the_same_way():
    greetings = {
        language: {text[language][1].partition("\n")[0].split("{")[1] for text in DEFAULTS.values()}
        for language in LANGUAGES
    }
    assert greetings == {"en": {"first_name},"}, "de": {"name},"}}


def test_somebody_without_a_name_is_greeted_without_one():
    assert fill("x", BODY, VALUES | {"first_name": ""})[1].startswith("Hello,\n")


def test_filling_in_cannot_fail_on_our_own_words():
    for name, languages in DEFAULTS.items():
        for subject, body in languages.values():
            for values in ({}, dict.fromkeys(FIELDS[name].may, "x")):
                done = " ".join(fill(subject, body, values))
                assert "{" not in done
                assert "}" not in done


# --- who said it ---------------------------------------------------------------------------------


@pytest.fixture
def ours(app) -> wordings.Words:
    return wordings.words("follow_up_1", "en")


def change(found: wordings.Words, body: str = BODY, by: str = "ada@example.org") -> bool:
    more = {"subject": "{job}", "body": body, "seen": found.seen, "by": by, "now": MONDAY}
    return wordings.change(found.name, found.language, **more)


def test_ours_hold_until_somebody_changes_them(ours):
    assert ours.is_ours
    assert (ours.subject, ours.body) == DEFAULTS["follow_up_1"]["en"]
    assert change(ours)
    found = wordings.words("follow_up_1", "en")
    assert (found.body, found.changed_by, found.changed_at) == (BODY, "ada@example.org", MONDAY)
    assert wordings.text("follow_up_1", "en", VALUES)[0] == "Developer"
    assert wordings.words("follow_up_1", "de").is_ours


def test_back_to_ours(ours):
    change(ours)
    assert wordings.restore("follow_up_1", "en", seen=wordings.words("follow_up_1", "en").seen)
    assert wordings.words("follow_up_1", "en") == ours
    assert db.session.get(Wording, ("follow_up_1", "en")) is None
    assert wordings.restore("follow_up_1", "en", seen=ours.seen)  # a second time does no harm


def test_of_two_who_change_the_same_the_later_one_is_told(ours):
    assert change(ours)
    assert not change(ours, BODY + "!", by="bob@example.org")
    assert not wordings.restore("follow_up_1", "en", seen=ours.seen)
    assert wordings.words("follow_up_1", "en").body == BODY


def test_who_saw_words_that_were_taken_back_and_changed_again_is_told_as_well(ours):
    change(ours)
    seen = wordings.words("follow_up_1", "en")
    wordings.restore("follow_up_1", "en", seen=seen.seen)
    change(ours, BODY + "!")
    assert not change(seen)


def test_a_wording_that_cannot_be_filled_in_is_not_saved(ours):
    with pytest.raises(WrongFields) as refused:
        change(ours, "Hello {nobody}")
    assert [wrong.fault for wrong in refused.value.found] == [
        Fault.UNKNOWN, Fault.MISSING, Fault.MISSING,
    ]  # fmt: skip
    assert wordings.words("follow_up_1", "en").is_ours


def test_there_is_no_other_mail_and_no_other_language(app):
    for name, language in (("follow_up_3", "en"), ("follow_up_1", "fr"), ("", "")):
        with pytest.raises(Missing):
            wordings.words(name, language)
    assert len(wordings.all_words()) == len(DEFAULTS) * len(LANGUAGES)


def test_a_field_that_an_older_version_knew_is_left_empty(ours):
    old = {"subject": "{salary}{job}", "body": "{salary}"}
    db.session.add(
        Wording(name="follow_up_1", language="en", changed_by="x", changed_at=MONDAY, **old)
    )
    db.session.flush()
    assert wordings.text("follow_up_1", "en", VALUES) == ("Developer", "")
