"""What our mails say: the list of them, and one with its preview, for administrators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from config import Settings
from recruiting import clock
from recruiting.access import needs
from recruiting.accounts import queries as staff
from recruiting.accounts import services as accounts
from recruiting.accounts.rules import Permission
from recruiting.db import db
from recruiting.errors import Conflict
from recruiting.forms import conflict
from recruiting.messages import wording, wordings
from recruiting.messages.fields import FIELDS, fill
from recruiting.messages.forms import RestoreForm, WordingForm
from recruiting.messages.views.door import bp
from recruiting.messages.wordings import Words, WrongFields
from recruiting.pipeline.views.door import me
from recruiting.pipeline.wording import full_moment_words

PREVIEW = "preview"  # the button that only shows
FOR_STAFF = frozenset(
    {"reminder", "confided"}
)  # the tone of a mail to candidates is none of theirs


@bp.get("/wordings")
@needs(Permission.EDIT_WORDING)
def wordings_list() -> str:
    """List every mail that can be sent, in each language, and whose words it has."""
    names = {user.email: user.name for user in staff.users()}
    rows = [[_listed(one), *_about(one, names)] for one in wordings.all_words()]
    return render_template("messages/wordings.html", rows=rows)


@bp.get("/wordings/<name>/<language>")
@needs(Permission.EDIT_WORDING)
def words(name: str, language: str) -> str:
    """Show one mail as it would leave, with its words to change."""
    found = wordings.words(name, language)
    return _page(found, WordingForm.blank(found))


@bp.post("/wordings/<name>/<language>")
@needs(Permission.EDIT_WORDING)
def change_words(name: str, language: str) -> Response | tuple[str, int]:
    """Let a mail say something else, or only show how it would look."""
    found, form, now = wordings.words(name, language), WordingForm(), clock.now()
    if not form.validate():
        return _page(found, form), 422
    subject, body = form.said
    if PREVIEW in request.form:
        return _page(found, form, is_preview=True), 200
    done = redirect(url_for("messages.words", name=name, language=language), 303)
    if not accounts.claim_submission(form.submission.data or "", now):
        return done  # a second click: the first has acted
    try:
        seen = int(form.version.data or 0)
        is_changed = wordings.change(
            name, language, subject=subject, body=body, seen=seen, by=me().email, now=now
        )
    except WrongFields as problem:
        db.session.rollback()
        for wrong in problem.found:
            form.tell(name, wrong)
        return _page(found, form), 422
    if not is_changed:
        raise _late(found, f"{subject}\n\n{body}")
    db.session.commit()
    flash(_("Saved. Mails that are written from now on say this."))
    return done


@bp.post("/wordings/<name>/<language>/restore")
@needs(Permission.EDIT_WORDING)
def restore_words(name: str, language: str) -> Response | tuple[str, int]:
    """Go back to the words that this program brought along."""
    found, form = wordings.words(name, language), RestoreForm()
    if not form.validate():
        return _page(found, WordingForm.blank(found)), 422
    done = redirect(url_for("messages.words", name=name, language=language), 303)
    if not accounts.claim_submission(form.submission.data or "", clock.now()):
        return done
    if not wordings.restore(name, language, seen=int(form.version.data or 0)):
        raise _late(found, _("the original words"))
    db.session.commit()
    flash(_("This mail has its original words again."))
    return done


def _late(found: Words, mine: str) -> Conflict:
    """What both wanted, and the way back; what this request had begun is undone."""
    db.session.rollback()
    there = wordings.words(found.name, found.language)
    return conflict(
        mine=mine,
        theirs=f"{there.subject}\n\n{there.body}",
        back=url_for("messages.words", name=found.name, language=found.language),
    )


def _page(found: Words, form: WordingForm, *, is_preview: bool = False) -> str:
    subject, body = form.said
    faults = list(wordings.check(found.name, subject, body)) if is_preview else []
    for wrong in faults:
        form.tell(found.name, wrong)
    shown, text = fill(subject, body, _examples(found.language))
    tone = [] if found.name in FOR_STAFF else wording.tone_words(subject, body, found.language)
    other = next(one for one in wording.LANGUAGES if one != found.language)
    return render_template(
        "messages/words.html",
        words=found,
        title=wording.MAILS[found.name],
        occasion=wording.OCCASIONS[found.name],
        form=form,
        shown=shown,
        text=text,
        is_preview=is_preview,
        tone=tone,
        fields=list(_fields(found)),
        about=_whose(found),
        restore=None if found.is_ours else RestoreForm.blank(found),
        switch=[
            (wording.LANGUAGES[code], url_for(".words", name=found.name, language=code), code)
            for code in sorted({found.language, other}, reverse=True)
        ],
    )


def _examples(language: str) -> dict[str, str]:
    """What the fields hold in a preview; links lead nowhere."""
    settings: Settings = current_app.extensions["settings"]
    links = {
        name: f"{settings.home}/{_path(name)}/…" for name in wording.FIELD_WORDS if "_link" in name
    }
    return wording.EXAMPLES[language] | links | {"employer": settings.employer}


def _path(link: str) -> str:
    return link.removesuffix("_link")


def _fields(found: Words) -> Iterator[tuple[str, str]]:
    """Each field of a mail with what it stands for."""
    known = FIELDS[found.name]
    for name, meaning in wording.FIELD_WORDS.items():
        if name in known.may:
            needed = _("%(meaning)s; the text must hold it", meaning=meaning)
            yield f"{{{name}}}", needed if name in known.must else str(meaning)


def _listed(one: Words) -> dict[str, Any]:
    return {
        "text": wording.MAILS[one.name],
        "href": url_for("messages.words", name=one.name, language=one.language),
        "small": wording.OCCASIONS[one.name],
    }


def _about(one: Words, names: dict[str, str]) -> list[str]:
    language = wording.LANGUAGES[one.language]
    if one.changed_at is None:
        return [language, one.subject, _("original")]
    who, when = names.get(one.changed_by, one.changed_by), full_moment_words(one.changed_at)
    return [language, one.subject, _("changed by %(who)s, %(when)s", who=who, when=when)]


def _whose(found: Words) -> str:
    if found.changed_at is None:
        return _("These are the original words of this program.")
    user = staff.user_with_email(found.changed_by)
    return _(
        "Changed by %(who)s on %(when)s.",
        who=user.name if user else found.changed_by,
        when=full_moment_words(found.changed_at),
    )
