"""`flask up` for real: it starts web server and worker, says how to sign in, and stops both."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 90  # seconds, on a busy machine
pytestmark = pytest.mark.usefixtures("loopback")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(instance: Path, port: int, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "HEARDBACK_INSTANCE": str(instance),
        "PORT": str(port),
        "DEMO_PASSWORD": "a password for this test only",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


@contextmanager
def started(instance: Path, port: int) -> Generator[tuple[subprocess.Popen[str], str]]:
    """The product running, and what it said until it was ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "up"],
        cwd=ROOT,
        env=environment(instance, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        while "manager@heardback.test" not in said:
            line = process.stdout.readline()
            assert line, f"ended with {process.wait()} after saying: {said}"
            said += line
        yield process, said
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()


def ready(port: int) -> dict:
    """What /readyz answers once web server and worker are there."""
    problem: object = None
    for _ in range(STARTS_WITHIN * 4):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as answer:  # it carries an open connection
            with answer:
                problem = answer.read()
        except (urllib.error.URLError, ConnectionError) as error:
            problem = error
        signal.sigtimedwait([], 0.25)
    raise AssertionError(f"not ready: {problem}")


def children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(number) for number in listed.split()]


def is_alive(process: int) -> bool:
    state = Path(f"/proc/{process}/stat")
    try:
        return state.read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_one_command_starts_everything_and_ctrl_c_stops_it(tmp_path: Path):
    port = free_port()
    with started(tmp_path, port) as (process, said):
        assert f"http://localhost:{port}" in said
        for who in ("admin", "recruiter", "hr", "manager"):
            assert f"{who}@heardback.test" in said
        assert ready(port)
        both = children(process.pid)
        assert len(both) == 2
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        assert not [one for one in both if is_alive(one)]
    key = tmp_path / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600

    with started(tmp_path, port) as (_again, said):
        assert "Filling" not in said
        assert ready(port)
    assert not re.search("Traceback", said)


def test_if_one_of_the_two_dies_the_other_is_stopped(tmp_path: Path):
    port = free_port()
    with started(tmp_path, port) as (process, _said):
        ready(port)
        both = children(process.pid)
        os.kill(both[1], signal.SIGKILL)
        assert process.wait(timeout=30) == 1
        assert not [one for one in both if is_alive(one)]
        assert process.stdout is not None
        assert "The worker ended, so everything is stopped." in process.stdout.read()


def test_if_it_is_killed_both_end_by_themselves(tmp_path: Path):
    with started(tmp_path, free_port()) as (process, _said):
        both = children(process.pid)
        process.kill()
        process.wait(timeout=30)
        for _ in range(STARTS_WITHIN * 4):
            if not (left := [one for one in both if is_alive(one)]):
                break
            signal.sigtimedwait([], 0.25)
        assert left == []


def test_a_taken_port_is_named_with_its_remedy(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "flask", "up"],
            cwd=ROOT,
            env=environment(tmp_path, port),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "dev"),
        ("SECRET_KEY", "a" * 31),
        ("DATABASE_URL", ""),
        ("HEARDBACK_EMPLOYER", ""),
    ],
)
def test_production_does_not_start_without_its_secrets(tmp_path: Path, name: str, value: str):
    good = {
        "HEARDBACK_ENV": "production",
        "SECRET_KEY": "a key of production, for this test only",
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        "HEARDBACK_PUBLIC_URL": "https://jobs.example.org",
        "HEARDBACK_EMPLOYER": "Example",
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", "up"],
        cwd=ROOT,
        env=environment(tmp_path, free_port(), **{**good, name: value}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert name in done.stderr
    assert "Traceback" not in done.stderr
