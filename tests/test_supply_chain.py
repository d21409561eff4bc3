"""What comes from outside is pinned and checked, and nothing secret lies in the repository."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
GROUPS = ((), ("dev",), ("bench",))  # what each lock holds beside the product
REQUIREMENT = re.compile(r"^(?P<name>[a-z0-9._-]+)(\[[a-z,]+\])?==\S+( ; .+)?$")
HASH = re.compile(r"^--hash=sha256:[0-9a-f]{64}$")

VENDORED = (ROOT / "static", ROOT / "tests" / "vendor")

# In pieces, or this file would name what no file may name.
REGISTRIES = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
)
SOURCE_OPTIONS = (
    "--index-url",
    "--extra-index-url",
    "--find-links",
    "--trusted-host",
    "-i ",
    "-f ",
)

SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a cloud key": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "a code host's token": r"\b(gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{40,}|glpat-[\w-]{20})",
    "a chat or payment token": r"\b(xox[abprs]-[\w-]{10,}|[sr]k_live_\w{16,})",
    "a signed token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a password in an address": r"\b[a-z+]{3,}://[^\s/:@{}<>$]+:[^\s/@{}<>$*…]{8,}@[\w.-]+",
    "a long random value": (
        r"(?i)\b\w*(secret|token|passw(or)?d|api_?key)\w*[\"']?\s*[:=]\s*[\"']?"
        r"(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])[\w+/-]{32,}={0,2}(?![\w(.])"
    ),
}
SECRET_FILES = re.compile(r"(^|/)(\.env(\..+)?|id_(rsa|ed25519)|.+\.(pem|key|p12|pfx|kdbx))$")


def tracked() -> list[Path]:
    """Every file that is, or is about to be, part of the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:  # a copy without its history: everything that is not made by `make`
        made = {
            ".venv",
            ".venv-bench",
            "instance",
            "__pycache__",
            ".pytest_cache",
            ".ruff_cache",
            ".hypothesis",
        }
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        return [ROOT / name for name in names if not made & set(name.parts)]
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def texts() -> dict[str, str]:
    """What stands in each tracked text file, by its name."""
    read = {}
    for path in tracked():
        if path.is_file() and b"\0" not in (content := path.read_bytes())[:8000]:
            read[path.relative_to(ROOT).as_posix()] = content.decode("utf-8", "replace")
    return read


def requirements(lock: str) -> dict[str, list[str]]:
    """Each line of a lock that names a package, with the lines of hashes that follow it."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / lock).read_text().replace("\\\n", "\\ \n").splitlines():
        text = line.strip().rstrip("\\").strip()
        if not line.startswith(" "):
            found[text] = []
        else:
            found[list(found)[-1]].append(text)
    return found


def names(lock: str) -> set[str]:
    return {line.split("==")[0].split("[")[0] for line in requirements(lock)}


def wanted(*groups: str) -> set[str]:
    """Names that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = [*project["project"]["dependencies"]]
    for group in groups:
        lines += project["dependency-groups"][group]
    return {re.split(r"[\[<>=!~; ]", line)[0] for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_has_hashes(lock):
    found = requirements(lock)
    assert len(found) > 20
    assert [line for line in found if not REQUIREMENT.match(line)] == []
    assert [line for line, hashes in found.items() if not hashes] == []
    assert [each for hashes in found.values() for each in hashes if not HASH.match(each)] == []


@pytest.mark.parametrize(("lock", "groups"), [*zip(LOCKS, GROUPS, strict=True)])
def test_the_lock_holds_all_that_the_project_asks_for(lock, groups):
    assert wanted(*groups) - names(lock) == set()


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_the_tests_and_the_measurements_use_the_versions_that_run(lock):
    assert set(requirements(LOCKS[0])) <= set(requirements(lock))


def test_no_tool_of_the_tests_is_installed_where_the_product_runs():
    assert names(LOCKS[0]) & {"pytest", "playwright", "hypothesis", "ruff", "ty", "djlint"} == set()


@pytest.mark.parametrize("lock", LOCKS[:2])
def test_what_we_are_measured_against_stays_apart_from_product_and_tests(lock):
    assert names(lock) & {"lifelines", "scikit-learn", "scipy", "pandas", "matplotlib"} == set()


def test_no_file_names_a_package_registry():
    found = [
        f"{name}: {host}" for name, text in texts().items() for host in REGISTRIES if host in text
    ]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_says_where_packages_come_from(lock):
    lines = (ROOT / lock).read_text().splitlines()
    assert [line for line in lines if line.startswith(SOURCE_OPTIONS) or "://" in line] == []


def test_no_secret_lies_in_the_repository():
    vendored = tuple(f"{folder.relative_to(ROOT).as_posix()}/vendor" for folder in VENDORED)
    found = [
        f"{name}: {what}"
        for name, text in texts().items()
        if not name.startswith(vendored)
        for what, shape in SECRETS.items()
        if re.search(shape, text)
    ]
    assert found == []


def test_no_file_of_secrets_lies_in_the_repository():
    paths = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [path for path in paths if SECRET_FILES.search(path)] == []


def test_the_search_for_secrets_finds_them():
    planted = {
        "a private key": "-----BEGIN " + "PRIVATE KEY-----",
        "a cloud key": "AKIA" + "ABCDEFGHIJKLMNOP",
        "a code host's token": "ghp_" + "a1B2" * 9,
        "a chat or payment token": "sk_live_" + "a1b2" * 5,
        "a signed token": "eyJhbGciOiJIUzI1." + "eyJzdWIiOiIxMjM0." + "c2lnbmF0dXJl",
        "a password in an address": "postgresql://app:" + "hunter2hunter2" + "@db/heardback",
        "a long random value": "SECRET_KEY = '" + "9f8e7d6c" * 4 + "'",
    }
    assert [what for what, text in planted.items() if re.search(SECRETS[what], text)] == [*SECRETS]


def vendored_files() -> dict[Path, str]:
    """Each file that a vendor.lock.json records, with its hash; some were cut from the others."""
    recorded = {}
    for folder in VENDORED:
        lock = folder / "vendor.lock.json"
        packages = json.loads(lock.read_text())["packages"] if lock.exists() else []
        for package in packages:
            assert package["licence"], package["name"]
            files = package["files"] | package.get("cut", {})
            recorded |= {folder / name: digest for name, digest in files.items()}
    return recorded


def sha512(path: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def test_vendored_files_are_what_their_makers_published():
    assert [path for path, digest in vendored_files().items() if sha512(path) != digest] == []


def test_every_vendored_file_is_recorded():
    places = [ROOT / "static" / "fonts", ROOT / "static" / "vendor", ROOT / "tests" / "vendor"]
    there = {path for place in places for path in place.rglob("*") if path.is_file()}
    unrecorded = there - set(vendored_files())
    assert {path.name for path in unrecorded} <= {"vendor.lock.json"}
