"""What an installation may choose, and what stops its start with one clear line."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import config
from config import BadSetting, Settings, load

ROOT = Path(config.__file__).parent
KEY = "k3y-" + "0123456789abcdef" * 2
PRODUCTION = {
    "HEARDBACK_ENV": "production",
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgresql://db.example/heardback",
    "HEARDBACK_PUBLIC_URL": "https://jobs.example.org",
    "HEARDBACK_EMPLOYER": "Müller & Söhne",
}


@pytest.fixture
def given(tmp_path):
    """Settings of an installation whose folder is the test's own."""
    return lambda **names: load({"HEARDBACK_INSTANCE": str(tmp_path / "instance"), **names})


# --- development ---------------------------------------------------------------------------------


def test_nothing_needs_to_be_set_for_a_first_look(given, tmp_path):
    settings = given()
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'heardback.db'}"
    assert (settings.port, settings.office_zone, settings.office_region) == (
        8000,
        "Europe/Berlin",
        "DE-BE",
    )
    assert not settings.is_production


def test_a_development_key_is_made_once_for_its_owner_alone(given, tmp_path):
    key = given().secret_key
    file = tmp_path / "instance" / "secret_key"
    assert len(key) == 64
    assert given().secret_key == key == file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_every_setting_can_be_given(given):
    settings = given(
        SECRET_KEY=KEY,
        HEARDBACK_OLD_SECRET_KEYS="one two",
        DATABASE_URL="postgres://db.example/heardback",
        DEMO_PASSWORD="demo demo demo",
        PORT="9000",
        HEARDBACK_PUBLIC_URL="http://localhost:9000",
        HEARDBACK_EMPLOYER=" Müller & Söhne ",
        HEARDBACK_OFFICE_ZONE="Europe/Vienna",
        HEARDBACK_OFFICE_REGION="AT-9",
        HEARDBACK_SESSION_IDLE_MINUTES="45",
        HEARDBACK_SESSION_HOURS="10",
        HEARDBACK_LOGIN_TRIES="5",
        HEARDBACK_LOGIN_WINDOW_MINUTES="20",
        HEARDBACK_IMPORT_MEGABYTES="50",
        HEARDBACK_FEEDBACK_DAYS="60",
        HEARDBACK_DOCUMENTS_DAYS="90",
        HEARDBACK_SMALLEST_GROUP="8",
        HEARDBACK_TRUSTED_PROXIES="1",
        HEARDBACK_ALARM_WORDS="one, two words,",
        HEARDBACK_PERSON_OF_TRUST="Trusted@Example.org",
    )
    assert (settings.alarms, settings.trusted) == (("one", "two words"), "trusted@example.org")
    assert settings.secret_key == KEY
    assert settings.old_secret_keys == ("one", "two")
    assert settings.database_url == "postgresql+psycopg://db.example/heardback"
    assert (settings.employer, settings.office_region) == ("Müller & Söhne", "AT-9")
    assert (settings.session_idle_minutes, settings.login_tries, settings.trusted_proxies) == (
        45,
        5,
        1,
    )


def test_production_with_its_secrets_starts(given):
    settings = given(**PRODUCTION)
    assert settings.is_production
    assert settings.database_url == "postgresql+psycopg://db.example/heardback"


def test_a_secret_may_stand_in_a_file(given, tmp_path):
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    without = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    assert given(**without, SECRET_KEY_FILE=str(file)).secret_key == KEY


def test_secrets_are_not_shown(given):
    shown = repr(given(**PRODUCTION)) + repr(given(DEMO_PASSWORD="a demo secret"))
    assert KEY not in shown
    assert "db.example" not in shown
    assert "a demo secret" not in shown


# --- what stops the start ------------------------------------------------------------------------

BAD = [
    # (given, the setting that is named, a word of the remedy)
    ({"HEARDBACK_ENV": "prod"}, "HEARDBACK_ENV", "development or production"),
    ({"HEARDBACK_ENV": ""}, "HEARDBACK_ENV", "development or production"),
    ({"HEARDBACK_ENV": "Production"}, "HEARDBACK_ENV", "development or production"),
    ({"HEARDBACK_PROT": "8000"}, "HEARDBACK_PROT", "no setting"),
    ({"HEARDBACK_TESTING": "1"}, "HEARDBACK_TESTING", "no setting"),
    ({"HEARDBACK_SECRET_KEY": KEY}, "HEARDBACK_SECRET_KEY", "no setting"),
    *(({"PORT": text}, "PORT", "1 to 65535") for text in (
        "0", "65536", "-1", "80a", "8_0", "٨٠", "8.0", " 80")),
    ({"HEARDBACK_SESSION_IDLE_MINUTES": "0"}, "HEARDBACK_SESSION_IDLE_MINUTES", "1 to 1440"),
    ({"HEARDBACK_SESSION_HOURS": "169"}, "HEARDBACK_SESSION_HOURS", "1 to 168"),
    ({"HEARDBACK_LOGIN_TRIES": "1000000"}, "HEARDBACK_LOGIN_TRIES", "3 to 1000"),
    ({"HEARDBACK_LOGIN_WINDOW_MINUTES": "0"}, "HEARDBACK_LOGIN_WINDOW_MINUTES", "1 to"),
    ({"HEARDBACK_IMPORT_MEGABYTES": "0"}, "HEARDBACK_IMPORT_MEGABYTES", "1 to 1024"),
    ({"HEARDBACK_FEEDBACK_DAYS": "9" * 5000}, "HEARDBACK_FEEDBACK_DAYS", "1 to 365"),
    ({"HEARDBACK_SMALLEST_GROUP": "4"}, "HEARDBACK_SMALLEST_GROUP", "5 to 1000"),
    ({"HEARDBACK_PERSON_OF_TRUST": "Ms Lindt"}, "HEARDBACK_PERSON_OF_TRUST", "mail address"),
    ({"HEARDBACK_TRUSTED_PROXIES": "yes"}, "HEARDBACK_TRUSTED_PROXIES", "0 to 5"),
    ({"HEARDBACK_OFFICE_ZONE": "Berlin"}, "HEARDBACK_OFFICE_ZONE", "IANA"),
    ({"HEARDBACK_OFFICE_ZONE": "../../etc/passwd"}, "HEARDBACK_OFFICE_ZONE", "IANA"),
    ({"HEARDBACK_OFFICE_REGION": "DE-XX"}, "HEARDBACK_OFFICE_REGION", "DE-BE"),
    ({"HEARDBACK_OFFICE_REGION": "Berlin"}, "HEARDBACK_OFFICE_REGION", "DE-BE"),
    ({"HEARDBACK_PUBLIC_URL": "jobs.example.org"}, "HEARDBACK_PUBLIC_URL", "https://"),
    ({"HEARDBACK_PUBLIC_URL": "javascript:alert(1)"}, "HEARDBACK_PUBLIC_URL", "https://"),
    ({"HEARDBACK_PUBLIC_URL": "https://"}, "HEARDBACK_PUBLIC_URL", "https://"),
    ({"HEARDBACK_SESSION_IDLE_MINUTES": "120", "HEARDBACK_SESSION_HOURS": "1"},
     "HEARDBACK_SESSION_IDLE_MINUTES", "HEARDBACK_SESSION_HOURS"),
    ({"DATABASE_URL": "mysql://db.example/x"}, "DATABASE_URL", "postgresql://"),
    ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL", "sqlite:///"),
    ({"SECRET_KEY": KEY, "SECRET_KEY_FILE": "/dev/null"}, "SECRET_KEY", "twice"),
    ({"SECRET_KEY_FILE": "/no/such/file"}, "SECRET_KEY_FILE", "cannot be read"),
    *(({**PRODUCTION, "SECRET_KEY": key}, "SECRET_KEY", word) for key, word in (
        ("", "missing"),
        ("dev", "easily guessed"),
        ("changeme", "easily guessed"),
        (KEY[:31], "short"),
        ("a" * 64, "easily guessed"),
        ("abcabcab" * 8, "easily guessed"),
    )),
    ({**PRODUCTION, "SECRET_KEY_FILE": "/dev/null", "SECRET_KEY": ""}, "SECRET_KEY", "missing"),
    ({**PRODUCTION, "HEARDBACK_OLD_SECRET_KEYS": "dev"}, "HEARDBACK_OLD_SECRET_KEYS", "guessed"),
    ({**PRODUCTION, "DATABASE_URL": ""}, "DATABASE_URL", "missing"),
    ({**PRODUCTION, "HEARDBACK_PUBLIC_URL": ""}, "HEARDBACK_PUBLIC_URL", "https://"),
    ({**PRODUCTION, "HEARDBACK_PUBLIC_URL": "http://jobs.example.org"}, "HEARDBACK_PUBLIC_URL",
     "https://"),
    ({**PRODUCTION, "HEARDBACK_EMPLOYER": " "}, "HEARDBACK_EMPLOYER", "missing"),
    ({**PRODUCTION, "DEMO_PASSWORD": "demo demo demo"}, "DEMO_PASSWORD", "production"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "named", "remedy"), BAD)
def test_a_bad_setting_stops_the_start_with_one_line_that_names_it(given, names, named, remedy):
    with pytest.raises(BadSetting) as stopped:
        given(**names)
    line = str(stopped.value)
    assert stopped.value.name == named
    assert line.startswith(f"heardback: {named}: ")
    assert remedy in line
    assert "\n" not in line
    assert KEY not in line


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"HEARDBACK_ENV": "production"}, "heardback: SECRET_KEY: "),
        ({**PRODUCTION, "SECRET_KEY": "dev"}, "heardback: SECRET_KEY: "),
        ({**PRODUCTION, "SECRET_KEY": "x" * 31}, "heardback: SECRET_KEY: "),
        ({"PORT": "none"}, "heardback: PORT: "),
        ({"HEARDBACK_NONSENSE": "1"}, "heardback: HEARDBACK_NONSENSE: "),
    ],
)
def test_the_program_ends_with_that_line_and_not_with_0(tmp_path, names, said):
    clean = {k: v for k, v in os.environ.items() if not re.match("HEARDBACK_|SECRET|DATABASE", k)}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env={**clean, "HEARDBACK_INSTANCE": str(tmp_path), **names},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode not in {0, None}
    assert done.stderr.strip().splitlines()[-1].startswith(said)
    assert "Traceback" not in done.stderr


def test_every_field_has_one_name_in_the_environment():
    names = [config.setting_name(name) for name in Settings.__dataclass_fields__]
    assert len(set(names)) == len(names)
    assert {"SECRET_KEY", "DATABASE_URL", "DEMO_PASSWORD", "PORT", "HEARDBACK_ENV"} <= set(names)


# --- mail that comes in --------------------------------------------------------------------------


def test_mailboxes_are_read_and_their_passwords_are_not_told(given, tmp_path):
    url = "imaps://jobs%40x.example:p%40ss@mail.example.org/Jobs imap://a:b@mx.example?starttls"
    settings = given(INBOX_URL=f"{url} maildir:{tmp_path}")
    first, second, third = settings.mailboxes
    assert (first.host, first.port, first.user, first.password) == (
        "mail.example.org", 993, "jobs@x.example", "p@ss",
    )  # fmt: skip
    assert (first.folder, first.how, first.name) == (
        "Jobs", "tls", "jobs@x.example@mail.example.org:993/Jobs",
    )  # fmt: skip
    assert (second.port, second.folder, second.how) == (143, "INBOX", "starttls")
    assert third.path == tmp_path
    assert "p@ss" not in repr(settings) + repr(settings.mailboxes)
    assert "p%40ss" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "imaps://mail.example.org/INBOX",
        "imaps://jobs@mail.example.org",
        "imaps://jobs:word@mail.example.org:port/",
        "pop3://jobs:word@mail.example.org",
        "imap://jobs:word@mail.example.org",  # a password in the clear
        "imaps://jobs:word@mail.example.org/?starttls",
        "maildir:relative",
        "maildir:/a maildir:/a",
    ],
)
def test_a_mailbox_that_cannot_be_meant_stops_the_start_without_its_password(given, url):
    with pytest.raises(BadSetting) as problem:
        given(INBOX_URL=url)
    assert problem.value.name == "INBOX_URL"
    assert "word@" not in str(problem.value)


def test_without_protection_only_this_machine_is_talked_to(given):
    settings = given(INBOX_URL="imap://jobs:word@127.0.0.1:1143/INBOX")
    assert settings.mailboxes[0].how == "plain"


def test_the_key_of_the_hook_must_not_be_guessed(given):
    with pytest.raises(BadSetting):
        given(HEARDBACK_INBOUND_KEY="short")


def test_production_dies_at_no_failpoint(given):
    assert given(HEARDBACK_FAILPOINT="mail read").failpoint == "mail read"
    with pytest.raises(BadSetting):
        given(**PRODUCTION, HEARDBACK_FAILPOINT="mail read")
