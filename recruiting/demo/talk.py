"""One conversation without a name, with a round in it: they asked for it, we asked back, they told.

Its key is drawn from the secret of the installation, so it is another one everywhere and the same
at each start. Of a key only the hash is kept; that this one can be printed is the demonstration's.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from recruiting.dialogues.rules import RemarkKind
from recruiting.feedback import keys

PURPOSE = "a conversation of the demonstration"
WISH = "Tell us after the interview when we can expect to hear from you, and keep to it."
ASKED = (
    "Thank you for writing this down. At which point of the process was it, and what would have "
    "helped you? Please tell only what does not give you away."
)
TOLD = (
    "After the second interview. I was told “by Friday” and heard nothing for two weeks. One line "
    "that it takes longer would have been enough."
)


def key(secret: str) -> str:
    """The six words with which the conversation is read in an installation with this secret."""
    return keys.made(secret, PURPOSE, "")


def conversation(answers: list[dict[str, Any]], key_hash: str, *, by: str) -> list[dict[str, Any]]:
    """Give one of the released answers a key, and tell what was said since, as remarks.

    The last words are the candidate's, so it waits for an answer inside.
    """
    chosen = answers[len(answers) // 2]
    chosen |= {"wish": WISH, "key_hash": key_hash}
    said = ((by, ASKED, 2), (None, TOLD, 5))
    first: date = chosen["week_on"]
    return [
        {
            "answer_id": chosen["id"],
            "number": number,
            "kind": RemarkKind.SAID,
            "by": who,
            "text": text,
            "said_on": first + timedelta(days=days),
        }
        for number, (who, text, days) in enumerate(said, start=1)
    ]
