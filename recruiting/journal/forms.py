"""Send a journal file; confirm what it would bring."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from recruiting.forms import BaseForm


class UploadForm(BaseForm):
    """One file; whatever its name says, its content decides."""

    file = FileField(_l("Journal file"), [FileRequired(_l("Please choose a file."))])


class ConfirmForm(BaseForm):
    """Yes, bring it in; maybe without the rows that cannot be read."""

    skip_bad = BooleanField(_l("Leave out the rows with problems"))


class DiscardForm(BaseForm):
    """No, forget the file."""
