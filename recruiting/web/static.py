"""What lies under static/: addresses that change with the content, and texts that travel packed.

Only files of ours are packed, never a page: what a packed page measures tells something of what it
says, and some pages are equally long on purpose.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import Any

from flask import Response, current_app, request, url_for
from werkzeug.utils import safe_join

HASH_LENGTH = 12
NAMED_BY_VERSION = ("fonts/", "vendor/")  # a new version of these has a new name
PACKED = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def static_url(name: str) -> str:
    """The address of a file under static/, which changes with its content."""
    return url_for("static", filename=name)


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the content's hash into each address of a static file, however it is made."""
    name = values.get("filename")
    if endpoint == "static" and name and not name.startswith(NAMED_BY_VERSION):
        values.setdefault("v", version_of(name))


def is_fixed(name: str, version: str | None) -> bool:
    """Whether the address of a file, with this version, will name these bytes for ever."""
    is_named = name.startswith(NAMED_BY_VERSION) and ".." not in name
    return is_named or version == version_of(name)


def version_of(name: str) -> str | None:
    """The first digits of the hash of a static file, none if there is no such file."""
    found = _found(name)
    return _hash(*found) if found else None


def packed(name: str) -> Response | None:
    """A style sheet, script or drawing as gzip (RFC 1952); none for what is not to be packed."""
    mimetype = PACKED.get(Path(name).suffix)
    found = _found(name) if mimetype and request.accept_encodings["gzip"] > 0 else None
    if found is None:
        return None
    answer = Response(_packed(*found), mimetype=mimetype)
    answer.content_encoding = "gzip"
    answer.set_etag(f"{_hash(*found)}-gzip")
    answer.make_conditional(request)
    return answer


def _found(name: str) -> tuple[Path, int, int] | None:
    """A file under static/ with its time and size, by which what is kept of it is told apart."""
    found = safe_join(current_app.static_folder or "", name)
    if found is None:
        return None
    try:
        state = (path := Path(found)).stat()
    except (OSError, ValueError):  # none of that name, or none can have it
        return None
    return (path, state.st_mtime_ns, state.st_size) if S_ISREG(state.st_mode) else None


@lru_cache(maxsize=256)
def _hash(path: Path, _changed: int, _size: int) -> str:
    """Read once as long as the file stays the same."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]


@lru_cache(maxsize=256)
def _packed(path: Path, _changed: int, _size: int) -> bytes:
    """Packed once as long as the file stays the same."""
    return gzip.compress(path.read_bytes(), 9, mtime=0)
