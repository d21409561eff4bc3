"""The desk, and the page on which a person confirms that no answer came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from config import Settings
from recruiting import clock, letters, outgoing
from recruiting.access import needs
from recruiting.accounts.rules import Permission
from recruiting.answers.rules import changed_to
from recruiting.answers.wishes import wish_of
from recruiting.answers.wording import WISHES
from recruiting.dialogues import showing
from recruiting.feedback.wording import CHOICES as STATED
from recruiting.forms import whole_number
from recruiting.messages import arrivals
from recruiting.messages import queries as messages
from recruiting.messages.models import Message
from recruiting.office import office
from recruiting.pipeline import queries as pipeline
from recruiting.pipeline.forms import LogForm
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Outcome, Turn
from recruiting.pipeline.timelines import timeline
from recruiting.pipeline.views.acts import Answer, Who, act, invite
from recruiting.pipeline.views.door import me
from recruiting.pipeline.views.page import teller_of
from recruiting.pipeline.wording import long_day_words, name_of
from recruiting.privacy import tasks
from recruiting.silence import attending, drafts, queries, services, setbacks
from recruiting.silence.cases import case_with, cases_of
from recruiting.silence.forms import ConfirmForm
from recruiting.silence.ladder import Case
from recruiting.silence.queries import Card, DeskRow
from recruiting.silence.rules import State
from recruiting.silence.views.door import bp
from recruiting.silence.wording import CONFIRMED, Line, chance_words, hairline, line
from recruiting.silence.wording.conditions import checks
from recruiting.silence.wording.ladder import approved_words, script
from recruiting.silence.wording.steps import NextStep, remedies, step_words

ROWS = 8  # of a section, before "show all"
FEW_MORE = 2  # that are shown as well, rather than asked for
ROWS_OF_ONE = 50  # where one section is shown alone
SECTIONS = ("ours", "due", "quiet", "person")
OUTCOME_OF = {
    State.NEVER_RESPONDED: Outcome.NEVER_RESPONDED,
    State.UNREACHABLE: Outcome.UNREACHABLE,
}


@dataclass(frozen=True, slots=True)
class Call:
    """A call to make: the number, what to say, and the form whose buttons log how it went."""

    number: str
    script: str
    form: LogForm
    at: str
    wished_by: str = ""  # where they asked for it: the day by whose end


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the desk in words, with its one next thing."""

    application: Application
    name: str
    line: Line
    card: Card
    chance: float | None
    chance_words: str
    step: NextStep | None
    call: Call | None = None
    draft: int | None = None  # a drafted mail that a person has to read
    is_repair: bool = False  # what we write does not reach them
    leaves: str = ""  # of a mail that waits, when it leaves
    wish: str = ""  # what they ask for by a day


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the desk: the rows shown, and how many there are."""

    key: str
    tasks: list[Task]
    total: int
    first: int  # number of the first row shown, from 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.tasks) - 1


@dataclass(frozen=True, slots=True)
class Known:
    """What is read for all rows at once: cases and drafts by application, numbers by candidate."""

    cases: dict[int, Case]
    phones: dict[int, str]
    drafted: dict[int, int]
    on_their_way: dict[int, Message]


@bp.get("/desk")
@needs(Permission.SEE_APPLICATIONS)
def desk() -> str:
    """Show today's list: our own debts first, each row with its one next thing."""
    now = clock.now()
    is_mine = request.args.get("who") == "mine"
    owner = me().email if is_mine else None
    found = queries.desk(me(), now, office(), owner=owner)
    piles: dict[str, Sequence[DeskRow]] = {key: getattr(found, key) for key in SECTIONS}
    only = request.args.get("section")
    only = only if only in SECTIONS else None
    asked = tasks.asked(me(), now, owner=owner) if not only else []
    drafted = drafts.by_application(now) if me().can(Permission.APPROVE_MAIL) else {}
    page = whole_number(request.args.get("page"), low=1, high=1000) or 1
    return render_template(
        "silence/desk.html",
        today=long_day_words(now),
        lede=_lede(piles),
        sections=_sections(
            {key: rows for key, rows in piles.items() if rows and only in {None, key}},
            page if only else None,
            drafted,
            now,
        ),
        only=only,
        page=page,
        pages=-(-len(piles[only]) // ROWS_OF_ONE) if only else 1,
        who="mine" if is_mine else None,
        asked=asked,
        asked_cut=tasks.cut_words(me(), asked),
        drafted=len(drafted),
        parked=setbacks.count() if me().can(Permission.MEND) else 0,
        outbox=_outbox_words(now) if me().can(Permission.APPROVE_MAIL) else "",
        unnamed=showing.waiting(me(), _settings(), office().day_of(now)),
        mail=_mail_words() if me().can(Permission.SORT_MAIL) else "",
    )


def _settings() -> Settings:
    return current_app.extensions["settings"]


def _mail_words() -> str:
    """What came in by mail and needs a person, in one sentence."""
    waiting, hints = arrivals.tasks()
    said = [
        ngettext("%(num)s mail waits to be placed", "%(num)s mails wait to be placed", waiting)
        if waiting
        else "",
        ngettext(
            "%(num)s mail sounds like a withdrawal",
            "%(num)s mails sound like a withdrawal",
            hints,
        )
        if hints
        else "",
    ]
    return ", ".join(filter(None, said)) + "." if any(said) else ""


def _outbox_words(now: datetime) -> str:
    """What is wrong with our own mail, in sentences."""
    found = messages.troubles(now)
    said = []
    if found.is_stopped:
        said.append(_("All mail is stopped."))
    if found.unknown:
        said.append(
            ngettext(
                "%(num)s mail of ours may have left: please check.",
                "%(num)s mails of ours may have left: please check.",
                found.unknown,
            )
        )
    if found.failed:
        said.append(
            ngettext(
                "%(num)s mail of ours did not leave.",
                "%(num)s mails of ours did not leave.",
                found.failed,
            )
        )
    if found.waiting:
        said.append(
            _("No server has taken our mail for %(num)s minutes.", num=found.minutes_at(now))
        )
    return " ".join(said)


def _sections(
    piles: dict[str, Sequence[DeskRow]], page: int | None, drafted: dict[int, int], now: datetime
) -> list[Section]:
    """The first rows of each section, or with `page` one page of all of them.

    What their next things hang on is read for all of them at once.
    """
    shown = {key: _cut(rows, page) for key, rows in piles.items()}
    known = _known([row for _start, some in shown.values() for row in some], drafted, now)
    return [
        Section(key, [_task(row, known) for row in some], len(piles[key]), start + 1)
        for key, (start, some) in shown.items()
    ]


def _cut(rows: Sequence[DeskRow], page: int | None) -> tuple[int, Sequence[DeskRow]]:
    """(place of the first row, the rows that are shown)."""
    first_rows = len(rows) if len(rows) <= ROWS + FEW_MORE else ROWS
    start, size = ((page - 1) * ROWS_OF_ONE, ROWS_OF_ONE) if page else (0, first_rows)
    return start, rows[start : start + size]


def _known(rows: Sequence[DeskRow], drafted: dict[int, int], now: datetime) -> Known:
    pipeline.load_addresses_of_nameless(row.application for row in rows)
    theirs = [row.application for row in rows if row.card.standing.turn is Turn.CANDIDATE]
    return Known(
        cases_of(theirs, now, office()),
        pipeline.phones(row.application.candidate_id for row in rows),
        drafted,
        drafts.on_their_way([row.application.id for row in rows]),
    )


def _task(row: DeskRow, known: Known) -> Task:
    application, card, now = row.application, row.card, clock.now()
    case = known.cases.get(application.id)
    step = step_words(application, card, case, now, office(), wanted=row.wanted)
    number = known.phones.get(application.candidate_id)
    may_work = me().can(Permission.WORK_APPLICATIONS)
    waits = known.on_their_way.get(application.id)
    return Task(
        application,
        name_of(application),
        line(application, card, now, office()),
        card,
        hairline(card),
        chance_words(card),
        step,
        _call(application, number, step) if number and step and step.is_call and may_work else None,
        known.drafted.get(application.id),
        queries.is_repair(application, card.standing),
        approved_words(waits, outgoing.limits().hours, now) if waits else "",
        _wish(row.wanted),
    )


def _wish(wanted: Event | None) -> str:
    """What was tapped on a page of theirs, in the reader's language, and not what was typed."""
    if wanted is None:
        return ""
    if wish := wish_of(wanted.external_id):
        return _("They ask: “%(words)s”.", words=WISHES[wish])
    if (choice := changed_to(wanted.external_id)) is not None:
        return _("They say now: “%(words)s”.", words=STATED[choice])
    if not wanted.due_at:
        return _("They came back after the end; that reopened it.")
    return ""


def _call(application: Application, number: str, step: NextStep) -> Call:
    now, by = clock.now(), step.wished_by
    form = LogForm.blank(application, at=now)
    words = script(application, me().name, _settings().employer, is_wished=bool(by))
    return Call(number, words, form, office().local(now).strftime("%Y-%m-%dT%H:%M"), by)


def _lede(piles: dict[str, Sequence[DeskRow]]) -> str:
    """The day in one sentence."""
    ours, due, quiet, person = (len(piles[key]) for key in SECTIONS)
    said = [
        ngettext("%(num)s answer we owe", "%(num)s answers we owe", ours) if ours else "",
        ngettext("%(num)s follow-up in order", "%(num)s follow-ups in order", due) if due else "",
        ngettext("%(num)s gone quiet", "%(num)s gone quiet", quiet) if quiet else "",
        ngettext("%(num)s that needs a person", "%(num)s that need a person", person)
        if person
        else "",
    ]
    return ", ".join(filter(None, said)) + "." if any(said) else ""


@bp.get("/applications/<int:application_id>/confirm")
@needs(Permission.CONFIRM_OUTCOMES)
def confirm(application_id: int) -> str:
    """Show the evidence in full, before anybody says that no answer came."""
    found = pipeline.application_for(me(), application_id, now=clock.now(), office=office())
    return _evidence(found)


@bp.post("/applications/<int:application_id>/confirm")
@needs(Permission.CONFIRM_OUTCOMES)
def confirmed(application_id: int) -> Answer:
    """End an application for want of an answer, as a person says who read the evidence."""

    def verb(application: Application, form: ConfirmForm, who: Who) -> None:
        services.confirm(
            application,
            form.chosen,
            note=form.note.data or "",
            attested=form.attested,
            **who.named,
        )
        invite(application, who.now)
        # A closing notice lies ready at once; whether it leaves, a person says.
        attending.attend(application, write=letters.of_step, now=who.now, office=who.office)

    said = _("Confirmed. Nothing was sent, and a late answer reopens it.")
    return act(application_id, ConfirmForm, verb, said, again=_evidence)


def _evidence(application: Application, refused: ConfirmForm | None = None) -> str:
    now, place = clock.now(), office()
    events = timeline(application, now)
    found = queries.evidence(application, events, now, place)
    state = found.card.standing.state
    case = case_with(application, found.reading)
    outcome = OUTCOME_OF.get(state, Outcome.GHOSTED)
    teller = teller_of(application)
    judged = checks(
        found,
        services.ASKED_FOR[outcome],
        as_form=True,
        ticked=refused.attested if refused else (),
        missing=refused.missing if refused else (),
        remedies=remedies(application, case),
    )
    form = refused or ConfirmForm.blank(application, outcome=outcome.value)
    form.outcome.data = outcome.value
    return render_template(
        "silence/confirm.html",
        application=application,
        name=teller.name,
        line=line(application, found.card, now, place),
        card=found.card,
        days=teller.days(events, found.reading, now),
        evidence=found,
        checks=judged,
        unmet=[one for one in judged if one.state == "not_met"],
        is_their_turn=found.card.standing.turn is Turn.CANDIDATE,
        outcome=outcome,
        button=CONFIRMED[outcome],
        form=form,
        step=step_words(application, found.card, case, now, place),
        back=url_for("pipeline.show", application_id=application.id),
    )
