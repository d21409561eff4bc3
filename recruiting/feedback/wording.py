"""The words of exit feedback, on the candidate's page and in the report: one for each code."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.feedback.models import Answer
from recruiting.feedback.rules import (
    LONGEST_OTHER,
    LONGEST_WISH,
    Answers,
    Choice,
    Fault,
    Reason,
)
from recruiting.pipeline.wording import date_words

CHOICES = {
    Choice.INTERESTED: _l("I am still interested"),
    Choice.MORE_TIME: _l("I need more time"),
    Choice.DECIDED_AGAINST: _l("I decided against it"),
    Choice.NOT_REACHED: _l("Your messages did not reach me"),
    Choice.NOT_SAID: _l("I would rather not say"),
}
REASONS = {
    Reason.FIT: _l("The role and its tasks"),
    Reason.IMPRESSION: _l("The impression of the employer"),
    Reason.PACE: _l("Communication and pace"),
    Reason.PEOPLE: _l("The people and the interview"),
    Reason.TERMS: _l("Pay and terms"),
    Reason.OTHER_OFFER: _l("Another option"),
    Reason.LIFE: _l("Time and life"),
    Reason.HARD_TO_SAY_NO: _l("It was hard to say no"),
    Reason.NO_ANSWER_NEEDED: _l("It seemed that no answer was needed"),
    Reason.EFFORT: _l("The effort of the process"),
    Reason.OTHER: _l("Something else"),
}
KNEW_NEXT = {
    1: _l("not at all true"),
    2: _l("hardly true"),
    3: _l("partly true"),
    4: _l("mostly true"),
    5: _l("entirely true"),
}
AGAIN = {
    1: _l("very unlikely"),
    2: _l("unlikely"),
    3: _l("perhaps"),
    4: _l("likely"),
    5: _l("very likely"),
}
FIELD_OF = {
    Fault.PAST_DAY: "until",
    Fault.DISTANT_DAY: "until",
    Fault.STRAY_DAY: "until",
    Fault.MANY_REASONS: "reasons",
    Fault.LONG_OTHER: "other_reason",
    Fault.LONG_WISH: "wish",
}


def sentence(fault: Fault, answers: Answers) -> str:
    """What is wrong and what to do, in the reader's language."""
    match fault:
        case Fault.NOTHING:
            return _("Nothing was filled in, so nothing was sent. You may simply close this page.")
        case Fault.PAST_DAY:
            return _("This day has passed. Please choose a day to come, or leave it empty.")
        case Fault.DISTANT_DAY:
            return _("This day is more than two years away. Please choose a nearer one.")
        case Fault.STRAY_DAY:
            return _(
                "A day fits only “%(more_time)s”. Please choose that, or leave the day empty.",
                more_time=CHOICES[Choice.MORE_TIME],
            )
        case Fault.MANY_REASONS:
            return _("Please keep the two reasons that weighed most.")
        case Fault.LONG_OTHER:
            return _too_long(len(answers.other_reason), LONGEST_OTHER)
        case Fault.LONG_WISH:
            return _too_long(len(answers.wish), LONGEST_WISH)


def _too_long(length: int, most: int) -> str:
    return _(
        "This has %(length)d characters, and %(most)d fit. Please shorten it.",
        length=length,
        most=most,
    )


def in_words(answer: Answer) -> list[tuple[str, str]]:
    """What a candidate answered, item by item; what was left out is not listed."""
    reasons = ", ".join(str(REASONS[Reason(code)]) for code in answer.reasons.split())
    told = [
        (_("What describes it best"), str(CHOICES[answer.choice]) if answer.choice else ""),
        (_("Until"), date_words(answer.until) if answer.until else ""),
        (_("What weighed most"), reasons),
        (_("What we should have done differently"), answer.wish),
        (_("Somebody outside the hiring team may write"), _("yes") if answer.may_contact else ""),
    ]
    return [(item, words) for item, words in told if words]
