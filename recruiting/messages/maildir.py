"""A maildir on this machine: each mail a file, `new` beside `cur`, moved to `.Processed`."""

from __future__ import annotations

import stat
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from recruiting.messages.places import PROCESSED, Place, Raw, Unreachable
from recruiting.messages.receiving import LARGEST_MAIL
from recruiting.messages.rules import KEPT_OF_TOO_LARGE

INSIDE = ("new", "cur")
FOLDERS = ("cur", "new", "tmp")


class Maildir:
    """An open maildir."""

    validity = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, Path] = {}

    def waiting(self) -> Sequence[str]:
        """The mails in it, oldest name first; a name stays while flags behind it change."""
        found = [file for folder in INSIDE for file in (self.path / folder).iterdir()]
        mails = sorted(file for file in found if not file.name.startswith("."))
        self.files = {f"maildir:{self.path}/{file.name.partition(':')[0]}": file for file in mails}
        return sorted(self.files, key=lambda source: self.files[source].name)

    def fetch(self, source: str) -> Raw | None:
        """Read one file; what is no plain file is none of ours."""
        file = self.files[source]
        with suppress(OSError):
            state = file.lstat()
            if not stat.S_ISREG(state.st_mode):
                return None
            is_whole = state.st_size <= LARGEST_MAIL
            with file.open("rb") as stream:
                octets = stream.read(LARGEST_MAIL if is_whole else KEPT_OF_TOO_LARGE)
            return Raw(octets, datetime.fromtimestamp(state.st_mtime, UTC), is_whole)
        return None

    def put_away(self, sources: Collection[str]) -> None:
        """Move files beside, marked as seen."""
        target = self.path / f".{PROCESSED}"
        for name in FOLDERS:
            (target / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        for source in sources:
            file = self.files[source]
            with suppress(FileNotFoundError):  # another worker was faster
                file.rename(target / "cur" / f"{file.name.partition(':')[0]}:2,S")


@contextmanager
def opened(path: Path) -> Generator[Place]:
    """Visit a maildir."""
    try:
        yield Maildir(path)
    except OSError as error:
        raise Unreachable(type(error).__name__) from error
