"""What an application compiles when it starts, compiled once per process.

Each test has an application of its own, but all have the same pages and the same addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from recruiting.db import db
from recruiting.web import House


class Templates(BytecodeCache):
    """Code of templates, by name and content, as long as the process lives."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what another application compiled."""
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what this application compiled."""
        if bucket.code is not None:
            self.codes[bucket.key, bucket.checksum] = bucket.code


class Address(Rule):
    """A route whose function that writes addresses comes from an equal route."""

    writers: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}  # noqa: RUF012 - shared

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:  # they are written into the function
            return super()._compile_builder(append_unknown)
        key = (*self._trace, append_unknown)
        if key not in self.writers:
            self.writers[key] = super()._compile_builder(append_unknown)
        return self.writers[key]


def _is_same(dialect: object, other: object) -> bool:
    return type(dialect) is type(other)


TEMPLATES = Templates()
STATEMENTS = LRUCache(2000)  # what SQLAlchemy made of the statements, by dialect
House.url_rule_class = Address
for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # all of a kind are set up alike
    dialect.__eq__, dialect.__hash__ = _is_same, lambda one: hash(type(one))


def share(app: Flask) -> Flask:
    """Let an application use what others of this process have compiled."""
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        for engine in db.engines.values():
            engine._compiled_cache = STATEMENTS
    return app
