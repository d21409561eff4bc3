"""What can be refused, and what the caller must know about it.

The edge turns each of these into one page or one line (see `web.py` and `cli.py`); nothing below
the edge knows of HTTP. Messages are finished sentences in the reader's language.
"""

from __future__ import annotations


class Problem(Exception):
    """Something the person at the screen can read, understand and mend."""

    def __init__(self, message: object = "") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Refused(Problem):
    """The request is understood, and a rule of the house forbids it."""


class Missing(Problem):
    """There is no such thing, or it is not yours to know that there is."""


class NotAllowed(Problem):
    """The signed-in person's role does not include this act."""


class BadLink(Problem):
    """A mailed link that is forged, cut, expired or meant for something else."""


class Conflict(Problem):
    """The same thing was changed first, by somebody or in another tab; nothing was overwritten.

    `mine` and `theirs` are the two values, `back` is the path of the page that shows the thing.
    """

    def __init__(
        self, message: object, *, mine: str = "", theirs: str = "", back: str = ""
    ) -> None:
        super().__init__(message)
        self.mine = mine
        self.theirs = theirs
        self.back = back


class TooMany(Problem):
    """Asked too often; `wait_seconds` says when the next try counts."""

    def __init__(self, message: object, *, wait_seconds: int) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
