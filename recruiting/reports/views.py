"""The ghosting report as a page, its second page, and as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, render_template
from flask_babel import gettext as _

from config import Settings
from recruiting import clock
from recruiting.access import needs
from recruiting.accounts.rules import Permission
from recruiting.dialogues.wording import RESULTS
from recruiting.errors import Missing
from recruiting.feedback.wording import AGAIN, CHOICES, KNEW_NEXT, REASONS, own_words
from recruiting.office import office
from recruiting.pipeline.views.door import me
from recruiting.pipeline.wording import name_of, number_words
from recruiting.reports import answers, confided, wording
from recruiting.reports.answers import Answers
from recruiting.reports.depth import ends, jobs, months
from recruiting.reports.export import spreadsheet
from recruiting.reports.facts import facts, waited_long
from recruiting.reports.queries import whole, whole_ledger
from recruiting.reports.rules import By
from recruiting.reports.tables import Row, Table, tables
from recruiting.reports.wording import sections
from recruiting.reports.wording.depth import months_title, our_months
from recruiting.stats.rates import Share

bp = Blueprint("reports", __name__)


@bp.get("/reports/ghosting")
@needs(Permission.SEE_REPORTS)
def ghosting() -> str:
    """Show where the conversation breaks, on both sides."""
    found = whole_ledger(clock.now(), office())
    smallest = _smallest()
    shown = tables(found, smallest)
    total = shown[By.STAGE].total
    return render_template(
        "reports/ghosting.html",
        findings=wording.findings(shown, smallest),
        tables=[_table(by, shown[by]) for by in By],
        stages=_mirror(shown[By.STAGE]),
        sources=_dots(shown[By.SOURCE]),
        months=_months(shown[By.MONTH]),
        titles=_titles(shown),
        total=total,
        all_rate=_("all sources %(rate)s", rate=wording.percent(total.ghosting.share)),
        smallest=smallest,
        feedback=_feedback(smallest),
        is_unreadable=confided.is_unreadable(_settings().trusted),
        reads_confided=confided.is_reader(me(), _settings().trusted),
    )


def _titles(shown: dict[By, Table]) -> dict[str, str]:
    by_month = months(shown[By.MONTH], lambda row: row.ghosting)
    return {
        "stage": wording.title_of(By.STAGE, shown[By.STAGE]),
        "source": wording.title_of(By.SOURCE, shown[By.SOURCE]),
        "month": months_title(by_month) if by_month else _("Too few months to tell a change"),
    }


@bp.get("/reports/ghosting/depth")
@needs(Permission.SEE_REPORTS)
def depth() -> str:
    """Show how turns end, what changed, what goes along with ghosting, and jobs beside jobs."""
    now, smallest = clock.now(), _smallest()
    found = whole(now, office())
    shown = tables(found.ledger, smallest)
    is_told = not shown[By.STAGE].total.hides_theirs  # what one page mutes, the other does not say
    waited = waited_long(found.spans, found.theirs.span, office())
    return render_template(
        "reports/depth.html",
        ends=sections.ends(
            ends(found.applications, found.spans, now, smallest) if is_told else None
        ),
        months=sections.control(months(shown[By.MONTH], lambda row: row.ghosting)),
        our_months=our_months(months(shown[By.MONTH], lambda row: row.delay)),
        facts=sections.facts(facts(found.ledger, shown, found.theirs, waited, smallest)),
        jobs=sections.jobs(jobs(shown[By.JOB])),
        smallest=smallest,
    )


@bp.get("/reports/ghosting/<any(stage, source, job, channel, month):by>.csv")
@needs(Permission.SEE_REPORTS)
def ghosting_csv(by: str) -> Response:
    """The same figures as a file for spreadsheets."""
    found = whole_ledger(clock.now(), office())
    table = tables(found, _smallest())[By(by)]
    answer = Response(spreadsheet(table).encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="ghosting-{by}.csv"'
    return answer


@bp.get("/reports/confided")
@needs(Permission.OWN_ACCOUNT)
def confided_words() -> str:
    """Show the texts that raised an alarm to the person of trust; to all others nothing is here."""
    found = confided.confided(me(), _settings().trusted)
    if not found and not confided.is_reader(me(), _settings().trusted):
        raise Missing
    return render_template(
        "reports/confided.html",
        rows=[(one, [pair for pair in own_words(one.answer) if pair[1]]) for one in found],
        name_of=name_of,
        is_person_of_trust=me().email == _settings().trusted,
    )


def _smallest() -> int:
    return _settings().smallest_group


def _settings() -> Settings:
    return current_app.extensions["settings"]


def _side(share: Share, *, loud: bool) -> dict[str, Any]:
    if share.hidden:
        return wording.hushed()
    if not share.n:
        return {"hushed": _("none yet")}
    return {
        "share": share.share,
        "low": share.low,
        "high": share.high,
        "count": _("%(k)s of %(n)s", k=number_words(share.k or 0), n=number_words(share.n)),
        "loud": loud,
    }


def _mirror(table: Table) -> list[dict[str, Any]]:
    worst, late = wording.worst(table), wording.latest(table)
    return [
        {
            "label": row.group.name,
            "left": _side(row.ghosting, loud=row is worst),
            "right": _side(row.delay, loud=row is late),
        }
        for row in table.rows
    ]


def _dots(table: Table) -> list[dict[str, Any]]:
    worst = wording.worst(table)
    return [
        {
            "label": wording.group_name(By.SOURCE, row.group),
            **_side(row.ghosting, loud=row is worst),
        }
        for row in table.rows
    ]


def _months(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "label": wording.short_month(row.group),
            "share": row.ghosting.share,
            "low": row.ghosting.low,
            "high": row.ghosting.high,
            "empty": not row.ghosting.hidden and not row.ghosting.n,
        }
        for row in table.rows
    ]


def _table(by: By, table: Table) -> dict[str, Any]:
    return {
        "by": by.value,
        "rows": [_cells(wording.group_name(by, row.group), row) for row in table.rows],
        "foot": _cells(_("All"), table.total),
    }


def _cells(name: str, row: Row) -> list[Any]:
    hidden, short = wording.hushed(), wording.hushed_short()
    return [
        name,
        hidden if row.ghosting.hidden else wording.with_bounds(row.ghosting),
        short if row.their_open is None else number_words(row.their_open),
        hidden if row.never.hidden else wording.with_bounds(row.never),
        hidden if row.delay.hidden else wording.with_bounds(row.delay),
        short if row.our_open is None else number_words(row.our_open),
    ]


def _feedback(smallest: int) -> dict[str, Any]:
    """The answers in rows, with a name and without; only their number while they are too few."""
    found = answers.answers(office().day_of(clock.now()), smallest)
    sides = [side for side in (found.named, found.anonymous) if side]
    reasons = sum((side.reasons for side in sides), Counter())

    def rows(item: str, words: Mapping[Any, Any]) -> list[list[Any]]:
        return [[str(word), *_counts(found, item, code)] for code, word in words.items()]

    by_reason = {code: REASONS[code] for code in sorted(REASONS, key=lambda one: -reasons[one])}
    return {
        "number": found.number,
        "number_words": number_words(found.number),
        "is_shown": bool(sides),
        "last_at": found.last_at if found.named else None,
        "named_most": wording.named_most(reasons, sum(side.number for side in sides)),
        "foot": [_("All who answered"), *_numbers(found)],
        "rest": wording.rest(found.number - sum(side.number for side in sides)),
        "choices": rows("choices", CHOICES),
        "reasons": rows("reasons", by_reason),
        "knew_next": rows("knew_next", KNEW_NEXT),
        "again": rows("again", AGAIN),
        "dialogues": rows("dialogues", RESULTS) if _has_dialogues(found) else [],
        "texts": wording.texts(found.named, found.anonymous),
    }


def _has_dialogues(found: Answers) -> bool:
    return bool(found.anonymous and found.anonymous.dialogues)


def _counts(found: Answers, item: str, code: object) -> list[Any]:
    sides = (found.named, found.anonymous)
    return [
        number_words(getattr(side, item)[code]) if side else wording.hushed_short()
        for side in sides
    ]


def _numbers(found: Answers) -> list[Any]:
    sides = (found.named, found.anonymous)
    return [number_words(side.number) if side else wording.hushed_short() for side in sides]
