"""`flask silence`: who is silent, and the caches read anew."""

from __future__ import annotations

import csv
import gc
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import IO, Any

import click
import orjson
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from recruiting import clock
from recruiting.db import db, read_only
from recruiting.errors import Problem
from recruiting.journal import wording as journal_wording
from recruiting.journal.csvfile import read_rows
from recruiting.office import office
from recruiting.options import FORMAT, MOMENT, echo_table
from recruiting.pipeline import facts
from recruiting.pipeline.rules import Turn
from recruiting.silence import listing, watches
from recruiting.silence.backtest import (
    DAY_HOURS,
    HORIZON_DAYS,
    LANDMARKS,
    Backtest,
    Plan,
    backtest,
    mean,
)
from recruiting.silence.journals import Conversations
from recruiting.silence.rules import State
from recruiting.stats.scores import Score

LINES_AT_ONCE = 1000
AS_LINES = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
OUT_OF_REACH = (
    "The database is out of reach, or has no tables yet (make them with: flask db upgrade)."
)
COLUMNS = ("since", "turn", "state", "p_no_return", "candidate_email", "job", "stage")


@click.group()
def silence() -> None:
    """Whose turn it is, since when, and whether we will still hear back."""


@silence.command("list")
@click.option(
    "--as-of", "as_of", type=MOMENT, help="The world as known at this moment (ISO 8601, offset)."
)
@click.option("--turn", type=click.Choice([Turn.CANDIDATE.value, Turn.US.value]))
@click.option("--job", help="Only this job, by its title.")
@click.option("--state", type=click.Choice([s.value for s in State if s is not State.ENDED]))
@FORMAT
@with_appcontext
def list_(as_of: datetime | None, turn: str | None, job: str | None, state: str | None, form: str):
    """List every application that is not ended, those that wait longest first."""
    gc.disable()  # a hundred thousand lines are no garbage; to look for some costs a third
    try:
        read_only()
        lines = listing.lines(
            clock.now(),
            office(),
            as_of=as_of,
            turn=Turn(turn) if turn else None,
            job=job,
            state=State(state) if state else None,
        )
        if form == "json":
            _objects(lines)
        else:
            _table(lines)
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    except OperationalError as error:
        raise click.ClickException(OUT_OF_REACH) from error
    finally:
        gc.enable()


def _objects(lines: Iterable[listing.Listed]) -> None:
    """One JSON object a line; many lines in one go, since each go flushes."""
    told = (orjson.dumps(line.as_dict(), option=AS_LINES) for line in lines)
    while some := list(islice(told, LINES_AT_ONCE)):
        click.echo(b"".join(some), nl=False)


def _table(lines: Iterable[listing.Listed]) -> None:
    told = [tuple(_cell(getattr(line, name)) for name in COLUMNS) for line in lines]
    cells = [COLUMNS, *told]
    echo_table(cells)
    click.echo(f"{len(told)} applications")


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return listing.stamp(value)
    return _share(value) if isinstance(value, float) else str(value)


def _share(value: float) -> str:
    """A share with two digits; only what is certain is printed as 0 or 1."""
    if 0 < value < 0.005:
        return "< 0.01"
    return "> 0.99" if 0.995 <= value < 1 else f"{value:.2f}"


@silence.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Read every timeline anew and write what follows from it; changes no event and no mail."""
    now = clock.now()
    count = facts.refresh(None, office(), now=now)
    watched = watches.rebuild(now, office())
    db.session.commit()
    click.echo(f"{count} applications read anew, {watched} watched")


@silence.command("backtest")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--train-until",
    "train_until",
    type=MOMENT,
    required=True,
    help="What was known at this moment.",
)
@click.option("--horizon-days", "horizon_days", type=float, default=HORIZON_DAYS)
@click.option("--landmarks", default=",".join(f"{h:g}" for h in LANDMARKS), help="Hours.")
@click.option(
    "--predictions", type=click.File("w", "utf-8", atomic=True), help="A CSV of every forecast."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@with_appcontext
def backtest_(
    file: IO[bytes],
    train_until: datetime,
    horizon_days: float,
    landmarks: str,
    predictions: IO[str] | None,
    form: str,
):
    """Say how good the reply curve would have been on a journal FILE (- for standard input).

    Fits on what was known at one moment, forecasts every silence that began later and was still
    open after each landmark, and judges by what came. Needs no database and changes nothing.
    """
    try:
        plan = Plan(train_until, horizon_days * DAY_HOURS, _hours(landmarks))
        now = clock.now()
        told = Conversations(read_rows(file, now=now), now)
        _refuse_problems(told)
        found = backtest(told, plan, office())
        if told.ahead:
            click.echo(f"{told.ahead:,} rows lie ahead and were left out.", err=True)
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    if predictions is not None:
        csv.writer(predictions, lineterminator="\n").writerows(_predictions(found))
    if form == "json":
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        _judgement(found)


def _hours(text: str) -> tuple[float, ...]:
    try:
        hours = sorted({float(part) for part in text.split(",")})
    except ValueError:
        hours = [math.nan]
    if not all(math.isfinite(one) for one in hours):
        raise click.BadParameter(f"{text!r} are no hours; write 1,6,24", param_hint="--landmarks")
    return tuple(hours)


def _refuse_problems(told: Conversations) -> None:
    """Nothing is dropped without a word: a file with bad rows is not judged at all."""
    if not told.problem_count:
        return
    for one in told.problems:
        what, remedy = journal_wording.what(one), journal_wording.remedy(one)
        click.echo(f"{journal_wording.place(one)}: {what} {remedy}", err=True)
    raise Problem(f"{told.problem_count:,} problems in the file; mend these rows first.")


def _predictions(found: Backtest) -> Iterator[tuple[object, ...]]:
    yield "candidate_email", "job", "silent_since", "landmark_hours", "p_no_return", "outcome"
    for one in found.landmarks:
        for place, chance, gone in zip(one.which, one.forecast, one.no_return, strict=True):
            case, silence = found.tested[place]
            since = listing.stamp(silence.since)
            yield case.candidate, case.job, since, f"{one.hours:g}", f"{chance:.6f}", int(gone)


def _as_json(found: Backtest) -> dict[str, Any]:
    scores = found.scores()
    return {
        "train_until": listing.stamp(found.plan.train_until),
        "horizon_days": found.plan.horizon / DAY_HOURS,
        "trained": found.trained,
        "replies": found.replies,
        "tested": len(found.tested),
        "too_young": found.too_young,
        "closed_by_us": found.closed_by_us,
        "landmarks": [
            {"landmark_hours": one.hours, **asdict(clock_), "pooled": asdict(pooled)}
            for one, clock_, pooled in scores
        ],
        "mean": {
            **asdict(mean([row[1] for row in scores])),
            "pooled": asdict(mean([row[2] for row in scores])),
        },
        "fixed_days": [
            {"days": rule.days, **asdict(rule.alarms), "ratio": rule.alarms.ratio}
            for rule in found.rules()
        ],
    }


def _judgement(found: Backtest) -> None:
    click.echo(
        f"Fitted on {found.trained:,} silences ({found.replies:,} answered) known at "
        f"{listing.stamp(found.plan.train_until)}; tested on {len(found.tested):,} that began "
        f"later ({found.closed_by_us:,} of them we closed ourselves before any answer).\n"
        f"Not tested: {found.too_young:,} with less than "
        f"{found.plan.horizon / DAY_HOURS:g} days of log behind them.\n"
    )
    click.echo("after      open   log loss  (pooled)   Brier  (pooled)   calibration  (pooled)")
    scores = found.scores()
    for one, ours, pooled in scores:
        click.echo(_judged(f"{one.hours:g} h", ours, pooled))
    ours, pooled = mean([row[1] for row in scores]), mean([row[2] for row in scores])
    click.echo(_judged("mean", ours, pooled))
    click.echo(f"\nLog loss: {ours.log_loss / pooled.log_loss:.3f} x that of one pooled curve.")
    for rule in found.rules():
        said = rule.alarms
        click.echo(
            f"Silent for {rule.days} days: {said.raised:,} alarms, {said.false:,} false, "
            f"{said.missed:,} missed. The clock: {said.equal_misses_false:,} false when it misses "
            f"as many; {said.equal_raised_false:,} false and {said.equal_raised_missed:,} missed "
            "with as many alarms."
        )


def _judged(what: str, ours: Score, pooled: Score) -> str:
    return (
        f"{what:<7}{ours.n:>8,}   {ours.log_loss:>8.4f}  {pooled.log_loss:>8.4f}  "
        f"{ours.brier:>6.4f}  {pooled.brier:>8.4f}   {ours.calibration_error:>11.4f}  "
        f"{pooled.calibration_error:>8.4f}"
    )


COMMANDS: tuple[click.Command, ...] = (silence,)
