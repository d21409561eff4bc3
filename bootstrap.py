#!/usr/bin/env python3
"""Prepare what Heardback needs, from nothing but Python: `.venv`, and what its tests meet.

    python3 bootstrap.py runtime    .venv with what the product runs on
    python3 bootstrap.py dev        the same and the tools that test it
    python3 bootstrap.py bench      .venv-bench with the product and what it is measured against
    python3 bootstrap.py browser    find a Chromium, or install one
    python3 bootstrap.py mail       find a Dovecot for the tests of mail, or install one

Standard library only, and syntax of Python 3.6: the interpreter that starts this file may be older
than the one that the product needs. What cannot be installed here is named in one sentence.
"""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENVS = {"runtime": ".venv", "dev": ".venv", "bench": ".venv-bench"}
VENV_PYTHON = os.path.join(ROOT, ".venv", "bin", "python")
OLDEST = (3, 11)
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3")
LOCKS = {
    "runtime": "requirements.lock",
    "dev": "requirements-dev.lock",
    "bench": "requirements-bench.lock",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)
ASK_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


class Impossible(Exception):
    """What is missing, and what a person must install."""


def main(arguments):
    """Do the one thing asked for; answer 0 when it is there afterwards."""
    steps = {
        "runtime": make_venv,
        "dev": make_venv,
        "bench": make_venv,
        "browser": find_browser,
        "mail": find_mail_server,
    }
    if len(arguments) != 1 or arguments[0] not in steps:
        print(__doc__)
        return 2
    try:
        steps[arguments[0]](arguments[0])
    except Impossible as problem:
        print("bootstrap: {}".format(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def make_venv(kind):
    """Make the environment if none works, then install exactly what its lock names."""
    uv = shutil.which("uv")
    venv = os.path.join(ROOT, VENVS[kind])
    venv_python = os.path.join(venv, "bin", "python")
    if version_of([venv_python]) < OLDEST:
        python = find_python(needs_pip=uv is None)
        say("making {} with {}".format(VENVS[kind], python))
        if uv:
            run([uv, "venv", "--quiet", "--clear", "--seed", "--python", python, venv])
        else:
            run([python, "-m", "venv", "--clear", venv])
    lock = os.path.join(ROOT, LOCKS[kind])
    say("installing {} with {}".format(LOCKS[kind], "uv" if uv else "pip"))
    if uv:
        install = [uv, "pip", "install", "--quiet", "--python", venv_python]
    else:
        install = [venv_python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(install + ["--require-hashes", "-r", lock])


def find_python(needs_pip):
    """The first Python that is new enough and, without uv, able to make a venv with pip."""
    chosen = os.environ.get("PYTHON")
    names = (chosen,) if chosen else PYTHONS
    fit = [path for path in map(shutil.which, names) if path and version_of([path]) >= OLDEST]
    for path in fit:
        if not needs_pip or has_venv(path):
            return path
    if fit:
        package = "python{}.{}-venv".format(*version_of([fit[0]]))
        if apt_install(package) and has_venv(fit[0]):
            return fit[0]
        raise Impossible(
            "{} cannot make a virtual environment; install {} (Debian, Ubuntu) or uv.".format(
                fit[0], package
            )
        )
    raise Impossible(
        "{} is no Python 3.11 or newer; install python3 and python3-venv (Debian 12, Ubuntu 24.04 "
        "or newer), python@3.13 (Homebrew) or uv, or set PYTHON to one.".format(" / ".join(names))
    )


def version_of(command):
    """Major and minor version of a Python, (0, 0) if it does not start."""
    try:
        said = subprocess.check_output(command + ["-c", ASK_VERSION], stderr=subprocess.DEVNULL)
        return tuple(int(part) for part in said.decode().split("."))
    except (OSError, ValueError, subprocess.CalledProcessError):
        return (0, 0)


def has_venv(python):
    """Whether this Python brings what `python -m venv` needs (Debian packs it apart)."""
    question = [python, "-c", "import venv, ensurepip"]
    return subprocess.call(question, stderr=subprocess.DEVNULL) == 0


def find_browser(_kind):
    """Look for a Chromium that Playwright can drive; install one where that is possible."""
    own = playwright_browser()
    found = os.environ.get("BROWSER_PATH") or installed_browser(own)
    if found is None and runs_debian() and apt_install("chromium"):
        found = installed_browser(own)
    if found is None:
        say("fetching Chromium with playwright")
        extra = ["--with-deps"] if can_apt() else []
        subprocess.call([VENV_PYTHON, "-m", "playwright", "install", "chromium"] + extra)
        found = installed_browser(own)
    if found is None or not os.access(found, os.X_OK):
        raise Impossible(
            "no Chromium for the browser tests{}; install the package chromium, or set "
            "BROWSER_PATH to one.".format(" at {}".format(found) if found else "")
        )
    say("browser tests use {}".format(found))


def find_mail_server(_kind):
    """Look for a Dovecot; install one where that is possible; else another server will do."""
    if not dovecot() and not (apt_install("dovecot-imapd") and dovecot()):
        say("no Dovecot here; the tests of mail use pymap")
        return
    say("tests of mail use {}".format(dovecot()))


def dovecot():
    """Where Dovecot is; it is no program that people call."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def playwright_browser():
    """Where Playwright would keep its own Chromium; asks it, so that its driver has started."""
    for _attempt in range(2):
        try:
            question = [VENV_PYTHON, "-c", ASK_PLAYWRIGHT]
            return subprocess.check_output(question, stderr=subprocess.DEVNULL).decode().strip()
        except (OSError, subprocess.CalledProcessError):
            if not apt_install("libatomic1"):  # all that the smallest Debian lacks
                break
    raise Impossible("playwright does not start; install libatomic1 (Debian, Ubuntu).")


def installed_browser(own):
    """The first Chromium that is there: playwright's own, one on PATH, or a Mac's Chrome."""
    on_path = [path for path in map(shutil.which, BROWSERS) if path]
    for path in [own] + on_path + [MAC_BROWSER]:
        if os.access(path, os.X_OK):
            return path
    return None


def runs_debian():
    """Debian packs Chromium itself; elsewhere a package of that name may be an empty shell."""
    try:
        with open("/etc/os-release") as file:
            return "ID=debian" in file.read().splitlines()
    except OSError:
        return False


def can_apt():
    """Whether system packages can be installed here without asking anybody."""
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(package):
    """Install one system package if this is root on Debian or Ubuntu; say whether it worked."""
    if not can_apt():
        return False
    say("installing the system package {}".format(package))
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    for command in (["apt-get", "update", "-qq"], install):
        if subprocess.call(command, env=quiet, stdout=subprocess.DEVNULL) != 0:
            return False
    return True


def run(command):
    """Run a step that must succeed."""
    if subprocess.call(command, cwd=ROOT) != 0:
        raise Impossible("this step failed: {}".format(" ".join(command)))


def say(line):
    """Tell the person at the terminal what is going on."""
    print("bootstrap: {}".format(line))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
