"""A worker that is killed at any step of sending loses no mail, and no machine sends one twice.

The steps are not sampled: every failpoint that stands in the sources is tried, on the databases
that the run asks for. `KILL_ROUNDS` repeats each (1). And several workers send each mail once.
"""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import select, update

from config import ROOT
from recruiting.db import db
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState
from recruiting.pipeline.models import Event
from tests import make, processes, smtpserver
from tests.make import DAY, MONDAY
from tests.messages import mails
from tests.messages.outbox import FROM, waiting
from tests.processes import ended

ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
MAILS = 3
# Killed before a mail begins to leave: it goes out by itself. After: nobody knows.
BEFORE = (
    "delivery claimed", "delivery leased", "delivery connected", "delivery announced",
)  # fmt: skip
BEGUN = ("delivery begun", "delivery written")
HANDED_OVER = ("delivery handed over", "delivery answered", "delivery marked")
AFTER = ("delivery done",)


def test_every_failpoint_of_sending_is_tried():
    sources = [*(ROOT / "recruiting" / "messages").rglob("*.py"), ROOT / "recruiting/outgoing.py"]
    found = {
        name
        for path in sources
        for name in re.findall(r'failpoint\("(delivery[^"]*)"\)', path.read_text("utf-8"))
    }
    assert found == {*BEFORE, *BEGUN, *HANDED_OVER, *AFTER}


def environ(database_url: str, folder: Path, port: int, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "SECRET_KEY": mails.KEY,
        "HEARDBACK_INSTANCE": str(folder / "instance"),
        "SMTP_URL": f"smtp://localhost:{port}",
        "HEARDBACK_MAIL_FROM": FROM,
        **more,
    }


def work(environment: dict[str, str]) -> ForkServerProcess:
    """One tick of a worker in a process of its own."""
    return processes.flask("worker", "--once", environment=environment)


def leases_end() -> None:
    """Time passes until every lease is over."""
    db.session.rollback()
    db.session.execute(update(Message).values(lease_until=Message.queued_at))
    db.session.commit()


@pytest.mark.parametrize("attempt", range(ROUNDS))
@pytest.mark.parametrize("name", [*BEFORE, *BEGUN, *HANDED_OVER, *AFTER])
def test_a_worker_killed_while_it_sends(app, database_url, tmp_path, loopback, name, attempt):
    mina = make.application(at=MONDAY - 5 * DAY)
    for number in range(MAILS):
        waiting(mina, occurrence=str(number))
    with smtpserver.running() as (post, port):
        environment = environ(database_url, tmp_path, port)
        assert ended(work({**environment, "HEARDBACK_FAILPOINT": name})) == -signal.SIGKILL
        assert ended(work(environment)) == 0
        leases_end()
        assert ended(work(environment)) == 0
    db.session.rollback()
    rows = list(db.session.scalars(select(Message)))
    arrived = Counter(str(mail["Message-ID"]).strip("<>") for mail in post.read)
    told = set(db.session.scalars(select(Event.external_id)))
    states = Counter(row.state for row in rows)
    assert set(arrived.values()) == {1}, "a machine sent one twice"
    for row in rows:
        if row.state is MessageState.SENT:
            assert arrived[row.message_id] == 1
            assert row.message_id in told
        else:
            assert row.state is MessageState.UNKNOWN, "a mail is lost"
            assert row.message_id not in told
    if name in {*BEFORE, *AFTER}:
        assert states == {MessageState.SENT: MAILS}
    else:
        assert states == {MessageState.SENT: MAILS - 1, MessageState.UNKNOWN: 1}
        assert len(arrived) == MAILS - (name in BEGUN)


@pytest.mark.postgres
def test_four_workers_send_two_hundred_mails_once_each(app, database_url, tmp_path, loopback):
    job = make.job()
    for _ in range(200):
        waiting(make.application(job=job, at=MONDAY - 5 * DAY))
    with smtpserver.running() as (post, port):
        environment = environ(database_url, tmp_path, port)
        workers = [work(environment) for _ in range(4)]
        assert [ended(one) for one in workers] == [0] * 4
    db.session.rollback()
    arrived = Counter(str(mail["Message-ID"]) for mail in post.read)
    assert len(arrived) == 200
    assert set(arrived.values()) == {1}
    assert set(db.session.scalars(select(Message.state))) == {MessageState.SENT}


@pytest.mark.sqlite
def test_two_workers_on_one_file_do_no_harm(app, database_url, tmp_path, loopback):
    for _ in range(40):
        waiting()
    with smtpserver.running() as (post, port):
        environment = environ(database_url, tmp_path, port)
        workers = [work(environment) for _ in range(2)]
        assert [ended(one) for one in workers] == [0] * 2
    db.session.rollback()
    arrived = Counter(str(mail["Message-ID"]) for mail in post.read)
    assert len(arrived) == 40
    assert set(arrived.values()) == {1}
    assert set(db.session.scalars(select(Message.state))) == {MessageState.SENT}
