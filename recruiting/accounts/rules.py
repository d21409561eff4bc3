"""Roles and what each may do, what a password must be, and how wrong sign-ins are counted."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network


class Role(StrEnum):
    """What a user is here for."""

    ADMIN = "admin"
    RECRUITER = "recruiter"
    HR = "hr"
    HIRING_MANAGER = "hiring_manager"


class Permission(StrEnum):
    """One thing a signed-in person may do; every staff endpoint names the one it needs."""

    OWN_ACCOUNT = "own_account"  # change one's password, end one's sessions
    SEE_APPLICATIONS = "see_applications"  # all of them
    SEE_HANDED_OVER = "see_handed_over"  # those handed over to oneself
    WORK_APPLICATIONS = "work_applications"  # log, move, pause, end, reopen, hand over
    SORT_MAIL = "sort_mail"  # say whose a mail is that came in
    EDIT_WORDING = "edit_wording"  # what our mails say
    CONFIRM_OUTCOMES = "confirm_outcomes"  # say, as a person, that somebody fell silent
    SET_TERMS = "set_terms"  # how long a stage waits, and how its follow-ups leave
    APPROVE_MAIL = "approve_mail"  # write to candidates, let a drafted mail leave, stop all mail
    MEND = "mend"  # see what the worker set aside, and let it try again
    IMPORT_JOURNAL = "import_journal"
    EXPORT_JOURNAL = "export_journal"
    SEE_REPORTS = "see_reports"
    DECIDE_ERASURES = "decide_erasures"  # whether documents are deleted, as a candidate asked
    SEE_RULES = "see_rules"  # how silence is read here
    SEE_DESIGN = "see_design"


_EVERYBODY = {Permission.OWN_ACCOUNT, Permission.SEE_RULES, Permission.SEE_DESIGN}
_RECRUITING = {
    Permission.SEE_APPLICATIONS,
    Permission.SEE_HANDED_OVER,
    Permission.WORK_APPLICATIONS,
    Permission.CONFIRM_OUTCOMES,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.RECRUITER: frozenset(
        _EVERYBODY
        | _RECRUITING
        | {Permission.IMPORT_JOURNAL, Permission.SORT_MAIL, Permission.APPROVE_MAIL}
    ),
    Role.HR: frozenset(
        _EVERYBODY
        | _RECRUITING
        | {Permission.IMPORT_JOURNAL, Permission.EXPORT_JOURNAL, Permission.SEE_REPORTS}
        | {Permission.SET_TERMS, Permission.DECIDE_ERASURES}
    ),
    Role.HIRING_MANAGER: frozenset(_EVERYBODY | {Permission.SEE_HANDED_OVER}),
}


@dataclass(frozen=True)
class Actor:
    """Who acts: the few facts about a user that every room may ask for."""

    id: int
    email: str
    name: str
    role: Role
    language: str | None = None

    def can(self, permission: Permission) -> bool:
        """Whether this person's role includes a permission."""
        return permission in ROLE_PERMISSIONS[self.role]


DEMO_DOMAIN = "@heardback.test"  # never delivered to (RFC 6761), never let in by production
SHORTEST_PASSWORD = 12  # characters
LONGEST_PASSWORD = 128
LONGEST_EMAIL = 254
LONGEST_NAME = 200
LONGEST_AGENT = 200
TOKEN_BYTES = 32  # of a session: 256 random bits
NETWORK_FACTOR = 5  # colleagues share an address, so it may fail more often than an account
NETWORKS_FACTOR = 20  # what all networks together may fail, of keys that are no user's
IPV6_PREFIX = 64  # what one customer is given

_EMAIL = re.compile(r"[^\s@\x00-\x20,;<>\"()]+@[^\s@\x00-\x20,;<>\"()]+\.[^\s@\x00-\x20,;<>\"()]+")


class PasswordFault(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    NUL = "nul"
    COMMON = "common"
    PERSONAL = "personal"  # one's own name or address


def password_fault(
    password: str, common: Container[str], personal: Sequence[str] = ()
) -> PasswordFault | None:
    """What is wrong with a new password, none if it is fine; any characters may be used.

    `common` holds well-known passwords in lower case, `personal` what anybody could guess of
    this person.
    """
    if "\0" in password:
        return PasswordFault.NUL
    if len(password) < SHORTEST_PASSWORD:
        return PasswordFault.SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordFault.LONG
    plain = password.strip().casefold()
    if plain in common or len(set(plain)) <= len("abc"):
        return PasswordFault.COMMON
    if plain in {text.casefold() for text in personal}:
        return PasswordFault.PERSONAL
    return None


def clean_email(text: str) -> str | None:
    """A mail address in the one form that is stored, none if it is no address."""
    address = text.strip().lower()
    return address if len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address) else None


def network_of(address: str | None) -> str:
    """The network that an internet address belongs to: itself, or its /64 with IPv6."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)


@dataclass(frozen=True)
class SessionLimits:
    """How long a sign-in lasts: without a sign of life, and at the longest."""

    idle: timedelta
    longest: timedelta

    @property
    def step(self) -> timedelta:
        """How exactly the last sign of life is kept; finer would mean a write per request."""
        return min(timedelta(minutes=1), self.idle / 30)

    def is_live(self, now: datetime, *, created_at: datetime, seen_at: datetime) -> bool:
        """Whether a session that has not been ended still opens the door."""
        return now - seen_at <= self.idle and now - created_at <= self.longest


@dataclass(frozen=True)
class TryLimits:
    """How many wrong passwords within `window` an account may see, a network `NETWORK_FACTOR`
    times as many, or how many wrong keys a network may try; `secret` hides whose the counters
    are."""

    tries: int
    window: timedelta
    secret: bytes


MOST_BAD_LINKS = 30  # of one network within the window
BAD_LINKS_WINDOW = timedelta(minutes=1)


def wait_before(failures: Sequence[datetime], limit: int, window: timedelta) -> datetime | None:
    """When the next try counts, none if it counts now; `failures` is rising."""
    recent = len(failures) - limit
    return None if recent < 0 else failures[recent] + window


BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def clean_agent(text: str) -> str:
    """What a browser calls itself, short and printable."""
    return "".join(filter(str.isprintable, text))[:LONGEST_AGENT]


def agent_words(agent: str) -> str:
    """Which browser on which system, as people say it; empty if it cannot be told."""
    browser = next((name for mark, name in BROWSERS.items() if f"{mark}/" in agent), "")
    if not browser and "Safari/" in agent:
        browser = "Safari"
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return ", ".join(filter(None, (browser, system)))
