"""Every setting, read from the environment once.

`load` returns one frozen `Settings`; nothing else in the project reads the environment. A setting
that is unknown, contradictory or unsafe stops the start with one line that names it.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo

import holidays

ROOT = Path(__file__).parent
PREFIX = "HEARDBACK_"
SHORTEST_KEY = 32
LONGEST_NAME = 200  # of a mailbox, as its row stores it
KNOWN_KEYS = {"dev", "secret", "changeme", "change-me", "secret-key", "development", "test"}


class BadSetting(SystemExit):
    """A setting the product refuses to start with; its text is the line the operator reads."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"heardback: {name}: {problem}")
        self.name = name


@dataclass(frozen=True)
class Mailbox:
    """One place where mail comes in: a folder of an IMAP server, or a maildir on this machine.

    `name` says which one and holds no password; it stands in rows, logs and pages.
    """

    name: str
    path: Path | None = None  # of a maildir; none: an IMAP server, as the rest says
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = ""
    how: str = ""  # tls, starttls, or plain (on this machine alone)


@dataclass(frozen=True)
class MailServer:
    """The server that takes our mails; without a `user` nobody signs in there."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    how: str  # as of a mailbox


@dataclass(frozen=True)
class Settings:
    """What an installation can choose; each field says its environment name and its unit."""

    env: str = "development"  # HEARDBACK_ENV: development or production
    secret_key: str = field(default="", repr=False)  # SECRET_KEY or SECRET_KEY_FILE
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)  # HEARDBACK_OLD_SECRET_KEYS
    database_url: str = field(default="", repr=False)  # DATABASE_URL
    demo_password: str = field(default="", repr=False)  # DEMO_PASSWORD
    port: int = 8000  # PORT
    instance: Path = ROOT / "instance"  # HEARDBACK_INSTANCE: folder for database, keys, uploads
    public_url: str = ""  # HEARDBACK_PUBLIC_URL: where mailed links point to
    employer: str = "Nordwind GmbH"  # HEARDBACK_EMPLOYER: the name candidates read
    office_zone: str = "Europe/Berlin"  # HEARDBACK_OFFICE_ZONE: IANA name
    office_region: str = "DE-BE"  # HEARDBACK_OFFICE_REGION: ISO 3166-2, for public holidays
    session_idle_minutes: int = 30  # HEARDBACK_SESSION_IDLE_MINUTES
    session_hours: int = 12  # HEARDBACK_SESSION_HOURS: longest session, however busy
    login_tries: int = 10  # HEARDBACK_LOGIN_TRIES: wrong passwords in the window
    login_window_minutes: int = 15  # HEARDBACK_LOGIN_WINDOW_MINUTES
    import_megabytes: int = 25  # HEARDBACK_IMPORT_MEGABYTES: largest upload in the browser
    feedback_days: int = 30  # HEARDBACK_FEEDBACK_DAYS: how long a feedback link lives
    documents_days: int = 180  # HEARDBACK_DOCUMENTS_DAYS: how long documents stay after an end
    alarm_words: str = (
        "harass, belästig, belaestig, discriminat, diskriminier, racis, rassis, sexis, sexuel, "
        "assault, übergrif, uebergrif, bully, mobbing"
    )  # HEARDBACK_ALARM_WORDS: beginnings of words in feedback that one reader alone gets
    person_of_trust: str = ""  # HEARDBACK_PERSON_OF_TRUST: that reader's sign-in; none: admins
    lead: str = ""  # HEARDBACK_LEAD: the sign-in of who is told last; none: the first admin
    smallest_group: int = 10  # HEARDBACK_SMALLEST_GROUP: smaller groups are hidden in reports
    trusted_proxies: int = 0  # HEARDBACK_TRUSTED_PROXIES: how many set X-Forwarded-*
    inbox_url: str = field(default="", repr=False)  # INBOX_URL: where mail comes in
    inbound_key: str = field(default="", repr=False)  # HEARDBACK_INBOUND_KEY: signs handed-in mail
    smtp_url: str = field(
        default="", repr=False
    )  # SMTP_URL: who takes our mails; none: none leaves
    mail_from: str = ""  # HEARDBACK_MAIL_FROM: the address that our mails come from
    reply_address: str = ""  # HEARDBACK_REPLY_ADDRESS: where answers go, with {token}
    mail_hours: str = "8-19"  # HEARDBACK_MAIL_HOURS: o'clock in the office, on working days
    mail_per_hour: int = 200  # HEARDBACK_MAIL_PER_HOUR: most mails that nobody asked for
    failpoint: str = ""  # HEARDBACK_FAILPOINT: where this process dies, for tests alone
    testing: bool = False

    @property
    def keys(self) -> list[str]:
        """The key that signs and seals, and those before it that are still needed."""
        return [self.secret_key, *self.old_secret_keys]

    @property
    def home(self) -> str:
        """How this installation is reached from outside, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def is_production(self) -> bool:
        """Whether real people's data are expected here."""
        return self.env == "production"

    @property
    def mailboxes(self) -> tuple[Mailbox, ...]:
        """Where mail comes in, in the order given."""
        return _mailboxes(self.inbox_url)

    @property
    def trusted(self) -> str:
        """The address of the person of trust as users have theirs; empty if none is set."""
        return self.person_of_trust.lower()

    @property
    def alarms(self) -> tuple[str, ...]:
        """The alarm words, one by one."""
        return tuple(filter(None, (word.strip() for word in self.alarm_words.split(","))))

    @property
    def mail_server(self) -> MailServer | None:
        """Who takes our mails; none: they stay in the outbox."""
        return _mail_server(self.smtp_url) if self.smtp_url else None

    @property
    def mail_between(self) -> tuple[int, int]:
        """From which to before which hour of the office our mails leave."""
        return _hours(self.mail_hours)

    @property
    def answers_go_to(self) -> str:
        """The address for answers, with `{token}` for the application's."""
        if self.reply_address:
            return self.reply_address
        local, _, domain = self.mail_from.rpartition("@")
        return f"{local}+{{token}}@{domain}"


PLAIN_NAMES = {
    "env": "HEARDBACK_ENV",
    "secret_key": "SECRET_KEY",
    "database_url": "DATABASE_URL",
    "demo_password": "DEMO_PASSWORD",
    "port": "PORT",
    "inbox_url": "INBOX_URL",
    "smtp_url": "SMTP_URL",
}
NUMBERS = {
    "port": (1, 65535),
    "session_idle_minutes": (1, 24 * 60),
    "session_hours": (1, 7 * 24),
    "login_tries": (3, 1000),
    "login_window_minutes": (1, 24 * 60),
    "import_megabytes": (1, 1024),
    "feedback_days": (1, 365),
    "documents_days": (60, 3650),
    "smallest_group": (5, 1000),
    "mail_per_hour": (1, 1_000_000),
    "trusted_proxies": (0, 5),
}
TEXTS = (
    "public_url",
    "employer",
    "office_zone",
    "office_region",
    "inbox_url",
    "inbound_key",
    "smtp_url",
    "mail_from",
    "reply_address",
    "mail_hours",
    "alarm_words",
    "person_of_trust",
    "lead",
    "failpoint",
)
SECRETS = (
    "SECRET_KEY",
    "DATABASE_URL",
    "DEMO_PASSWORD",
    "INBOX_URL",
    "HEARDBACK_INBOUND_KEY",
    "SMTP_URL",
)
IMAP_PORTS = {"imaps": 993, "imap": 143}
SMTP_PORTS = {"smtps": 465, "smtp": 587}
TOKEN = "{token}"  # noqa: S105 - a word, no secret
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*/=?^_`|~+{}-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def setting_name(attribute: str) -> str:
    """The environment name of one field of `Settings`."""
    return PLAIN_NAMES.get(attribute, PREFIX + attribute.upper())


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting; raise `BadSetting` with a line that says what to change."""
    given = _with_files(os.environ if environ is None else environ)
    _refuse_unknown(given)
    env = given.get("HEARDBACK_ENV", "development")
    if env not in {"development", "production"}:
        raise BadSetting("HEARDBACK_ENV", f"is {env!r}; write development or production")
    values: dict[str, Any] = {"env": env}
    for attribute, (low, high) in NUMBERS.items():
        if text := given.get(setting_name(attribute)):
            values[attribute] = _number(setting_name(attribute), text, low, high)
    for attribute in TEXTS:
        if text := given.get(setting_name(attribute), "").strip():
            values[attribute] = text
    instance = Path(given.get("HEARDBACK_INSTANCE") or ROOT / "instance").absolute()
    values["instance"] = instance
    values["demo_password"] = given.get("DEMO_PASSWORD", "")
    values["old_secret_keys"] = tuple(given.get("HEARDBACK_OLD_SECRET_KEYS", "").split())
    values["secret_key"] = _secret_key(given, instance, production=env == "production")
    values["database_url"] = _database_url(given, instance, production=env == "production")
    settings = Settings(**values)
    _check_office(settings)
    _check_public_url(settings)
    _check_employer(settings, given)
    _check_mail(settings)
    _check_contradictions(settings)
    return settings


def _with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Let `NAME_FILE` stand for a secret that is kept in a file."""
    given = dict(environ)
    for name in SECRETS:
        path = given.pop(f"{name}_FILE", "")
        if not path:
            continue
        if given.get(name):
            raise BadSetting(name, f"is given twice, as {name} and as {name}_FILE; keep one")
        try:
            given[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"{name}_FILE", f"cannot be read: {error}") from error
    return given


def _refuse_unknown(given: Mapping[str, str]) -> None:
    fields = Settings.__dataclass_fields__
    known = {setting_name(name) for name in fields if name != "testing"}
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in known:
            raise BadSetting(name, "is no setting of Heardback; see the README's table of settings")


def _number(name: str, text: str, low: int, high: int) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise BadSetting(name, f"is {text!r}; write a whole number from {low} to {high}")
    return int(text)


def _secret_key(given: Mapping[str, str], instance: Path, *, production: bool) -> str:
    key = given.get("SECRET_KEY", "")
    if production:
        if not key:
            raise BadSetting("SECRET_KEY", "is missing; production needs one of 32 bytes or more")
        _refuse_weak("SECRET_KEY", key)
    return key or _development_key(instance / "secret_key")


def _refuse_weak(name: str, key: str) -> None:
    if key.lower() in KNOWN_KEYS or len(key.encode()) < SHORTEST_KEY or len(set(key)) < 8:
        raise BadSetting(name, "is short or easily guessed; use 32 random bytes")


def _development_key(path: Path) -> str:
    """The key of this folder, made at the first start and readable by its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key


def _database_url(given: Mapping[str, str], instance: Path, *, production: bool) -> str:
    url = given.get("DATABASE_URL", "")
    if not url:
        if production:
            raise BadSetting("DATABASE_URL", "is missing; production must say where its data are")
        return f"sqlite:///{instance / 'heardback.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url[len(short) :]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL", "must begin with sqlite:/// or postgresql://")
    return url


def _check_office(settings: Settings) -> None:
    try:
        ZoneInfo(settings.office_zone)
    except (ValueError, OSError, KeyError) as error:
        raise BadSetting(
            "HEARDBACK_OFFICE_ZONE", f"{settings.office_zone!r} is no IANA time zone"
        ) from error
    country, _, subdivision = settings.office_region.partition("-")
    regions = holidays.list_supported_countries()
    if country not in regions or (subdivision and subdivision not in regions[country]):
        raise BadSetting(
            "HEARDBACK_OFFICE_REGION",
            f"{settings.office_region!r} is no known region; write an ISO code such as DE-BE",
        )


def _check_public_url(settings: Settings) -> None:
    url = settings.public_url
    if url and not re.fullmatch(r"https?://[A-Za-z0-9][A-Za-z0-9.:-]*(/[\w./~-]*)?", url, re.ASCII):
        raise BadSetting("HEARDBACK_PUBLIC_URL", f"is {url!r}; write https://…")
    if settings.is_production and not url.startswith("https://"):
        raise BadSetting("HEARDBACK_PUBLIC_URL", "production needs the https:// address")


def _check_employer(settings: Settings, given: Mapping[str, str]) -> None:
    if settings.is_production and not given.get("HEARDBACK_EMPLOYER", "").strip():
        raise BadSetting("HEARDBACK_EMPLOYER", "is missing; candidates read whom they write with")


def _mailboxes(text: str) -> tuple[Mailbox, ...]:
    """Read `INBOX_URL`; what is said of a wrong one never quotes it, since it holds a password."""
    found = tuple(_mailbox(url) for url in text.split())
    if len({one.name for one in found}) < len(found):
        raise BadSetting("INBOX_URL", "names the same mailbox twice")
    return found


def _mailbox(url: str) -> Mailbox:
    scheme, _, rest = url.partition(":")
    if scheme == "maildir":
        if not rest.startswith("/"):
            raise BadSetting("INBOX_URL", "a maildir is written maildir:/path")
        path = Path(rest)
        return Mailbox(f"maildir:{path}", path)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if scheme not in IMAP_PORTS or not (host and parts.username and parts.password):
        raise BadSetting("INBOX_URL", "write imaps://…:…@host/FOLDER or maildir:/path")
    user, folder = unquote(parts.username), unquote(parts.path.strip("/")) or "INBOX"
    port = port or IMAP_PORTS[scheme]
    return Mailbox(
        f"{user}@{host}:{port}/{folder}",
        host=host,
        port=port,
        user=user,
        password=unquote(parts.password),
        folder=folder,
        how=_how("INBOX_URL", "imap", parts, host),
    )


def _how(name: str, protocol: str, parts: SplitResult, host: str) -> str:
    """How a connection is protected; neither a password nor a mail leaves us in the clear."""
    if parts.scheme == f"{protocol}s" and not parts.query:
        return "tls"
    if parts.scheme == protocol and parts.query == "starttls":
        return "starttls"
    if parts.query or host not in THIS_MACHINE:
        raise BadSetting(name, f"write {protocol}s://…, or {protocol}://…?starttls")
    return "plain"


def _mail_server(url: str) -> MailServer:
    """Read `SMTP_URL`; what is said of a wrong one never quotes it, since it holds a password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    signs_in = bool(parts.username), bool(parts.password)
    is_bare = parts.path in {"", "/"} and not parts.fragment
    if parts.scheme not in SMTP_PORTS or not host or len(set(signs_in)) > 1 or not is_bare:
        raise BadSetting("SMTP_URL", "write smtps://…:…@host or smtp://…:…@host?starttls")
    return MailServer(
        host,
        port or SMTP_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        _how("SMTP_URL", "smtp", parts, host),
    )


def _hours(text: str) -> tuple[int, int]:
    found = re.fullmatch("([0-9]{1,2})-([0-9]{1,2})", text)
    first, last = map(int, found.groups()) if found else (0, 0)
    if not 0 <= first < last <= 24:
        raise BadSetting("HEARDBACK_MAIL_HOURS", f"is {text!r}; write two hours, such as 8-19")
    return first, last


def _check_mail(settings: Settings) -> None:
    for mailbox in settings.mailboxes:
        if len(mailbox.name) > LONGEST_NAME:
            raise BadSetting("INBOX_URL", "holds a name that is too long")
    _hours(settings.mail_hours)
    if settings.mail_from and not PLAIN_ADDRESS.fullmatch(settings.mail_from):
        raise BadSetting("HEARDBACK_MAIL_FROM", "is no plain mail address")
    named = settings.reply_address
    if named and (not PLAIN_ADDRESS.fullmatch(named) or named.count(TOKEN) > 1):
        raise BadSetting("HEARDBACK_REPLY_ADDRESS", "write an address such as jobs+{token}@host")
    if settings.mail_server and not settings.mail_from:
        raise BadSetting("HEARDBACK_MAIL_FROM", "is missing; SMTP_URL needs it")
    for attribute in ("person_of_trust", "lead"):
        named = getattr(settings, attribute)
        if named and not PLAIN_ADDRESS.fullmatch(named):
            raise BadSetting(setting_name(attribute), "is no plain mail address")
    if settings.inbound_key:
        _refuse_weak("HEARDBACK_INBOUND_KEY", settings.inbound_key)
    if settings.failpoint and settings.is_production:
        raise BadSetting("HEARDBACK_FAILPOINT", "is for tests; production has none")


def _check_contradictions(settings: Settings) -> None:
    if settings.session_idle_minutes > settings.session_hours * 60:
        raise BadSetting(
            "HEARDBACK_SESSION_IDLE_MINUTES", "is longer than HEARDBACK_SESSION_HOURS allows"
        )
    if not settings.is_production:
        return
    for key in settings.old_secret_keys:
        _refuse_weak("HEARDBACK_OLD_SECRET_KEYS", key)
    if settings.demo_password:
        raise BadSetting("DEMO_PASSWORD", "is for demonstrations; production has no demo users")
