"""The texts of one language, read once from `texts/`, and how days are written in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from babel.dates import format_datetime

FOLDER = Path(__file__).parent / "texts"
_CHOICE = re.compile(r"<([^<>]*\|[^<>]*)>")
_BLANK = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=2)
def texts(language: str) -> dict[str, Any]:
    """Everything people write in `de` or `en`."""
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def fill_in(text: str, rng: Random, value: Callable[[str], str]) -> str:
    """A text with its choices made and its blanks filled by `value`."""
    chosen = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
    return _BLANK.sub(lambda found: value(found[1]), chosen)


def written(moment: datetime, form: str, language: str) -> str:
    """A local moment in words: form `day`, `moment` or `short`."""
    return str(format_datetime(moment, texts(language)["manner"][form], locale=language))


def thousands(amount: int, language: str) -> str:
    """An amount of money with its separators."""
    return f"{amount:,}".replace(",", "." if language == "de" else ",")
