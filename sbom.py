#!/usr/bin/env python3
"""List what the product is built from: a CycloneDX 1.6 file from the lock of its packages.

    python3 sbom.py [LOCK] [FILE]    by default requirements.lock and build/sbom.cdx.json

Standard library only. The same lock always gives the same file, byte for byte.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(\[.*\])?==(?P<version>[^\s;]+)( ; (?P<when>.+))?"
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
NAMESPACE = uuid.UUID("8a3f0f0e-6f0f-5d0b-9a53-3d1c6d0b7c11")  # of the serial numbers made here


def bom(lock: str, version: str) -> dict[str, Any]:
    """The bill of materials of a lock file's text, for the product's `version`.

    One component a requirement; its hashes are those of every file that may be installed for it.
    Raises `ValueError` for a line that is no pinned requirement with hashes.
    """
    own = {"type": "application", "bom-ref": "heardback", "name": "heardback", "version": version}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, lock)}",
        "version": 1,
        "metadata": {"component": own},
        "components": [_component(line) for line in _requirements(lock)],
    }


def _requirements(lock: str) -> list[str]:
    joined = lock.replace("\\\n", " ").splitlines()
    return [line for line in map(str.strip, joined) if line and not line.startswith("#")]


def _component(line: str) -> dict[str, Any]:
    pinned, _, hashes = line.partition("--hash=")
    found = REQUIREMENT.fullmatch(pinned.strip())
    digests = HASH.findall(f"--hash={hashes}")
    if found is None or not digests:
        raise ValueError(f"no pinned requirement with hashes: {line[:80]!r}")
    name, version = re.sub(r"[-_.]+", "-", found["name"]).lower(), found["version"]
    purl = f"pkg:pypi/{name}@{version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in digests],
    }
    if found["when"]:
        component["properties"] = [{"name": "heardback:when", "value": found["when"]}]
    return component


def main(arguments: list[str]) -> int:
    """Write the file; say where it is and how much it lists."""
    lock = Path(arguments[0]) if arguments else ROOT / "requirements.lock"
    file = Path(arguments[1]) if len(arguments) > 1 else ROOT / "build" / "sbom.cdx.json"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = bom(lock.read_text(encoding="utf-8"), project["version"])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{file}: {len(listed['components'])} components\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
