"""The rules of the house about who may import what, as tests (README: "The map")."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "recruiting"
ROOMS = [
    "accounts",
    "jobs",
    "candidates",
    "pipeline",
    "journal",
    "messages",
    "silence",
    "feedback",
    "dialogues",
    "privacy",
    "answers",
    "reports",
]
LAYERS = ["rules", "models", "queries", "services"]
EDGE_LAYERS = {"forms", "views", "commands", "wording"}
# A room may have a file named after its thing; each stands on the floor of a layer.
NAMED_FILES = {
    ("accounts", "tries"): "services",
    ("pipeline", "reading"): "rules",
    ("pipeline", "rhythm"): "rules",
    ("pipeline", "turns"): "rules",
    ("pipeline", "timelines"): "queries",
    ("pipeline", "facts"): "services",
    ("pipeline", "entering"): "services",
    ("pipeline", "entry"): "forms",
    ("journal", "cells"): "rules",
    ("journal", "csvfile"): "rules",
    ("journal", "beside"): "queries",
    ("journal", "fates"): "queries",
    ("journal", "taking"): "services",
    ("messages", "tokens"): "rules",
    ("messages", "defaults"): "rules",
    ("messages", "cutting"): "rules",
    ("messages", "contents"): "rules",
    ("messages", "embedded"): "rules",
    ("messages", "prose"): "rules",
    ("messages", "twins"): "services",
    ("messages", "fields"): "rules",
    ("messages", "tone"): "rules",
    ("messages", "wordings"): "services",
    ("messages", "envelope"): "rules",
    ("messages", "texts"): "rules",
    ("messages", "returns"): "rules",
    ("messages", "reading"): "rules",
    ("messages", "files"): "rules",
    ("messages", "matching"): "queries",
    ("messages", "arrivals"): "queries",
    ("messages", "consequences"): "services",
    ("messages", "receiving"): "services",
    ("messages", "places"): "services",
    ("messages", "maildir"): "services",
    ("messages", "imap"): "services",
    ("messages", "fetching"): "services",
    ("messages", "composing"): "rules",
    ("messages", "standings"): "wording",
    ("messages", "mailbox"): "services",
    ("messages", "gates"): "queries",
    ("messages", "leases"): "services",
    ("messages", "results"): "services",
    ("messages", "delivery"): "services",
    ("silence", "backtest"): "rules",
    ("journal", "findings"): "services",
    ("silence", "chances"): "queries",
    ("silence", "curves"): "queries",
    ("silence", "stages"): "queries",
    ("silence", "conversations"): "rules",
    ("silence", "journals"): "rules",
    ("silence", "judged"): "queries",
    ("silence", "listing"): "queries",
    ("silence", "recorded"): "queries",
    ("silence", "warned"): "rules",
    ("answers", "links"): "rules",
    ("answers", "calendar"): "rules",
    ("answers", "telling"): "rules",
    ("answers", "wishes"): "rules",
    ("answers", "outside"): "queries",
    ("answers", "saying"): "wording",
    ("silence", "ladder"): "rules",
    ("silence", "watches"): "services",
    ("silence", "cases"): "queries",
    ("silence", "attending"): "services",
    ("silence", "setbacks"): "services",
    ("silence", "drafts"): "services",
    ("silence", "reminding"): "services",
    ("feedback", "sealing"): "rules",
    ("feedback", "box"): "rules",
    ("feedback", "obstacles"): "rules",
    ("feedback", "opening"): "queries",
    ("feedback", "items"): "rules",
    ("feedback", "keys"): "rules",
    ("feedback", "blank"): "wording",
    ("feedback", "anonymous"): "services",
    ("dialogues", "replies"): "rules",
    ("dialogues", "showing"): "wording",
    ("answers", "stated"): "services",
    ("answers", "inviting"): "services",
    ("answers", "holding"): "wording",
    ("privacy", "documents"): "services",
    ("privacy", "tasks"): "wording",
    ("reports", "answers"): "queries",
    ("reports", "confided"): "queries",
    ("reports", "telling"): "services",
    ("reports", "depth"): "rules",
    ("reports", "export"): "rules",
    ("reports", "facts"): "rules",
    ("reports", "grid"): "rules",
    ("reports", "hiding"): "rules",
    ("reports", "ledger"): "rules",
    ("reports", "tables"): "rules",
    ("reports", "told"): "rules",
}
FLOOR = {
    "errors",
    "clock",
    "db",
    "links",
    "telephone",
    "workdays",
    "office",
    "moments",
    "deadline",
    "failpoints",
    "stats",
}
EDGE = {
    "access",
    "web",
    "forms",
    "logs",
    "worker",
    "incoming",
    "outgoing",
    "letters",
    "sweep",
    "forgetting",
    "cli",
    "app",
    "running",
    "migrate",
    "tables",
    "options",
}
EDGE_PACKAGES = {"demo"}
PURE_FOR_ONE = {"workdays": {"holidays"}, "sealing": {"cryptography"}}
PURE_IMPORTS = {"numpy", "recruiting", "flufl"}  # flufl.bounce reads texts and does nothing else
SOCKET_MODULES = {"socket", "smtplib", "imaplib", "http", "urllib", "ftplib", "poplib", "ssl"}
# Mail that is fetched; beside `mailbox.py` nothing else reaches out.
# Names of this machine in a heartbeat; a look whether our own port is free.
# The words of HTTP statuses.
SOCKET_EXCEPTIONS = {
    "recruiting/messages/imap.py",
    "recruiting/messages/mailbox.py",
    "recruiting/worker.py",
    "recruiting/running.py",
    "recruiting/web/faults.py",
}
CLOCK_CALLS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "monotonic"}
CLOCK_OWNERS = {"datetime", "date", "time"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, as a dotted name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = (ROOT / Path(*node.module.split("."), alias.name)).with_suffix(".py")
                package = ROOT / Path(*node.module.split("."), alias.name)
                is_module = inner.exists() or package.is_dir()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def ours(path: Path) -> list[list[str]]:
    """The parts behind `recruiting.` of every import of our own."""
    return [name.split(".")[1:] for name in imports(path) if name.startswith("recruiting.")]


def place(parts: list[str]) -> tuple[str, str]:
    """(room or "", layer) of a module, given its parts behind `recruiting.`."""
    if parts[0] in ROOMS:
        name = parts[1] if len(parts) > 1 else "rules"
        return parts[0], NAMED_FILES.get((parts[0], name), name)
    return "", parts[0]


def is_edge(parts: list[str]) -> bool:
    room, layer = place(parts)
    if room:
        return layer not in LAYERS
    return layer in EDGE or layer in EDGE_PACKAGES


def below_the_edge() -> list[Path]:
    found = []
    for path in modules():
        parts = dotted(path).split(".")[1:]
        if parts and not is_edge(parts):
            found.append(path)
    return found


def named(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=[dotted(path) for path in paths])


def in_rooms() -> list[Path]:
    rooms = [p for p in modules() if p.relative_to(PACKAGE).parts[0] in ROOMS]
    # Without the rooms themselves; a file may bear the name of another room.
    return [p for p in rooms if len(dotted(p).split(".")) > len(("recruiting", "room"))]


@named(modules())
def test_every_file_has_a_known_place(path: Path):
    parts = dotted(path).split(".")[1:]
    if not parts or parts in [[name] for name in (*ROOMS, "stats", "web", "demo")]:
        return
    room, layer = place(parts)
    if room:
        assert layer in {*LAYERS, *EDGE_LAYERS}, f"{dotted(path)} has no layer"
    else:
        assert layer in FLOOR | EDGE | EDGE_PACKAGES, f"{dotted(path)} is on no floor"


@named(in_rooms())
def test_a_layer_imports_only_layers_under_it(path: Path):
    room, layer = place(dotted(path).split(".")[1:])
    if layer not in LAYERS:
        return
    for parts in ours(path):
        other_room, other = place(parts)
        if other_room == room and other in LAYERS:
            assert LAYERS.index(other) <= LAYERS.index(layer), f"{dotted(path)} -> {parts}"


@named(in_rooms())
def test_below_the_edge_a_room_sees_only_rooms_to_its_left(path: Path):
    room, layer = place(dotted(path).split(".")[1:])
    if layer not in LAYERS:
        return
    for parts in ours(path):
        other, _layer = place(parts)
        if other:
            assert ROOMS.index(other) <= ROOMS.index(room), f"{dotted(path)} -> {parts}"


@named(below_the_edge())
def test_nothing_below_imports_the_edge(path: Path):
    for parts in ours(path):
        assert not is_edge(parts), f"{dotted(path)} imports {'.'.join(parts)}"


@named([p for p in modules() if dotted(p).split(".")[1:2] and
        dotted(p).split(".")[1] in FLOOR])  # fmt: skip
def test_the_floor_imports_no_room(path: Path):
    for parts in ours(path):
        assert parts[0] in FLOOR, f"{dotted(path)} imports {'.'.join(parts)}"


def pure_files() -> list[Path]:
    rules = [p for p in in_rooms() if place(dotted(p).split(".")[1:])[1] == "rules"]
    floor = [
        PACKAGE / "workdays.py",
        PACKAGE / "moments.py",
        PACKAGE / "telephone.py",
        *(PACKAGE / "stats").glob("*.py"),
    ]
    return [*rules, *floor]


@named(pure_files())
def test_rules_and_statistics_are_pure(path: Path):
    allowed = PURE_IMPORTS | PURE_FOR_ONE.get(path.stem, set())
    for name in imports(path):
        top = name.split(".")[0]
        assert top in allowed or top in sys.stdlib_module_names, f"{dotted(path)} imports {name}"
    for parts in ours(path):
        room, layer = place(parts)
        assert layer == "rules" if room else layer in FLOOR - {"clock", "db", "office"}


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


@named(modules())
def test_only_the_clock_reads_time(path: Path):
    if path.name == "clock.py":
        return
    for call in calls(path):
        if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCK_CALLS:
            owner = call.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            assert name not in CLOCK_OWNERS, f"{dotted(path)}:{call.lineno} reads the clock"


@named(below_the_edge())
def test_below_the_edge_now_is_an_argument(path: Path):
    if path.name != "clock.py":
        assert ["clock"] not in ours(path), f"{dotted(path)} imports the clock"


@named(below_the_edge())
def test_only_the_edge_commits(path: Path):
    for call in calls(path):
        if isinstance(call.func, ast.Attribute):
            assert call.func.attr != "commit", f"{dotted(path)}:{call.lineno} commits"


@named(modules())
def test_no_socket_is_opened_here(path: Path):
    if str(path.relative_to(ROOT)) in SOCKET_EXCEPTIONS:
        return
    for name in imports(path):
        if name != "urllib.parse" and not name.startswith("urllib.parse"):
            assert name.split(".")[0] not in SOCKET_MODULES, f"{dotted(path)} imports {name}"


@named(modules())
def test_only_the_settings_read_the_environment(path: Path):
    text = path.read_text(encoding="utf-8")
    assert "os.environ" not in text, f"{dotted(path)} reads the environment"
    assert "getenv" not in text, f"{dotted(path)} reads the environment"


@named(modules())
def test_no_import_hides_in_a_function(path: Path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            hidden = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not hidden, f"{dotted(path)}:{node.lineno} imports inside a function"


@named(modules())
def test_files_and_functions_stay_small(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno
            assert size <= 50, f"{dotted(path)}:{node.lineno} {node.name}: {size} lines"


def test_no_room_is_a_junk_room():
    banned = {"utils", "helpers", "common", "misc", "util", "helper"}
    assert not [p for p in modules() if banned & set(dotted(p).split("."))]


def test_every_room_has_a_door_plate():
    for room in ROOMS:
        plate = ast.get_docstring(tree(PACKAGE / room / "__init__.py"))
        assert plate, f"{room} says nothing at its door"


def test_statistics_load_without_the_web_and_the_database():
    script = (
        "import sys, recruiting.stats.replies, recruiting.stats.rates;"
        "print({'flask','sqlalchemy','wtforms','scipy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "set()"
