"""The report in words: what a group is called, and what the figures say before any chart."""

from __future__ import annotations

from collections import Counter
from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from recruiting.feedback.rules import Reason
from recruiting.feedback.wording import REASONS
from recruiting.pipeline.rules import Channel
from recruiting.pipeline.wording import CHANNELS, number_words
from recruiting.reports.ledger import Group
from recruiting.reports.rules import By
from recruiting.reports.tables import Row, Table
from recruiting.reports.told import Tally
from recruiting.silence.wording import percent_of
from recruiting.stats.rates import Share


def group_name(by: By, group: Group) -> str:
    """What people call a group."""
    if by is By.MONTH:
        return format_date(date.fromisoformat(f"{group.key}-01"), "MMM yyyy", rebase=False)
    if by is By.CHANNEL:
        return str(CHANNELS[Channel(group.key)])
    return group.name or _("unknown")


def short_month(group: Group) -> str:
    """A month as it fits under a chart."""
    return format_date(date.fromisoformat(f"{group.key}-01"), "LLL yy", rebase=False)


def hushed() -> dict[str, str]:
    """What stands where a rate is hidden: its own group may be large."""
    return {"hushed": _("hidden to protect a small group")}


def hushed_short() -> dict[str, str]:
    """The same where it stands beside one that says why."""
    return {"hushed": _("hidden")}


def percent(share: float | None) -> str:
    """A share as a whole percentage, signed as the language does; 0 and 100 only where exact."""
    return "–" if share is None else _("%(number)s%%", number=percent_of(share))


def span(low: float, high: float) -> str:
    """`22–42%`: the bounds of an interval; in words where one of them is no figure."""
    first, last = percent_of(low), percent(high)
    if first.isdigit() and percent_of(high).isdigit():
        return f"{first}–{last}"
    return _("%(low)s to %(high)s", low=first, high=last)


def with_bounds(share: Share) -> str:
    """`31% (24 of 77; 22–42%)`: never a rate without its n and its interval."""
    if share.hidden or share.share is None or share.low is None or share.high is None:
        return "–"
    return _(
        "%(share)s (%(k)s of %(n)s; %(bounds)s)",
        share=percent(share.share),
        k=number_words(share.k or 0),
        n=number_words(share.n or 0),
        bounds=span(share.low, share.high),
    )


def findings(tables: dict[By, Table], smallest: int) -> list[str]:
    """What the figures say, in sentences; says so where it is too early to say anything."""
    total = tables[By.STAGE].total
    if total.ghosting.hidden and shown(tables[By.STAGE]):
        return [
            _(
                "The rate of all together is not shown: it would tell what a small group did. "
                "The tables below have every figure that can be shown."
            )
        ]
    if total.ghosting.hidden or not total.ghosting.n:
        return [
            _(
                "Too early to say: fewer than %(number)s people in this view. Smaller groups are "
                "never shown.",
                number=smallest,
            )
        ]
    said = [_leak(tables[By.STAGE]), _delay(tables[By.STAGE]), _sources(tables[By.SOURCE])]
    if total.never.k:
        said.append(
            ngettext(
                "%(number)s candidate never responded at all, so no contact broke off; that is "
                "counted apart.",
                "%(number)s candidates never responded at all, so no contact broke off; that is "
                "counted apart.",
                total.never.k,
                number=number_words(total.never.k),
            )
        )
    if total.their_open:
        said.append(
            ngettext(
                "%(number)s turn of a candidate is open and is not counted as fine.",
                "%(number)s turns of candidates are open and are not counted as fine.",
                total.their_open,
                number=number_words(total.their_open),
            )
        )
    return [sentence for sentence in said if sentence]


def shown(table: Table) -> list[Row]:
    """The groups whose candidates' side may be shown and holds something."""
    return [row for row in table.rows if not row.ghosting.hidden and row.ghosting.n]


def worst(table: Table) -> Row | None:
    """The group that falls silent clearly more often than all together, if one does."""
    total = table.total.ghosting
    if total.hidden or total.share is None:
        return None
    clear = [row for row in shown(table) if (row.ghosting.low or 0.0) > total.share]
    return max(clear, key=lambda row: row.ghosting.share or 0.0, default=None)


def latest(table: Table) -> Row | None:
    """The group in which we are late clearly more often than all together, if there is one."""
    total = table.total.delay
    if total.hidden or total.share is None:
        return None
    clear = [row for row in table.rows if (row.delay.low or 0.0) > total.share]
    return max(clear, key=lambda row: row.delay.share or 0.0, default=None)


def _leak(table: Table) -> str:
    row = worst(table)
    if row is None:
        return _(
            "Candidates fell silent in %(rate)s of their turns; no stage differs beyond chance.",
            rate=with_bounds(table.total.ghosting),
        )
    return _(
        "At the stage %(stage)s, %(rate)s of candidates fell silent; over all stages it is "
        "%(all)s.",
        stage=row.group.name,
        rate=with_bounds(row.ghosting),
        all=percent(table.total.ghosting.share),
    )


def _delay(table: Table) -> str:
    total, row = table.total, latest(table)
    if total.delay.hidden or not total.delay.n:
        return ""
    if row is None:
        return _(
            "We left %(rate)s of our turns without an answer past our promise.",
            rate=with_bounds(total.delay),
        )
    return _(
        "We left %(rate)s of our turns without an answer past our promise; at the stage "
        "%(stage)s it is %(there)s.",
        rate=with_bounds(total.delay),
        stage=row.group.name,
        there=with_bounds(row.delay),
    )


def _sources(table: Table) -> str:
    row = worst(table)
    if row is None:
        return _("No source differs from the others beyond chance.")
    return _(
        "Candidates from %(source)s fell silent more often than others: %(rate)s.",
        source=group_name(By.SOURCE, row.group),
        rate=with_bounds(row.ghosting),
    )


def title_of(by: By, table: Table) -> str:
    """The finding of the chart of stages or sources, as its heading."""
    row = worst(table)
    if by is By.STAGE:
        return _stage_title(row, latest(table))
    if row is None:
        return _("No source differs beyond chance")
    return _("One source differs: %(source)s", source=group_name(by, row.group))


def _stage_title(theirs: Row | None, ours: Row | None) -> str:
    """Where it breaks: on their side, on ours, on both, or nowhere beyond chance."""
    if theirs is None:
        if ours is None:
            return _("No stage breaks more than the others")
        return _("It breaks on our side, at the stage %(stage)s", stage=ours.group.name)
    if ours is None:
        return _("It breaks at the stage %(stage)s", stage=theirs.group.name)
    if theirs is ours:
        return _("It breaks on both sides at the stage %(stage)s", stage=ours.group.name)
    return _(
        "It breaks at the stage %(theirs)s, and on our side at the stage %(ours)s",
        theirs=theirs.group.name,
        ours=ours.group.name,
    )


def texts(named: Tally | None, anonymous: Tally | None) -> list[tuple[str, list[str]]]:
    """What was written, under its headings; nobody stands beside it."""
    found: list[tuple[str, list[str]]] = []
    if named:
        found += [
            (_("What we should have done differently"), named.wishes),
            (_("What else weighed"), named.others),
        ]
    if anonymous:
        found += [
            (_("What we should have done differently, without a name"), anonymous.wishes),
            (_("What else weighed, without a name"), anonymous.others),
        ]
    return [(heading, said) for heading, said in found if said]


def rest(number: int) -> str:
    """Why the tables hold fewer answers than there are; empty if they hold all."""
    if number <= 0:
        return ""
    return ngettext(
        "%(num)s further answer stands in no table yet: those without a name lie sealed for a "
        "while, and whatever is too few to be shown waits for more.",
        "%(num)s further answers stand in no table yet: those without a name lie sealed for a "
        "while, and whatever is too few to be shown waits for more.",
        number,
    )


def named_most(reasons: Counter[Reason], answers: int) -> str:
    """Which reason candidates state most often; empty while two are level or none is named."""
    first, second = (*reasons.most_common(2), (None, 0), (None, 0))[:2]
    if first[0] is None or first[1] == second[1]:
        return ""
    return _(
        "Named most often: %(reason)s (%(k)s of %(n)s).",
        reason=REASONS[first[0]],
        k=number_words(first[1]),
        n=number_words(answers),
    )
