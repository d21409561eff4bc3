"""The words of our mails: an administrator's where there are any, else ours."""

from __future__ import annotations

import re
from collections.abc import Mapping

from recruiting.db import db
from recruiting.messages.defaults import DEFAULTS
from recruiting.messages.models import Wording

FIELD = re.compile(r"\{(\w+)\}")


def text(name: str, language: str, fields: Mapping[str, str]) -> tuple[str, str]:
    """(subject, body) of a mail with its fields filled in; what a field holds is never read again.

    A field that is not given stays empty: a mail is never held up by a word.
    """
    changed = db.session.get(Wording, (name, language))
    subject, body = (changed.subject, changed.body) if changed else DEFAULTS[name][language]
    return " ".join(_filled(subject, fields).split()), _filled(body, fields)


def _filled(words: str, fields: Mapping[str, str]) -> str:
    filled = FIELD.sub(lambda match: fields.get(match[1], ""), words)
    return filled.replace(" ,", ",")  # where no name is known
