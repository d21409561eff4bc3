"""Nothing that a candidate, a file or a colleague writes is live anywhere, and nobody reads what
is not theirs: one canary in every column of text, then a crawl of all pages of all roles."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import Column, String, Text, select, update

from recruiting import tables
from recruiting.accounts.models import User
from recruiting.accounts.rules import Role
from recruiting.answers.links import status_link
from recruiting.db import db
from recruiting.dialogues.models import Remark
from recruiting.dialogues.rules import RemarkKind
from recruiting.feedback import opening
from recruiting.feedback.models import AnonymousAnswer, Answer, Invitation
from recruiting.feedback.rules import Choice
from recruiting.journal.models import JournalImport, Upload
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Kind, Outcome
from recruiting.privacy.models import Consent, Erasure
from recruiting.privacy.rules import Decision
from tests import make
from tests.clients import Client
from tests.make import DAY, MONDAY
from tests.privacy.papers import handed_in

LIVE = (
    "\"'><script>canary()</script><img src=x onerror=canary()><svg onload=canary()>"
    "{{7*7}}{%% if 1 %%}${{7*7}} %(x)s {x.__class__} javascript:canary() =1+1 </textarea></title>"
).replace("%%", "%")
SHORT = "\"'><b onmouseover=canary()>{{7*7}}"
# What the database or the program reads as a code, an id or a hash, not as somebody's words.
NO_WORDS = {
    "title_key", "name_key", "key", "token_hash", "password_hash", "digest", "language", "reasons",
    "key_hash", "external_id", "owner", "by", "email", "value", "asked_hours", "mail_class",
}  # fmt: skip


def has_room(column: Column) -> bool:
    """Whether the longer canary fits into a column."""
    return (getattr(column.type, "length", None) or len(LIVE)) >= len(LIVE)


class Page(HTMLParser):
    """What a browser would make of a page: its elements, their links, what would run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.live: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, and whatever would run."""
        named = {name: value or "" for name, value in attrs}
        if tag == "a" and named.get("href"):
            self.links.append(named["href"])
        if tag == "script" and "src" not in named:
            self.live.append(f"<{tag}> without a source")
        for name, value in named.items():
            runs = name.startswith("on") or name in {"style", "srcdoc"}
            is_script = value.strip().lower().startswith("javascript:")
            if runs or (is_script and name in {"href", "src", "action", "formaction"}):
                self.live.append(f"<{tag} {name}={value[:40]!r}>")
        if tag == "img" and named.get("src") == "x":
            self.live.append("<img src=x>")


@pytest.fixture
def infested(app: Flask) -> None:
    """Applications in every condition, with canaries in every column of text."""
    manager = make.user(Role.HIRING_MANAGER)
    recruiter = make.user(Role.RECRUITER)
    job = make.job()
    silent = make.quiet_application(job=job)
    ours = make.application(job=job, source="x")
    make.reply(ours, at=MONDAY + DAY, body="why?")
    ended = make.quiet_application(job=job)
    make.event(ended, Kind.GHOSTED, at=MONDAY + 30 * DAY, body="x")
    ended.outcome = Outcome.GHOSTED
    for application in (silent, ours, ended):
        application.manager_id = manager.id
    make.event(silent, Kind.NOTE, at=MONDAY + 9 * DAY, body="x", subject="x")
    db.session.add(
        Invitation(id="i" * 43, application_id=ended.id, language="en", created_at=MONDAY,
                   expires_at=MONDAY + 900 * DAY)
    )  # fmt: skip
    db.session.flush()
    db.session.add(
        Answer(invitation_id="i" * 43, submitted_at=MONDAY + 31 * DAY, choice=Choice.NOT_SAID,
               reasons="other", other_reason="x", wish="x", may_contact=True)
    )  # fmt: skip
    db.session.add(
        AnonymousAnswer(id="a" * 32, week_on=MONDAY.date(), reasons="other", other_reason="x",
                        wish="x", raises_alarm=True, key_hash="k" * 64)
    )  # fmt: skip
    db.session.flush()
    for number, kind in enumerate(RemarkKind, 1):
        db.session.add(
            Remark(answer_id="a" * 32, number=number, kind=kind, by="x", text="x",
                   said_on=MONDAY.date())
        )  # fmt: skip
    handed_in(ours, at=MONDAY + 2 * DAY)
    for decision in (None, Decision.REFUSED):
        erasure = Erasure(
            application_id=(silent if decision is None else ended).id, asked_at=MONDAY,
            due_on=MONDAY.date(), decision=decision, reason="x",
            decided_at=MONDAY if decision else None,
        )  # fmt: skip
        db.session.add(erasure)
    db.session.add(Consent(application_id=ours.id, given_at=MONDAY, ask_on=MONDAY.date()))
    db.session.add(Upload(id="u" * 43, user_id=recruiter.id, name="x", size=1, created_at=MONDAY))
    db.session.add(
        JournalImport(at=MONDAY, by="x", digest="d" * 64, rows=1, added=1, known=0, skipped=0)
    )
    db.session.commit()
    for table in tables.ALL:
        words = {
            column.name: LIVE if has_room(column) else SHORT
            for column in table.columns
            if type(column.type) in {String, Text}
            and not column.primary_key
            and not column.foreign_keys
            and column.name not in NO_WORDS
        }
        if words:
            db.session.execute(update(table).values(words))
    db.session.commit()


def crawl(client: Client, start: str = "/") -> Iterator[tuple[str, str]]:
    """Every page that links lead to, as (address, text)."""
    seen, todo = {start}, [start]
    while todo:
        path = todo.pop()
        answer = client.get(path, buffered=True)
        assert answer.status_code in {200, 302, 403, 404}, (path, answer.status_code)
        if answer.mimetype != "text/html":
            yield path, ""
            continue
        yield path, answer.text
        for link in [*Page(answer.text).links, answer.headers.get("Location", path)]:
            found = urlsplit(urljoin(answer.request.url, link))
            target = found.path + (f"?{found.query}" if found.query else "")
            is_ours = found.hostname in {None, "localhost"}
            if is_ours and target not in seen and len(seen) < 150:
                seen.add(target)
                todo.append(target)


@pytest.mark.usefixtures("infested")
@pytest.mark.parametrize("role", list(Role))
def test_nothing_that_was_written_runs_on_any_page(app: Flask, signed_in, role: Role):
    visited = 0
    shown = False
    for path, text in crawl(signed_in(role)):
        visited += 1
        assert Page(text).live == [], path
        assert "canary()</script>" not in text, path
        shown = shown or "{{7*7}}" in text
    assert visited >= 3
    assert shown or role is Role.HIRING_MANAGER, "no page showed a canary as plain text"


@pytest.mark.usefixtures("infested")
def test_the_candidates_page_shows_what_was_written_as_plain_text(app: Flask, client: Client):
    from_db = db.session.get_one(Invitation, "i" * 43)
    from_db.is_used = False
    db.session.execute(tables.Base.metadata.tables["answer"].delete())
    address = feedback_path(from_db)
    answer = client.get(address)
    assert answer.status_code == 200
    assert Page(answer.text).live == []


@pytest.mark.usefixtures("infested")
def test_the_status_pages_show_what_was_written_as_plain_text(app: Flask, client: Client):
    keys = [app.extensions["settings"].secret_key]
    is_shown = False
    for number in db.session.scalars(select(Application.id)):
        ends = MONDAY + 900 * DAY
        path = status_link(number, keys=keys, base_url="", expires_at=ends)
        for query in ("", "?calendar=1", "?lang=de"):
            answer = client.get(path + query)
            assert answer.status_code == 200
            assert Page(answer.text).live == []
            assert "canary()</script>" not in answer.text
            is_shown = is_shown or "{{7*7}}" in answer.text
        assert Page(client.post(path, data={"wish": LIVE, "text": LIVE}).text).live == []
    assert is_shown


def feedback_path(invitation: Invitation) -> str:
    return urlsplit(opening.link_for(invitation)).path


@pytest.fixture
def theirs(app: Flask) -> tuple[int, int]:
    """Two hiring managers; the ids of an application of each."""
    ids = []
    for word in ("MINEONLY", "THEIRSONLY"):
        manager = make.user(Role.HIRING_MANAGER, email=f"{word.lower()}@heardback.test")
        application = make.application(candidate=make.candidate(name=f"{word} Candidate"))
        make.reply(application, at=MONDAY + DAY, body=f"{word} words", subject=f"{word} subject")
        application.manager_id = manager.id
        ids.append(application.id)
    db.session.commit()
    return ids[0], ids[1]


def test_a_hiring_manager_reads_only_what_was_handed_over(app: Flask, signed_in, theirs):
    mine, other = theirs
    user = db.session.scalar(select(User).where(User.email == "mineonly@heardback.test"))
    client = signed_in(user)
    texts = dict(crawl(client))
    assert any("MINEONLY" in text for text in texts.values())
    assert not [path for path, text in texts.items() if "THEIRSONLY" in text]
    strange, absent = client.get(f"/applications/{other}"), client.get("/applications/999999")
    assert strange.status_code == absent.status_code == 404
    assert strange.text.replace(f"/applications/{other}", "") == absent.text.replace(
        "/applications/999999", ""
    )
    assert client.get(f"/applications/{mine}").status_code == 200
