"""The second page of the report in words: findings as headings, and what stands in its tables."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.pipeline.rules import Outcome
from recruiting.pipeline.wording import NO_BREAK, OUTCOMES
from recruiting.reports.depth import CAUSES, Ends, Jobs, Months
from recruiting.reports.facts import Fact, Facts
from recruiting.reports.rules import By
from recruiting.reports.wording import (
    group_name,
    hushed,
    hushed_short,
    percent,
    short_month,
    span,
    with_bounds,
)

CAUSE_WORDS = {
    "reply": _l("reply"),
    "withdrawal": _l("withdrawal"),
    "ghosting": OUTCOMES[Outcome.GHOSTED],
    "our_end": _l("ended by us"),
}
DAYS = (1, 3, 7, 14, 21, 30)
WIDEST = log(16)  # odds are drawn from 1/16 to 16
MOST_JOBS = 20
MOST_NAMED = 3
ALARM = 2


def ends_title(ends: Ends) -> str:
    """How turns end, as a heading."""
    last = ends.share.shape[1] - 1
    return ngettext(
        "Within %(num)s day %(reply)s get a reply; %(ghosting)s are confirmed as without one",
        "Within %(num)s days %(reply)s get a reply; %(ghosting)s are confirmed as without one",
        last,
        reply=percent(float(ends.share[0, last])),
        ghosting=percent(float(ends.share[2, last])),
    )


def ends_rows(ends: Ends) -> list[dict[str, Any]]:
    """Each way to end, day by day, for the chart."""
    return [
        {
            "label": CAUSE_WORDS[cause],
            "value": percent(float(share[-1])),
            "shares": share.tolist(),
            "tone": {"ghosting": "loud", "our_end": "ours"}.get(cause, ""),
        }
        for cause, share in zip(CAUSES, ends.share, strict=True)
    ]


def ends_table(ends: Ends) -> list[list[str]]:
    """A row a day: each way to end with its bounds, and what is still open."""
    rows = []
    for day in (day for day in DAYS if day < ends.share.shape[1]):
        cells = [_bounded(ends, place, day) for place in range(len(CAUSES))]
        still = max(0.0, 1 - float(ends.share[:, day].sum()))
        name = ngettext("%(num)s day", "%(num)s days", day).replace(" ", NO_BREAK)
        rows.append([name, *cells, percent(0.0 if still < 1e-9 else still)])
    return rows


def _bounded(ends: Ends, place: int, day: int) -> str:
    share, low, high = (float(part[place, day]) for part in (ends.share, ends.low, ends.high))
    if np.isnan(low):
        return percent(share)
    return f"{percent(share)} ({span(low, high)})"


def months_title(months: Months) -> str:
    """What changed among the candidates, as a heading."""
    changed = _change(months)
    if changed is None:
        return _outside(months) or _("No month differs from the others beyond chance")
    month, now, before = changed
    if now > before:
        return _(
            "Since %(month)s more fall silent: %(now)s instead of %(before)s",
            month=month,
            now=percent(now),
            before=percent(before),
        )
    return _(
        "Since %(month)s fewer fall silent: %(now)s instead of %(before)s",
        month=month,
        now=percent(now),
        before=percent(before),
    )


def our_months(months: Months | None) -> str:
    """What changed on our side, in a sentence."""
    if months is None:
        return _("Too few months to say whether our own delays changed.")
    changed = _change(months)
    if changed is None:
        return _("Our own delays show no lasting change.")
    month, now, before = changed
    return _(
        "Our own delays: since %(month)s it is %(now)s instead of %(before)s.",
        month=month,
        now=percent(now),
        before=percent(before),
    )


def _change(months: Months) -> tuple[str, float, float] | None:
    """The last lasting change: since when, the rate now and before."""
    if not months.chart.changes.size:
        return None
    row = int(months.chart.changes[-1])
    centre = months.chart.centre
    return group_name(By.MONTH, months.rows[row].group), float(centre[row]), float(centre[row - 1])


def _outside(months: Months) -> str:
    rows = np.flatnonzero(months.chart.beyond)
    if not rows.size:
        return ""
    named = [group_name(By.MONTH, months.rows[row].group) for row in rows]
    return _("Outside the limits: %(months)s; no lasting change", months=", ".join(named))


def months_points(months: Months) -> list[dict[str, Any]]:
    """The months for the chart; a month that is not shown has no share."""
    chart = months.chart
    return [
        {
            "label": short_month(row.group),
            "share": float(chart.share[place]) if row.ghosting.n else None,
            "empty": not row.ghosting.hidden and not row.ghosting.n,
            "low": float(chart.low[place]),
            "high": float(chart.high[place]),
            "centre": float(chart.centre[place]),
            "loud": bool(chart.beyond[place]),
        }
        for place, row in enumerate(months.rows)
    ]


def months_table(months: Months) -> list[list[Any]]:
    """The months with their limits."""
    chart = months.chart
    return [
        [group_name(By.MONTH, row.group), hushed(), hushed_short(), hushed_short()]
        if row.ghosting.hidden
        else [
            group_name(By.MONTH, row.group),
            with_bounds(row.ghosting),
            span(float(chart.low[place]), float(chart.high[place])) if row.ghosting.n else None,
            percent(float(chart.centre[place])) if row.ghosting.n else None,
        ]
        for place, row in enumerate(months.rows)
    ]


def fact_name(fact: Fact) -> str:
    """What holds, as the beginning of a sentence."""
    if fact.by is None or fact.group is None:
        return _("Waiting over 5 working days for us")
    name = group_name(fact.by, fact.group)
    if fact.by is By.STAGE:
        return _("At the stage %(group)s", group=name)
    if fact.by is By.SOURCE:
        return _("From the source %(group)s", group=name)
    return _("Asked by this channel: %(group)s", group=name)


def against(fact: Fact, found: Facts) -> str:
    """What a fact is compared with."""
    if fact.by is None:
        return _("compared with a shorter wait, or none")
    name = group_name(fact.by, found.against[fact.by])
    return (
        _("compared with %(group)s and all not named", group=name)
        if fact.by in found.rest
        else _("compared with %(group)s", group=name)
    )


def odds(fact: Fact) -> str:
    """`1.8 × (1.3 to 2.5)`."""
    effect = fact.effect
    return _(
        "%(odds)s × (%(low)s to %(high)s)",
        odds=_decimal(effect.odds),
        low=_decimal(effect.low),
        high=_decimal(effect.high),
    )


def _decimal(value: float) -> str:
    return format_decimal(value, format="0.00" if value < 0.1 else "0.0")


def facts_title(found: Facts) -> str:
    """What goes along with ghosting most clearly, as a heading."""
    clear = [fact for fact in found.facts if fact.is_clear]
    if not clear:
        return _("No fact goes along with ghosting beyond chance")
    first = max(clear, key=lambda fact: (fact.by is None, abs(log(fact.effect.odds))))
    return f"{fact_name(first)}: {odds(first)}"


def facts_rows(found: Facts) -> list[dict[str, Any]]:
    """The facts for the chart; places in 0..1 on a scale of logarithms."""
    return [
        {
            "label": fact_name(fact),
            "value": _decimal(fact.effect.odds) + " ×",
            "at": _place(fact.effect.odds),
            "low": _place(fact.effect.low),
            "high": _place(fact.effect.high),
            "loud": fact.is_clear,
        }
        for fact in found.facts
    ]


def _place(value: float) -> float:
    return (min(max(log(value), -WIDEST), WIDEST) + WIDEST) / (2 * WIDEST)


def facts_table(found: Facts) -> list[list[Any]]:
    """The facts with what they are compared with."""
    return [
        [
            {"text": fact_name(fact), "small": against(fact, found)},
            odds(fact),
            _("yes") if fact.is_clear else _("no"),
        ]
        for fact in found.facts
    ]


def jobs_title(jobs: Jobs) -> str:
    """Which jobs differ, as a heading."""
    far = [
        row.group.name
        for row, beyond in zip(jobs.rows, jobs.funnel.beyond, strict=True)
        if abs(beyond) >= ALARM
    ]
    if not far:
        return _("No job differs from the others beyond chance")
    return ngettext(
        "One job differs beyond chance: %(jobs)s",
        "%(num)s jobs differ beyond chance: %(jobs)s",
        len(far),
        jobs=", ".join(far[:MOST_NAMED]) + (" …" if len(far) > MOST_NAMED else ""),
    )


def jobs_points(jobs: Jobs) -> list[dict[str, Any]]:
    """The jobs for the chart, those that differ with their names."""
    return [
        {
            "n": row.ghosting.n,
            "share": row.ghosting.share,
            "label": row.group.name if abs(beyond) >= ALARM else None,
        }
        for row, beyond in zip(jobs.rows, jobs.funnel.beyond, strict=True)
    ]


def jobs_table(jobs: Jobs) -> list[list[Any]]:
    """Jobs that differ, then the largest, with what their size lets us expect."""
    funnel = jobs.funnel
    order = sorted(
        range(len(jobs.rows)),
        key=lambda place: (-abs(int(funnel.beyond[place])), -(jobs.rows[place].ghosting.n or 0)),
    )
    return [
        [
            jobs.rows[place].group.name,
            with_bounds(jobs.rows[place].ghosting),
            span(float(funnel.low[0, place]), float(funnel.high[0, place])),
            _verdict(int(funnel.beyond[place])),
        ]
        for place in order[:MOST_JOBS]
    ]


def _verdict(beyond: int) -> str:
    if not beyond:
        return _("as expected")
    if abs(beyond) < ALARM:
        return _("near the limit")
    return _("more than expected") if beyond > 0 else _("fewer than expected")
