"""What an address is, and when two spellings are the same one."""

from __future__ import annotations

import re
from enum import StrEnum

# RFC 5321 limits; deliberately plainer than RFC 5322: no quoted local parts, no comments.
_EMAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\]\\,;:\"/]{1,189}")
LONGEST_EMAIL = 254
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class AddressKind(StrEnum):
    """How an address reaches somebody."""

    EMAIL = "email"
    PHONE = "phone"


class AddressState(StrEnum):
    """Whether words sent there arrive and are wanted."""

    GOOD = "good"
    BOUNCED = "bounced"
    STOPPED = "stopped"


def is_email(text: str) -> bool:
    """Whether a text can be a mail address: one @, a local part, a domain without oddities."""
    if len(text) > LONGEST_EMAIL or not _EMAIL.fullmatch(text):
        return False
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    return not local.startswith(".") and ".." not in local and all(labels)


def email_key(text: str) -> str:
    """How two spellings of a mail address are compared: trimmed, in lower case."""
    return text.strip().casefold()


def read_email(text: str) -> str | None:
    """A mail address as it is kept, from what was typed; none where it can be none."""
    text = text.strip()
    fits = is_email(text) and len(email_key(text)) <= LONGEST_EMAIL
    return text if fits and not _CONTROL.search(text) else None


def first_name(name: str) -> str:
    """The first of somebody's names; an empty text if there is none.

    A page behind a link names no more: the mail with the link may have been passed on.
    """
    return next(iter(name.split()), "")


def greeted(name: str, language: str) -> str:
    """What a mail calls somebody: German, which is formal, by the whole name, else the first."""
    return " ".join(name.split()) if language == "de" else first_name(name)
