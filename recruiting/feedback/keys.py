"""The dialogue key: six words with which an answer to anonymous words is read and answered (pure).

The words come from one list of 2,048 short English ones in `key_words.txt`, for readers of either
language: every key then opens in both, and no word has a letter that a German keyboard hides. Any
two differ by two letters or more, so a slip of one letter never makes another key. Six of them are
66 bits. What is kept is a keyed hash: without the secret of this installation a copy of the
database cannot even be guessed at, and with it 2^66 keys remain to be tried.

The key is drawn from the secret, the invitation and a number that only the candidate's page holds,
so that a second click shows the same one and nobody, the candidate included, can choose it.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "key_words.txt"
NUMBER = 6  # words of a key
BITS = 11  # of a word
PURPOSE = b"heardback.dialogue-key"
LONGEST = 200  # characters that are looked at, with any space and capitals


@cache
def words() -> tuple[str, ...]:
    """The list, in alphabetical order."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))


def made(secret: str, invitation_id: str, number: str) -> str:
    """The key for one page: six words with a space between them."""
    text = f"{invitation_id}\n{number}".encode()
    drawn = int.from_bytes(hmac.digest(secret.encode(), PURPOSE + b".made\n" + text, "sha256"))
    places = [(drawn >> BITS * place) % 2**BITS for place in range(NUMBER)]
    return " ".join(words()[place] for place in places)


def normalised(text: str) -> str:
    """A key however it was typed: small letters, one space between the words, nothing else."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    return " ".join(re.findall(r"[a-z]+", folded))


def hashes(secrets: list[str], text: str) -> list[str]:
    """What may be stored of a key, by each secret of this installation; the first is in use."""
    said = normalised(text).encode()
    return [
        hmac.digest(secret.encode(), PURPOSE + b".kept\n" + said, "sha256").hex()
        for secret in secrets
    ]
