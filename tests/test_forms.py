"""What all forms share: tidy text, strict numbers and days, one act each, no lost update."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from recruiting import forms
from recruiting.forms import (
    BaseForm,
    Day,
    Moment,
    PublicForm,
    TidyForm,
    VersionedForm,
    WholeNumber,
    conflict,
)


class Letter(TidyForm):
    title = StringField("Title", [InputRequired("Please give a title.")])
    short = StringField("Short", [Length(max=5)])
    text = TextAreaField("Text")
    secret = PasswordField("Secret")
    number = WholeNumber("Number", [Optional(), NumberRange(0, 100)])
    on = Day("Day", [Optional()])
    at = Moment("Moment", [Optional()])


@pytest.fixture
def filled(app):
    """Fill in a form as a browser would."""

    def fill(kind=Letter, **values):
        values = {"title": "A title", **values} if kind is Letter else values
        with app.test_request_context("/", method="POST", data=values):
            form = kind(meta={"csrf": False})
            form.validate()
            return form

    return fill


# --- text ----------------------------------------------------------------------------------------


def test_text_is_trimmed_and_its_lines_end_plainly(filled):
    form = filled(title="  A \t title \u00a0", text=" one\r\n\r\n  two \r\n")
    assert form.title.data == "A \t title"
    assert form.text.data == "one\n\n  two"


def test_a_password_is_left_as_it_is(filled):
    assert filled(secret="  with spaces  ").secret.data == "  with spaces  "


@pytest.mark.parametrize("text", ["\x01", "\u200b\u2060", " \u00ad \ufeff"])
def test_what_nobody_can_see_is_nothing(filled, text):
    assert filled(text=text).text.data == ""
    assert filled(text=f"a{text}b").text.data == f"a{text}b"


def test_space_alone_is_nothing(filled):
    assert (
        filled(title="   ").errors == {"title": ["Please give a title."]}
        or filled(title="   ").title.data == ""
    )


@pytest.mark.parametrize(
    ("field", "length", "is_taken"),
    [
        ("title", 500, True),
        ("title", 501, False),
        ("short", 5, True),
        ("short", 6, False),
        ("text", 20_000, True),
        ("text", 20_001, False),
    ],
)
def test_every_text_has_a_limit(filled, field, length, is_taken):
    assert (field not in filled(**{field: "x" * length}).errors) is is_taken


def test_the_page_tells_the_browser_the_limit(filled):
    form = filled()
    assert form.title.flags.maxlength == 500
    assert form.short.flags.maxlength == 5
    assert form.text.flags.maxlength == 20_000


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "a\udfffb"])
def test_what_cannot_be_stored_is_refused(app, value):
    with app.test_request_context("/", method="POST"):
        form = Letter(meta={"csrf": False}, data={"title": value, "secret": value})
        form.title.raw_data = [value]
        assert not form.validate()
        assert "title" in form.errors
        assert "secret" in form.errors


# --- numbers, days, moments ----------------------------------------------------------------------

ODD_NUMBERS = [
    "-1",
    "101",
    "1e2",
    "1.0",
    "1,0",
    "٣",
    "１",
    "1_0",
    "0x1",
    "NaN",
    "10" * 20,
    "²",
    "+1",
]


@pytest.mark.parametrize("text", ODD_NUMBERS)
def test_a_number_is_written_in_plain_digits_and_within_its_range(filled, text):
    assert filled(number=text).errors.keys() == {"number"}


@pytest.mark.parametrize(("text", "number"), [("0", 0), (" 7 ", 7), ("100", 100), ("", None)])
def test_a_plain_number_is_taken(filled, text, number):
    form = filled(number=text)
    assert not form.errors
    assert form.number.data == number


@pytest.mark.parametrize("text", [*ODD_NUMBERS[2:], "2147483648", "", None])
def test_a_number_of_an_address_is_one_or_none(text):
    assert forms.whole_number(text) is None


def test_the_largest_number_of_a_column_is_the_last():
    assert forms.whole_number("2147483647") == 2**31 - 1


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-13-01",
        "10000-01-01",
        "20226-01-01",
        "0001-01-01",
        "1989-12-31",
        "2101-01-01",
        "2026-3-2",
        "20260302",
        "2026-W10-1",
        "٢٠٢٦-٠٣-٠٢",
        "02.03.2026",
        "tomorrow",
    ],
)
def test_a_day_is_one_of_the_calendar_and_of_our_time(filled, text):
    assert filled(on=text).errors.keys() == {"on"}


def test_a_day_is_taken_as_browsers_send_it(filled):
    assert filled(on=" 2026-03-02 ").on.data == date(2026, 3, 2)
    assert filled(on="").on.data is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T10:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-07-01T10:00", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of two
        ("2026-03-02T10:00:30", datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_moment_is_read_on_the_offices_clock(filled, text, moment):
    form = filled(at=text)
    assert not form.errors
    assert form.at.data == moment


@pytest.mark.parametrize(
    "text",
    ["2026-03-29T02:30", "2026-03-02T25:00", "2026-02-30T10:00", "10000-01-01T00:00", "now",
     "0001-01-01T00:00", "9999-12-31T23:59"],
)  # fmt: skip
def test_a_moment_that_no_clock_shows_is_refused(filled, text):
    assert filled(at=text).errors.keys() == {"at"}


def test_a_moment_is_shown_on_the_offices_clock(app):
    with app.test_request_context("/"):
        form = Letter(at=datetime(2026, 7, 1, 8, tzinfo=UTC))
        assert 'value="2026-07-01T10:00"' in str(form.at())


def test_what_was_typed_is_shown_again(filled):
    form = filled(at="nonsense", number="nonsense", on="nonsense")
    assert form.at._value() == form.number._value() == form.on._value() == "nonsense"


# --- forms that act ------------------------------------------------------------------------------


def test_each_rendering_has_a_key_of_its_own(app):
    with app.test_request_context("/"):
        keys = {BaseForm().submission.data for _n in range(5)}
    assert len(keys) == 5
    assert all(forms.KEY.fullmatch(key) for key in keys)


def test_a_form_keeps_its_key_when_it_comes_back(filled):
    assert filled(BaseForm, submission="k" * 22).submission.data == "k" * 22


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space" * 3, "<b>" * 9, None])
def test_a_key_that_no_page_made_is_refused(filled, key):
    sent = {} if key is None else {"submission": key}
    assert filled(BaseForm, other="field", **sent).errors.keys() == {"submission"}


def test_the_second_of_two_is_told_and_sees_both_values(filled):
    form = filled(VersionedForm, submission="k" * 22, version="3")
    assert not form.errors
    assert not form.is_late(3)
    assert form.is_late(4)
    said = conflict(mine="Interview", theirs="Offer", back="/applications/7")
    assert (said.mine, said.theirs, said.back) == ("Interview", "Offer", "/applications/7")


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5", "9" * 30, None])
def test_a_version_that_is_no_number_is_refused(filled, version):
    sent = {"submission": "k" * 22} | ({} if version is None else {"version": version})
    assert filled(VersionedForm, **sent).errors.keys() == {"version"}


def test_a_form_of_staff_carries_the_token_and_a_candidates_does_not(app):
    with app.test_request_context("/"):
        assert "csrf_token" in TidyForm()
        assert "csrf_token" not in PublicForm()


def test_the_summary_names_field_and_fault(app, filled):
    form = filled(title="", short="too long")
    with app.test_request_context("/"):
        form.refuse("Nothing of this may be.")
        form.refuse("Not this either.", form.text)
    assert form.summary() == [
        (None, "Nothing of this may be."),
        ("title", "Please give a title."),
        ("short", form.short.errors[0]),
        ("text", "Not this either."),
    ]
