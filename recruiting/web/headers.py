"""What each answer carries: the security headers, how long it may be kept, and no stray cookie."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, request, url_for
from werkzeug.utils import safe_join

from recruiting.web import guard

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
YEAR = 365 * 24 * 60 * 60
HASH_LENGTH = 12
NAMED_BY_VERSION = ("fonts/", "vendor/")  # a new version of these has a new name


def complete(response: Response) -> Response:
    """Give an answer what it lacks; what a view chose more strictly stays."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(
        "Referrer-Policy", "no-referrer" if guard.is_without_session() else "same-origin"
    )
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    response.headers["Cache-Control"] = _keeping(response)
    if guard.is_without_session():
        response.headers.remove("Set-Cookie")
    return response


def _keeping(response: Response) -> str:
    if request.endpoint != "static" or response.status_code not in {200, 304}:
        return "no-store"
    name = (request.view_args or {}).get("filename", "")
    is_fixed = name.startswith(NAMED_BY_VERSION) or request.args.get("v") == version_of(name)
    return f"public, max-age={YEAR}, immutable" if is_fixed else "no-cache"


def static_url(name: str) -> str:
    """The address of a file under static/, which changes with its content."""
    return url_for("static", filename=name)


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the content's hash into each address of a static file, however it is made."""
    name = values.get("filename")
    if endpoint == "static" and name and not name.startswith(NAMED_BY_VERSION):
        values.setdefault("v", version_of(name))


def version_of(name: str) -> str | None:
    """The first digits of the hash of a static file, none if there is no such file."""
    found = safe_join(current_app.static_folder or "", name)
    if found is None or not (path := Path(found)).is_file():
        return None
    state = path.stat()
    return _hash(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _hash(path: Path, _changed: int, _size: int) -> str:
    """Read once as long as the file stays the same."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]


def keep_out(response: Response) -> Response:
    """Ask search engines to stay away: for the blueprints of candidates, error pages as well."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
