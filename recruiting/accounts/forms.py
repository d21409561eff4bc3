"""The forms of signing in and of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, TelField
from wtforms.validators import EqualTo, InputRequired, Length

from recruiting.accounts.rules import LONGEST_EMAIL, LONGEST_PASSWORD, SHORTEST_PASSWORD
from recruiting.forms import TidyForm
from recruiting.telephone import LONGEST

# A field takes more than a password may have, so that too long is said and never cut off.
LONGEST_TYPED = 1000
LONGEST_WAY = 100_000  # whatever is no path of ours is passed over, not refused


class SignInForm(TidyForm):
    """Who, with which password, and where they wanted to go."""

    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Please enter your e-mail address.")), Length(max=LONGEST_EMAIL)],
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Please enter your password.")), Length(max=LONGEST_TYPED)],
    )
    next = HiddenField(validators=[Length(max=LONGEST_WAY)])


class PhoneForm(TidyForm):
    """The number on which candidates reach a colleague; empty: none."""

    phone = TelField(
        _l("Telephone number"),
        [Length(max=LONGEST)],
        description=_l("Candidates whom you look after see it beside your name."),
    )


class PasswordForm(TidyForm):
    """The password one has, and twice the one to come."""

    current = PasswordField(
        _l("Current password"),
        [InputRequired(_l("Please enter your current password.")), Length(max=LONGEST_TYPED)],
    )
    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Please enter a new password.")), Length(max=LONGEST_TYPED)],
        description=_l(
            "%(low)s to %(high)s characters; a few unrelated words are fine.",
            low=SHORTEST_PASSWORD,
            high=LONGEST_PASSWORD,
        ),
    )
    again = PasswordField(
        _l("New password once more"),
        [
            InputRequired(_l("Please enter the new password a second time.")),
            EqualTo("new", _l("The two new passwords differ.")),
        ],
    )
