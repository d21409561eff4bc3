"""What the worker set aside after three tries, and the button that lets it try again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from recruiting import clock
from recruiting.access import needs
from recruiting.accounts import services as accounts
from recruiting.accounts.rules import Permission
from recruiting.db import db
from recruiting.silence import setbacks
from recruiting.silence.forms import AgainForm
from recruiting.silence.views.door import bp


@bp.get("/set-aside")
@needs(Permission.MEND)
def set_aside() -> str:
    """Show what the worker failed at, and where in the program."""
    shown = [(one, AgainForm(formdata=None, item=one.item)) for one in setbacks.parked()]
    return render_template("silence/set_aside.html", shown=shown)


@bp.post("/set-aside/again")
@needs(Permission.MEND)
def try_again() -> Response | tuple[str, int]:
    """Let the worker take one item up again."""
    form = AgainForm()
    if not form.validate():
        flash(_("Please load this page again and send the form once more."), "refused")
        return set_aside(), 422
    done = redirect(url_for("silence.set_aside"), 303)
    if accounts.claim_submission(form.submission.data or "", clock.now()):
        setbacks.try_again(form.item.data or "")
        db.session.commit()
        flash(_("The worker takes it up again with its next pass."))
    return done
