"""Real IMAP servers on this machine: Dovecot where it is installed, else pymap from the dev group.

Dovecot keeps its mails in a maildir under a folder of the test, so that it can look behind them.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from imap_tools import BaseMailBox, MailBoxUnencrypted

USER, PASSWORD = "jobs", "secret"
STARTS_WITHIN = 20.0  # seconds

DOVECOT_23 = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/%u
mail_uid = {mail_user}
mail_gid = {mail_group}
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/%u
}}
"""
DOVECOT_24 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {{
  imap = yes
}}
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/dovecot.log
ssl = no
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {folder}/%{{user}}
mail_uid = {mail_user}
mail_gid = {mail_group}
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_max_userip_connections = 100
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {mail_user}
    gid = {mail_group}
    home = {folder}/%{{user}}
  }}
}}
"""


class NoServer(Exception):
    """No IMAP server can be started here."""


@dataclass(frozen=True)
class MailServer:
    """A running server with one mailbox."""

    name: str
    port: int
    folder: Path

    @property
    def url(self) -> str:
        """As `INBOX_URL` names it."""
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/INBOX"

    @contextmanager
    def opened(self) -> Iterator[BaseMailBox]:
        """A visit of the test's own."""
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=20).login(USER, PASSWORD) as box:
            yield box

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the mailbox."""
        with self.opened() as box:
            for octets in mails:
                box.append(octets, "INBOX")

    def lying(self, folder: str = "INBOX") -> list[bytes]:
        """The mails in a folder, raw."""
        with self.opened() as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            found = []
            for uid in box.uids("ALL", charset=None):
                _status, answer = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
                found.append(answer[0][1])
            return found


class Start(Protocol):
    """How a kind of server is started."""

    def __call__(self, folder: Path, port: int) -> list[str]:
        """Write what it needs and answer its command."""
        ...


def dovecot(folder: Path, port: int) -> list[str]:
    """Dovecot's command; its settings are written as its version reads them."""
    program = _dovecot()
    if program is None:
        raise NoServer("dovecot is not installed")
    version = subprocess.check_output([program, "--version"], text=True)
    is_root = os.geteuid() == 0
    me, mine = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    settings = (DOVECOT_23 if version.startswith("2.3") else DOVECOT_24).format(
        folder=folder,
        port=port,
        password=PASSWORD,
        user="dovenull" if is_root else me,
        group="dovecot" if is_root else mine,
        mail_user="dovecot" if is_root else me,
        mail_group="dovecot" if is_root else mine,
    )
    file = folder / "dovecot.conf"
    file.write_text(settings, encoding="utf-8")
    if is_root:
        # Its processes are others than ours, and must get through to the folder.
        ours = [one for one in folder.parents if one.is_relative_to(tempfile.gettempdir())]
        for path in (folder, *ours):
            path.chmod(path.stat().st_mode | 0o011)
        shutil.chown(folder, "dovecot", "dovecot")
    return [program, "-c", str(file), "-F"]


def pymap(_folder: Path, port: int) -> list[str]:
    """The command of pymap, which keeps its mails in memory."""
    program = str(Path(sys.executable).with_name("pymap"))
    at = ["--no-tls", "--host", "127.0.0.1", "--port", str(port)]
    known = ["--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    return [program, *at, "dict", *known]


STARTS: dict[str, Start] = {"dovecot": dovecot, "pymap": pymap}


def best() -> str:
    """The server that is nearest to those out there."""
    return "dovecot" if _dovecot() else "pymap"


def _dovecot() -> str | None:
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def running(name: str, port: int | None = None) -> Iterator[MailServer]:
    """Start a server, wait until it answers, stop it afterwards.

    Its folder has a short name: those of its sockets may not be long.
    """
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="hb", ignore_cleanup_errors=True) as held:
        folder = Path(held)
        command = STARTS[name](folder, port)
        with _started(name, command, port, folder) as server:
            yield server


@contextmanager
def _started(name: str, command: list[str], port: int, folder: Path) -> Iterator[MailServer]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait(process, port, folder)
        server = MailServer(name, port, folder)
        with server.opened() as box:  # pymap begins with mails of its own
            box.delete(box.uids("ALL", charset=None))
        yield server
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait(10)


def free_port() -> int:
    """A port on which nobody listens."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends and process.poll() is None:
        with suppress(Exception), MailBoxUnencrypted("127.0.0.1", port, timeout=5) as box:
            box.login(USER, PASSWORD)
            return
        time.sleep(0.1)
    told = "".join(
        path.read_text("utf-8", "replace")[-2000:] for path in sorted(folder.glob("*.log"))
    )
    raise NoServer(f"no IMAP server at {port}: {told}")
