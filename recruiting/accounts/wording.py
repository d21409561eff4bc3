"""How roles are called in front of people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from recruiting.accounts.rules import Role

ROLES = {
    Role.ADMIN: _l("Admin"),
    Role.RECRUITER: _l("Recruiter"),
    Role.HR: _l("HR"),
    Role.HIRING_MANAGER: _l("Hiring manager"),
}
