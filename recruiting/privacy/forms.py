"""What a colleague decides about an erasure, and that somebody was asked again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from recruiting.pipeline.forms import CHOOSE, ActForm
from recruiting.privacy.rules import LONGEST_REASON, Decision
from recruiting.privacy.wording import DECISIONS


class DecideForm(ActForm):
    """Done or refused, and what stays for which reason; the candidate reads both."""

    slug = "erasure"
    decision = RadioField(
        _l("What did you decide?"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice(one.value, words) for one, words in DECISIONS.items()],
    )
    reason = TextAreaField(
        _l("What stays, why, and until when"),
        [
            DataRequired(_l("Please say what stays and why; the candidate has a right to know.")),
            Length(max=LONGEST_REASON),
        ],
        description=_l("The candidate reads this on their page."),
    )

    @property
    def chosen(self) -> Decision:
        """What was decided; call after `validate`."""
        return Decision(self.decision.data)

    def mine(self) -> str:
        """The decision and the reason, in words."""
        return f"{DECISIONS[self.chosen]} {self.reason.data or ''}".strip()


class SettleForm(ActForm):
    """That somebody was asked again, or that nobody will ask."""

    slug = "again"
