"""The journal in the browser: send a file, see what it would bring, confirm; take all of it out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from math import ceil
from tempfile import TemporaryFile
from typing import IO, Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
)
from flask import url_for as to
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from recruiting import clock
from recruiting.access import needs
from recruiting.accounts import services as accounts
from recruiting.accounts.rules import Permission
from recruiting.db import db
from recruiting.errors import Missing, Refused
from recruiting.journal import queries, services, wording
from recruiting.journal.csvfile import Echo, written_rows
from recruiting.journal.forms import ConfirmForm, DiscardForm, UploadForm
from recruiting.journal.models import Upload
from recruiting.journal.queries import Summary
from recruiting.journal.rules import RowProblem, defused, shown
from recruiting.office import office
from recruiting.web import takes_files

bp = Blueprint("journal", __name__)
Answer = AnyResponse | str | tuple[str, int]
SHOWN_PROBLEMS = 200  # on the page; the file has all of them
KB = 1000
AT_ONCE = 64 * 1024  # bytes of a download


@bp.get("/journal")
@needs(Permission.IMPORT_JOURNAL)
def start() -> str:
    """Explain the journal, take a file, show the last imports."""
    return _start(UploadForm())


@bp.post("/journal/uploads")
@needs(Permission.IMPORT_JOURNAL)
@takes_files
def upload() -> Answer:
    """Keep a file until somebody has seen what it would bring."""
    form, now = UploadForm(), clock.now()
    if not form.validate():
        return _start(form), 422
    if not accounts.claim_submission(form.submission.data or "", now):
        return redirect(to("journal.start"), 303)
    file = form.file.data
    kept = services.keep(file.stream, shown(file.filename), user_id=current_user.id, now=now)
    upload_id = kept.id
    db.session.commit()
    services.look_at_upload(upload_id, now=now)  # once, not at every look of somebody at the page
    db.session.rollback()
    return redirect(to("journal.preview", upload_id=upload_id), 303)


@bp.get("/journal/uploads/<upload_id>")
@needs(Permission.IMPORT_JOURNAL)
def preview(upload_id: str) -> str:
    """Show what a file would bring, and every row that cannot be read."""
    return _preview(queries.upload_of(current_user.id, upload_id), ConfirmForm())


@bp.get("/journal/uploads/<upload_id>/problems.csv")
@needs(Permission.IMPORT_JOURNAL)
def problems(upload_id: str) -> Response:
    """The rows that cannot be read, for a spreadsheet."""
    queries.upload_of(current_user.id, upload_id)
    db.session.rollback()  # the file is read in a transaction of its own
    _summary, found = services.found_in_upload(upload_id, now=clock.now())
    return _download(_problem_lines(found), "journal-problems.csv")


@bp.post("/journal/uploads/<upload_id>/confirm")
@needs(Permission.IMPORT_JOURNAL)
def confirm(upload_id: str) -> Answer:
    """Bring a file in; of two clicks the first one acts."""
    form, now, user = ConfirmForm(), clock.now(), current_user
    kept = queries.find_upload(user.id, upload_id)
    if kept is None:
        return _sent_before(form)
    if not form.validate():
        return _preview(kept, form), 422
    db.session.rollback()
    try:
        summary = services.take_upload(
            upload_id,
            user.id,
            now=now,
            office=office(),
            by=user.email,
            skip_bad=form.skip_bad.data,
        )
    except Refused as problem:
        db.session.rollback()
        flash(str(problem), "refused")
        return redirect(to("journal.start"), 303)
    if not summary.took_effect:
        db.session.rollback()
        return _refused(user.id, upload_id, form, summary)
    accounts.claim_submission(form.submission.data or "", now)
    services.put_away()
    db.session.commit()
    services.remove_file(upload_id)
    flash(wording.result(summary))
    return redirect(to("journal.start"), 303)


@bp.post("/journal/uploads/<upload_id>/discard")
@needs(Permission.IMPORT_JOURNAL)
def discard(upload_id: str) -> Answer:
    """Forget a file that waits."""
    form = DiscardForm()
    kept = queries.find_upload(current_user.id, upload_id)
    if kept is None:
        return _sent_before(form)
    if not form.validate():
        return _preview(kept, ConfirmForm()), 422
    accounts.claim_submission(form.submission.data or "", clock.now())
    services.discard(kept)
    db.session.commit()
    services.remove_file(upload_id)
    flash(_("The file is discarded. Nothing was imported."))
    return redirect(to("journal.start"), 303)


@bp.get("/journal/export")
@needs(Permission.EXPORT_JOURNAL)
def export() -> Response:
    """Every event that the format can carry, as a file for another system."""

    return _download(written_rows(queries.told()), "journal.csv")


def _start(form: UploadForm) -> str:
    user = current_user
    return render_template(
        "journal/start.html",
        form=form,
        most=current_app.extensions["settings"].import_megabytes,
        uploads=[
            (one, _size(one), DiscardForm(formdata=None)) for one in queries.uploads_of(user.id)
        ],
        imports=queries.last_imports(),
        number=format_decimal,
        may_export=user.can(Permission.EXPORT_JOURNAL),
    )


def _preview(kept: Upload, form: ConfirmForm) -> str:
    now, kept_id = clock.now(), kept.id
    words = {"upload_id": kept_id, "name": kept.name, "size": _size(kept)}
    db.session.rollback()  # the file is read in a transaction of its own
    summary, found = services.found_in_upload(kept_id, now=now, limit=SHOWN_PROBLEMS)
    listed = list(found)
    return render_template(
        "journal/preview.html",
        **words,
        form=form,
        discard_form=DiscardForm(formdata=None),
        summary=summary,
        counts=[(said, format_decimal(number)) for said, number in wording.counts(summary)],
        notices=list(wording.notices(summary)),
        problems=[_row(problem) for problem in listed],
        shown_words=ngettext(
            "The first %(num)s problem is shown.",
            "The first %(num)s problems are shown.",
            SHOWN_PROBLEMS,
        )
        if len(listed) == SHOWN_PROBLEMS
        else None,
    )


def _refused(user_id: int, upload_id: str, form: ConfirmForm, summary: Summary) -> tuple[str, int]:
    """The preview again: the file has problems, and nobody said to leave them out."""
    if summary.is_unreadable:
        form.refuse(_("Nothing was imported: this file cannot be read to its end."))
    else:
        form.refuse(
            _("Nothing was imported: choose to leave out the rows with problems, or mend them."),
            form.skip_bad,
        )
    return _preview(queries.upload_of(user_id, upload_id), form), 422


def _sent_before(form: ConfirmForm | DiscardForm) -> AnyResponse:
    """The answer to a second click; whoever never sent this form finds nothing here."""
    if not form.validate() or accounts.claim_submission(form.submission.data or "", clock.now()):
        db.session.rollback()
        raise Missing
    db.session.rollback()
    return redirect(to("journal.start"), 303)


def _row(problem: RowProblem) -> list[Any]:
    return [
        problem.line,
        problem.column or "–",
        {"text": wording.what(problem), "small": wording.remedy(problem)},
    ]


def _problem_lines(found: Iterator[RowProblem]) -> Iterator[str]:
    writer = csv.writer(Echo(), lineterminator="\r\n")
    # Excel takes a CSV for UTF-8 only if it begins so.
    yield "\ufeff" + writer.writerow([_("Line"), _("Column"), _("Problem"), _("Remedy")])
    for one in found:
        cells = (str(one.line), one.column, wording.what(one), wording.remedy(one))
        yield writer.writerow([defused(cell) for cell in cells])


class Leaving:
    """A made file on its way out; closed with the answer, or when nobody reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(AT_ONCE), b"")

    def close(self) -> None:
        """Let go of the file, which has no name and is gone then."""
        self.file.close()

    __del__ = close


def _download(lines: Iterable[str], name: str) -> Response:
    """A file, made in full before it leaves: a slow reader must not keep the database waiting."""
    leaving = Leaving(TemporaryFile())  # noqa: SIM115 - it closes itself
    for line in lines:
        leaving.file.write(line.encode())
    leaving.file.seek(0)
    disposition = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(leaving, mimetype="text/csv", headers=disposition)


def _size(kept: Upload) -> str:
    return _("%(number)s kB", number=format_decimal(ceil(kept.size / KB)))
