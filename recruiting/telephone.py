"""What a telephone number is, and when two spellings are the same one (pure)."""

from __future__ import annotations

import re

_SPELLING = re.compile(r"[+]?[0-9 ()/.\-]{3,40}")
DIGITS = range(5, 16)  # E.164 has 15 at most
LONGEST = 41  # characters of a number as it is kept


def read_phone(text: str) -> str | None:
    """A telephone number as it is kept, from what was typed; none where it can be none."""
    text = " ".join(text.split())
    is_number = _SPELLING.fullmatch(text) and len(phone_key(text).lstrip("+")) in DIGITS
    return text if is_number else None


def phone_key(text: str) -> str:
    """How two spellings of a number are compared, and dialled: its digits, a plus before them."""
    return re.sub(r"[^+0-9]", "", text)
