"""A real SMTP server on this machine (aiosmtpd), which can be told to misbehave."""

from __future__ import annotations

import asyncio
import logging
import ssl
import subprocess
import warnings
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests import mailservers

logging.getLogger("mail.log").setLevel(logging.ERROR)
USER, PASSWORD = "jobs", "secret"
DROP, HANG = "drop", "hang"  # instead of an answer


@dataclass
class Post:
    """What came in, and what the server is to answer at each command, once per entry.

    An answer is a line (an empty one: as usual), `DROP` or `HANG`; `END` stands for the dot that
    ends a mail.
    """

    mails: list[tuple[str, str, bytes]] = field(default_factory=list)  # from, to, octets
    plan: defaultdict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    login: bool = False

    def will(self, command: str, *answers: str) -> None:
        """Say what the next answers to a command are."""
        self.plan[command].extend(answers)

    @property
    def read(self) -> list[EmailMessage]:
        """The mails as their receivers read them."""
        found = (message_from_bytes(octets, policy=policy.default) for *_, octets in self.mails)
        return [one for one in found if isinstance(one, EmailMessage)]

    async def _answer(self, server: SMTP, command: str) -> str | None:
        if not self.plan[command]:
            return None
        answer = self.plan[command].popleft()
        if answer == HANG:
            await asyncio.sleep(3600)
        if answer == DROP:
            assert server.transport is not None
            server.transport.abort()
            return "421 gone"
        return answer

    async def handle_MAIL(  # noqa: N802 - so aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self._answer(server, "MAIL"):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - so aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self._answer(server, "RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        refuses = self.plan["END"] and self.plan["END"][0][:1] in {"4", "5"}
        if not refuses:
            assert isinstance(envelope.content, bytes)
            self.mails.append((str(envelope.mail_from), envelope.rcpt_tos[0], envelope.content))
        return await self._answer(server, "END") or "250 2.0.0 taken"


class Server(SMTP):
    """As aiosmtpd has it, but DATA itself can be answered as planned."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        answer = await self.event_handler._answer(self, "DATA")
        if answer is None:
            await super().smtp_DATA(arg)
        elif self.transport is not None and not self.transport.is_closing():
            await self.push(answer)


class Door(Controller):
    """Runs the server in a thread; `ssl_context` at the controller means TLS from the start."""

    def __init__(self, post: Post, port: int, *, starttls: ssl.SSLContext | None = None, **more):
        self.starttls = starttls
        super().__init__(post, hostname="127.0.0.1", port=port, **more)

    def factory(self) -> SMTP:
        post: Post = self.handler

        def authenticate(_server, _session, _envelope, _mechanism, data) -> AuthResult:
            assert isinstance(data, LoginPassword)
            known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
            return AuthResult(success=known, handled=False)

        with warnings.catch_warnings():  # a password in the clear is fine within a test
            warnings.simplefilter("ignore", UserWarning)
            return self._server(post, authenticate)

    def _server(self, post: Post, authenticate: Callable[..., AuthResult]) -> SMTP:
        return Server(
            post,
            hostname="mx.example.org",
            tls_context=self.starttls,
            require_starttls=self.starttls is not None,
            authenticator=authenticate,
            auth_required=post.login,
            auth_require_tls=False,
            enable_SMTPUTF8=False,
        )


@contextmanager
def running(
    *,
    port: int | None = None,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    login: bool = False,
) -> Iterator[tuple[Post, int]]:
    """A server for a while: what came in, and its port."""
    post, port = Post(login=login), port or mailservers.free_port()
    more = {"ssl_context": tls} if tls else {}
    door = Door(post, port, starttls=starttls, **more)
    door.start()
    try:
        yield post, port
    finally:
        door.stop()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for localhost that signs itself, and a server's context with it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context
