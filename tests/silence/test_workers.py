"""Several workers at once: each due silence is attended to exactly once, on either database."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Select, func, select, text

from recruiting.db import db
from recruiting.messages.models import Message
from recruiting.messages.rules import Purpose
from recruiting.silence import watches
from recruiting.silence.models import Setback
from tests import make
from tests.make import DAY, MONDAY, OFFICE
from tests.silence.attender import together
from tests.silence.test_attending import asked

WORKERS = {"postgresql": 4, "sqlite": 2}  # whom SQLite lets write one by one
SILENCES = int(os.environ.get("DUE_SILENCES", "200"))
NOW = MONDAY + 9 * DAY


@pytest.mark.usefixtures("loopback")
def test_workers_attend_to_each_due_silence_exactly_once(
    app: Flask, database_url: str, tmp_path: Path
):
    job = make.job()
    for number in range(SILENCES):
        made = make.application(make.candidate(), job)
        make.event(made, at=MONDAY + DAY, by="recruiter@heardback.test")
        if number % 50 == 0:
            db.session.commit()
    asked()
    watches.rebuild(MONDAY + 2 * DAY, OFFICE)
    assert len(db.session.scalars(watches.due(NOW)).all()) == SILENCES + 1
    db.session.commit()
    workers = WORKERS[db.engine.dialect.name]
    said, _seconds = together(database_url, tmp_path, NOW, workers)
    attended = Counter(number for one in said for number in one)
    assert len(attended) == SILENCES + 1
    assert set(attended.values()) == {1}
    written = db.session.execute(
        select(Message.application_id, func.count())
        .where(Message.purpose == Purpose.FOLLOW_UP)
        .group_by(Message.application_id)
    )
    assert [count for _application, count in written] == [1] * (SILENCES + 1)
    assert db.session.scalars(select(Setback)).all() == []
    db.session.rollback()


MANY = """
INSERT INTO watch (application_id, check_at, version)
SELECT n, TIMESTAMPTZ '2026-03-02' + n * INTERVAL '1 hour', 1 FROM generate_series(1, 20000) n
"""


def plan_of(question: Select) -> str:
    """How the database answers a question."""
    how = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    compiled = question.compile(db.engine, compile_kwargs={"literal_binds": True})
    rows = db.session.execute(text(f"{how} {compiled}".replace("%", "%%"))).all()
    db.session.rollback()
    return " ".join(str(row) for row in rows)


@pytest.mark.usefixtures("app")
def test_an_index_finds_what_is_due_so_that_the_size_of_the_table_does_not_matter():
    if db.engine.dialect.name == "postgresql":  # it reads small tables as a whole
        db.session.execute(text("ALTER TABLE watch DROP CONSTRAINT fk_watch_application_id"))
        db.session.execute(text(MANY))
        db.session.execute(text("ANALYZE watch"))
        db.session.commit()
    told = plan_of(watches.due(NOW, limit=1000))
    assert "ix_watch_check_at" in told, told
    assert "Seq Scan" not in told, told
    assert "SCAN watch" not in told, told
