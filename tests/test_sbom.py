"""The list of what the product is built from says what the lock says."""

from __future__ import annotations

import json
import re
import uuid

import pytest

import sbom
from tests.test_supply_chain import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> dict:
    file = tmp_path_factory.mktemp("build") / "sbom.cdx.json"
    assert sbom.main([str(ROOT / "requirements.lock"), str(file)]) == 0
    return json.loads(file.read_text(encoding="utf-8"))


def test_it_is_a_cyclonedx_file_of_the_product(listed):
    assert (listed["bomFormat"], listed["specVersion"], listed["version"]) == (
        "CycloneDX",
        "1.6",
        1,
    )
    assert uuid.UUID(listed["serialNumber"].removeprefix("urn:uuid:"))
    assert listed["metadata"]["component"]["name"] == "heardback"
    assert set(listed) == {
        "$schema",
        "bomFormat",
        "specVersion",
        "serialNumber",
        "version",
        "metadata",
        "components",
    }


def test_each_requirement_of_the_lock_is_one_component(listed):
    pinned = re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==([^\s;]+)", LOCK, re.MULTILINE)
    assert [(one["name"], one["version"]) for one in listed["components"]] == pinned
    assert len({one["bom-ref"] for one in listed["components"]}) == len(pinned) > 20
    for one in listed["components"]:
        assert one["type"] == "library"
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"


def test_the_hashes_are_those_of_the_lock(listed):
    wanted = []
    for line in LOCK.splitlines():
        if "==" in line:
            wanted.append([])
        else:
            wanted[-1] += re.findall("sha256:([0-9a-f]{64})", line)
    found = [[h["content"] for h in one["hashes"]] for one in listed["components"]]
    assert found == wanted
    assert {h["alg"] for one in listed["components"] for h in one["hashes"]} == {"SHA-256"}


def test_what_holds_for_some_pythons_only_says_so(listed):
    numpy = [
        one["properties"][0]["value"] for one in listed["components"] if one["name"] == "numpy"
    ]
    assert len(numpy) == 2
    assert all("python" in when for when in numpy)


def test_the_same_lock_gives_the_same_list():
    assert sbom.bom(LOCK, "1") == sbom.bom(LOCK, "1")
    assert sbom.bom(LOCK, "1")["serialNumber"] != sbom.bom(LOCK[:-70], "1")["serialNumber"]


@pytest.mark.parametrize("line", ["flask>=3 --hash=sha256:" + "0" * 64, "flask==3.1", "-r other"])
def test_a_line_that_pins_nothing_is_refused(line):
    with pytest.raises(ValueError, match="no pinned requirement"):
        sbom.bom(line, "1")
