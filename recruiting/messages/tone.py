"""How a mail to a candidate sounds: short, one question, an easy no, no guilt, no threat (pure).

A look at words, no judgement: it holds our own wording in a test and hints to who writes another.
"""

from __future__ import annotations

import re
from enum import StrEnum

MOST_WORDS = 120
MOST_QUESTIONS = 1
# Words that blame or press somebody; each is the beginning of a word, or several words.
PRESSING = {
    "en": (
        "asap", "at once", "consequence", "deadline", "disappoint", "failed to", "final notice",
        "ghost", "have to", "ignor", "immediately", "last chance", "last reminder", "must",
        "otherwise", "should have", "still waiting", "unfortunately", "unprofessional", "urgent",
        "warn", "why did", "why have", "you did not", "you didn", "you have not", "you haven",
    ),
    "de": (
        "andernfalls", "ansonsten", "dringend", "enttäusch", "frist", "gezwungen", "ignorier",
        "immer noch nicht", "konsequenz", "leider", "letzte chance", "letztmal", "mahn", "müssen",
        "sie haben nicht", "sie haben sich nicht", "sofort", "sonst", "umgehend", "unprofessionell",
        "unverzüglich", "versäum", "versäumt", "vorwurf", "warn", "warum haben", "wieso haben",
    ),
}  # fmt: skip
EASY_NO = {
    "en": ("no, thank you", "not go on", "rather not", "withdraw"),
    "de": ("nein, danke", "nicht weitermachen", "nicht warten", "nicht mehr weiter", "zurückzieh"),
}
THANKS = {"en": ("thank",), "de": ("dank",)}
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


class Tone(StrEnum):
    """What a mail lacks, or has too much of."""

    LONG = "long"
    QUESTIONS = "questions"
    NO_THANKS = "no_thanks"
    NO_EASY_NO = "no_easy_no"
    PRESSING = "pressing"


def length(text: str) -> int:
    """How many words a mail has; addresses of pages count as none."""
    return len(_WORD.findall(re.sub(r"https?://\S+|\{\w+_link\}", " ", text)))


def pressing(text: str, language: str) -> list[str]:
    """The words in a text that blame or press."""
    said = text.casefold()
    return [word for word in PRESSING[language] if re.search(rf"\b{re.escape(word)}", said)]


def hints(subject: str, body: str, language: str) -> list[Tone]:
    """What about the tone of a mail to a candidate deserves a second look."""
    both = f"{subject}\n{body}"
    said = both.casefold()
    checks = (
        (Tone.LONG, length(body) >= MOST_WORDS),
        (Tone.QUESTIONS, both.count("?") > MOST_QUESTIONS),
        (Tone.NO_THANKS, not any(word in said for word in THANKS[language])),
        (Tone.NO_EASY_NO, not any(word in said for word in EASY_NO[language])),
        (Tone.PRESSING, bool(pressing(both, language))),
    )
    return [tone for tone, holds in checks if holds]
