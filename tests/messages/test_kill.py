"""A worker that is killed at any step of receiving loses no mail and tells none twice.

The steps are not sampled: every failpoint that stands in the sources is tried, from an IMAP server
and from a maildir, on the databases that the run asks for. `KILL_ROUNDS` repeats each (1).
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import func, select

from config import ROOT
from recruiting.db import db
from recruiting.messages.models import Received
from recruiting.messages.rules import ReceivedState
from recruiting.messages.views.inbound import KIND, MOMENT, SIGNATURE, signature
from recruiting.pipeline.models import Event
from recruiting.pipeline.rules import Turn
from tests import mailservers, processes
from tests.messages import mails
from tests.messages.mails import asked, raw, told

ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
MAILS = 3
FETCHING = (
    "mailbox opened", "mail fetched", "mail stored", "mail kept", "mail moved",
)  # fmt: skip
FILING = (
    "mail claimed", "mail read", "mail matched", "mail recorded", "mail filed", "mail done",
)  # fmt: skip
HANDED_IN = "mail handed in"
HOOK_KEY = "a shared key of at least thirty-two bytes"


def test_every_failpoint_of_receiving_is_tried():
    sources = [*(ROOT / "recruiting" / "messages").rglob("*.py"), ROOT / "recruiting/incoming.py"]
    found = {
        name
        for path in sources
        for name in re.findall(r'failpoint\("(mail[^"]*)"\)', path.read_text("utf-8"))
    }
    assert found == {*FETCHING, *FILING, HANDED_IN}


def environ(database_url: str, folder: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "SECRET_KEY": mails.KEY,
        "HEARDBACK_INSTANCE": str(folder / "instance"),
        **more,
    }


def work(environment: dict[str, str]) -> int:
    """One tick of a worker in a process of its own; how it ended."""
    db.session.commit()
    return processes.ended(processes.flask("worker", "--once", environment=environment))


def three() -> list[bytes]:
    """An answer, an absence and a bounce, of one application."""
    return [
        raw(at=None),
        raw(
            "Back on 9 March.", message_id="auto@e.example", at=None, Auto_Submitted="auto-replied"
        ),
        mails.bounce(at=None),  # type: ignore[arg-type]
    ]


def check(application, follow_up) -> None:
    """Everything arrived once and had its effect once."""
    db.session.rollback()
    db.session.expire_all()
    states = list(db.session.scalars(select(Received.state)))
    assert states == [ReceivedState.FILED] * MAILS
    events = db.session.execute(
        select(Event.external_id, func.count()).group_by(Event.external_id)
    ).all()
    assert all(number == 1 for name, number in events if name)
    assert len(told(application)) == 2 + MAILS
    assert application.turn is Turn.US
    assert follow_up.state == "cancelled"
    assert application.candidate.addresses[0].state == "bounced"


def killed_and_run_again(environment: dict[str, str], name: str) -> None:
    """Let workers die at a step until none does, or twice; then let one go through."""
    ends = [work({**environment, "HEARDBACK_FAILPOINT": name}) for _ in range(2)]
    assert ends[0] == -signal.SIGKILL, "nobody came to this step"
    assert set(ends) <= {0, -signal.SIGKILL}
    assert work(environment) == 0


@pytest.mark.parametrize("attempt", range(ROUNDS))
@pytest.mark.parametrize("name", [*FETCHING, *FILING])
def test_a_worker_killed_while_it_reads_imap(
    app, database_url, tmp_path, mail_server, name, attempt
):
    mina = asked()
    follow_up = mails.follow_up(mina)
    mail_server.deliver(*three())
    environment = environ(database_url, tmp_path, INBOX_URL=mail_server.url)
    killed_and_run_again(environment, name)
    check(mina, follow_up)
    assert mail_server.lying() == []
    assert sorted(mail_server.lying("Processed")) == sorted(three())


@pytest.mark.parametrize("attempt", range(ROUNDS))
@pytest.mark.parametrize("name", FETCHING)
def test_a_worker_killed_while_it_reads_a_maildir(
    app, database_url, tmp_path, loopback, name, attempt
):
    mina = asked()
    follow_up = mails.follow_up(mina)
    folder = tmp_path / "Maildir"
    for inside in ("new", "cur"):
        (folder / inside).mkdir(parents=True)
    for number, octets in enumerate(three()):
        (folder / "new" / f"{number}.a").write_bytes(octets)
    environment = environ(database_url, tmp_path, INBOX_URL=f"maildir:{folder}")
    killed_and_run_again(environment, name)
    check(mina, follow_up)
    assert list((folder / "new").iterdir()) == []
    assert len(list((folder / ".Processed" / "cur").iterdir())) == MAILS


@pytest.mark.parametrize("attempt", range(ROUNDS))
@pytest.mark.parametrize("name", ["mail stored", HANDED_IN])
def test_a_server_killed_while_it_is_handed_a_mail(
    app, database_url, tmp_path, loopback, name, attempt
):
    mina = asked()
    db.session.commit()
    environment = environ(database_url, tmp_path, HEARDBACK_INBOUND_KEY=HOOK_KEY)
    assert hand_in({**environment, "HEARDBACK_FAILPOINT": name}) is None
    assert hand_in(environment) in {"stored\n", "known\n"}
    assert work(environment) == 0
    assert [one.external_id for one in told(mina)].count("reply.1@example.org") == 1
    assert db.session.scalar(select(func.count()).select_from(Received)) == 1


def hand_in(environment: dict[str, str]) -> str | None:
    """What a web server of its own answers to a mail; none if it died."""
    port = mailservers.free_port()
    command = [sys.executable, "-m", "flask", "run", "--port", str(port)]
    octets = raw(at=None)
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(f"{url}/healthz")
            seconds = str(int(time.time()))
            headers = {
                "Content-Type": KIND,
                MOMENT: seconds,
                SIGNATURE: signature(HOOK_KEY, seconds, octets),
            }
            with closing(urlopen(Request(f"{url}/inbound/mail", octets, headers))) as answer:  # noqa: S310
                return answer.read().decode()
        except OSError:
            return None
        finally:
            server.kill()


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            with closing(urlopen(url)):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)
