"""A folder of an IMAP server, visited for a while: what lies there, one mail, moving, waiting.

Beside `mailbox.py` the only file that opens sockets. A mail is asked for without marking it as
read; its source is folder, UIDVALIDITY and UID.
"""

from __future__ import annotations

import imaplib
import ssl
import time
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from config import Mailbox
from recruiting.messages.places import PROCESSED, Raw, Unreachable
from recruiting.messages.receiving import LARGEST_MAIL
from recruiting.messages.rules import KEPT_OF_TOO_LARGE

SECONDS = 30.0  # for any one answer of a server
MOVED_AT_ONCE = 100
TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError, EOFError)


class Imap:
    """An open folder."""

    def __init__(self, mailbox: Mailbox, box: BaseMailBox) -> None:
        self.mailbox = mailbox
        self.box = box
        client = box.client
        # What a server can do it says in full only to whom it knows.
        said = client.capability()[1][0] or b""
        client.capabilities = tuple(said.decode("ascii", "replace").upper().split())
        _status, found = client.response("UIDVALIDITY")
        self.validity: int | None = int(found[0]) if found and found[0] else 0
        self.sizes: dict[str, int] = {}

    @property
    def may_idle(self) -> bool:
        """Whether the server tells of news by itself."""
        return "IDLE" in self.box.client.capabilities

    def waiting(self) -> Sequence[str]:
        """The sources of the mails in the folder."""
        uids = self.box.uids("UNDELETED", charset=None)
        before = f"imap:{self.mailbox.name}:{self.validity}:"
        return [f"{before}{uid}" for uid in sorted(uids, key=int)]

    def fetch(self, source: str) -> Raw | None:
        """One mail; none if the server does not give this one."""
        uid = source.rpartition(":")[2]
        is_whole = self._size(uid) <= LARGEST_MAIL
        part = "" if is_whole else f"<0.{KEPT_OF_TOO_LARGE}>"
        status, found = self.box.client.uid("FETCH", uid, f"(INTERNALDATE BODY.PEEK[]{part})")
        pieces = [one for one in found or [] if isinstance(one, tuple)]
        if status != "OK" or not pieces:
            return None
        told = b" ".join([pieces[0][0], *(one for one in found if isinstance(one, bytes))])
        return Raw(pieces[0][1], _moment(told), is_whole)

    def _size(self, uid: str) -> int:
        _status, found = self.box.client.uid("FETCH", uid, "(RFC822.SIZE)")
        told = b" ".join(one for one in found or [] if isinstance(one, bytes))
        _before, _, after = told.upper().partition(b"RFC822.SIZE ")
        digits = after.split(b")")[0].split()
        return int(digits[0]) if digits and digits[0].isdigit() else 0

    def put_away(self, sources: Collection[str]) -> None:
        """Move mails; a server that cannot move is told to copy and then to delete."""
        uids = [source.rpartition(":")[2] for source in sources]
        if not uids:
            return
        folder, client = self._processed(), self.box.client
        for start in range(0, len(uids), MOVED_AT_ONCE):
            some = uids[start : start + MOVED_AT_ONCE]
            if "MOVE" in client.capabilities:
                self.box.move(some, folder)
                continue
            self.box.copy(some, folder)
            client.uid("STORE", ",".join(some), "+FLAGS", r"(\Deleted)")
            if "UIDPLUS" in client.capabilities:  # else it would take others' along
                client.uid("EXPUNGE", ",".join(some))

    def _processed(self) -> str:
        """The folder for mails that are stored, made where there is none."""
        folder = self.box.folder
        delimiter = next((one.delim for one in folder.list() if one.delim), "/")
        names = (PROCESSED, f"INBOX{delimiter}{PROCESSED}")
        for name in names:
            if folder.exists(name):
                return name
        try:
            folder.create(names[0])
        except ImapToolsError:  # some servers keep all folders under INBOX
            folder.create(names[1])
            return names[1]
        return names[0]

    def wait(self, seconds: float) -> bool:
        """Wait for news, and say whether there is any."""
        return bool(self.box.idle.wait(timeout=seconds))


def _moment(told: bytes) -> datetime:
    """When the server took a mail in, as it says."""
    local = imaplib.Internaldate2tuple(told)
    return datetime.fromtimestamp(time.mktime(local) if local else 0, UTC)


@contextmanager
def opened(mailbox: Mailbox) -> Generator[Imap]:
    """Visit a folder; `Unreachable` says what kind of trouble there was and nothing else."""
    try:
        box = _connect(mailbox)
        try:
            box.login(mailbox.user, mailbox.password, initial_folder=mailbox.folder)
            yield Imap(mailbox, box)
        finally:
            with suppress(*TROUBLE):
                box.logout()
            with suppress(*TROUBLE):  # where the server said no goodbye, its socket is open still
                box.client.shutdown()
    except TROUBLE as error:
        raise Unreachable(type(error).__name__) from error


def _connect(mailbox: Mailbox) -> BaseMailBox:
    host, port = mailbox.host, mailbox.port
    if mailbox.how == "plain":
        return MailBoxUnencrypted(host, port, timeout=SECONDS)
    trust = ssl.create_default_context()
    if mailbox.how == "starttls":
        return MailBoxStartTls(host, port, timeout=SECONDS, ssl_context=trust)
    return MailBox(host, port, timeout=SECONDS, ssl_context=trust)
