"""The fields of a wording: which a mail may use and must use, and how they are filled in (pure).

A field is a name in braces, `{first_name}`. Nothing else is read as one: no format, no attribute,
no index; and what a field is filled with is never read again. What is wrong with a wording is
told when it is saved; filling one in cannot fail, so that no mail is held up by a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

LONGEST_SUBJECT = 150
LONGEST_BODY = 4_000
LANGUAGES = ("en", "de")
LINKS = frozenset({"answer_link", "stop_link", "reopen_link", "feedback_link", "status_link"})
FALLS_AWAY = "feedback_link"  # where nobody may be asked
_FIELD = re.compile(r"\{([a-z_]+)\}")
_ANY_BRACE = re.compile(r"\{([^{}\n]*)\}|[{}]")
_ABOUT = frozenset({"first_name", "name", "job", "stage", "employer", "sender"})
_TO_US = frozenset({"first_name", "name", "employer"})
_ASKING = _ABOUT | {"asked_on", "answer_link", "status_link", "stop_link"}


@dataclass(frozen=True, slots=True)
class Fields:
    """What a wording may fill in, and what its body must not lack."""

    may: frozenset[str]
    must: frozenset[str]


FIELDS: dict[str, Fields] = {
    "follow_up_1": Fields(_ASKING, frozenset({"answer_link", "stop_link"})),
    # Of a named person, about a question that is named.
    "follow_up_2": Fields(_ASKING, frozenset({"sender", "asked_on", "answer_link", "stop_link"})),
    "closing": Fields(
        _ABOUT | {"reopen_link", "feedback_link", "status_link", "stop_link"},
        frozenset({"reopen_link", "feedback_link"}),
    ),
    "delay": Fields(
        _ABOUT | {"promised_on", "answer_link", "status_link", "stop_link"},
        frozenset({"promised_on"}),
    ),
    "fresh_link": Fields(_ABOUT | {"answer_link", "stop_link"}, frozenset({"answer_link"})),
    "reminder": Fields(_TO_US | {"waiting"}, frozenset({"waiting"})),
    "confided": Fields(_TO_US | {"home"}, frozenset({"home"})),
}


class Fault(StrEnum):
    """What is wrong with the fields of a wording."""

    UNKNOWN = "unknown"  # a field that this mail does not have
    MISSING = "missing"  # a field that its body must have
    BRACE = "brace"  # a brace that begins or ends no field
    NOT_IN_SUBJECT = "not_in_subject"  # links, and what takes several lines
    NOT_ALONE = "not_alone"  # a link that may fall away, in a paragraph with another link


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: in which part (subject or body), and about what."""

    fault: Fault
    part: str
    about: str = ""


def check(name: str, subject: str, body: str) -> list[Wrong]:
    """Everything that keeps a wording from being saved, in reading order."""
    known = FIELDS[name]
    found = [*_in_text(known, "subject", subject), *_in_text(known, "body", body)]
    missing = sorted(known.must - set(_FIELD.findall(body)))
    if any(FALLS_AWAY in links and len(links) > 1 for links in map(_links, _paragraphs(body))):
        found.append(Wrong(Fault.NOT_ALONE, "body", FALLS_AWAY))
    return [*found, *(Wrong(Fault.MISSING, "body", field) for field in missing)]


def _paragraphs(body: str) -> list[str]:
    return re.split(r"\n{2,}", body.strip())


def _links(text: str) -> set[str]:
    return set(_FIELD.findall(text)) & LINKS


def _in_text(known: Fields, part: str, text: str) -> Iterator[Wrong]:
    seen: set[str] = set()
    for match in _ANY_BRACE.finditer(text):
        about = match[0]
        if about in seen:
            continue
        seen.add(about)
        field = _FIELD.fullmatch(about)
        if match[1] is None or not match[1].strip():
            yield Wrong(Fault.BRACE, part, about)
        elif field is None or field[1] not in known.may:
            yield Wrong(Fault.UNKNOWN, part, match[1])
        elif part == "subject" and field[1] in LINKS | {"waiting"}:
            yield Wrong(Fault.NOT_IN_SUBJECT, part, field[1])


def fill(subject: str, body: str, values: Mapping[str, str]) -> tuple[str, str]:
    """(subject, body) with their fields filled in; the subject is one line, whatever the values.

    A field without a value stays empty; a paragraph whose link has none falls away.
    """
    kept = [one for one in _paragraphs(body) if all(map(values.get, _links(one)))]
    return " ".join(_filled(subject, values).split()), "\n\n".join(
        _filled(one, values) for one in kept
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    filled = _FIELD.sub(lambda match: values.get(match[1], ""), text)
    return filled.replace(" ,", ",")  # "Hello ," to somebody without a name
