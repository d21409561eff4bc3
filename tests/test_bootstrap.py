"""From nothing but Python: which one is taken, and what is said when none will do."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(bootstrap.ROOT)


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine with nothing on PATH but what `install` puts there, and no rights."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setattr(bootstrap, "can_apt", lambda: False)

    def install(name: str, version: str, *, packs_venv: bool = True) -> str:
        script = tmp_path / name
        script.write_text(
            "#!/bin/sh\n"
            f'case "$2" in *version*) echo {version};; *) exit {0 if packs_venv else 1};; esac\n'
        )
        script.chmod(0o755)
        return str(script)

    return install


def test_a_python_that_is_new_enough_is_found(bare):
    bare("python3", "3.9")
    chosen = bare("python3.12", "3.12")
    assert bootstrap.find_python(needs_pip=True) == chosen


def test_plain_python3_will_do_if_it_is_new_enough(bare):
    chosen = bare("python3", "3.14")
    assert bootstrap.find_python(needs_pip=True) == chosen


def test_the_python_asked_for_is_taken_alone(bare, monkeypatch):
    bare("python3.12", "3.12")
    monkeypatch.setenv("PYTHON", bare("mine", "3.8"))
    with pytest.raises(bootstrap.Impossible, match="mine is no Python"):
        bootstrap.find_python(needs_pip=True)


def test_a_python_that_does_not_start_is_passed_over(bare, tmp_path):
    broken = tmp_path / "python3.11"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    chosen = bare("python3.13", "3.13")
    assert bootstrap.find_python(needs_pip=True) == chosen


def test_a_python_without_venv_is_passed_over(bare):
    bare("python3.11", "3.11", packs_venv=False)
    chosen = bare("python3.12", "3.12")
    assert bootstrap.find_python(needs_pip=True) == chosen


def test_with_uv_a_python_needs_no_venv(bare):
    chosen = bare("python3.11", "3.11", packs_venv=False)
    assert bootstrap.find_python(needs_pip=False) == chosen


def test_the_missing_package_is_named(bare):
    bare("python3", "3.11", packs_venv=False)
    with pytest.raises(bootstrap.Impossible, match=re.escape("install python3.11-venv")):
        bootstrap.find_python(needs_pip=True)


def test_without_any_python_what_to_install_is_named(bare):
    with pytest.raises(bootstrap.Impossible, match="install python3 and python3-venv"):
        bootstrap.find_python(needs_pip=True)


def test_a_problem_is_one_line_and_exit_code_1(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PYTHON", str(tmp_path / "none"))
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert bootstrap.main(["runtime"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("bootstrap: ")
    assert said.err.count("\n") == 1


def test_old_pythons_can_read_the_file():
    source = (ROOT / "bootstrap.py").read_text()
    compile(source, "bootstrap.py", "exec")
    newer = re.compile(r":=|\bmatch \w+:|\bf[\"']|from __future__|-> |: (str|int|list)\b")
    assert [line for line in source.splitlines() if newer.search(line)] == []


def test_what_is_missing_at_first_stands_in_no_import():
    modules = re.findall(r"^import (\w+)|^from (\w+)", (ROOT / "bootstrap.py").read_text(), re.M)
    assert {first or second for first, second in modules} <= sys.stdlib_module_names


def test_make_alone_lists_what_it_can_do():
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "run", "test", "check", "bench"):
        assert f"make {target} " in said
