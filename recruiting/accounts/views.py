"""Sign in and out; one's own account: password, sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from recruiting import access, clock
from recruiting.access import needs, public
from recruiting.accounts import queries, services
from recruiting.accounts.forms import PasswordForm, PhoneForm, SignInForm
from recruiting.accounts.rules import Permission, agent_words
from recruiting.accounts.wording import ROLES
from recruiting.db import db
from recruiting.errors import Missing, Refused, TooMany

bp = Blueprint("accounts", __name__)
Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/sign-in")
@public
def sign_in() -> Answer:
    """Ask who is there."""
    if current_user.is_authenticated:
        return redirect(url_for("web.index"))
    form = SignInForm(next=access.safe_path(request.args.get("next")) or "")
    return render_template("accounts/sign_in.html", form=form)


@bp.post("/sign-in")
@public
def begin() -> Answer:
    """Check the password and begin a new session."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_again(form)
    now = clock.now()
    try:
        token = services.sign_in(
            form.email.data or "",
            form.password.data or "",
            network=access.network(),
            agent=request.user_agent.string,
            limits=access.try_limits(),
            now=now,
        )
    except TooMany as problem:
        form.refuse(problem)
        return *_sign_in_again(form, 429), {"Retry-After": str(problem.wait_seconds)}
    except Refused as problem:
        form.refuse(problem)
        return _sign_in_again(form)
    if current_user.is_authenticated:  # somebody signs in anew in the same browser
        services.end_sessions(current_user.id, now=now, only=current_user.session_id)
    db.session.commit()
    access.begin(token)
    return redirect(access.safe_path(form.next.data) or url_for("web.index"), 303)


def _sign_in_again(form: SignInForm, status: int = 422) -> tuple[str, int]:
    return render_template("accounts/sign_in.html", form=form), status


@bp.post("/sign-out")
@needs(Permission.OWN_ACCOUNT)
def sign_out() -> Response:
    """End this session, here and on the server."""
    services.end_sessions(current_user.id, now=clock.now(), only=current_user.session_id)
    db.session.commit()
    _forget()
    flash(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/account")
@needs(Permission.OWN_ACCOUNT)
def account() -> str:
    """Show who one is here, and where one is signed in."""
    return _account(PasswordForm())


@bp.post("/account/password")
@needs(Permission.OWN_ACCOUNT)
def change_password() -> Answer:
    """Change one's own password: every other session ends, this one gets a new token."""
    form, now = PasswordForm(), clock.now()
    if not form.validate():
        return _account(form), 422
    new = form.new.data or ""
    me = current_user
    try:
        services.check_new_password(new, email=me.email, name=me.name)
    except Refused as problem:
        form.refuse(problem, form.new)
        return _account(form), 422
    try:
        services.check_own_password(
            me.id,
            me.email,
            form.current.data or "",
            network=access.network(),
            limits=access.try_limits(),
            now=now,
        )
    except TooMany as problem:
        form.refuse(problem)
        return _account(form), 429, {"Retry-After": str(problem.wait_seconds)}
    except Refused as problem:
        form.refuse(problem, form.current)
        return _account(form), 422
    services.set_password(me.id, new, now=now)
    token = services.start_session(me.id, agent=request.user_agent.string, now=now)
    db.session.commit()
    access.begin(token)
    flash(_("Your password is changed. All other sessions have ended."))
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/phone")
@needs(Permission.OWN_ACCOUNT)
def set_phone() -> Answer:
    """Say on which number candidates reach oneself, or take it away."""
    form = PhoneForm()
    if not form.validate():
        return _account(PasswordForm(formdata=None), form), 422
    try:
        services.set_phone(queries.user(current_user.id), form.phone.data or "")
    except Refused as problem:
        form.refuse(problem, form.phone)
        return _account(PasswordForm(formdata=None), form), 422
    db.session.commit()
    flash(_("Your telephone number is saved.") if form.phone.data else _("Your number is gone."))
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/sessions/end")
@needs(Permission.OWN_ACCOUNT)
def end_everywhere() -> Response:
    """Sign out everywhere, here too."""
    services.end_sessions(current_user.id, now=clock.now())
    db.session.commit()
    _forget()
    flash(_("You are signed out everywhere."))
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/account/sessions/<int:session_id>/end")
@needs(Permission.OWN_ACCOUNT)
def end_one(session_id: int) -> Response:
    """End another session of one's own."""
    if not services.end_sessions(current_user.id, now=clock.now(), only=session_id):
        raise Missing
    db.session.commit()
    flash(_("That session has ended."))
    return redirect(url_for("accounts.account"), 303)


def _account(form: PasswordForm, phone: PhoneForm | None = None) -> str:
    limits, now = access.session_limits(), clock.now()
    known = queries.user(current_user.id).phone
    return render_template(
        "accounts/account.html",
        form=form,
        phone_form=phone or PhoneForm(formdata=None, phone=known or ""),
        me=current_user,
        role=ROLES[current_user.role],
        sessions=queries.live_sessions(current_user.id, limits, now=now),
        agent_words=agent_words,
    )


def _forget() -> None:
    logout_user()
    session.clear()
