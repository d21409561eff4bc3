"""The words of exit feedback, on the candidate's page and in the report: one for each code."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.feedback.box import AT_LEAST, BATCH
from recruiting.feedback.models import AnonymousAnswer, Answer
from recruiting.feedback.obstacles import Obstacle
from recruiting.feedback.rules import (
    LONGEST_OTHER,
    LONGEST_WISH,
    Answers,
    Choice,
    Fault,
    How,
    Reason,
)
from recruiting.pipeline.wording import date_words

HOWS = {
    How.NAMED: _l("With my name"),
    How.ANONYMOUS: _l("Anonymous"),
}
MEANINGS = {
    How.NAMED: _l(
        "Those who look after your application see what you tick. What you choose in the first "
        "item takes effect at once; you can change it for seven days. Your own words are read by "
        "human resources alone."
    ),
    How.ANONYMOUS: _l(
        "Your answers are kept sealed and without your name, and are read together with those of "
        "at least %(others)d others, after %(days)d days or later; nothing happens to your "
        "application by them, since that would tell who you are.",
        others=BATCH - 1,
        days=AT_LEAST.days,
    ),
}
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
    Fault.NO_HOW: "how",
    Fault.NAMED_BEFORE: "how",
    Fault.NAMELESS_DAY: "until",
    Fault.NAMELESS_CONTACT: "may_contact",
    Fault.NAMED_KEY: "wants_reply",
    Fault.PAST_DAY: "until",
    Fault.DISTANT_DAY: "until",
    Fault.STRAY_DAY: "until",
    Fault.MANY_REASONS: "reasons",
    Fault.LONG_OTHER: "other_reason",
    Fault.LONG_WISH: "wish",
}


OBSTACLES = {
    Obstacle.OBJECTED: _l("Not asked for feedback: they do not want to be asked."),
    Obstacle.STAGE: _l("Not asked for feedback: the stage in which it ended does not ask."),
    Obstacle.ACTIVE: _l(
        "Not asked for feedback: another application of theirs is running, as far as they know."
    ),
    Obstacle.RECENT: _l("Not asked for feedback: they were invited within the last six months."),
}


def obstacle_words(obstacle: Obstacle | None) -> str:
    """Why somebody is not asked, for colleagues; none: what was in the way then is so no more."""
    if obstacle in OBSTACLES:
        return str(OBSTACLES[obstacle])
    return _("Not asked for feedback: no invitation was prepared when it ended.")


FAULTS = {
    Fault.NO_HOW: _l("Please choose whether your answers bear your name."),
    Fault.NOTHING: _l(
        "Nothing was filled in, so nothing was sent. You may simply close this page."
    ),
    Fault.PAST_DAY: _l("This day has passed. Please choose a day to come, or leave it empty."),
    Fault.DISTANT_DAY: _l("This day is more than two years away. Please choose a nearer one."),
    Fault.NAMELESS_DAY: _l(
        "A day could tell who you are. Please leave it empty, or answer with your name."
    ),
    Fault.NAMELESS_CONTACT: _l(
        "Nobody can contact you without knowing you. Please take the tick away, or answer with "
        "your name."
    ),
    Fault.NAMED_KEY: _l(
        "A key is for answers without a name. Please take the tick away, and let somebody contact "
        "you instead if you like."
    ),
    Fault.NAMED_BEFORE: _l(
        "Something of yours is kept with your name already, so the rest cannot be given "
        "anonymously. If you send it now, it bears your name as well."
    ),
    Fault.MANY_REASONS: _l("Please keep the two reasons that weighed most."),
}


def sentence(fault: Fault, answers: Answers) -> str:
    """What is wrong and what to do, in the reader's language."""
    match fault:
        case Fault.STRAY_DAY:
            return _(
                "A day fits only “%(more_time)s”. Please choose that, or leave the day empty.",
                more_time=CHOICES[Choice.MORE_TIME],
            )
        case Fault.LONG_OTHER:
            return too_long(len(answers.other_reason), LONGEST_OTHER)
        case Fault.LONG_WISH:
            return too_long(len(answers.wish), LONGEST_WISH)
    return str(FAULTS[fault])


def too_long(length: int, most: int) -> str:
    """That a text has too many characters."""
    return _(
        "This has %(length)d characters, and %(most)d fit. Please shorten it.",
        length=length,
        most=most,
    )


def in_words(answer: Answer, *, with_texts: bool) -> list[tuple[str, str]]:
    """What a candidate answered with their name, item by item; what was left out is not listed.

    Their own words, and whether somebody may contact them, only `with_texts`; words that raised an
    alarm are not for this place at all.
    """
    reasons = ", ".join(str(REASONS[Reason(code)]) for code in answer.reasons.split())
    told = [
        (_("What describes it best"), str(CHOICES[answer.choice]) if answer.choice else ""),
        (_("Until"), date_words(answer.until) if answer.until else ""),
        (_("What weighed most"), reasons),
        (_("Knew what would happen next"), str(KNEW_NEXT.get(answer.knew_next or 0, ""))),
        (_("Would apply to us again"), str(AGAIN.get(answer.again or 0, ""))),
    ]
    if with_texts:
        told += own_words(answer) if not answer.raises_alarm else []
        told.append(
            (
                _("Somebody outside the hiring team may write"),
                _("yes") if answer.may_contact else "",
            )
        )
    return [(item, words) for item, words in told if words]


def own_words(answer: Answer | AnonymousAnswer) -> list[tuple[str, str]]:
    """What somebody wrote themselves, text by text."""
    return [
        (_("Something else that weighed"), answer.other_reason),
        (_("What we should have done differently"), answer.wish),
    ]
