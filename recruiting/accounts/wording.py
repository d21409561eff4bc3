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
# The same for candidates, to whom our words for rights say nothing.
ROLES_OUTSIDE = {
    Role.ADMIN: _l("Recruiting, looks after your application"),
    Role.RECRUITER: _l("Recruiting, looks after your application"),
    Role.HR: _l("Human resources, looks after your application"),
    Role.HIRING_MANAGER: _l("From the team, looks after your application"),
}
