"""How good the silence clock was, in words, rows and points of a chart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from recruiting.pipeline.wording import date_words, full_moment_words, number_words
from recruiting.silence.backtest import DAY_HOURS
from recruiting.silence.judged import FEWEST_SILENCES, FEWEST_TESTED, Figures, Judged, Look, Why
from recruiting.silence.warned import GIVES_UP, Warned
from recruiting.silence.wording import percent_of
from recruiting.stats.rates import share
from recruiting.stats.scores import BINS, Score
from recruiting.workdays import DAY

FEWEST = 10  # in one row, else it is said to be too few


def findings(found: Figures) -> list[str]:
    """What the figures say, before any chart."""
    return [_ratio(found), _distance(found), _given_up(found)]


def _ratio(found: Figures) -> str:
    ratio = decimal(found.ratio)
    if found.ratio < 0.995:
        return _(
            "Its forecasts stand at %(ratio)s: 1.00 would be as good as one curve for all "
            "silences, and less is better.",
            ratio=ratio,
        )
    return _(
        "Its forecasts stand at %(ratio)s: 1.00 would be as good as one curve for all silences, "
        "so looking at the single conversation has gained nothing here.",
        ratio=ratio,
    )


def _distance(found: Figures) -> str:
    return _(
        "At all looks together, what it said and what came lie %(points)s percentage points apart "
        "on average.",
        points=_together(found),
    )


def _given_up(found: Figures) -> str:
    clock = found.warned[0]
    if not clock.raised:
        return _("It would have given up on no silence at all.")
    if clock.raised < FEWEST:
        return _("It would have given up on very few silences, too few to say how rightly.")
    return ngettext(
        "It would have given up on %(raised)s of %(tested)s silences; %(num)s of them was "
        "answered after all.",
        "It would have given up on %(raised)s of %(tested)s silences; %(num)s of them were "
        "answered after all.",
        clock.wrong,
        raised=number_words(clock.raised),
        tested=number_words(found.tested),
    )


def done(found: Judged) -> list[tuple[str, str]]:
    """What was learned from, tested and left out."""
    figures = found.figures
    if figures is None or found.cut is None:
        return []
    return [
        (_("Cut"), _("at the start of %(day)s", day=date_words(found.cut))),
        (
            _("Learned from"),
            _(
                "%(all)s silences that had begun by then, %(answered)s of them answered by then",
                all=number_words(figures.trained),
                answered=number_words(figures.replies),
            ),
        ),
        (
            _("Tested on"),
            _(
                "%(all)s silences that began later; %(closed)s of them we closed ourselves before "
                "any answer",
                all=number_words(figures.tested),
                closed=number_words(figures.closed_by_us),
            ),
        ),
        (
            _("Not tested"),
            _(
                "%(young)s with less than 30 days of journal behind them",
                young=number_words(figures.too_young),
            ),
        ),
        (_("Worked out"), full_moment_words(found.at)),
    ]


def points(found: Figures) -> list[dict[str, Any]]:
    """The tenths of the chart: what was said of an answer, what came, and how many."""
    told = []
    for place in reversed(range(BINS)):  # a chance of an answer is that of no return, turned
        n = int(found.calibration.n[place])
        if n < FEWEST:
            continue
        came = share(n - round(float(found.calibration.came[place]) * n), n)
        told.append(
            {
                "said": 1 - float(found.calibration.said[place]),
                "share": came.share,
                "low": came.low,
                "high": came.high,
                "count": number_words(n),
            }
        )
    return told


def tenths(found: Figures) -> list[list[Any]]:
    """The table behind the chart."""
    rows: list[list[Any]] = []
    for tenth in range(BINS):
        place = BINS - 1 - tenth
        n = int(found.calibration.n[place])
        name = _("%(low)s to %(high)s%%", low=tenth * 100 // BINS, high=(tenth + 1) * 100 // BINS)
        if n < FEWEST:
            rows.append([name, too_few() if n else "–", "–", "–"])
            continue
        said, came = float(found.calibration.said[place]), float(found.calibration.came[place])
        rows.append([name, number_words(n), percent(1 - said), percent(1 - came)])
    return rows


def looks(found: Figures) -> list[list[Any]]:
    """The score at each look beside that of one curve for all."""
    return [_look(after(one.hours), one) for one in found.looks]


def mean_look(found: Figures) -> list[Any]:
    """The mean of all looks."""
    return _look(_("Mean"), found.mean)


def _look(name: str, one: Look) -> list[Any]:
    if one.clock.n < FEWEST:
        return [name, too_few(), "–", "–", "–", "–"]
    ratio = one.clock.log_loss / one.pooled.log_loss if one.pooled.log_loss else None
    return [
        name,
        number_words(one.clock.n),
        decimal(one.clock.log_loss, "0.000"),
        decimal(one.pooled.log_loss, "0.000"),
        decimal(ratio) if ratio is not None else "–",
        _apart(one.clock),
    ]


def _apart(score: Score) -> str:
    return decimal(score.calibration_error * 100, "0.0")


def _together(found: Figures) -> str:
    return decimal(found.calibration.error * 100, "0.0")


def looks_note(found: Figures) -> str:
    """Why the mean of the last column is not what the first sentences say."""
    return _(
        "The last column measures each look by itself, and its mean is that of the looks. All of "
        "them together lie %(points)s points apart, as the tenths above show: what was said too "
        "high at one look and too low at another evens out there.",
        points=_together(found),
    )


def warnings(found: Figures) -> list[list[Any]]:
    """The clock and the rules of fixed days: whom they would have given up on."""
    return [_warned(one, found.tested) for one in found.warned]


def _warned(one: Warned, tested: int) -> list[Any]:
    name = _("The clock, from a chance of %(percent)s down", percent=percent(1 - GIVES_UP))
    if one.days is not None:
        name = silent_for(one.days)
    if one.raised < FEWEST or one.after is None:
        return [name, too_few() if one.raised else number_words(0), "–", "–", "–"]
    return [
        name,
        of(one.raised, tested),
        of(one.wrong, one.raised),
        of(one.wrong, one.returned),
        after(one.after),
    ]


def equals(found: Figures) -> list[list[Any]]:
    """Each rule of fixed days beside the clock when it warns just as often."""
    rows: list[list[Any]] = []
    for one in found.rules:
        said = one.alarms
        if said.raised < FEWEST:
            rows.append([silent_for(one.days), too_few(), "–", "–", "–", "–"])
            continue
        counts = (said.false, said.equal_raised_false, said.missed, said.equal_raised_missed)
        rows.append([silent_for(one.days), number_words(said.raised), *map(number_words, counts)])
    return rows


def missing(found: Judged) -> tuple[str, str]:
    """What stands in the place of figures: a title, and what is missing."""
    day = date_words(found.cut) if found.cut else ""
    if found.why is Why.TOO_FEW:
        return _("Too few to judge"), _(
            "After %(day)s, %(tested)s silences can be tested; %(fewest)s are needed. An earlier "
            "day leaves more.",
            day=day,
            tested=number_words(found.tested),
            fewest=FEWEST_TESTED,
        )
    if found.why is Why.UNANSWERED:
        return _("Nothing to compare"), _(
            "No silence before %(day)s was answered, or none after it can be judged. Please "
            "choose another day.",
            day=day,
        )
    return _("It is too early to judge the clock"), _too_early(found)


def _too_early(found: Judged) -> str:
    needed = _(
        "Needed are %(fewest)s silences that began 30 days ago or earlier, so that it is known "
        "how they ended; so far there are %(there)s.",
        fewest=FEWEST_SILENCES,
        there=number_words(found.scope.judgeable),
    )
    if found.scope.enough_on is not None:
        when = _(
            "There will be enough as soon as the journal reaches %(day)s.",
            day=date_words(found.scope.enough_on),
        )
    else:
        when = ngettext(
            "%(num)s more has to begin; 30 days later this page shows its figures.",
            "%(num)s more have to begin; 30 days later this page shows its figures.",
            FEWEST_SILENCES - found.scope.silences,
        )
    return f"{needed} {when}"


def outside(found: Judged) -> str:
    """Why a day cannot be the cut."""
    scope = found.scope
    if scope.earliest is None or scope.latest is None:
        return ""
    return _(
        "Please choose a day from %(first)s to %(last)s: there must be silences to learn from "
        "before it and to test after it.",
        first=date_words(scope.earliest),
        last=date_words(scope.latest),
    )


def after(hours: float) -> str:
    """How long a silence had lasted: "after 6 hours", "after 3 days"."""
    span = timedelta(hours=hours)
    if span >= DAY:
        return ngettext("after %(num)s day", "after %(num)s days", round(hours / DAY_HOURS))
    return ngettext("after %(num)s hour", "after %(num)s hours", round(hours))


def silent_for(days: int) -> str:
    """A rule of fixed days."""
    return ngettext("Silent for %(num)s day", "Silent for %(num)s days", days)


def of(k: int, n: int) -> dict[str, str]:
    """A share with its count below."""
    if not n:
        return {"text": "–"}
    count = _("%(k)s of %(n)s", k=number_words(k), n=number_words(n))
    return {"text": percent(k / n), "small": count}


def too_few() -> dict[str, str]:
    """What stands where a figure would rest on too little."""
    return {"hushed": _("too few")}


def percent(value: float) -> str:
    """A share as a whole percentage; only what never or always happens is called 0 or 100."""
    return _("%(number)s%%", number=percent_of(value))


def decimal(value: float, form: str = "0.00") -> str:
    """A figure with its decimals, as the language writes them."""
    return format_decimal(value, form)
