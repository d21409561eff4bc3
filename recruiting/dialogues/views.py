"""A dialogue for the candidate behind its key, and for those inside whom it concerns.

The candidate's page takes the key in the body of each request and keeps nothing of it: no cookie,
no address, no line of a log. How many keys a network may try is counted in the database, for all
processes, before a key is looked at; a right one leaves no count.
"""

from __future__ import annotations

from datetime import date

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from recruiting import access, clock
from recruiting.access import needs
from recruiting.accounts import tries
from recruiting.accounts.rules import Permission
from recruiting.db import db
from recruiting.dialogues import queries, services, showing, wording
from recruiting.dialogues.forms import EndForm, KeyForm, RemarkForm
from recruiting.dialogues.queries import Dialogue
from recruiting.dialogues.replies import REPLIES
from recruiting.dialogues.rules import Draft, RemarkKind
from recruiting.errors import Missing
from recruiting.feedback import keys
from recruiting.office import office
from recruiting.pipeline.views.door import me
from recruiting.reports import answers
from recruiting.web import evenly_long, keep_out, without_session

bp = Blueprint("dialogues", __name__)
bp.after_request(keep_out)
Answered = str | tuple[str, int]


# --- the candidate -------------------------------------------------------------------------------


@bp.get("/dialogue")
@without_session
@evenly_long
def show() -> str:
    """Ask for the key."""
    return _asking(KeyForm())


@bp.post("/dialogue")
@without_session
@evenly_long
def talk() -> Answered:
    """Show what the key opens, once what the candidate says is stored; wrong keys are counted."""
    form, today = KeyForm(), _today()
    if not form.validate():
        return _asking(form), 422
    counted = tries.count_key(access.network(), limits=access.try_limits(), now=clock.now())
    hashes = keys.hashes(_settings().keys, form.key.data or "")
    found = queries.behind(hashes, today=today, smallest=_settings().smallest_group)
    if found is None:
        form.refuse(wording.unopened(form.key.data or ""), form.key)
        return _asking(form), 422
    tries.uncount(counted)
    if found.read_from:
        return render_template("dialogues/sealed.html", read_from=found.read_from)
    return _opened(queries.dialogue(found.answer_id), form, today)


def _opened(dialogue: Dialogue, form: KeyForm, today: date) -> Answered:
    draft, status = form.draft(), 200
    answer_id, is_stored = dialogue.answer.id, False
    if draft is not None:
        words = _settings().alarms
        fault = services.add(dialogue, draft, form.place, today=today, alarm_words=words)
        db.session.commit()
        dialogue = queries.dialogue(answer_id)
        if fault is None:
            is_stored, form.text.data = True, ""
        else:
            form.tell(fault, draft)
            status = 422
    page = render_template(
        "dialogues/dialogue.html",
        form=form,
        dialogue=dialogue,
        days=showing.days(dialogue, for_candidate=True),
        open_until=queries.last_day(dialogue, _settings().smallest_group),
        number=len(dialogue.remarks) + 1,
        is_stored=is_stored,
    )
    return page, status


def _asking(form: KeyForm) -> str:
    return render_template("dialogues/key.html", form=form)


# --- inside --------------------------------------------------------------------------------------


@bp.get("/reports/dialogues")
@needs(Permission.OWN_ACCOUNT)
def listed() -> str:
    """List the dialogues that are for this reader; to all others nothing is here."""
    trusted = _settings().trusted
    if not queries.is_reader(me(), trusted):
        raise Missing
    found = queries.dialogues(me(), trusted, _counted_until())
    return render_template(
        "dialogues/list.html",
        rows=[(one, showing.row(one)) for one in found],
        smallest=_settings().smallest_group,
        sees_reports=me().can(Permission.SEE_REPORTS),
    )


@bp.get("/reports/dialogues/<answer_id>")
@needs(Permission.OWN_ACCOUNT)
def one(answer_id: str) -> str:
    """Show one, with a form to answer, which a saved wording may fill."""
    dialogue, form = _for_me(answer_id), RemarkForm(formdata=None)
    name, _dash, language = request.args.get("wording", "").partition("-")
    form.text.data = REPLIES.get(name, {}).get(language, "")
    if name == RemarkKind.CHANGED and form.text.data:
        form.kind.data = RemarkKind.CHANGED
    return _inside(dialogue, form)


@bp.post("/reports/dialogues/<answer_id>")
@needs(Permission.OWN_ACCOUNT)
def answer(answer_id: str) -> Answered | AnyResponse:
    """Answer, and say what became of it."""
    dialogue, form = _for_me(answer_id), RemarkForm()
    if not form.validate():
        return _inside(dialogue, form), 422
    return _add(dialogue, form, form.draft(me().email), _("Your answer is stored."))


@bp.post("/reports/dialogues/<answer_id>/end")
@needs(Permission.OWN_ACCOUNT)
def end(answer_id: str) -> Answered | AnyResponse:
    """End it: the candidate can read it still, and nobody can answer."""
    dialogue, form = _for_me(answer_id), RemarkForm(formdata=None)
    ending = EndForm()
    if not ending.validate():
        return _inside(dialogue, form), 422
    form.number.data = ending.number.data
    draft = Draft(RemarkKind.ENDED, "", me().email)
    return _add(dialogue, form, draft, _("The conversation has ended."))


def _add(dialogue: Dialogue, form: RemarkForm, draft: Draft, said: str) -> Answered | AnyResponse:
    answer_id = dialogue.answer.id
    fault = services.add(dialogue, draft, form.place, today=_today())
    db.session.commit()
    if fault is not None:
        form.tell(fault, draft)
        return _inside(queries.dialogue(answer_id), form), 422
    flash(said)
    return redirect(url_for("dialogues.one", answer_id=answer_id), 303)


def _inside(dialogue: Dialogue, form: RemarkForm) -> str:
    form.number.data = str(len(dialogue.remarks) + 1)
    return render_template(
        "dialogues/one.html",
        dialogue=dialogue,
        form=form,
        days=showing.days(dialogue, for_candidate=False),
        row=showing.row(dialogue),
        replies=showing.replies(dialogue.answer.id),
        open_until=queries.last_day(dialogue, _settings().smallest_group),
    )


def _for_me(answer_id: str) -> Dialogue:
    return queries.dialogue_for(me(), _settings().trusted, _counted_until(), answer_id)


def _counted_until() -> date | None:
    """The last week whose answers the report of this day shows."""
    return answers.counted_week(_today(), _settings().smallest_group)


def _today() -> date:
    return office().day_of(clock.now())


def _settings() -> Settings:
    return current_app.extensions["settings"]
