"""One JSON line for each request and each thing worth knowing; ids only, never names or texts.

Everything goes through the standard library's root logger, so that what libraries say comes out
in the same form. A line names the endpoint and its rule, never the address: addresses hold links.
An exception is told by its type and the places it came through; its message may quote a person.
"""

from __future__ import annotations

import logging
import secrets
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import timedelta
from typing import Any, TextIO

import structlog
from flask import Flask, Response, g, has_request_context, request

from config import Settings
from recruiting import clock

CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}
# They would write addresses and statements, and twice what is written here.
ONLY_WARNINGS = ("werkzeug", "alembic", "sqlalchemy", "flask_wtf")
# It writes a traceback for each format of a bounce that it cannot read a mail as, and goes on.
SILENT = ("flufl.bounce",)
log = structlog.get_logger("heardback")


class Terminal(logging.StreamHandler):
    """Writes to the standard error stream of the moment; put once on the root logger."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # ty: ignore[incompatible-property-override]
        """Where lines go."""
        return sys.stderr


def init(app: Flask) -> None:
    """Send every record through one formatter, and start counting when a request begins."""
    settings: Settings = app.extensions["settings"]
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_request_id,
        plain_text,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    last = [tell_exception, structlog.processors.JSONRenderer(sort_keys=True)]
    if not settings.is_production and not settings.testing:
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    _put_on_root(formatter)
    app.before_request(begin)


def _put_on_root(formatter: logging.Formatter) -> None:
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, Terminal)]:
        root.removeHandler(handler)
    terminal = Terminal()
    terminal.setFormatter(formatter)
    root.addHandler(terminal)
    root.setLevel(logging.INFO)
    for name in ONLY_WARNINGS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def begin() -> None:
    """Note when a request began."""
    g.began_at = clock.now()


def request_id() -> str:
    """The number of this request, made here and taken from no header."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return g.request_id


def end(response: Response) -> None:
    """Write the line of a request that is answered."""
    if request.endpoint in {"static", "web.healthz"}:
        return
    spent = clock.now() - g.get("began_at", clock.now())
    rule = request.url_rule.rule if request.url_rule else None
    log.info(
        "request",
        method=request.method,
        endpoint=request.endpoint,
        rule=rule,
        status=response.status_code,
        ms=round(spent / timedelta(milliseconds=1), 1),
        user=g.get("user_id"),
    )


def fault(error: BaseException) -> None:
    """Write the one record of an exception that nobody expected."""
    log.error("fault", exc_info=(type(error), error, error.__traceback__))


def add_request_id(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Say to which request a line belongs."""
    if has_request_context():
        event["request_id"] = request_id()
    return event


def plain_text(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Make control characters visible, so that no value can end a line or drive a terminal."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = value.translate(CONTROL)
    return event


def tell_exception(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace an exception by its type and its places; messages and values stay out."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["places"] = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        if (cause := error.__cause__ or error.__context__) is not None:
            event["cause"] = type(cause).__qualname__
    return event
