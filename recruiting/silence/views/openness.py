"""How good the silence clock is, and how silence is read here: for those who ask."""

from __future__ import annotations

from datetime import date, timedelta

from flask import current_app, render_template, request, url_for
from flask_login import current_user

from config import Settings
from recruiting import clock
from recruiting.access import needs
from recruiting.accounts.rules import Permission
from recruiting.office import office
from recruiting.silence.forms import CutForm
from recruiting.silence.judged import FEWEST_SILENCES, LEARNS, Judged, Why, judged
from recruiting.silence.views.door import bp
from recruiting.silence.wording import judged as words
from recruiting.silence.wording import openness

STANDS = timedelta(
    days=365
)  # a figure on the page of rules may be older than on the page of its own


@bp.get("/silence/clock")
@needs(Permission.SEE_REPORTS)
def how_good() -> tuple[str, int]:
    """Show how good the forecasts were on this installation's own journal.

    Works the back-test out if none is kept: see `judged` for what that costs.
    """
    form = CutForm(request.args)
    if not form.validate():
        return _clock_page(form, None), 422
    found = judged(clock.now(), office(), form.until.data)
    if found.why is Why.OUTSIDE:
        form.refuse(words.outside(found), form.until)
        return _clock_page(form, None), 422
    return _clock_page(form, found), 200


def _clock_page(form: CutForm, found: Judged | None) -> str:
    figures = found.figures if found else None
    cut: date | None = form.until.data or (found.cut if found else None)
    return render_template(
        "silence/clock.html",
        form=form,
        cut=cut.isoformat() if cut else "",
        scope=found.scope if found else None,
        is_chosen=bool(form.until.raw_data and form.until.raw_data[0]),
        found=found,
        figures=figures,
        words=words,
        learns=f"{LEARNS * 100:.0f}",
        missing=words.missing(found) if found and not figures else None,
        can_choose=found is None or found.why is not Why.TOO_YOUNG,
    )


@bp.get("/silence/rules")
@needs(Permission.SEE_RULES)
def how_we_read() -> str:
    """State the rule of turns, what is used and never used, and who decides."""
    settings: Settings = current_app.extensions["settings"]
    found = judged(clock.now(), office(), kept_for=STANDS)
    return render_template(
        "silence/rules.html",
        states=openness.states(),
        conditions=openness.conditions(),
        ladder=openness.ladder(),
        most=openness.most(),
        used=openness.used(),
        never=openness.never(),
        assumed=openness.assumed(),
        kept=openness.kept(settings.feedback_days, settings.documents_days),
        asked=openness.asked(),
        leaning=openness.leaning(),
        judged=openness.judged(found),
        fewest=FEWEST_SILENCES,
        clock_url=url_for("silence.how_good") if current_user.can(Permission.SEE_REPORTS) else None,
    )
