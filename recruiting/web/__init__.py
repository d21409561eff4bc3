"""What every request and every answer passes: guards, headers, words, error pages.

`guard.py` the checks before a view; `throttle.py` who tries many bad links; `headers.py` what each
answer carries; `sizes.py` how long some are; `static.py` files under static/; `language.py` which
language; `words.py` what templates may call; `faults.py` the error pages; `pages.py` the pages of
no room.
"""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from recruiting import logs
from recruiting.web import faults, guard, headers, language, pages, sizes, static, words
from recruiting.web.guard import takes_files, takes_mail, without_session
from recruiting.web.headers import keep_out
from recruiting.web.sizes import evenly_long
from recruiting.web.throttle import counting_bad_links

__all__ = [
    "House",
    "counting_bad_links",
    "evenly_long",
    "init",
    "keep_out",
    "takes_files",
    "takes_mail",
    "without_session",
]


class House(Flask):
    """The application; sees to it that every answer, good or bad, leaves the same way."""

    def send_static_file(self, filename: str) -> Response:
        """Send a file under static/, packed where that pays and the reader can unpack it."""
        answer = static.packed(filename) or super().send_static_file(filename)
        answer.vary.add("Accept-Encoding")
        return answer

    def process_response(self, response: Response) -> Response:
        """Run what follows a view; a fault there becomes a plain page like any other."""
        try:
            response = super().process_response(response)
        except Exception as error:  # noqa: BLE001 - the last door before the reader
            response = faults.unexpected(error)
        response = sizes.complete(headers.complete(response))
        logs.end(response)
        return response

    def log_exception(self, exc_info: tuple) -> None:  # type: ignore[override]
        """Write one record without the address, which may be somebody's link."""
        logs.fault(exc_info[1])


def init(app: Flask) -> None:
    """Hang all of it into the application."""
    settings: Settings = app.extensions["settings"]
    app.config["PROPAGATE_EXCEPTIONS"] = False  # tests meet the same pages as people
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # `guard` calls it, after the rules
    app.config["WTF_CSRF_SSL_STRICT"] = False  # `guard` compares the Origin instead
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    language.init(app)
    words.init(app)
    guard.init(app)
    faults.init(app)
    app.register_blueprint(pages.bp)
