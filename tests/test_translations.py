"""German is complete: every word of the sources is in the catalogue, whole and well formed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from config import ROOT
from recruiting.forms import TidyForm
from tests.hidden_words import hidden_in_code, hidden_in_template, raw_expressions, raw_text

CATALOGUE = ROOT / "translations" / "de" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)([a-z])|%%")
# The gallery of components: its sample data are made up and stay in English.
SAMPLES = ROOT / "templates" / "design" / "index.html"
# English quotation marks, two spaces, a percent sign without its narrow space.
ODD_SETTING = re.compile('["”]|  |(?<!\u202f)%%')
INFORMAL = re.compile(r"\b(du|dir|dich|dein\w*|euch|eue?r\w*)\b")

PYTHON = sorted((ROOT / "recruiting").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@cache
def wanted() -> Catalog:
    """What the sources say today, read as `make catalogue` reads it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    words = re.search(r"^WORDS := (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert words
    keywords = DEFAULT_KEYWORDS | parse_keywords(words[1].split())
    found = Catalog()
    for name, line, message, _notes, context in extract_from_dir(ROOT, methods, options, keywords):
        found.add(message, None, [(name, line)], context=context)
    return found


@cache
def german() -> Catalog:
    """What is translated."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="de")


def messages() -> Iterator[tuple[str, Message]]:
    """Each translated message but the header, with its first English form."""
    for message in german():
        if message.id:
            yield forms(message.id)[0], message


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The singular and, if there is one, the plural."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def blanks(text: str) -> list[tuple[str, str]]:
    """The placeholders of a text, and its percent signs."""
    return sorted(PLACEHOLDER.findall(text))


def names(message: Message) -> tuple[str | None, str]:
    """What tells a message from all others."""
    return message.context, forms(message.id)[0]


# --- the catalogue -----------------------------------------------------------------------------


def test_every_word_of_the_sources_is_in_the_catalogue():
    known = {names(message): len(forms(message.id)) for message in german()}
    missing = [
        (forms(message.id), message.locations)
        for message in wanted()
        if known.get(names(message)) != len(forms(message.id))
    ]
    assert not missing, "run `make catalogue`, then translate"


def test_the_catalogue_keeps_no_word_that_the_sources_lost():
    used = {names(message) for message in wanted()}
    assert not [one for one, message in messages() if names(message) not in used]
    assert not german().obsolete


def test_every_word_is_translated_by_a_person():
    open_ = [one for one, message in messages() if message.fuzzy or not all(forms(message.string))]
    assert not open_


def test_singular_and_plural_are_both_there():
    assert german().num_plurals == 2
    wrong = [
        one for one, message in messages() if len(forms(message.id)) != len(forms(message.string))
    ]
    assert not wrong


def test_translations_keep_the_placeholders():
    wrong = []
    for one, message in messages():
        english, said = forms(message.id), forms(message.string)
        plural_too = {tuple(blanks(text)) for text in english}
        if tuple(blanks(said[0])) not in plural_too or blanks(said[-1]) != blanks(english[-1]):
            wrong.append(one)
    assert not wrong


def test_german_is_set_as_german():
    wrong = []
    for one, message in messages():
        for text in forms(message.string):
            is_even = text.count("„") == text.count("“")
            is_tidy = text == text.strip() or one != one.strip()
            if not (is_even and is_tidy) or ODD_SETTING.search(text):
                wrong.append(text)
    assert not wrong


def test_german_says_sie():
    said = [text for _one, message in messages() for text in forms(message.string)]
    assert not [text for text in said if INFORMAL.search(text)]


# --- the sources -------------------------------------------------------------------------------


def test_what_is_translated_stands_where_it_can_be_found():
    assert not [one for path in PYTHON for one in hidden_in_code(path)]
    assert not [one for path in TEMPLATES for one in hidden_in_template(path)]


def test_templates_say_nothing_untranslated():
    pages = [path for path in TEMPLATES if path != SAMPLES]
    assert not [one for path in pages for one in raw_text(path)]
    assert not [one for path in pages for one in raw_expressions(path)]


def test_wording_of_the_form_library_is_german_too(app: Flask):
    class Sample(TidyForm):
        name = StringField(validators=[InputRequired(), Length(max=3)])

    def said(name: str) -> str:
        sent = {"data": {"name": name}, "headers": {"Accept-Language": "de"}}
        with app.test_request_context(method="POST", **sent):
            form = Sample()
            form.validate()
            return " ".join(map(str, form.name.errors))

    assert said("") == "Dieses Feld wird benötigt."
    assert said("Hannah") == "Feld kann nicht länger als 3 Zeichen sein."
