"""The words of the answers: on the candidate's page, and on the timeline as what was tapped."""

from __future__ import annotations

from datetime import date

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.answers.rules import LONGEST_TEXT, Answer, Choice, Fault, When
from recruiting.answers.wishes import Wish
from recruiting.feedback.wording import too_long
from recruiting.pipeline.rules import SILENT_OUTCOMES, Outcome
from recruiting.pipeline.wording import date_words

CHOICES = {
    Choice.INTERESTED: _l("I am still interested"),
    Choice.MORE_TIME: _l("I need more time"),
    Choice.LATER: _l("Not now, perhaps later"),
    Choice.WITHDRAW: _l("I withdraw my application"),
    Choice.GO_ON: _l("I would like to go on with my application"),
}
# What follows from each, in a few words.
FOLLOWS = {
    Choice.INTERESTED: _l("Then the next word is ours."),
    Choice.MORE_TIME: _l("Until a day you choose; until then nobody asks."),
    Choice.LATER: _l("We close your application kindly. You can apply again at any time."),
    Choice.WITHDRAW: _l("We close your application. No reason needed."),
}
# The same once we had closed it for want of an answer, and had said so.
FOLLOWS_CLOSED = FOLLOWS | {
    Choice.LATER: _l("Then it stays closed. You can apply again at any time."),
    Choice.WITHDRAW: _l("Then it stands as withdrawn by you. No reason needed."),
}
THANKS = {
    Choice.INTERESTED: _l("The next word is ours now. There is nothing more you need to do."),
    Choice.MORE_TIME: _l("Take your time. We do not ask again before that day."),
    Choice.LATER: _l("Your application is closed, as you wished. Thank you for telling us."),
    Choice.WITHDRAW: _l("Your application is closed, as you wished. Thank you for telling us."),
    Choice.GO_ON: _l("Your message has reached us. The next word is ours now."),
}
WHENS = {
    When.QUARTER: _l("In about three months"),
    When.HALF_YEAR: _l("In about half a year"),
    When.YEAR: _l("In about a year"),
    When.UNKNOWN: _l("I cannot say yet"),
}
WISHES = {
    Wish.SUITS: _l("The appointment suits me"),
    Wish.ANOTHER_TIME: _l("I would like another time for the appointment"),
    Wish.CALL: _l("Please call me"),
    Wish.NOT_REACHED: _l("Your messages or a link did not work for me"),
    Wish.ERASURE: _l("I would like my data to be deleted"),
}


def follows(outcome: Outcome | None) -> dict[Choice, LazyString]:
    """What follows from each answer, given how it ended as far as its candidate knows."""
    return FOLLOWS_CLOSED if outcome in SILENT_OUTCOMES else FOLLOWS


def tapped(answer: Answer) -> str:
    """An answer in the words that were tapped."""
    words = str(CHOICES[answer.choice])
    if answer.choice is Choice.MORE_TIME and answer.until:
        return time_words(answer.until)
    if answer.choice is Choice.LATER and answer.when:
        return f"{words}: {WHENS[answer.when]}"
    return words


def time_words(until: date) -> str:
    """That more time is needed, and until when."""
    return _("I need more time, until %(day)s", day=date_words(until))


def given_words(choice: Choice, until: date | None) -> str:
    """An answer that was given, as the page repeats it."""
    if choice is Choice.MORE_TIME and until:
        return time_words(until)
    return str(CHOICES[choice])


def sentence(fault: Fault, answer: Answer) -> str:
    """What is wrong and what to do."""
    match fault:
        case Fault.NO_DAY:
            return _("Please choose the day until which you need more time.")
        case Fault.PAST_DAY:
            return _("Please choose a day to come.")
        case Fault.DISTANT_DAY:
            return _(
                "This day is more than three months away. Please choose a nearer one, "
                "or “%(later)s”.",
                later=CHOICES[Choice.LATER],
            )
        case Fault.NO_WHEN:
            return _("Please choose when it might suit you; “I cannot say yet” is fine.")
        case Fault.NO_TIME:
            return _(
                "So that we can ask you again, please choose a time; or take the tick away, and "
                "we do not ask."
            )
        case Fault.LONG_TEXT:
            return too_long(len(answer.text), LONGEST_TEXT)


def field_of(fault: Fault, choice: Choice) -> str | None:
    """The id of the control that a fault is about."""
    if fault in {Fault.NO_DAY, Fault.PAST_DAY, Fault.DISTANT_DAY}:
        return "until"
    if fault is Fault.NO_TIME:
        return "may_ask"
    return f"{choice}-text" if fault is Fault.LONG_TEXT else None
