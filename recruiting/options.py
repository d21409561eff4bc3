"""What several commands have in common: their options, and rows for the eye."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from recruiting.moments import parse_moment


class Moment(click.ParamType):
    """A moment with its offset, as files write it; anything else is refused with its remedy."""

    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the text of an option."""
        try:
            return parse_moment(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


MOMENT = Moment()
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="json is one object a line.",
)


def echo_table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows of cells, the heading first, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())
