"""How one stage waits, in words and rows: its curve, its patience, what waiting longer brings."""

from __future__ import annotations

from typing import Any

import numpy as np
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from recruiting.silence.curves import StageCurve, Step
from recruiting.silence.stages import FEWEST_REPLIES, Figures
from recruiting.silence.wording import percent_of
from recruiting.stats.followups import FollowUps
from recruiting.stats.patience import Patience, Waiting
from recruiting.workdays import DAY

SHOWN_DAYS = (0, 1, 2, 3, 5, 7, 10, 14, 21, 30)
FEWEST_OPEN = 5  # silences behind a row of what waiting brings
Row = tuple[str, ...]
CurveRow = tuple[dict[str, str], str, str, str]


def drawn(curve: StageCurve) -> list[dict[str, Any]]:
    """The steps as the chart takes them."""
    return [step._asdict() for step in curve.steps]


def curve_rows(curve: StageCurve, here: float | None = None) -> list[CurveRow]:
    """The figures of the curve, day by day; and those of where a silence stands `here`, in days."""
    shown = {float(day): False for day in SHOWN_DAYS}
    if here is not None:
        shown[curve.at(here).day] = True
    return [_curve_row(curve.at(day), is_here=shown[day]) for day in sorted(shown)]


def _curve_row(step: Step, *, is_here: bool) -> CurveRow:
    band = "–"
    if step.low is not None and step.high is not None:
        band = _("%(low)s to %(high)s%%", low=percent_of(step.low), high=percent_of(step.high))
    share = _("%(number)s%%", number=percent_of(step.share))
    counts = "–"
    if step.lasted:
        counts = _("%(part)s of %(whole)s", part=step.answered, whole=step.lasted)
    day = {"text": format_decimal(step.day), "small": _("now") if is_here else ""}
    return day, share, band, counts


def counts_sentence(figures: Figures) -> str:
    """How many silences there were, and what became of them."""
    if not figures.silences:
        return _("No silence at this stage is on record yet.")
    said = [
        ngettext("%(num)s was answered", "%(num)s were answered", figures.answered),
        ngettext("%(num)s is still open", "%(num)s are still open", figures.running),
    ]
    if others := figures.completed - figures.answered:
        said.insert(1, ngettext("%(num)s ended otherwise", "%(num)s ended otherwise", others))
    silences = ngettext("%(num)s silence", "%(num)s silences", figures.silences)
    return _("%(silences)s: %(ends)s.", silences=silences, ends=", ".join(said))


def curve_title(curve: StageCurve) -> str:
    """When the answers come, as the finding of the chart."""
    half, most = (max(1, round(one / DAY)) for one in (curve.median, curve.ninety))
    return _(
        "Half of the answers come %(half)s, nine in ten %(nine)s",
        half=ngettext("within %(num)s day", "within %(num)s days", half),
        nine=ngettext("within %(num)s day", "within %(num)s days", most),
    )


def working_days(number: int) -> str:
    """So many working days."""
    return ngettext("%(num)s working day", "%(num)s working days", number)


def proposal_sentence(proposal: Patience) -> str:
    """What the silences speak for, with its interval and the answers behind it."""
    return _(
        "Nine in ten of those who answer within 30 days have done so %(days)s"
        " (95%% interval %(low)s to %(high)s, from %(answers)s).",
        days=ngettext(
            "within %(num)s working day", "within %(num)s working days", int(proposal.time)
        ),
        low=int(proposal.low),
        high=int(proposal.high),
        answers=ngettext("%(num)s answer", "%(num)s answers", proposal.answered),
    )


def missing_sentence(figures: Figures) -> str:
    """Why nothing is proposed."""
    if not figures.missing:
        return _("Nothing can be proposed: none of these silences was answered within 30 days.")
    return _(
        "A patience is proposed from 30 silences on that have ended; %(missing)s.",
        missing=ngettext("%(num)s is still missing", "%(num)s are still missing", figures.missing),
    )


def waiting_rows(waiting: Waiting) -> list[Row]:
    """What one more working day brings, as long as enough silences are open to tell."""
    return [_waiting_row(waiting, row) for row in np.flatnonzero(waiting.at_risk >= FEWEST_OPEN)]


def _waiting_row(waiting: Waiting, row: int) -> Row:
    chance, low, high, left = (
        percent_of(float(column[row]))
        for column in (waiting.chance, waiting.low, waiting.high, waiting.left)
    )
    return (
        str(int(waiting.elapsed[row])),
        _("%(number)s%%", number=chance),
        _("%(low)s to %(high)s%%", low=low, high=high),
        _("%(number)s%%", number=left),
        str(int(waiting.at_risk[row])),
    )


def waiting_note() -> str:
    """Where the rows end."""
    return _("The rows end where fewer than %(number)s silences are open.", number=FEWEST_OPEN)


def follow_up_sentence(found: FollowUps | None) -> str:
    """How fast answers come after a follow-up, against equally old silences without one."""
    if found is None:
        return _(
            "Too few answers to tell: it takes %(number)s soon after a follow-up and as many"
            " before any.",
            number=FEWEST_REPLIES,
        )
    return _(
        "In the week after a follow-up, answers came %(times)s times as fast as without one at"
        " the same age of the silence (95%% interval %(low)s to %(high)s).",
        times=_times(found.pooled),
        low=_times(found.pooled_low),
        high=_times(found.pooled_high),
    )


def follow_up_counts(found: FollowUps) -> str:
    """The answers that stand behind."""
    return _(
        "%(after)s answers within a week of a follow-up, %(without)s before any.",
        after=int(found.replies_after.sum()),
        without=int(found.replies_without.sum()),
    )


def caveat() -> str:
    """What must stand beside the figures on follow-ups."""
    return _(
        "Observed, not tried: nobody drew lots who gets a follow-up. They go to those who have"
        " not answered, or from whom an answer is hoped for; both colour the figure."
    )


def _times(ratio: float) -> str:
    return format_decimal(round(ratio, 1))
