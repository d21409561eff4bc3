"""Pages that list applications: jobs, a job's board, search, a hiring manager's own."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from recruiting import clock
from recruiting.access import needs
from recruiting.accounts import queries as accounts
from recruiting.accounts.rules import Permission
from recruiting.jobs.models import Stage
from recruiting.office import office
from recruiting.pipeline import queries
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Turn
from recruiting.pipeline.views.door import bp, me
from recruiting.pipeline.wording import name_of
from recruiting.silence import queries as silence
from recruiting.silence.queries import GONE_QUIET, Card, Tally
from recruiting.silence.rules import State
from recruiting.silence.wording import STATES, chance_words, hairline, line

SHORTEST_SEARCH = 2  # letters
LONGEST_SEARCH = 100
MOST = 0.5  # of the quiet ones in one stage: worth a word in the head of the board


@bp.get("/jobs")
@needs(Permission.SEE_APPLICATIONS)
def jobs() -> str:
    """Show all jobs, each with how many applications are active, wait for us, went quiet."""
    tallies = silence.tallies(me(), clock.now(), office())
    rows = [(job, tallies.get(job.id, Tally())) for job in queries.jobs()]
    return render_template(
        "pipeline/jobs.html", rows=rows, may_enter=me().can(Permission.WORK_APPLICATIONS)
    )


@dataclass(frozen=True)
class Filters:
    """What a board is narrowed to; only what occurs on it is taken from the address."""

    owner: str | None
    source: str | None
    state: State | None

    @classmethod
    def read(cls, owners: Sequence[str], sources: Sequence[str]) -> Filters:
        """Read the address; what is not offered is as if it were not there."""
        owner, source, state = (request.args.get(name) for name in ("owner", "source", "state"))
        return cls(
            owner if owner in owners else None,
            source if source in sources else None,
            State(state) if state in {one.value for one in STATES} else None,
        )

    def fits(self, application: Application) -> bool:
        """Whether an application has the owner and the source that are asked for."""
        is_owned = self.owner in {None, application.owner}
        return is_owned and self.source in {None, application.source}

    @property
    def address(self) -> dict[str, Any]:
        """The same as it stands in the address."""
        named = {"owner": self.owner, "source": self.source, "state": self.state}
        return {name: str(value) for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Shown:
    """One application in words: a card of a board, a row of a list."""

    application: Application
    href: str
    move_to: str
    name: str
    days: int
    owed: str
    words: str
    is_ours: bool
    card: Card
    chance: float | None
    chance_words: str
    submission: str


@dataclass(frozen=True, slots=True)
class Column:
    """One stage of the board with its cards."""

    stage: Stage
    cards: list[Shown]

    @property
    def note(self) -> str:
        """How many of them wait for us."""
        ours = sum(one.is_ours for one in self.cards)
        return ngettext("%(num)s ours", "%(num)s ours", ours) if ours else ""

    @property
    def count(self) -> str:
        """How many there are, and how many are quiet."""
        quiet = sum(one.card.standing.state in GONE_QUIET for one in self.cards)
        said = str(len(self.cards))
        if quiet:
            said += " · " + ngettext("%(num)s quiet", "%(num)s quiet", quiet)
        return said


@bp.get("/jobs/<int:job_id>")
@needs(Permission.SEE_APPLICATIONS)
def board(job_id: int) -> str:
    """Show a job's active applications, a column for each stage."""
    now = clock.now()
    job = queries.job(job_id)
    active = queries.board(me(), job_id, now=now, office=office())
    owners = sorted({one.owner for one in active if one.owner})
    sources = sorted({one.source for one in active if one.source})
    chosen = Filters.read(owners, sources)
    found = [one for one in active if chosen.fits(one)]
    cards = silence.cards(found, now, office())
    names = {user.email: user.name for user in accounts.users()}
    wanted = [one for one in found if chosen.state in {None, cards[one.id].standing.state}]
    wanted.sort(key=lambda one: _urgency(cards[one.id]))
    shown = _shown(wanted, cards, now, **chosen.address)
    columns = [
        Column(stage, [one for one in shown if one.application.stage_id == stage.id])
        for stage in job.stages
    ]
    return render_template(
        "pipeline/board.html",
        job=job,
        columns=columns,
        lede=_lede(wanted, cards),
        stages=[(stage.id, stage.name) for stage in job.stages],
        owners=[(mail, names.get(mail, mail)) for mail in owners],
        sources=[(source, source) for source in sources],
        states=list(STATES.items()),
        chosen=chosen,
        has_any=bool(found) or bool(chosen.address),
        may_move=me().can(Permission.WORK_APPLICATIONS),
        may_enter=me().can(Permission.WORK_APPLICATIONS) and job.closed_at is None,
    )


def _urgency(card: Card) -> tuple[bool, int, datetime]:
    """What stands first in a column: what is ours, the earliest due first; then ink fades."""
    standing = card.standing
    return standing.turn is Turn.CANDIDATE, card.ink, standing.due_at or standing.since


def _shown(
    found: Sequence[Application], cards: dict[int, Card], now: datetime, **filters: Any
) -> list[Shown]:
    """Applications in words; the answer to a move leads back to the board with its `filters`."""
    queries.load_addresses_of_nameless(found)
    place, today = office(), office().day_of(now)
    href = _addresses("pipeline.show")
    mend = (
        _addresses("pipeline.show", do="address", _anchor="address")
        if me().can(Permission.WORK_APPLICATIONS)
        else href
    )
    move_to = _addresses("pipeline.move", back="board", **filters)
    shown = []
    for one in found:
        card = cards[one.id]
        said = line(one, card, now, place)
        shown.append(
            Shown(
                one,
                (mend if card.standing.state is State.UNREACHABLE else href)(one.id),
                move_to(one.id),
                name_of(one),
                (today - place.day_of(one.stage_since)).days,
                said.owed,
                said.short,
                card.standing.turn is Turn.US,
                card,
                hairline(card),
                chance_words(card),
                secrets.token_urlsafe(16),
            )
        )
    return shown


def _addresses(endpoint: str, **named: Any) -> Callable[[int], str]:
    """The address of `endpoint` for any application; built once, since a board asks for many."""
    before, _zero, after = url_for(endpoint, application_id=0, **named).partition("0")
    return lambda application_id: f"{before}{application_id}{after}"


def _lede(found: Sequence[Application], cards: dict[int, Card]) -> tuple[str, str, str]:
    """(how many are in play, how many wait for us, how many are quiet and where), in words."""
    tally = Tally()
    quiet_at: Counter[int] = Counter()
    for one in found:
        standing = cards[one.id].standing
        tally.add(standing)
        if standing.state in GONE_QUIET:
            quiet_at[one.stage_id] += 1
    quiet = ngettext("%(num)s quiet", "%(num)s quiet", tally.quiet)
    (stage_id, most), *_rest = quiet_at.most_common(1) or [(0, 0)]
    if most > 1 and most > tally.quiet * MOST and len(quiet_at) > 1:
        stage = next(one.stage.name for one in found if one.stage_id == stage_id)
        quiet = _("%(quiet)s, most of them at %(stage)s", quiet=quiet, stage=stage)
    return (
        ngettext("%(num)s in play", "%(num)s in play", tally.active),
        ngettext("%(num)s waits for us", "%(num)s wait for us", tally.ours) if tally.ours else "",
        quiet if tally.quiet else "",
    )


@bp.get("/applications")
@needs(Permission.SEE_HANDED_OVER)
def find() -> str:
    """Show the applications whose candidate's name, mail address or job holds the words."""
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    is_long_enough = len(words) >= SHORTEST_SEARCH
    now = clock.now()
    found, number = (
        queries.find(me(), words, now=now, office=office()) if is_long_enough else ([], 0)
    )
    return render_template(
        "pipeline/find.html",
        find_words=words,
        rows=_rows(found, now),
        asked=is_long_enough,
        lede=_found_words(len(found), number),
    )


def _found_words(shown: int, number: int) -> str:
    """How many were found, and how many of them stand on the page."""
    if number <= shown:
        found = ngettext("%(num)s application found", "%(num)s applications found", number)
        return found if number else ""
    return _(
        "The first %(shown)s of %(number)s applications found, the newest on top. "
        "A further word narrows the search.",
        shown=shown,
        number=format_decimal(number),
    )


@bp.get("/handed-over")
@needs(Permission.SEE_HANDED_OVER)
def handed_over() -> str:
    """Show a hiring manager what was handed over to them."""
    now = clock.now()
    found = queries.handed_over_to(me(), now=now, office=office())
    return render_template("pipeline/handed_over.html", rows=_rows(found, now))


def _rows(found: Sequence[Application], now: datetime) -> list[Shown]:
    return _shown(found, silence.cards(found, now, office()), now)
