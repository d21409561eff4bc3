"""What kinds of stages there are, and how long each side may take in one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

FIRST_STAGE = "Applied"  # where an application begins when nobody named a stage


class StageKind(StrEnum):
    """What a stage is for; makes jobs comparable."""

    SCREEN = "screen"
    ASSESSMENT = "assessment"
    INTERVIEW = "interview"
    OFFER = "offer"


class Ladder(StrEnum):
    """How the follow-ups of a stage leave."""

    OFF = "off"
    BATCH = "batch"  # drafted for a person, who approves a day's list at once
    FIRST_AUTOMATIC = "first_automatic"  # the first by itself, the second as in a batch


@dataclass(frozen=True)
class Terms:
    """How long each side may take, in working days of the office.

    The first question is due after `patience`; `grace` is added to an agreed date. A follow-up
    waits `second_gap` for its answer, the last one `closing_gap`. We promise an answer within
    `promise` and a decision within `decision`.
    """

    patience: int = 3
    grace: int = 2
    second_gap: int = 4
    closing_gap: int = 5
    promise: int = 3
    decision: int = 10


@dataclass(frozen=True)
class Outside:
    """What a candidate sees of a stage: nothing at all, or its name there, by language."""

    is_shown: bool = True
    en: str = ""
    de: str = ""

    def name(self, language: str, own: str) -> str:
        """How the stage is called in front of candidates.

        A name that was given in one language alone is taken in the other as well: who gave it did
        not want the stage's `own` one to be read. Without any it is the `own` one.
        """
        first, second = (self.de, self.en) if language == "de" else (self.en, self.de)
        return first or second or own


# Words in the names of stages as they come from other systems, most telling kind first.
_SPEAKING = (
    (StageKind.OFFER, r"offer|angebot|contract|vertrag"),
    (
        StageKind.ASSESSMENT,
        r"assign|assess|task|test|challenge|homework|case|trial|aufgabe|probe|assessment",
    ),
    (StageKind.INTERVIEW, r"interview|onsite|on-site|gespräch|panel|final|round|kennenlernen"),
)


def guess_kind(name: str) -> StageKind:
    """The kind that a stage's name speaks of; a screen if it speaks of none."""
    for kind, words in _SPEAKING:
        if re.search(words, name, re.IGNORECASE):
            if kind is StageKind.INTERVIEW and re.search(r"phone|screen|telefon", name, re.I):
                return StageKind.SCREEN
            return kind
    return StageKind.SCREEN


def title_key(text: str) -> str:
    """How two spellings of a job's title or a stage's name are compared."""
    return " ".join(text.split()).casefold()
