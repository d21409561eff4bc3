"""The conversations on record, as touches: the same that a file of the whole journal tells.

A conversation bears the number of its application and no name: nothing else is needed to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from recruiting.db import db
from recruiting.jobs.models import Stage
from recruiting.jobs.rules import FIRST_STAGE, title_key
from recruiting.pipeline.reading import Moment, order
from recruiting.pipeline.rules import Kind
from recruiting.pipeline.timelines import first_stages, timelines
from recruiting.silence.backtest import Case
from recruiting.silence.conversations import Told, Touch, touches


def conversations(now: datetime) -> Iterator[tuple[Case, list[Touch]]]:
    """Every application's conversation as it is known at `now`, streaming."""
    keys = {one: key for one, key in db.session.execute(select(Stage.id, Stage.name_key))}  # noqa: C416 - rows are no pairs
    first = first_stages()
    for application_id, job_id, moments in timelines(as_of=now):
        told = [_told(one, keys) for one in moments]
        begins_in = _beginning(moments, keys[first[job_id]])
        yield Case(str(application_id), ""), list(touches(told, begins_in))


def _told(one: Moment, keys: dict[int, str]) -> Told:
    stage = "" if one.stage_id is None else keys[one.stage_id]
    return Told(one.at, one.direction, one.channel, one.kind, stage, one.external_id)


def _beginning(moments: list[Moment], first_stage: str) -> str:
    """The stage before any event names one, as an exported journal tells it: empty if it is left
    to whoever reads the file."""
    named = (one for one in moments if one.stage_id is not None)
    first = min(named, key=order, default=None)
    if first is None:
        return "" if first_stage == title_key(FIRST_STAGE) else first_stage
    return first_stage if first.kind is Kind.MOVED else ""
