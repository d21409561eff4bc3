"""Every page in both languages, both colour schemes, on a phone and on a desk: axe finds nothing,
nothing runs over the edge, and a picture is taken to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from flask import Flask, current_app
from playwright.sync_api import Page
from sqlalchemy import select

from config import Settings
from recruiting import clock
from recruiting.accounts.models import User
from recruiting.answers import links
from recruiting.db import db
from recruiting.demo import talk
from recruiting.feedback import opening
from recruiting.feedback.models import AnonymousAnswer, Invitation
from recruiting.jobs.models import Job, Stage
from recruiting.messages.models import Message
from recruiting.messages.rules import UNANSWERED, MessageState
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome, Turn
from recruiting.silence import setbacks, stages
from recruiting.silence.rules import State, standing_at
from recruiting.workdays import DAY, Office
from recruiting.worker import Worker
from tests.browsers import LANGUAGES, Look

LINKS = {"feedback", "answer", "reopen", "status", "status-late", "status-closed", "stop"}


class Seen(NamedTuple):
    """One page: its name in the picture, its address, who looks, and the status it answers."""

    name: str
    path: str
    who: str = "recruiter"
    status: int = 200


def pages(settings: Settings) -> Iterator[Seen]:
    """Every page of the product, and those of the ways it can refuse."""
    now = clock.now()
    active = list(db.session.scalars(select(Application).where(Application.outcome.is_(None))))
    by_state: dict[State, Application] = {}
    for application in active:
        by_state.setdefault(standing_at(application, now).state, application)
    job = db.session.scalars(select(Job.id).order_by(Job.id)).first()
    ended = select(Application.id).where(Application.outcome == Outcome.GHOSTED)
    invitation = db.session.scalars(
        select(Invitation).where(
            Invitation.is_used.is_(False),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
    ).first()
    assert invitation is not None
    yield Seen("sign-in", "/sign-in", "")
    yield Seen("desk", "/desk")
    yield Seen("jobs", "/jobs")
    yield Seen("board", f"/jobs/{job}")
    yield Seen("enter", f"/applications/enter?job={job}")
    for name, stage, who in stages_to_see(settings):
        yield Seen(name, f"/jobs/{stage.job_id}/stages/{stage.id}", who)
    yield Seen("find", "/applications?q=an")
    for state in (State.QUIET, State.DELAYED, State.MUTUAL_FADE, State.AWAY, State.UNREACHABLE):
        yield Seen(f"application-{state}", f"/applications/{by_state[state].id}")
    yield Seen("application-ended", f"/applications/{db.session.scalars(ended).first()}")
    yield Seen("confirm", f"/applications/{by_state[State.QUIET].id}/confirm")
    silent = [one for one in active if one.turn is not Turn.CANDIDATE]
    yield Seen("confirm-refused", f"/applications/{silent[0].id}/confirm")
    yield Seen("journal", "/journal", "hr")
    yield Seen("report", "/reports/ghosting", "hr")
    yield Seen("report-depth", "/reports/ghosting/depth", "hr")
    yield Seen("clock", "/silence/clock", "hr")
    yield Seen("clock-refused", "/silence/clock?until=2001-01-01", "hr", 422)
    yield Seen("rules", "/silence/rules", "manager")
    yield Seen("handed-over", "/handed-over", "manager")
    yield Seen("account", "/account")
    yield Seen("design", "/design")
    yield Seen("feedback", urlsplit(opening.link_for(invitation)).path, "")
    yield from mail_pages(settings)
    yield Seen("no-permission", "/reports/ghosting", "manager", 403)
    yield Seen("missing", "/applications/999999", "recruiter", 404)
    yield Seen("bad-link", f"/feedback/forged.{27 * 'x'}", "", 404)
    yield Seen("cut-link", "/feedback/forged", "", 404)
    yield from dialogue_pages()


def dialogue_pages() -> Iterator[Seen]:
    """A conversation without a name inside, the way into it, and what was confided."""
    keyed = select(AnonymousAnswer).where(AnonymousAnswer.key_hash.is_not(None))
    talked = db.session.scalars(keyed).one()
    others = select(AnonymousAnswer).where(
        AnonymousAnswer.wish != "", AnonymousAnswer.id != talked.id
    )
    db.session.scalars(others).first().raises_alarm = True
    yield Seen("dialogue-key", "/dialogue", "")
    yield Seen("dialogues", "/reports/dialogues", "hr")
    yield Seen("dialogue-inside", f"/reports/dialogues/{talked.id}", "hr")
    yield Seen("confided", "/reports/confided", "admin")


def open_dialogue(page: Page, typed: str) -> None:
    """What a key opens stands at no address of its own."""
    page.goto("/dialogue")
    page.locator("#key").fill(typed)
    page.locator("button.btn--do").click()


def mail_pages(settings: Settings) -> Iterator[Seen]:
    """What the worker has drafted, in the states that a person sees; the links of candidates."""
    db.session.commit()
    Worker(current_app._get_current_object()).tick(clock.now())
    drafted = list(
        db.session.scalars(select(Message).where(Message.state == MessageState.DRAFTED).limit(4))
    )
    unknown, failed, queued, read = drafted
    unknown.state, unknown.why = MessageState.UNKNOWN, UNANSWERED
    failed.state, failed.why = MessageState.FAILED, "550 5.1.1"
    queued.state = MessageState.QUEUED
    try:
        raise LookupError
    except LookupError as error:
        for _ in range(setbacks.MOST_TRIES):
            setbacks.note("application 1", error, now=clock.now())
    yield Seen("follow-ups", "/follow-ups")
    yield Seen("application-drafted", f"/applications/{read.application_id}")
    yield Seen("outbox", "/outbox")
    for name, message in {"unknown": unknown, "failed": failed, "queued": queued}.items():
        yield Seen(f"outbox-{name}", f"/outbox/{message.id}")
    yield Seen("wordings", "/wordings", "admin")
    yield Seen("wording", "/wordings/follow_up_2/de", "admin")
    yield Seen("set-aside", "/set-aside", "admin")
    yield Seen("inbox", "/inbox")
    key = {"keys": [settings.secret_key], "base_url": "", "expires_at": clock.now() + 9 * DAY}
    address = read.application.candidate.addresses[0]
    yield Seen("answer", links.answer_link(read.application_id, **key), "")
    ended = select(Application.id).where(Application.outcome == Outcome.GHOSTED)
    yield Seen("reopen", links.reopen_link(db.session.scalars(ended).first(), **key), "")
    yield Seen("status", links.status_link(read.application_id, **key), "")
    ours = select(Application).where(Application.outcome.is_(None), Application.turn == Turn.US)
    states = {standing_at(one, clock.now()).state: one for one in db.session.scalars(ours)}
    delayed = states[State.DELAYED]
    yield Seen("status-late", links.status_link(delayed.id, **key), "")
    withdrawn = select(Application.id).where(Application.outcome == Outcome.WITHDRAWN)
    yield Seen("status-closed", links.status_link(db.session.scalars(withdrawn).first(), **key), "")
    yield Seen("answer-gone", f"/answer/forged.{27 * 'x'}", "", 404)
    yield Seen("fresh-link", "/fresh-link", "")
    yield Seen("stop", links.stop_link(address.id, **key), "")


def stages_to_see(settings: Settings) -> Iterator[tuple[str, Stage, str]]:
    """A stage with a proposal, as who may accept it and who may not sees it; one without."""
    now, office = clock.now(), Office(settings.office_zone, settings.office_region)
    found = {
        stages.figures(stage, now, office).proposed not in {None, stage.patience}: stage
        for stage in db.session.scalars(select(Stage).order_by(Stage.id))
    }
    yield "stage-proposal", found[True], "hr"
    yield "stage-recruiter", found[True], "recruiter"
    yield "stage-without", found[False], "recruiter"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_accessible_and_fits(
    lang: str,
    app: Flask,
    settings: Settings,
    page_for: Callable[..., Page],
    new_page: Callable[..., Page],
    look_at: Callable[[Page, str], list[str]],
):
    found: list[str] = []
    opened: dict[str, Page] = {"": new_page(Look(lang))}
    todo = list(pages(settings))
    db.session.commit()
    for seen in todo:
        if seen.who not in opened:
            user = db.session.scalar(select(User).where(User.email == f"{seen.who}@heardback.test"))
            opened[seen.who] = page_for(user, Look(lang))
            db.session.commit()
        page = opened[seen.who]
        path = seen.path if seen.name not in LINKS else f"{seen.path}?lang={lang}"
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == seen.status, seen
        found += look_at(page, seen.name)
    for name, typed in {
        "dialogue-refused": "acorn",
        "dialogue": talk.key(settings.secret_key),
    }.items():
        open_dialogue(opened[""], typed)
        found += look_at(opened[""], name)
    assert found == []
