"""How good the silence clock was here: the back-test on the journal of this installation.

It reads the whole journal and fits anew: about 10 seconds and 300 MB for 100,000 applications
(550,000 events) on one of two busy cores; `make bench` measures it. So a result is kept in the
process for an hour, unless a journal comes in, and never are two worked out at once. Kept are
figures alone, no conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from flask_babel import gettext as _
from sqlalchemy import Engine

from recruiting.db import db
from recruiting.errors import Refused, TooMany
from recruiting.journal import queries as journal
from recruiting.silence.backtest import HORIZON_DAYS, Backtest, Log, Plan, Rule, judge, mean
from recruiting.silence.recorded import conversations
from recruiting.silence.warned import Warned, warned
from recruiting.stats.scores import Calibration, Score
from recruiting.workdays import DAY, Office

LEARNS = 0.6  # of the silences that can be judged, so many lie before the usual cut
FEWEST_SILENCES = 125  # that can be judged; then about 50 are left to test
FEWEST_TESTED = 50
KEPT_FOR = timedelta(hours=1)
MOST_KEPT = 8  # results of different cuts
LONGEST_WAIT = 10  # seconds for another one to be worked out
HORIZON = timedelta(days=HORIZON_DAYS)


class Why(StrEnum):
    """Why there are no figures."""

    TOO_YOUNG = "too_young"  # not enough silences that began 30 days ago
    OUTSIDE = "outside"  # the cut leaves nothing to learn from, or nothing to test
    UNANSWERED = "unanswered"  # no silence before the cut was answered, or none after it counts
    TOO_FEW = "too_few"  # tested


@dataclass(frozen=True)
class Scope:
    """What there is to judge: all silences, and those with 30 days of log behind them.

    `earliest` and `latest` bound the days at which the log can be cut. `enough_on` is the day
    from which there are enough silences, none if too few have begun.
    """

    silences: int
    judgeable: int
    earliest: date | None
    latest: date | None
    enough_on: date | None


class Look(NamedTuple):
    """The forecasts after so many `hours` of silence: how good, and how good one curve for all."""

    hours: float
    clock: Score
    pooled: Score


@dataclass(frozen=True, eq=False)
class Figures:
    """What was found; counts are of silences, in `looks`, `calibration` and `rules` of looks."""

    trained: int
    replies: int
    tested: int
    too_young: int
    closed_by_us: int
    looks: tuple[Look, ...]
    mean: Look
    calibration: Calibration
    rules: tuple[Rule, ...]
    warned: tuple[Warned, ...]

    @property
    def ratio(self) -> float:
        """Log loss of the clock to that of one curve for all; below 1 it is the better one."""
        return self.mean.clock.log_loss / self.mean.pooled.log_loss


@dataclass(frozen=True, eq=False)
class Judged:
    """One back-test: worked out `at`, cut at the start of `cut`, with figures or why not."""

    at: datetime
    scope: Scope
    cut: date | None = None
    tested: int = 0
    figures: Figures | None = None
    why: Why | None = None


_Key = tuple[int | None, date | None]
_kept: WeakKeyDictionary[Engine, dict[_Key, Judged]] = WeakKeyDictionary()
working = Lock()  # held while one is worked out


def judged(
    now: datetime, office: Office, until: date | None = None, *, kept_for: timedelta = KEPT_FOR
) -> Judged:
    """The back-test cut at the start of a day, or at the usual moment; maybe a kept one.

    Raises `TooMany` if another one is being worked out and does not end soon.
    """
    if until is not None:
        usual = judged(now, office, kept_for=kept_for)
        scope = usual.scope
        if scope.earliest is None or scope.latest is None or usual.why is Why.TOO_YOUNG:
            return usual
        if not scope.earliest <= until <= scope.latest:
            return replace(usual, cut=until, figures=None, why=Why.OUTSIDE)
    key = (journal.last_import_id(), until)
    if (found := _fresh(key, now, kept_for)) is not None:
        return found
    if not working.acquire(timeout=LONGEST_WAIT):
        raise TooMany(
            _("The silence clock is being judged at this moment. Please try again shortly."),
            wait_seconds=LONGEST_WAIT,
        )
    try:
        return _fresh(key, now, kept_for) or _keep(key, _judge(now, office, until))
    finally:
        working.release()


def forget() -> None:
    """Drop what was kept."""
    _kept.pop(db.engine, None)


def _fresh(key: _Key, now: datetime, kept_for: timedelta) -> Judged | None:
    found = _kept.get(db.engine, {}).get(key)
    return found if found is not None and timedelta() <= now - found.at < kept_for else None


def _keep(key: _Key, found: Judged) -> Judged:
    """Keep a result; those of an earlier import and the oldest give way."""
    here = {old: one for old, one in _kept.get(db.engine, {}).items() if old[0] == key[0]}
    here.pop(key, None)
    _kept[db.engine] = dict([*here.items(), (key, found)][-MOST_KEPT:])
    return found


def _judge(now: datetime, office: Office, until: date | None) -> Judged:
    log = Log.of(conversations(now))
    since = sorted(one.since for _case, one in log.told)
    can_be = [at for at in since if log.last is not None and at + HORIZON <= log.last]
    scope = _scope(since, can_be, log, office)
    if len(can_be) < FEWEST_SILENCES:
        return Judged(now, scope, why=Why.TOO_YOUNG)
    cut = until or office.day_of(can_be[int(LEARNS * len(can_be))])
    blank = Judged(now, scope, cut)
    try:
        found = judge(log, Plan(office.start_of(cut)), office)
    except Refused:
        return replace(blank, why=Why.UNANSWERED)
    tested = len(found.tested)
    if tested < FEWEST_TESTED or not found.landmarks:
        return replace(blank, tested=tested, why=Why.TOO_FEW)
    return replace(blank, tested=tested, figures=_figures(found))


def _figures(found: Backtest) -> Figures:
    looks = tuple(Look(one.hours, ours, pooled) for one, ours, pooled in found.scores())
    return Figures(
        trained=found.trained,
        replies=found.replies,
        tested=len(found.tested),
        too_young=found.too_young,
        closed_by_us=found.closed_by_us,
        looks=looks,
        mean=Look(0.0, mean([one.clock for one in looks]), mean([one.pooled for one in looks])),
        calibration=found.calibration(),
        rules=tuple(found.rules()),
        warned=tuple(warned(found)),
    )


def _scope(
    since: Sequence[datetime], can_be: Sequence[datetime], log: Log, office: Office
) -> Scope:
    enough = since[FEWEST_SILENCES - 1] if len(since) >= FEWEST_SILENCES else None
    return Scope(
        silences=len(since),
        judgeable=len(can_be),
        earliest=office.day_of(log.first) + DAY if log.first else None,
        latest=office.day_of(can_be[-1]) if can_be else None,
        enough_on=office.day_of(enough + HORIZON) if enough else None,
    )
