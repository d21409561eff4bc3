"""An appointment as a calendar reads it: whole lines, escaped words, one appointment a person."""

from __future__ import annotations

from dataclasses import replace

from recruiting.answers.calendar import Appointment, as_ics
from tests.make import DAY, MONDAY

ONE = Appointment(
    412,
    "jobs.example.org",
    MONDAY + DAY,
    45,
    "Appointment: Developer, Nordwind; Berlin",
    "Robin Weber, robin@example.org",
    MONDAY,
    1,
)


def properties(text: str) -> dict[str, str]:
    """Each property with its value, after unfolding as RFC 5545 says."""
    lines = text.replace("\r\n ", "").split("\r\n")
    return dict(line.split(":", 1) for line in lines if ":" in line)


def test_it_says_when_how_long_and_what_about():
    found = properties(as_ics(ONE))
    assert found["DTSTART"] == "20260303T090000Z"
    assert found["DTEND"] == "20260303T094500Z"
    assert found["DTSTAMP"] == "20260302T090000Z"
    assert found["SUMMARY"] == r"Appointment: Developer\, Nordwind\; Berlin"
    assert found["UID"].endswith("@jobs.example.org")


def test_without_a_length_it_has_no_end():
    assert "DTEND" not in as_ics(replace(ONE, minutes=None))


def test_a_later_date_replaces_the_one_before():
    later = replace(ONE, starts_at=MONDAY + 2 * DAY, number=2)
    first, second = properties(as_ics(ONE)), properties(as_ics(later))
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == ("1", "2")
    assert properties(as_ics(replace(ONE, application_id=413)))["UID"] != first["UID"]


def test_lines_are_of_75_octets_at_most_and_no_character_is_cut():
    text = as_ics(replace(ONE, summary="Grüße 👍 " * 60))
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "Grüße 👍 " * 60 in text.replace("\r\n ", "")


def test_no_words_can_end_a_line_or_begin_another_property():
    hostile = "x\r\nATTENDEE:mailto:a@b.c\r\x1b\x00\u2028y\\n"
    text = as_ics(replace(ONE, summary=hostile, description=hostile))
    names = [line.split(":")[0] for line in text.replace("\r\n ", "").split("\r\n")]
    assert "ATTENDEE" not in names
    assert names.count("SUMMARY") == 1
    assert not {"\x1b", "\x00", "\u2028"} & set(text)
    assert text.count("\r") == text.count("\n") == text.count("\r\n")
