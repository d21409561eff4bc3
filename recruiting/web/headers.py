"""What each answer carries: the security headers, how long it may be kept, and no stray cookie."""

from __future__ import annotations

from flask import Response, request

from recruiting.web import guard, static

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
    if static.is_fixed(name, request.args.get("v")):
        return f"public, max-age={YEAR}, immutable"
    return "no-cache"


def keep_out(response: Response) -> Response:
    """Ask search engines to stay away: for the blueprints of candidates, error pages as well."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
