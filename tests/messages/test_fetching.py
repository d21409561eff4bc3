"""Mail is fetched from a real IMAP server and from a maildir: everything once, nothing lost."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config import Mailbox
from recruiting import incoming
from recruiting.db import db
from recruiting.messages import fetching, imap, maildir
from recruiting.messages.models import Inbox, Received
from recruiting.messages.places import Unreachable
from recruiting.messages.rules import KEPT_OF_TOO_LARGE, ReceivedState
from recruiting.pipeline.rules import Turn
from recruiting.worker import Worker
from tests import mailservers
from tests.mailservers import MailServer
from tests.make import MONDAY
from tests.messages import mails
from tests.messages.mails import asked, raw, told

MINUTE = timedelta(minutes=1)


def mailbox_of(app, server: MailServer) -> Mailbox:
    settings = replace(app.extensions["settings"], inbox_url=server.url)
    return settings.mailboxes[0]


def go(mailbox: Mailbox, *, now: datetime | None = None) -> fetching.Visit:
    """One visit, as the worker makes it."""
    db.session.commit()
    visit = fetching.fetch(
        mailbox.name,
        incoming.open_mailbox(mailbox),
        now=now or datetime.now(UTC),
        commit=db.session.commit,
        stopping=lambda: False,
    )
    db.session.commit()
    return visit


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Received)) or 0


@pytest.fixture
def mailbox(app, mail_server) -> Mailbox:
    return mailbox_of(app, mail_server)


# --- IMAP ----------------------------------------------------------------------------------------


def test_a_mail_goes_all_the_way_from_the_server_to_the_timeline(app, mail_server, settings):
    mina = asked()
    follow_up = mails.follow_up(mina)
    db.session.commit()
    octets = raw(at=None)
    mail_server.deliver(octets)
    app.extensions["settings"] = replace(settings, inbox_url=mail_server.url)
    Worker(app).tick(datetime.now(UTC))
    assert [one.external_id for one in told(mina)][-1] == "reply.1@example.org"
    db.session.expire_all()
    assert (mina.turn, follow_up.state) == (Turn.US, "cancelled")
    assert db.session.scalars(select(Received)).one().raw == octets
    assert mail_server.lying() == []
    assert mail_server.lying("Processed") == [octets]


@pytest.mark.parametrize("name", mailservers.STARTS)
def test_every_kind_of_server_gives_its_mails_once(app, loopback, name):
    with suppress(mailservers.NoServer), mailservers.running(name) as server:
        server.deliver(*(raw(f"{n}", message_id=f"{n}@example.org") for n in range(5)))
        mailbox = mailbox_of(app, server)
        assert go(mailbox).stored == 5
        assert go(mailbox).stored == 0
        assert rows() == 5
        assert server.lying() == []
        return
    pytest.skip(f"{name} cannot be started here")


def test_a_mail_counts_from_when_the_server_took_it_in(app, mail_server, mailbox):
    then = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
    with mail_server.opened() as box:
        box.append(raw(), "INBOX", dt=then)
    go(mailbox)
    assert db.session.scalars(select(Received.received_at)).one() == then


def test_what_was_delivered_twice_is_one_mail(mail_server, mailbox):
    mina = asked()
    mail_server.deliver(raw(at=None), raw(at=None), raw(at=None, X_Way="another"))
    assert go(mailbox).stored == 2
    mails.file_all(datetime.now(UTC))
    assert len(told(mina)) == 3
    assert mail_server.lying() == []


def test_a_mailbox_that_numbers_its_mails_anew_brings_nothing_twice(mail_server, mailbox):
    if mail_server.name != "dovecot":
        pytest.skip("only behind Dovecot can a test reach")
    mail_server.deliver(*(raw(f"{n}", message_id=f"{n}@example.org") for n in range(3)))
    assert go(mailbox).stored == 3
    before = db.session.get(Inbox, mailbox.name).uid_validity
    number_anew(mail_server, before)
    mail_server.deliver(raw("new", message_id="new@example.org"))
    visit = go(mailbox)
    db.session.expire_all()
    assert db.session.get(Inbox, mailbox.name).uid_validity != before
    assert (visit.stored, rows()) == (1, 4)
    assert mail_server.lying() == []


def number_anew(server: MailServer, before: int) -> None:
    """Let all mails lie in the INBOX again, under another UIDVALIDITY, as after a restore."""
    folder = server.folder / mailservers.USER
    for file in (folder / ".Processed" / "cur").iterdir():
        file.rename(folder / "new" / file.name.partition(":")[0])
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        time.sleep(1.1)  # it counts in seconds
        for file in folder.glob("dovecot*"):
            file.unlink()
        with server.opened() as box:
            if int(box.folder.status("INBOX")["UIDVALIDITY"]) != before:
                return
    pytest.fail("the server keeps its numbers")


def test_a_mail_of_25_megabytes_arrives_whole(mail_server, mailbox):
    octets = raw("x" * 76 + "\n" + ("y" * 76 + "\n") * 340_000)
    assert len(octets) > 25 * 1024 * 1024
    mail_server.deliver(octets, raw(message_id="small@example.org"))
    assert go(mailbox).stored == 2
    assert mails.file_all(datetime.now(UTC)) == 2
    assert octets in set(db.session.scalars(select(Received.raw)))


def test_a_mail_beyond_measure_is_parked_and_stays_whole_in_its_mailbox(
    mail_server, mailbox, monkeypatch
):
    monkeypatch.setattr(imap, "LARGEST_MAIL", 100_000)
    octets = raw("x" * 76 + "\n" + ("y" * 76 + "\n") * 2_000)
    mail_server.deliver(octets, raw(message_id="small@example.org"))
    assert go(mailbox).stored == 2
    large = db.session.scalars(select(Received).where(Received.state == ReceivedState.PARKED)).one()
    assert octets.startswith(large.raw)
    assert octets in mail_server.lying("Processed")


def test_malformed_mails_come_in_like_any_other(mail_server, mailbox):
    broken = [
        b"no header at all, only words\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary\r\n",
        b'From: "\r\nMessage-ID: <[>\r\nDate: never\r\n\r\n\xff\xfe\r\n',
        b"Content-Type: text/plain; charset=no-such\r\n\r\n\xe4\xf6\r\n",
    ]
    mail_server.deliver(*broken, raw())
    assert go(mailbox).stored == 5
    assert mails.file_all(datetime.now(UTC)) == 5
    assert set(db.session.scalars(select(Received.raw))) == {*broken, raw()}


def test_a_thousand_mails_in_one_go(mail_server, mailbox):
    people = [asked(f"p{n}@example.org", external_id=None) for n in range(10)]
    octets = [
        raw(f"Mail {n}.", sender=f"p{n}@example.org", message_id=f"m{n}@example.org", at=None)
        for n in range(1000)
    ]
    if mail_server.name == "dovecot":
        folder = mail_server.folder / mailservers.USER / "new"  # quicker than one by one
        for number, one in enumerate(octets):
            file = folder / f"{number}.test"
            file.write_bytes(one)
            shutil.chown(file, folder.stat().st_uid)
    else:
        mail_server.deliver(*octets)
    assert go(mailbox).stored == 1000
    assert mails.file_all(datetime.now(UTC)) == 1000
    states = dict(
        db.session.execute(select(Received.state, func.count()).group_by(Received.state)).all()
    )
    assert states == {ReceivedState.FILED: 10, ReceivedState.UNMATCHED: 990}
    assert all(len(told(one)) == 3 for one in people)
    assert mail_server.lying() == []


def test_a_server_that_cannot_move_is_told_to_copy_and_delete(mail_server, mailbox, monkeypatch):
    able = imap.Imap.__init__

    def unable(self, *arguments) -> None:
        able(self, *arguments)
        self.box.client.capabilities = ("IMAP4REV1",)

    monkeypatch.setattr(imap.Imap, "__init__", unable)
    mail_server.deliver(raw())
    assert go(mailbox).stored == 1
    assert mail_server.lying("Processed") == [raw()]
    with imap.opened(mailbox) as place:
        assert place.waiting() == []


def test_a_visit_that_is_cut_off_goes_on_where_it_was(mail_server, mailbox, monkeypatch):
    mail_server.deliver(*(raw(f"{n}", message_id=f"{n}@example.org") for n in range(6)))
    fetch, asked_for = imap.Imap.fetch, []

    def cut(self, source):
        asked_for.append(source)
        if len(asked_for) % 3 == 0:
            raise ConnectionResetError
        return fetch(self, source)

    monkeypatch.setattr(imap.Imap, "fetch", cut)
    for _ in range(20):
        go(mailbox)
    assert rows() == 6
    assert mail_server.lying() == []
    assert len(mail_server.lying("Processed")) == 6


def test_a_mailbox_in_trouble_is_noted_left_alone_and_read_later(app, loopback, caplog):
    caplog.set_level(logging.DEBUG)
    with mailservers.running(mailservers.best()) as server:
        mailbox = mailbox_of(app, server)
    rounds, now = incoming.Rounds(), datetime.now(UTC)
    assert rounds.visit(mailbox, now, lambda: False) == 0
    row = db.session.get(Inbox, mailbox.name)
    assert (row.failing_since, row.why) == (now, "ConnectionRefusedError")
    assert rounds.again_at[mailbox.name] == now + fetching.SHORTEST_WAIT
    assert rounds.visit(mailbox, now + 40 * MINUTE, lambda: False) == 0
    assert rounds.again_at[mailbox.name] == now + 40 * MINUTE + fetching.LONGEST_WAIT
    with mailservers.running(mailservers.best(), server.port) as server:
        server.deliver(raw())
        assert rounds.visit(mailbox, now + 60 * MINUTE, lambda: False) == 1
    db.session.expire_all()
    assert (row.failing_since, row.why) == (None, "")
    assert mailservers.PASSWORD not in caplog.text + repr(mailbox) + mailbox.name


def test_a_wrong_password_is_trouble_and_is_not_told(app, mail_server, mailbox, caplog):
    wrong = replace(mailbox, password="not this one")
    visit = go(wrong)
    assert visit.trouble == "MailboxLoginError"
    assert "not this one" not in caplog.text
    with pytest.raises(Unreachable) as problem, imap.opened(wrong):
        pass
    assert "not this one" not in str(problem.value)


def test_the_worker_is_called_when_something_comes(app, mail_server, mailbox):
    wake, stopping = threading.Event(), threading.Event()
    with imap.opened(mailbox) as place:
        if not place.may_idle:
            pytest.skip("this server does not tell of news")
    listener = incoming.Listener(mailbox, wake, stopping)
    listener.start()
    ends = time.monotonic() + 20
    while not wake.is_set() and time.monotonic() < ends:
        mail_server.deliver(raw())
        wake.wait(1)
    assert wake.is_set()
    stopping.set()


# --- a maildir -----------------------------------------------------------------------------------


@pytest.fixture
def folder(app, tmp_path) -> Path:
    made = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (made / name).mkdir(parents=True)
    return made


def of(folder: Path) -> Mailbox:
    return Mailbox(f"maildir:{folder}", folder)


def test_a_maildir_is_emptied_into_its_processed_folder(folder):
    (folder / "new" / "1.a").write_bytes(raw())
    (folder / "cur" / "2.b:2,S").write_bytes(raw("b", message_id="b@example.org"))
    (folder / "tmp" / "3.c").write_bytes(raw("c", message_id="c@example.org"))
    (folder / "new" / ".hidden").write_bytes(b"x")
    assert go(of(folder)).stored == 2
    assert go(of(folder)).stored == 0
    assert sorted(p.name for p in (folder / ".Processed" / "cur").iterdir()) == [
        "1.a:2,S",
        "2.b:2,S",
    ]
    assert rows() == 2


def test_a_link_in_a_maildir_leads_nowhere(folder, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "new" / "1.a").symlink_to(tmp_path / "secret")
    visit = go(of(folder))
    assert (visit.stored, visit.left) == (0, 1)


def test_a_large_file_is_parked_with_its_beginning(folder, monkeypatch):
    monkeypatch.setattr(maildir, "LARGEST_MAIL", 100)
    (folder / "new" / "1.a").write_bytes(raw("x" * 100_000))
    assert go(of(folder)).stored == 1
    received = db.session.scalars(select(Received)).one()
    assert (received.state, len(received.raw)) == (
        ReceivedState.PARKED,
        KEPT_OF_TOO_LARGE,
    )


def test_a_maildir_that_is_not_there_is_trouble(folder):
    assert go(of(folder / "nowhere"), now=MONDAY).trouble == "FileNotFoundError"


def test_a_worker_that_is_asked_to_stop_ends_between_two_mails(folder):
    for number in range(5):
        (folder / "new" / f"{number}.a").write_bytes(raw(message_id=f"{number}@example.org"))
    db.session.commit()
    asked_for: list[int] = []

    def stopping() -> bool:
        asked_for.append(1)
        return len(asked_for) > 2

    fetching.fetch(
        f"maildir:{folder}",
        maildir.opened(folder),
        now=MONDAY,
        commit=db.session.commit,
        stopping=stopping,
    )
    db.session.commit()
    assert rows() == 2
    assert go(of(folder)).stored == 3
