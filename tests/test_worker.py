"""The worker: its sign of life, what it sweeps up, and that one bad step stops nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from recruiting import worker
from recruiting.accounts.models import Submission
from recruiting.db import db
from recruiting.silence.models import Heartbeat
from tests import make
from tests.make import DAY, HOUR, MONDAY


def beats() -> list[Heartbeat]:
    db.session.rollback()
    return list(db.session.scalars(select(Heartbeat)))


def test_a_tick_leaves_a_sign_of_life_that_the_next_one_renews(app: Flask):
    one = worker.Worker(app)
    one.tick(MONDAY)
    one.tick(MONDAY + HOUR)
    (beat,) = beats()
    assert (beat.worker, beat.seen_at) == (one.name, MONDAY + HOUR)


def test_what_has_expired_is_swept_up_at_most_once_an_hour(app: Flask):
    one = worker.Worker(app)
    one.tick(MONDAY)
    db.session.add(Submission(key="x" * 22, at=MONDAY - 30 * DAY))
    db.session.commit()
    one.tick(MONDAY + HOUR / 2)
    assert db.session.get(Submission, "x" * 22) is not None
    db.session.rollback()
    one.tick(MONDAY + 2 * HOUR)
    db.session.expire_all()
    assert db.session.get(Submission, "x" * 22) is None


def test_workers_that_are_gone_for_good_are_forgotten(app: Flask):
    db.session.add(Heartbeat(worker="long gone", seen_at=MONDAY - 2 * DAY))
    db.session.commit()
    worker.Worker(app).tick(MONDAY)
    assert [beat.worker for beat in beats()] != ["long gone"]
    assert len(beats()) == 1


def test_a_step_that_fails_is_rolled_back_and_the_others_go_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    def broken(*, now: object) -> None:
        db.session.add(Submission(key="half done", at=MONDAY))
        db.session.flush()
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(worker.accounts, "purge", broken)
    worker.Worker(app).tick(MONDAY)
    assert len(beats()) == 1
    assert db.session.get(Submission, "half done") is None


def test_one_tick_can_be_asked_for_from_a_terminal(runner):
    done = runner.invoke(args=["worker", "--once"])
    assert done.exit_code == 0
    assert len(beats()) == 1


def test_in_production_it_refuses_to_work_beside_demonstration_users(app, runner, monkeypatch):
    make.user(email="admin@heardback.test")
    db.session.commit()
    production = replace(app.extensions["settings"], env="production")
    monkeypatch.setitem(app.extensions, "settings", production)
    done = runner.invoke(args=["worker", "--once"])
    assert done.exit_code != 0
    assert "admin@heardback.test" in str(done.exception)
    assert not beats()
