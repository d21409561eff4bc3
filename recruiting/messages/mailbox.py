"""The server that takes our mails, spoken to by SMTP, one step at a time.

A mail is announced first (from whom, to whom); what goes wrong until then has sent nothing. Only
the dot that ends it hands it over: what goes wrong before is known, what goes wrong between the
dot and the answer is not.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from threading import Event, Thread
from time import monotonic

from config import MailServer
from recruiting.failpoints import failpoint
from recruiting.messages.places import Unreachable

TROUBLE = (OSError, smtplib.SMTPException, UnicodeError)
TAKEN, STARTS_TEXT, TRY_LATER, FAILS_FOR_GOOD = 200, 354, 400, 500  # codes, or where they begin
CUT = 421  # what we call it ourselves where a talk has ended
ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
FULL = "5.2.2"  # a mailbox that is full now; RFC 3463
BAD_ADDRESS = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")  # RFC 3463 and 7505
NO_SUCH_MAILBOX = frozenset({550, 551, 553})  # RFC 5321, where a server names no status
OF_US = frozenset({503, 530, 535, 538})  # we may not send here at all, whoever it is to
DOTS = re.compile(rb"^\.", re.MULTILINE)


class About(StrEnum):
    """What a server refuses."""

    RECIPIENT = "recipient"
    MAIL = "mail"


@dataclass(eq=False)
class Refusal(Exception):
    """A server says no, or ended the talk before a mail was whole; nothing has left."""

    code: int
    status: str  # RFC 3463, such as 5.1.1; empty where the server names none
    about: About

    def __str__(self) -> str:
        return f"{self.code} {self.status}".strip()

    @property
    def is_passing(self) -> bool:
        """Whether another try may succeed."""
        return self.code < FAILS_FOR_GOOD or self.status == FULL

    @property
    def is_of_address(self) -> bool:
        """Whether it says that nothing arrives at this address."""
        if self.is_passing:
            return False
        if self.status:
            return self.status.startswith(BAD_ADDRESS)
        return self.about is About.RECIPIENT and self.code in NO_SUCH_MAILBOX


class Unanswered(Exception):
    """A mail was handed over, and no answer came: it may have been taken."""


class Smtp:
    """An open connection to a mail server; `Unreachable` if there is none."""

    connect_seconds = 10.0
    mail_seconds = 60.0  # for one mail as a whole
    end_seconds = 1.0  # to take a mail back, and to say goodbye

    def __init__(self, server: MailServer, our_name: str) -> None:
        self.limit: Limit | None = None
        try:
            self.client = _connected(server, our_name, self.connect_seconds)
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable("login refused") from error
        except TROUBLE as error:
            raise Unreachable(type(error).__name__) from error

    def announce(self, sender: str, recipient: str) -> None:
        """Say from whom to whom the next mail goes; it has a minute from here."""
        self._hurry(self.mail_seconds)
        try:
            code, said = self.client.docmd(f"MAIL FROM:<{sender}>")
            if code >= FAILS_FOR_GOOD:  # of every mail of ours, so it is no fault of this one
                raise Unreachable(f"sender refused: {code}")
            _expect(code, said, About.MAIL)
            code, said = self.client.docmd(f"RCPT TO:<{recipient}>")
            if code in OF_US and not ENHANCED.match(said.decode("ascii", "replace")):
                raise Unreachable(f"recipient refused: {code}")
            _expect(code, said, About.RECIPIENT)
        except TROUBLE as error:
            raise Refusal(CUT, "", About.MAIL) from error

    def transmit(self, octets: bytes) -> None:
        """Hand a mail over that was announced; `Refusal` or `Unanswered` if it was not taken."""
        wire = DOTS.sub(b"..", octets if octets.endswith(b"\r\n") else octets + b"\r\n")
        try:
            code, said = self.client.docmd("DATA")
            _expect(code, said, About.MAIL, wanted=STARTS_TEXT)
            self.client.send(wire)
        except TROUBLE as error:
            raise Refusal(CUT, "", About.MAIL) from error
        failpoint("delivery written")
        try:
            self.client.send(b".\r\n")
            failpoint("delivery handed over")
            code, said = self.client.getreply()
        except TROUBLE as error:
            raise Unanswered from error
        finally:
            self._relax()
        if not TAKEN <= code < TAKEN + 100 and code < TRY_LATER:  # no answer to a mail
            raise Unanswered
        _expect(code, said, About.MAIL)

    def forget(self) -> None:
        """Take back what was announced."""
        self._hurry(self.end_seconds)
        with suppress(*TROUBLE):
            self.client.rset()
        self._relax()

    def close(self) -> None:
        """End the talk, politely if the server still listens."""
        if self.client.sock:
            self._hurry(self.end_seconds)
        with suppress(*TROUBLE):
            self.client.quit()
        self.client.close()
        if self.limit:
            self.limit.close()

    def _hurry(self, seconds: float) -> None:
        """End the talk if what follows takes longer, however slowly the server drips."""
        self._set_timeout(seconds)
        if self.limit is None and self.client.sock:
            self.limit = Limit(self.client.sock)
        if self.limit:
            self.limit.begin(seconds)

    def _relax(self) -> None:
        if self.limit:
            self.limit.end()

    def _set_timeout(self, seconds: float) -> None:
        if self.client.sock:
            self.client.sock.settimeout(seconds)


class Limit:
    """Hangs up on what takes too long: one thread that looks now and then.

    A thread for each mail would take as long as a mail.
    """

    look_every = 0.25  # seconds

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._ends_at = inf
        self._is_closed = Event()
        Thread(target=self._watch, daemon=True).start()

    def begin(self, seconds: float) -> None:
        """From here what follows has its time."""
        self._ends_at = monotonic() + seconds

    def end(self) -> None:
        """It is done."""
        self._ends_at = inf

    def close(self) -> None:
        """There will be no more mails."""
        self._is_closed.set()

    def _watch(self) -> None:
        while not self._is_closed.wait(self.look_every):
            if monotonic() > self._ends_at:
                with suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)
                return


def _connected(server: MailServer, our_name: str, seconds: float) -> smtplib.SMTP:
    safely = ssl.create_default_context() if server.how != "plain" else None
    if server.how == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, our_name, timeout=seconds, context=safely
        )
    else:
        client = smtplib.SMTP(server.host, server.port, our_name, timeout=seconds)
    try:
        # The dot must not wait until the server has noted what came before it.
        if client.sock:
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if server.how == "starttls":
            client.starttls(context=safely)
        client.ehlo_or_helo_if_needed()
        if server.user:
            client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


def _expect(code: int, said: bytes, about: About, *, wanted: int | None = None) -> None:
    """Raise what an answer means other than yes."""
    is_yes = code == wanted if wanted else TAKEN <= code < TAKEN + 100
    if is_yes:
        return
    found = ENHANCED.match(said.decode("ascii", "replace"))
    raise Refusal(code if code >= TRY_LATER else CUT, found[1] if found else "", about)
