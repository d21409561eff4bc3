"""What the options of several commands have in common."""

from __future__ import annotations

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
